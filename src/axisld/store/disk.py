"""The statements of a release on this machine: sorted files, by subject, by object and by predicate.

Not the SPARQL store beside them: that one rewrites literals, and its process may be busy with a stranger's query.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from heapq import merge
from itertools import groupby
from pathlib import Path

from axisld.errors import StoreError
from axisld.store.patterns import Patterns
from axisld.store.table import SortedTable
from axisld.terms import Statement, statement

BY_SUBJECT = "by-subject.nq"  # canonical N-Quads, sorted: also the dump of the whole
BY_PREDICATE = "by-predicate.txt"  # the same statements as `patterns.lines_by_predicate` writes them
BY_OBJECT = "by-object.txt"  # the same statements with IRI or blank objects, object and subject changed places


def turned(quad: Statement) -> Statement:
    """The statement with object and subject changed places: the line of `BY_OBJECT`, and back."""
    return quad._replace(subject=quad.object, object=quad.subject)


def turned_lines(lines: Iterable[bytes]) -> Iterator[bytes]:
    """What `BY_OBJECT` holds, not sorted yet, from what `BY_SUBJECT` does."""
    for line in lines:
        subject, predicate, value, rest = line.split(b" ", 3)
        if not value.startswith(b'"'):
            yield b" ".join((value, predicate, subject, rest))


class DiskStore:
    """A Store on the files in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            self._by_subject = SortedTable(folder / BY_SUBJECT)
            self._by_object = SortedTable(folder / BY_OBJECT)
        except (OSError, ValueError) as error:
            raise StoreError(f"{folder}: the statements of the release cannot be read: {error}") from error

    @cached_property
    def patterns(self) -> Patterns:
        """What fits a triple pattern: its file is opened when it is first needed."""
        return Patterns(self._by_subject, self._by_object, SortedTable(self._folder / BY_PREDICATE))

    def about(self, subject: str, predicate: str = "") -> Iterator[Statement]:
        return map(_read, self._by_subject.lines(_key(subject, predicate)))

    def subjects_under(self, prefix: str) -> Iterator[Statement]:
        return map(_read, self._by_subject.lines(f"<{prefix}".encode()))

    def incoming(self, node: str, predicate: str = "", *, offset: int = 0) -> Iterator[Statement]:
        return (turned(_read(line)) for line in self._by_object.lines(_key(node, predicate), skip=offset))

    def incoming_count(self, node: str, predicate: str) -> int:
        return self._by_object.count(_key(node, predicate))

    def incoming_counts(self, node: str) -> tuple[tuple[str, int], ...]:
        return tuple((predicate.decode(), count) for predicate, count in self._by_object.groups(_key(node, "")))

    def is_known(self, node: str) -> bool:
        key = _key(node, "")
        return any(True for table in (self._by_subject, self._by_object) for _ in table.lines(key))

    def known(self, nodes: Iterable[str]) -> set[str]:
        return set(filter(self.is_known, nodes))

    def expect(self, nodes: Iterable[str]) -> None:
        """Everything is here already."""

    def nodes(self) -> Iterator[str]:
        """Every subject and every object that is no literal, each once, in order."""
        tables = (self._by_subject, self._by_object)
        words = merge(*((word.decode() for word, _ in table.groups(b"")) for table in tables))
        return (word for word, _ in groupby(words))

    def close(self) -> None:
        self._by_subject.close()
        self._by_object.close()
        if "patterns" in vars(self):
            self.patterns.close()


def _key(node: str, predicate: str) -> bytes:
    return f"{node} {predicate} ".encode() if predicate else f"{node} ".encode()


def _read(line: bytes) -> Statement:
    return statement(line.decode())
