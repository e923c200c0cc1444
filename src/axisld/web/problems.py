"""Errors as answers: problem details for programs, a page for people (RFC 9457). Never a stack trace."""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from math import ceil
from typing import Any

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from axisld.errors import (
    AxisError,
    QueryError,
    QueryLimitError,
    StoreAnswerError,
    StoreBusyError,
    StoreError,
    StoreTimeoutError,
    UnrepresentableError,
)
from axisld.representations import formats, negotiation
from axisld.representations.formats import Format
from axisld.web.headers import NO_STORE
from axisld.web.interface import Message
from axisld.web.languages import FALLBACK

_PROBLEM = Format("Problem details", "json", "application/problem+json", ("application/json",))
_FORMATS = (formats.HTML, _PROBLEM)
_RETRY_SECONDS = "5"
# Where the same query would meet the same limit again, it is the query that must change: no 503.
_LIMIT_STATUSES = {
    "text": 413,
    "nesting": 400,
    "stack": 400,
    "memory": 400,
    "result": 400,
    "share": 429,
    "queue": 503,
    "seconds": 503,
}
_log = logging.getLogger(__name__)


class Problem(Exception):  # noqa: N818 - RFC 9457 calls it so
    """An answer that says what is wrong and what to do. `members` extend the problem document."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        members: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        links: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail  # in English; the page says a Message in the reader's language
        self.members = dict(members or {})
        self.headers = dict(headers or {})
        self.links = links  # (IRI, text) of where to go instead: the page shows them
        self.page: Callable[[Problem], str] | None = None  # its HTML, where that is more than what is wrong


def not_found(iri: str) -> Problem:
    return Problem(404, Message("Nothing is known here about %(iri)s.", iri=iri), members={"iri": iri})


def register(app: Flask) -> None:
    """Make every error of the app an answer of this module."""
    for kind in _PROBLEMS:
        app.register_error_handler(kind, lambda error: answer(problem_of(error)))


def problem_of(error: Exception) -> Problem:
    """What the answer says of an error."""
    return next(_PROBLEMS[kind](error) for kind in type(error).__mro__ if kind in _PROBLEMS)


def answer(problem: Problem) -> Response:
    """The problem as the client likes to read it: a page where it asks for HTML, JSON for everybody else."""
    accept = request.headers.get("Accept")
    choice = negotiation.choose(accept, _FORMATS, default=_PROBLEM)
    title = HTTPStatus(problem.status).phrase
    if choice and choice.format is formats.HTML:
        body = problem.page(problem) if problem.page else render_template("problem.html", problem=problem, title=title)
        response = Response(body, problem.status, content_type=formats.HTML.content_type)
    else:
        document = {"type": "about:blank", "title": title, "status": problem.status, "detail": problem.detail}
        body = json.dumps(document | problem.members, ensure_ascii=False, indent=2) + "\n"
        response = Response(body, problem.status, content_type=_PROBLEM.media_type)
    response.headers["Cache-Control"] = NO_STORE if problem.status >= 500 else "no-cache"
    response.headers["Content-Language"] = FALLBACK
    response.vary.add("Accept")
    response.headers.extend(problem.headers)
    return response


def _of_framework(error: HTTPException) -> Problem:
    status = error.code or 500
    if isinstance(error, MethodNotAllowed):
        allowed = ", ".join(sorted(error.valid_methods or ()))
        return Problem(
            status,
            Message("%(method)s is not for this address; use %(allowed)s.", method=request.method, allowed=allowed),
            headers={"Allow": allowed},
        )
    if status == 404:
        return Problem(404, Message("There is nothing at %(path)s.", path=request.path))
    return Problem(status, error.description or HTTPStatus(status).phrase)


def _of_limit(error: QueryLimitError) -> Problem:
    status = _LIMIT_STATUSES.get(error.limit, 503)
    headers = {"Retry-After": _RETRY_SECONDS} if status in {429, 503} else {}
    return Problem(status, str(error), members={"limit": error.limit}, headers=headers)


def _unexpected(error: Exception) -> Problem:
    _log.error("%s %s failed", request.method, request.path, exc_info=error)
    return Problem(500, Message("The server made a mistake; it is in its log. Other requests are answered as before."))


# The nearest class counts.
_PROBLEMS: dict[type[Exception], Callable[[Any], Problem]] = {
    Problem: lambda problem: problem,
    HTTPException: _of_framework,
    UnrepresentableError: lambda error: Problem(406, str(error)),
    StoreAnswerError: lambda error: Problem(502, str(error)),
    StoreBusyError: lambda error: Problem(503, str(error), headers={"Retry-After": str(ceil(error.retry_seconds))}),
    StoreTimeoutError: lambda error: Problem(504, str(error)),
    StoreError: lambda error: Problem(503, str(error), headers={"Retry-After": _RETRY_SECONDS}),
    QueryError: lambda error: Problem(400, str(error), members={"line": error.line, "column": error.column}),
    QueryLimitError: _of_limit,
    AxisError: _unexpected,
    Exception: _unexpected,
}
