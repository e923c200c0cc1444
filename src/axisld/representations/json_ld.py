"""JSON-LD 1.1 in three forms: compacted, expanded, flattened. Values are strings, never numbers: lexical forms stay."""

import json
from collections.abc import Iterable, Iterator
from json.encoder import encode_basestring as _quoted
from typing import Any

from axisld import terms
from axisld.lists import NIL
from axisld.representations.blank_nodes import BlankNodes
from axisld.representations.context import Coercion, Context
from axisld.representations.prefixes import PrefixedNames
from axisld.representations.subjects import Properties, subjects
from axisld.representations.writing import Layout, chunks
from axisld.terms import XSD_STRING, Statement
from axisld.vocabulary import RDF_TYPE

_INDENT = "  "
_NO_COERCION = Coercion()


def write_compacted(statements: Iterable[Statement], layout: Layout) -> Iterator[bytes]:
    """`{"@context": …, "@graph": [ … ]}`; a named graph is an object with its name and its own "@graph"."""
    context = layout.context or Context(layout.prefixes)
    reference = _quoted(context.url) if context.url else _indented(context.document()["@context"])
    nodes = _Nodes(context, layout.blank_nodes)
    opening = f'{{\n{_INDENT}"@context": {reference},\n{_INDENT}"@graph": ['
    return chunks(_enclosed(opening, _in_graphs(nodes, statements, _INDENT * 2), f"\n{_INDENT}]\n}}\n"))


def write_expanded(statements: Iterable[Statement], layout: Layout) -> Iterator[bytes]:
    """No context: every IRI in full, every value an object in an array (JSON-LD 1.1, 9.1 "Expanded Document Form")."""
    nodes = _Nodes(None, layout.blank_nodes)
    return chunks(_enclosed("[", _in_graphs(nodes, statements, _INDENT), "\n]\n"))


def write_flattened(statements: Iterable[Statement], layout: Layout) -> Iterator[bytes]:
    """Expanded, with every node at the top and named; lists stay lists (JSON-LD 1.1, 9.2 "Flattened Document Form")."""
    nodes = _Nodes(None, layout.blank_nodes.lists_only())
    return chunks(_enclosed("[", _in_graphs(nodes, statements, _INDENT), "\n]\n"))


def _enclosed(opening: str, body: Iterable[str], closing: str) -> Iterator[str]:
    yield opening
    yield from body
    yield closing


def _indented(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=len(_INDENT)).replace("\n", f"\n{_INDENT}")


def _in_graphs(nodes: "_Nodes", statements: Iterable[Statement], margin: str) -> Iterator[str]:
    """The members of the outermost array, separators included."""
    current, separator, writer = "", "\n", nodes
    closing = f"\n{margin}{_INDENT}]\n{margin}}}"
    for graph, subject, properties in subjects(statements, graphs=True):
        if subject in nodes.blank_nodes:
            continue
        if graph != current:
            if current:
                yield closing
                separator = ",\n"
            if graph:
                writer, opening = nodes.named_graph(graph, margin)
                yield separator + opening
                separator = "\n"
            else:
                writer = nodes
            current = graph
        yield separator + writer.top(subject, properties, margin + _INDENT * 2 if graph else margin)
        separator = ",\n"
    if current:
        yield closing


