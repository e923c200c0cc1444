"""The formats in which an answer can be written: one table. A tie in negotiation goes to the one higher up."""

from dataclasses import dataclass

from axisld.representations import json_ld, lines, rdf_xml, turtle
from axisld.representations.writing import Writer

JSON_LD_PROFILES = "http://www.w3.org/ns/json-ld#"


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write an answer, and how HTTP names it."""

    name: str  # "Turtle"
    suffix: str  # "ttl", as in /doc/old-bridge.ttl and all.ttl
    media_type: str  # "text/turtle"
    aliases: tuple[str, ...] = ()  # other media types that the same bytes may rightly have, for those who ask for them
    profile: str = ""  # IRI of the form of JSON-LD (RFC 6906)

    @property
    def content_type(self) -> str:
        return content_type(self.media_type, self.profile)


@dataclass(frozen=True, slots=True)
class RdfFormat(Format):
    """A format for statements."""

    holds_graphs: bool = False  # whether a dump keeps the names of the graphs
    names_graphs_in_documents: bool = (
        False  # whether a description does: JSON-LD does not, so that simple readers see it
    )
    write: Writer = lines.write_n_quads


def content_type(media_type: str, profile: str = "") -> str:
    """The value of a Content-Type header.

    Text has its charset, which text/turtle requires for anything but ASCII; XML says it in its first line, and the
    other types have no such parameter (registrations of text/turtle, application/n-triples, application/ld+json).
    """
    charset = "; charset=utf-8" if media_type.startswith("text/") else ""
    return f'{media_type};profile="{profile}"' if profile else media_type + charset


HTML = Format("HTML", "html", "text/html")
# A Turtle document is an N3 document too.
TURTLE = RdfFormat("Turtle", "ttl", "text/turtle",
                   ("application/x-turtle", "application/turtle", "text/n3", "text/rdf+n3"),
                   write=turtle.write_turtle)  # fmt: skip
JSON_LD = RdfFormat("JSON-LD", "jsonld", "application/ld+json", ("application/json",), holds_graphs=True,
                    write=json_ld.write_compacted)  # fmt: skip
JSON_LD_EXPANDED = RdfFormat("JSON-LD, expanded", "expanded.jsonld", "application/ld+json", holds_graphs=True,
                             profile=f"{JSON_LD_PROFILES}expanded", write=json_ld.write_expanded)  # fmt: skip
JSON_LD_FLATTENED = RdfFormat("JSON-LD, flattened", "flattened.jsonld", "application/ld+json", holds_graphs=True,
                              profile=f"{JSON_LD_PROFILES}flattened", write=json_ld.write_flattened)  # fmt: skip
RDF_XML = RdfFormat("RDF/XML", "rdf", "application/rdf+xml", ("application/xml", "text/xml"),
                    write=rdf_xml.write_rdf_xml)  # fmt: skip
N_TRIPLES = RdfFormat("N-Triples", "nt", "application/n-triples", ("text/plain",), write=lines.write_n_triples)
TRIG = RdfFormat("TriG", "trig", "application/trig", ("application/x-trig",), holds_graphs=True,
                 names_graphs_in_documents=True, write=turtle.write_trig)  # fmt: skip
N_QUADS = RdfFormat("N-Quads", "nq", "application/n-quads", ("text/x-nquads",), holds_graphs=True,
                    names_graphs_in_documents=True, write=lines.write_n_quads)  # fmt: skip

DUMPS = (TURTLE, JSON_LD, RDF_XML, N_TRIPLES, TRIG, N_QUADS)
RDF = (TURTLE, JSON_LD, JSON_LD_EXPANDED, JSON_LD_FLATTENED, RDF_XML, N_TRIPLES, TRIG, N_QUADS)
DOCUMENTS: tuple[Format, ...] = (HTML, *RDF)

# Of SPARQL SELECT and ASK (SPARQL 1.1 Query Results JSON, XML, CSV and TSV).
SPARQL_JSON = Format("JSON", "srj", "application/sparql-results+json", ("application/json",))
SPARQL_XML = Format("XML", "srx", "application/sparql-results+xml", ("application/xml", "text/xml"))
SPARQL_CSV = Format("CSV", "csv", "text/csv")
SPARQL_TSV = Format("TSV", "tsv", "text/tab-separated-values")
RESULTS = (SPARQL_JSON, SPARQL_XML, SPARQL_CSV, SPARQL_TSV)
