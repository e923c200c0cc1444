"""Give a publication another base IRI: in every IRI, and in the literals that hold IRIs by definition."""

from axisld import terms
from axisld.terms import XSD
from axisld.vocabulary import SH, VANN, VOID

_ANY_URI = f"^^<{XSD}anyURI>"
_HOLDS_AN_IRI = {f"<{VOID}uriSpace>", f"<{VOID}uriRegexPattern>", f"<{VANN}preferredNamespaceUri>", f"<{SH}namespace>"}
_HOLDS_SPARQL = {f"<{SH}{name}>" for name in ("select", "ask", "construct", "update")}


class Rebase:
    """From lines of N-Quads on one base to the same on another."""

    def __init__(self, old: str, new: str) -> None:
        self._old, self._new = old, new
        self._traces = (f"<{old}".encode(), f'"{old}'.encode())

    def __call__(self, line: bytes) -> bytes:
        if self._old == self._new or not any(trace in line for trace in self._traces):
            return line
        quad = terms.statement(line.decode())
        subject, predicate, graph = map(self.iri, (quad.subject, quad.predicate, quad.graph))
        return terms.line(terms.Statement(subject, predicate, self._object(quad), graph)).encode()

    def iri(self, term: str) -> str:
        """The term on the new base; blank nodes and other publishers' IRIs as they are."""
        return f"<{self._new}{term[1 + len(self._old) :]}" if term.startswith(f"<{self._old}") else term

    def plain(self, text: str) -> str:
        """A bare IRI on the new base."""
        return self._new + text.removeprefix(self._old) if text.startswith(self._old) else text

    def _object(self, quad: terms.Statement) -> str:
        if not terms.is_literal(quad.object):
            return self.iri(quad.object)
        if quad.predicate in _HOLDS_SPARQL:
            return quad.object.replace(f"<{self._old}", f"<{self._new}")
        if quad.predicate in _HOLDS_AN_IRI or quad.object.endswith(_ANY_URI):
            return quad.object.replace(f'"{self._old}', f'"{self._new}', 1)
        lexical, caret, datatype = quad.object.rpartition("^^")
        return f"{lexical}^^{self.iri(datatype)}" if caret and datatype.endswith(">") else quad.object
