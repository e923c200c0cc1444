"""Validation of a large publication: slice by slice, in processes, on sorted files; and only what changed.

pySHACL validates every slice, on a graph that is the whole publication, read where it is looked at. A slice is a run of
focus nodes in the order of their names, each with the shapes that target it: the targets of the shapes are replaced by
these focus nodes (sh:targetNode), so that a slice finds what the whole would find for them, nested shapes included.

With a slice is remembered all that it looked at. When the same is there in the next build, it finds the same. (Blank
nodes have other labels in every build: a slice that looks at one is validated again.)
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from importlib.metadata import version
from itertools import chain, groupby
from pathlib import Path
from typing import NamedTuple

import rdflib
from pyshacl.shapes_graph import ShapesGraph
from rdflib.namespace import RDFS

from axisld import __version__, canonical, terms
from axisld.pipeline import shacl
from axisld.pipeline.parse import statements
from axisld.pipeline.quiet import quiet_and_offline
from axisld.pipeline.scale import Scale
from axisld.pipeline.shacl import Found, UnusableShapeError, add_statements
from axisld.pipeline.sources import Sources
from axisld.pipeline.table_graph import BY_SUBJECT, IndexStore, Node, TableStore, spelled, write_tables
from axisld.terms import Statement
from axisld.vocabulary import RDF_TYPE, SH

_TARGETS = frozenset(f"<{SH}{name}>" for name in ("targetClass", "targetNode", "targetObjectsOf", "targetSubjectsOf"))
_NOT_BY_FOCUS = frozenset(f"<{SH}{name}>" for name in ("rule", "target"))  # these need the whole at once
_TARGET_NODE = f"<{SH}targetNode>"
_FOCI, _SHAPES = "foci.tsv", "untargeted.nt"
_MEAN_FOCI = 1000  # of a slice: what it looked at stays in memory, and it costs some 50 ms of its own
_MOST_FOCI = 4000


class _Slice(NamedTuple):
    """What a process is to validate."""

    folder: str  # of the sorted files
    prefixes: tuple[tuple[str, str], ...]
    start: int  # in the file of focus nodes
    end: int
    memory: str  # the file in which the last build remembered slices; "" for none
    place: int  # of this slice there; -1 where it is not


class _Outcome(NamedTuple):
    found: list[Found]
    looked: list[str]
    seen: str  # digest of all that was there
    unusable: str  # what is wrong with a shape


def can_be_sliced(shapes: Iterable[Statement]) -> bool:
    """Whether no shape adds to the data (sh:rule) or finds its targets by a query (sh:target) (SHACL-AF, 3 and 8)."""
    return not any(quad.predicate in _NOT_BY_FOCUS for quad in shapes)


def find(
    sources: Sources, files: Iterable[Path], shapes: Sequence[Statement], scale: Scale, last: Path | None
) -> Iterator[Found]:
    """What the shapes find in the statements of the files.

    `last` is the file of what the last build remembered; that of this one is `sources.validated`.
    """
    folder = sources.folder / "validated"
    folder.mkdir()
    write_tables(folder, chain.from_iterable(map(_lines, files)))
    _write_foci(folder, shapes)
    last = last if last and last.is_file() else None
    known = dict(_remembered(last)) if last else {}
    basis = _basis(shapes)
    prefixes = tuple(sources.prefixes.items())
    names = []
    slices = []
    for start, end, digest in _ends(folder / _FOCI, basis):
        names.append(digest)
        slices.append(_Slice(str(folder), prefixes, start, end, str(last or ""), known.get(digest, -1)))
    with sources.validated.open("wb") as memory:
        for name, outcome in zip(names, scale.in_processes(_validate, slices), strict=True):
            if outcome.unusable:
                raise UnusableShapeError(outcome.unusable)
            memory.write(f"{name}\t{json.dumps(outcome[:3], ensure_ascii=False)}\n".encode())
            yield from outcome.found


def _lines(file: Path) -> Iterator[bytes]:
    with file.open("rb") as lines:
        yield from lines


def _basis(shapes: Sequence[Statement]) -> bytes:
    """What decides on a result beside the data: the shapes, and the programs."""
    programs = [f"{name} {version(name)}" for name in ("pyshacl", "rdflib")]
    lines = canonical.canonicalize(terms.line(quad).encode() for quad in set(shapes))
    return b"".join((f"axisld {__version__} {programs}\n".encode(), *lines))


def _write_foci(folder: Path, shapes: Sequence[Statement]) -> None:
    """Write which node is to be validated against which shape, sorted; and the shapes without their targets."""
    with quiet_and_offline():
        held = ShapesGraph(add_statements(_index_graph(), shapes, {}))
        targets = _Targets(held, TableStore.graph(folder))
    with (folder / _SHAPES).open("wb") as output:
        output.writelines(terms.line(quad).encode() for quad in shapes if not targets.declares(quad))
    with (folder / BY_SUBJECT).open("rb") as lines, (folder / _FOCI).open("wb") as output:
        output.writelines(canonical.sort_unique(targets.foci(lines), folder))


class _Targets:
    """The targets of shapes as pySHACL reads them (SHACL, 2.1.3)."""

    def __init__(self, shapes: ShapesGraph, data: rdflib.Graph) -> None:
        self._nodes: list[tuple[str, str]] = []
        self._by_class: dict[bytes, list[bytes]] = {}
        self._by_subject: dict[bytes, list[bytes]] = {}
        self._by_object: dict[bytes, list[bytes]] = {}
        self._implicit: set[str] = set()
        for shape in shapes.shapes:
            nodes, classes, implicit, objects_of, subjects_of = map(list, shape.target())
            name = spelled(shape.node)
            self._nodes += ((spelled(target), name) for target in nodes)
            self._implicit.update(map(spelled, implicit))
            for kind in {part for whole in (*classes, *implicit) for part in _parts(data, whole)}:
                self._by_class.setdefault(spelled(kind).encode(), []).append(name.encode())
            for found, by in ((objects_of, self._by_object), (subjects_of, self._by_subject)):
                for predicate in found:
                    by.setdefault(spelled(predicate).encode(), []).append(name.encode())

    def declares(self, quad: Statement) -> bool:
        """Whether the statement is one that gives a shape a target."""
        return quad.predicate in _TARGETS or (quad.predicate == RDF_TYPE and quad.subject in self._implicit)

    def foci(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """Focus node and shape, for the statements of these lines of N-Triples."""
        for focus, shape in self._nodes:
            yield f"{focus}\t{shape}\n".encode()
        is_type = RDF_TYPE.encode()
        for line in lines:
            subject, predicate, rest = line.split(b" ", 2)
            if predicate == is_type:
                yield from _pairs(subject, self._by_class.get(rest[:-3], ()))
            yield from _pairs(subject, self._by_subject.get(predicate, ()))
            yield from _pairs(rest[:-3], self._by_object.get(predicate, ()))


def _parts(data: rdflib.Graph, whole: Node) -> Iterator[Node]:
    """The class and its subclasses, as the data say."""
    yield whole
    yield from data.transitive_subjects(RDFS.subClassOf, whole)  # type: ignore[misc]


def _pairs(focus: bytes, shapes: Iterable[bytes]) -> Iterator[bytes]:
    return (focus + b"\t" + shape + b"\n" for shape in shapes)


def _ends(path: Path, basis: bytes) -> Iterator[tuple[int, int, str]]:
    """Where slices begin and end, and a digest of each. The names decide, so that a new one moves no other's ends."""
    start = position = foci = 0
    digest = hashlib.sha256(basis)
    with path.open("rb") as lines:
        for focus, group in groupby(lines, key=lambda line: line.partition(b"\t")[0]):
            text = b"".join(group)
            digest.update(text)
            position += len(text)
            foci += 1
            is_end = int.from_bytes(hashlib.blake2b(focus, digest_size=4).digest()) % _MEAN_FOCI == 0
            if is_end or foci == _MOST_FOCI:
                yield start, position, digest.hexdigest()
                start, foci, digest = position, 0, hashlib.sha256(basis)
    if foci:
        yield start, position, digest.hexdigest()


