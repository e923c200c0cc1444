"""What an RDF document says about itself: its topic, dataset, licence, release, other formats and pages."""

from axisld import terms
from axisld.representations.formats import DOCUMENTS
from axisld.terms import XSD, Statement
from axisld.vocabulary import DCTERMS, FOAF, HYDRA, PROV, RDF_TYPE, VOID
from axisld.web.site import Site


def colophon(here: Site, url: str, topic: str, *, page: int = 1, pages: int = 1, links: int = 0) -> list[Statement]:
    """The statements about the document at `url`, which describes `topic`; `links` counts what points at the topic.

    No time stands in them but that of the release: the same release gives the same bytes.
    """
    document = terms.iri(url)
    record, dataset = here.record, terms.iri(here.record.dataset)
    said = [
        (RDF_TYPE, f"<{FOAF}Document>"),
        (f"<{FOAF}primaryTopic>", terms.iri(topic)),
        (f"<{VOID}inDataset>", dataset),
        (f"<{DCTERMS}isPartOf>", dataset),
        *((f"<{DCTERMS}issued>", terms.text(time, datatype=f"{XSD}dateTime")) for time in (record.issued,) if time),
        *((f"<{PROV}wasDerivedFrom>", terms.iri(f"urn:sha256:{digest}")) for digest in (record.digest,) if digest),
        *((f"<{DCTERMS}license>", terms.iri(license_)) for license_ in (record.license,) if license_),
        *((f"<{DCTERMS}creator>", terms.iri(creator)) for creator in here.creators),
        *((f"<{DCTERMS}hasFormat>", terms.iri(here.addresses.location(url, format_))) for format_ in DOCUMENTS),
    ]
    statements = [Statement(document, predicate, value) for predicate, value in said]
    return statements + (_paging(url, page, pages, links) if pages > 1 else [])


def _paging(url: str, page: int, pages: int, links: int) -> list[Statement]:
    """The document as a collection of which a view is shown (Hydra Core Vocabulary, "Collections")."""

    def view(number: int) -> str:
        return terms.iri(f"{url}{'&' if '?' in url else '?'}page={number}")

    neighbours = {"first": 1, "previous": page - 1, "next": page + 1, "last": pages}
    return [
        Statement(terms.iri(url), RDF_TYPE, f"<{HYDRA}Collection>"),
        Statement(terms.iri(url), f"<{HYDRA}totalItems>", terms.text(str(links), datatype=f"{XSD}integer")),
        Statement(terms.iri(url), f"<{HYDRA}view>", view(page)),
        Statement(view(page), RDF_TYPE, f"<{HYDRA}PartialCollectionView>"),
        *(
            Statement(view(page), f"<{HYDRA}{relation}>", view(number))
            for relation, number in neighbours.items()
            if 1 <= number <= pages
        ),
    ]
