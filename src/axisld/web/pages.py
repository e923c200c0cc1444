"""The page about a thing."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import quote

from babel import Locale, UnknownLocaleError
from flask import render_template

from axisld import terms
from axisld.reader import Description
from axisld.representations.formats import DOCUMENTS
from axisld.vocabulary import DESCRIPTION_PROPERTIES, OTHER_NAME_PROPERTIES, OWL, RDF_TYPE
from axisld.web import well_known
from axisld.web.claims import Found, Wording, anchor_of, repeating
from axisld.web.interface import gettext as _
from axisld.web.interface import language as interface_language
from axisld.web.nodes import Node, Property, Reading, origin_of
from axisld.web.permalinks import other_release, permalink
from axisld.web.reasons import Ends, Reasons
from axisld.web.results import own_types
from axisld.web.short_names import short_name
from axisld.web.site import Site
from axisld.web.sources import place_of
from axisld.web.views.showing import views_about

_MOST_POINTING = 5  # things named for one property that points here; the others stand on a page of their own


@dataclass(frozen=True, slots=True)
class Names:
    """What a thing is called in one language."""

    language: Node  # the language, in the words of the interface
    names: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Pointing:
    """A property by which others point at the topic."""

    name: Node
    count: int
    url: str  # of the page that lists them all; "" where there is none
    values: tuple[Node, ...]  # the first few; none of claims, which the page shows elsewhere


def thing(here: Site, description: Description, url: str, language: str) -> str:
    """The HTML of one page of a description, for a reader of `language`."""
    topic = terms.iri(description.topic)
    found = Found(here)
    is_claim = found.topic_itself(topic)
    if description.page == 1:
        found.about_topic(topic, description.incoming.counts)
    claims: dict[Ends, Sequence[Node]] = {}
    reasons = Reasons(here, claims)
    reading = reasons.reading = Reading(
        here,
        language,
        (*description.outgoing, *description.details, *found.statements),
        (*description.labels, *found.labels()),
        why=reasons.why,
    )
    claims.update(_plain_claims(here, reading, found))
    reading.tell_elsewhere(found.told_apart())
    wording = Wording(here, reading, found, topic)
    title = reading.node(topic)
    summary, shown = summary_of(reading, topic)
    if summary is None:
        summary, shown = cited_as(here, reading, topic)
    names = _names(reading, topic)
    claim = wording.claim(topic) if is_claim else None
    sections = [section for part in found.parts if (section := wording.section(part)).groups]
    properties = reading.tell(topic, leave_out=_left_out(here, reading, topic, shown, bool(names)))
    written, worked_out = _by_origin(here, properties)
    types = reading.types(topic)
    own = own_types(here.names, [type_ for type_ in types if not type_.origin] or types, lambda node: node.iri)
    return render_template(
        "thing.html",
        **frame(here, url, language, page=description.page),
        title=title,
        types=own,
        more_types=[type_ for type_ in reading.types_with_reasons(topic) if type_.iri not in {one.iri for one in own}],
        summary=summary,
        names=names,
        claim=claim,
        views=views_about(here, topic),
        chain=wording.chain(topic) if claim else [],
        place=place_of(here, reading, topic, description.incoming.counts),
        sections=sections,
        sources=wording.sources(),
        groups=reading.groups(written),
        elsewhere=[found for found in properties if terms.iri(found.name.iri) in well_known.ELSEWHERE],
        worked_out=worked_out,
        incoming=_pointing(here, reading, found, description, url),
        description=description,
        query=query_of(description.topic),
        release_link=permalink(here, url),
        other_release=other_release(here),
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


def cited_as(here: Site, reading: Reading, term: str) -> tuple[Node | None, list[str]]:
    """How a source is cited, which introduces it as well; and the predicate that need not be shown again."""
    found = reading.text(term, here.roles.properties("bibliography"))
    return (found[1], [found[0]]) if found else (None, [])


def frame(here: Site, url: str, language: str, page: int = 1) -> dict[str, Any]:
    """What the surroundings of every page show: its formats and languages."""
    addresses = here.addresses
    return {
        "language": language,
        "canonical": url,
        "formats": [(format_, addresses.href(addresses.location(url, format_, page))) for format_ in DOCUMENTS[1:]],
    }


def query_of(iri: str) -> str:
    """The SPARQL query for what is said of a thing and what points to it: the statements of its page."""
    return (
        f"CONSTRUCT {{\n  <{iri}> ?property ?value .\n  ?other ?relation <{iri}> .\n}}\n"
        f"WHERE {{\n  {{ <{iri}> ?property ?value }}\n  UNION\n  {{ ?other ?relation <{iri}> }}\n}}\n"
    )


def pointing_url(here: Site, url: str, predicate: str) -> str:
    """The URL of the page that lists what points at the topic of a document by one property (a term)."""
    name = short_name(predicate, here.record.prefixes)
    return f"{url}{'&' if '?' in url else '?'}via={quote(name, safe=':')}"


def _plain_claims(here: Site, reading: Reading, found: Found) -> Mapping[Ends, Sequence[Node]]:
    """Links to the claims that make plain statements about the topic, by predicate and object: in their plain case."""
    links: dict[Ends, list[Node]] = defaultdict(list)
    roles = here.roles
    for term in [term for part in found.parts if part.part == "subject" for term in part.claims]:
        unusual = {value for values in roles.badges.values() for value in values[1:]}
        if unusual.intersection(reading.objects(term, *roles.badges)):
            continue
        for predicate in reading.objects(term, *roles.properties("predicate")):
            for value in reading.objects(term, *roles.properties("object")):
                links[predicate, value].append(Node(reading.node(term).text, href=f"#{anchor_of(here, term)}"))
    return links


def _names(reading: Reading, topic: str) -> list[Names]:
    """The names of a thing by language, where there is more to say than its title."""
    title = reading.node(topic)
    by_language: dict[str, dict[str, None]] = defaultdict(dict)
    for term in reading.objects(topic, *OTHER_NAME_PROPERTIES):
        if terms.is_literal(term):
            literal = terms.literal(term)
            by_language[literal.language][literal.lexical] = None
    by_language.get(title.language, {}).pop(title.text, None)
    return [
        Names(Node(_language_name(tag)), tuple(reading.node(terms.text(name, tag)) for name in found))
        for tag, found in sorted(by_language.items(), key=lambda named: (named[0] != title.language, named[0]))
        if found
    ]


def _language_name(tag: str) -> str:
    if not tag:
        return _("without a language")
    try:
        return Locale.parse(tag, sep="-").get_display_name(interface_language()) or tag
    except (ValueError, UnknownLocaleError):
        return tag


def _left_out(here: Site, reading: Reading, topic: str, shown: Sequence[str], has_names: bool) -> set[str]:
    """The properties that the page shows in another place than its list."""
    names = OTHER_NAME_PROPERTIES if has_names else ()
    return {RDF_TYPE, *shown, *names, *reading.shown_by_name(topic), *repeating(here)}


def _by_origin(here: Site, properties: Sequence[Property]) -> tuple[list[Property], list[Property]]:
    """Those for the list; and those that say in words of other vocabularies what reasoning found."""
    written, worked_out = [], []
    for found in properties:
        if all(node.origin == "inferred" for node in found.values) and not here.names.is_own(found.name.iri):
            worked_out.append(found)
        elif terms.iri(found.name.iri) not in well_known.ELSEWHERE:
            written.append(found)
    return written, worked_out


def _pointing(here: Site, reading: Reading, found: Found, description: Description, url: str) -> list[Pointing]:
    """What points here, by predicate; on the first page the first few of each, on others those that stand there."""
    graphs: dict[str, dict[str, list[str]]] = {}  # by predicate, by subject
    for quad in description.incoming.statements:
        graphs.setdefault(quad.predicate, {}).setdefault(quad.subject, []).append(quad.graph)
    holders = {quad.object: quad.subject for quad in description.details if terms.is_blank(quad.object)}
    reading.add_labels(here.reader.label_statements(predicate for predicate, _ in description.incoming.counts))
    most = _MOST_POINTING if description.page == 1 and here.is_live else None  # files have no pages for the others
    topic = terms.iri(description.topic)
    return [
        Pointing(
            reading.node(predicate),
            count,
            here.addresses.href(pointing_url(here, url, predicate)) if here.is_live else "",
            tuple(
                reading.told(_named_holder(subject, holders), origin=origin_of(named), owner=topic)
                for subject, named in islice(graphs.get(predicate, {}).items(), most)
                if not (here.is_live and found.is_claim(subject))
            ),
        )
        for predicate, count in description.incoming.counts
    ]


def _named_holder(node: str, holders: Mapping[str, str]) -> str:
    """The thing with a name that holds a nameless node; the node itself where none is known to."""
    seen: set[str] = set()
    holder = node
    while terms.is_blank(holder) and holder in holders and holder not in seen:
        seen.add(holder)
        holder = holders[holder]
    return holder if terms.is_iri(holder) else node


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
