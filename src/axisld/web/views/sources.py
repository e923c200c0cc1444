"""/sources: who is cited how often for what: entries, works, what they appeared in, authors, publishers."""

from typing import Any

from babel import Locale, UnknownLocaleError
from flask import Blueprint, Response

from axisld import terms
from axisld.overviews.asking import ORDERS, Source
from axisld.web import interface
from axisld.web.interface import Message
from axisld.web.nodes import Node
from axisld.web.problems import Problem
from axisld.web.site import site
from axisld.web.views import questions
from axisld.web.views.asked import Asked, answer, asked, page_of
from axisld.web.views.telling import Choice, Telling, badge_heading

routes = Blueprint("sources", __name__)
_ROWS = 50  # on a page


@routes.get("/sources")
def sources() -> Response:
    """What is cited: a page, or JSON."""
    question, page = asked(site(), "sources"), page_of(_ROWS)
    level, order = _level(question), question.text("order") or "-citations"
    if order not in ORDERS:
        raise Problem(
            400,
            Message("There is no order “%(order)s”. Take one of: %(orders)s.", order=order, orders=", ".join(ORDERS)),
        )
    total, found = question.overviews.sources(
        level, order=order, badge=question.term("badge"), language=question.text("language"),
        limit=page.size, offset=page.offset,
    )  # fmt: skip
    return answer(
        question,
        lambda: _said(question, level, found),
        lambda language: _shown(question, level, order, found, language),
        query=questions.sources(question, level),
        page=page,
        total=total,
    )


def _level(question: Asked) -> str:
    """What is listed, as a role; 404 for what the publication has not."""
    levels = question.overviews.levels
    level = question.text("by") or next(iter(levels))
    if level not in levels:
        raise Problem(
            404,
            Message(
                "There are no sources by “%(level)s”. Take one of: %(levels)s.", level=level, levels=", ".join(levels)
            ),
        )
    return level


def _said(question: Asked, level: str, found: list[Source]) -> dict[str, Any]:
    telling = Telling(question.here, "", _named(found))
    results = [
        {
            **(telling.said(source.term) or {}),
            "citations": source.citations,
            "citedFor": telling.said_all(source.subjects),
            "badges": telling.said_all(source.badges),
            "languages": source.languages,
        }
        for source in found
    ]
    return {"by": level, "levels": question.overviews.levels, "results": results}


def _shown(question: Asked, level: str, order: str, found: list[Source], language: str) -> dict[str, Any]:
    badges = question.overviews.traits("badge", level)
    heading = badge_heading(question.here, dict(badges))
    roles = question.here.roles
    titles = {source.term: next(iter(roles.values(source.term, "bibliography")), "") for source in found}
    telling = Telling(question.here, language, {*_named(found), *dict(badges), heading})
    return {
        "telling": telling,
        "found": found,
        "level": level,
        "levels": question.overviews.levels,
        "order": order,
        "titles": {source: telling.node(text) for source, text in titles.items() if terms.is_literal(text)},
        "badges": telling.choices(question, "badge", badges),
        "badge_heading": telling.node(heading) if heading else None,
        "languages_cited": [
            Choice(tag, Node(language_name(tag)), count, tag == question.text("language"))
            for tag, count in question.overviews.traits("language", level)
        ],
        "language_name": language_name,
    }


def language_name(tag: str) -> str:
    """What a language is called in that of the interface; the tag where nobody knows."""
    try:
        return Locale.parse(tag, sep="-").get_display_name(interface.language()) or tag
    except (ValueError, UnknownLocaleError):
        return tag


def _named(found: list[Source]) -> set[str]:
    return {term for source in found for term in (source.term, *source.subjects, *source.badges)}
