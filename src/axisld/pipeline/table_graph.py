"""The statements of sorted files as a graph of rdflib that is read where it is looked at: its size does not matter."""

import hashlib
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

import rdflib
from rdflib.plugins.stores.memory import Memory

from axisld import canonical, terms
from axisld.store.disk import turned_lines
from axisld.store.table import SortedTable, write_table

Node = rdflib.URIRef | rdflib.BNode | rdflib.Literal
Pattern = tuple[Node | None, Node | None, Node | None]
Triple = tuple[Node, Node, Node]

BY_SUBJECT, BY_OBJECT = "triples-by-subject", "triples-by-object"
_THINGS_KEPT = 5000  # whose statements stay in memory
_ABOUT, _POINTING, _EVERYTHING = ">", "<", ">*"  # kinds of what was looked at


def write_tables(folder: Path, lines: Iterable[bytes]) -> None:
    """Write the triples of these lines of N-Quads, sorted by subject and by object, into `folder`."""
    sorted_lines = canonical.sort_unique(lines, folder)
    write_table(folder / BY_SUBJECT, canonical.without_graphs(sorted_lines))
    with (folder / BY_SUBJECT).open("rb") as triples:
        write_table(folder / BY_OBJECT, canonical.sort_unique(turned_lines(triples), folder))


class IndexStore(Memory):
    """Statements in memory, found by subject or by predicate and object: three times as fast as rdflib's own store."""

    def __init__(self) -> None:
        super().__init__()
        self._about: dict[Node, dict[Node, list[Triple]]] = {}
        self._having: dict[tuple[Node, Node], list[Triple]] = {}
        self._triples: dict[Triple, None] = {}

    def add(self, triple: Any, context: Any, quoted: bool = False) -> None:  # noqa: ARG002 (rdflib's)
        if triple not in self._triples:
            self._triples[triple] = None
            self._about.setdefault(triple[0], {}).setdefault(triple[1], []).append(triple)
            self._having.setdefault(triple[1:], []).append(triple)

    def triples(self, pattern: Any, context: Any = None) -> Any:
        subject, predicate, value = pattern
        found: Iterable[Triple] = self._triples
        if subject is not None:
            said = self._about.get(subject, {})
            found = chain.from_iterable(said.values()) if predicate is None else said.get(predicate, ())
        elif predicate is not None and value is not None:
            found = self._having.get((predicate, value), ())
        for triple in tuple(found):
            if predicate in (None, triple[1]) and value in (None, triple[2]):
                yield triple, iter((context,))

    def __len__(self, context: Any = None) -> int:
        return len(self._triples)


class TableStore(Memory):
    """The statements of two tables. It takes no others, and notes what is looked at."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.looked: set[str] = set()
        self._graphs: tuple[rdflib.Graph, ...] = ()
        self._by_subject = SortedTable(folder / BY_SUBJECT)
        self._by_object = SortedTable(folder / BY_OBJECT)
        self._size = self._by_subject.count(b"")
        self._about = lru_cache(_THINGS_KEPT)(self._read_about)
        self._pointing = lru_cache(_THINGS_KEPT)(self._read_pointing)

    @classmethod
    def graph(cls, folder: Path) -> rdflib.Graph:
        """The tables in `folder` as a graph."""
        store = cls(folder)
        graph = rdflib.Graph(store=store)
        store._graphs = (graph,)
        return graph

    def digest(self, looked: Iterable[str]) -> str:
        """Of all that is there for those who look at this."""
        digest = hashlib.sha256()
        for key in looked:
            digest.update(f"{key}\n".encode())
            table = self._by_subject if key[0] == _ABOUT else self._by_object
            if key == _EVERYTHING:
                digest.update(self._whole)
            else:
                digest.update(b"".join(table.lines(f"{key[1:]} ".encode())))
        return digest.hexdigest()

    def triples(self, pattern: Any, context: Any = None) -> Any:  # noqa: ARG002 (of rdflib's stores)
        for triple in self._matching(*pattern):
            yield triple, iter(self._graphs)

    def __len__(self, context: Any = None) -> int:
        return self._size

    def _matching(self, subject: Node | None, predicate: Node | None, value: Node | None) -> Iterable[Triple]:
        if subject is not None:
            key, about = self._about(subject)
            self.looked.add(key)
            said = about.items() if predicate is None else ((predicate, about.get(predicate, ())),)
            return [
                (subject, name, held) for name, objects in said for held in objects if value is None or held == value
            ]
        if isinstance(value, rdflib.URIRef | rdflib.BNode):
            key, pointing = self._pointing(value, predicate)
            self.looked.add(key)
            return pointing
        self.looked.add(_EVERYTHING)
        return self._scanned(predicate, value)

    def _read_about(self, subject: Node) -> tuple[str, dict[Node, list[Node]]]:
        name = spelled(subject)
        about: dict[Node, list[Node]] = {}
        for line in self._by_subject.lines(f"{name} ".encode()):
            quad = terms.statement(line.decode())
            about.setdefault(node(quad.predicate), []).append(node(quad.object))
        return f"{_ABOUT}{name}", about

    def _read_pointing(self, value: Node, predicate: Node | None) -> tuple[str, list[Triple]]:
        key = f"{spelled(value)} {spelled(predicate)}" if predicate is not None else spelled(value)
        quads = (terms.statement(line.decode()) for line in self._by_object.lines(f"{key} ".encode()))
        return f"{_POINTING}{key}", [(node(quad.object), node(quad.predicate), value) for quad in quads]

    @cached_property
    def _whole(self) -> bytes:
        digest = hashlib.sha256()
        for line in self._by_subject.lines(b""):
            digest.update(line)
        return digest.digest()

    def _scanned(self, predicate: Node | None, value: Node | None) -> Iterator[Triple]:
        """What no table is sorted by: a literal, a predicate alone, or everything."""
        name = f" {spelled(predicate)} ".encode() if predicate is not None else b" "
        for line in self._by_subject.lines(b""):
            if name in line:
                quad = terms.statement(line.decode())
                triple = (node(quad.subject), node(quad.predicate), node(quad.object))
                if predicate in (None, triple[1]) and value in (None, triple[2]):
                    yield triple


@lru_cache(1 << 16)
def node(term: str) -> Node:
    """The node of rdflib that a term names."""
    if terms.is_iri(term):
        return rdflib.URIRef(term[1:-1])
    if terms.is_blank(term):
        return rdflib.BNode(term[2:])
    lexical, language, datatype = terms.literal(term)
    if language:
        return rdflib.Literal(lexical, lang=language)
    plain = datatype == terms.XSD_STRING  # rdflib takes "x" and "x"^^xsd:string for two; shapes ask for the latter
    return rdflib.Literal(lexical, datatype=rdflib.XSD.string if plain else datatype[1:-1], normalize=False)


def spelled(named: Node) -> str:
    """The term of a node of rdflib, but not for all literals the one that its author wrote."""
    if isinstance(named, rdflib.Literal):
        return terms.text(str(named), named.language or "", str(named.datatype or ""))
    return terms.iri(str(named)) if isinstance(named, rdflib.URIRef) else f"_:{named}"
