"""Terms as a reader sees them: named in the reader's language, linked, with what is told of them nested inside."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import unquote

from axisld import lists, terms
from axisld.representations.prefixes import PrefixedNames
from axisld.terms import XSD, Statement
from axisld.vocabulary import LABEL_PROPERTIES, RDF_TYPE
from axisld.web import edtf, well_known
from axisld.web.interface import gettext
from axisld.web.interface import language as interface_language
from axisld.web.languages import pick
from axisld.web.layout import Place
from axisld.web.site import Site

_LINKABLE = ("http://", "https://", "mailto:", "tel:", "geo:", "ftp://")  # never "javascript:"
_UNSHOWN = (*range(0x7F, 0xA0), *range(0xFDD0, 0xFDF0), 0xFFFE, 0xFFFF)
_PICTURES = {code: chr(0x2400 + code) for code in range(32) if chr(code) not in "\t\n\r"}
_PICTURES |= dict.fromkeys(_UNSHOWN, "\N{REPLACEMENT CHARACTER}")
_RIGHT_TO_LEFT = frozenset(("ar", "arc", "ckb", "dv", "fa", "he", "ku", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"))
_WORKED_OUT = ("derived", "inferred")  # graphs of what nobody wrote
_TYPES_OF_NESTED = 1
_MOST_TOLD = 100  # nodes told of on one page; the others are links, so that the page of a hub stays small
_DEEPEST = 12  # levels of nodes without a name, one in the other
_DEEPEST_NAMED = 2  # levels of things told of on the page of another: what is further away has its own page


@dataclass(frozen=True, slots=True)
class Node:
    """A term on a page."""

    text: str
    iri: str = ""
    href: str = ""  # "" where there is nowhere to go
    is_external: bool = False
    language: str = ""  # tag of `text`
    datatype: str = ""  # "xsd:gYear"; "" for plain text
    is_code: bool = False  # the text is a name for machines, for want of a label
    short_name: str = ""  # "skos:prefLabel", of a term of another vocabulary that is shown in words
    badge: int = 0  # its place, from 1, among the few values that tell things apart at a glance; 0: it is none of them
    sign: str = ""  # what stands before a badge, so that it is known without its colour
    origin: str = ""  # "derived" or "inferred" where nobody wrote the statement
    reason: "Reason | None" = None  # why it was worked out
    types: tuple["Node", ...] = ()  # of a node that is told of in its place
    properties: tuple["Property", ...] = ()  # what is told of it
    items: tuple["Node", ...] | None = None  # the members, of a list

    @property
    def direction(self) -> str:
        parts = self.language.lower().split("-")
        return "rtl" if parts[0] in _RIGHT_TO_LEFT and "latn" not in parts else "auto"

    @property
    def is_time(self) -> bool:
        return self.datatype in ("xsd:date", "xsd:dateTime", "xsd:gYear", "xsd:gYearMonth", "xsd:time")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a statement was worked out."""

    kind: str  # "claims", "rule", "subclass", "domain", "range", "inverse", "subproperty"
    nodes: tuple[Node, ...]  # what the reason names, in the order of the sentence that says it


Why = Callable[[str, str, str, str], Reason | None]  # of a statement's subject, predicate, object, and its origin


@dataclass(frozen=True, slots=True)
class Property:
    """A predicate and its values on a page."""

    name: Node
    values: tuple[Node, ...]
    count: int  # of all values, those on other pages included
    place: Place | None = None  # where shapes put it


@dataclass(frozen=True, slots=True)
class Group:
    """Properties that are read together."""

    heading: Node | None  # None: those outside all groups
    properties: tuple[Property, ...]


