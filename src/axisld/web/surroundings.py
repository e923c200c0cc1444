"""What the frame of every page needs: the publication's name, its entrances, links to assets."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from babel import Locale, UnknownLocaleError
from flask import Flask
from markupsafe import Markup

from axisld.iris import to_url
from axisld.web import interface
from axisld.web.interface import N_
from axisld.web.languages import FALLBACK, pick
from axisld.web.nodes import Node
from axisld.web.site import Site

_MOST_LANGUAGES = 12  # to choose from on a page


@dataclass(frozen=True, slots=True)
class Entrance:
    """A way into the publication, in the navigation of every page."""

    text: str  # in English; the page translates it
    stem: str  # of its address, below that of the home page
    is_there: Callable[[Site], bool] = lambda _: True  # whether the publication has what it leads to


# Shown where the program has a route and the publication something to show; by group.
_ENTRANCES = (
    (
        N_("Read"),
        (
            Entrance(N_("Browse"), "browse", lambda here: here.search_index is not None),
            Entrance(N_("Timeline"), "timeline", lambda here: _shows(here, "timeline")),
            Entrance(N_("Network"), "network", lambda here: _shows(here, "network")),
            Entrance(N_("Conflicts"), "conflicts", lambda here: _shows(here, "conflicts")),
            Entrance(N_("Sources"), "sources", lambda here: _shows(here, "sources")),
        ),
    ),
    (
        N_("Check"),
        (
            Entrance(N_("About"), "about"),
            Entrance(N_("Coverage"), "coverage", lambda here: _shows(here, "coverage")),
            Entrance(N_("Report"), "report", lambda here: _shows(here, "report")),
        ),
    ),
    (
        N_("Use"),
        (
            Entrance(N_("Data"), "dataset"),
            Entrance(N_("Downloads"), "dumps/"),
            Entrance(N_("SPARQL"), "sparql", lambda here: here.is_live),
            Entrance(N_("Ontology"), "ontology", lambda here: _is_document(here, "ontology")),
            Entrance(N_("Shapes"), "shapes", lambda here: _is_document(here, "shapes")),
        ),
    ),
)


def register(app: Flask, here: Site) -> None:
    """Make it known to all templates."""
    app.jinja_env.globals.update(
        asset=lambda name: f"{here.names.path}assets/{here.assets.digest(name)}/{name}",
        has_asset=lambda name: name in here.assets,
        entrances=cache(lambda: _entrances(app, here)),
        has_endpoint=here.is_live,
        has_search=here.search_index is not None,
        home=here.names.path,
        lang_of=_lang_of,
        languages=[(tag, _own_name(tag)) for tag in here.record.languages[:_MOST_LANGUAGES]],
        license_name=_license_name(here.record.license),
        record=here.record,
        search_characters=here.config.search_text_characters,
        uri=to_url,
    )
    app.context_processor(lambda: {"publication": _publication(here)})


def _entrances(app: Flask, here: Site) -> list[tuple[str, list[Entrance]]]:
    """Where a reader can go in, by the heading of its group."""
    routes = {rule.rule for rule in app.url_map.iter_rules()} | {"/ontology", "/shapes"}  # which the data make
    groups = (
        (heading, [entrance for entrance in listed if f"/{entrance.stem}" in routes and entrance.is_there(here)])
        for heading, listed in _ENTRANCES
    )
    return [(heading, listed) for heading, listed in groups if listed]


def _shows(here: Site, view: str) -> bool:
    return here.overviews is not None and view in here.overviews.has


def _is_document(here: Site, stem: str) -> bool:
    return here.addresses.is_document(here.names.base + stem)


def _publication(here: Site) -> Node:
    """Its title, in the language of the interface where it has one."""
    language, title = pick(here.record.title, interface.language())
    return Node(title or here.names.base, language=language)


def _lang_of(node: Any) -> Markup:
    """The attributes of an element that holds the text of a node; none that would say what holds anyway."""
    around = interface.language()
    if node.is_code or node.language == around != FALLBACK:
        return Markup()
    is_known = node.language in ("", around)
    language = Markup() if is_known else Markup(' lang="{}"').format(node.language)
    if node.text.isascii() and interface.direction() == "ltr":
        return language
    return language + Markup(' dir="{}"').format(node.direction)


def _own_name(tag: str) -> str:
    """The language in its own words: "العربية"."""
    try:
        return Locale.parse(tag, sep="-").get_display_name() or tag
    except (ValueError, UnknownLocaleError):
        return tag


def _license_name(license_: str) -> str:
    """ "CC BY-SA 4.0" of the usual IRIs; else the IRI without its scheme."""
    parts = urlsplit(license_)
    path = parts.path.strip("/").split("/")
    if parts.hostname == "creativecommons.org" and len(path) >= 3:
        kind = "CC0" if path[1] == "zero" else f"CC {path[1].upper()}"
        return f"{kind} {path[2]}"
    return license_.partition("://")[2] or license_
