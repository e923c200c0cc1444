"""Terms and statements as a reader of one language sees them, and as programs do: in all languages."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from axisld import terms
from axisld.overviews.asking import Stated
from axisld.roles import Role
from axisld.vocabulary import SH
from axisld.web import edtf
from axisld.web.nodes import Node, Reading
from axisld.web.site import Site
from axisld.web.views.asked import Asked

_MOST_SOURCES = 100  # of one statement, named
_MOST_CHOICES = 60  # to narrow by


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to narrow by."""

    value: str  # of the parameter
    name: Node
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Account:
    """Who makes a statement, when, and on which source; terms."""

    attribution: tuple[str, ...]
    speakers: tuple[str, ...]
    sources: tuple[str, ...]
    passages: tuple[str, ...]


class Telling:
    """The names of some terms."""

    def __init__(self, here: Site, language: str, named: Iterable[str]) -> None:
        self._here = here
        mentioned = {term for term in named if terms.is_iri(term)}
        labels = here.reader.label_statements(mentioned)
        self._reading = Reading(here, language, (), labels)
        self._labels: dict[str, dict[str, str]] = {}
        for quad in labels:
            if terms.is_literal(quad.object):
                literal = terms.literal(quad.object)
                self._labels.setdefault(quad.subject, {}).setdefault(literal.language, literal.lexical)

    def node(self, term: str) -> Node:
        return self._reading.node(term)

    def nodes(self, found: Iterable[str]) -> list[Node]:
        return [self._reading.node(term) for term in found]

    def said(self, term: str) -> dict[str, Any] | None:
        """A term as JSON; None for none."""
        if not term:
            return None
        if terms.is_literal(term):
            return {"value": terms.value(term)}
        return {"id": terms.value(term), "labels": self._labels.get(term, {})}

    def said_all(self, found: Iterable[str]) -> list[dict[str, Any] | None]:
        return [self.said(term) for term in found]

    def choices(self, question: Asked, name: str, counted: Iterable[tuple[str, int]]) -> list[Choice]:
        """What a form offers for a parameter."""
        chosen = question.term(name)
        return [
            Choice(question.short(term), self.node(term), count, term == chosen)
            for term, count in islice(counted, _MOST_CHOICES)
        ]

    def place(self, term: str) -> int:
        """The place of a badge among its like, from 1; 0 for what is none."""
        return self._here.badges.get(term, (0, ""))[0]


def badge_heading(here: Site, badges: Iterable[str]) -> str:
    """What the property of these badges is called: the shape with a sh:name, else the property; a term."""
    wanted = set(badges)
    for name, members in here.roles.badges.items():
        if wanted & set(members):
            store = here.release.store
            for quad in store.incoming(name, f"<{SH}path>"):
                if any(True for _ in store.about(quad.subject, f"<{SH}name>")):
                    return quad.subject
            return name
    return ""


def account(here: Site, node: str) -> Account:
    """What is known of the origin of a statement."""
    roles = here.roles

    def values(role: Role, *, of: Iterable[str] = (node,)) -> tuple[str, ...]:
        found = (value for thing in of for value in roles.values(thing, role))
        return tuple(islice(dict.fromkeys(found), _MOST_SOURCES))

    citations = values("citation")
    cited = [entity for citation in citations for entity in roles.values(citation, "cited") or [citation]]
    sources = tuple(islice(dict.fromkeys(filter(terms.is_iri, cited)), _MOST_SOURCES))
    speakers = values("speaker", of=values("utterance"))
    return Account(values("attribution"), speakers, sources, tuple(filter(terms.is_iri, values("passage"))))


def terms_of(statements: Iterable[Stated]) -> set[str]:
    """Every term that these statements mention."""
    named = ((found.node, found.subject, found.predicate, found.object, found.badge) for found in statements)
    return {term for found in named for term in found if term}


def in_words(stated: Stated) -> str:
    """The time of a statement for a reader; as it is written, where nobody can word it."""
    if stated.as_of:
        return edtf.as_of(stated.time)
    return edtf.in_words(stated.time) or stated.time


def said_of(telling: Telling, stated: Stated) -> dict[str, Any]:
    """A statement as JSON."""
    time = {"text": stated.time, "asOf": stated.as_of} if stated.time else None
    return {
        **(telling.said(stated.node) or {}),
        "isClaim": stated.is_claim,
        "subject": telling.said(stated.subject),
        "predicate": telling.said(stated.predicate),
        "object": telling.said(stated.object),
        "badge": telling.said(stated.badge),
        "place": telling.place(stated.badge),
        "time": time,
    }
