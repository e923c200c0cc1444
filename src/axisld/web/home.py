"""The home page: what the publication is, what there is to begin with, and what can be done with it."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template

from axisld import terms
from axisld.representations import formats
from axisld.representations.formats import Format
from axisld.schema_org import schema_dataset
from axisld.search.asking import Hit
from axisld.vocabulary import VOID
from axisld.web.browse import types_of_things
from axisld.web.dataset import named, own, resource
from axisld.web.languages import pick
from axisld.web.negotiated import Resource, respond
from axisld.web.nodes import Node
from axisld.web.pages import frame
from axisld.web.results import Results
from axisld.web.short_names import short_name
from axisld.web.site import Site, site

routes = Blueprint("home", __name__)
_EXAMPLES, _LEAST_EXAMPLES = 6, 4
_KINDS = 8  # of things, those with most


@dataclass(frozen=True, slots=True)
class Kind:
    """A class, with how many things it has."""

    name: Node
    count: int
    href: str  # where they are listed


@routes.get("/")
def home() -> Response:
    """A page for people; for programs the description of the dataset."""
    here = site()
    dataset = resource(here)

    def location(format_: Format) -> str:
        return here.names.base if format_ is formats.HTML else dataset.location(format_)

    return respond(Resource(location, dataset.write, lambda language: _page(here, language), dataset.links))


def _page(here: Site, language: str) -> str:
    title_language, title = pick(here.record.title, language)
    text_language, text = pick(here.record.description, language)
    formats_of_home = [
        (format_, here.addresses.href(here.addresses.location(here.names.dataset, format_)))
        for format_ in formats.DOCUMENTS[1:]
    ]
    examples = [Hit(iri) for iri in _examples(here)]
    return render_template(
        "home.html",
        **frame(here, here.names.base, language) | {"formats": formats_of_home},
        title=Node(title or here.names.base, language=title_language),
        summary=Node(text, language=text_language),
        whole=here.release.whole,
        kinds=_kinds(here, language),
        examples=examples,
        results=Results(here, language, examples),
        about=schema_dataset(here.record, here.metadata, language),
    )


def _kinds(here: Site, language: str) -> list[Kind]:
    """The uppermost types of what can be found; without a search, the classes with most things."""
    if here.search is None:
        counts = own(here, here.record.classes)
        return [Kind(node := named(here, iri, language), counts[iri], node.href) for iri in _most(counts)]
    uppermost = {type_.term: type_ for type_ in types_of_things(here, language)}
    most = _most({term: type_.count for term, type_ in uppermost.items()})
    return [Kind(uppermost[term].name, uppermost[term].count, _listed(here, term)) for term in most]


def _most(counts: dict[str, int]) -> list[str]:
    return sorted(counts, key=lambda name: (-counts[name], name))[:_KINDS]


def _listed(here: Site, term: str) -> str:
    return f"{here.names.path}search?{urlencode({'type': short_name(term, here.record.prefixes)})}"


def _examples(here: Site) -> list[str]:
    """Things that the publication names as examples; with some more of its own where these are few."""
    dataset = terms.iri(here.record.dataset)  # its classes have examples too, less well chosen
    found = [quad.object for quad in here.metadata if quad[:2] == (dataset, f"<{VOID}exampleResource>")]
    things = [terms.value(term) for term in dict.fromkeys(found) if terms.is_iri(term)]
    for class_iri in own(here, here.record.classes):
        if len(things) >= _LEAST_EXAMPLES:
            break
        things += here.reader.instances(class_iri, 2)
    return list(dict.fromkeys(things))[:_EXAMPLES]
