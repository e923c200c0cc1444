"""What a build does with a publication that is too large for memory: the same, on disk."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pyoxigraph as ox
import pytest

from axisld import pipeline
from axisld.errors import BuildError, Finding, FindingsError
from axisld.pipeline import Built, shacl, slices
from axisld.pipeline.parse import parse
from axisld.pipeline.reason import reason
from axisld.pipeline.scale import Scale
from axisld.pipeline.sources import INFERRED
from axisld.pipeline.validate import validate
from axisld.release import VALIDATED
from tests.conftest import BASE

Seen = TypeVar("Seen")
LARGE = Scale(large_statements=0, processes=2)
PREFIXES = """
@prefix br: <https://example.org/bridges/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
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


# Validation ---------------------------------------------------------------------------------------------------------

THINGS = 200
SHAPES = """
br:Part rdfs:subClassOf br:Thing . br:Spare rdfs:subClassOf br:Part .
br:Thing a rdfs:Class , sh:NodeShape ; sh:property [ sh:path rdfs:label ; sh:minCount 1 ; sh:uniqueLang true ] .
br:PartShape a sh:NodeShape ; sh:targetClass br:Part ;
    sh:property [ sh:path br:size ; sh:datatype xsd:integer ; sh:maxInclusive 90 ; sh:severity sh:Warning ] ,
        [ sh:path br:next ; sh:class br:Part ; sh:node br:Named ] ,
        [ sh:path ( br:next br:next ) ; sh:qualifiedValueShape [ sh:class br:Spare ] ; sh:qualifiedMinCount 1 ] ,
        [ sh:path [ sh:inversePath br:next ] ; sh:maxCount 3 ] ,
        [ sh:path [ sh:zeroOrMorePath br:partOf ] ; sh:not [ sh:class br:Spare ] ] .
br:Named sh:property [ sh:path rdfs:label ; sh:minCount 1 ] .
br:Pointing a sh:NodeShape ; sh:targetSubjectsOf br:next ; sh:closed true ;
    sh:ignoredProperties ( <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> rdfs:label br:next br:size ) .
br:PointedAt a sh:NodeShape ; sh:targetObjectsOf br:partOf , br:size ; sh:nodeKind sh:IRI .
br:One a sh:NodeShape ; sh:targetNode <t7> , <nobody> , "seven" ; sh:property [ sh:path br:size ; sh:minCount 1 ] .
br:Alone a sh:NodeShape ; sh:targetClass br:Spare ; sh:sparql [ sh:message "points at itself" ; sh:select \"\"\"
    SELECT $this WHERE { $this <https://example.org/bridges/ontology#next> $this }\"\"\" ] .
"""


def thing(number: int) -> str:
    kind = ("Thing", "Part", "Spare")[number % 3]
    label = "" if number % 17 == 0 else f"rdfs:label 'thing {number}'@en ;"
    size = f"'{number}'" if number % 23 == 0 else number % 97
    other = number if number % 31 == 0 else number * 7 % THINGS
    within = f"br:partOf <t{number // 5}> ;" if number % 4 == 0 else ""
    return f"<t{number}> a br:{kind} ; {label} {within} br:size {size} ; br:next <t{other}> ."


@pytest.fixture
def parts(tmp_path: Path) -> Path:
    """A publication of some hundred things, many of which violate its shapes, of every kind of target."""
    root = tmp_path / "parts"
    for name, text in (
        ("data/dataset.ttl", "<../dataset> a <http://www.w3.org/ns/dcat#Dataset> ."),
        ("data/parts.ttl", "\n".join(map(thing, range(THINGS)))),
        ("shapes/parts.ttl", SHAPES),
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"{PREFIXES}{text}\n", "utf-8")
    return root


@pytest.fixture(autouse=True)
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "_MEAN_FOCI", 25)


def found(root: Path, folder: Path, *, processes: int = 0, last: Path | None = None) -> tuple[list[Finding], Path]:
    """What validation finds, in that many processes (0: at once), and where it is remembered."""
    folder.mkdir()
    sources = parse(root, folder, lambda _done, _total: None)
    return validate(sources, Scale(processes=processes), is_large=bool(processes), last=last), sources.validated


def test_slices_find_what_the_whole_does_for_every_kind_of_target_and_path(parts: Path, tmp_path: Path) -> None:
    add(parts, "data/parts.ttl", "<t9> br:next [ a br:Part ; br:size 'large' ; br:next [ br:size 99 ] ] .")
    at_once, _ = found(parts, tmp_path / "whole")
    assert found(parts, tmp_path / "sliced", processes=2)[0] == at_once
    assert {finding.shape.rpartition("#")[2] for finding in at_once} == {
        "Thing",
        "PartShape",
        "Pointing",
        "PointedAt",
        "One",
        "Alone",
    }


