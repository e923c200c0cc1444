"""What a release says it holds is counted, not estimated."""

from collections import Counter

import pyoxigraph
import pytest

from axisld.iris import Names
from axisld.pipeline import statistics
from axisld.pipeline.statistics import Links, Use, measure
from axisld.vocabulary import OWL, RDF_TYPE, RDFS, SKOS

NAMES = Names("https://example.org/")
DATA, LINKS = f"<{NAMES.graph('data')}>", f"<{NAMES.graph('links')}>"
LABEL, SAME, MATCH = f"<{RDFS}label>", f"<{OWL}sameAs>", f"<{SKOS}closeMatch>"


def thing(slug):
    return f"<{NAMES.thing(slug)}>"


def measured(*statements):
    """The statistics of (subject, predicate, object, graph), graph/data unless said otherwise."""
    quads = [(*quad, DATA) if len(quad) == 3 else quad for quad in statements]
    return measure(sorted(f"{' '.join(quad)} .\n".encode() for quad in quads), NAMES)


def test_a_triple_in_two_graphs_is_one_triple_and_two_quads():
    counted = measured((thing("a"), LABEL, '"A"'), (thing("a"), LABEL, '"A"', LINKS), (thing("a"), LABEL, '"B"'))
    assert (counted.whole.quads, counted.whole.triples, counted.whole.subjects) == (3, 2, 1)
    assert counted.whole.properties == {f"{RDFS}label": Use(triples=2, subjects=1)}
    assert {name: counts.triples for name, counts in counted.graphs.items()} == {"data": 2, "links": 1}


def test_only_things_of_the_publication_are_entities():
    counted = measured(
        (thing("a"), LABEL, '"A"'),
        ("<https://example.org/ontology#Bridge>", LABEL, '"Bridge"'),
        ("<https://example.net/id/b>", LABEL, '"B"'),
        ("_:c", LABEL, '"C"'),
    )
    assert (counted.whole.subjects, counted.whole.entities) == (4, 1)


def test_a_class_counts_its_instances_and_shows_one():
    bridge = "<https://example.org/ontology#Bridge>"
    counted = measured(
        *((thing(slug), RDF_TYPE, bridge) for slug in "ba"),
        (thing("b"), RDF_TYPE, bridge, LINKS),
        (thing("b"), RDF_TYPE, "_:unnamed"),
    )
    assert counted.whole.classes == {"https://example.org/ontology#Bridge": 2}
    assert counted.examples == {"https://example.org/ontology#Bridge": NAMES.thing("a")}


def test_the_language_used_most_comes_first_whatever_its_case():
    counted = measured(
        *(
            (thing(slug), LABEL, f'"{slug}"@{tag}')
            for slug, tag in zip("abcde", ("fr", "en", "EN", "en", "fr"), strict=True)
        ),
        (thing("a"), f"<{SKOS}definition>", '"a"@de'),
    )
    assert counted.languages == ("en", "fr")


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        pytest.param(
            [(thing("a"), SAME, "<http://www.wikidata.org/entity/Q1>", graph) for graph in (DATA, LINKS)],
            [(f"{OWL}sameAs", "http://www.wikidata.org/entity/", 1)],
            id="a link in two graphs counts once",
        ),
        pytest.param(
            [
                (thing("a"), MATCH, "<https://example.net/terms#b>"),
                (thing("b"), MATCH, "<https://example.net/terms#c>"),
            ],
            [(f"{SKOS}closeMatch", "https://example.net/terms#", 2)],
            id="a target is named up to its last # or /",
        ),
        pytest.param(
            [(thing("a"), f"<{RDFS}seeAlso>", "<https://example.net/page?of=a/b>")],
            [(f"{RDFS}seeAlso", "https://example.net/", 1)],
            id="a query is no part of the target",
        ),
        pytest.param([(thing("a"), SAME, thing("b"))], [], id="a link to another own thing leads nowhere else"),
        pytest.param([("_:a", SAME, "<https://example.net/a>")], [], id="a blank node cannot be linked"),
        pytest.param(
            [(thing("a"), "<https://example.org/ontology#by>", "<https://example.net/a>")],
            [],
            id="a property of the domain is a statement, not a link",
        ),
        pytest.param(
            [(thing("a"), "<https://example.org/ontology#by>", "<https://example.net/a>", LINKS)],
            [("https://example.org/ontology#by", "https://example.net/", 1)],
            id="except in the graph of links",
        ),
    ],
)
def test_links_out_are_counted_by_property_and_target(statements, expected):
    assert measured(*statements).links == tuple(Links(*link) for link in expected)


def test_links_to_more_sites_than_can_be_told_apart_still_count(monkeypatch):
    monkeypatch.setattr(statistics, "_MAX_TARGETS", 2)
    pages = [(thing("a"), f"<{RDFS}seeAlso>", f"<https://{host}.example/>") for host in "abcd"]
    assert {link.target: link.triples for link in measured(*pages).links} == {
        "https://a.example/": 1,
        "https://b.example/": 1,
        "": 2,
    }


def test_a_literal_that_looks_like_statements_is_one_literal():
    counted = measured((thing("a"), LABEL, '"\\" <https://example.org/x> _:b . \\"@fr"@en'))
    assert counted.languages == ("en",)
    assert list(counted.graphs) == ["data"]


def test_the_counts_of_a_release_are_those_of_its_statements(built):
    with (built.path / "by-subject.nq").open("rb") as lines:
        counted = measure(lines, NAMES).whole
    triples = {quad.triple for quad in pyoxigraph.parse(path=built.path / "dumps" / "all.trig")}
    assert counted.triples == len(triples) == built.record.parts[0].triples
    assert counted.subjects == len({triple.subject for triple in triples})
    assert {name: use.triples for name, use in counted.properties.items()} == Counter(
        triple.predicate.value for triple in triples
    )
    assert counted.classes == Counter(triple.object.value for triple in triples if str(triple.predicate) == RDF_TYPE)
