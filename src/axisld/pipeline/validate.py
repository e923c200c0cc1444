"""validate: pySHACL holds the data against the shapes. A Violation stops the build; what else it says is published."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pyshacl
import rdflib
from rdflib.namespace import SH as SHACL

from axisld import terms
from axisld.errors import Finding, FindingsError
from axisld.iris import is_valid_iri
from axisld.pipeline.parse import statements
from axisld.pipeline.quiet import quiet_and_offline
from axisld.pipeline.sources import (
    DATA,
    DATASET,
    DERIVED,
    LINKED,
    ONTOLOGY,
    REPORT,
    SHAPES,
    Sources,
    locate,
)
from axisld.terms import XSD, Statement
from axisld.vocabulary import RDF_TYPE, SH

# What is asserted and derived, not the closure: a reasoner's inverse would count against sh:maxCount.
_VALIDATED = (DATA, DATASET, DERIVED, LINKED, ONTOLOGY)


def validate(sources: Sources) -> list[Finding]:
    """What the shapes find, Violations first; the graph `report` gets the same as a sh:ValidationReport.

    Raises FindingsError when a shape cannot be used; Violations are the caller's to act on.
    """
    with quiet_and_offline():
        data = _graph(sources, [*map(sources.graph, _VALIDATED), sources.quads])
        shapes = _graph(sources, map(sources.graph, (SHAPES, ONTOLOGY)))
    report = _run(data, shapes)
    results = sorted(_results(sources, data, shapes, report), key=lambda result: _rank(result.finding))
    with sources.graph(REPORT).open("wb") as output:
        output.writelines(terms.line(quad).encode() for quad in _report(sources, results))
    return [result.finding for result in results]


def _run(data: rdflib.Graph, shapes: rdflib.Graph) -> rdflib.Graph:
    """pySHACL's report. It raises, prints or returns what is wrong with a shape; all of it becomes a finding."""
    with quiet_and_offline():
        try:
            _, report, _ = pyshacl.validate(data, shacl_graph=shapes, advanced=True, inplace=True)
        except Exception as error:  # an author's regular expression or SPARQL fails in whatever library meets it first
            raise FindingsError([_unusable(error)]) from error
    if not isinstance(report, rdflib.Graph):
        raise FindingsError([_unusable(report)])
    return report


def _unusable(reason: object) -> Finding:
    said = str(reason).split("\nFor reference", maxsplit=1)[0]
    advice = "look for it among the patterns, paths and SPARQL queries of shapes/"
    return Finding("Violation", f"a shape cannot be used: {said}; {advice}", "shapes", step="validate")


class _Result(NamedTuple):
    finding: Finding
    path: str  # the terms that the report repeats; "" where they are blank nodes or missing
    value: str


def _graph(sources: Sources, files: Iterable[Path]) -> rdflib.Graph:
    """The statements of the files as one graph, whatever graph they name."""
    graph = rdflib.Graph()
    for file in files:
        for quad in statements(file):
            graph.add((_node(quad.subject), _node(quad.predicate), _node(quad.object)))
    for prefix, namespace in sources.prefixes.items():
        graph.bind(prefix, namespace, override=True, replace=True)
    return graph


def _node(term: str) -> rdflib.URIRef | rdflib.BNode | rdflib.Literal:
    if terms.is_iri(term):
        return rdflib.URIRef(term[1:-1])
    if terms.is_blank(term):
        return rdflib.BNode(term[2:])
    lexical, language, datatype = terms.literal(term)
    if language:
        return rdflib.Literal(lexical, lang=language)
    plain = datatype == terms.XSD_STRING  # rdflib takes "x" and "x"^^xsd:string for two; shapes ask for the latter
    return rdflib.Literal(lexical, datatype=rdflib.XSD.string if plain else datatype[1:-1], normalize=False)


def _results(sources: Sources, data: rdflib.Graph, shapes: rdflib.Graph, report: rdflib.Graph) -> Iterator[_Result]:
    for result in report.objects(None, SHACL.result):
        focus = _named(data, report.value(result, SHACL.focusNode))
        file, line = locate(sources, focus) if is_valid_iri(focus) else ("", 0)
        path, value = report.value(result, SHACL.resultPath), report.value(result, SHACL.value)
        finding = Finding(
            str(report.value(result, SHACL.resultSeverity)).removeprefix(SH),
            min((str(text) for text in report.objects(result, SHACL.resultMessage)), default="does not conform"),
            file,
            line,
            focus=focus,
            shape=_named(shapes, report.value(result, SHACL.sourceShape)),
            property=_turtle(shapes, path),
            value=_turtle(data, value),
            step="validate",
        )
        yield _Result(finding, _term(path), _term(value))


def _named(graph: rdflib.Graph, node: rdflib.term.Node | None) -> str:
    """The IRI of the node, or of the nearest one that a blank node hangs on; a literal as text."""
    seen = set()
    while isinstance(node, rdflib.BNode) and node not in seen:
        seen.add(node)
        node = next(graph.subjects(None, node), None)
    return "" if node is None or isinstance(node, rdflib.BNode) else str(node)


def _turtle(graph: rdflib.Graph, node: rdflib.term.Node | None) -> str:
    """The node as Turtle spells it; "" for none and for blank nodes, whose label means nothing to a reader."""
    if node is None or isinstance(node, rdflib.BNode):
        return ""
    return node.n3(graph.namespace_manager)


def _term(node: rdflib.term.Node | None) -> str:
    if isinstance(node, rdflib.Literal):
        return terms.text(str(node), node.language or "", str(node.datatype or ""))
    return terms.iri(str(node)) if isinstance(node, rdflib.URIRef) else ""


_SEVERITIES = ("Violation", "Warning", "Info")


def _rank(finding: Finding) -> tuple[object, ...]:
    known = finding.severity in _SEVERITIES
    severity = _SEVERITIES.index(finding.severity) if known else 0
    return severity, finding.path, finding.line, finding.focus, finding.shape, finding.message, finding.value


def _report(sources: Sources, results: list[_Result]) -> Iterator[Statement]:
    """The report in SHACL's terms (SHACL, 3.6), results named by what they say, so that a build repeats them."""
    graph = terms.iri(sources.names.graph(REPORT))
    yield Statement(graph, RDF_TYPE, f"<{SH}ValidationReport>")
    yield Statement(graph, f"<{SH}conforms>", terms.text("false" if results else "true", "", f"{XSD}boolean"))
    for found, path, value in results:
        said = "\0".join((found.severity, found.focus, found.shape, found.property, found.value, found.message))
        result = terms.iri(f"{sources.names.graph(REPORT)}#{hashlib.sha256(said.encode()).hexdigest()[:16]}")
        severity = found.severity if is_valid_iri(found.severity) else f"{SH}{found.severity}"
        yield Statement(graph, f"<{SH}result>", result)
        yield Statement(result, RDF_TYPE, f"<{SH}ValidationResult>")
        yield Statement(result, f"<{SH}resultSeverity>", terms.iri(severity))
        yield Statement(result, f"<{SH}resultMessage>", terms.text(found.message, "en"))
        if found.focus:
            focus = terms.iri(found.focus) if is_valid_iri(found.focus) else terms.text(found.focus)
            yield Statement(result, f"<{SH}focusNode>", focus)
        if found.shape:
            yield Statement(result, f"<{SH}sourceShape>", terms.iri(found.shape))
        if path:
            yield Statement(result, f"<{SH}resultPath>", path)
        if value:
            yield Statement(result, f"<{SH}value>", value)
