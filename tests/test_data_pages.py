"""The pages of the data: what is in it, in words and numbers; what can be downloaded, and how it is verified."""

import re

import html5rdf
import pytest

from axisld.pipeline import Built
from tests.conftest import BASE
from tests.live import Server
from tests.published import Published
from tests.test_pages import BROWSER, Elements, text_of


def test_the_page_of_the_data_says_what_there_is_in_words(server: Server, built: Built) -> None:
    page = server.get("/dataset?lang=en", BROWSER).text
    html5rdf.HTMLParser(strict=True).parse(page)
    text = text_of(page)
    for expected in (
        "Made by The survey",
        f"Statements {built.record.parts[0].triples}",
        "bridge br:Bridge 9",
        "crosses br:crosses 1",
        f"derived What follows from it by the rules of this publication. {built.record.parts[3].quads}",
        f"{BASE}sparql",
    ):
        assert expected in text, expected


def test_standard_terms_have_words_beside_their_short_names(server: Server) -> None:
    rows = re.findall(
        r"<tr><td>(.*?)</td><td><code>([^<]+)</code></td>", server.get("/dataset", BROWSER).text, re.DOTALL
    )
    words = {short: text_of(f"<main{name}").strip(" >") for name, short in rows}
    assert words["skos:prefLabel"] != "skos:prefLabel"


def test_links_to_other_publications_are_counted(publication: Published) -> None:
    text = text_of(publication.get("/dataset?lang=en", BROWSER).text)
    assert re.search(r"http://www\.wikidata\.org/entity/ \d+", text)


@pytest.mark.parametrize("path", ["/dumps/", "/graph/data"])
def test_every_download_is_offered_with_its_size_and_checksum(server: Server, built: Built, path: str) -> None:
    page = server.get(path, BROWSER).text
    html5rdf.HTMLParser(strict=True).parse(page)
    links = {link["href"] for link in Elements(page).all("a")}
    dumps = [dump for dump in built.record.dumps if path == "/dumps/" or dump.part == "data"]
    assert dumps
    for dump in dumps:
        assert f"/dumps/{dump.file}" in links
        assert f"{dump.sha256}  {dump.file}\n" in page
    assert "one statement a line" in text_of(page)


def test_the_downloads_of_one_release_stay_those_of_that_release(server: Server, built: Built) -> None:
    digest = built.record.digest
    page = server.get(f"/dumps/{digest}/", BROWSER).text
    files = [href for link in Elements(page).all("a") if (href := link["href"]).endswith((".nq", "SUMS"))]
    assert files
    assert all(href.startswith(f"/dumps/{digest}/") for href in files)
    assert all(server.get(href).status == 200 for href in files)
    assert server.get(f"/dumps/{'0' * 64}/", BROWSER).status == 404


def test_what_there_is_not_says_why(server: Server, built: Built) -> None:
    text = text_of(server.get("/dumps/", BROWSER).text)
    assert built.record.without
    assert all(file in text for file in built.record.without)


def test_a_graph_says_what_it_holds_and_how_to_query_it(server: Server) -> None:
    text = text_of(server.get("/graph/inferred?ui=en", BROWSER).text)
    assert "What follows from the definitions of the ontology by OWL 2 RL." in text
    assert f"GRAPH &lt;{BASE}graph/inferred&gt;" in text
