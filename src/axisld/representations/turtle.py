"""Turtle and TriG for people: prefixed names, the type first, nested blank nodes and lists (Turtle 1.1, TriG 1.1)."""

import re
from collections.abc import Iterable, Iterator

from axisld.lists import NIL
from axisld.representations.blank_nodes import BlankNodes
from axisld.representations.prefixes import PrefixedNames
from axisld.representations.subjects import Properties, subjects
from axisld.representations.writing import Layout, chunks
from axisld.terms import XSD, Statement
from axisld.vocabulary import RDF_TYPE

_INDENT = "    "
_LINE_CHARACTERS = 120  # past these the objects of one predicate take a line each
_INTEGER = re.compile(r'"(0|-?[1-9][0-9]*)"')
_BOOLEANS = ('"true"', '"false"')


def write_turtle(statements: Iterable[Statement], layout: Layout) -> Iterator[bytes]:
    """A block for each subject; graph names are left out."""
    text = _Text(layout)
    return chunks(text.with_prefixes(f"\n{block}" for _, block in text.blocks(statements, graphs=False)))


def write_trig(statements: Iterable[Statement], layout: Layout) -> Iterator[bytes]:
    """The same, with `<name> { … }` around each run of statements in one graph."""
    text = _Text(layout)
    return chunks(text.with_prefixes(_in_graphs(text, statements)))


def _in_graphs(text: "_Text", statements: Iterable[Statement]) -> Iterator[str]:
    current = ""
    for graph, block in text.blocks(statements, graphs=True):
        if graph != current:
            if current:
                yield "}\n"
            if graph:
                yield f"\n{text.term(graph)} {{"  # no GRAPH before it: older parsers know the word from SPARQL only
            current = graph
        yield f"\n{_indented(block) if graph else block}"
    if current:
        yield "}\n"


def _indented(block: str) -> str:
    return _INDENT + block.removesuffix("\n").replace("\n", f"\n{_INDENT}") + "\n"


class _Text:
    """The spelling of one document."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._names = PrefixedNames(layout.prefixes)
        self._blank_nodes: BlankNodes = layout.blank_nodes

    def with_prefixes(self, body: Iterable[str]) -> Iterator[str]:
        """The declarations, then the body; of a whole document only the prefixes that the body uses."""
        if self._layout.whole:
            body = list(body)
        prefixes = sorted(self._names.used if self._layout.whole else self._names.declared)
        for prefix in prefixes:
            yield f"@prefix {prefix}: <{self._layout.prefixes[prefix]}> .\n"
        blocks = iter(body)
        if not prefixes:
            yield next(blocks, "").removeprefix("\n")
        yield from blocks

    def blocks(self, statements: Iterable[Statement], *, graphs: bool) -> Iterator[tuple[str, str]]:
        """(graph, text) for each subject that is not nested in another."""
        nested = self._blank_nodes
        for graph, subject, properties in subjects(statements, graphs=graphs):
            name = ""
            if subject[0] == "_":
                if subject in nested:
                    continue
                name = "" if nested.needs_label(subject) else "[]"
            name = name or self.term(subject)
            parts = f" ;\n{_INDENT}".join(self._properties(properties, _INDENT))
            yield graph, f"{name} {parts} .\n"

    def term(self, term: str) -> str:
        """A term that is not nested."""
        if term[0] == "<":
            return self._names(term)
        if term[0] == '"' and term[-1] == ">":
            return self._typed(term)
        return term  # Turtle has the strings, escapes and labels of N-Quads (Turtle 1.1, 6.4)

    def _typed(self, term: str) -> str:
        """A literal with a datatype. Its lexical form stays: `01` is written only as "01"^^xsd:integer."""
        quoted, _, datatype = term.rpartition("^^")
        if datatype == f"<{XSD}integer>" and (match := _INTEGER.fullmatch(quoted)):
            return match[1]
        if datatype == f"<{XSD}boolean>" and quoted in _BOOLEANS:
            return quoted[1:-1]
        return f"{quoted}^^{self._names(datatype)}"

    def _properties(self, properties: Properties, margin: str) -> list[str]:
        return [
            f"{'a' if predicate == RDF_TYPE else self._names(predicate)}{self._objects(objects, margin)}"
            for predicate, objects in properties.items()
        ]

    def _objects(self, objects: list[str], margin: str) -> str:
        if len(objects) == 1:
            return f" {self._object(objects[0], margin)}"
        texts = [self._object(term, margin + _INDENT) for term in objects]
        if _fit_on_a_line(texts):
            return f" {' , '.join(texts)}"
        line = f"\n{margin}{_INDENT}"
        return line + f" ,{line}".join(texts)

    def _object(self, term: str, margin: str) -> str:
        if term[0] != "_" or term not in self._blank_nodes:
            return self.term(term) if term != NIL else "( )"
        inner = margin + _INDENT
        members = self._blank_nodes.items(term)
        if members is not None:
            return _bracketed("(", [self._object(member, inner) for member in members], "", ")", margin)
        parts = self._properties(self._blank_nodes.properties(term), inner)
        return _bracketed("[", parts, " ;", "]", margin) if parts else "[]"


def _bracketed(left: str, parts: list[str], separator: str, right: str, margin: str) -> str:
    """`[ a ; b ]` on one line where it fits, else a line for each part."""
    if _fit_on_a_line(parts):
        return f"{left} {f'{separator} '.join(parts)} {right}"
    line = f"\n{margin}{_INDENT}"
    return f"{left}{line}{f'{separator}{line}'.join(parts)}\n{margin}{right}"


def _fit_on_a_line(texts: list[str]) -> bool:
    return sum(map(len, texts)) + 3 * len(texts) < _LINE_CHARACTERS and not any("\n" in text for text in texts)
