"""What `axisld export --static` writes, and what web servers make of it beside what they share with the server.

The look-up tests of test_web_documents, test_web_site and test_web_problems that take `host` run against nginx and
Apache httpd too.
"""

import hashlib
import html
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib

from axisld import pipeline, static
from axisld.config import Config
from axisld.pipeline import Built
from axisld.representations.formats import DOCUMENTS, TURTLE
from axisld.representations.negotiation import choose, choose_language
from axisld.static import ExportError, accept
from axisld.static.layout import NoFileError, file_of
from tests import static_hosts
from tests.conftest import BASE, SITE, skip_aloud, web_server
from tests.live import Server
from tests.test_negotiation import CLIENTS, RULES

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
BEYOND_RULES = {"a quote that never ends"}  # what regular expressions cannot see
BEYOND_SIMPLE_RULES = BEYOND_RULES | {"q=0 excludes the default too", "q=0.000 excludes"}


@pytest.mark.parametrize("looking_ahead", [True, False])
@pytest.mark.parametrize("case", [pytest.param(case, id=str(case.id)) for case in [*CLIENTS, *RULES]])
def test_web_servers_negotiate_by_patterns_as_the_server_does(case: pytest.param, *, looking_ahead: bool) -> None:
    if case.id in (BEYOND_RULES if looking_ahead else BEYOND_SIMPLE_RULES):
        pytest.skip("beyond regular expressions: docs/static.md says so")
    header = case.values[0] or ""
    found = [rule.choice for rule in accept.rules(DOCUMENTS, TURTLE, looking_ahead=looking_ahead)
             if re.search(rule.pattern, header, re.IGNORECASE)]  # fmt: skip
    chosen = choose(header, DOCUMENTS, default=TURTLE)
    content_types = {choice.name: choice.content_type for choice in accept.choices(DOCUMENTS)}
    expected = chosen.content_type if chosen else None
    assert content_types.get(found[0] if found else TURTLE.suffix) == expected


@pytest.mark.parametrize(
    "header",
    [
        "",
        "de",
        "ar",
        "fa-IR,fa;q=0.9,en-GB;q=0.8,en;q=0.7",
        "zh-Hant-TW",
        "en-US,en;q=0.5",
        "*",
        "fr, ar;q=0.9, *;q=0.1",
        "en;q=0.5, ar;q=0.9",
    ],
)
def test_web_servers_choose_languages_by_patterns_likewise(header: str) -> None:
    tags = ["en", "ar", "fa", "zh-Hant"]
    found = [
        rule.choice for rule in accept.language_rules(tags, "en") if re.search(rule.pattern, header, re.IGNORECASE)
    ]
    assert (found[0] if found else "en") == choose_language(header, tags, "en")


@pytest.mark.parametrize(
    ("url", "language", "file"),
    [
        ("", "", "index.html"),
        ("dumps/?format=json", "", "dumps/index.json"),
        ("doc/x.ttl", "", "doc/x.ttl"),
        ("doc/café.html", "fa", "assets/variants/own/1/fa/doc/café.html"),
        ("doc/x.ttl?page=2", "", "assets/variants/own/2/-/doc/x.ttl"),
        ("doc/file?format=ttl", "", "assets/variants/taken/1/-/doc/file.ttl"),
        ("doc?iri=http%3A%2F%2Fexample.net%2F%C3%A9&format=nt", "", "assets/iri/http%3A%2F%2Fexample.net%2F%C3%A9.nt"),
    ],
)  # fmt: skip
def test_every_answer_has_its_file(url: str, language: str, file: str) -> None:
    assert file_of(url, language) == file


@pytest.mark.parametrize("url", ["doc/a//b.ttl", "doc/../x.ttl", "doc/" + "x" * 300 + ".ttl", "doc/a\n.ttl"])
def test_what_no_file_can_be_named_is_said(url: str) -> None:
    with pytest.raises(NoFileError, match="a static host answers 404"):
        file_of(url)


def test_an_export_holds_what_the_server_answers(exported: Path, server: Server) -> None:
    for file in ("doc/old-bridge.ttl", "doc/old-bridge.jsonld", "doc/a/b.nt", "context.jsonld"):
        assert (exported / "site" / file).read_bytes() == server.get(f"/{file}").body, file
    assert (exported / "site" / "doc" / "café.ttl").is_file()
    assert (exported / "site" / "dumps" / "all.nt").read_bytes() == server.get("/dumps/all.nt").body


def test_the_checksums_are_those_of_all_files(exported: Path) -> None:
    lines = [line.split("  ", 1) for line in (exported / "SHA256SUMS").read_text().splitlines()]
    configured = {"_headers", "_redirects"}
    there = {path.relative_to(exported).as_posix() for path in (exported / "site").rglob("*") if path.is_file()}
    assert {file for _, file in lines} == {file for file in there if Path(file).name not in configured}
    for digest, file in lines:
        assert hashlib.sha256((exported / file).read_bytes()).hexdigest() == digest, file


def test_pages_offer_nothing_that_only_a_server_can_answer(exported: Path) -> None:
    for page in (exported / "site").rglob("*.html"):
        links = re.findall(r'(?:href|action)="(/[^"]*)"', page.read_text())
        asking = [link for link in links if re.match(r"/(sparql|search|browse|suggest|reconcile|fragments)\b", link)]
        assert asking == [], page
    graph = rdflib.Graph().parse(exported / "site" / "dataset.ttl")
    assert rdflib.URIRef(f"{BASE}sparql") not in set(graph.all_nodes())


