"""One suite for all stores: what each says of the tiny publication is what its statements say."""

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice

import pytest

from axisld import terms
from axisld.iris import Names
from axisld.loading import load
from axisld.pipeline import Built
from axisld.reader import Description, Reader
from axisld.release import open_release
from axisld.remote.spelling import normal
from axisld.store import Store
from axisld.store import remote as remote_module
from axisld.store.disk import DiskStore
from axisld.store.memory import MemoryStore
from axisld.store.remote import RemoteStore
from axisld.store.remote_client import Access, Client
from axisld.store.remote_writing import Writer
from axisld.terms import Statement
from axisld.vocabulary import RDF_TYPE
from tests.conftest import BASE
from tests.endpoints import Endpoint, oxigraph, virtuoso

BACKENDS = ("memory", "disk", "oxigraph", "virtuoso")


@pytest.fixture(scope="session")
def statements(built: Built) -> list[Statement]:
    lines = (built.path / "by-subject.nq").read_text("utf-8").split("\n")[:-1]
    return [terms.statement(line) for line in lines]


@pytest.fixture(scope="session", params=BACKENDS)
def store(
    request: pytest.FixtureRequest, built: Built, statements: list[Statement], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    """The statements in one of the stores."""
    with ExitStack() as stack:
        if request.param == "memory":
            yield MemoryStore(reversed(statements))
        elif request.param == "disk":
            yield DiskStore(built.path)
        else:
            running = oxigraph() if request.param == "oxigraph" else virtuoso(tmp_path_factory.mktemp("virtuoso"))
            yield filled(stack.enter_context(running), built)


def filled(endpoint: Endpoint, built: Built) -> RemoteStore:
    release = open_release(built.path)
    access = Access(endpoint.query, seconds=30)
    found = load(release, access, Writer(access, **endpoint.writing), lambda *_: None)
    assert not [graph.difference for graph in found if graph.difference]
    graphs = [release.names.graph(part.name) for part in release.record.parts[1:]]
    return RemoteStore(Client(Access(endpoint.query, graphs=graphs)), BASE, page_rows=50)


def by_value(quads: Iterator[Statement] | list[Statement]) -> list[Statement]:
    """What is said, whatever the labels of blank nodes and the spelling of numbers."""

    def plain(term: str) -> str:
        return "_:" if terms.is_blank(term) else term

    return sorted(Statement(plain(q.subject), q.predicate, plain(q.object), q.graph) for q in map(normal, quads))


def nodes(statements: list[Statement]) -> list[str]:
    return sorted({term for quad in statements for term in quad[:3] if terms.is_iri(term)})


def test_about_gives_what_is_stated(store: Store, statements: list[Statement]) -> None:
    for node in nodes(statements):
        expected = [quad for quad in statements if quad.subject == node]
        assert by_value(store.about(node)) == by_value(expected)


def test_about_gives_one_property_where_one_is_asked_for(store: Store, statements: list[Statement]) -> None:
    bridge = f"<{BASE}id/old-bridge>"
    expected = [quad for quad in statements if quad[:2] == (bridge, RDF_TYPE)]
    assert by_value(store.about(bridge, RDF_TYPE)) == by_value(expected)


def test_statements_about_a_node_come_in_the_order_of_n_quads(store: Store) -> None:
    lines = [terms.line(quad).encode() for quad in store.about(f"<{BASE}id/old-bridge>")]
    assert len(lines) > 5
    assert lines == sorted(lines)


def test_incoming_gives_what_points_at_a_node(store: Store, statements: list[Statement]) -> None:
    for node in nodes(statements):
        expected = [quad for quad in statements if quad.object == node]
        found = list(store.incoming(node))
        assert by_value(found) == by_value(expected)
        assert [quad.predicate for quad in found if terms.is_iri(quad.subject)] == sorted(
            quad.predicate for quad in expected if terms.is_iri(quad.subject)
        )


def test_incoming_can_start_anywhere(store: Store) -> None:
    bridge = f"<{BASE}ontology#Bridge>"
    everything = list(store.incoming(bridge, RDF_TYPE))
    assert len(everything) > 8
    for offset in range(len(everything) + 2):
        assert list(store.incoming(bridge, RDF_TYPE, offset=offset)) == everything[offset:]
    assert list(islice(store.incoming(bridge, offset=2), 2)) == list(store.incoming(bridge))[2:4]


def test_counts_are_those_of_the_statements(store: Store, statements: list[Statement]) -> None:
    for node in nodes(statements):
        pointing = [quad.predicate for quad in statements if quad.object == node]
        expected = tuple((predicate, pointing.count(predicate)) for predicate in sorted(set(pointing)))
        assert store.incoming_counts(node) == expected
        assert all(store.incoming_count(node, predicate) == count for predicate, count in expected)
    assert store.incoming_count(f"<{BASE}id/atlantis>", RDF_TYPE) == 0


def test_subjects_under_gives_the_names_of_a_document(store: Store, statements: list[Statement]) -> None:
    for document in (f"{BASE}ontology#", f"{BASE}shapes#", f"{BASE}graph/report#"):
        expected = [quad for quad in statements if quad.subject.startswith(f"<{document}")]
        assert len(expected) > 10
        assert by_value(store.subjects_under(document)) == by_value(expected)
    assert not list(store.subjects_under(f"{BASE}id/old-bridge#"))


@pytest.mark.parametrize(
    ("node", "known"),
    [
        pytest.param(f"<{BASE}id/old-bridge>", True, id="a thing"),
        pytest.param("<http://www.w3.org/2002/07/owl#Class>", True, id="an object only"),
        pytest.param(f"<{BASE}id/a%2Fb>", True, id="an escaped slash"),
        pytest.param(f"<{BASE}id/café>", True, id="not ASCII"),
        pytest.param(f"<{BASE}id/old-bridg>", False, id="a part of a name"),
        pytest.param(f"<{BASE}id/x> ?p ?o }} #>", False, id="what would be more than an IRI in a query"),
        pytest.param(f"<{BASE}id/x\\u003E>", False, id="an escape of SPARQL"),
    ],
)
def test_is_known(store: Store, node: str, known: bool) -> None:
    assert store.is_known(node) is known
    assert any(True for _ in store.about(node)) is (known and "owl#" not in node)


def test_known_gives_those_that_are_known(store: Store) -> None:
    names = [f"<{BASE}id/{slug}>" for slug in ("old-bridge", "atlantis", "rhine.ttl", "x y")]
    objects = ["<http://www.w3.org/2002/07/owl#Class>", "<http://www.w3.org/2002/07/owl#Nothing>"]
    assert store.known([*names, *objects]) == {names[0], objects[0]}


def test_a_blank_node_can_be_asked_about_with_the_label_it_came_with(store: Store) -> None:
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    (members,) = (quad.object for quad in store.about(f"<{BASE}id/list>") if terms.is_blank(quad.object))
    firsts = []
    while members != f"<{rdf}nil>":
        said = {quad.predicate: quad.object for quad in store.about(members)}
        firsts.append(said[f"<{rdf}first>"])
        members = said[f"<{rdf}rest>"]
    assert firsts[0] == f"<{BASE}id/old-bridge>"
    assert terms.value(firsts[1]).lstrip("0") == "7"
    assert [quad.object for quad in store.about(firsts[2])] == ['"nested"']


def test_a_blank_node_that_points_here_can_be_asked_about(store: Store) -> None:
    (path,) = (quad.subject for quad in store.incoming(f"<{BASE}ontology#about>") if terms.is_blank(quad.subject))
    assert [quad.predicate for quad in store.about(path)] == ["<http://www.w3.org/ns/shacl#inversePath>"]


def test_documents_of_all_stores_say_the_same(store: Store, statements: list[Statement]) -> None:
    names = Names(BASE)
    here, reference = (
        Reader(held, names, page_statements=500, page_links=100) for held in (store, MemoryStore(statements))
    )

    def said(description: Description | None) -> object:
        if description is None:  # a property, say, that is described elsewhere
            return None
        counted = (description.outgoing_total, description.incoming.counts, description.pages)
        return counted, by_value(description.statements())

    for node in nodes(statements):
        assert said(here.describe(terms.value(node))) == said(reference.describe(terms.value(node)))
    for document in ("ontology", "shapes"):
        iri = f"{BASE}{document}"
        assert said(here.describe_document(iri)) == said(reference.describe_document(iri))


def test_a_hub_too_large_to_be_sorted_is_still_whole(
    store: Store, statements: list[Statement], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote_module, "SORTED_ROWS", 5)
    node = f"<{BASE}ontology#Bridge>"
    assert by_value(store.incoming(node)) == by_value([quad for quad in statements if quad.object == node])
