"""What the endpoint says of itself to programs (https://www.w3.org/TR/sparql11-service-description/). Pure."""

from collections.abc import Iterator, Mapping

from axisld import terms
from axisld.terms import XSD, Statement
from axisld.vocabulary import FORMATS, RDF_TYPE, SD, VOID

_ENTAILMENT = "http://www.w3.org/ns/entailment/Simple"
# https://www.w3.org/ns/formats/: the formats of `results`, the forms of JSON-LD being one.
_RESULT_FORMATS = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "JSON-LD",
    "RDF_XML",
    "N-Triples",
    "TriG",
    "N-Quads",
)


def service_description(
    service: str, endpoint: str, *, triples: int, graphs: Mapping[str, int], is_union: bool
) -> Iterator[Statement]:
    """The statements about the service with the IRI `service`, whose address is `endpoint`.

    `triples` counts the default graph (as a union, each triple once), `graphs` the named graphs by IRI. No feature but
    the union is claimed: there is no federation, no graph is fetched, and no graph exists empty.
    """
    about = terms.iri(service)
    yield _typed(about, f"{SD}Service")
    yield Statement(about, f"<{SD}endpoint>", terms.iri(endpoint))
    for language in ("SPARQL10Query", "SPARQL11Query"):
        yield Statement(about, f"<{SD}supportedLanguage>", terms.iri(f"{SD}{language}"))
    for name in _RESULT_FORMATS:
        yield Statement(about, f"<{SD}resultFormat>", terms.iri(f"{FORMATS}{name}"))
    if is_union:
        yield Statement(about, f"<{SD}feature>", terms.iri(f"{SD}UnionDefaultGraph"))
    yield Statement(about, f"<{SD}defaultEntailmentRegime>", terms.iri(_ENTAILMENT))
    yield Statement(about, f"<{SD}defaultDataset>", "_:dataset")
    yield _typed("_:dataset", f"{SD}Dataset")
    yield Statement("_:dataset", f"<{SD}defaultGraph>", "_:default")
    yield from _graph("_:default", triples)
    for number, (name, count) in enumerate(sorted(graphs.items())):
        yield Statement("_:dataset", f"<{SD}namedGraph>", f"_:named{number}")
        yield _typed(f"_:named{number}", f"{SD}NamedGraph")
        yield Statement(f"_:named{number}", f"<{SD}name>", terms.iri(name))
        yield Statement(f"_:named{number}", f"<{SD}graph>", f"_:graph{number}")
        yield from _graph(f"_:graph{number}", count)


def _graph(node: str, triples: int) -> Iterator[Statement]:
    yield _typed(node, f"{SD}Graph")
    yield Statement(node, f"<{VOID}triples>", terms.text(str(triples), datatype=f"{XSD}integer"))


def _typed(node: str, kind: str) -> Statement:
    return Statement(node, RDF_TYPE, terms.iri(kind))
