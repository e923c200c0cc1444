"""The page about a publication: it says what a reader needs to trust, cite and reuse it, in the publication's words."""

import json
import re
from dataclasses import replace

import html5rdf
import pytest

from axisld.pipeline import Built
from axisld.web.citation import Citation
from tests.conftest import BASE
from tests.live import Server
from tests.test_pages import BROWSER, Elements, text_of

CITED = Citation(
    title="Bridges & rivers: 100 %_",
    creators=("The survey", "Ada Mason"),
    publisher="The survey",
    issued="2026-11-22T10:00:00Z",
    version="1",
    digest="0123456789abcdef" * 4,
    url="https://example.org/bridges/dataset",
    permalink="https://example.org/bridges/dumps/0123/",
    language="en",
)


@pytest.mark.parametrize(
    "expected",
    [
        pytest.param("What this is A few bridges and what is claimed about them.", id="what it is"),
        pytest.param("Made by The survey", id="who made it"),
        pytest.param("How it is made An atlas and a survey were read.", id="how it is made"),
        pytest.param("How far to trust it Some of the bridges are made up.", id="its limits"),
        pytest.param("was checked against 4 rules. Nothing breaks them.", id="that it was checked"),
        pytest.param("hints at what could be better. See what the check found", id="what the check found"),
        pytest.param("Licence: CC0 1.0", id="the licence"),
        pytest.param("Made by the survey; nobody needs to name it.", id="whom to attribute it to"),
        pytest.param("Version 1 Release", id="the version"),
        pytest.param("Last changed November 1, 2026", id="when it changed"),
        pytest.param("The first version.", id="what changed"),
        pytest.param("Contact The survey of bridges , bridges@example.org", id="whom to write to"),
    ],
)
def test_a_reader_learns(server: Server, expected: str) -> None:
    assert expected in text_of(server.get("/about?lang=en", BROWSER).text)


def test_each_kind_of_statement_is_explained_with_its_number(server: Server, built: Built) -> None:
    text = text_of(server.get("/about?lang=en", BROWSER).text)
    triples = {part.name: part.triples for part in built.record.parts}
    assert re.search(rf"written A person wrote it.*? {triples['data']} statements", text)
    assert re.search(rf"inferred It follows from the definitions.*? {triples['inferred']} statements", text)


def test_the_page_is_valid_and_in_the_footprint_of_no_thing(server: Server) -> None:
    page = server.get("/about", BROWSER)
    html5rdf.HTMLParser(strict=True).parse(page.text)
    assert page.status == 200
    assert len(page.body) < 100 * 1024
    assert server.get("/about").media_type == "text/html"


def test_the_citation_names_the_release(server: Server, built: Built) -> None:
    digest = built.record.digest
    text = text_of(server.get("/about?lang=en", BROWSER).text)
    assert f"The survey (2026). Bridges. Version 1, release {digest[:12]}. The survey. Data set. {BASE}dataset" in text
    links = [link["href"] for link in Elements(server.get("/about", BROWSER).text).all("a")]
    assert f"/dumps/{digest}/" in links
    assert server.get(f"/dumps/{digest}/", BROWSER).status == 200
    assert server.get(f"/dumps/{'0' * 64}/", BROWSER).status == 404


def test_reference_managers_get_the_citation(server: Server) -> None:
    item = server.get("/about", "application/vnd.citationstyles.csl+json").json[0]
    assert (item["type"], item["title"], item["author"]) == ("dataset", "Bridges", [{"literal": "The survey"}])
    bibtex = server.get("/about?format=bib")
    assert bibtex.media_type == "application/x-bibtex"
    assert "title = {{Bridges}}" in bibtex.text
    assert server.get("/about", "application/x-bibtex").body == bibtex.body
    assert server.get("/about", "image/png").status == 406


def test_bibtex_has_nothing_that_tex_would_run() -> None:
    written = CITED.bibtex()
    assert r"title = {{Bridges \& rivers: 100 \%\_}}" in written
    assert "author = {{The survey} and {Ada Mason}}" in written
    assert written.startswith("@misc{the-survey-2026,\n")
    assert r"{{\textbackslash{}input\{x\}}}" in replace(CITED, title=r"\input{x}").bibtex()


def test_csl_json_has_the_day_as_numbers() -> None:
    assert json.loads(CITED.csl())[0]["issued"] == {"date-parts": [[2026, 11, 22]]}


def test_what_nobody_said_is_left_out() -> None:
    bare = Citation("Bridges", (), "", "", "", "", "https://example.org/", "")
    assert bare.text == "Bridges. Data set. https://example.org/"
    assert json.loads(bare.csl()) == [
        {"id": "https://example.org/", "type": "dataset", "title": "Bridges", "URL": "https://example.org/"}
    ]
    assert bare.attribution == "Bridges, https://example.org/"
