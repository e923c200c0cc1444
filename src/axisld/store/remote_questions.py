"""The questions to a SPARQL server: `.rq` files beside this module, with terms in the place of UNDEF."""

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from axisld import terms
from axisld.iris import is_valid_iri

_GRAPH = re.compile(r"GRAPH \?\w+ ")
_SELECTED = re.compile(r"SELECT (?:DISTINCT )?((?:\?\w+ ?)+)")


@cache
def question(name: str, package: str = __package__ or "") -> str:
    """The text of `name`.rq."""
    return (files(package) / f"{name}.rq").read_text("utf-8")


def bound(query: str, **values: Iterable[str]) -> str:
    """The query with these terms for its variables: `VALUES ?node { UNDEF }` becomes `VALUES ?node { <…> <…> }`."""
    for variable, bound_terms in values.items():
        place, table = f"VALUES ?{variable} {{ UNDEF }}", " ".join(map(written, bound_terms))
        if place not in query:
            raise ValueError(f"the query has no {place}")
        query = query.replace(place, f"VALUES ?{variable} {{ {table} }}")
    return query


def in_default_graph(query: str) -> str:
    """The query for a server that keeps everything in its default graph."""
    return _GRAPH.sub("", query)


def page(query: str, rows: int, offset: int = 0, *, is_ordered: bool = False) -> str:
    """A part of the answer. Only that of an ordered one is surely the same each time (SPARQL 1.1 Query, 15.4)."""
    if not is_ordered:
        return f"{query}LIMIT {rows}" + (f" OFFSET {offset}" if offset else "")
    selected = _SELECTED.search(query)
    variables = selected[1].strip() if selected else ""
    # Virtuoso sorts no more than 10,000 rows under a LIMIT, but any number in a subquery.
    return f"SELECT * WHERE {{ {{\n{query}ORDER BY {variables}\n}} }} LIMIT {rows} OFFSET {offset}"


def can_be_written(term: str) -> bool:
    """Whether SPARQL can say this IRI; no statement can hold one that it cannot (SPARQL 1.1 Query, 19.8, IRIREF)."""
    return terms.is_iri(term) and is_valid_iri(terms.value(term))


def written(term: str) -> str:
    """The one way by which a term comes into a query. ValueError for what is no IRI and no literal."""
    if terms.is_literal(term):
        lexical, language, datatype = terms.literal(term)
        return terms.text(lexical, language, terms.value(datatype) if not language else "")
    if not can_be_written(term):
        raise ValueError(f"{term[:80]} cannot stand in a query")
    return term
