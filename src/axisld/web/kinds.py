"""Types and properties as programs choose them: named, described, suggested while typing."""

from collections import Counter
from collections.abc import Iterable
from itertools import islice
from typing import Any, Literal

from axisld import terms
from axisld.search.spelling import key
from axisld.vocabulary import DESCRIPTION_PROPERTIES, RDF_TYPE
from axisld.web.browse import broader
from axisld.web.nodes import Reading
from axisld.web.search import index_of
from axisld.web.short_names import short_name
from axisld.web.site import Site

Kind = Literal["type", "property"]
_SAMPLE = 200  # things of a type whose properties are looked at


def described(here: Site, kind: Kind, found: Iterable[str], language: str) -> list[dict[str, Any]]:
    """The identifier, name and description of each type or property (terms), and the type above a type."""
    listed = list(found)
    counts = index_of(here).types
    above = {term: broader(here, term, counts) for term in listed} if kind == "type" else {}
    store, named = here.release.store, {*listed, *filter(None, above.values())}
    statements = [
        quad for term in named for predicate in DESCRIPTION_PROPERTIES for quad in store.about(term, predicate)
    ]
    reading = Reading(here, language, statements, here.reader.label_statements(named))

    def said(term: str) -> dict[str, Any]:
        return {"id": short_name(term, here.record.prefixes), "name": reading.node(term).text}

    kinds = []
    for term in listed:
        summary = reading.text(term, DESCRIPTION_PROPERTIES)
        description = {"description": summary[1].text} if summary else {}
        over = {"broader": [said(above[term])]} if above.get(term) else {}
        kinds.append(said(term) | description | over)
    return kinds


def suggested(here: Site, kind: Kind, prefix: str, language: str) -> list[dict[str, Any]]:
    """Those whose name in some language begins so, or has a word that does; or whose identifier is just that."""
    wanted = key(prefix)
    ranks = {}
    for term in _all(here, kind):
        names = [key(terms.value(quad.object)) for quad in here.reader.label_statements([term])]
        identifiers = (terms.value(term), short_name(term, here.record.prefixes))
        if prefix in identifiers or wanted in names:
            ranks[term] = 0
        elif any(name.startswith(wanted) for name in names):
            ranks[term] = 1
        elif any(f" {wanted}" in name for name in names) or identifiers[1].startswith(prefix):
            ranks[term] = 2
    found = described(here, kind, ranks, language)
    return [
        said for _, said in sorted(zip(ranks.values(), found, strict=True), key=lambda pair: (pair[0], pair[1]["name"]))
    ]


def proposed(here: Site, type_: str, language: str) -> list[dict[str, Any]]:
    """The properties that things of a type (a term; "" for any) have, the most frequent first."""
    if not type_:
        return described(here, "property", _all(here, "property"), language)
    store, counted = here.release.store, Counter[str]()
    for quad in islice(store.incoming(type_, RDF_TYPE), _SAMPLE):
        counted.update({about.predicate for about in store.about(quad.subject)})
    return described(here, "property", [predicate for predicate, _ in counted.most_common()], language)


def _all(here: Site, kind: Kind) -> list[str]:
    """Every type or property in use, as terms, the most frequent first."""
    uses = (
        index_of(here).types if kind == "type" else {terms.iri(name): n for name, n in here.record.properties.items()}
    )
    return sorted((term for term in uses if terms.is_iri(term)), key=lambda term: (-uses[term], term))
