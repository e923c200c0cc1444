"""validate: pySHACL holds the data against the shapes. A Violation stops the build; what else it says is published."""

import hashlib
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import rdflib

from axisld import terms
from axisld.errors import Finding, FindingsError
from axisld.iris import is_valid_iri
from axisld.pipeline import slices
from axisld.pipeline.parse import statements
from axisld.pipeline.quiet import quiet_and_offline
from axisld.pipeline.scale import Scale
from axisld.pipeline.shacl import Found, UnusableShapeError, add_statements, find
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


def validate(
    sources: Sources, scale: Scale | None = None, *, is_large: bool = False, last: Path | None = None
) -> list[Finding]:
    """What the shapes find, Violations first; the graph `report` gets the same as a sh:ValidationReport.

    A large publication is validated slice by slice (see `slices`), with the same findings; `last` is what the last
    validation of it left to be remembered, if there is any. Raises FindingsError when a shape cannot be used;
    Violations are the caller's to act on.
    """
    files = [*map(sources.graph, _VALIDATED), sources.quads]
    shapes = [quad for graph in (SHAPES, ONTOLOGY) for quad in statements(sources.graph(graph))]
    try:
        if is_large and slices.can_be_sliced(shapes):
            found = list(slices.find(sources, files, shapes, scale or Scale(), last))
        else:
            found = _find_at_once(sources, files, shapes)
    except UnusableShapeError as error:
        message = (
            f"a shape cannot be used: {error}; look for it among the patterns, paths and SPARQL queries of shapes/"
        )
        raise FindingsError([Finding("Violation", message, "shapes", step="validate")]) from error
    results = sorted(_located(sources, found), key=lambda result: _rank(result.finding))
    with sources.graph(REPORT).open("wb") as output:
        output.writelines(terms.line(quad).encode() for quad in _report(sources, results))
    return [result.finding for result in results]


def _find_at_once(sources: Sources, files: Iterable[Path], shapes: Iterable[Statement]) -> list[Found]:
    with quiet_and_offline():
        said = chain.from_iterable(map(statements, files))
        data = add_statements(rdflib.Graph(), said, sources.prefixes)
        return find(data, add_statements(rdflib.Graph(), shapes, sources.prefixes))


class _Result(NamedTuple):
    finding: Finding
    path: str  # the terms that the report repeats; "" where they are blank nodes or missing
    value: str


def _located(sources: Sources, found: Iterable[Found]) -> Iterator[_Result]:
    found = list(found)
    places = locate(sources, {one.focus for one in found if is_valid_iri(one.focus)})
    for one in found:
        file, line = places.get(one.focus, ("", 0))
        finding = Finding(
            one.severity,
            one.message,
            file,
            line,
            focus=one.focus,
            shape=one.shape,
            property=one.property,
            value=one.value,
            step="validate",
        )
        yield _Result(finding, one.path_term, one.value_term)


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
