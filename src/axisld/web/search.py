"""Full-text search for people and programs, suggestions while typing, and how browsers learn of both."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from xml.sax.saxutils import escape

from flask import Blueprint, Response, render_template, request

from axisld import terms
from axisld.representations.formats import HTML, Format
from axisld.search.asking import FacetCount, Found, Hit, Index
from axisld.search.facets import TYPE
from axisld.web import signposting
from axisld.web.documents import page_asked_for
from axisld.web.interface import Message
from axisld.web.languages import FALLBACK
from axisld.web.negotiated import Resource, cached, respond
from axisld.web.nodes import Node
from axisld.web.pages import frame
from axisld.web.problems import Problem
from axisld.web.results import Results, own_types
from axisld.web.short_names import named_term, short_name
from axisld.web.site import Site, site

routes = Blueprint("search", __name__)
JSON = Format("JSON", "json", "application/json")
_SUGGESTIONS_TYPE = "application/x-suggestions+json"  # OpenSearch Suggestions 1.1
_DESCRIPTION_TYPE = "application/opensearchdescription+xml"
_SUGGESTIONS = 10
_VALUES_SHOWN = 12  # of a facet, before the others are folded away
_SHORT_NAME_LETTERS = 16  # OpenSearch 1.1, "ShortName"


@dataclass(frozen=True)
class Question:
    """What a URL asks for."""

    text: str
    filters: Mapping[str, Sequence[str]]  # by name of a facet: terms
    page: int
    given: tuple[tuple[str, str], ...]  # the parameters that mean something, as a client sent them

    @property
    def is_empty(self) -> bool:
        return not self.text.strip() and not self.filters

    def query_string(self, **changed: str) -> str:
        """The parameters, with some changed, left out where empty; from the first page on unless `page` says more."""
        kept = [(name, value) for name, value in self.given if name not in {"page", *changed}]
        return urlencode(kept + [(name, value) for name, value in changed.items() if value])

    def with_value(self, facet: str, value: str) -> str:
        return urlencode([*((name, given) for name, given in self.given if name != "page"), (facet, value)])

    def without_value(self, facet: str, value: str) -> str:
        return urlencode([found for found in self.given if found[0] != "page" and found != (facet, value)])


@dataclass(frozen=True, slots=True)
class Choice:
    """A value to narrow by, or to stop narrowing by."""

    name: Node
    count: int
    href: str
    is_chosen: bool


@routes.get("/search")
def search() -> Response:
    """What matches the question: a page, or JSON."""
    here = site()
    index = index_of(here)
    question = _question(here, index)
    if question.is_empty:
        return _respond(here, question, None)
    size = here.config.search_results
    found = index.search(question.text, question.filters, limit=size, offset=(question.page - 1) * size)
    if question.page > 1 and not found.hits:
        raise Problem(404, Message("The search has no page %(page)s.", page=question.page))
    return _respond(here, question, found)


@routes.get("/suggest")
def suggest() -> Response:
    """Names that begin as somebody typed (OpenSearch Suggestions 1.1): text, names, descriptions, addresses."""
    here = site()
    text = text_asked_for(here, request.args.get("q", ""))
    found = index_of(here).suggest(text, limit=_SUGGESTIONS)
    results = Results(here, FALLBACK, [Hit(suggested.iri) for suggested in found])
    said = [
        text,
        [suggested.text for suggested in found],
        [", ".join(type_.text for type_ in results.types(hit)) for hit in results.hits],
        [here.addresses.document(suggested.iri) for suggested in found],
    ]
    return cached(Response(json.dumps(said, ensure_ascii=False), content_type=_SUGGESTIONS_TYPE))


@routes.get("/opensearch.xml")
def description() -> Response:
    """How a browser searches here (OpenSearch 1.1)."""
    here = site()
    index_of(here)
    title = next(iter(here.record.title.values()), here.names.base)
    base = escape(here.names.base)
    body = f"""<?xml version="1.0" encoding="UTF-8"?>
