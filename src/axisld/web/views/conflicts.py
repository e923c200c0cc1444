"""/conflicts: statements that contradict each other, side by side; and those with a badge, such as the denied."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response

from axisld.overviews.asking import Stated
from axisld.web.site import site
from axisld.web.views import questions
from axisld.web.views.asked import Asked, answer, asked, page_of
from axisld.web.views.telling import Account, Telling, account, badge_heading, in_words, said_of, terms_of

routes = Blueprint("conflicts", __name__)
_ROWS = 20  # on a page


@routes.get("/conflicts")
def conflicts() -> Response:
    """Conflicts, or the statements with one badge: a page, or JSON."""
    question, page = asked(site(), "conflicts"), page_of(_ROWS)
    overviews, badge = question.overviews, question.term("badge")
    if badge:
        total, claims = overviews.claims(badge, limit=page.size, offset=page.offset)
        groups: list[tuple[Stated, ...]] = [(stated,) for stated in claims]
    else:
        total, pairs = overviews.conflicts(limit=page.size, offset=page.offset)
        known = overviews.statements(node for pair in pairs for node in pair)
        groups = [tuple(known[node] for node in pair if node in known) for pair in pairs]
    return answer(
        question, lambda: _said(question, groups), lambda language: _shown(question, groups, language),
        query=questions.conflicts(question), page=page, total=total,
    )  # fmt: skip


def _said(question: Asked, groups: list[tuple[Stated, ...]]) -> dict[str, Any]:
    accounts = _accounts(question, groups)
    telling = Telling(question.here, "", _named(groups, accounts))

    def said(stated: Stated) -> dict[str, Any]:
        found = accounts[stated.node]
        return said_of(telling, stated) | {
            "attributedTo": telling.said_all(found.attribution),
            "speakers": telling.said_all(found.speakers),
            "sources": telling.said_all(found.sources),
            "passages": telling.said_all(found.passages),
        }

    return {"results": [[said(stated) for stated in group] for group in groups]}


def _shown(question: Asked, groups: list[tuple[Stated, ...]], language: str) -> dict[str, Any]:
    accounts = _accounts(question, groups)
    badges = question.overviews.choices("claim-badge")
    heading = badge_heading(question.here, dict(badges))
    telling = Telling(question.here, language, {*_named(groups, accounts), *dict(badges), heading})
    return {
        "telling": telling,
        "in_words": in_words,
        "groups": groups,
        "accounts": accounts,
        "badges": telling.choices(question, "badge", badges),
        "badge_heading": telling.node(heading) if heading else None,
    }


def _accounts(question: Asked, groups: Iterable[tuple[Stated, ...]]) -> dict[str, Account]:
    return {stated.node: account(question.here, stated.node) for group in groups for stated in group}


def _named(groups: Iterable[tuple[Stated, ...]], accounts: dict[str, Account]) -> set[str]:
    told = {
        term
        for found in accounts.values()
        for term in (*found.attribution, *found.speakers, *found.sources, *found.passages)
    }
    return terms_of(stated for group in groups for stated in group) | told
