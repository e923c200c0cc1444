"""/coverage: which passages of a source the statements cover, and why some are without."""

from typing import Any

from flask import Blueprint, Response

from axisld import terms
from axisld.overviews.asking import Passage, Stretch
from axisld.roles import OA
from axisld.terms import Statement
from axisld.vocabulary import LABEL_PROPERTIES
from axisld.web.nodes import Node
from axisld.web.site import Site, site
from axisld.web.views import questions
from axisld.web.views.asked import Asked, answer, asked, page_of
from axisld.web.views.telling import Telling

routes = Blueprint("coverage", __name__)
_ROWS = 60  # on a page
_HASH_DIGITS = 32  # of what is a checksum, not a remark


@routes.get("/coverage")
def coverage() -> Response:
    """The parts of the source; or the passages of one part, or those without statements: a page, or JSON."""
    question, page = asked(site(), "coverage"), page_of(_ROWS)
    part, unclaimed = question.term("part"), bool(question.text("unclaimed"))
    stretches: list[Stretch] = []
    passages: list[Passage] = []
    if part or unclaimed:
        total, passages = question.overviews.passages(part, unclaimed=unclaimed, limit=page.size, offset=page.offset)
    else:
        total, stretches = question.overviews.stretches(limit=page.size, offset=page.offset)
    return answer(
        question, lambda: _said(question, stretches, passages),
        lambda language: _shown(question, stretches, passages, language),
        query=questions.coverage(question), page=page, total=total,
    )  # fmt: skip


def _said(question: Asked, stretches: list[Stretch], passages: list[Passage]) -> dict[str, Any]:
    telling = Telling(question.here, "", _named(stretches, passages))
    parts = [
        {
            "part": telling.said(stretch.whole),
            "passages": stretch.passages,
            "withClaims": stretch.claimed,
            "withOthersOnly": stretch.listed,
            "claims": stretch.claims,
            "characters": stretch.characters,
            "charactersWithClaims": stretch.claimed_characters,
        }
        for stretch in stretches
    ]
    found = [
        {
            **(telling.said(passage.term) or {}),
            "start": passage.start,
            "end": passage.end,
            "claims": passage.claims,
            "others": passage.others,
            "notes": {terms.value(name): terms.value(value) for name, value in _notes(question.here, passage)},
        }
        for passage in passages
    ]
    return {"results": found or parts}


def _shown(question: Asked, stretches: list[Stretch], passages: list[Passage], language: str) -> dict[str, Any]:
    notes = {passage.term: _notes(question.here, passage) for passage in passages}
    named = {name for found in notes.values() for name, _ in found}
    telling = Telling(question.here, language, _named(stretches, passages) | named | {question.term("part")})

    def told(passage: Passage) -> list[tuple[Node, Node]]:
        return [(telling.node(name), telling.node(value)) for name, value in notes[passage.term]]

    return {
        "telling": telling,
        "stretches": stretches,
        "passages": passages,
        "told": told,
        "whole": _whole(question),
        "part": telling.node(question.term("part")) if question.term("part") else None,
    }


def _whole(question: Asked) -> Stretch:
    """All parts together."""
    _, found = question.overviews.stretches(limit=-1)
    rows = [
        (part.passages, part.claimed, part.listed, part.claims, part.characters, part.claimed_characters)
        for part in found
    ]
    return Stretch("", *map(sum, zip(*rows, strict=True)))


def _notes(here: Site, passage: Passage) -> list[tuple[str, str]]:
    """What else is said about a passage in numbers and words: a line, a reason."""
    return [(quad.predicate, quad.object) for quad in here.release.store.about(passage.term) if _is_note(quad)]


def _is_note(quad: Statement) -> bool:
    if not terms.is_literal(quad.object) or quad.predicate in (*LABEL_PROPERTIES, f"<{OA}start>", f"<{OA}end>"):
        return False
    text = terms.value(quad.object)
    return not (len(text) >= _HASH_DIGITS and text.isalnum())


def _named(stretches: list[Stretch], passages: list[Passage]) -> set[str]:
    return {stretch.whole for stretch in stretches} | {passage.term for passage in passages}
