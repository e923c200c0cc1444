"""RDF/XML for every reader of it: flat, well-formed XML 1.0, or a clear error (RDF 1.1 XML Syntax)."""

import re
from collections.abc import Iterable, Iterator

from axisld import terms
from axisld.errors import UnrepresentableError
from axisld.representations.prefixes import by_namespace
from axisld.representations.subjects import Properties, subjects
from axisld.representations.writing import Layout, chunks
from axisld.terms import RDF, XSD_STRING, Statement

_INDENT = "    "
# A carriage return would be read as a line feed (XML 1.0, 2.11). No attribute here can hold white space.
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#xD;"}
# Or what no reference can stand for either (XML 1.0, 2.2, "Char").
_TO_ESCAPE = re.compile('[&<>"\r\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]')
# A predicate is cut before the longest name at its end: an ASCII one, since parsers differ on which letters a name may
# hold (fourth or fifth edition of XML 1.0), else one of the fifth edition (Namespaces in XML 1.0, "NCName").
_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_ASCII_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*$")
_NAME = re.compile(f"[{_START}][{_START}0-9.\u00b7\u0300-\u036f\u203f\u2040-]*$")
_PREFIX = re.compile(r"(?!xml|rdf$).", re.IGNORECASE)  # names that begin with "xml" are kept for XML itself
_RESERVED_NAMESPACES = ("http://www.w3.org/XML/1998/namespace", "http://www.w3.org/2000/xmlns/")
# RDF 1.1 XML Syntax, 6.1.4 and 7.2: names that mean something else as a property element.
_SYNTAX = frozenset(
    f"<{RDF}{name}>"
    for name in ("RDF", "Description", "ID", "about", "parseType", "resource", "nodeID", "datatype", "li", "bagID",
                 "aboutEach", "aboutEachPrefix")
)  # fmt: skip
_PLAIN_LABEL = re.compile(r"(?!x-)[A-Za-z_][A-Za-z0-9_-]*")


def write_rdf_xml(statements: Iterable[Statement], layout: Layout) -> Iterator[bytes]:
    """An rdf:Description for each subject; graph names are left out. Raises UnrepresentableError where it occurs."""
    elements = _Elements(layout)
    body = (elements.description(subject, about) for _, subject, about in subjects(statements, graphs=False))
    return chunks(elements.document(body))


class _Elements:
    """The spelling of one document."""

    def __init__(self, layout: Layout) -> None:
        self._whole = layout.whole
        self._prefixes = {
            namespace: prefix
            for namespace, prefix in by_namespace(layout.prefixes).items()
            if _PREFIX.match(prefix) and not namespace.startswith(_RESERVED_NAMESPACES)
        } | {RDF: "rdf"}
        self._used = {RDF}
        self._tags: dict[str, tuple[str, str]] = {}

    def document(self, body: Iterable[str]) -> Iterator[str]:
        """The body in its root element; of a whole document only the namespaces that the body uses are declared."""
        if self._whole:
            body = list(body)
        yield '<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF'
        for prefix, namespace in sorted((prefix, namespace) for namespace, prefix in self._prefixes.items()):
            if namespace in self._used or not self._whole:
                yield f'\n{_INDENT}xmlns:{prefix}="{_escaped(namespace)}"'
        yield ">\n"
        yield from body
        yield "</rdf:RDF>\n"

    def description(self, subject: str, properties: Properties) -> str:
        about = _node("about", subject)
        elements = "".join(
            self._element(predicate, term) for predicate, objects in properties.items() for term in objects
        )
        return f"\n{_INDENT}<rdf:Description {about}>\n{elements}{_INDENT}</rdf:Description>\n"

    def _element(self, predicate: str, term: str) -> str:
        name, declaration = self._tags.get(predicate) or self._tag(predicate)
        opening = f"{_INDENT * 2}<{name}{declaration}"
        if term[0] != '"':
            return f"{opening} {_node('resource', term)}/>\n"
        lexical, language, datatype = terms.literal(term)
        if language:
            opening += f' xml:lang="{language}"'
        elif datatype != XSD_STRING:
            opening += f' rdf:datatype="{_escaped(datatype[1:-1])}"'
        return f"{opening}>{_escaped(lexical)}</{name}>\n"

    def _tag(self, predicate: str) -> tuple[str, str]:
        """The name of the element, and the declaration of its namespace where the root has none."""
        iri = predicate[1:-1]
        match = _ASCII_NAME.search(iri) or _NAME.search(iri)
        if match is None:
            raise UnrepresentableError("RDF/XML", f"the end of the property {iri} cannot be the name of an XML element")
        if predicate in _SYNTAX or iri.startswith(_RESERVED_NAMESPACES):
            raise UnrepresentableError("RDF/XML", f"the property {iri} has another meaning in the syntax of RDF/XML")
        namespace, local = iri[: match.start()], match[0]
        prefix = self._prefixes.get(namespace)
        if prefix:
            self._used.add(namespace)
            tag = f"{prefix}:{local}", ""
        else:
            tag = f"ns:{local}", f' xmlns:ns="{_escaped(namespace)}"'
        self._tags[predicate] = tag
        return tag


def _node(attribute: str, term: str) -> str:
    """`rdf:about="…"` or `rdf:resource="…"`; for a blank node `rdf:nodeID="…"`, which must be an NCName."""
    if term[0] == "<":
        return f'rdf:{attribute}="{_escaped(term[1:-1])}"'
    label = term[2:]
    return f'rdf:nodeID="{label if _PLAIN_LABEL.fullmatch(label) else f"x-{label.encode().hex()}"}"'


def _escaped(text: str) -> str:
    """Text for an element or an attribute."""
    return _TO_ESCAPE.sub(_escape, text) if _TO_ESCAPE.search(text) else text


def _escape(character: re.Match[str]) -> str:
    if character[0] not in _ESCAPES:
        raise UnrepresentableError("RDF/XML", "it holds a control character that XML 1.0 has no way to write")
    return _ESCAPES[character[0]]
