"""What is known about a thing: look up, describe, page through. Knows no HTTP and no formats."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby, islice

from axisld import terms
from axisld.iris import Names
from axisld.store import Store
from axisld.terms import XSD, Statement
from axisld.vocabulary import DASH, DCTERMS, LABEL_PROPERTIES, OWL, RDF_TYPE, SH

_LABELS_KEPT = 50_000  # nodes whose labels stay in memory


@dataclass(frozen=True, slots=True)
class Incoming:
    """The statements that point at a thing: one page of them, and how many there are in all."""

    statements: tuple[Statement, ...]
    counts: tuple[tuple[str, int], ...]  # by predicate (a term), on all pages

    @property
    def total(self) -> int:
        return sum(count for _, count in self.counts)


@dataclass(frozen=True, slots=True)
class Description:
    """What a publication says about one thing; ready to be written in any format.

    `outgoing` is the concise bounded description: statements about the thing and the blank nodes they lead to.
    `details` describes the neighbours that the shapes mark with dash:DetailsViewer, such as the claims about the thing.
    `labels` name every IRI that the description mentions.
    """

    topic: str  # IRI
    outgoing: tuple[Statement, ...]
    outgoing_total: int
    incoming: Incoming
    details: tuple[Statement, ...]
    labels: tuple[Statement, ...]
    page: int  # 1 is the first
    pages: int

    def statements(self) -> list[Statement]:
        """Everything, each statement once, in the order of canonical N-Quads."""
        return in_order((*self.outgoing, *self.incoming.statements, *self.details, *self.labels))


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The properties whose other end is described in the document of this end (dash:DetailsViewer)."""

    outgoing: frozenset[str]
    incoming: frozenset[str]


def in_order(statements: Iterable[Statement]) -> list[Statement]:
    return sorted(set(statements), key=lambda quad: terms.line(quad).encode())


