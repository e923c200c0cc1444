"""What the URL of a view asks for: filters, a page; and the answer, as a page or JSON."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlencode

from flask import Response, render_template, request

from axisld import edtf
from axisld.overviews.asking import Overviews
from axisld.representations.formats import HTML, Format
from axisld.web import signposting
from axisld.web.documents import page_asked_for
from axisld.web.interface import Message
from axisld.web.negotiated import Resource, respond
from axisld.web.pages import frame
from axisld.web.problems import Problem
from axisld.web.search import JSON
from axisld.web.short_names import named_term, short_name
from axisld.web.site import Site

VIEWS = ("timeline", "network", "conflicts", "sources", "coverage", "report")
_FILTERS = (
    *("type", "predicate", "badge", "about", "around", "depth", "from", "to"),
    *("by", "order", "language", "part", "unclaimed", "severity", "shape"),
)


@dataclass(frozen=True)
class Asked:
    """A view with its filters."""

    here: Site
    view: str  # "timeline": its path
    given: tuple[tuple[str, str], ...]  # the parameters that mean something, as a client sent them

    def text(self, name: str) -> str:
        return dict(self.given).get(name, "")

    def term(self, name: str) -> str:
        """The parameter as a term; "" where it is not given."""
        text = self.text(name)
        return named_term(text, self.here.record.prefixes) if text else ""

    def day(self, name: str) -> edtf.Time | None:
        """A parameter that is a time; 400 for one that cannot be understood."""
        text = self.text(name).strip()
        time = edtf.parse(text) if text else None
        if text and (time is None or time.is_interval):
            raise Problem(
                400,
                Message(
                    "%(given)s is no time; write a year, a month or a day: 1989, 1989-05, 1989-05-31.",
                    given=f"{name}={text}",
                ),
            )
        return time

    def query_string(self, **changed: str) -> str:
        """The parameters, with some changed, left out where empty."""
        kept = [(name, value) for name, value in self.given if name not in changed]
        return urlencode(kept + [(name, value) for name, value in changed.items() if value])

    def href(self, **changed: str) -> str:
        """A link to the same view with other filters."""
        return f"?{self.query_string(**changed)}"

    def href_of(self, name: str, term: str) -> str:
        """A link to the same view, narrowed to a term."""
        return self.href(**{name: self.short(term)})

    def short(self, term: str) -> str:
        return short_name(term, self.here.record.prefixes)

    @cached_property
    def overviews(self) -> Overviews:
        """The tables; 501 where the publication has none, 404 where they have nothing for this view."""
        overviews = self.here.overviews
        if overviews is None:
            raise Problem(
                501, Message("This server publishes what another server holds, and has no overviews; ask at /sparql.")
            )
        if self.view not in overviews.has | {"report"}:
            raise Problem(
                404, Message("This publication has nothing for a page such as %(path)s.", path=f"/{self.view}")
            )
        return overviews


@dataclass(frozen=True)
class Page:
    """A part of what was found."""

    number: int
    size: int

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size

    def pages(self, total: int) -> int:
        """How many there are; 404 where this is none of them."""
        pages = max(1, -(-total // self.size))
        if self.number > pages:
            raise Problem(
                404, Message("There is no page %(page)s, the last is %(pages)s.", page=self.number, pages=pages)
            )
        return pages


def asked(here: Site, view: str) -> Asked:
    """What the request asks of a view."""
    given = [(name, request.args.get(name, "")) for name in (*_FILTERS, "lang")]
    return Asked(here, view, tuple((name, value) for name, value in given if value))


def page_of(size: int) -> Page:
    return Page(page_asked_for(), size)


def answer(
    question: Asked, said: Callable[[], dict[str, Any]], shown: Callable[[str], Mapping[str, Any]], *,
    query: str, page: Page | None = None, total: int = 0,
) -> Response:  # fmt: skip
    """The view: `said` is its JSON, `shown` what its template gets for a reader of a language.

    `query` is the SPARQL that yields what is shown.
    """
    here, address = question.here, f"{question.here.names.base}{question.view}"
    pages = page.pages(total) if page else 1
    current = page.number if page else 1
    numbers = {"first": 1, "prev": current - 1, "next": current + 1, "last": pages}
    around = {
        relation: f"{address}?{question.query_string(page=str(number))}"
        for relation, number in numbers.items()
        if pages > 1 and 1 <= number <= pages
    }

    def location(format_: Format) -> str:
        kept = {"page": str(current)} if current > 1 else {}
        return f"{address}?{question.query_string(**kept, format=format_.suffix)}"

    def write(_: Format) -> bytes:
        paged: dict[str, Any] = {"total": total, "page": current, "pages": pages} if page else {}
        paged |= {relation: url for relation, url in around.items() if relation in ("prev", "next")}
        return (json.dumps(paged | said() | {"sparql": query}, ensure_ascii=False, indent=1) + "\n").encode()

    def html(language: str) -> str:
        surroundings = frame(here, address, language) | {"formats": [(JSON, location(JSON))]}
        facts = {"asked": question, "pages": pages, "page_number": current, "around": around, "total": total}
        facts |= {"sparql": f"{here.names.path}sparql#query={quote(query, safe='')}", "json": location(JSON)}
        facts |= {"views": views_of(here)}
        return render_template(f"views/{question.view}.html", **surroundings, **facts, **shown(language))

    links = [signposting.Link(relation, url) for relation, url in around.items()]
    return respond(Resource(location, write, html, signposting.in_header(links), (JSON, HTML)))


def views_of(here: Site) -> list[str]:
    """The views that this publication has, as paths."""
    has = here.overviews.has if here.overviews else frozenset()
    return [view for view in VIEWS if view in has]
