"""Claims on pages: who says so, since when, what contradicts it, on which source; in the terms of any publication.

A copy of the tiny publication gets remarks: statements that are things, by properties of its own that are aligned with
standard ones. No name in it is one that the program knows.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import html5rdf
import pytest

from axisld import pipeline
from tests.conftest import BASE, SITE
from tests.live import Server, serving
from tests.stating import STANDARD_PREFIXES
from tests.test_pages import BROWSER, text_of

PREFIXES = f"""{STANDARD_PREFIXES}
@prefix br: <https://example.org/bridges/ontology#> .
@prefix brsh: <https://example.org/bridges/shapes#> .
@base <https://example.org/bridges/id/> .
"""
ONTOLOGY = """
br:Remark a owl:Class ; skos:prefLabel "remark"@en .
br:ofThing skos:prefLabel "of"@en ; skos:closeMatch rdf:subject .
br:relation skos:prefLabel "relation"@en ; skos:closeMatch rdf:predicate ; rdfs:domain br:Remark .
br:toThing skos:prefLabel "to"@en ; skos:closeMatch rdf:object .
br:witness skos:prefLabel "witness"@en ; rdfs:subPropertyOf prov:wasAttributedTo .
br:printed skos:prefLabel "printed by"@en ; skos:closeMatch prov:hadPrimarySource .
br:told skos:prefLabel "told in"@en ; rdfs:subPropertyOf prov:wasGeneratedBy .
br:against skos:prefLabel "against"@en ; skos:closeMatch cito:disagreesWith .
br:footnote skos:prefLabel "footnote"@en ; skos:closeMatch cito:cites .
br:toBook skos:prefLabel "book"@en ; skos:closeMatch cito:hasCitedEntity .
br:strength skos:prefLabel "strength"@en ; rdfs:range br:Strength .
br:Strength owl:oneOf ( br:Near br:Far ) .
br:Near skos:prefLabel "Near"@en .
br:Far skos:prefLabel "Far"@en .
br:period skos:prefLabel "period"@en ; skos:closeMatch schema:temporalCoverage .
br:seen skos:prefLabel "seen"@en ; skos:closeMatch dcterms:valid .
br:onLine skos:prefLabel "on line"@en ; skos:closeMatch oa:hasSelector .
br:inBook skos:prefLabel "in book"@en ; skos:closeMatch oa:hasSource .
br:mood skos:prefLabel "mood"@en ; rdfs:range br:Mood .
br:Mood owl:oneOf ( br:Sure br:Unsure ) .
br:Sure skos:prefLabel "Sure"@en .
br:Unsure skos:prefLabel "Unsure"@en ; skos:notation "¿" .
"""
SHAPES = """
brsh:TellingGroup a sh:PropertyGroup ; rdfs:label "The telling"@en ; sh:order 2 .
brsh:RemarkGroup a sh:PropertyGroup ; rdfs:label "The remark"@en ; sh:order 1 .
brsh:RemarkShape a sh:NodeShape ; sh:targetClass br:Remark ;
    sh:property brsh:RemarkShape-witness , brsh:RemarkShape-mood , brsh:RemarkShape-of .
brsh:RemarkShape-witness sh:path br:witness ; sh:name "seen by"@en ; sh:order 5 ; sh:group brsh:TellingGroup .
brsh:RemarkShape-mood sh:path br:mood ; sh:order 7 ; sh:group brsh:RemarkGroup ; dash:propertyRole dash:KeyInfoRole .
brsh:RemarkShape-of sh:path br:ofThing ; sh:order 6 ; sh:group brsh:RemarkGroup .
"""
DATA = """
<remark/1> a br:Remark ; skos:prefLabel "Ann says that the Old Bridge crosses the Rhine."@en ;
    br:ofThing <old-bridge> ; br:relation br:crosses ; br:toThing <rhine> ; br:mood br:Sure ;
    br:witness <ann> ; br:told <letter> ; br:period "1989/.." ; br:onLine <line-3> ; skos:note "on a clear day"@en ;
    br:footnote [ br:toBook <guide-10> ; br:strength br:Near ] , [ br:toBook <guide-9> ; br:strength br:Far ] ;
    br:against <remark/2> .