def test_every_link_of_the_pages_leads_somewhere(exported: Path) -> None:
    """Those to pages of this site: each is a file, or a name that the configurations send to one."""
    site = exported / "site"
    for page in [site / "index.html", site / "dataset.html", *(site / "doc").glob("*.html")]:
        for link in re.findall(r'href="/([^"?#]*)[^"]*"', html.unescape(page.read_text())):
            there = [site / link, site / f"{link}.html", site / link / "index.html", site / f"doc/{link[3:]}.html"]
            there += [site / "assets" / "gone" / f"doc/{link[3:]}.json"]
            assert any(path.is_file() for path in there) or "%" in link or link == "doc" or link.endswith(".rdf"), (
                page,
                link,
            )


def test_dumps_take_no_place_twice(exported: Path, built: Built) -> None:
    dump = built.record.dumps[0].file
    assert (exported / "site" / "dumps" / dump).samefile(built.path / "dumps" / dump)


def test_the_same_release_gives_the_same_files_in_place_of_those_of_before(
    exported: Path, built: Built, tmp_path: Path
) -> None:
    again = tmp_path / "again"
    again.mkdir()
    shutil.copy(exported / "export.json", again)
    (again / "of-before").touch()
    static.export(built.path, again, Config(), ("gzip",))

    def held(folder: Path) -> dict[str, bytes]:
        return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    assert held(again) == held(exported)
    assert [path.name for path in tmp_path.iterdir()] == ["again"]


def test_a_folder_of_somebody_else_is_left_alone(built: Built, tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("mine")
    with pytest.raises(ExportError, match="name another folder"):
        static.export(built.path, tmp_path, Config(), ())
    with pytest.raises(ExportError, match="is a file"):
        static.export(built.path, letter, Config(), ())
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


@pytest.fixture(scope="module")
def caddy(exported: Path) -> Iterator[Server]:
    if not static_hosts.find("caddy"):
        skip_aloud("caddy is not installed")
    with static_hosts.caddy(exported) as running:
        yield running


@pytest.mark.parametrize(
    ("path", "accept", "media_type"),
    [
        ("/doc/old-bridge", "", "text/turtle"),
        ("/doc/old-bridge", BROWSER, "text/html"),
        ("/doc/old-bridge", "application/rdf+xml, application/xml;q=0.7, */*;q=0.09", "application/rdf+xml"),
        ("/doc/old-bridge", "text/turtle;q=0.5, application/trig;q=.9", "application/trig"),
        ("/doc/old-bridge?format=nt", "image/png", "application/n-triples"),
        ("/doc/old-bridge.jsonld", "", "application/ld+json"),
        ("/doc/caf%C3%A9", "", "text/turtle"),
        ("/ontology", BROWSER, "text/html"),
        ("/", BROWSER, "text/html"),
        ("/", "", "text/turtle"),
        ("/.well-known/void", "", "text/turtle"),
        ("/dumps/all.nt", "", "application/n-triples"),
    ],
)
def test_caddy_answers_the_common_look_ups(
    caddy: Server, server: Server, path: str, accept: str, media_type: str
) -> None:
    answer = caddy.get(path, accept)
    assert (answer.status, answer.media_type) == (200, media_type)
    assert answer.headers["access-control-allow-origin"] == "*"
    if media_type != "text/html" and path.startswith("/doc"):
        assert answer.body == server.get(path, accept).body


def test_caddy_leads_from_names_to_documents(caddy: Server) -> None:
    for path, location in (("/id/old-bridge", "doc/old-bridge"), ("/id/a%2Bb%26c%40d", "doc/a+b&c@d")):
        assert caddy.get(path).status == 303
        assert caddy.get(path).headers["location"] == BASE + location
    assert caddy.get("/id/atlantis").status == 404
    assert caddy.get("/id/ferry").status == caddy.get("/doc/ferry").status == 410


def test_other_hosts_find_rules_beside_the_pages(exported: Path) -> None:
    assert "/id/* /doc/:splat 303" in (exported / "site" / "_redirects").read_text().splitlines()
    assert "  Content-Type: text/turtle; charset=utf-8" in (exported / "site" / "_headers").read_text().splitlines()


@pytest.fixture(scope="module")
def exported_below_a_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export on https://example.org/kb/, with few links on a page."""
    folder = tmp_path_factory.mktemp("below-a-path")
    release = pipeline.build(SITE, folder / "releases", "https://example.org/kb/").path
    static.export(release, folder / "export", Config(page_links=2), ("br",))
    return folder / "export"


@pytest.mark.parametrize("name", ["nginx", "apache"])
def test_long_descriptions_and_a_base_with_a_path_are_found(name: str, exported_below_a_path: Path) -> None:
    base = "https://example.org/kb/"
    with web_server(name, exported_below_a_path) as host:
        assert host.get("/kb/id/rhine").headers["location"] == f"{base}doc/rhine"
        assert host.get("/kb/doc/rhine", BROWSER).status == host.get("/kb").status == 200
        assert host.get("/doc/rhine").status == 404
        first, second = (host.get(f"/kb/doc/old-bridge?page={page}", "application/n-triples") for page in (1, 2))
        assert second.headers["content-location"] == f"{base}doc/old-bridge.nt?page=2"
        assert first.body != second.body
        assert host.get("/kb/doc/old-bridge.html?page=2&ui=fa").headers["content-language"] == "fa"
        assert host.get("/kb/doc/old-bridge?page=99").status == 404
        coded = host.request("GET", "/kb/doc/old-bridge.html", {"Accept-Encoding": "gzip;q=0.5, br"})
        assert coded.headers.get("content-encoding") == ("br" if name == "apache" else None)
        uncoded = host.request("GET", "/kb/doc/old-bridge.html", {"Accept-Encoding": "br;q=0"})
        assert "content-encoding" not in uncoded.headers
        for hidden in ("/kb/assets/problems/404.html", "/kb/assets/gone/doc/ferry.json", "/kb/.axisld-problem"):
            assert host.get(hidden).status == 404
