"""Things, their documents, and documents of names with a `#` such as an ontology."""

import json
from collections import Counter
from urllib.parse import quote

from flask import Blueprint, Response, render_template, request

from axisld import terms
from axisld.iris import is_valid_iri, to_url
from axisld.reader import Description, Incoming
from axisld.representations import formats, negotiation
from axisld.representations.formats import Format
from axisld.vocabulary import RDF_TYPE, SD, VOID
from axisld.web import interface, pages, signposting, term_pages
from axisld.web.colophon import colophon
from axisld.web.headers import link
from axisld.web.interface import Message
from axisld.web.negotiated import Resource, cached, described, respond
from axisld.web.pointing import pointing
from axisld.web.problems import Problem, answer, not_found
from axisld.web.site import Site, site

routes = Blueprint("documents", __name__)
_PLAIN = Format("plain text", "txt", "text/plain")


@routes.get("/id/")
def namespace() -> Response:
    """The namespace of things, which data name too, as that of a prefix: the home page says what there is."""
    here = site()
    return see_other(here.names.base, f"{here.names.base}id/")


@routes.get("/id/<raw:_slug>")
@routes.get("/<raw:_path>")
def named(_slug: str = "", _path: str = "") -> Response:
    """What an IRI names: a document is answered, anything else is 303 See Other to its document (Cool URIs, 4.3)."""
    here = site()
    path = request.path.lstrip("/")
    target = here.addresses.named_by(_with_query(path)) or here.addresses.named_by(path)
    if target is None:
        raise not_found(here.names.base + path)
    if here.addresses.is_document(target.iri):
        return respond(_names_with_hash(here, target.iri), target.format)
    _refuse_withdrawn(here, target.iri)
    wanted = target.format or _format_wanted()
    document = here.addresses.document(target.iri)
    return see_other(here.addresses.location(document, wanted) if wanted else document, target.iri)


@routes.get("/doc/<raw:slug>")
def document(slug: str) -> Response:
    """The description of the thing that has this document."""
    here = site()
    target = here.addresses.described_at(_with_query(slug)) or here.addresses.described_at(slug)
    if target is None:
        raise not_found(f"{here.names.base}doc/{slug}")
    _refuse_withdrawn(here, target.iri)
    return respond(_description(here, target.iri), target.format)


def elsewhere(problem: Problem) -> Response:
    """A thing whose name looks like an address of the server's own has its document at /doc?iri=…; else the problem."""
    here = site()
    iri = here.names.base + request.path.lstrip("/")
    if problem.status != 404 or not is_valid_iri(iri) or not here.reader.is_known(iri):
        return answer(problem)
    if here.addresses.is_document(iri):  # it is here; a page or a term that was asked for is not
        return answer(problem)
    return see_other(f"{here.names.base}doc?iri={quote(iri, safe='')}", iri)


@routes.get("/doc")
def document_of_iri() -> Response:
    """The description of any IRI that the publication mentions."""
    return respond(_description(site(), _iri_asked_for()))


@routes.get("/linkset")
def linkset() -> Response:
    """The typed links of a thing and its document, as JSON (RFC 9264)."""
    here, iri = site(), _iri_asked_for()
    description = here.reader.describe(iri)
    if description is None:
        raise not_found(iri)
    url = here.addresses.document(iri)
    anchors = {url: signposting.of_thing(here, iri, url, _types(description))}
    anchors |= {
        here.addresses.location(url, format_): [signposting.Link("describes", iri)]
        for format_ in formats.RDF
        if not format_.profile
    }
    body = json.dumps(signposting.linkset(anchors), ensure_ascii=False, indent=2) + "\n"
    return cached(Response(body, content_type=signposting.LINKSET_TYPE))


def _description(here: Site, iri: str) -> Resource:
    page = page_asked_for()
    if via := request.args.get("via"):
        return pointing(here, iri, via, page)
    description = here.reader.describe(iri, page) or (_use_in_metadata(here, iri) if page == 1 else None)
    if description is None:
        raise not_found(iri) if page == 1 else _no_page(iri, page)
    url = here.addresses.description(iri)
    as_page = term_pages.term if term_pages.is_term(here, description) else pages.thing
    links = [
        *signposting.of_thing(here, iri, url, _types(description)),
        signposting.linkset_link(here, iri),
        *signposting.of_pages(here, url, page, description.pages),
    ]
    about = colophon(here, url, iri, page=page, pages=description.pages, links=description.incoming.total)
    return described(
        here,
        url,
        iri,
        statements=lambda: [*description.statements(), *about],
        page=lambda language: as_page(here, description, url, language),
        links=signposting.in_header(links),
        page_number=page,
    )