def _remembered(path: Path) -> Iterator[tuple[str, int]]:
    """The digest of each slice of the last build, and where its line begins."""
    position = 0
    with path.open("rb") as lines:
        for line in lines:
            yield line.partition(b"\t")[0].decode(), position
            position += len(line)


def _validate(part: _Slice) -> _Outcome:
    """In a process of the pool."""
    data = _opened(part.folder, part.prefixes)
    store = data.store
    assert isinstance(store, TableStore)
    if part.place >= 0 and (outcome := _recalled(part)).seen == store.digest(outcome.looked):
        return outcome
    store.looked.clear()
    try:
        found = shacl.find(data, _shapes_of(part))
    except UnusableShapeError as error:
        return _Outcome([], [], "", str(error))
    looked = sorted(store.looked)
    return _Outcome(found, looked, store.digest(looked), "")


def _recalled(part: _Slice) -> _Outcome:
    with Path(part.memory).open("rb") as lines:
        lines.seek(part.place)
        found, looked, seen = json.loads(lines.readline().partition(b"\t")[2])
    return _Outcome([Found(*one) for one in found], looked, seen, "")


def _shapes_of(part: _Slice) -> rdflib.Graph:
    """The shapes with the focus nodes of the slice for targets."""
    with (Path(part.folder) / _FOCI).open("rb") as lines:
        lines.seek(part.start)
        pairs = [line.split("\t") for line in lines.read(part.end - part.start).decode().split("\n")[:-1]]
    targets = (Statement(shape, _TARGET_NODE, focus) for focus, shape in pairs)
    return add_statements(_index_graph(), chain(_untargeted(part.folder), targets), dict(part.prefixes))


@lru_cache(1)
def _opened(folder: str, prefixes: tuple[tuple[str, str], ...]) -> rdflib.Graph:
    with quiet_and_offline():
        return add_statements(TableStore.graph(Path(folder)), (), dict(prefixes))


@lru_cache(1)
def _untargeted(folder: str) -> tuple[Statement, ...]:
    return tuple(statements(Path(folder) / _SHAPES))


def _index_graph() -> rdflib.Graph:
    return rdflib.Graph(store=IndexStore())
