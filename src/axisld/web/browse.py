"""An index from A to Z for each script, and the types of things as a hierarchy with counts."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from unicodedata import bidirectional
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request

from axisld import terms
from axisld.representations.formats import HTML, Format
from axisld.search.asking import Entry
from axisld.vocabulary import RDFS
from axisld.web import signposting
from axisld.web.documents import page_asked_for
from axisld.web.interface import Message
from axisld.web.languages import FALLBACK
from axisld.web.negotiated import Resource, respond
from axisld.web.nodes import Node, Reading, origin_of
from axisld.web.pages import frame
from axisld.web.problems import Problem
from axisld.web.results import own_types
from axisld.web.search import JSON, index_of
from axisld.web.short_names import named_term, short_name
from axisld.web.site import Site, site

routes = Blueprint("browse", __name__)
_BELOW = f"<{RDFS}subClassOf>"
_OTHERS = "other"  # script of what begins with no letter


@dataclass(frozen=True, slots=True)
class Type:
    """A type in the hierarchy of those that things have."""

    term: str
    name: Node
    count: int  # of things
    href: str
    narrower: tuple["Type", ...]


@dataclass(frozen=True)
class Selection:
    """The part of the index that is shown."""

    type: str  # a term; "" for all
    scripts: Mapping[str, list[tuple[str, int]]]  # letters with counts of names; the script of most names first
    script: str
    letter: str  # "" for all
    page: int
    pages: int
    total: int  # names
    entries: tuple[Entry, ...]

    @property
    def is_right_to_left(self) -> bool:
        """Whether the script runs so (Unicode Standard Annex 9, 3.2)."""
        return any(bidirectional(letter) in ("R", "AL") for letter, _ in self.scripts.get(self.script, ()))

    def query_string(self, prefixes: Mapping[str, str], **changed: str | int) -> str:
        """The parameters of this part, or of one that differs in what is `changed`; left out where empty."""
        given: dict[str, str | int] = {
            "type": short_name(self.type, prefixes) if self.type else "",
            "script": self.script or _OTHERS,
            "letter": self.letter,
            **changed,
        }
        return urlencode({name: value for name, value in given.items() if value and (name, value) != ("page", 1)})


@routes.get("/browse")
def browse() -> Response:
    """A part of the index, and the types: a page, or JSON."""
    here = site()
    chosen = _selection(here)
    address = f"{here.names.base}browse"
    numbers = {"first": 1, "prev": chosen.page - 1, "next": chosen.page + 1, "last": chosen.pages}
    around = {
        relation: f"{address}?{chosen.query_string(here.record.prefixes, page=number)}"
        for relation, number in numbers.items()
        if chosen.pages > 1 and 1 <= number <= chosen.pages
    }

    def location(format_: Format) -> str:
        return f"{address}?{chosen.query_string(here.record.prefixes, page=chosen.page, format=format_.suffix)}"

    def write(_: Format) -> bytes:
        return (json.dumps(_said(here, chosen, around), ensure_ascii=False, indent=2) + "\n").encode()

    def page(language: str) -> str:
        reading = _reading(here, language, [chosen.type] if chosen.type else [])
        return render_template(
            "browse.html",
            **frame(here, address, language) | {"formats": [(JSON, location(JSON))]},
            chosen=chosen,
            type=reading.node(chosen.type) if chosen.type else None,
            types=types_of_things(here, language),
            around=around,
            href_of=lambda **changed: f"?{chosen.query_string(here.record.prefixes, **changed)}",
            entries=[
                replace(reading.node(terms.iri(entry.iri)), text=entry.text, language=entry.language, is_code=False)
                for entry in chosen.entries
            ],
        )

    links = [signposting.Link(relation, url) for relation, url in around.items()]
    return respond(Resource(location, write, page, signposting.in_header(links), (JSON, HTML)))


def types_of_things(here: Site, language: str) -> tuple[Type, ...]:
    """The types that things have, each below the one that it is most directly a subclass of."""
    counts = index_of(here).types
    counts = {term: counts[term] for term in own_types(here.names, filter(terms.is_iri, counts), terms.value)}
    below: dict[str, list[str]] = defaultdict(list)
    for term in counts:
        below[broader(here, term, counts)].append(term)
    reading = _reading(here, language, counts)

    def type_(term: str) -> Type:
        href = f"?{urlencode({'type': short_name(term, here.record.prefixes)})}"
        return Type(term, reading.node(term), counts[term], href, tuple(map(type_, ordered(term))))

    def ordered(term: str) -> list[str]:
        return sorted(below[term], key=lambda found: (reading.node(found).is_code, reading.node(found).text.casefold()))

    return tuple(map(type_, ordered("")))


def broader(here: Site, term: str, counts: Mapping[str, int]) -> str:
    """The nearest type above that things have too; "" for none. What was inferred skips levels and does not count."""
    seen, above = {term}, [term]
    while above:
        quads = [quad for found in above for quad in here.release.store.about(found, _BELOW)]
        above = sorted({quad.object for quad in quads if not origin_of((quad.graph,))} - seen)
        seen.update(above)
        for found in above:
            if found in counts:
                return found
    return ""


def _selection(here: Site) -> Selection:
    """What the URL asks for; 404 for what is not there."""
    index, size = index_of(here), here.config.browse_entries
    named = request.args.get("type", "")
    type_ = named_term(named, here.record.prefixes) if named else ""
    scripts = index.letters(type_)
    asked = request.args.get("script", "")
    script = ("" if asked == _OTHERS else asked) if asked else next(iter(scripts), "")
    letter = request.args.get("letter", "")
    letters = dict(scripts.get(script, ()))
    total = letters.get(letter, 0) if letter else sum(letters.values())
    page, pages = page_asked_for(), max(1, -(-total // size))
    if page > pages or (not total and (named or asked or letter)):
        raise Problem(404, Message("There are no names in this part of the index. Begin at /browse."))
    entries = index.entries(script, letter, type_, limit=size, offset=(page - 1) * size)
    return Selection(type_, scripts, script, letter, page, pages, total, tuple(entries))


def _reading(here: Site, language: str, named: Iterable[str]) -> Reading:
    return Reading(here, language, (), here.reader.label_statements(named))


def _said(here: Site, chosen: Selection, around: Mapping[str, str]) -> dict[str, Any]:
    """The part, as JSON."""

    def said(type_: Type) -> dict[str, Any]:
        narrower = {"narrower": list(map(said, type_.narrower))} if type_.narrower else {}
        return {"type": terms.value(type_.term), "label": type_.name.text, "count": type_.count, **narrower}

    return {
        "type": terms.value(chosen.type) if chosen.type else None,
        "script": chosen.script,
        "letter": chosen.letter,
        "total": chosen.total,
        "page": chosen.page,
        "pages": chosen.pages,
        **{relation: url for relation, url in around.items() if relation in ("prev", "next")},
        "scripts": {script: dict(letters) for script, letters in chosen.scripts.items()},
        "entries": [
            {"id": entry.iri, "text": entry.text} | ({"lang": entry.language} if entry.language else {})
            for entry in chosen.entries
        ],
        "types": [said(type_) for type_ in types_of_things(here, FALLBACK)],
    }