<remark/2> a br:Remark ; skos:prefLabel "Bob says that it crosses nothing."@en ;
    br:ofThing <old-bridge> ; br:relation br:crosses ; br:toThing "nothing"@en ; br:mood br:Unsure ;
    br:witness <bob> ; br:seen "2012-03" .
<ann> a foaf:Agent ; skos:prefLabel "Ann"@en .
<bob> a foaf:Agent ; skos:prefLabel "Bob"@en .
<letter> a foaf:Document ; skos:prefLabel "a letter"@en ; br:printed <gazette> .
<gazette> a foaf:Document ; skos:prefLabel "the gazette"@en .
<line-3> a foaf:Document ; skos:prefLabel "line 3"@en ; dcterms:isPartOf <chapter> .
<chapter> a foaf:Document ; skos:prefLabel "chapter one"@en ; br:inBook <guide> .
<guide> a foaf:Document ; skos:prefLabel "the guide"@en ; foaf:page <https://example.net/guide> .
<guide-9> a foaf:Document ; skos:prefLabel "guide, 9"@en ; skos:notation "9" .
<guide-10> a foaf:Document ; skos:prefLabel "guide, 10"@en ; skos:notation "10" ;
    dcterms:bibliographicCitation "Carl (1902) “A guide”." .
"""
MANY = 60  # more remarks of one thing than a page shows


def many() -> str:
    return "".join(
        f"""<remark/m{number}> a br:Remark ; skos:prefLabel "Remark {number} on the north arch."@en ;
    br:ofThing <old-bridge/north-arch> ; br:relation br:crosses ; br:toThing <rhine> ; br:witness <ann> .
