"""The HTML: true, complete, clean, readable."""

import json
import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import html5rdf
import pytest

from axisld import pipeline
from axisld.web.assets import Assets
from tests.conftest import BASE, SITE
from tests.live import Server, serving

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PAGES = (
    "/", "/dataset", "/dumps/", "/graph/data", "/graph/report", "/sparql", "/ontology", "/shapes", "/doc/old-bridge",
    "/doc/old-bridge/north-arch", "/doc/list", "/doc/caf%C3%A9", "/doc/odd-predicate", "/id/atlantis", "/id/ferry",
    "/doc?iri=https%3A%2F%2Fexample.net%2Frivers%2Frhine", "/id/rhine",
)  # fmt: skip


class Elements(HTMLParser):
    """The elements of a page, and the text in them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attributes}))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.found if name == tag]


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.partition("<main")[2]))


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_valid_small_and_loads_nothing_from_elsewhere(server: Server, path: str) -> None:
    page = server.get(path, BROWSER).text
    html5rdf.HTMLParser(strict=True).parse(page)
    assert len(page.encode()) < 100 * 1024
    elements = Elements(page)
    ids = [attributes["id"] for _, attributes in elements.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert [attributes["lang"] for attributes in elements.all("html")] == ["en"]
    assert len(elements.all("h1")) == 1
    scripts = [script for script in elements.all("script") if script.get("type") != "application/ld+json"]
    assert all(re.fullmatch(r"/assets/[0-9a-f]{16}/\w+\.js", script["src"]) for script in scripts)
    loaded = [link["href"] for link in elements.all("link") if link["rel"] in ("stylesheet", "icon")]
    assert all(href.startswith("/assets/") for href in loaded)
    assert not elements.all("style")
    assert not any(name.startswith("on") or name == "style" for _, given in elements.found for name in given)


def test_every_link_within_the_site_leads_somewhere(server: Server) -> None:
    seen: dict[str, set[str]] = {}
    waiting = [("/", "")]
    while waiting:
        path, source = waiting.pop()
        path = path.partition("#")[0]
        seen.setdefault(path, set()).add(source)
        if len(seen[path]) > 1:
            continue
        answer = server.get(path, BROWSER)
        cannot_hold = answer.status == 406 and path.endswith((".rdf", "format=rdf"))
        assert answer.status in (200, 303, 410) or cannot_hold, (path, source)
        if answer.status == 200 and answer.media_type == "text/html":
            links = [link["href"] for tag in ("a", "link") for link in Elements(answer.text).all(tag)]
            waiting += [(link.replace(BASE, "/"), path) for link in links if link.replace(BASE, "/").startswith("/")]
    assert len(seen) > 100


@pytest.mark.parametrize(
    ("language", "title"),
    [("de", "Alte Brücke"), ("de-AT, en;q=0.5", "Alte Brücke"), ("ar", "الجسر القديم"), ("en", "Old Bridge")],
)
def test_labels_are_in_the_readers_language(server: Server, language: str, title: str) -> None:
    answer = server.get("/doc/old-bridge", "text/html", Accept_Language=language)
    assert f"<title>{title} – " in answer.text
    assert answer.headers["content-language"].split(", ")[0] == language[:2]
    named = server.get(f"/doc/old-bridge?lang={language[:2]}", "text/html", Accept_Language="fr")
    assert f"<title>{title} – " in named.text
    assert ("Rhein" in text_of(answer.text)) == (language[:2] == "de")
    assert ("quert" in text_of(answer.text)) == (language[:2] == "de")


def test_each_text_says_its_language_and_direction(server: Server) -> None:
    page = server.get("/doc/old-bridge.html?lang=en").text
    assert '<span lang="ar" dir="rtl">الجسر القديم</span>' in page
    assert '<span lang="de" dir="auto">Alte Brücke</span>' in page
    assert '<span lang="fa" dir="rtl">پل قدیمی</span>' in page
    assert '<h1 lang="en-GB">Old Bridge</h1>' in page


def test_a_thing_is_told_with_its_claims_and_what_points_to_it(server: Server) -> None:
    page = server.get("/doc/old-bridge.html?lang=en").text
    text = text_of(page)
    for expected in (
        "A bridge of stone.",
        "crosses Rhine",
        "007 xsd:integer",
        "31.60 xsd:decimal",
        "the atlas on the opening of the Old Bridge claim opened in 1858 xsd:gYear source Atlas of 1902",
        "the survey on the opening of the Old Bridge claim opened in 1885 xsd:gYear source The survey",
        "2 statements",
        "is crossed by Rhine inferred",
    ):
        assert expected in text, expected
    assert '<a href="/ontology#crosses">crosses</a>' in page


def test_a_list_is_a_list_and_what_has_no_name_is_told_in_its_place(server: Server) -> None:
    page = server.get("/doc/list.html?lang=en").text
    assert re.search(r'<ol class="list">.*Old Bridge.*007.*nested.*</ol>', page, re.DOTALL)


def test_a_page_links_to_all_its_formats(server: Server) -> None:
    elements = Elements(server.get("/doc/old-bridge", BROWSER).text)
    alternates = {link["type"]: link["href"] for link in elements.all("link") if link["rel"] == "alternate"}
    assert alternates["text/turtle"] == "/doc/old-bridge.ttl"
    assert len(alternates) >= 6
    assert [link["href"] for link in elements.all("link") if link["rel"] == "canonical"] == [f"{BASE}doc/old-bridge"]
    footer = server.get("/doc/old-bridge", BROWSER).text.partition("<footer")[2]
    assert 'rel="license" href="https://creativecommons.org/publicdomain/zero/1.0/"' in footer
    assert "/doc/old-bridge.rdf" in footer


def test_search_engines_read_what_a_page_is_about(server: Server) -> None:
    page = server.get("/doc/old-bridge.html?lang=en").text
    block = json.loads(page.partition('<script type="application/ld+json">')[2].partition("</script>")[0])
    assert block["about"]["@id"] == f"{BASE}id/old-bridge"
    assert block["about"]["name"] == "Old Bridge"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A publication whose author wants to run scripts in readers' browsers."""
    root = Path(shutil.copytree(SITE, tmp_path_factory.mktemp("hostile") / "site"))
    with (root / "data" / "bridges.ttl").open("a", encoding="utf-8") as data:
        data.write("""
<hostile> a br:Bridge ;
    skos:prefLabel "</script><script>alert(1)</script>"@en , "\\"><img src=x onerror=alert(1)>"@de ;
    skos:definition "<b>bold</b> & 'quoted'"@en ;
    br:crosses <javascript:alert(1)> ;
    dcterms:source "javascript:alert(1)"^^xsd:anyURI , "https://example.org/?a=1&b=2"^^xsd:anyURI ;
    dcterms:description "first line\\nsecond line \\u202E reversed"@en .
""")
    built = pipeline.build(root, root.parent / "releases", BASE)
    with serving(built.path) as running:
        yield running


