"""/timeline: claims and events with a time, in order, uncertain times drawn as what they are."""

from typing import Any

from flask import Blueprint, Response

from axisld.overviews.asking import Filter, Stated
from axisld.web.site import site
from axisld.web.views import questions
from axisld.web.views.asked import Asked, answer, asked, page_of
from axisld.web.views.scale import Scale
from axisld.web.views.telling import Telling, badge_heading, in_words, said_of, terms_of

routes = Blueprint("timeline", __name__)
_ROWS = 50  # on a page


@routes.get("/timeline")
def timeline() -> Response:
    """What has a time: a page, or JSON."""
    question, page = asked(site(), "timeline"), page_of(_ROWS)
    total, found = question.overviews.dated(filter_of(question), limit=page.size, offset=page.offset)

    def said() -> dict[str, Any]:
        telling = Telling(question.here, "", terms_of(found))
        return {"results": [said_of(telling, stated) | _days(stated) for stated in found]}

    return answer(
        question, said, lambda language: _shown(question, found, language),
        query=questions.timeline(question), page=page, total=total,
    )  # fmt: skip


def filter_of(question: Asked) -> Filter:
    """The filters of a timeline or network; 400 for a period that cannot be understood."""
    first, last = question.day("from"), question.day("to")
    return Filter(
        type=question.term("type"),
        predicate=question.term("predicate"),
        badge=question.term("badge"),
        about=question.term("about"),
        first=first.first if first else None,
        last=last.last if last else None,
    )


def _days(stated: Stated) -> dict[str, Any]:
    """Days from the first of January of the year 1, for drawing; null for what is open or not known."""
    return {"firstDay": stated.first, "lastDay": stated.last}


def _shown(question: Asked, found: list[Stated], language: str) -> dict[str, Any]:
    choices = {name: question.overviews.choices(name) for name in ("type", "predicate", "badge")}
    heading = badge_heading(question.here, dict(choices["badge"]))
    named = {term for counted in choices.values() for term, _ in counted} | {heading, question.term("about")}
    roles = question.here.roles
    telling, scale = Telling(question.here, language, terms_of(found) | named), Scale(found)
    return {
        "telling": telling,
        "in_words": in_words,
        "rows": [(stated, scale.bar(stated)) for stated in found],
        "plain": {stated.predicate for stated in found if not stated.is_claim} - set(roles.properties("time")),
        "ticks": scale.ticks,
        "choices": {name: telling.choices(question, name, counted) for name, counted in choices.items()},
        "badge_heading": telling.node(heading) if heading else None,
    }
