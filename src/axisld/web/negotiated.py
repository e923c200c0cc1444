"""A resource in the format that the client prefers (RFC 9110, 12)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, request

from axisld import terms
from axisld.errors import UnrepresentableError
from axisld.iris import to_url
from axisld.representations import formats, negotiation
from axisld.representations.document import document
from axisld.representations.formats import Format, RdfFormat
from axisld.terms import Statement
from axisld.web import interface, languages
from axisld.web.bodies import FileBody
from axisld.web.headers import cache_control, link
from axisld.web.interface import Message
from axisld.web.problems import Problem
from axisld.web.site import Site, site

_MOST_LANGUAGES = 6  # that a header names


@dataclass(frozen=True)
class Resource:
    """Something with one URL and several formats."""

    location: Callable[[Format], str]  # the URL of it in one format
    write: Callable[[Any], bytes | FileBody]  # it in a format that is not HTML; may raise UnrepresentableError
    page: Callable[[str], str]  # its HTML, for a reader of a language
    links: Sequence[str] = ()  # values of its Link header, beside the formats
    offered: tuple[Format, ...] = formats.DOCUMENTS


def described(
    here: Site, url: str, topic: str, statements: Callable[[], Iterable[Statement]], page: Callable[[str], str],
    links: Sequence[str] = (), page_number: int = 1,
) -> Resource:  # fmt: skip
    """The document at `url`, which says `statements`, those about `topic` first."""

    def write(format_: RdfFormat) -> bytes:
        prefixes, first = here.record.prefixes, terms.iri(topic)
        return document(format_, statements(), prefixes, first=first, context=here.context)

    return Resource(lambda format_: here.addresses.location(url, format_, page_number), write, page, links)


def respond(resource: Resource, format_: Format | None = None) -> Response:
    """The resource in `format_`, or as `?format=` says, or as Accept says."""
    named = format_ or _named_in_query(resource)
    try:
        response = _written(resource, named, named.content_type) if named else _preferred(resource)
    except UnrepresentableError as error:
        raise _unacceptable(resource, str(error)) from error
    response.headers["Link"] = ", ".join([*resource.links, *_alternates(resource)])
    return response


def language_for_reader(offered: Sequence[str]) -> str:
    """The language of labels: as `?lang=` says, or that named for the interface, or as Accept-Language says."""
    named = _language_named()
    wanted = named or negotiation.choose_language(interface.named(), offered) or request.headers.get("Accept-Language")
    return negotiation.choose_language(wanted, offered, languages.FALLBACK)


def cached(response: Response) -> Response:
    """The response with what caches need to know of any document."""
    here = site()
    response.headers["Cache-Control"] = cache_control(here.config)
    if here.release.issued:
        response.last_modified = here.release.issued
    return response


def _language_named() -> str:
    named = request.args.get("lang", "")
    return named if languages.is_language_tag(named) else ""


def _named_in_query(resource: Resource) -> Format | None:
    named = request.args.get("format", "").replace(" ", "+")  # application/ld+json, typed without escaping
    if not named:
        return None
    for format_ in resource.offered:
        if named in (format_.suffix, format_.media_type, *format_.aliases):
            return format_
    raise _unacceptable(resource, Message("There is no format “%(format)s” here.", format=named))


def _preferred(resource: Resource) -> Response:
    """In the best format that can hold it."""
    offered = list(resource.offered)
    reason: str = Message("None of the formats here is acceptable to you.")
    default = formats.TURTLE  # programs that say */* get data; browsers name text/html
    while choice := negotiation.choose(request.headers.get("Accept"), offered, default=default):
        try:
            response = _written(resource, choice.format, choice.content_type)
        except UnrepresentableError as error:
            offered.remove(choice.format)
            reason = str(error)
            continue
        response.headers["Content-Location"] = to_url(resource.location(choice.format))
        response.vary.add("Accept")
        return response
    raise _unacceptable(resource, reason)


def _written(resource: Resource, format_: Format, content_type: str) -> Response:
    if format_ is not formats.HTML:
        written = resource.write(format_)
        return cached(Response(written, content_type=content_type, direct_passthrough=isinstance(written, FileBody)))
    language = language_for_reader(site().record.languages)
    response = Response(resource.page(language), content_type=content_type)
    response.headers["Content-Language"] = language
    if not _language_named() and not interface.named():
        response.vary.add("Accept-Language")
    return cached(response)


def _unacceptable(resource: Resource, reason: str) -> Problem:
    """406 with what there is (RFC 9110, 15.5.7)."""
    there_is = [
        {"format": format_.name, "mediaType": format_.content_type, "url": to_url(resource.location(format_))}
        for format_ in resource.offered
    ]
    suffixes = ", ".join(format_.suffix for format_ in resource.offered)
    return Problem(
        406,
        Message("%(reason)s Ask for one of: %(formats)s.", reason=reason, formats=suffixes),
        members={"formats": there_is},
        headers={"Link": ", ".join(_alternates(resource))},
        links=[(resource.location(format_), format_.name) for format_ in resource.offered],
    )


def _alternates(resource: Resource) -> list[str]:
    languages = site().record.languages[:_MOST_LANGUAGES]
    return [
        link(resource.location(format_), "alternate", format_.media_type, languages if format_ is formats.HTML else ())
        for format_ in resource.offered
        if not format_.profile
    ]