<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
<ShortName>{escape(title[:_SHORT_NAME_LETTERS].strip())}</ShortName>
<LongName>{escape(title[:48])}</LongName>
<Description>{escape(f"Search {title}"[:1024])}</Description>
<Url type="text/html" template="{base}search?q={{searchTerms}}&amp;page={{startPage?}}"/>
<Url type="{JSON.media_type}" template="{base}search?q={{searchTerms}}&amp;page={{startPage?}}&amp;format=json"/>
<Url type="{_SUGGESTIONS_TYPE}" rel="suggestions" template="{base}suggest?q={{searchTerms}}"/>
<InputEncoding>UTF-8</InputEncoding>
<OutputEncoding>UTF-8</OutputEncoding>
<Language>*</Language>
</OpenSearchDescription>
"""
    return cached(Response(body, content_type=_DESCRIPTION_TYPE))


def index_of(here: Site) -> Index:
    """The search index; 501 where the publication has none."""
    if here.search is None:
        raise Problem(
            501, Message("This server publishes what another server holds and has no search index; ask at /sparql.")
        )
    return here.search


def text_asked_for(here: Site, text: str) -> str:
    """The text; 400 for one that is too long."""
    longest = here.config.search_text_characters
    if len(text) > longest:
        raise Problem(
            400,
            Message(
                "The text to search for is longer than %(longest)s characters; search for fewer words.",
                longest=longest,
            ),
        )
    return text


def _question(here: Site, index: Index) -> Question:
    text = text_asked_for(here, request.args.get("q", ""))
    filters: dict[str, list[str]] = {}
    given = [("q", text)] if text else []
    for name in index.facets:
        for value in dict.fromkeys(filter(None, request.args.getlist(name))):
            given.append((name, value))
            filters.setdefault(name, []).append(named_term(value, here.record.prefixes))
    if language := request.args.get("lang", ""):
        given.append(("lang", language))
    return Question(text, filters, page_asked_for(), tuple(given))


def _respond(here: Site, question: Question, found: Found | None) -> Response:
    pages = -(-found.total // here.config.search_results) if found else 0
    address = f"{here.names.base}search"
    numbers = {"first": 1, "prev": question.page - 1, "next": question.page + 1, "last": pages}
    around = {
        relation: f"{address}?{question.query_string(page=str(number))}"
        for relation, number in numbers.items()
        if pages > 1 and 1 <= number <= pages
    }

    def location(format_: Format) -> str:
        page = str(question.page) if question.page > 1 else ""
        return f"{address}?{question.query_string(page=page, format=format_.suffix)}"

    def write(_: Format) -> bytes:
        if found is None:
            raise Problem(400, Message("Say what to search for, /search?q=…, or which things to list, /search?type=…"))
        said = _said(here, question, found, pages, around)
        return (json.dumps(said, ensure_ascii=False, indent=2) + "\n").encode()

    def page(language: str) -> str:
        surroundings = frame(here, address, language) | {"formats": [(JSON, location(JSON))] if found else []}
        shown = _shown(here, question, found, language) if found else {}
        return render_template("search.html", **surroundings, question=question, pages=pages, around=around, **shown)

    links = [signposting.Link(relation, url) for relation, url in around.items()]
    return respond(Resource(location, write, page, signposting.in_header(links), (JSON, HTML)))


def _said(here: Site, question: Question, found: Found, pages: int, around: Mapping[str, str]) -> dict[str, Any]:
    """What was found, as JSON."""
    results = Results(here, FALLBACK, found.hits, found.facets)
    return {
        "query": question.text,
        "total": found.total,
        "page": question.page,
        "pages": pages,
        **{relation: url for relation, url in around.items() if relation in ("prev", "next")},
        "instead": found.instead,
        "results": [results.said(hit) for hit in found.hits],
        "facets": [results.said_facet(facet) for facet in found.facets],
    }


def _shown(here: Site, question: Question, found: Found, language: str) -> dict[str, Any]:
    """What was found, for the template."""
    results = Results(here, language, found.hits, found.facets)
    facets = [(results.heading(facet), _choices(here, question, facet, results), facet.total) for facet in found.facets]
    return {
        "found": found,
        "results": results,
        "facets": facets,
        "values_shown": _VALUES_SHOWN,
        "per_page": here.config.search_results,
    }


def _choices(here: Site, question: Question, facet: FacetCount, results: Results) -> list[Choice]:
    """The values of a facet; those of dates in their order, others as they are: the most frequent first."""
    values = list(facet.values)
    if facet.name == TYPE:
        values = own_types(here.names, values, lambda value: terms.value(value[0]))
    elif all(terms.is_literal(value) for value, _ in values):
        values.sort()
    choices = []
    for value, count in values:
        name = short_name(value, here.record.prefixes)
        is_chosen = value in question.filters.get(facet.name, ())
        changed = question.without_value if is_chosen else question.with_value
        choices.append(Choice(results.value(value), count, f"?{changed(facet.name, name)}", is_chosen))
    return choices
