"""The statements of a release that fit a pattern: any of subject, predicate and object given, the others open.

Three sorted files answer all eight shapes of patterns: what is given is the beginning of lines, or of one run of lines
for each predicate. Counting, and going to any place among the matches, is a look-up in an index for each run; only the
statements that are asked for are read.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from axisld import terms
from axisld.store.table import SortedTable
from axisld.terms import Statement

_BY_PREDICATE = re.compile(r'(<[^>]*>) ((?:<[^>]*>|_:[^ ]+|"(?:[^"\\]|\\.)*"[^ ]*)) ([^ ]+)(?: ([^ ]+))? \.')


def lines_by_predicate(lines: Iterable[bytes]) -> Iterator[bytes]:
    """What the file by predicate and object holds, not sorted yet, from lines of canonical N-Quads."""
    for line in lines:
        subject, predicate, rest = line.split(b" ", 2)
        end = object_bytes(rest)
        yield b" ".join((predicate, rest[:end], subject, rest[end + 1 :]))


def object_bytes(rest: bytes) -> int:
    """How long the object is that this part of a line begins with; only literals hold quotation marks."""
    return rest.index(b" ", max(rest.rfind(b'"'), 0))


@dataclass(frozen=True, slots=True)
class _Run:
    """Lines of one file that begin alike."""

    table: SortedTable
    prefix: bytes
    read: Callable[[str], Statement]


@dataclass(frozen=True)
class Matches:
    """What fits a pattern; a statement that stands in two graphs fits twice."""

    _runs: tuple[_Run, ...]

    @cached_property
    def count(self) -> int:
        return sum(self._counts)

    def part(self, start: int, length: int) -> Iterator[Statement]:
        """`length` matches from the `start`-th on; 0 is the first."""
        for run, count in zip(self._runs, self._counts, strict=True):
            if start < count and length > 0:
                taken = min(length, count - start)
                for line in islice(run.table.lines(run.prefix, skip=start), taken):
                    yield run.read(line.decode())
                start, length = 0, length - taken
            else:
                start -= min(start, count)

    @cached_property
    def _counts(self) -> tuple[int, ...]:
        return tuple(run.table.count(run.prefix) for run in self._runs)


class Patterns:
    """Matches in three files: by subject, by object without literals, by predicate."""

    def __init__(self, subjects: SortedTable, objects: SortedTable, predicates: SortedTable) -> None:
        self._subjects = subjects
        self._objects = objects
        self._predicates = predicates

    def matching(self, subject: str = "", predicate: str = "", object: str = "") -> Matches:
        """The statements with these terms; "" is open."""
        if subject:
            return Matches(tuple(self._of_subject(subject, predicate, object)))
        if predicate:
            return Matches((self._run_by_predicate(predicate, object),))
        if terms.is_literal(object):
            return Matches(tuple(self._run_by_predicate(used, object) for used in self._used))
        if object:
            return Matches((_Run(self._objects, _prefix(object), _from_object),))
        return Matches((_Run(self._subjects, b"", terms.statement),))

    def close(self) -> None:
        """Let go of the file that nobody else has."""
        self._predicates.close()

    def _of_subject(self, subject: str, predicate: str, object: str) -> Iterator[_Run]:
        found = [predicate]
        if object and not predicate:
            found = [name.decode() for name, _ in self._subjects.groups(_prefix(subject))]
        for used in found:
            yield _Run(self._subjects, _prefix(*filter(None, (subject, used, object))), terms.statement)

    def _run_by_predicate(self, predicate: str, object: str) -> _Run:
        return _Run(self._predicates, _prefix(*filter(None, (predicate, object))), _from_predicate)

    @cached_property
    def _used(self) -> tuple[str, ...]:
        """All predicates."""
        return tuple(name.decode() for name, _ in self._predicates.groups(b""))


def _prefix(*given: str) -> bytes:
    return "".join(f"{term} " for term in given).encode()


def _from_object(line: str) -> Statement:
    turned = terms.statement(line)
    return turned._replace(subject=turned.object, object=turned.subject)


def _from_predicate(line: str) -> Statement:
    match = _BY_PREDICATE.fullmatch(line.rstrip("\n"))
    if match is None:
        raise ValueError(f"not a line of the file by predicate: {line[:80]}")
    predicate, object_, subject, graph = match.groups()
    return Statement(subject, predicate, object_, graph or "")
