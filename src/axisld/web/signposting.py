"""Where programs go from here: FAIR Signposting as Link headers (level 1) and as link sets (level 2, RFC 9264)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from axisld.iris import to_url
from axisld.representations import formats
from axisld.vocabulary import SCHEMA
from axisld.web.headers import link
from axisld.web.site import Site

LINKSET_TYPE = "application/linkset+json"
_DESCRIBING = (formats.TURTLE, formats.JSON_LD)
_MOST_TYPES = 4  # of a thing, in a header; a link set has all


class Link(NamedTuple):
    """A typed link (RFC 8288, 2)."""

    relation: str
    target: str  # IRI
    type: str = ""  # media type

    def __str__(self) -> str:
        return link(self.target, self.relation, self.type)


def of_publication(here: Site) -> list[Link]:
    """What holds of every document here."""
    licenses = [Link("license", here.record.license)] if here.record.license else []
    return licenses + [Link("author", creator) for creator in here.creators]


def of_thing(here: Site, iri: str, document: str, types: Sequence[str]) -> list[Link]:
    """From the document about `iri` (https://signposting.org/FAIR/, 3.1.1)."""
    return [
        Link("describes", iri),
        Link("cite-as", iri),
        Link("canonical", document),
        Link("type", f"{SCHEMA}AboutPage"),
        *(Link("type", type_) for type_ in types),
        *(
            Link("describedby", here.addresses.location(document, format_), format_.media_type)
            for format_ in _DESCRIBING
        ),
        Link("collection", here.record.dataset),
        *of_publication(here),
    ]


def of_pages(here: Site, document: str, page: int, pages: int) -> list[Link]:
    """To the other pages of a long description (RFC 8288, IANA relations first, prev, next, last)."""
    if pages == 1:
        return []
    numbers = {"first": 1, "prev": page - 1, "next": page + 1, "last": pages}
    return [
        Link(relation, here.addresses.location(document, page=number))
        for relation, number in numbers.items()
        if 1 <= number <= pages
    ]


def in_header(links: Iterable[Link]) -> list[str]:
    """The values of a Link header: all links, but only the first few types."""
    types_left = _MOST_TYPES + 1  # one is of the page itself
    values = []
    for found in links:
        types_left -= found.relation == "type"
        if found.relation != "type" or types_left >= 0:
            values.append(str(found))
    return values


def linkset_url(here: Site, iri: str) -> str:
    return f"{here.names.base}linkset?iri={quote(iri, safe='')}"


def linkset_link(here: Site, iri: str) -> Link:
    return Link("linkset", linkset_url(here, iri), LINKSET_TYPE)


def linkset(anchors: Mapping[str, Sequence[Link]]) -> dict[str, Any]:
    """The JSON of link contexts, each with its links (RFC 9264, 4.2)."""
    contexts = []
    for anchor, links in anchors.items():
        by_relation = defaultdict(list)
        for found in links:
            target = {"href": to_url(found.target)} | ({"type": found.type} if found.type else {})
            by_relation[found.relation].append(target)
        contexts.append({"anchor": to_url(anchor), **by_relation})
    return {"linkset": contexts}