class Reader:
    """Questions to one release."""

    def __init__(self, store: Store, names: Names, *, page_statements: int, page_links: int) -> None:
        self._store = store
        self.names = names
        self._page_statements = page_statements
        self._page_links = page_links
        self.labels = lru_cache(_LABELS_KEPT)(self._labels)

    def is_known(self, iri: str) -> bool:
        """Whether the publication says anything with this IRI as subject or object."""
        return self._store.is_known(terms.iri(iri))

    def known(self, iris: Iterable[str]) -> set[str]:
        """Those of these IRIs that the publication says anything with: one question where the store is far away."""
        return {terms.value(node) for node in self._store.known(map(terms.iri, iris))}

    def is_described(self, iri: str) -> bool:
        """Whether the publication says anything about this IRI."""
        return any(True for _ in self._store.about(terms.iri(iri)))

    def has_fragments(self, document: str) -> bool:
        """Whether the publication describes names such as `document#part`."""
        return any(True for _ in self._store.subjects_under(f"{document}#"))

    def replacements(self, iri: str) -> tuple[str, ...] | None:
        """None for a thing in force; for a withdrawn one, the IRIs that replace it, perhaps none.

        Withdrawn is what is `owl:deprecated true` or has a `dcterms:isReplacedBy`.
        """
        node = terms.iri(iri)
        successors = [quad.object for quad in self._store.about(node, f"<{DCTERMS}isReplacedBy>")]
        replaced_by = tuple(terms.value(successor) for successor in successors if terms.is_iri(successor))
        deprecated = any(_is_true(quad.object) for quad in self._store.about(node, f"<{OWL}deprecated>"))
        return replaced_by if replaced_by or deprecated else None

    def describe(self, iri: str, page: int = 1) -> Description | None:
        """The `page`-th part of what is said about and with `iri`; None when nothing is, or there is no such page."""
        node = terms.iri(iri)
        outgoing_total = sum(1 for _ in self._store.about(node))
        counts = self._store.incoming_counts(node)
        links = sum(count for _, count in counts)
        pages = max(1, _pages(outgoing_total, self._page_statements), _pages(links, self._page_links))
        if not (outgoing_total or links) or not 1 <= page <= pages:
            return None
        start = (page - 1) * self._page_statements
        outgoing = self._bounded(islice(self._store.about(node), start, start + self._page_statements))
        incoming = tuple(islice(self._store.incoming(node, offset=(page - 1) * self._page_links), self._page_links))
        return self._description(iri, outgoing, outgoing_total, Incoming(incoming, counts), page, pages)

    def describe_document(self, document: str) -> Description | None:
        """What is said about `document` and every name `document#…` in it: an ontology, a set of shapes."""
        own = list(self._store.about(terms.iri(document)))
        outgoing = self._bounded([*own, *self._store.subjects_under(f"{document}#")])
        if not outgoing:
            return None
        return self._description(document, outgoing, len(outgoing), Incoming((), ()), 1, 1)

    def label_statements(self, nodes: Iterable[str]) -> list[Statement]:
        """The labels of these nodes (terms)."""
        wanted = sorted(set(nodes))
        self._store.expect(wanted)
        return [label for node in wanted for label in self.labels(node)]

    def instances(self, class_iri: str, limit: int) -> list[str]:
        """Up to `limit` things of a class, as IRIs."""
        found = self._store.incoming(terms.iri(class_iri), RDF_TYPE)
        return [terms.value(quad.subject) for quad in islice(found, limit) if terms.is_iri(quad.subject)]

    def usage(self, class_iri: str) -> int:
        """How many statements give something this type."""
        return self._store.incoming_count(terms.iri(class_iri), RDF_TYPE)

    def _description(
        self,
        iri: str,
        outgoing: tuple[Statement, ...],
        outgoing_total: int,
        incoming: Incoming,
        page: int,
        pages: int,
    ) -> Description:
        details = self._details(outgoing, incoming.statements)
        mentioned = {
            term for quad in (*outgoing, *incoming.statements, *details) for term in quad[:3] if terms.is_iri(term)
        }
        labels = tuple(self.label_statements(mentioned))
        return Description(iri, outgoing, outgoing_total, incoming, details, labels, page, pages)

    def _details(self, outgoing: Iterable[Statement], incoming: Iterable[Statement]) -> tuple[Statement, ...]:
        held = [
            statement for quad in incoming if terms.is_blank(quad.subject) for statement in self._held(quad.subject)
        ]
        wanted = [quad.subject for quad in incoming if quad.predicate in self._neighbours.incoming]
        wanted += [quad.object for quad in outgoing if quad.predicate in self._neighbours.outgoing]
        details = dict.fromkeys(held)
        done: set[str] = set()
        while wanted:  # a claim leads to its citations; outwards only, so that this ends
            node = wanted.pop()
            if node in done or terms.is_literal(node):
                continue
            done.add(node)
            described = self._bounded(self._store.about(node))
            details.update(dict.fromkeys(described))
            wanted += [quad.object for quad in described if quad.predicate in self._neighbours.outgoing]
        return tuple(details)

    def _held(self, blank: str) -> tuple[Statement, ...]:
        """The statement by which a thing with a name holds this blank node, and the whole of what it holds there.

        Without it, what points at the topic from inside a list or a nameless node would be said of nobody.
        """
        seen: set[str] = set()
        while blank not in seen:
            seen.add(blank)
            holder = next(iter(self._store.incoming(blank)), None)
            if holder is None:
                break
            if terms.is_iri(holder.subject):
                return self._bounded([holder])
            blank = holder.subject
        return self._bounded(self._store.about(blank))

    def _bounded(self, statements: Iterable[Statement]) -> tuple[Statement, ...]:
        """The statements, and those about the blank nodes that they lead to (concise bounded description)."""
        found: list[Statement] = []
        pending, seen = list(statements), set[str]()
        while pending:
            found += pending
            blanks = {quad.object for quad in pending if terms.is_blank(quad.object)} - seen
            seen |= blanks
            pending = [quad for blank in sorted(blanks) for quad in self._store.about(blank)]
        return tuple(found)

    def _labels(self, node: str) -> tuple[Statement, ...]:
        """The statements of the best label property that `node` has, each once, in all languages."""
        if not any(True for _ in self._store.about(node)):  # one look-up instead of one for each property
            return ()
        for label_property in LABEL_PROPERTIES:
            found = {quad.object: quad for quad in self._store.about(node, label_property)}
            if found:
                return tuple(found.values())
        return ()

    @cached_property
    def _neighbours(self) -> Neighbours:
        paths = [
            path.object
            for hint in self._store.incoming(f"<{DASH}DetailsViewer>", f"<{DASH}viewer>")
            for path in self._store.about(hint.subject, f"<{SH}path>")
        ]
        inverse = (quad.object for path in paths for quad in self._store.about(path, f"<{SH}inversePath>"))
        return Neighbours(frozenset(path for path in paths if terms.is_iri(path)), frozenset(inverse))


def own_documents(statements: Iterator[Statement], names: Names) -> Iterator[str]:
    """The documents of the things in force that sorted statements are about."""
    for subject, about in groupby(statements, key=lambda quad: quad.subject):
        is_withdrawn = any(
            quad.predicate == f"<{DCTERMS}isReplacedBy>"
            or (quad.predicate == f"<{OWL}deprecated>" and _is_true(quad.object))
            for quad in about
        )
        if terms.is_iri(subject) and names.is_own(terms.value(subject)) and not is_withdrawn:
            yield names.document(terms.value(subject))


def _is_true(term: str) -> bool:
    """Whether the term is a true xsd:boolean, in either spelling (XML Schema Datatypes, 3.3.2)."""
    return term in {f'"true"^^<{XSD}boolean>', f'"1"^^<{XSD}boolean>'}


def _pages(statements: int, per_page: int) -> int:
    return -(-statements // per_page)
