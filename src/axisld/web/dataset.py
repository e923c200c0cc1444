"""What is in the publication: its description in VoID and DCAT, as a page and as data."""

from flask import Blueprint, Response, render_template

from axisld import terms
from axisld.representations import formats
from axisld.web import documents, signposting
from axisld.web.languages import pick
from axisld.web.negotiated import Resource, described, respond
from axisld.web.nodes import Node, Reading
from axisld.web.pages import frame
from axisld.web.site import Site, site

routes = Blueprint("dataset", __name__)
_ROWS = 50  # classes, and properties, on the dataset's page


@routes.get("/dataset")
@routes.get("/.well-known/void")
def dataset() -> Response:
    """The description of the dataset (VoID, 7.2 for the well-known URL; DCAT 3)."""
    return respond(resource(site()))


@routes.get("/dataset.<suffix>")
def dataset_in_format(suffix: str) -> Response:
    """The same in one format."""
    for format_ in formats.DOCUMENTS:
        if suffix == format_.suffix:
            return respond(resource(site()), format_)
    return documents.named()


def resource(here: Site) -> Resource:
    iri = here.record.dataset
    links = [
        signposting.Link("cite-as", iri),
        signposting.Link("type", "https://schema.org/Dataset"),
        *(
            signposting.Link("item", f"{here.names.base}dumps/{dump.file}", dump.media_type)
            for dump in here.record.dumps
            if dump.part == here.release.whole.name and not dump.compression
        ),
        *signposting.of_publication(here),
    ]
    return described(
        here,
        here.names.dataset,
        iri,
        statements=lambda: here.metadata,
        page=lambda language: _dataset_page(here, language),
        links=signposting.in_header(links),
    )


def _dataset_page(here: Site, language: str) -> str:
    title_language, title = pick(here.record.title, language)
    text_language, text = pick(here.record.description, language)
    return render_template(
        "dataset.html",
        **frame(here, here.names.dataset, language),
        title=Node(title or here.names.dataset, language=title_language),
        summary=Node(text, language=text_language),
        parts=here.record.parts,
        classes=_rows(here, here.record.classes, language)[:_ROWS],
        properties=_rows(here, here.record.properties, language)[:_ROWS],
        creators=[named(here, creator, language) for creator in here.creators],
    )


def _rows(here: Site, counts: dict[str, int], language: str) -> list[tuple[Node, int]]:
    """(term, how often), the most used first."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_ROWS]
    return [(named(here, iri, language), count) for iri, count in ordered]


def own(here: Site, counts: dict[str, int]) -> dict[str, int]:
    """Those of the publication's own terms; all, where it has none."""
    return {iri: count for iri, count in counts.items() if here.names.is_own(iri)} or counts


def named(here: Site, iri: str, language: str) -> Node:
    term = terms.iri(iri)
    return Reading(here, language, (), here.reader.label_statements([term])).node(term)
