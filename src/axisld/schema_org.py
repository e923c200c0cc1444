"""Describe a release for search engines: a schema.org Dataset as JSON-LD. Pure; reads the release's VoID and DCAT."""

from collections.abc import Iterable, Sequence
from typing import Any

from axisld import terms
from axisld.release import WHOLE, Dump, Record
from axisld.terms import Literal, Statement
from axisld.vocabulary import DCAT, DCTERMS, FOAF, LABEL_PROPERTIES, OWL, PROV, RDF_TYPE, SCHEMA

_COMPRESSED_TYPES = {"gz": ["application/gzip"], "zst": ["application/zstd"]}
_PERSONS = {f"<{FOAF}Person>", f"<{SCHEMA}Person>", f"<{PROV}Person>"}


def schema_dataset(record: Record, metadata: Iterable[Statement], language: str = "en") -> dict[str, Any]:
    """The dataset with what Google Dataset Search asks for, its texts in `language` where there are such.

    https://developers.google.com/search/docs/appearance/structured-data/dataset
    """
    said = _Said(metadata)
    dataset = terms.iri(record.dataset)
    names = said.texts(dataset, f"<{DCTERMS}title>", language)
    digest = [f"urn:sha256:{record.digest}"] if record.digest else []
    document = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": record.dataset,
        "name": names[0] if names else record.base,
        "alternateName": names[1:],
        "description": next(iter(said.texts(dataset, f"<{DCTERMS}description>", language)), ""),
        "url": record.base,
        "sameAs": said.values(dataset, f"<{OWL}sameAs>"),
        "identifier": [*said.values(dataset, f"<{DCTERMS}identifier>"), *digest],
        "version": said.value(dataset, f"<{DCAT}version>"),
        "datePublished": said.value(dataset, f"<{DCTERMS}issued>"),
        "dateModified": said.value(dataset, f"<{DCTERMS}modified>"),
        "license": record.license,
        "isAccessibleForFree": True,
        "creator": [_agent(said, agent, language) for agent in said.objects(dataset, f"<{DCTERMS}creator>")],
        "publisher": [_agent(said, agent, language) for agent in said.objects(dataset, f"<{DCTERMS}publisher>")],
        "keywords": said.texts(dataset, f"<{DCAT}keyword>", language),
        "inLanguage": list(record.languages),
        "isBasedOn": said.values(dataset, f"<{PROV}wasDerivedFrom>") or said.values(dataset, f"<{DCTERMS}source>"),
        "citation": said.values(dataset, f"<{DCTERMS}bibliographicCitation>"),
        "includedInDataCatalog": {"@type": "DataCatalog", "@id": f"{record.base}dataset#catalog", "url": record.base},
        "distribution": [_download(record, dump) for dump in record.dumps if dump.part == WHOLE],
    }
    return {key: value for key, value in document.items() if value not in ("", [])}


def _download(record: Record, dump: Dump) -> dict[str, Any]:
    return {
        "@type": "DataDownload",
        "name": dump.file,
        "contentUrl": f"{record.base}dumps/{dump.file}",
        "encodingFormat": [dump.media_type, *_COMPRESSED_TYPES.get(dump.compression, [])],
        "contentSize": f"{dump.size_bytes} B",
        "sha256": dump.sha256,
    }


def _agent(said: "_Said", agent: str, language: str) -> dict[str, Any]:
    """A person or an organization: search engines know no third kind, so that any other agent is an organization."""
    names = [name for label in (f"<{FOAF}name>", *LABEL_PROPERTIES) for name in said.texts(agent, label, language)]
    is_person = not _PERSONS.isdisjoint(said.objects(agent, RDF_TYPE))
    document = {
        "@type": "Person" if is_person else "Organization",
        "@id": terms.value(agent) if terms.is_iri(agent) else "",
        "name": names[0] if names else terms.value(agent),
        "url": said.value(agent, f"<{FOAF}homepage>"),
        "sameAs": said.values(agent, f"<{OWL}sameAs>"),
    }
    return {key: value for key, value in document.items() if value not in ("", [])}


class _Said:
    """The objects of a description by subject and predicate."""

    def __init__(self, statements: Iterable[Statement]) -> None:
        self._objects: dict[tuple[str, str], list[str]] = {}
        for quad in statements:
            self._objects.setdefault(quad[:2], []).append(quad.object)

    def objects(self, subject: str, predicate: str) -> Sequence[str]:
        return self._objects.get((subject, predicate), ())

    def values(self, subject: str, predicate: str) -> list[str]:
        return [terms.value(term) for term in self.objects(subject, predicate)]

    def value(self, subject: str, predicate: str) -> str:
        return next(iter(self.values(subject, predicate)), "")

    def texts(self, subject: str, predicate: str, language: str) -> list[str]:
        """The literals, those in `language` first, then English, then without a language, then the others."""
        literals = [terms.literal(term) for term in self.objects(subject, predicate) if terms.is_literal(term)]
        preference = (language.lower(), "en", "")

        def rank(literal: Literal) -> int:
            primary = literal.language.lower().partition("-")[0]
            found = [number for number, tag in enumerate(preference) if tag in (literal.language.lower(), primary)]
            return min(found, default=len(preference))

        return [literal.lexical for literal in sorted(literals, key=rank)]