class Reading:
    """How some statements read to a reader of one language."""

    def __init__(
        self, here: Site, language: str, statements: Iterable[Statement], labels: Iterable[Statement], within: str = "",
        to_fragment: Callable[[str], str] = "#{}".format, why: Why | None = None,
    ) -> None:  # fmt: skip
        """`labels` name the nodes; links to names `within#…` are what `to_fragment` makes of what follows the #.

        `why` gives the reasons for statements that were worked out.
        """
        self._here = here
        self.language = language
        self._within, self._to_fragment = within, to_fragment
        self._why = why
        self._about: dict[str, dict[str, dict[str, set[str]]]] = {}  # subject, predicate, object: graphs
        self._labels: dict[str, dict[str, None]] = defaultdict(dict)  # literals by the node that they name
        self._nodes: dict[str, Node] = {}  # by term
        self._told: set[str] = set()  # nodes already described in some place on the page
        for quad in statements:
            by_object = self._about.setdefault(quad.subject, {}).setdefault(quad.predicate, {})
            by_object.setdefault(quad.object, set()).add(quad.graph)
        self.add_labels(labels)

    def add_labels(self, labels: Iterable[Statement]) -> None:
        """Name more nodes."""
        for quad in labels:
            if terms.is_literal(quad.object) and quad.object not in self._labels[quad.subject]:
                self._labels[quad.subject][quad.object] = None
                self._nodes.pop(quad.subject, None)

    def node(self, term: str, origin: str = "") -> Node:
        """A term by its name alone."""
        node = self._nodes.get(term)
        if node is None:
            node = self._nodes[term] = self._literal(term) if terms.is_literal(term) else self._resource(term)
        return replace(node, origin=origin) if origin else node

    def label(self, term: str) -> tuple[str, str]:
        """(language tag, label); ("", "") for what has none."""
        texts: dict[str, str] = {}
        for literal in map(terms.literal, self._labels.get(term, ())):
            texts.setdefault(literal.language, visible(literal.lexical))
        return pick(texts, self.language)

    def text(self, term: str, predicates: Sequence[str]) -> tuple[str, Node] | None:
        """The first of `predicates` that has a text, with its text in the reader's language where there is one."""
        for predicate in predicates:
            found = {
                terms.literal(value).language: value
                for value in self.objects(term, predicate)
                if terms.is_literal(value)
            }
            if found:
                return predicate, self._literal(pick(found, self.language)[1])
        return None

    def types(self, term: str) -> list[Node]:
        """The types that somebody wrote, then those that were worked out."""
        types = self._about.get(term, {}).get(RDF_TYPE, {})
        return sorted(
            (self.node(type_, origin_of(types[type_])) for type_ in types), key=lambda node: bool(node.origin)
        )

    def types_with_reasons(self, term: str) -> list[Node]:
        return [self._with_reason(type_, term, RDF_TYPE, terms.iri(type_.iri)) for type_ in self.types(term)]

    def objects(self, term: str, *predicates: str) -> list[str]:
        """The values of a node by these predicates, each once."""
        about = self._about.get(term, {})
        return list(dict.fromkeys(value for predicate in predicates for value in about.get(predicate, ())))

    def about(self, term: str) -> Mapping[str, Mapping[str, Iterable[str]]]:
        """What is said of a node: the graphs that say so, by predicate and object."""
        return self._about.get(term, {})

    def tell_elsewhere(self, nodes: Iterable[str]) -> None:
        """These nodes are not told of in the place of others: the page has a place for each."""
        self._told.update(nodes)

    def tell(self, term: str, leave_out: Iterable[str] = ()) -> tuple[Property, ...]:
        """What is said about a node, nodes that are described here told of in their place, each once."""
        return self._tell(term, frozenset(leave_out), 0, "")

    def tell_in_short(self, term: str, leave_out: Iterable[str]) -> tuple[Property, ...]:
        """What somebody wrote about a node, other nodes by their names alone."""
        places = self._places(term)
        found = []
        for predicate in self._about.get(term, {}).keys() - set(leave_out):
            written = [value for value, graphs in self._about[term][predicate].items() if not origin_of(graphs)]
            if written:
                found.append(self._property(predicate, places, tuple(map(self.node, written))))
        return tuple(sorted(found, key=_reading_order))

    def groups(self, properties: Sequence[Property]) -> tuple[Group, ...]:
        """Properties under the headings that shapes give them, those without one first."""
        by_group: dict[tuple[float, str], list[Property]] = {}
        for property_ in properties:
            place = property_.place
            key = (place.group_order, place.group) if place and place.group else (-1.0, "")
            by_group.setdefault(key, []).append(property_)
        self.add_labels(self._here.reader.label_statements(group for _, group in by_group if group))
        return tuple(
            Group(self.node(group) if group else None, tuple(by_group[order, group]))
            for order, group in sorted(by_group)
        )

    def told(self, term: str, *, depth: int = 0, origin: str = "", owner: str = "") -> Node:
        """A node with what is said about it, unless the page has said it before.

        What the node says of its `owner`, in whose place it is told, the page shows by that place.
        """
        node = self.node(term, origin)
        if terms.is_literal(term) or term in self._told or term not in self._about or not self._has_room(term, depth):
            return node
        self._told.add(term)
        members = self._members(term)
        if members is not None:
            items = tuple(self.told(member, depth=depth + 1, owner=owner) for member in members)
            return replace(node, text=gettext("list"), items=items)
        return replace(
            node,
            types=tuple(self.types(term)[:_TYPES_OF_NESTED]),
            properties=self._tell(term, frozenset((RDF_TYPE, *self.shown_by_name(term))), depth + 1, owner),
        )

    def _tell(self, term: str, leave_out: frozenset[str], depth: int, owner: str) -> tuple[Property, ...]:
        self._told.add(term)
        about = self._about.get(term, {})
        places = self._places(term)
        properties = []
        for predicate in about.keys() - leave_out:
            nodes = tuple(
                self._value(term, predicate, value, depth)
                for value, graphs in about[predicate].items()
                if value != owner
                and not (depth and origin_of(graphs))  # a thing told of in another's place is told of briefly
                and not self._repeats_label(about, predicate, value)
            )
            if nodes:
                properties.append(self._property(predicate, places, nodes))
        return tuple(sorted(properties, key=_reading_order))

    def _value(self, subject: str, predicate: str, value: str, depth: int) -> Node:
        """A value of a property: a time in words, what was worked out with the reason."""
        node = self.told(value, depth=depth, origin=origin_of(self._about[subject][predicate][value]), owner=subject)
        if terms.is_literal(value) and predicate in self._here.roles.properties("time"):
            words = edtf.in_words(node.text)
            node = replace(node, text=words, datatype=node.text) if words not in ("", node.text) else node
        return self._with_reason(node, subject, predicate, value)

    def _with_reason(self, node: Node, subject: str, predicate: str, value: str) -> Node:
        reason = self._why(subject, predicate, value, node.origin) if self._why and node.origin else None
        return replace(node, reason=reason) if reason else node

    def _places(self, term: str) -> Mapping[str, Place]:
        return self._here.layout.places(self.objects(term, RDF_TYPE))

    def _property(self, predicate: str, places: Mapping[str, Place], values: tuple[Node, ...]) -> Property:
        """The property under the name that its shape gives it, unless its own is in the reader's language alone."""
        name, place = self.node(predicate), places.get(predicate)
        if place:
            self.add_labels(self._here.reader.label_statements([place.shape]))
            language, text = self.label(place.shape)
            if text and (language == self.language or name.language != self.language):
                name = replace(name, text=text, language=language, is_code=False)
        return Property(name, values, len(values), place)

    def _has_room(self, term: str, depth: int) -> bool:
        if terms.is_blank(term):  # told of here or nowhere
            return depth < _DEEPEST
        return depth < _DEEPEST_NAMED and len(self._told) < _MOST_TOLD

    def shown_by_name(self, term: str) -> list[str]:
        """The predicates that say nothing but the name that is shown."""
        _, label = self.label(term)
        return [
            predicate
            for predicate, values in self._about.get(term, {}).items()
            if all(terms.is_literal(value) and terms.value(value) == label for value in values)
        ]

    def _members(self, term: str) -> list[str] | None:
        """The members of the list that starts at a blank node; None where it is no plain list."""
        return lists.whole(term, lambda cell: self._about.get(cell, {}) if terms.is_blank(cell) else {})

    def _repeats_label(self, about: dict[str, dict[str, set[str]]], predicate: str, value: str) -> bool:
        """Whether a label that was worked out says what a better label property says."""
        if predicate not in LABEL_PROPERTIES or not origin_of(about[predicate][value]):
            return False
        better = LABEL_PROPERTIES[: LABEL_PROPERTIES.index(predicate)]
        return any(value in about.get(label_property, {}) for label_property in better)

    def _resource(self, term: str) -> Node:
        if terms.is_blank(term):
            return Node(gettext("unnamed"), language=interface_language())
        iri = terms.value(term)
        language, label = self.label(term)
        words = "" if label else well_known.name_of(iri)
        href = self._href(iri)
        badge, sign = self._here.badges.get(term, (0, ""))
        return Node(
            text=label or words or self._short_name(term),
            iri=iri,
            href=href,
            is_external=href == iri,
            language=interface_language() if words else language,
            is_code=not label and not words,
            short_name=self._short_name(term) if words else "",
            badge=badge,
            sign=sign,
        )

    def _literal(self, term: str) -> Node:
        literal = terms.literal(term)
        plain = literal.language or literal.datatype == terms.XSD_STRING
        href = literal.lexical if literal.datatype == f"<{XSD}anyURI>" and _is_linkable(literal.lexical) else ""
        return Node(
            text=visible(literal.lexical),
            href=href,
            is_external=bool(href),
            language=literal.language,
            datatype="" if plain else self._names(literal.datatype),
        )

    def _href(self, iri: str) -> str:
        names, addresses = self._here.names, self._here.addresses
        if names.is_own(iri):
            document, hash_sign, fragment = iri.partition("#")
            if hash_sign and document == self._within:
                return self._to_fragment(fragment)
            url = addresses.document(iri)
            return addresses.href(f"{url}#{fragment}" if hash_sign and url == document else url)
        if self._here.reader.is_described(iri):
            return addresses.href(names.document(iri))
        return iri if _is_linkable(iri) else ""

    def _short_name(self, term: str) -> str:
        short = self._names(term)
        if short != term:
            return short
        iri = terms.value(term)
        if self._here.names.is_own(iri):
            return unquote(iri[len(self._here.names.base) :].removeprefix("id/"))
        return iri

    @cached_property
    def _names(self) -> PrefixedNames:
        return PrefixedNames(self._here.record.prefixes)


def visible(text: str) -> str:
    """The text with pictures of control characters, which HTML cannot hold (HTML standard, 13.2.3.5)."""
    return text.translate(_PICTURES)


def origin_of(graphs: Iterable[str]) -> str:
    """ "derived" or "inferred" where a statement stands in such graphs alone."""
    origins = [graph[1:-1].rpartition("/")[2] for graph in graphs]
    return origins[0] if all(origin in _WORKED_OUT for origin in origins) else ""


def _reading_order(found: Property) -> tuple[float, bool, int, str]:
    """As the shapes say; then the type and names, and what holds descriptions of other things last."""
    predicate = terms.iri(found.name.iri)
    leading = (RDF_TYPE, *LABEL_PROPERTIES)
    place = leading.index(predicate) if predicate in leading else len(leading)
    is_long = any(node.properties for node in found.values)
    return found.place.order if found.place else math.inf, is_long, place, found.name.text.casefold()


def _is_linkable(iri: str) -> bool:
    return iri.lower().startswith(_LINKABLE)
