"""The page of a document of names with a `#`, such as an ontology: each term at its fragment."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from flask import render_template

from axisld import terms
from axisld.reader import Description
from axisld.terms import RDF
from axisld.vocabulary import OWL, RDF_TYPE, RDFS, SH, SKOS
from axisld.web.nodes import Node, Property, Reading
from axisld.web.pages import frame, summary_of
from axisld.web.site import Site

_PROPERTIES = tuple(
    f"<{name}>"
    for name in (
        f"{OWL}ObjectProperty",
        f"{OWL}DatatypeProperty",
        f"{OWL}AnnotationProperty",
        f"{RDF}Property",
    )
)
# Sections of the page in their order, with the types whose terms they hold; a term stands in the first that fits.
_SECTIONS: tuple[tuple[str, frozenset[str]], ...] = (
    ("Classes", frozenset((f"<{OWL}Class>", f"<{RDFS}Class>"))),
    ("Properties", frozenset(_PROPERTIES)),
    ("Shapes", frozenset((f"<{SH}NodeShape>", f"<{SH}PropertyShape>"))),
    ("Concepts", frozenset((f"<{SKOS}Concept>", f"<{SKOS}ConceptScheme>"))),
)
_OTHERS = "Other terms"
_INSTANCES_TRIED = 20  # when looking for a thing that has a property


@dataclass(frozen=True, slots=True)
class Term:
    """A term on the page."""

    fragment: str
    name: Node
    types: tuple[Node, ...]
    definition: Node | None
    properties: tuple[Property, ...]
    narrower: tuple[Node, ...]  # the classes or properties below it
    usage: int | None  # statements that use it; None where that says nothing, as of a shape
    example: tuple[Node, ...]  # a thing of the class; or subject and value of the property


def terms_of(here: Site, description: Description, url: str, language: str) -> str:
    """The HTML of the document at `url`, for a reader of `language`."""
    reading = Reading(here, language, description.outgoing, description.labels, within=url)
    reading.tell_elsewhere(quad.subject for quad in description.outgoing if terms.is_iri(quad.subject))
    page = _Page(here, reading, description)
    document = terms.iri(url)
    summary, shown = summary_of(reading, document)
    sections = page.sections()
    return render_template(
        "terms.html",
        **frame(here, url, language),
        title=reading.node(document),
        summary=summary,
        properties=reading.tell(document, leave_out=(*shown, *reading.shown_by_name(document))),
        sections=sections,
    )


class _Page:
    """The terms of one document."""

    def __init__(self, here: Site, reading: Reading, description: Description) -> None:
        self._here = here
        self._reading = reading
        self._prefix = f"<{description.topic}#"
        self._subjects = dict.fromkeys(
            quad.subject for quad in description.outgoing if quad.subject.startswith(self._prefix)
        )

    def sections(self) -> list[tuple[str, list[Term]]]:
        """(heading, terms in the order of their names), without empty sections."""
        by_heading: dict[str, list[Term]] = {heading: [] for heading, _ in (*_SECTIONS, (_OTHERS, None))}
        for subject in self._subjects:
            types = set(self._reading.objects(subject, RDF_TYPE))
            heading = next((heading for heading, fitting in _SECTIONS if types & fitting), _OTHERS)
            by_heading[heading].append(self._term(subject, types))
        return [
            (heading, sorted(found, key=lambda term: term.name.text.casefold()))
            for heading, found in by_heading.items()
            if found
        ]

    def _term(self, subject: str, types: Iterable[str]) -> Term:
        reading, iri = self._reading, terms.value(subject)
        usage, example = self._use(iri, set(types))
        definition, shown = summary_of(reading, subject)
        return Term(
            fragment=subject[len(self._prefix) : -1],
            name=reading.node(subject),
            types=tuple(reading.types(subject)),
            definition=definition,
            properties=reading.tell(
                subject, leave_out=(RDF_TYPE, f"<{RDFS}isDefinedBy>", *shown, *reading.shown_by_name(subject))
            ),
            narrower=tuple(self._narrower(subject)),
            usage=usage,
            example=example,
        )

    def _narrower(self, subject: str) -> Iterable[Node]:
        store = self._here.release.store
        for predicate in (f"<{RDFS}subClassOf>", f"<{RDFS}subPropertyOf>", f"<{SKOS}broader>"):
            below = dict.fromkeys(quad.subject for quad in store.incoming(subject, predicate))
            yield from (self._named(term) for term in below if terms.is_iri(term))

    def _use(self, iri: str, types: set[str]) -> tuple[int | None, tuple[Node, ...]]:
        """How often a class or property is used, and where."""
        record = self._here.record
        if types & _SECTIONS[0][1]:
            return record.classes.get(iri, 0), self._instance(iri)
        if types & _SECTIONS[1][1]:
            return record.properties.get(iri, 0), self._statement(iri)
        return None, ()

    def _instance(self, iri: str) -> tuple[Node, ...]:
        return tuple(self._named(terms.iri(thing)) for thing in self._here.reader.instances(iri, 1))

    def _statement(self, iri: str) -> tuple[Node, ...]:
        """A statement with the property, of a thing in its domain."""
        if not self._here.record.properties.get(iri):
            return ()
        for domain in self._reading.objects(terms.iri(iri), f"<{RDFS}domain>"):
            for thing in self._here.reader.instances(terms.value(domain), _INSTANCES_TRIED):
                for quad in islice(self._here.release.store.about(terms.iri(thing), terms.iri(iri)), 1):
                    return self._named(quad.subject), self._named(quad.object)
        return ()

    def _named(self, term: str) -> Node:
        labels = self._here.reader.label_statements([term])
        return Reading(self._here, self._reading.language, (), labels).node(term)
