"""What is measured, and what each peer is asked for it. A peer that cannot do something is not asked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

BASE = "http://data.example.org/"  # what the IRIs of the data begin with
CEILINGS = ("wsgi", "nginx")
PEERS = ("oxigraph", "rdflib-endpoint", "trifid", "ldf", "virtuoso")
_SPARQL = {"axisld": "/sparql", "oxigraph": "/query", "rdflib-endpoint": "/", "trifid": "/query", "virtuoso": "/sparql"}

_PREFIXES = f"""PREFIX ax: <{BASE}ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
_NAMES = (
    _PREFIXES
    + """SELECT ?thing ?name
WHERE { ?thing skos:prefLabel ?name . FILTER (STR(?name) != "@@") }
LIMIT 10"""
)
_LATEST = (
    _PREFIXES
    + """SELECT ?claim ?words ?subject ?day
WHERE {
  ?claim a ax:Claim ; ax:paraphrase ?words ; ax:subject/skos:prefLabel ?subject ; ax:earliest ?day .
  FILTER (?day >= "2020-01-01"^^xsd:date && LANG(?subject) = "en" && STR(?words) != "@@")
}
ORDER BY DESC(?day) ?claim
LIMIT 10"""
)
_COUNTED = (
    _PREFIXES
    + """SELECT ?predicate (COUNT(?claim) AS ?claims)
WHERE { ?claim a ax:Claim ; ax:predicate ?predicate ; ax:paraphrase ?words . FILTER (STR(?words) != "@@") }
GROUP BY ?predicate
ORDER BY DESC(?claims)"""
)
_CONSTRUCTED = (
    _PREFIXES
    + """CONSTRUCT { ?subject ?predicate ?object }
WHERE {
  ?claim ax:subject ?subject ; ax:predicate ?predicate ; ax:object ?object ; ax:paraphrase ?words .
  FILTER (STR(?words) != "@@")
}"""
)
# A product that no engine finishes.
HOSTILE = 'SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER (?a != ?i && STR(?c) != "@@") }'
_SUGGESTED = [first + second for first in "abcdefghiklmnoprstuwy" for second in "aehioru"]


@dataclass(frozen=True)
class Workload:
    """One kind of request; a line of the table."""

    name: str
    title: str
    accept: str
    requests: Callable[[str, Sequence[str]], list[str]]  # by peer and the names of things; "@@" as in load.lua
    says: str  # in every right answer, "" where nothing can be said
    ceiling: str = ""  # suffix of the files that hold the same bytes; "" where they are other bytes each time


def query_path(peer: str, query: str) -> str:
    """The path of `query`, with room for a number where it says @@."""
    return f"{_SPARQL[peer]}?query={quote(query, safe='@')}"


def _of_things(suffix: str, others: dict[str, str]) -> Callable[[str, Sequence[str]], list[str]]:
    """The documents about things. `others`: how peers but axisld are asked, with {name}, {iri} and {describe}."""

    def requests(peer: str, names: Sequence[str]) -> list[str]:
        if peer in CEILINGS:
            return [f"/{index}.{suffix}" for index in range(len(names))]
        pattern = others.get(peer, "") if peer != "axisld" else "/doc/{name}"
        iris = [f"{BASE}id/{name}" for name in names]
        return [
            pattern.format(name=name, iri=quote(iri, safe=""), describe=quote(f"DESCRIBE <{iri}>"))
            for name, iri in zip(names, iris, strict=True)
            if pattern
        ]

    return requests


def _of_query(query: str) -> Callable[[str, Sequence[str]], list[str]]:
    def requests(peer: str, _names: Sequence[str]) -> list[str]:
        if peer in CEILINGS:
            return [] if "@@" in query else ["/0.srj"]
        return [query_path(peer, query)] if peer in _SPARQL else []

    return requests


_DESCRIBE = {
    "oxigraph": "/query?query={describe}",
    "rdflib-endpoint": "/?query={describe}",
    "ldf": "/data?subject={iri}",
}
_DESCRIBE |= {"trifid": "/id/{name}", "virtuoso": "/sparql?query={describe}"}
_PAGES = {
    "trifid": "/id/{name}",
    "ldf": "/data?subject={iri}",
    "virtuoso": "/sparql?query={describe}&format=text%2Fhtml",
}
_SRJ = "application/sparql-results+json"

WORKLOADS = (
    Workload("turtle", "thing as Turtle", "text/turtle", _of_things("ttl", _DESCRIBE), "/id/", "ttl"),
    Workload("jsonld", "thing as JSON-LD", "application/ld+json", _of_things("jsonld", _DESCRIBE), "id/", "jsonld"),
    Workload("html", "thing as HTML", "text/html", _of_things("html", _PAGES), "<html", "html"),
    Workload("conditional", "thing, not modified (304)", "text/html", _of_things("empty", _PAGES), "", "empty"),
    Workload("names", "SELECT of ten rows, first time", _SRJ, _of_query(_NAMES), "bindings"),
    Workload("latest", "SELECT with joins and order, first time", _SRJ, _of_query(_LATEST), "bindings"),
    Workload("repeated", "SELECT of ten rows, repeated", _SRJ, _of_query(_NAMES.replace("@@", "-")), "bindings", "srj"),
    Workload("aggregation", "aggregation, first time", _SRJ, _of_query(_COUNTED), "bindings"),
    Workload("construct", "CONSTRUCT, first time", "text/turtle", _of_query(_CONSTRUCTED), "/id/"),
    Workload(
        "suggestion",
        "search suggestion, first time",
        "application/json",
        lambda peer, _: [f"/suggest?q={text}&n=@@" for text in _SUGGESTED] if peer == "axisld" else [],
        "[",
    ),
)
