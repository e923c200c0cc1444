"""Triple Pattern Fragments: what fits a pattern, page by page, with what a client needs to ask on by itself.

https://linkeddatafragments.org/specification/triple-pattern-fragments/
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from flask import Blueprint, Response, render_template, request

from axisld import terms
from axisld.representations import formats
from axisld.representations.document import document
from axisld.representations.formats import Format, RdfFormat
from axisld.store.patterns import Matches, Patterns
from axisld.terms import RDF, XSD, Statement
from axisld.vocabulary import DCTERMS, FOAF, HYDRA, RDF_TYPE, VOID
from axisld.web import signposting
from axisld.web.documents import page_asked_for
from axisld.web.negotiated import Resource, respond
from axisld.web.nodes import Reading
from axisld.web.pages import frame
from axisld.web.patterns import VARIABLES, Pattern, PatternError, named, pattern, written
from axisld.web.problems import Problem
from axisld.web.site import Site, site

routes = Blueprint("fragments", __name__)
_SCANNED = 20  # times the statements of a page that one request looks at where a graph is named: no file is by graph


@dataclass(frozen=True)
class _Page:
    """One page of one fragment."""

    fragment: str  # URL without the page
    url: str
    number: int
    pages: int
    total: int  # an estimate where a graph is named
    size: int  # the most statements on a page
    statements: tuple[Statement, ...]

    def other(self, number: int) -> str:
        return f"{self.fragment}{'&' if '?' in self.fragment else '?'}page={number}"

    @property
    def neighbours(self) -> dict[str, int]:
        """The numbers of the pages around, by relation (Hydra Core Vocabulary, PartialCollectionView)."""
        numbers = {"first": 1, "previous": self.number - 1, "next": self.number + 1, "last": self.pages}
        return {relation: number for relation, number in numbers.items() if 1 <= number <= self.pages}


@routes.get("/fragments")
def fragments() -> Response:
    """The statements that fit the pattern of the query."""
    here = site()
    patterns = here.release.patterns
    if patterns is None:
        raise Problem(501, "This server publishes what another server holds: it answers SPARQL, but no fragments.")
    try:
        asked = pattern(request.args, _genid(here))
    except PatternError as error:
        raise Problem(400, str(error)) from error
    page = _page(here, _matching(here, patterns, asked))

    def location(format_: Format) -> str:
        return f"{page.url}{'&' if '?' in page.url else '?'}format={format_.suffix}"

    def write(format_: RdfFormat) -> bytes:
        said = [*page.statements, *_controls(here, page)]
        return document(format_, said, here.record.prefixes, context=here.context)

    numbers = {relation.removesuffix("ious"): number for relation, number in page.neighbours.items()}
    links = [
        *(signposting.Link(relation, page.other(number)) for relation, number in numbers.items()),
        signposting.Link("collection", here.record.dataset),
        *signposting.of_publication(here),
    ]
    return respond(
        Resource(location, write, lambda language: _html(here, page, location, language), signposting.in_header(links))
    )


def _matching(here: Site, patterns: Patterns, asked: Pattern) -> Matches:
    """What fits; languages are compared without case, as RDF 1.1 has them (Concepts, 3.3)."""
    found = patterns.matching(*asked)
    if found.count or not terms.is_literal(asked.object) or not (literal := terms.literal(asked.object)).language:
        return found
    for tag in here.record.languages:
        if tag.lower() == literal.language.lower():
            return patterns.matching(asked.subject, asked.predicate, terms.text(literal.lexical, tag))
    return found


def _page(here: Site, found: Matches) -> _Page:
    number, graph = page_asked_for(), request.args.get("graph", "")
    size = here.config.page_links * (_SCANNED if graph else 1)
    pages = max(1, -(-found.count // size))
    if number > pages:
        raise Problem(404, f"There is no page {number}: the last is {pages}.")
    part: Iterable[Statement] = found.part((number - 1) * size, size)
    if graph:
        part = (quad for quad in part if quad.graph == terms.iri(graph))
    query = request.query_string.decode("ascii", "replace")
    kept = "&".join(piece for piece in query.split("&") if piece and not piece.startswith(("page=", "format=")))
    fragment = f"{here.names.base}fragments" + (f"?{kept}" if kept else "")
    url = f"{here.names.base}fragments" + (f"?{query}" if query else "")  # as it was asked for: a client looks for it
    statements = tuple(dict.fromkeys(named(quad, _genid(here)) for quad in part))
    return _Page(fragment, url, number, pages, found.count, size, statements)


def _controls(here: Site, page: _Page) -> Iterator[Statement]:
    """What the page says about itself, in a graph of its own where the format has graphs (specification, 4)."""
    graph, fragment, url = (terms.iri(iri) for iri in (f"{page.fragment}#metadata", page.fragment, page.url))
    dataset, search = terms.iri(here.record.dataset), terms.iri(f"{here.names.base}fragments#search")
    total = terms.text(str(page.total), datatype=f"{XSD}integer")
    template = f"{here.names.base}fragments{{?{','.join(VARIABLES)}}}"
    said = [
        (graph, f"<{FOAF}primaryTopic>", fragment),
        (dataset, RDF_TYPE, f"<{VOID}Dataset>"),
        (dataset, RDF_TYPE, f"<{HYDRA}Collection>"),
        (dataset, f"<{VOID}subset>", fragment),
        (dataset, f"<{HYDRA}search>", search),
        (search, RDF_TYPE, f"<{HYDRA}IriTemplate>"),
        (search, f"<{HYDRA}template>", terms.text(template)),
        (search, f"<{HYDRA}variableRepresentation>", f"<{HYDRA}ExplicitRepresentation>"),
        *_mappings(here, search),
        (fragment, f"<{VOID}subset>", url),
        (url, RDF_TYPE, f"<{HYDRA}PartialCollectionView>"),
        (url, f"<{DCTERMS}source>", dataset),
        (url, f"<{VOID}triples>", total),
        (url, f"<{HYDRA}totalItems>", total),
        (url, f"<{HYDRA}itemsPerPage>", terms.text(str(page.size), datatype=f"{XSD}integer")),
        *((url, f"<{HYDRA}{relation}>", terms.iri(page.other(n))) for relation, n in page.neighbours.items()),
    ]
    return (Statement(*triple, graph=graph) for triple in said)


def _mappings(here: Site, search: str) -> Iterator[tuple[str, str, str]]:
    for variable in VARIABLES:
        mapping = terms.iri(f"{here.names.base}fragments#{variable}")
        yield search, f"<{HYDRA}mapping>", mapping
        yield mapping, RDF_TYPE, f"<{HYDRA}IriTemplateMapping>"
        yield mapping, f"<{HYDRA}variable>", terms.text(variable)
        yield mapping, f"<{HYDRA}property>", f"<{RDF}{variable}>"


def _html(here: Site, page: _Page, location: Callable[[Format], str], language: str) -> str:
    used = {term for quad in page.statements for term in quad[:3]}
    reading = Reading(here, language, (), here.reader.label_statements(filter(terms.is_iri, used)))
    rows = [
        [
            (reading.node(term), _narrowed(here, variable, term))
            for variable, term in zip(VARIABLES, quad[:3], strict=True)
        ]
        for quad in page.statements
    ]
    surroundings = frame(here, page.fragment, language)
    surroundings |= {"formats": [(format_, here.addresses.href(location(format_))) for format_ in formats.RDF]}
    return render_template(
        "fragments.html",
        **surroundings,
        page=page,
        rows=rows,
        given={variable: request.args.get(variable, "") for variable in VARIABLES},
        urls={relation: here.addresses.href(page.other(number)) for relation, number in page.neighbours.items()},
    )


def _narrowed(here: Site, variable: str, term: str) -> str:
    """The fragment of all that has this term in this place."""
    return f"{here.names.path}fragments?{variable}={quote(written(term), safe='')}"


def _genid(here: Site) -> str:
    return f"{here.names.base}.well-known/genid/"
