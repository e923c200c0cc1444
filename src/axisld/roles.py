"""Which properties of a publication play which part, as its ontology and its alignments say.

A property plays a role when it is the role's standard term, or a subproperty of one that does, or is matched with one
(`skos:exactMatch`, `skos:closeMatch`). So pages can show who said what, and since when, in any vocabulary.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain, islice
from typing import Literal

from axisld import lists, terms
from axisld.store import Store
from axisld.terms import RDF
from axisld.vocabulary import DASH, DCTERMS, OWL, PROV, RDF_TYPE, RDFS, SCHEMA, SH, SKOS

CITO = "http://purl.org/spar/cito/"
OA = "http://www.w3.org/ns/oa#"
SEM = "http://semanticweb.cs.vu.nl/2009/11/sem/"

Role = Literal[
    "subject", "predicate", "object", "attribution", "utterance", "speaker", "reported", "conflict", "citation",
    "cited", "time", "valid", "earliest", "latest", "place", "passage", "whole", "bibliography", "notation", "work",
    "author", "publisher", "part",
]  # fmt: skip
_STANDARD: dict[Role, tuple[str, ...]] = {
    "subject": (f"{RDF}subject",),  # of a statement that is a thing of its own (RDF Schema, 5.3)
    "predicate": (f"{RDF}predicate",),
    "object": (f"{RDF}object",),
    "attribution": (f"{PROV}wasAttributedTo", f"{SEM}accordingTo"),  # to whom a statement is ascribed
    "utterance": (f"{PROV}wasGeneratedBy",),  # by which act of saying it came to be
    "speaker": (f"{PROV}wasAssociatedWith",),  # who said so in that act
    "reported": (f"{PROV}hadPrimarySource",),  # what reported the act
    "conflict": (f"{CITO}disagreesWith",),  # another statement that cannot hold beside it
    "citation": (f"{CITO}cites",),
    "cited": (f"{CITO}hasCitedEntity",),  # of a citation that is a thing of its own
    "time": (f"{SCHEMA}temporalCoverage",),  # text in the Extended Date/Time Format (ISO 8601-2)
    "valid": (f"{DCTERMS}valid",),  # when it was so, without a beginning and an end
    "earliest": (f"{SEM}hasEarliestBeginTimeStamp",),  # a date
    "latest": (f"{SEM}hasLatestEndTimeStamp",),
    "place": (f"{SEM}hasPlace",),
    "passage": (f"{OA}hasSelector",),  # where in a source
    "whole": (f"{OA}hasSource",),  # the source that a passage, or a part of it, belongs to
    "bibliography": (f"{DCTERMS}bibliographicCitation",),  # a source as a reader knows it, in one text
    "work": (f"{DCTERMS}references",),  # what an entry of a list of sources refers to
    "author": (f"{DCTERMS}creator", f"{SCHEMA}author"),
    "publisher": (f"{DCTERMS}publisher", f"{SCHEMA}publisher"),
    "part": (f"{DCTERMS}isPartOf", f"{SCHEMA}isPartOf"),  # of what something is a part, or in what it appeared
    "notation": (f"{SKOS}notation",),  # a short sign for it: the number of a source, the sign of a badge
}
_SUBPROPERTY = f"<{RDFS}subPropertyOf>"
_MATCHES = (f"<{SKOS}exactMatch>", f"<{SKOS}closeMatch>")
_MOST_MEMBERS = 100  # of an enumerated class


class Roles:
    """The roles in one publication; each is worked out when it is first asked for."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[Role, tuple[str, ...]] = {}
        self._choices: dict[str, tuple[str, ...]] = {}  # by property
        self._inverses: dict[str, str] = {}

    def properties(self, role: Role) -> tuple[str, ...]:
        """The properties that play a role, as terms, in order."""
        if role not in self._known:
            self._known[role] = tuple(sorted(self._closure(terms.iri(iri) for iri in _STANDARD[role])))
        return self._known[role]

    def values(self, thing: str, role: Role) -> list[str]:
        """The values of a thing in a role, as terms, each once."""
        found = (quad.object for name in self.properties(role) for quad in self._store.about(thing, name))
        return list(dict.fromkeys(found))

    def holders(self, value: str, role: Role) -> Iterator[str]:
        """The things that have a value in a role; maybe without end, and one may come twice."""
        return (quad.subject for name in self.properties(role) for quad in self._store.incoming(value, name))

    def inverse(self, name: str) -> str:
        """The property that says the same from the other end: itself where it is symmetric; "" where there is none."""
        if name not in self._inverses:
            self._inverses[name] = self._inverse(name)
        return self._inverses[name]

    @cached_property
    def badges(self) -> dict[str, tuple[str, ...]]:
        """The properties whose few values tell things apart at a glance, each with all its values in their order.

        A shape marks them `dash:propertyRole dash:KeyInfoRole`, and their range is a class enumerated by `owl:oneOf`.
        """
        marked = {quad.subject for quad in self._store.incoming(f"<{DASH}KeyInfoRole>", f"<{DASH}propertyRole>")}
        paths = {quad.object for shape in marked for quad in self._store.about(shape, f"<{SH}path>")}
        enumerated = {path: self.choices(path) for path in sorted(filter(terms.is_iri, paths))}
        return {path: members for path, members in enumerated.items() if members}

    def choices(self, name: str) -> tuple[str, ...]:
        """The values of a property whose range is an enumerated class, in their order; none for other properties."""
        if name not in self._choices:
            self._choices[name] = self._enumeration(name)
        return self._choices[name]

    def _inverse(self, name: str) -> str:
        if any(quad.object == f"<{OWL}SymmetricProperty>" for quad in self._store.about(name, RDF_TYPE)):
            return name
        forth = (quad.object for quad in self._store.about(name, f"<{OWL}inverseOf>"))
        back = (quad.subject for quad in self._store.incoming(name, f"<{OWL}inverseOf>"))
        return next(filter(terms.is_iri, chain(forth, back)), "")

    def _closure(self, standard: Iterable[str]) -> set[str]:
        found: set[str] = set()
        queue = list(standard)
        while queue:
            name = queue.pop()
            if name in found:
                continue
            found.add(name)
            for link in (_SUBPROPERTY, *_MATCHES):
                queue += (quad.subject for quad in self._store.incoming(name, link) if terms.is_iri(quad.subject))
        return found

    def _enumeration(self, name: str) -> tuple[str, ...]:
        for range_ in self._store.about(name, f"<{RDFS}range>"):
            same = [quad.object for quad in self._store.about(range_.object, f"<{OWL}equivalentClass>")]
            for class_ in (range_.object, *same):
                for quad in self._store.about(class_, f"<{OWL}oneOf>"):
                    return tuple(islice(lists.members(quad.object, self._said), _MOST_MEMBERS))
        return ()

    def _said(self, node: str) -> dict[str, tuple[str]]:
        return {quad.predicate: (quad.object,) for quad in self._store.about(node)}