def test_what_an_author_wrote_is_text_and_never_runs(hostile: Server) -> None:
    for path in ("/doc/hostile.html?lang=en", "/doc/hostile.html?lang=de", "/", "/ontology.html"):
        page = hostile.get(path, BROWSER).text
        html5rdf.HTMLParser(strict=True).parse(page)
        assert "<script>alert" not in page
        assert "<img" not in page
        assert 'href="javascript' not in page
    page = hostile.get("/doc/hostile.html?lang=en").text
    assert "&lt;b&gt;bold&lt;/b&gt; &amp; &#39;quoted&#39;" in page
    assert '<a href="https://example.org/?a=1&amp;b=2" rel="external">' in page
    block = page.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    assert json.loads(block)["about"]["name"] == "</script><script>alert(1)</script>"


def _luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_colours_can_be_read_in_light_and_dark() -> None:
    """WCAG 2.2, 1.4.3: contrast of at least 4.5 for text."""
    sheet = Assets().body("style.css").decode()
    found = [dict(re.findall(r"--([\w-]+): (#\w{6})", block)) for block in re.findall(r":root \{([^}]*)\}", sheet)]
    schemes = [scheme for scheme in found if scheme]
    assert len(schemes) == 2
    for scheme in schemes:
        assert {f"badge-{number}" for number in range(1, 7)} <= scheme.keys()
        for text in scheme.keys() - {"paper", "shade", "line"}:
            for ground in ("paper", "shade"):
                lighter, darker = sorted((_luminance(scheme[text]), _luminance(scheme[ground])), reverse=True)
                assert (lighter + 0.05) / (darker + 0.05) >= 4.5, (text, ground)