class _Nodes:
    """The spelling of one document: compacted by a context, or expanded without one."""

    def __init__(self, context: Context | None, blank_nodes: BlankNodes) -> None:
        self.blank_nodes = blank_nodes
        self._compact = context is not None
        self._prefixes = context.usable_prefixes if context else {}
        self._coercions = context.named_coercions if context else {}
        self._names = PrefixedNames(self._prefixes)
        self._clashed = False  # whether an IRI was met that the context would make another of

    def top(self, subject: str, properties: Properties, margin: str) -> str:
        """A node of the outermost array or of a graph."""
        identified = subject[0] == "<" or self.blank_nodes.needs_label(subject)
        members = self._members(properties, margin + _INDENT)
        if identified:  # behind the type, which readers that stream must see first (Streaming JSON-LD, 2.3)
            members.insert(members[0].startswith('"@type"'), f'"@id": {self._iri(subject)}')
        text = margin + self._object(members, margin)
        if not self._clashed:
            return text
        self._clashed = False
        return _without_context(self._plain().top(subject, properties, margin), margin)

    def named_graph(self, graph: str, margin: str) -> tuple["_Nodes", str]:
        """The writer of the nodes of a named graph, and the text before them."""
        opening = f'{margin}{{\n{margin}{_INDENT}"@id": {self._iri(graph)},\n{margin}{_INDENT}"@graph": ['
        if not self._clashed:
            return self, opening
        self._clashed = False
        return self._plain(), _without_context(opening, margin)

    def _plain(self) -> "_Nodes":
        return _Nodes(Context({}), self.blank_nodes)

    def _iri(self, term: str) -> str:
        """An IRI or blank node, quoted. With a prefix "urn", `urn:isbn:1` would mean another (JSON-LD 1.1 API, 5.2)."""
        name = self._names(term)
        if name[0] != "<":
            return f'"{name}"'
        name = name[1:-1]
        scheme, _, rest = name.partition(":")
        if scheme in self._prefixes and not rest.startswith("//"):
            self._clashed = True
        return _quoted(name)

    def _members(self, properties: Properties, margin: str) -> list[str]:
        members = []
        for predicate, objects in properties.items():
            others = objects
            if predicate == RDF_TYPE:
                types = [term for term in objects if term[0] != '"' and term not in self.blank_nodes]
                others = [term for term in objects if term not in types]
                if types:
                    members.append(f'"@type": {self._array([self._iri(term) for term in types], margin)}')
            if others:
                key = self._iri(predicate)
                coercion = self._coercions.get(key[1:-1], _NO_COERCION)
                inner = margin if self._compact and len(others) == 1 else margin + _INDENT
                values = [self._value(term, coercion, inner) for term in others]
                members.append(f"{key}: {self._array(values, margin)}")
        return members

    def _array(self, values: list[str], margin: str) -> str:
        """An array with a line for each value; in compacted form one value stands alone."""
        if self._compact and len(values) == 1:
            return values[0]
        line = f"\n{margin}{_INDENT}"
        return f"[{line}{f',{line}'.join(values)}\n{margin}]"

    def _object(self, members: list[str], margin: str) -> str:
        line = f"\n{margin}{_INDENT}"
        return f"{{{line}{f',{line}'.join(members)}\n{margin}}}"

    def _value(self, term: str, coercion: Coercion, margin: str) -> str:
        if term[0] == '"':
            return self._literal(term, coercion)
        if term == NIL:
            return '{"@list": []}'
        if term[0] == "_" and term in self.blank_nodes:
            return self._nested(term, coercion, margin)
        if coercion.type == "@id":
            return self._iri(term)
        return f'{{"@id": {self._iri(term)}}}'

    def _nested(self, node: str, coercion: Coercion, margin: str) -> str:
        items = self.blank_nodes.items(node)
        if items is not None:
            line = f"\n{margin}{_INDENT}"
            values = [self._value(item, coercion, margin + _INDENT) for item in items]
            return f'{{"@list": [{line}{f",{line}".join(values)}\n{margin}]}}'
        properties = self.blank_nodes.properties(node)
        if not properties:
            return f'{{"@id": "{node}"}}'
        return self._object(self._members(properties, margin + _INDENT), margin)

    def _literal(self, term: str, coercion: Coercion) -> str:
        lexical, language, datatype = terms.literal(term)
        value = _quoted(lexical)
        if language:
            plain = language == coercion.language
            tag = f'"@language": "{language}", '
        elif datatype == XSD_STRING:
            plain = coercion == _NO_COERCION
            tag = ""
        else:
            plain = datatype == f"<{coercion.type}>"
            tag = f'"@type": {self._iri(datatype)}, '
        return value if self._compact and plain else f'{{{tag}"@value": {value}}}'


def _without_context(text: str, margin: str) -> str:
    """The object with `"@context": null` as its first member: what it holds is written in full."""
    return text.replace("{", f'{{\n{margin}{_INDENT}"@context": null,', 1)
