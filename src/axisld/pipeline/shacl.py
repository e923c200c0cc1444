"""What pySHACL finds, as plain texts; whatever goes wrong inside it is a shape that cannot be used."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import pyshacl
import rdflib
from rdflib.namespace import SH as SHACL
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query

from axisld.pipeline.quiet import quiet_and_offline
from axisld.pipeline.table_graph import node, spelled
from axisld.terms import Statement
from axisld.vocabulary import SH


class Found(NamedTuple):
    """One result of a validation."""

    severity: str  # "Violation", or the IRI of a severity that SHACL does not know
    message: str
    focus: str  # the IRI, or that of what a blank node hangs on; a literal's text
    shape: str  # likewise
    property: str  # as Turtle; "" for blank nodes, whose label means nothing to a reader
    value: str  # likewise
    path_term: str  # the terms of both; "" where they are blank nodes or missing
    value_term: str


class UnusableShapeError(Exception):
    """A shape that pySHACL, or what stands under it, does not take. Holds one text, so that it leaves a process."""


class _ReadingOnce(rdflib.Graph):
    """A graph that reads the text of a query once: pySHACL asks the same for every focus node."""

    def __init__(self, graph: rdflib.Graph) -> None:
        super().__init__(graph.store, graph.identifier, graph.namespace_manager)
        self._read: dict[str, Query] = {}

    def query(self, query_object: str | Query, *given: Any, **named: Any) -> rdflib.query.Result:
        if isinstance(query_object, str):
            if query_object not in self._read:
                self._read[query_object] = prepareQuery(query_object, dict(self.namespaces()))
            query_object = self._read[query_object]
        return super().query(query_object, *given, **named)


def find(data: rdflib.Graph, shapes: rdflib.Graph) -> list[Found]:
    """The results for the targets that `shapes` declares. Raises UnusableShapeError."""
    data = _ReadingOnce(data)
    with quiet_and_offline():
        try:
            _, report, _ = pyshacl.validate(data, shacl_graph=shapes, advanced=True, inplace=True)
        except Exception as error:  # an author's regular expression or SPARQL fails in whatever library meets it first
            raise UnusableShapeError(_said(error)) from error
    if not isinstance(report, rdflib.Graph):
        raise UnusableShapeError(_said(report))
    return list(_results(data, shapes, report))


def _said(reason: object) -> str:
    return str(reason).split("\nFor reference", maxsplit=1)[0]


def add_statements(graph: rdflib.Graph, quads: Iterable[Statement], prefixes: Mapping[str, str]) -> rdflib.Graph:
    """The graph with these statements, whatever graph they name, and prefixes for what is said of it."""
    for quad in quads:
        graph.add((node(quad.subject), node(quad.predicate), node(quad.object)))
    for prefix, namespace in prefixes.items():
        graph.bind(prefix, namespace, override=True, replace=True)
    return graph


def _results(data: rdflib.Graph, shapes: rdflib.Graph, report: rdflib.Graph) -> Iterator[Found]:
    for result in report.objects(None, SHACL.result):
        path, value = report.value(result, SHACL.resultPath), report.value(result, SHACL.value)
        yield Found(
            str(report.value(result, SHACL.resultSeverity)).removeprefix(SH),
            min((str(text) for text in report.objects(result, SHACL.resultMessage)), default="does not conform"),
            _named(data, report.value(result, SHACL.focusNode)),
            _named(shapes, report.value(result, SHACL.sourceShape)),
            _turtle(shapes, path),
            _turtle(data, value),
            _term(path),
            _term(value),
        )


def _named(graph: rdflib.Graph, node: rdflib.term.Node | None) -> str:
    """The IRI of the node, or of the nearest one that a blank node hangs on; a literal as text."""
    seen = set()
    while isinstance(node, rdflib.BNode) and node not in seen:
        seen.add(node)
        node = next(graph.subjects(None, node), None)
    return "" if node is None or isinstance(node, rdflib.BNode) else str(node)


def _turtle(graph: rdflib.Graph, node: rdflib.term.Node | None) -> str:
    """The node as Turtle spells it; "" for none and for blank nodes."""
    if node is None or isinstance(node, rdflib.BNode):
        return ""
    return node.n3(graph.namespace_manager)


def _term(named: rdflib.term.Node | None) -> str:
    return spelled(named) if isinstance(named, rdflib.URIRef | rdflib.Literal) else ""
