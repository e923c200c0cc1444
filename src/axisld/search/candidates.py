"""Candidates for what a name in somebody's table may mean, each with a score from 0 to 100 and what it is made of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from axisld import terms
from axisld.search.asking import Hit, Index, Name
from axisld.search.facets import TYPE
from axisld.search.matching import EXACT, likeness
from axisld.store import Store

_POOL = 50  # things looked at for one question, at least
_NAME_SHARE = 0.7  # of the score, where properties were given too; they have the rest
_OTHER_TYPE = 0.8  # of the score is left to a thing of another type than one that it should have
_CONTRADICTION = 80.0  # a property whose values are less like the given one speaks against a match


@dataclass(frozen=True, slots=True)
class Wanted:
    """A property that the thing meant has, as far as the client knows."""

    predicate: str  # a term
    values: tuple[str, ...]  # terms of things and literals: any may be like one of the thing's


@dataclass(frozen=True, slots=True)
class Question:
    """What a client knows of a thing."""

    text: str = ""  # its name or identifier
    types: tuple[str, ...] = ()  # terms
    strictness: str = "any"  # it has "any" or "all" of these types, or "should" have
    limit: int = 10  # candidates wanted
    properties: tuple[Wanted, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thing that may be meant."""

    hit: Hit
    score: float
    name_score: float | None  # None where no name was given
    has_type: bool | None  # None where no type was given
    property_score: float | None  # None where no property was given, or the thing has none of them
    is_match: bool = False  # the only one that is certain


def candidates(question: Question, index: Index, store: Store, space: str) -> list[Candidate]:
    """Things whose IRIs begin with `space`, the likeliest first.

    At most one is a match: the only one with that very name, of a type asked for, with no property that contradicts.
    """
    pool = _named(question, index, space) if question.text else _having(question, index, store)
    scored = [_scored(question, hit, index, store, space) for hit in pool.values() if hit.iri.startswith(space)]
    clear = [candidate for candidate in scored if _is_clear(candidate)]
    clear = [candidate for candidate in clear if candidate.property_score is not None] or clear
    if len(clear) == 1:
        scored = [replace(candidate, is_match=candidate is clear[0]) for candidate in scored]
    return sorted(scored, key=lambda candidate: -candidate.score)[: question.limit]


def _named(question: Question, index: Index, space: str) -> dict[str, Hit]:
    """Things with such a name, by IRI; the thing that has it for its identifier first."""
    found = index.look_up([question.text, space + question.text])
    filters: list[dict[str, Sequence[str]]] = [{}]
    if question.types and question.strictness == "all":
        filters = [{TYPE: question.types}]
    elif question.types and question.strictness == "any":
        filters = [{TYPE: [type_]} for type_ in question.types]
    for filter_ in filters:
        found += index.search(question.text, filter_, limit=max(_POOL, question.limit)).hits
    pool: dict[str, Hit] = {}
    for hit in found:
        pool.setdefault(hit.iri, hit)
    return pool


def _having(question: Question, index: Index, store: Store) -> dict[str, Hit]:
    """Things with such a property value, by IRI."""
    iris: dict[str, None] = {}
    for wanted in question.properties:
        for value in wanted.values:
            if terms.is_iri(value):
                ends: Iterable[str] = [value]
            else:
                hits = index.search(terms.value(value), limit=_POOL).hits
                ends = [terms.iri(hit.iri) for hit in hits]
                iris |= dict.fromkeys(hit.iri for hit in hits)  # the text may be its own
            for end in ends:
                for quad, _ in zip(store.incoming(end, wanted.predicate), range(_POOL), strict=False):
                    iris[terms.value(quad.subject)] = None
    return {hit.iri: hit for hit in index.look_up(iris)}


def _scored(question: Question, hit: Hit, index: Index, store: Store, space: str) -> Candidate:
    types = {value for name, value in hit.values if name == TYPE}
    enough = all if question.strictness == "all" else any
    has_type = enough(type_ in types for type_ in question.types) if question.types else None
    is_identifier = question.text in (hit.iri, hit.iri.removeprefix(space))
    name_score = (100.0 if is_identifier else likeness(question.text, hit.names)) if question.text else None
    known = [score for wanted in question.properties if (score := _likeness_of(wanted, hit, index, store)) is not None]
    property_score = sum(known) / len(known) if known else None
    if name_score is None:
        score = property_score or 0.0
    elif property_score is None:
        score = name_score
    else:
        score = _NAME_SHARE * name_score + (1 - _NAME_SHARE) * property_score
    score *= _OTHER_TYPE if has_type is False else 1
    return Candidate(hit, round(score, 1), name_score, has_type, property_score)


def _is_clear(candidate: Candidate) -> bool:
    if candidate.name_score is None or candidate.has_type is False:
        return False
    contradicts = candidate.property_score is not None and candidate.property_score < _CONTRADICTION
    return candidate.name_score >= EXACT and not contradicts


def _likeness_of(wanted: Wanted, hit: Hit, index: Index, store: Store) -> float | None:
    """How like the values of a property are to one wanted; None where the thing has none: that says nothing."""
    values = {quad.object for quad in store.about(terms.iri(hit.iri), wanted.predicate)}
    if not values:
        return None
    named = {
        terms.iri(found.iri): found.names for found in index.look_up(map(terms.value, filter(terms.is_iri, values)))
    }
    scores = [0.0]
    for value in values:
        names = [Name(terms.value(value), "", True)] if terms.is_literal(value) else named.get(value, ())
        for given in wanted.values:
            if terms.is_iri(given):
                scores.append(100.0 if given == value else 0.0)
            else:
                scores.append(likeness(terms.value(given), names))
    return max(scores)
