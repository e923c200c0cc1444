"""/report: what the shapes find, by severity and shape; or what they find about one thing."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response

from axisld import terms
from axisld.overviews.asking import Result
from axisld.web.nodes import Node
from axisld.web.site import site
from axisld.web.views import questions
from axisld.web.views.asked import Asked, answer, asked, page_of
from axisld.web.views.findings import findings_about, messages
from axisld.web.views.telling import Telling

routes = Blueprint("report", __name__)
_ROWS = 50  # on a page


@routes.get("/report")
def report() -> Response:
    """The report of the validation: a page, or JSON."""
    question, page = asked(site(), "report"), page_of(_ROWS)
    if about := question.term("about"):
        every = findings_about(question.here.release.store, about)
        total, found = len(every), every[page.offset : page.offset + page.size]
    else:
        severity, shape = question.term("severity"), question.term("shape")
        total, found = question.overviews.findings(severity, shape, limit=page.size, offset=page.offset)
    return answer(
        question, lambda: _said(question, found), lambda language: _shown(question, found, language),
        query=questions.report(question), page=page, total=total,
    )  # fmt: skip


def _said(question: Asked, found: list[Result]) -> dict[str, Any]:
    telling, store = Telling(question.here, "", _named(found)), question.here.release.store
    results = [
        {
            "id": terms.value(result.term),
            "severity": telling.said(result.severity),
            "shape": telling.said(result.shape),
            "about": telling.said(result.focus),
            "messages": [terms.value(message) for message in messages(store, result.term)],
        }
        for result in found
    ]
    counts = [
        {"severity": terms.value(severity), "shape": terms.value(shape), "count": count}
        for severity, shape, count in question.overviews.finding_counts
    ]
    return {"summary": counts, "results": results}


def _shown(question: Asked, found: list[Result], language: str) -> dict[str, Any]:
    counts = question.overviews.finding_counts
    named = {term for severity, shape, _ in counts for term in (severity, shape)} | {question.term("about")}
    telling, store = Telling(question.here, language, _named(found) | named), question.here.release.store

    def told(result: Result) -> list[Node]:
        return [telling.node(message) for message in messages(store, result.term)]

    return {
        "telling": telling,
        "found": found,
        "counts": counts,
        "told": told,
        "about": telling.node(question.term("about")) if question.term("about") else None,
    }


def _named(found: Iterable[Result]) -> set[str]:
    return {term for result in found for term in (result.severity, result.shape, result.focus)}
