"""In which formats an answer can be written, by the form of the query; and how the writers of graphs are called."""

from collections.abc import Mapping

from axisld import terms
from axisld.errors import UnrepresentableError
from axisld.representations import formats
from axisld.representations.document import document
from axisld.representations.formats import Format

GRAPH_WRITER = f"{__name__}:write_graph"  # for the sandbox

_BY_SUFFIX = {format_.suffix: format_ for format_ in formats.RDF}
# CSV and TSV are defined for SELECT alone (SPARQL 1.1 Query Results CSV and TSV Formats, 1).
_OFFERED: Mapping[str, tuple[Format, ...]] = {
    "SELECT": formats.RESULTS,
    "ASK": (formats.SPARQL_JSON, formats.SPARQL_XML),
    "CONSTRUCT": formats.RDF,
    "DESCRIBE": formats.RDF,
}
# What the engine writes for a page, which is made of lines of terms.
_BEHIND_PAGE = {"SELECT": formats.SPARQL_TSV, "ASK": formats.SPARQL_JSON}
# What clients write in format= and output= beside suffixes and media types: SPARQLWrapper, YASGUI, Virtuoso, RDF4J.
_NICKNAMES: Mapping[str, tuple[Format, ...]] = {
    "json": (formats.SPARQL_JSON, formats.JSON_LD),
    "xml": (formats.SPARQL_XML, formats.RDF_XML),
    "sparql": (formats.SPARQL_XML,),
    "turtle": (formats.TURTLE,),
    "n3": (formats.TURTLE,),
    "ntriples": (formats.N_TRIPLES,),
    "n-triples": (formats.N_TRIPLES,),
    "nquads": (formats.N_QUADS,),
    "n-quads": (formats.N_QUADS,),
    "json-ld": (formats.JSON_LD,),
    "rdf+xml": (formats.RDF_XML,),
    "rdfxml": (formats.RDF_XML,),
    "rdf/xml": (formats.RDF_XML,),
}


def offered(form: str) -> tuple[Format, ...]:
    """The formats for an answer to a SELECT, ASK, CONSTRUCT or DESCRIBE; on a tie the first is taken."""
    return _OFFERED[form]


def behind_page(form: str) -> Format:
    """The format in which a page, which is no result format, has the answer from the engine."""
    return _BEHIND_PAGE.get(form, formats.N_TRIPLES)


def named(name: str, form: str) -> Format | None:
    """The format that a parameter asks for: a suffix, a media type or what other endpoints call it."""
    key = name.strip().lower().replace(" ", "+")  # an unescaped "+" of a media type arrives as a space
    candidates = _NICKNAMES.get(key, ())
    for format_ in (*_OFFERED[form], formats.HTML):
        if key in (format_.suffix, format_.media_type, *format_.aliases) or format_ in candidates:
            return format_
    return None


def write_graph(lines: bytes, suffix: str, prefixes: Mapping[str, str]) -> bytes:
    """The graph of these N-Triples in the format with this suffix. Runs in the query's process, under its limits."""
    format_ = _BY_SUFFIX[suffix]
    statements = [terms.statement(line) for line in lines.decode().split("\n") if line]
    if any(statement.object.startswith("<<(") for statement in statements):
        raise UnrepresentableError(
            format_.name, "it holds a triple as an object (RDF 1.2), which only lines can say here"
        )
    return document(format_, statements, prefixes)
