"""The page about a thing."""

from typing import Any

from flask import render_template

from axisld import terms
from axisld.reader import Description, Incoming
from axisld.representations.formats import DOCUMENTS
from axisld.vocabulary import DESCRIPTION_PROPERTIES, OWL, RDF_TYPE
from axisld.web.nodes import Node, Property, Reading, origin_of
from axisld.web.site import Site


def thing(here: Site, description: Description, url: str, language: str) -> str:
    """The HTML of one page of a description, for a reader of `language`."""
    topic = terms.iri(description.topic)
    reading = Reading(here, language, (*description.outgoing, *description.details), description.labels, within=url)
    title = reading.node(topic)
    summary, shown = summary_of(reading, topic)
    properties = reading.tell(topic, leave_out=(RDF_TYPE, *shown, *reading.shown_by_name(topic)))
    return render_template(
        "thing.html",
        **frame(here, url, language, page=description.page),
        title=title,
        types=reading.types(topic),
        summary=summary,
        properties=properties,
        incoming=_incoming(reading, topic, description.incoming),
        description=description,
        about=_about(here, description, title, summary),
        urls={number: here.addresses.href(here.addresses.location(url, page=number)) for number in _near(description)},
    )


def summary_of(reading: Reading, term: str) -> tuple[Node | None, list[str]]:
    """The text that introduces a node, and the predicates that need not be shown again: those with no other text."""
    found = reading.text(term, DESCRIPTION_PROPERTIES)
    if found is None:
        return None, []
    predicate, node = found
    return node, [predicate] if len(reading.objects(term, predicate)) == 1 else []


def frame(here: Site, url: str, language: str, page: int = 1) -> dict[str, Any]:
    """What the surroundings of every page show: its formats and languages."""
    addresses = here.addresses
    return {
        "language": language,
        "canonical": url,
        "formats": [(format_, addresses.href(addresses.location(url, format_, page))) for format_ in DOCUMENTS[1:]],
    }


def _incoming(reading: Reading, topic: str, incoming: Incoming) -> list[Property]:
    """What points here, by predicate; only the counts where the statements stand on other pages."""
    graphs: dict[str, dict[str, list[str]]] = {}  # by predicate, by subject
    for quad in incoming.statements:
        graphs.setdefault(quad.predicate, {}).setdefault(quad.subject, []).append(quad.graph)
    return [
        Property(
            reading.node(predicate),
            tuple(
                reading.told(subject, origin=origin_of(named), owner=topic)
                for subject, named in graphs.get(predicate, {}).items()
            ),
            count,
        )
        for predicate, count in incoming.counts
    ]


def _near(description: Description) -> set[int]:
    numbers = (1, description.page - 1, description.page + 1, description.pages)
    return {number for number in numbers if 1 <= number <= description.pages}


def _about(here: Site, description: Description, title: Node, summary: Node | None) -> dict[str, Any]:
    """What the page is about, as search engines read it (schema.org/about)."""
    topic = terms.iri(description.topic)
    same = {
        terms.value(quad.object)
        for quad in description.outgoing
        if quad.subject == topic and quad.predicate == f"<{OWL}sameAs>" and terms.is_iri(quad.object)
    }
    about: dict[str, Any] = {"@type": "Thing", "@id": description.topic, "name": title.text}
    if summary:
        about["description"] = summary.text
    if same:
        about["sameAs"] = sorted(same)
    return {
        "@context": "https://schema.org",
        "@type": "AboutPage",
        "about": about,
        "isPartOf": {"@type": "Dataset", "@id": here.record.dataset},
    } | ({"license": here.record.license} if here.record.license else {})
