"""The answer to a query as rows of terms: read from lines that our own engine wrote, as far as somebody looks. Pure."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from axisld import terms
from axisld.terms import XSD

_CHUNK_BYTES = 256 * 1024
# What TSV may write short (SPARQL 1.1 Query Results CSV and TSV Formats, 4.1; Turtle, 2.5).
_SHORT = {
    "boolean": re.compile(r"true|false"),
    "integer": re.compile(r"[+-]?[0-9]+"),
    "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
}


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of an answer to SELECT, CONSTRUCT or DESCRIBE."""

    columns: tuple[str, ...]  # names of variables, or of the parts of a triple
    rows: tuple[tuple[str, ...], ...]  # terms in the spelling of N-Quads; "" where a variable is not bound
    first: int  # place of the first row in the answer, from 0
    total: int  # rows of the whole answer
    is_cut: bool  # whether fewer rows than asked for are here, because they are too long


def boolean(answer: bytes) -> bool:
    """What the engine said to an ASK, in SPARQL Results JSON."""
    return bool(json.loads(answer)["boolean"])


def solutions(answer: IO[bytes], *, first: int, most: int, most_bytes: int) -> Rows:
    """Up to `most` rows from the place `first` on of an answer to SELECT, in TSV; of no more than `most_bytes`."""
    columns = tuple(name.removeprefix("?") for name in _text(answer.readline()).split("\t") if name)
    lines, total, is_cut = _excerpt(answer, first, most, most_bytes)
    rows = tuple(tuple(map(_term, line.split("\t"))) if columns else () for line in lines)
    return Rows(columns, rows, first, total, is_cut)


def triples(answer: IO[bytes], *, first: int, most: int, most_bytes: int) -> Rows:
    """Likewise of an answer to CONSTRUCT or DESCRIBE, in N-Triples."""
    lines, total, is_cut = _excerpt(answer, first, most, most_bytes)
    rows = tuple(terms.statement(line)[:3] for line in lines)
    return Rows(("subject", "predicate", "object"), rows, first, total, is_cut)


def _excerpt(answer: IO[bytes], first: int, most: int, most_bytes: int) -> tuple[list[str], int, bool]:
    """(the lines, how many there are in all, whether the bytes were not enough)."""
    skipped = sum(1 for _ in _skipped(answer, first))
    lines: list[str] = []
    is_cut = False
    while len(lines) < most and (line := answer.readline(most_bytes + 1)):
        most_bytes -= len(line)
        is_cut = most_bytes < 0
        if is_cut:
            unread = line.count(b"\n")
            break
        lines.append(_text(line))
    else:
        unread = 0
    rest = sum(chunk.count(b"\n") for chunk in iter(lambda: answer.read(_CHUNK_BYTES), b""))
    return lines, skipped + len(lines) + unread + rest, is_cut


def _skipped(answer: IO[bytes], lines: int) -> Iterator[bytes]:
    while lines > 0 and (line := answer.readline(_CHUNK_BYTES)):
        if line.endswith(b"\n"):
            lines -= 1
            yield line


def _text(line: bytes) -> str:
    return line.decode().rstrip("\r\n")


def _term(cell: str) -> str:
    """The term that a cell of TSV holds, in the spelling of N-Quads."""
    if not cell or cell[0] in '<"_':
        return cell
    datatype = next((name for name, pattern in _SHORT.items() if pattern.fullmatch(cell)), "double")
    return terms.text(cell, datatype=f"{XSD}{datatype}")
