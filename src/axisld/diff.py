"""What changed from one release to another, statement by statement, as an RDF Patch.

Releases have their statements sorted, so two of any size are compared in one pass. Blank nodes have other labels in
every release: their statements are compared by what the nodes say.
"""

import hashlib
import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Literal

from axisld import terms
from axisld.errors import AxisError
from axisld.release import read_record
from axisld.terms import Statement

_STATEMENTS = "dumps/all.nq"


class NotComparableError(AxisError):
    """Two releases on different bases: nearly every statement would differ, and none would have changed."""

    def __init__(self, old: str, new: str) -> None:
        super().__init__(f"the releases are on different bases, {old} and {new}; build both on one (--base-iri)")


@dataclass(frozen=True, slots=True)
class Change:
    """A statement that one release has and the other has not."""

    kind: Literal["A", "D"]  # added or deleted, as RDF Patch writes it
    quad: Statement

    def __str__(self) -> str:
        return f"{self.kind} {terms.line(self.quad)}".rstrip("\n")


def diff(old: Path, new: Path) -> Iterator[Change]:
    """The changes from the release in the folder `old` to that in `new`, by subject where it has a name.

    Blank nodes that say the same are the same; those of changed statements are labelled by a digest of what they say.
    Raises ReleaseError for what is no release, NotComparableError for releases on different bases.
    """
    bases = [read_record(release).base for release in (old, new)]
    if bases[0] != bases[1]:
        raise NotComparableError(*bases)
    tangled: tuple[list[Statement], list[Statement]] = ([], [])
    yield from _named_changes(_lines(old / _STATEMENTS, tangled[0]), _lines(new / _STATEMENTS, tangled[1]))
    yield from _blank_changes(*tangled)


def patch(changes: Iterable[Change], old: Path, new: Path) -> Iterator[str]:
    """The lines of an RDF Patch that turns `old` into `new`, with the digests of both in its header."""
    yield f"H prev <urn:sha256:{read_record(old).digest}> ."
    yield f"H id <urn:sha256:{read_record(new).digest}> ."
    yield "TX ."
    yield from map(str, changes)
    yield "TC ."


def _lines(path: Path, tangled: list[Statement]) -> Iterator[str]:
    """The lines without blank nodes, in the file's order, which is that of code points; the others go to `tangled`."""
    with path.open(encoding="utf-8", newline="\n") as lines:
        for line in lines:
            if line.startswith("_:") or " _:" in line:
                quad = terms.statement(line)
                if terms.is_blank(quad.subject) or terms.is_blank(quad.object):
                    tangled.append(quad)
                    continue
            yield line


def _named_changes(old: Iterator[str], new: Iterator[str]) -> Iterator[Change]:
    sides = heapq.merge(((line, "D") for line in old), ((line, "A") for line in new))
    for line, found in groupby(sides, key=lambda pair: pair[0]):
        kinds = {kind for _, kind in found}
        if len(kinds) == 1:
            yield Change("A" if kinds == {"A"} else "D", terms.statement(line))


def _blank_changes(old: list[Statement], new: list[Statement]) -> Iterator[Change]:
    counted = [Counter(_relabelled(quads)) for quads in (old, new)]
    gone, come = counted[0] - counted[1], counted[1] - counted[0]
    for quad in sorted({*gone, *come}):
        yield Change("D" if quad in gone else "A", quad)


def _relabelled(quads: list[Statement]) -> Iterator[Statement]:
    """The statements with each blank node labelled by a digest of what it says, blank nodes that it names included.

    Digests are refined until they tell no more nodes apart; nodes that say the same all the way down share a label.
    """
    says: dict[str, list[Statement]] = defaultdict(list)
    labels: dict[str, str] = {}
    for quad in quads:
        says[quad.subject].append(quad)
        labels |= {node: "_:b" for node in (quad.subject, quad.object) if terms.is_blank(node)}
    told_apart = 0
    while len(set(labels.values())) > told_apart:
        told_apart = len(set(labels.values()))
        labels = {node: _digest(says[node], labels) for node in labels}
    for quad in quads:
        subject, object_ = (labels.get(node, node) for node in (quad.subject, quad.object))
        yield quad._replace(subject=subject, object=object_)


def _digest(said: list[Statement], labels: dict[str, str]) -> str:
    lines = sorted(" ".join((quad.predicate, labels.get(quad.object, quad.object), quad.graph)) for quad in said)
    return "_:" + hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
