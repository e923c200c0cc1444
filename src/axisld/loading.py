"""Fill a SPARQL server with a release, graph by graph, and verify what it holds afterwards."""

import heapq
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import count, groupby
from pathlib import Path

from axisld import canonical, terms
from axisld.errors import AxisError
from axisld.release import METADATA, Release
from axisld.remote import metadata_graph
from axisld.remote.reading import graphs_under, statements_held, triples
from axisld.remote.spelling import normal
from axisld.store.remote_client import Access, Client
from axisld.store.remote_writing import Writer, connected
from axisld.terms import Statement, statement

_SHOWN = 3  # differing statements of a graph in a message

Progress = Callable[[str, int, int], None]  # what is being done, which of how many


class LoadError(AxisError):
    """The release cannot be said in the protocol that was chosen."""

    def __init__(self, nodes: Iterable[str]) -> None:
        super().__init__(
            f"{len(frozenset(nodes))} blank nodes stand in several graphs, which the Graph Store Protocol cannot say. "
            "Name the server's SPARQL Update service too, with --update."
        )


class OwnGraphsError(AxisError):
    """The release holds graphs that have no dump of their own to be loaded from."""

    def __init__(self, graphs: Iterable[str]) -> None:
        named = ", ".join(graph or "the default graph" for graph in graphs)
        super().__init__(
            f"The release also holds {named}, which are not loaded graph by graph. "
            "Load dumps/all.nq with the server's own loader."
        )


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the server holds of one graph, compared with the release."""

    graph: str  # IRI
    statements: int  # that it should hold
    difference: str = ""  # in words; empty: it holds just these statements
    is_respelled: bool = False  # some literals are written otherwise, their values are the same


@dataclass(frozen=True, slots=True)
class _Graph:
    """One graph to be loaded."""

    iri: str
    path: Path  # of its statements in N-Quads
    statements: int

    def read(self) -> Iterator[Statement]:
        with self.path.open(encoding="utf-8", newline="\n") as lines:
            yield from map(statement, lines)


def load(release: Release, access: Access, writer: Writer, said: Progress) -> list[Loaded]:
    """Make the server hold just what the release holds in its graphs, and its metadata; what it holds then.

    Graphs of an earlier release that this one has not are emptied. Raises StoreError, LoadError, OwnGraphsError.
    """
    if release.record.other_graphs:
        raise OwnGraphsError(release.record.other_graphs)
    graphs = _graphs(release)
    client = Client(access)
    try:
        gone = graphs_under(client, release.names.graph("")) - {graph.iri for graph in graphs}
        shared = _shared_blank_nodes(graphs)
        if shared and not writer.can_add:
            raise LoadError(shared)
        steps = count(1)
        total = len(gone) + 2 * len(graphs)
        for name in sorted(gone):
            said(f"empty {name}", next(steps), total)
            writer.drop(name)
        for graph in graphs:
            said(f"load {graph.iri}", next(steps), total)
            writer.replace(graph.iri, (quad for quad in graph.read() if not _mentions(quad, shared)))
        if shared:
            writer.add(
                quad._replace(graph=terms.iri(graph.iri))  # the metadata name none
                for graph in graphs
                for quad in graph.read()
                if _mentions(quad, shared)
            )
        loaded = []
        for graph in graphs:
            said(f"verify {graph.iri}", next(steps), total)
            loaded.append(_verified(client, graph))
        return loaded
    finally:
        client.close()


def _graphs(release: Release) -> list[_Graph]:
    """The graphs of the release, and its metadata as one more."""
    graphs = [
        _Graph(release.names.graph(part.name), release.dump(f"{part.name}.nq"), part.triples)
        for part in release.record.parts[1:]
    ]
    described = len(release.metadata())
    return [*graphs, _Graph(metadata_graph(release.record.base), release.path / METADATA, described)]


def _shared_blank_nodes(graphs: Iterable[_Graph]) -> frozenset[str]:
    """Those that stand in several graphs, with what they lead to: only one request can say that they are the same."""
    quads = (quad._replace(graph=graph.iri) for graph in graphs for quad in graph.read())
    with_blanks = (quad for quad in quads if terms.is_blank(quad.subject) or terms.is_blank(quad.object))
    groups = [group for group in connected(with_blanks) if len({quad.graph for quad in group}) > 1]
    nodes = {term for group in groups for quad in group for term in (quad.subject, quad.object)}
    return frozenset(filter(terms.is_blank, nodes))


def _mentions(quad: Statement, nodes: frozenset[str]) -> bool:
    return quad.subject in nodes or quad.object in nodes


def _verified(client: Client, graph: _Graph) -> Loaded:
    """Compare counts, then digests (RDFC-1.0): as it is spelled, and if that differs, by value."""
    held = statements_held(client, graph.iri)
    if held != graph.statements:
        return Loaded(graph.iri, graph.statements, f"it holds {held} statements instead of {graph.statements}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found, expected = folder / "found", folder / "expected"
        _write(found, triples(client, graph.iri, held))
        _write(expected, graph.read())
        if _digest(found, folder) == _digest(expected, folder):
            return Loaded(graph.iri, held)
        if _digest(found, folder, normal) == _digest(expected, folder, normal):
            return Loaded(graph.iri, held, is_respelled=True)
        return Loaded(graph.iri, held, _difference(found, expected, folder))


def _write(path: Path, quads: Iterable[Statement]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(terms.line(quad._replace(graph="")) for quad in quads)


def _lines(path: Path, spell: Callable[[Statement], Statement] | None = None) -> Iterator[bytes]:
    with path.open(encoding="utf-8", newline="\n") as lines:
        for line in lines:
            yield (terms.line(spell(statement(line))) if spell else line).encode()


def _digest(path: Path, folder: Path, spell: Callable[[Statement], Statement] | None = None) -> str:
    return canonical.digest(canonical.canonical(_lines(path, spell), folder))


def _difference(found: Path, expected: Path, folder: Path) -> str:
    """The first statements that only one of the two has."""
    ours, theirs = (canonical.canonical(_lines(path, normal), folder) for path in (expected, found))
    lacking: list[str] = []
    strange: list[str] = []
    for line, is_ours in _only_in_one(ours, theirs):
        (lacking if is_ours else strange).append(line.decode().strip())
        if len(lacking) >= _SHOWN and len(strange) >= _SHOWN:
            break
    return f"it lacks {'; '.join(lacking[:_SHOWN])} and has {'; '.join(strange[:_SHOWN])}"


def _only_in_one(ours: Iterator[bytes], theirs: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    """The lines of two sorted documents that stand in one only, and whether that is the first."""
    merged = heapq.merge(((line, True) for line in ours), ((line, False) for line in theirs))
    for _, group in groupby(merged, key=lambda pair: pair[0]):
        pairs = list(group)
        if len(pairs) == 1:
            yield pairs[0]