def _use_in_metadata(here: Site, iri: str) -> Description | None:
    """What the metadata count of an IRI that is only a predicate (VoID, 4.5), or the name of a graph."""
    term = terms.iri(iri)
    names = (f"<{VOID}property>", f"<{SD}name>")
    partitions = tuple(quad for quad in here.metadata if quad.object == term and quad.predicate in names)
    if not partitions:
        return None
    subjects = {quad.subject for quad in partitions}
    details = tuple(quad for quad in here.metadata if quad.subject in subjects)
    uses = Counter(quad.predicate for quad in partitions)
    incoming = Incoming(partitions, tuple(sorted(uses.items())))
    labels = tuple(here.reader.label_statements([term]))
    return Description(iri, (), 0, incoming, details, labels, page=1, pages=1)


def _names_with_hash(here: Site, url: str) -> Resource:
    number = page_asked_for()
    description = here.reader.describe_document(url)
    if description is None:
        raise not_found(url)
    return described(
        here,
        url,
        url,
        statements=lambda: [*description.statements(), *colophon(here, url, url)],
        page=lambda language: term_pages.terms_of(here, description, url, language, number),
        links=signposting.in_header(signposting.of_publication(here)),
    )


def see_other(url: str, iri: str) -> Response:
    """303, with a short note for those who read it (RFC 9110, 15.4.4)."""
    choice = negotiation.choose(request.headers.get("Accept"), (_PLAIN, formats.HTML), default=_PLAIN)
    location = to_url(url)
    if choice and choice.format is formats.HTML:
        body, content_type = render_template("see_other.html", iri=iri, url=location), formats.HTML.content_type
    else:
        body, content_type = f"{iri} is described at {location}\n", _PLAIN.content_type
    response = Response(body, 303, content_type=content_type)
    response.headers["Location"] = location
    response.headers["Link"] = link(url, "describedby")
    response.vary.add("Accept")
    return cached(response)


def _refuse_withdrawn(here: Site, iri: str) -> None:
    """410 for what has been withdrawn, with what replaces it (RFC 5829, 3.3 for the relation)."""
    if not here.names.is_own(iri):
        return
    replacements = here.reader.replacements(iri)
    if replacements is None:
        return
    use = Message("%(iri)s has been withdrawn. Use %(others)s instead.", iri=iri, others=", ".join(replacements))
    raise Problem(
        410,
        use if replacements else Message("%(iri)s has been withdrawn.", iri=iri),
        members={"iri": iri, "replacedBy": list(replacements)},
        headers={"Link": ", ".join(link(found, "successor-version") for found in replacements)} if replacements else {},
        links=[(found, found) for found in replacements],
    )


def _no_page(iri: str, page: int) -> Problem:
    return Problem(404, Message("The description of %(iri)s has no page %(page)s.", iri=iri, page=page))


def _with_query(path: str) -> str:
    """The path with the query: an IRI may have one. The language of the interface is no part of it."""
    given = request.query_string.decode("ascii", "replace").split("&")
    query = "&".join(part for part in given if part != f"{interface.PARAMETER}={interface.named()}")
    return f"{path}?{query}" if query else path


def _iri_asked_for() -> str:
    iri = request.args.get("iri", "")
    if not is_valid_iri(iri):
        raise Problem(400, Message("Name an IRI, percent-encoded: %(example)s", example="/doc?iri=https%3A%2F%2F…"))
    return iri


def page_asked_for() -> int:
    """The number of a page in the URL; 404 for what is none."""
    page = request.args.get("page", "1")
    if not (page.isascii() and page.isdigit() and len(page) < 10 and int(page)):
        raise Problem(404, Message("There is no page “%(page)s”; pages are numbered from 1.", page=page))
    return int(page)


def _format_wanted() -> Format | None:
    """What `?format=` says, kept when one is sent on to the document."""
    named_format = request.args.get("format", "")
    return next((format_ for format_ in formats.DOCUMENTS if named_format == format_.suffix), None)


def _types(description: Description) -> list[str]:
    return [
        terms.value(quad.object)
        for quad in description.outgoing
        if quad.subject == terms.iri(description.topic) and quad.predicate == RDF_TYPE and terms.is_iri(quad.object)
    ]
