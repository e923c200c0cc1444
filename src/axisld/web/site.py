"""A publication as the views see it: opened, with what is worked out of it once and read at every request."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import cast

from flask import current_app

from axisld import terms
from axisld.config import Config
from axisld.iris import Names
from axisld.overviews.asking import Overviews
from axisld.publication import Publication, Queries
from axisld.reader import Reader
from axisld.release import Record
from axisld.representations.context import Coercion, Context
from axisld.roles import Roles
from axisld.search.asking import Index
from axisld.sparql.preparing import Counted
from axisld.sparql.results import GRAPH_WRITER
from axisld.terms import Statement
from axisld.vocabulary import DCAT, DCTERMS, OWL, RDF_TYPE, RDFS
from axisld.web.addresses import Addresses
from axisld.web.assets import Assets
from axisld.web.examples import Examples, examples
from axisld.web.layout import Layout
from axisld.web.statistics import Statistics

_SIGNS = "●◆▲■★✚"  # of badges that have none of their own


@dataclass(frozen=True)
class Site:
    """What views answer from."""

    release: Publication
    config: Config
    statistics: Statistics = field(default_factory=Statistics)
    is_live: bool = True  # False: the answers become files, so nothing offers what only a running program can answer

    @property
    def names(self) -> Names:
        return self.release.names

    @property
    def record(self) -> Record:
        return self.release.record

    @cached_property
    def reader(self) -> Reader:
        return Reader(
            self.release.store,
            self.names,
            page_statements=self.config.page_statements,
            page_links=self.config.page_links,
        )

    @cached_property
    def addresses(self) -> Addresses:
        return Addresses(self.names, self.reader, self.record)

    @cached_property
    def roles(self) -> Roles:
        """Which properties say who said what, when and on which source."""
        return Roles(self.release.store)

    @cached_property
    def layout(self) -> Layout:
        """In which order pages tell things."""
        return Layout(self.release.store)

    @cached_property
    def badges(self) -> dict[str, tuple[int, str]]:
        """The values that are badges, as terms: the place of each among its like, from 1, and its sign."""
        return {
            member: (place, next((terms.value(sign) for sign in self.roles.values(member, "notation")), _sign(place)))
            for members in self.roles.badges.values()
            for place, member in enumerate(members, start=1)
        }

    @cached_property
    def queries(self) -> Queries:
        """Where queries run: made when it is first needed, thus in the process that needs it."""
        return self.release.queries(self.config, GRAPH_WRITER)

    @cached_property
    def counted(self) -> Counted | None:
        """What queries are judged by before they run; None where another server runs them."""
        known = self.release.cardinalities
        return Counted(known, self.config.query_light_statements) if known else None

    @property
    def endpoint(self) -> str:
        """The IRI of the SPARQL endpoint."""
        return f"{self.names.base}sparql"

    @property
    def search_index(self) -> Path | None:
        """The index of the full-text search; None where nothing can be searched."""
        return self.release.search_index if self.is_live else None

    @cached_property
    def search(self) -> Index | None:
        """The full-text search; None where the publication has no index."""
        index = self.search_index
        return Index(index, self.config.search_seconds) if index else None

    @cached_property
    def overviews(self) -> Overviews | None:
        """What many things are shown from at once, narrowed by what a reader asks; None where that cannot be."""
        tables = self.release.overviews if self.is_live else None
        return Overviews(tables, self.config.search_seconds) if tables else None

    @cached_property
    def assets(self) -> Assets:
        return Assets(self.release.pages)

    def close(self) -> None:
        """End the queries, once those under way are answered or their time is over, and let go of the release."""
        if "queries" in vars(self):
            self.queries.close(self.config.drain_seconds)
        if "search" in vars(self) and self.search:
            self.search.close()
        if "overviews" in vars(self) and self.overviews:
            self.overviews.close()
        self.release.close()

    @cached_property
    def metadata(self) -> list[Statement]:
        """The VoID and DCAT statements about the publication; without the endpoint where there is none."""
        found = self.release.metadata()
        if self.is_live:
            return found
        asked = {terms.iri(self.endpoint), terms.iri(f"{self.names.base}fragments")}
        services = {quad.subject for quad in found if quad.predicate == f"<{DCAT}endpointURL>" and quad.object in asked}
        return [quad for quad in found if not asked.union(services) & {quad.subject, quad.object}]

    def documents(self) -> Iterator[str]:
        """The IRIs of the documents, sorted: the sitemap."""
        return (url for url in self.release.documents() if self.is_live or url != self.endpoint)

    @cached_property
    def examples(self) -> Examples:
        """The example queries that the publication brings."""
        return examples(self.metadata, f"{self.names.base}sparql")

    @cached_property
    def creators(self) -> tuple[str, ...]:
        """The IRIs of those who made the publication."""
        about = terms.iri(self.record.dataset)
        creators = [quad.object for quad in self.metadata if quad[:2] == (about, f"<{DCTERMS}creator>")]
        return tuple(terms.value(creator) for creator in creators if terms.is_iri(creator))

    @cached_property
    def context(self) -> Context:
        """The JSON-LD context of this publication: its prefixes, and what its ontology says of its properties."""
        return Context(self.record.prefixes, self._coercions(), f"{self.names.base}context.jsonld")

    def _coercions(self) -> dict[str, Coercion]:
        store, coercions = self.release.store, {}
        for quad in store.incoming(f"<{OWL}ObjectProperty>", RDF_TYPE):
            coercions[quad.subject] = Coercion(type="@id")
        for quad in store.incoming(f"<{OWL}DatatypeProperty>", RDF_TYPE):
            ranges = {terms.value(found.object) for found in store.about(quad.subject, f"<{RDFS}range>")}
            datatype = ranges.pop() if len(ranges) == 1 else ""
            if datatype.startswith(terms.XSD) and datatype != f"{terms.XSD}string":
                coercions[quad.subject] = Coercion(type=datatype)
        return {terms.value(node): coercion for node, coercion in coercions.items() if terms.is_iri(node)}


def _sign(place: int) -> str:
    return _SIGNS[(place - 1) % len(_SIGNS)]


def site() -> Site:
    """The site that the current request asks."""
    return cast("Site", current_app.extensions["axisld"])
