"""N-Triples and N-Quads: a line for each statement (RDF 1.1 N-Triples; RDF 1.1 N-Quads)."""

from collections.abc import Iterable, Iterator

from axisld import terms
from axisld.representations.writing import Layout, chunks
from axisld.terms import Statement


def write_n_quads(statements: Iterable[Statement], layout: Layout) -> Iterator[bytes]:  # noqa: ARG001
    """Canonical N-Quads in the order given; a line that repeats the one before it is left out."""
    return chunks(_lines(statements))


def write_n_triples(statements: Iterable[Statement], layout: Layout) -> Iterator[bytes]:  # noqa: ARG001
    """Canonical N-Triples: the same without graph names."""
    return chunks(_lines(Statement(subject, predicate, value) for subject, predicate, value, _ in statements))


def _lines(statements: Iterable[Statement]) -> Iterator[str]:
    last = None
    for statement in statements:
        if statement != last:
            yield terms.line(statement)
        last = statement
