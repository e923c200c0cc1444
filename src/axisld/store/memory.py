"""Statements in the memory of this process, as their author spelled them: for tests, and for what is small."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice

from axisld import terms
from axisld.store.disk import turned
from axisld.terms import Statement, line, statement


class MemoryStore:
    """A Store on two sorted lists of lines, the same that `disk` has in files."""

    def __init__(self, statements: Iterable[Statement]) -> None:
        held = set(statements)
        self._by_subject = sorted(line(quad).encode() for quad in held)
        self._by_object = sorted(line(turned(quad)).encode() for quad in held if not terms.is_literal(quad.object))

    def about(self, subject: str, predicate: str = "") -> Iterator[Statement]:
        return map(_read, _under(self._by_subject, f"{subject} {predicate} " if predicate else f"{subject} "))

    def subjects_under(self, prefix: str) -> Iterator[Statement]:
        return map(_read, _under(self._by_subject, f"<{prefix}"))

    def incoming(self, node: str, predicate: str = "", *, offset: int = 0) -> Iterator[Statement]:
        lines = _under(self._by_object, f"{node} {predicate} " if predicate else f"{node} ")
        return (turned(_read(found)) for found in islice(lines, offset, None))

    def incoming_count(self, node: str, predicate: str) -> int:
        return sum(1 for _ in _under(self._by_object, f"{node} {predicate} "))

    def incoming_counts(self, node: str) -> tuple[tuple[str, int], ...]:
        grouped = groupby(self.incoming(node), key=lambda quad: quad.predicate)
        return tuple((predicate, sum(1 for _ in group)) for predicate, group in grouped)

    def is_known(self, node: str) -> bool:
        return any(True for table in (self._by_subject, self._by_object) for _ in _under(table, f"{node} "))

    def known(self, nodes: Iterable[str]) -> set[str]:
        return set(filter(self.is_known, nodes))

    def expect(self, nodes: Iterable[str]) -> None:
        """Everything is here already."""

    def close(self) -> None:
        self._by_subject, self._by_object = [], []


def _under(lines: Sequence[bytes], prefix: str) -> Iterator[bytes]:
    """The lines that begin with `prefix`."""
    start = prefix.encode()
    position = bisect_left(lines, start)
    while position < len(lines) and lines[position].startswith(start):
        yield lines[position]
        position += 1


def _read(found: bytes) -> Statement:
    return statement(found.decode())
