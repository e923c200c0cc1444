"""The page of what points to a thing by one property: `/doc/x?via=ax:supports`, a part of its document, paged."""

from itertools import islice

from flask import render_template

from axisld import terms
from axisld.terms import Statement
from axisld.web.claims import Found, Wording
from axisld.web.colophon import colophon
from axisld.web.headers import link
from axisld.web.interface import Message
from axisld.web.negotiated import Resource, described
from axisld.web.nodes import Reading
from axisld.web.pages import frame, pointing_url
from axisld.web.problems import Problem
from axisld.web.short_names import named_term
from axisld.web.site import Site

_MOST_LISTED = 40  # statements on a page: claims take room


def pointing(here: Site, iri: str, via: str, page: int) -> Resource:
    """The `page`-th part of the statements with this property, named as in a URL, that point at `iri`; else 404."""
    topic, predicate = terms.iri(iri), named_term(via, here.record.prefixes)
    store, most = here.release.store, min(_MOST_LISTED, here.config.page_links)
    count = store.incoming_count(topic, predicate) if terms.is_iri(predicate) else 0
    pages = -(-count // most)
    if not 1 <= page <= pages:
        raise Problem(
            404,
            Message("Nothing points at %(iri)s by %(property)s.", iri=iri, property=via)
            if page == 1
            else Message("There is no page %(page)s, the last is %(pages)s.", page=page, pages=pages),
        )
    listed = tuple(islice(store.incoming(topic, predicate, offset=(page - 1) * most), most))
    whole = here.addresses.description(iri)
    url = pointing_url(here, whole, predicate)
    named = {term for quad in listed for term in quad[:3] if terms.is_iri(term)}
    about = colophon(here, url, iri, page=page, pages=pages, links=count)
    return described(
        here,
        url,
        iri,
        statements=lambda: [*listed, *here.reader.label_statements(named), *about],
        page=lambda language: _page(here, listed, whole, (count, page, pages), language),
        links=[link(iri, "describes"), link(whole, "collection")],
        page_number=page,
    )


def _page(here: Site, listed: tuple[Statement, ...], whole: str, place: tuple[int, int, int], language: str) -> str:
    """Its HTML, for a reader of `language`: claims as claims, others by name."""
    topic, predicate = listed[0].object, listed[0].predicate
    count, page, pages = place
    found = Found(here)
    subjects = list(dict.fromkeys(quad.subject for quad in listed))
    found.these(predicate, subjects)
    named = {term for quad in listed for term in quad[:3] if terms.is_iri(term)}
    labels = (*here.reader.label_statements(named), *found.labels())
    reading = Reading(here, language, found.statements, labels)
    wording = Wording(here, reading, found, topic)
    sections = [wording.section(part) for part in found.parts]
    url = pointing_url(here, whole, predicate)
    near = {number for number in (1, page - 1, page + 1, pages) if 1 <= number <= pages}
    return render_template(
        "pointing.html",
        **frame(here, url, language, page),
        title=reading.node(topic),
        document=here.addresses.href(whole),
        relation=reading.node(predicate),
        sections=sections,
        sources=wording.sources(),
        others=[reading.node(subject) for subject in subjects if not found.is_claim(subject)],
        count=count,
        page=page,
        pages=pages,
        urls={number: here.addresses.href(here.addresses.location(url, page=number)) for number in near},
    )
