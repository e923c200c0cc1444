"""Things that were found, as a reader of one language sees them, and as programs do: in all languages."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from axisld import terms
from axisld.iris import Names
from axisld.search.asking import FacetCount, Hit
from axisld.search.facets import TYPE
from axisld.terms import Statement
from axisld.vocabulary import DESCRIPTION_PROPERTIES, RDF_TYPE
from axisld.web import interface
from axisld.web.interface import digits, gettext
from axisld.web.nodes import Node, Reading
from axisld.web.short_names import short_name
from axisld.web.site import Site

T = TypeVar("T")
MATCHES = ("label", "prefix", "words", "folded", "fuzzy", "some")  # by asking.LABEL … SOME
_MOST_NAMES = 4  # beside the title of a thing
_MOST_TYPES = 3


class Results:
    """Some things with what introduces each, and the facets that they and their like have."""

    def __init__(self, here: Site, language: str, hits: Sequence[Hit], facets: Sequence[FacetCount] = ()) -> None:
        self._names = here.names
        self._prefixes = here.record.prefixes
        self._addresses = here.addresses
        self.hits = hits
        store = here.release.store
        statements = [
            quad
            for hit in hits
            for predicate in (RDF_TYPE, *DESCRIPTION_PROPERTIES)
            for quad in store.about(terms.iri(hit.iri), predicate)
        ]
        mentioned = {terms.iri(hit.iri) for hit in hits} | {quad.object for quad in statements}
        mentioned |= {value for hit in hits for _, value in hit.values}
        mentioned |= {term for facet in facets for term in (facet.shape, facet.predicate, *dict(facet.values))}
        labels = here.reader.label_statements(term for term in mentioned if terms.is_iri(term))
        self._reading = Reading(here, language, statements, labels)
        self._labels = _by_language(labels)
        self._descriptions = _by_language(quad for quad in statements if quad.predicate != RDF_TYPE)

    def title(self, hit: Hit) -> Node:
        return self._reading.node(terms.iri(hit.iri))

    def types(self, hit: Hit) -> list[Node]:
        """The first few types, those that somebody wrote before those that were worked out."""
        types = self._reading.types(terms.iri(hit.iri))
        return own_types(self._names, types, lambda node: node.iri)[:_MOST_TYPES]

    def summary(self, hit: Hit) -> Node | None:
        found = self._reading.text(terms.iri(hit.iri), DESCRIPTION_PROPERTIES)
        return found[1] if found else None

    def other_names(self, hit: Hit) -> list[Node]:
        title = self.title(hit).text
        names = [Node(text, language=language) for text, language, _ in hit.names if text != title]
        return names[:_MOST_NAMES]

    def facts(self, hit: Hit, facets: Iterable[FacetCount]) -> list[tuple[Node, list[Node]]]:
        """(heading, values) of each facet but the type."""
        by_facet = [(facet, [value for name, value in hit.values if name == facet.name]) for facet in facets]
        return [
            (self.heading(facet), [self.value(value) for value in values])
            for facet, values in by_facet
            if values and facet.name != TYPE
        ]

    def heading(self, facet: FacetCount) -> Node:
        """What the shape calls the property, else what the property is called."""
        if facet.name == TYPE:
            return Node(gettext("type"), language=interface.language())
        return self._reading.node(facet.shape if facet.shape in self._labels else facet.predicate)

    def value(self, value: str) -> Node:
        """A value of a facet; an interval of years with a dash."""
        return self._reading.node(value) if terms.is_iri(value) else Node(digits(terms.value(value).replace("/", "–")))

    def said(self, hit: Hit) -> dict[str, Any]:
        """A thing as JSON."""
        term = terms.iri(hit.iri)
        values: dict[str, list[str]] = {}
        for name, value in hit.values:
            values.setdefault(name, []).append(short_name(value, self._prefixes))
        return {
            "id": hit.iri,
            "url": self._addresses.document(hit.iri),
            "labels": self._labels.get(term, {}),
            "names": [{"text": text} | ({"lang": language} if language else {}) for text, language, _ in hit.names],
            "descriptions": self._descriptions.get(term, {}),
            "match": MATCHES[hit.match],
            "facets": values,
        }

    def said_facet(self, facet: FacetCount) -> dict[str, Any]:
        """A facet as JSON."""
        return {
            "name": facet.name,
            "labels": self._labels.get(facet.shape) or self._labels.get(facet.predicate, {}),
            "property": terms.value(facet.predicate),
            "total": facet.total,
            "values": [
                {"value": short_name(value, self._prefixes), "labels": self._labels.get(value, {}), "count": count}
                for value, count in facet.values
            ],
        }


def own_types(names: Names, types: Iterable[T], iri_of: Callable[[T], str]) -> list[T]:
    """The publication's own among some types; all, where it has none. Those of others say the same in other words."""
    listed = list(types)
    return [type_ for type_ in listed if names.is_own(iri_of(type_))] or listed


def _by_language(statements: Iterable[Statement]) -> dict[str, dict[str, str]]:
    """By subject: its first text in each language, "" for those without a tag."""
    texts: dict[str, dict[str, str]] = {}
    for quad in statements:
        if terms.is_literal(quad.object):
            literal = terms.literal(quad.object)
            texts.setdefault(quad.subject, {}).setdefault(literal.language, literal.lexical)
    return texts
