"""Named graphs, negotiated: as data they are the dump of the graph."""

from urllib.parse import quote

from flask import Blueprint, Response, render_template

from axisld.errors import UnrepresentableError
from axisld.release import WHOLE, Part
from axisld.representations import formats
from axisld.representations.formats import Format
from axisld.web import documents, signposting
from axisld.web.bodies import FileBody
from axisld.web.dumps import by_format, file_body, find
from axisld.web.negotiated import Resource, respond
from axisld.web.pages import frame
from axisld.web.site import Site, site

routes = Blueprint("graphs", __name__)
_OFFERED = (formats.HTML, *formats.DUMPS)


@routes.get("/graph/<raw:name>")
def graph(name: str) -> Response:
    """The graph as a page, or as its dump; one of an author, which has none, is described."""
    here = site()
    for part in here.record.parts[1:]:
        if name == part.name:
            return respond(_resource(here, part))
        for format_ in _OFFERED:
            if name == f"{part.name}.{format_.suffix}":
                return respond(_resource(here, part), format_)
    iri = here.names.graph(name)
    if iri in here.record.other_graphs:
        return documents.see_other(f"{here.names.base}doc?iri={quote(iri, safe='')}", iri)
    return documents.named()  # a thing may have such a name


def _reason(here: Site, file: str) -> str:
    """Why there is no such dump."""
    without = here.record.without
    return without.get(file) or without.get(WHOLE) or "it was not written"


def _resource(here: Site, part: Part) -> Resource:
    iri = here.names.graph(part.name)
    there = [format_ for format_ in formats.DUMPS if find(here, f"{part.name}.{format_.suffix}")]

    def location(format_: Format) -> str:
        if format_ is formats.HTML:
            return f"{iri}.html"
        return f"{here.names.base}dumps/{part.name}.{format_.suffix}"

    def write(format_: Format) -> FileBody:
        file = f"{part.name}.{format_.suffix}"
        dump = find(here, file)
        if dump is None:
            raise UnrepresentableError(format_.name, _reason(here, file))
        return file_body(here, dump)

    def page(language: str) -> str:
        surroundings = frame(here, iri, language) | {"formats": [(found, location(found)) for found in there]}
        folder = f"{here.names.path}dumps/"
        return render_template(
            "graph.html", **surroundings, part=part, iri=iri, files=by_format(here, part), folder=folder
        )

    links = [signposting.Link("collection", here.record.dataset), *signposting.of_publication(here)]
    return Resource(location, write, page, signposting.in_header(links), (formats.HTML, *there))
