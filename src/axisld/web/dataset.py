"""What is in the publication: its description in VoID and DCAT, as a page and as data."""

from dataclasses import dataclass

from flask import Blueprint, Response, render_template

from axisld import terms
from axisld.representations import formats
from axisld.vocabulary import VOID
from axisld.web import documents, signposting
from axisld.web.languages import pick
from axisld.web.negotiated import Resource, described, respond
from axisld.web.nodes import Node, Reading
from axisld.web.pages import frame
from axisld.web.short_names import short_name
from axisld.web.site import Site, site

routes = Blueprint("dataset", __name__)
_ROWS = 50  # classes, properties, sets of links, each
_COUNTED = ("triples", "entities", "documents", "distinctSubjects", "classes", "properties")


@dataclass(frozen=True, slots=True)
class Used:
    """A class or a property, with how many things or statements have it."""

    name: Node
    short_name: str  # "skos:Concept"
    count: int


@dataclass(frozen=True, slots=True)
class Linkset:
    """Statements that lead to things of another publication (VoID, 5)."""

    predicate: Node
    target: str  # what the names of those things begin with
    count: int


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
        page=lambda language: _page(here, language),
        links=signposting.in_header(links),
    )


def _page(here: Site, language: str) -> str:
    title_language, title = pick(here.record.title, language)
    text_language, text = pick(here.record.description, language)
    return render_template(
        "dataset.html",
        **frame(here, here.names.dataset, language),
        title=Node(title or here.names.dataset, language=title_language),
        summary=Node(text, language=text_language),
        parts=here.record.parts,
        counts=_counts(here),
        classes=_used(here, here.record.classes, language),
        properties=_used(here, here.record.properties, language),
        linksets=_linksets(here, language)[:_ROWS],
        creators=[named(here, creator, language) for creator in here.creators],
    )


def _counts(here: Site) -> dict[str, int]:
    """What VoID counts of the whole, by the local name of its property: "entities", "documents"."""
    dataset = terms.iri(here.record.dataset)
    found = {quad.predicate: terms.value(quad.object) for quad in here.metadata if quad.subject == dataset}
    named_so = {name: found.get(f"<{VOID}{name}>", "") for name in _COUNTED}
    return {name: int(value) for name, value in named_so.items() if value.isdigit()}


def _linksets(here: Site, language: str) -> list[Linkset]:
    """What leads to other publications, the largest first."""
    about: dict[str, dict[str, str]] = {}
    for quad in here.metadata:
        about.setdefault(quad.subject, {})[quad.predicate] = quad.object
    found = []
    for said in about.values():
        predicate, target = said.get(f"<{VOID}linkPredicate>", ""), said.get(f"<{VOID}objectsTarget>", "")
        space = about.get(target, {}).get(f"<{VOID}uriSpace>", "")
        if predicate and space:
            count = int(terms.value(said[f"<{VOID}triples>"]))
            found.append(Linkset(named(here, terms.value(predicate), language), terms.value(space), count))
    return sorted(found, key=lambda linkset: (-linkset.count, linkset.target, linkset.predicate.text))


def _used(here: Site, counts: dict[str, int], language: str) -> list[Used]:
    """The terms that are used most."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_ROWS]
    prefixes = here.record.prefixes
    return [Used(named(here, iri, language), short_name(terms.iri(iri), prefixes), count) for iri, count in ordered]


def own(here: Site, counts: dict[str, int]) -> dict[str, int]:
    """Those of the publication's own terms; all, where it has none."""
    return {iri: count for iri, count in counts.items() if here.names.is_own(iri)} or counts


def named(here: Site, iri: str, language: str) -> Node:
    term = terms.iri(iri)
    return Reading(here, language, (), here.reader.label_statements([term])).node(term)
