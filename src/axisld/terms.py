"""RDF terms as their author wrote them: strings in the spelling of canonical N-Quads.

Why not objects of an RDF library: pyoxigraph's parser lower-cases language tags and its store rewrites
numbers, rdflib rewrites numbers unless told not to. What a document or a dump says never passes through either.
"""

import re
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
XSD_STRING = f"<{XSD}string>"
RDF_LANG_STRING = f"<{RDF}langString>"

_LITERAL = re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)"(?:@([A-Za-z0-9-]+)|\^\^(<[^>]*>))?', re.DOTALL)
_ESCAPED = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_SHORT_ESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_TO_ESCAPE = re.compile('[\x00-\x1f"\\\\\x7f\ufffe\uffff]')
_LONG_ESCAPES = {"\t": "\\t", "\b": "\\b", "\n": "\\n", "\r": "\\r", "\f": "\\f", '"': '\\"', "\\": "\\\\"}


class Statement(NamedTuple):
    """A quad of terms such as `<http://…>`, `_:b0`, `"x"@en`. `graph` is "" in the default graph."""

    subject: str
    predicate: str
    object: str
    graph: str = ""


# Without the constructor, which is written in Python: a build reads a hundred statements for each that is published.
_read: Callable[[tuple[str, str, str, str]], Statement] = partial(tuple.__new__, Statement)


class Literal(NamedTuple):
    """The parts of a literal, unescaped. `language` is "" if there is none; `datatype` is always a term."""

    lexical: str
    language: str
    datatype: str


def statement(line: str) -> Statement:
    """One line of N-Triples or N-Quads in canonical layout (single spaces, ` .` at the end; RDF 1.1 N-Quads, 4)."""
    subject, predicate, rest = line.split(" ", 2)
    if rest.startswith('"'):
        text, quote, after = rest.rpartition('"')  # the last one ends it: neither tags nor IRIs hold any
        if not text:
            raise ValueError(f"not a literal of N-Quads: {rest[:80]}")
        suffix, _, tail = after.partition(" ")
        value = text + quote + suffix
    else:
        value, _, tail = rest.partition(" ")
    return _read((subject, predicate, value, tail.rstrip(" .\n")))


def line(quad: Statement) -> str:
    """The statement as a line of canonical N-Quads, newline included."""
    graph = f" {quad.graph}" if quad.graph else ""
    return f"{quad.subject} {quad.predicate} {quad.object}{graph} .\n"


def is_iri(term: str) -> bool:
    return term.startswith("<")


def is_blank(term: str) -> bool:
    return term.startswith("_:")


def is_literal(term: str) -> bool:
    return term.startswith('"')


def iri(value: str) -> str:
    """The term that names `value`."""
    return f"<{value}>"


def value(term: str) -> str:
    """What an IRI term names (`<http://x>` gives `http://x`), a literal's lexical form, a blank node's label."""
    if is_iri(term):
        return term[1:-1]
    return literal(term).lexical if is_literal(term) else term


def literal(term: str) -> Literal:
    """The parts of a literal term."""
    match = _LITERAL.fullmatch(term)
    if match is None:
        raise ValueError(f"not a literal of N-Quads: {term[:80]}")
    lexical, language, datatype = match.groups()
    if language:
        return Literal(unescape(lexical), language, RDF_LANG_STRING)
    return Literal(unescape(lexical), "", datatype or XSD_STRING)


def text(lexical: str, language: str = "", datatype: str = "") -> str:
    """The literal term of these parts; `datatype` is an IRI without brackets, xsd:string when empty."""
    suffix = f"@{language}" if language else f"^^<{datatype}>" if datatype and datatype != f"{XSD}string" else ""
    return f'"{escape(lexical)}"{suffix}'


def unescape(escaped: str) -> str:
    """The characters that an escaped string of N-Quads or Turtle stands for."""
    if "\\" not in escaped:
        return escaped

    def character(match: re.Match[str]) -> str:
        short, long, single = match.groups()
        return chr(int(short or long, 16)) if short or long else _SHORT_ESCAPES.get(single, single)

    return _ESCAPED.sub(character, escaped)


def escape(plain: str) -> str:
    """The string between quotes in canonical N-Quads (RDF 1.2 N-Quads, 4, "Canonical N-Quads")."""
    return _TO_ESCAPE.sub(lambda m: _LONG_ESCAPES.get(m[0]) or f"\\u{ord(m[0]):04X}", plain)