"""
        for number in range(MANY)
    )


@pytest.fixture(scope="module")
def remarks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    root = Path(shutil.copytree(SITE, tmp_path_factory.mktemp("remarks") / "site"))
    (root / "ontology" / "remarks.ttl").write_text(PREFIXES + ONTOLOGY, "utf-8")
    (root / "shapes" / "remarks.ttl").write_text(PREFIXES + SHAPES, "utf-8")
    (root / "data" / "remarks.ttl").write_text(PREFIXES + DATA + many(), "utf-8")
    built = pipeline.build(root, root.parent / "releases", BASE)
    with serving(built.path) as running:
        yield running


def page(server: Server, path: str) -> str:
    answer = server.get(f"{path}{'&' if '?' in path else '?'}lang=en", BROWSER)
    assert answer.status == 200, answer.text
    html5rdf.HTMLParser(strict=True).parse(answer.text)
    assert len(answer.body) < 100 * 1024
    return answer.text


def section(html: str, name: str) -> str:
    """The text of the section with this heading."""
    return text_of("<main" + html.partition(f'aria-labelledby="{name}"')[2].partition("</section>")[0])


def test_a_reader_sees_what_is_claimed_by_whom_since_when_and_on_which_source(remarks: Server) -> None:
    told = section(page(remarks, "/doc/old-bridge"), "claims-subject")
    for expected in (
        "What is claimed of it 2",
        "crosses",
        "● Sure",
        "Ann says that the Old Bridge crosses the Rhine. [9] [10]",
        "said by Ann",
        "in a letter",
        "since 1989",
        "note : on a clear day",
        "[9] Far",
        "line 3",
        "as of March 2012",
    ):
        assert expected in told, expected
    assert "Near" not in told


def test_claims_that_conflict_stand_side_by_side(remarks: Server) -> None:
    html = page(remarks, "/doc/old-bridge")
    (pair,) = re.findall(r'<div class="versus">(.*?)</li>\s*</ul>\s*</section>', html, re.DOTALL)
    sides = pair.split('<div class="side"')[1:]
    assert ["Ann says" in side for side in sides] == [True, False]
    assert "conflicts with" in sides[1]
    assert "¿" in sides[1]
    assert html.count('id="c-remark-2"') == 1
    assert "It conflicts with 1 other claim" in text_of(page(remarks, "/doc/remark/2"))


def test_sources_are_listed_by_their_numbers_as_in_an_encyclopedia(remarks: Server) -> None:
    html = page(remarks, "/doc/old-bridge")
    assert "[9] guide, 9 entry [10] Carl (1902) “A guide”. entry" in section(html, "sources")
    assert '<a href="#source-10" title="Source 10">[10]</a>' in html
    assert '<li id="source-10">' in html
    assert "[10]" in section(page(remarks, "/doc/guide-10"), "claims-cited")


def test_at_the_other_end_a_claim_is_read_from_there(remarks: Server) -> None:
    told = section(page(remarks, "/doc/rhine"), "claims-object")
    assert "is crossed by" in told
    assert "Old Bridge ● Sure" in told


def test_the_page_of_a_claim_says_it_all(remarks: Server) -> None:
    html = page(remarks, "/doc/remark/1")
    text = text_of(html)
    for expected in (
        "subject Old Bridge predicate crosses object Rhine",
        "How it came into the source Ann a letter the gazette guide",
        "In the source: line 3 , chapter one , the guide ( read it there )",
        "The remark of Old Bridge mood ● Sure The telling seen by Ann",
    ):
        assert expected in text, expected
    assert '<a href="https://example.net/guide" rel="external">read it there</a>' in html


@pytest.mark.parametrize(
    ("path", "name", "heading"),
    [
        ("/doc/ann", "claims-attribution", "What it is said to have said"),
        ("/doc/letter", "claims-utterance", "What was said in it"),
        ("/doc/line-3", "claims-passage", "What is claimed there"),
        ("/doc/guide-10", "claims-cited", "What rests on it"),
    ],
)
def test_whoever_and_whatever_stands_behind_a_claim_shows_it(
    remarks: Server, path: str, name: str, heading: str
) -> None:
    told = section(page(remarks, path), name)
    assert heading in told
    assert "Ann says that the Old Bridge crosses the Rhine." in told


def test_what_follows_from_a_claim_leads_back_to_it(remarks: Server) -> None:
    text = text_of(page(remarks, "/doc/caf%C3%A9"))
    assert "1901 xsd:gYear derived: What only one claim says about the opening of a bridge counts as said." in text
    html = page(remarks, "/doc/rhine")
    assert re.search(r"inferred: from <a[^>]*>Old Bridge</a>: <a[^>]*>crosses</a>", html)


def test_a_hub_stays_small_and_every_claim_is_found(remarks: Server) -> None:
    html = page(remarks, "/doc/old-bridge/north-arch")
    assert f"What is claimed of it 30 of {MANY}" in text_of(html)
    (url,) = re.findall(r'<a href="([^"]*via=[^"]*)">60 statements</a>', html)
    found: set[str] = set()
    while url:
        listed = page(remarks, unquote(url.replace("&amp;", "&").replace("&lang=en", "")))
        found |= set(re.findall(r"Remark \d+ on the north arch", listed))
        following = re.search(r'<a rel="next" href="([^"]*)"', listed)
        url = following[1] if following else ""
    assert len(found) == MANY


def test_what_points_to_a_thing_by_one_property_is_data_too(remarks: Server) -> None:
    answer = remarks.get("/doc/old-bridge/north-arch?via=br:ofThing&page=2", "application/n-triples")
    of_thing = f"<{BASE}ontology#ofThing> <{BASE}id/old-bridge/north-arch> ."
    assert sum(of_thing in line for line in answer.text.splitlines()) == MANY - 40
    assert remarks.get("/doc/rhine?via=br:mood", BROWSER).status == 404
    assert remarks.get("/doc/rhine?via=nonsense", BROWSER).status == 404
    assert remarks.get("/doc/old-bridge/north-arch?via=br:ofThing&page=9", BROWSER).status == 404


def test_a_page_gives_the_query_that_made_it(remarks: Server) -> None:
    (query,) = re.findall(r'href="/sparql#query=([^"]*)"', page(remarks, "/doc/remark/1"))
    answer = remarks.get("/sparql?query=" + query, "application/n-triples")
    assert f"<{BASE}id/remark/1> <{BASE}ontology#witness> <{BASE}id/ann> ." in answer.text


def test_a_link_says_for_which_release_it_was_made(remarks: Server) -> None:
    html = page(remarks, "/doc/ann")
    (link,) = re.findall(r'<a href="([^"]*)"><code>[^<]*release=', html)
    assert "This link was made for" not in page(remarks, link.removeprefix(BASE.rstrip("/")))
    assert "This link was made for release 0123456789ab" in text_of(page(remarks, "/doc/ann?release=0123456789abcdef"))
    assert remarks.get("/doc/ann?release=first", BROWSER).status == 400
