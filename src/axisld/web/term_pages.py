"""The pages of a document of names with a `#`, such as an ontology: its index, where each name leads, and its terms."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice
from urllib.parse import quote, urlencode

from flask import render_template

from axisld import terms
from axisld.iris import to_url
from axisld.reader import Description
from axisld.terms import RDF, Statement
from axisld.vocabulary import DESCRIPTION_PROPERTIES, OWL, RDF_TYPE, RDFS, SCHEMA, SH, SKOS
from axisld.web import hierarchies
from axisld.web.diagrams import Diagram, Relation, diagram
from axisld.web.hierarchies import BROADER, CLASSES, NARROWER, PROPERTIES, SHAPES, Row, fragment
from axisld.web.interface import Message
from axisld.web.nodes import Node, Reading, origin_of
from axisld.web.pages import frame, pointing_url, summary_of
from axisld.web.problems import Problem
from axisld.web.short_names import short_name
from axisld.web.site import Site

_INDEX_BYTES = 64 * 1024  # for the terms of one page: with its frame and the diagram it stays below 100 KiB
_ENTRY_BYTES = 140  # of markup around the name of a term and its definition
_LEAST_GLOSS, _MOST_GLOSS = 60, 240  # bytes of a definition in the index
_DEFINITIONS = (*DESCRIPTION_PROPERTIES, f"<{SH}description>", f"<{SH}message>")
_DOMAINS = (f"<{RDFS}domain>", f"<{SCHEMA}domainIncludes>")
_RANGES = (f"<{RDFS}range>", f"<{SCHEMA}rangeIncludes>")
_SHAPES = (f"<{SH}targetClass>", f"<{SH}path>", f"<{SH}targetSubjectsOf>", f"<{SH}targetObjectsOf>")
_ALIGNMENTS = (
    *(f"<{SKOS}{name}Match>" for name in ("exact", "close", "broad", "narrow", "related")),
    f"<{OWL}equivalentClass>",
    f"<{OWL}equivalentProperty>",
    f"<{OWL}sameAs>",
)
_EXAMPLES = 3
_INSTANCES_TRIED = 200  # when looking for things that have a property


@dataclass(frozen=True, slots=True)
class Entry:
    """A term in the index."""

    row: Row
    fragment: str
    href: str  # of its own page
    name: Node
    gloss: Node | None  # its definition, as much of it as there is room for
    usage: int | None  # as _Use.count

    @property
    def depth(self) -> int:
        return self.row.depth


@dataclass(frozen=True, slots=True)
class _Use:
    """How a class or a property is used."""

    count: int | None = None  # things of the class, statements with the property; None where that says nothing
    examples: tuple[tuple[Node, ...], ...] = ()  # things of the class; or subject and value of the property
    listed: str = ""  # URL of all of them; "" where there is none
    query: str = ""  # SPARQL that lists them


def terms_of(here: Site, description: Description, url: str, language: str, page: int) -> str:
    """The HTML of a page of the index of the document at `url`, for a reader of `language`; 404 beyond the last."""
    index = _Index(here, description, url, language)
    pages = index.pages()
    if page > len(pages):
        raise Problem(404, Message("The index of %(document)s has no page %(page)s.", document=url, page=page))
    document = terms.iri(url)
    summary, shown = summary_of(index.reading, document)
    numbers = {"first": 1, "prev": page - 1, "next": page + 1, "last": len(pages)}
    return render_template(
        "terms.html",
        **frame(here, url, language),
        title=index.reading.node(document),
        summary=summary,
        properties=index.reading.tell(document, leave_out=(*shown, *index.reading.shown_by_name(document))),
        sections=index.sections(pages[page - 1]),
        counts=index.counts,
        drawing=index.diagram() if page == 1 else None,
        relations=index.relations(),
        fragment=fragment,
        page=page,
        pages=len(pages),
        parts=here.addresses.href(here.addresses.part(url, "")),
        around={
            relation: here.addresses.href(here.addresses.location(url, page=number))
            for relation, number in numbers.items()
            if len(pages) > 1 and 1 <= number <= len(pages) and number != page
        },
    )


def is_term(here: Site, description: Description) -> bool:
    """Whether a description has a page of its own here: that of a class, property or shape in a document of terms."""
    topic = terms.iri(description.topic)
    types = [quad.object for quad in description.outgoing if quad[:2] == (topic, RDF_TYPE)]
    is_here = here.addresses.description(description.topic) != here.addresses.document(description.topic)
    return is_here and hierarchies.kind_of(types) in (CLASSES, PROPERTIES, SHAPES)


def term(here: Site, description: Description, url: str, language: str) -> str:
    """The HTML of the page about one term, at `url`."""
    document, _, _ = description.topic.partition("#")
    about = _About(here, description, document, language)
    reading, topic = about.reading, about.topic
    definition, shown = _definition(reading, topic)
    told = (RDF_TYPE, f"<{RDFS}isDefinedBy>", *shown, *reading.shown_by_name(topic), *about.related_by)
    return render_template(
        "term.html",
        **frame(here, url, language),
        document=about.node(terms.iri(document)),
        title=reading.node(topic),
        iri=description.topic,
        kind=about.kind,
        types=reading.types(topic),
        definition=definition,
        related=about.related(),
        use=about.use(),
        properties=reading.tell(topic, leave_out=told),
        incoming=[
            (reading.node(predicate), count, here.addresses.href(pointing_url(here, url, predicate)))
            for predicate, count in description.incoming.counts
            if predicate not in about.shown_from
        ],
    )


class _Index:
    """The terms of one document, for a reader of one language."""

    def __init__(self, here: Site, description: Description, url: str, language: str) -> None:
        self._here, self._url = here, url
        self.reading = Reading(here, language, description.outgoing, description.labels, within=url)
        self.reading.tell_elsewhere(quad.subject for quad in description.outgoing if terms.is_iri(quad.subject))
        self._written = [quad for quad in description.outgoing if not origin_of((quad.graph,))]
        prefix = f"<{url}#"
        self._members = [quad.subject for quad in description.outgoing if quad.subject.startswith(prefix)]
        self._rows = hierarchies.rows(self._written, self._members, self._order)
        self.counts = {
            kind: sum(not row.is_repeated for row in of_kind)
            for kind, of_kind in groupby(self._rows, key=lambda row: row.kind)
        }

    def pages(self) -> list[list[Row]]:
        def size(row: Row) -> int:
            gloss = None if row.is_repeated else _gloss(self.reading, row.term)
            return self._bytes(row.term) + (len(gloss.text[:_LEAST_GLOSS].encode()) if gloss else 0)

        return hierarchies.paged(self._rows, size, _INDEX_BYTES)

    def sections(self, rows: Sequence[Row]) -> list[tuple[str, list[Entry]]]:
        """(kind, terms) of one page, without empty sections."""
        spare = _INDEX_BYTES - sum(self._bytes(row.term) for row in rows)
        room = min(spare // max(sum(not row.is_repeated for row in rows), 1), _MOST_GLOSS)
        entries = [self._entry(row, room) for row in rows]
        return [(kind, list(found)) for kind, found in groupby(entries, key=lambda entry: entry.row.kind)]

    def relations(self) -> list[tuple[Node, list[tuple[Node, Node]]]]:
        """(class, (property, class that it leads to)) of the properties between classes of the document."""
        found: dict[str, list[tuple[Node, Node]]] = defaultdict(list)
        for source, property_, target in self._related():
            found[source].append((self.reading.node(property_), self.reading.node(target)))
        return [(self.reading.node(source), pairs) for source, pairs in sorted(found.items(), key=self._by_name)]

    def diagram(self) -> Diagram:
        related = [Relation(source, target, self._order(name)) for source, name, target in self._related()]
        classes = {row.term for row in self._rows if row.kind == CLASSES}
        broader: dict[str, list[str]] = defaultdict(list)
        for quad in self._written:
            if quad.predicate == f"<{RDFS}subClassOf>" and {quad.subject, quad.object} <= classes:
                broader[quad.subject].append(quad.object)
        return diagram(related, broader, {term: self.reading.node(term).text for term in classes})

    def _related(self) -> list[tuple[str, str, str]]:
        """(class, property, class) as domains and ranges say."""
        classes = {row.term for row in self._rows if row.kind == CLASSES}
        ends: dict[str, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
        for quad in self._written:
            for side, predicates in enumerate((_DOMAINS, _RANGES)):
                if quad.predicate in predicates and quad.object in classes:
                    ends[quad.subject][side].add(quad.object)
        return sorted(
            (source, name, target)
            for name, (domains, ranges) in ends.items()
            for source in domains
            for target in ranges
        )

    def _entry(self, row: Row, room: int) -> Entry:
        gloss = _gloss(self.reading, row.term) if room >= _LEAST_GLOSS // 2 and not row.is_repeated else None
        return Entry(
            row,
            name := fragment(row.term),
            to_url(self._here.addresses.href(self._here.addresses.part(self._url, name))),
            self.reading.node(row.term),
            replace(gloss, text=_shortened(gloss.text, room)) if gloss else None,
            _count(self._here, row.kind, terms.value(row.term)),
        )

    def _bytes(self, term: str) -> int:
        return _ENTRY_BYTES + 2 * len(quote(fragment(term))) + len(self.reading.node(term).text.encode())

    def _order(self, term: str) -> str:
        return self.reading.node(term).text.casefold()

    def _by_name(self, found: tuple[str, object]) -> str:
        return self._order(found[0])


class _About:
    """One term, and what is said of it elsewhere."""

    def __init__(self, here: Site, description: Description, document: str, language: str) -> None:
        self._here, self._language = here, language
        self._document = document
        self.topic = terms.iri(description.topic)
        self._outgoing = description.outgoing
        self.reading = Reading(here, language, description.outgoing, description.labels, document, self._href)
        self.kind = hierarchies.kind_of(self.reading.objects(self.topic, RDF_TYPE))
        self.related_by = (*BROADER, *NARROWER, *_DOMAINS, *_RANGES, *_ALIGNMENTS)
        self.shown_from = {*BROADER, *NARROWER, *_DOMAINS, *_RANGES, *_SHAPES, f"<{RDF}first>"}
        if self.kind == CLASSES:
            self.shown_from.add(RDF_TYPE)

    def related(self) -> list[tuple[str, list[Node]]]:
        """(relation, terms) as templates/term.html names the relations, without empty ones."""
        broader = [*self._said(BROADER), *self._saying(NARROWER)]
        found = {
            "broader": [term for term in broader if self._is_own(term)],
            "narrower": [*self._saying(BROADER), *self._said(NARROWER)],
            "domain": self._said(_DOMAINS),
            "range": self._said(_RANGES),
            "properties": self._saying(_DOMAINS),
            "led to by": self._saying(_RANGES),
            "shapes": self._saying(_SHAPES),
            "alignments": [*self._said(_ALIGNMENTS), *(term for term in broader if not self._is_own(term))],
        }
        return [(relation, self._nodes(related)) for relation, related in found.items() if related]

    def use(self) -> _Use:
        iri = terms.value(self.topic)
        count = _count(self._here, self.kind, iri)
        if not count:
            return _Use(count)
        if self.kind == PROPERTIES:
            query = f"SELECT ?subject ?value\nWHERE {{ ?subject <{iri}> ?value }}\nLIMIT 100"
            return _Use(count, self._statements(), query=query)
        examples = tuple((self.node(terms.iri(thing)),) for thing in self._here.reader.instances(iri, _EXAMPLES))
        query = f"SELECT ?thing\nWHERE {{ ?thing a <{iri}> }}\nLIMIT 100"
        return _Use(count, examples, self._search(), query)

    def node(self, term: str) -> Node:
        return self._nodes([term])[0]

    def _statements(self) -> tuple[tuple[Node, Node], ...]:
        """Some statements with the property, of things in its domain."""
        found: list[Statement] = []
        for domain in self._said(_DOMAINS):
            for thing in self._here.reader.instances(terms.value(domain), _INSTANCES_TRIED):
                found += islice(self._here.release.store.about(terms.iri(thing), self.topic), 1)
                if len(found) == _EXAMPLES:
                    break
        return tuple((self.node(quad.subject), self.node(quad.object)) for quad in found[:_EXAMPLES])

    def _search(self) -> str:
        """Where the things of the class are listed; "" without a search, or where it knows none."""
        here = self._here
        if here.search is None or self.topic not in here.search.types:
            return ""
        return f"{here.names.path}search?{urlencode({'type': short_name(self.topic, here.record.prefixes)})}"

    def _said(self, predicates: Iterable[str]) -> list[str]:
        """What the term says of itself by these, as somebody wrote it."""
        return [
            quad.object
            for quad in self._outgoing
            if quad.subject == self.topic and quad.predicate in predicates and not origin_of((quad.graph,))
        ]

    def _saying(self, predicates: Iterable[str]) -> list[str]:
        """What says these of the term."""
        store = self._here.release.store
        return [
            quad.subject
            for predicate in predicates
            for quad in store.incoming(self.topic, predicate)
            if not origin_of((quad.graph,))
        ]

    def _href(self, name: str) -> str:
        return self._here.addresses.href(self._here.addresses.part(self._document, name))

    def _is_own(self, term: str) -> bool:
        return terms.is_iri(term) and terms.value(term).startswith(f"{self._document}#")

    def _nodes(self, found: Iterable[str]) -> list[Node]:
        """What has a name, by name, each once."""
        named = dict.fromkeys(term for term in found if not terms.is_blank(term))
        labels = self._here.reader.label_statements(term for term in named if terms.is_iri(term))
        reading = Reading(self._here, self._language, (), labels, self._document, self._href)
        return sorted(map(reading.node, named), key=lambda node: (node.is_code, node.text.casefold()))


def _definition(reading: Reading, term: str) -> tuple[Node | None, list[str]]:
    """As `pages.summary_of`; of a shape, what it says to those who break it."""
    found = reading.text(term, _DEFINITIONS)
    return (found[1], [found[0]] if len(reading.objects(term, found[0])) == 1 else []) if found else (None, [])


def _gloss(reading: Reading, term: str) -> Node | None:
    """What stands beside a term in the index: its definition; of a shape without, what it is for."""
    definition, _ = _definition(reading, term)
    targets = [reading.node(target) for predicate in _SHAPES for target in reading.objects(term, predicate)]
    return definition or next((node for node in targets if not node.is_code), None)


def _count(here: Site, kind: str, iri: str) -> int | None:
    counted = {CLASSES: here.record.classes, PROPERTIES: here.record.properties}.get(kind)
    return counted.get(iri, 0) if counted is not None else None


def _shortened(text: str, most: int) -> str:
    """The text, cut behind a word where it has more than `most` bytes."""
    if len(text.encode()) <= most:
        return text
    return text.encode()[:most].decode(errors="ignore").rpartition(" ")[0].rstrip(",;:") + "…"
