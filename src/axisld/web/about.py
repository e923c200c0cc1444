"""The page about the publication: what it is, how it is made, how far to trust it, how to cite and to reuse it."""

from dataclasses import dataclass
from functools import cached_property

from flask import Blueprint, Response, render_template

from axisld import terms
from axisld.representations import formats
from axisld.representations.formats import Format
from axisld.vocabulary import DCAT, DCTERMS, DESCRIPTION_PROPERTIES, PROV, SH, SKOS
from axisld.web import signposting
from axisld.web.citation import BIBTEX, CSL_JSON, SHORT_DIGEST, Citation
from axisld.web.languages import FALLBACK, pick
from axisld.web.negotiated import Resource, respond
from axisld.web.nodes import Node, Reading
from axisld.web.pages import frame
from axisld.web.site import Site, site

routes = Blueprint("about", __name__)
_ADMS = "http://www.w3.org/ns/adms#"
_VCARD = "http://www.w3.org/2006/vcard/ns#"
_SEVERITIES = ("Violation", "Warning", "Info")


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to write to."""

    name: Node
    addresses: tuple[Node, ...]


@routes.get("/about")
def about() -> Response:
    """The page; for reference managers, how the publication is cited."""
    here = site()
    url = f"{here.names.base}about"

    def location(format_: Format) -> str:
        return url if format_ is formats.HTML else f"{url}?format={format_.suffix}"

    def write(format_: Format) -> bytes:
        cited = cited_as(here, FALLBACK)
        return (cited.csl() if format_ is CSL_JSON else cited.bibtex()).encode()

    def page(language: str) -> str:
        offered = [(format_, location(format_)) for format_ in (BIBTEX, CSL_JSON)]
        surroundings = frame(here, url, language) | {"formats": offered}
        return render_template("about.html", **surroundings, said=Said(here, language), cited=cited_as(here, language))

    links = [
        signposting.Link("cite-as", here.record.dataset),
        signposting.Link("describedby", here.addresses.location(here.names.dataset, formats.TURTLE), "text/turtle"),
        *signposting.of_publication(here),
    ]
    offered = (formats.HTML, CSL_JSON, BIBTEX)
    return respond(Resource(location, write, page, signposting.in_header(links), offered))


def cited_as(here: Site, language: str) -> Citation:
    """How the publication is cited, its title and names in `language` where there are such."""
    said, record = Said(here, language), here.record
    title_language, title = pick(record.title, language)
    return Citation(
        title=title or record.base,
        creators=tuple(node.text for node in said.nodes(f"{DCTERMS}creator")),
        publisher=next((node.text for node in said.nodes(f"{DCTERMS}publisher")), ""),
        issued=record.issued or said.literal(f"{DCTERMS}issued"),
        version=said.version,
        digest=record.digest,
        url=record.dataset,
        permalink=f"{record.base}dumps/{record.digest}/" if record.digest and record.dumps else "",
        language=title_language,
    )


class Said:
    """What data/dataset.ttl says of the publication, and what the release shows, for a reader of `language`."""

    def __init__(self, here: Site, language: str) -> None:
        self._here, self._language = here, language
        self._about = terms.iri(here.record.dataset)
        parts = f"<{here.names.dataset}#"  # which the build describes: files, counts
        statements = [quad for quad in here.metadata if not quad.subject.startswith(parts)]
        self._reading = Reading(here, language, statements, ())

    def nodes(self, predicate: str) -> list[Node]:
        """The values of a property of the dataset, by name."""
        return [self._named(value) for value in self._reading.objects(self._about, terms.iri(predicate))]

    def literal(self, predicate: str) -> str:
        """A value of a property of the dataset, as it is written; "" for none."""
        values = self._reading.objects(self._about, terms.iri(predicate))
        return terms.value(values[0]) if values else ""

    def texts(self, predicate: str, about: str = "") -> list[Node]:
        """All texts of a property in the language that suits the reader best."""
        by_language: dict[str, list[str]] = {}
        for value in self._reading.objects(about or self._about, terms.iri(predicate)):
            if terms.is_literal(value):
                by_language.setdefault(terms.literal(value).language, []).append(value)
        tag, _ = pick(dict.fromkeys(by_language, ""), self._language)
        return [self._reading.node(value) for value in sorted(by_language.get(tag, ()))]

    @cached_property
    def description(self) -> list[Node]:
        return self.texts(f"{DCTERMS}description")

    @cached_property
    def making(self) -> list[tuple[Node, Node | None]]:
        """(name, text) of the statements on provenance."""
        found = self._reading.objects(self._about, f"<{DCTERMS}provenance>")
        described = [(self._named(value), self._reading.text(value, DESCRIPTION_PROPERTIES)) for value in found]
        return [(name, text[1] if text else None) for name, text in described]

    @cached_property
    def sources(self) -> list[Node]:
        return self.nodes(f"{PROV}wasDerivedFrom") + self.nodes(f"{DCTERMS}source")

    @cached_property
    def frequency(self) -> list[Node]:
        return self.nodes(f"{DCTERMS}accrualPeriodicity")

    @cached_property
    def limits(self) -> list[Node]:
        return self.texts(f"{SKOS}scopeNote")

    @cached_property
    def rights(self) -> list[Node]:
        return self.texts(f"{DCTERMS}rights")

    @cached_property
    def licenses(self) -> list[Node]:
        return self.nodes(f"{DCTERMS}license")

    @cached_property
    def creators(self) -> list[Node]:
        return self.nodes(f"{DCTERMS}creator")

    @cached_property
    def preferred_citation(self) -> list[Node]:
        return self.texts(f"{DCTERMS}bibliographicCitation")

    @property
    def version(self) -> str:
        """As the author counts; "" where the build took the digest for want of one."""
        version = self.literal(f"{DCAT}version")
        return "" if version == self._here.record.digest[:SHORT_DIGEST] else version

    @cached_property
    def dates(self) -> dict[str, str]:
        """ "issued" and "modified", where the author says so."""
        found = {name: self.literal(f"{DCTERMS}{name}") for name in ("issued", "modified")}
        return {name: value for name, value in found.items() if value and value != self._here.record.issued}

    @cached_property
    def changes(self) -> list[Node]:
        return self.texts(f"{_ADMS}versionNotes")

    @cached_property
    def versions_before(self) -> list[Node]:
        return self.nodes(f"{DCAT}previousVersion")

    @cached_property
    def contacts(self) -> list[Contact]:
        found = []
        for contact in self._reading.objects(self._about, f"<{DCAT}contactPoint>"):
            names = self.texts(f"{_VCARD}fn", contact)
            addresses = [
                self._address(value)
                for local in ("hasEmail", "hasURL", "hasTelephone")
                for value in self._reading.objects(contact, f"<{_VCARD}{local}>")
            ]
            found.append(Contact(names[0] if names else self._named(contact), tuple(addresses)))
        return found

    @property
    def statements(self) -> dict[str, int]:
        """Triples by the name of the graph."""
        return {part.name: part.triples for part in self._here.record.parts[1:]}

    @property
    def shapes(self) -> int:
        """Rules that the data was checked by."""
        kinds = ("NodeShape", "PropertyShape")
        return sum(self._here.record.classes.get(f"{SH}{kind}", 0) for kind in kinds)

    @cached_property
    def findings(self) -> dict[str, int]:
        """What the check found, by severity: "Violation" stops a build, the others are published."""
        store = self._here.release.store
        return {name: store.incoming_count(f"<{SH}{name}>", f"<{SH}resultSeverity>") for name in _SEVERITIES}

    def _named(self, term: str) -> Node:
        labels = self._here.reader.label_statements([term])
        return Reading(self._here, self._language, (), labels).node(term)

    def _address(self, term: str) -> Node:
        value = terms.value(term)
        return Node(value.removeprefix("mailto:").removeprefix("tel:"), href=self._here.addresses.href(value))