def test_a_shape_that_adds_to_the_data_is_held_against_the_whole(parts: Path, tmp_path: Path) -> None:
    add(parts, "shapes/parts.ttl", """
        br:PartShape sh:rule [ a sh:TripleRule ;
            sh:subject sh:this ;
            sh:predicate br:size ; sh:object 1000 ] .""")  # fmt: skip
    at_once, _ = found(parts, tmp_path / "whole")
    assert found(parts, tmp_path / "sliced", processes=2)[0] == at_once
    assert any("1000" in finding.value for finding in at_once)


def test_a_shape_that_cannot_be_used_is_a_finding_of_a_large_build_too(parts: Path, tmp_path: Path) -> None:
    add(parts, "shapes/parts.ttl", "br:PartShape sh:pattern '(' .")
    for processes in (0, 2):
        with pytest.raises(FindingsError, match="a shape cannot be used"):
            found(parts, tmp_path / f"in-{processes}", processes=processes)


CHANGES = [
    pytest.param("", id="none"),
    pytest.param("<t8> rdfs:label 'thing 8 again'@en .", id="of a thing"),
    pytest.param("<t8> br:partOf <t3> .", id="of a link"),
    pytest.param("<new> a br:Spare .", id="a new thing"),
    pytest.param("br:Thing rdfs:subClassOf br:Spare .", id="of the classes"),
]


@pytest.mark.parametrize("change", CHANGES)
def test_after_a_change_the_findings_are_those_of_a_full_validation(parts: Path, tmp_path: Path, change: str) -> None:
    _, last = found(parts, tmp_path / "before", processes=1)
    add(parts, "data/parts.ttl", change)
    at_once, _ = found(parts, tmp_path / "whole")
    assert found(parts, tmp_path / "after", processes=1, last=last)[0] == at_once


def test_only_what_looks_at_a_change_is_validated_again(
    parts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    validated = []
    find = shacl.find
    monkeypatch.setattr(shacl, "find", lambda data, shapes: validated.append(shapes) or find(data, shapes))

    def again(name: str, last: Path | None) -> tuple[int, Path]:
        validated.clear()
        _, remembered = found(parts, tmp_path / name, processes=1, last=last)
        return len(validated), remembered

    slices_in_all, first = again("first", None)
    assert again("unchanged", first)[0] == 0
    add(parts, "data/parts.ttl", "<t8> rdfs:label 'thing 8 again'@en .")
    few, second = again("changed", first)
    assert 0 < few < slices_in_all / 2
    add(parts, "shapes/parts.ttl", "br:PartShape sh:severity sh:Info .")
    assert again("other shapes", second)[0] == slices_in_all


def test_a_large_release_keeps_what_its_validation_looked_at(site: Path, tmp_path: Path, built: Built) -> None:
    release = pipeline.build(site, tmp_path, scale=LARGE).path
    assert "old-bridge" in (release / VALIDATED).read_text("utf-8")
    assert not (built.path / VALIDATED).exists()


def test_blank_nodes_are_the_same_in_a_store_that_was_filled_in_pieces(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["axisld.pipeline.pack"], "_PIECE_BYTES", 1000)
    chain = " . ".join(f"<x{number}> br:next _:b{number} . _:b{number} br:next _:b{number + 1}" for number in range(30))
    add(site, "data/bridges.ttl", f"{chain} .")
    store = ox.Store.read_only(str(pipeline.build(site, tmp_path).path / "store"))
    joined = "SELECT * WHERE { GRAPH ?g { ?x <https://example.org/bridges/ontology#next>+ ?y FILTER(ISIRI(?x)) } }"
    assert len(list(store.query(joined))) == sum(range(2, 32))


# Processes ----------------------------------------------------------------------------------------------------------


def test_a_process_that_is_killed_stops_the_build_with_a_clear_error() -> None:
    with pytest.raises(BuildError, match="give fewer --build-processes"):
        list(Scale(processes=2).in_processes(os._exit, [1, 1]))


def test_the_processes_of_a_build_end_with_it_even_if_it_is_killed() -> None:
    code = "import time; from axisld.pipeline.scale import Scale; "
    code += "print(list(Scale(processes=2).in_processes(time.sleep, [0.01, 0.01, 600])))"
    build = subprocess.Popen([sys.executable, "-c", code])
    workers = eventually(lambda: len(found := children(build.pid)) > 2 and found)  # two, and one that looks after them
    build.kill()
    build.wait()
    assert eventually(lambda: not [worker for worker in workers if Path(f"/proc/{worker}").exists()])


def children(process: int) -> list[str]:
    path = Path(f"/proc/{process}/task/{process}/children")
    return path.read_text().split() if path.exists() else []


def eventually(look: Callable[[], Seen]) -> Seen:
    """What `look` sees as soon as that is anything."""
    for _ in range(600):
        if seen := look():
            return seen
        time.sleep(0.1)
    raise AssertionError("it never came to that")
