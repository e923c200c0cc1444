"""The dumps: an index, and files that can be resumed, checked and kept."""

import json

from flask import Blueprint, Response, render_template

from axisld import terms
from axisld.release import WHOLE, Dump, Part
from axisld.representations import formats
from axisld.representations.document import document
from axisld.representations.formats import Format, RdfFormat, content_type
from axisld.web import signposting
from axisld.web.bodies import FileBody
from axisld.web.headers import IMMUTABLE
from axisld.web.interface import Message
from axisld.web.negotiated import Resource, cached, respond
from axisld.web.pages import frame
from axisld.web.problems import Problem
from axisld.web.site import Site, site

routes = Blueprint("dumps", __name__)
CHECKSUMS = "SHA256SUMS"
NOTES = {CHECKSUMS: "text/plain", "README.txt": "text/plain", "digests.json": "application/json"}  # beside the dumps
_JSON = Format("JSON", "json", "application/json")
_OFFERED = (formats.HTML, _JSON, *formats.RDF)
_COMPRESSED_TYPES = {"gz": "application/gzip", "zst": "application/zstd"}


@routes.get("/dumps/")
def index() -> Response:
    """What can be downloaded: a page, JSON, or DCAT."""
    return _listed(site(), "")


def _listed(here: Site, release: str) -> Response:
    """The list; `release` is the folder of just this release, or "" for whichever is served."""
    url = f"{here.names.base}dumps/{release}"

    def location(format_: Format) -> str:
        return f"{url}?format={format_.suffix}"

    def write(format_: Format) -> bytes:
        if isinstance(format_, formats.RdfFormat):
            first = terms.iri(here.record.dataset)
            return document(format_, here.metadata, here.record.prefixes, first=first, context=here.context)
        return (json.dumps(_listing(here), ensure_ascii=False, indent=2) + "\n").encode()

    def page(language: str) -> str:
        offered = [(format_, location(format_)) for format_ in (_JSON, *formats.RDF)]
        surroundings = frame(here, url, language) | {"formats": offered}
        parts = [(part, by_format(here, part)) for part in here.record.parts]
        return render_template("dumps.html", **surroundings, parts=parts, folder=f"{here.names.path}dumps/{release}")

    links = [signposting.Link("collection", here.record.dataset), *signposting.of_publication(here)]
    return respond(Resource(location, write, page, signposting.in_header(links), _OFFERED))


@routes.get("/dumps/<raw:file>")
def download(file: str) -> Response:
    """A dump, or what stands beside the dumps; under `<digest>/…` at a URL that never holds anything else.

    `<digest>/` itself lists them, as long as that release is served.
    """
    here = site()
    digest, _, name = file.rpartition("/")
    if digest not in ("", here.record.digest):
        raise Problem(
            404,
            Message(
                "There is no release %(asked)s here; %(served)s is served.", asked=digest, served=here.record.digest
            ),
        )
    if digest and not name:
        return _listed(here, f"{digest}/")
    response = cached(_file(here, name))
    if digest:
        response.headers["Cache-Control"] = IMMUTABLE
    return response


def by_format(here: Site, part: Part) -> list[tuple[RdfFormat, list[Dump]]]:
    """The dumps of a part by format, the plain one before the compressed ones."""
    dumps = [dump for dump in here.record.dumps if dump.part == part.name]
    found = ((format_, [dump for dump in dumps if dump.format == format_.suffix]) for format_ in formats.DUMPS)
    return [(format_, sorted(files, key=lambda dump: dump.compression)) for format_, files in found if files]


def find(here: Site, file: str) -> Dump | None:
    return next((dump for dump in here.record.dumps if dump.file == file), None)


def file_body(here: Site, dump: Dump) -> FileBody:
    return FileBody(here.release.dump(dump.file), 0, dump.size_bytes, dump.size_bytes, f'"{dump.sha256}"')


def _file(here: Site, file: str) -> Response:
    if file in NOTES and here.record.dumps:
        return Response(here.release.dump(file).read_bytes(), content_type=content_type(NOTES[file]))
    dump = find(here, file)
    if dump is None:
        reason = here.record.without.get(file) or here.record.without.get(WHOLE)
        raise Problem(
            404,
            Message("There is no dump %(file)s: %(reason)s.", file=file, reason=reason)
            if reason
            else Message("There is no dump %(file)s.", file=file),
        )
    media_type = _COMPRESSED_TYPES.get(dump.compression) or content_type(dump.media_type)
    response = Response(file_body(here, dump), content_type=media_type, direct_passthrough=True)
    links = [
        signposting.Link("collection", here.record.dataset),
        signposting.Link("describedby", here.addresses.location(here.record.dataset, formats.TURTLE), "text/turtle"),
        *signposting.of_publication(here),
    ]
    response.headers["Link"] = ", ".join(signposting.in_header(links))
    return response


def _listing(here: Site) -> dict[str, object]:
    base = f"{here.names.base}dumps/"
    return {
        "release": here.record.digest,
        "canonicalDigest": here.record.canonical_digest,
        "issued": here.record.issued,
        "checksums": base + CHECKSUMS,
        "parts": [
            {"name": part.name, "quads": part.quads, "triples": part.triples, "digest": part.digest}
            for part in here.record.parts
        ],
        "dumps": [
            {
                "url": base + dump.file,
                "part": dump.part,
                "mediaType": dump.media_type,
                "compression": dump.compression,
                "bytes": dump.size_bytes,
                "sha256": dump.sha256,
            }
            for dump in here.record.dumps
        ],
        "without": here.record.without,
    }
