"""What a build does with a publication that is too large for memory: the same, on disk."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from axisld import pipeline
from axisld.errors import FindingsError
from axisld.pipeline import Built
from axisld.pipeline.parse import parse
from axisld.pipeline.reason import reason
from axisld.pipeline.scale import Scale
from axisld.pipeline.sources import INFERRED
from tests.conftest import BASE

LARGE = Scale(large_statements=0, processes=2)
PREFIXES = """
@prefix br: <https://example.org/bridges/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@base <https://example.org/bridges/id/> .
"""


def inferred(site: Path, folder: Path, *, is_large: bool) -> set[str]:
    """What a build infers, as N-Triples."""
    folder.mkdir()
    sources = parse(site, folder, lambda _done, _total: None)
    reason(sources, is_large=is_large)
    return set(sources.graph(INFERRED).read_text("utf-8").splitlines())


def triple(turtle: str) -> str:
    """As N-Triples spell it, tags in lower case."""
    [found] = ox.parse(f"{PREFIXES}{turtle} .", ox.RdfFormat.TURTLE)
    return f"{found.triple} .".lower()


def add(site: Path, name: str, turtle: str) -> None:
    with (site / name).open("a", encoding="utf-8") as file:
        file.write(f"{PREFIXES}{turtle}\n")


def test_a_large_publication_makes_the_same_release_as_a_small_one(site: Path, built: Built, tmp_path: Path) -> None:
    large = pipeline.build(site, tmp_path / "large", BASE, scale=LARGE)
    assert large.record.digest == built.record.digest
    assert {dump.file: dump.sha256 for dump in large.record.dumps} == {
        dump.file: dump.sha256 for dump in built.record.dumps
    }
    assert large.findings == built.findings


RULES = [
    pytest.param("br:p rdfs:domain br:C .", "<x> br:p <y>", "<x> a br:C", id="a domain"),
    pytest.param("br:p rdfs:range br:C .", "<x> br:p <y>", "<y> a br:C", id="a range"),
    pytest.param("br:p owl:inverseOf br:q .", "<x> br:q <y>", "<y> br:p <x>", id="an inverse property"),
    pytest.param("br:p a owl:SymmetricProperty .", "<x> br:p <y>", "<y> br:p <x>", id="a symmetric property"),
    pytest.param("br:p rdfs:subPropertyOf br:q .", "<x> br:p 'a'@EN", "<x> br:q 'a'@EN", id="a narrower property"),
    pytest.param("br:p owl:equivalentProperty br:q .", "<x> br:q <y>", "<x> br:p <y>", id="an equivalent property"),
    pytest.param("br:C rdfs:subClassOf [ owl:intersectionOf ( br:D br:E ) ] .", "<x> a br:C", "<x> a br:E",
                 id="an intersection"),
    pytest.param("br:D owl:unionOf ( br:B br:C ) .", "<x> a br:C", "<x> a br:D", id="a union"),
    pytest.param("br:C owl:equivalentClass br:D .", "<x> a br:D", "<x> a br:C", id="an equivalent class"),
    pytest.param("br:C rdfs:subClassOf [ a owl:Restriction ; owl:onProperty br:p ; owl:hasValue <y> ] .", "<x> a br:C",
                 "<x> br:p <y>", id="a value that all members have"),
    pytest.param("br:p rdfs:subPropertyOf br:q . [] a owl:Restriction ; owl:onProperty br:q ; owl:hasValue <y> ;"
                 " rdfs:subClassOf br:C .", "<x> br:p <y>", "<x> a br:C", id="a value that makes a member"),
]  # fmt: skip


@pytest.mark.parametrize(("ontology", "said", "follows"), RULES)
def test_what_follows_from_one_statement_is_inferred_whatever_the_size(
    site: Path, tmp_path: Path, ontology: str, said: str, follows: str
) -> None:
    add(site, "ontology/bridges.ttl", f"{ontology} br:p rdfs:label 'p'@en .")
    add(site, "data/bridges.ttl", f"{said} . <y> rdfs:label 'y'@en .")
    small = inferred(site, tmp_path / "small", is_large=False)
    assert inferred(site, tmp_path / "large", is_large=True) == small
    assert triple(follows) in {line.lower() for line in small}


def test_what_joins_statements_is_not_inferred_of_a_large_publication(site: Path, tmp_path: Path) -> None:
    add(site, "ontology/bridges.ttl", "br:p a owl:TransitiveProperty .")
    add(site, "data/bridges.ttl", "<x> br:p <y> . <y> br:p <z> .")
    joined = triple("<x> br:p <z>")
    assert joined in inferred(site, tmp_path / "small", is_large=False)
    assert joined not in inferred(site, tmp_path / "large", is_large=True)


def test_a_contradiction_stops_a_large_build_too(site: Path, tmp_path: Path) -> None:
    add(site, "data/bridges.ttl", "<old-bridge> a br:River .")
    findings = []
    for scale in (Scale(), LARGE):
        with pytest.raises(FindingsError) as stopped:
            pipeline.build(site, tmp_path / "releases", scale=scale)
        findings.append(stopped.value.findings)
    assert findings[0] == findings[1]
    assert "cannot be both" in findings[0][0].message
