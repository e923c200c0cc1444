"""Describe a release in VoID and DCAT 3: what its author wrote, completed by what the build knows. Pure."""

from collections.abc import Sequence

from axisld import terms
from axisld.pipeline import void
from axisld.pipeline.authorities import COMPRESSIONS, DUMP_FORMATS, language, media_type
from axisld.pipeline.description import Description, english, number, texts, types
from axisld.pipeline.statistics import Statistics
from axisld.release import WHOLE, Dump, Part, Record
from axisld.terms import XSD, Statement
from axisld.vocabulary import DCAT, DCTERMS, FOAF, LABEL_PROPERTIES, OWL, PROV, SD, SKOS, SPDX

_VCARD = "http://www.w3.org/2006/vcard/ns#"
_RDFC = "https://www.w3.org/TR/rdf-canon/"
_SHORT_DIGEST = 12  # characters of the digest that make a version

# What the values of a property are, by its range in its own vocabulary: DCAT-AP wants it said.
_RANGES = {
    f"{DCTERMS}accessRights": f"{DCTERMS}RightsStatement",
    f"{DCTERMS}accrualPeriodicity": f"{DCTERMS}Frequency",
    f"{DCTERMS}conformsTo": f"{DCTERMS}Standard",
    f"{DCTERMS}creator": f"{FOAF}Agent",
    f"{DCTERMS}format": f"{DCTERMS}MediaTypeOrExtent",
    f"{DCTERMS}language": f"{DCTERMS}LinguisticSystem",
    f"{DCTERMS}license": f"{DCTERMS}LicenseDocument",
    f"{DCTERMS}provenance": f"{DCTERMS}ProvenanceStatement",
    f"{DCTERMS}publisher": f"{FOAF}Agent",
    f"{DCTERMS}spatial": f"{DCTERMS}Location",
    f"{DCTERMS}temporal": f"{DCTERMS}PeriodOfTime",
    f"{DCAT}compressFormat": f"{DCTERMS}MediaType",
    f"{DCAT}contactPoint": f"{_VCARD}Kind",
    f"{DCAT}landingPage": f"{FOAF}Document",
    f"{DCAT}mediaType": f"{DCTERMS}MediaType",
    f"{DCAT}theme": f"{SKOS}Concept",
    f"{FOAF}homepage": f"{FOAF}Document",
    f"{FOAF}page": f"{FOAF}Document",
    f"{SPDX}algorithm": f"{SPDX}ChecksumAlgorithm",
}
# What the named graphs of a release hold.
_GRAPHS = {
    "data": "What the authors say.",
    "dataset": "What the authors say about the publication itself.",
    "derived": "What the publication's own rules derive.",
    "inferred": "What follows by OWL 2 RL and stands in no other graph.",
    "links": "Links to other datasets.",
    "ontology": "The classes and properties that the data uses.",
    "report": "What validation by SHACL found.",
    "shapes": "The SHACL shapes that the data is validated by.",
}


def statements(
    record: Record, statistics: Statistics, authored: Sequence[Statement], *, documents: int | None = None
) -> list[Statement]:
    """The description of the release in the default graph, in the order of canonical N-Quads.

    `authored` is what data/dataset.ttl says, on the release's base; `documents` the number of documents, if known.
    """
    about = Description(record, authored)
    _describe_dataset(about)
    void.describe(about, statistics, documents)
    for part in record.parts[1:]:
        _describe_graph(about, part)
    for name in record.other_graphs:
        _describe_other_graph(about, name)
    for dump in record.dumps:
        _describe_dump(about, dump)
    _describe_services(about)
    _describe_catalogue(about)
    _describe_release(about)
    _say_what_values_are(about)
    return about.statements()


def _describe_dataset(about: Description) -> None:
    record = about.record
    about.add(record.dataset, types(f"{DCAT}Dataset"))
    about.complete(
        record.dataset,
        {
            f"{DCTERMS}title": _titles(record),
            f"{DCTERMS}description": english(_summary(record)),
            f"{DCTERMS}identifier": terms.text(record.dataset),
            f"{DCTERMS}issued": _issued(record),
            f"{DCTERMS}modified": _issued(record),
            f"{DCTERMS}language": _languages(record),
            f"{DCAT}landingPage": terms.iri(record.base),
            f"{DCAT}version": terms.text(record.digest[:_SHORT_DIGEST]),
            f"{FOAF}homepage": terms.iri(record.base),
        },
    )


def _describe_graph(about: Description, part: Part) -> None:
    """A named graph is a dataset of its own, with its own dumps."""
    record, graph = about.record, about.own(f"graph-{part.name}")
    titles = record.title or {"": record.base}
    about.add(
        graph,
        types(f"{DCAT}Dataset", f"{SD}NamedGraph"),
        {
            f"{SD}name": terms.iri(about.names.graph(part.name)),
            f"{DCTERMS}title": texts({tag: f"{title} [{part.name}]" for tag, title in titles.items()}),
            f"{DCTERMS}description": english(_GRAPHS.get(part.name, f"The named graph {part.name}.")),
            f"{DCTERMS}identifier": terms.text(about.names.graph(part.name)),
            f"{DCTERMS}isPartOf": terms.iri(record.dataset),
        },
        _inherited(about),
    )
    about.add(record.dataset, {f"{DCTERMS}hasPart": terms.iri(graph)})


def _describe_other_graph(about: Description, name: str) -> None:
    """The default graph, or a graph that an author named: only the dumps of the whole hold it."""
    if not name:
        about.add(about.graph(name), types(f"{SD}Graph"), {f"{DCTERMS}title": english("The default graph")})
        return
    facts = {f"{SD}name": terms.iri(name), f"{DCTERMS}title": english(f"The graph {name}")}
    about.add(about.graph(name), types(f"{SD}NamedGraph"), facts)


def _describe_dump(about: Description, dump: Dump) -> None:
    record, distribution, checksum = about.record, about.own(f"dump-{dump.file}"), about.own(f"sha256-{dump.file}")
    form, url = DUMP_FORMATS[dump.format], terms.iri(f"{record.base}dumps/{dump.file}")
    compression, compressed_type = COMPRESSIONS.get(dump.compression, ("", ""))
    what = "everything" if dump.part == WHOLE else f"the graph “{dump.part}”"
    how = f"{form.name}, compressed by {compression}" if compression else form.name
    dataset = record.dataset if dump.part == WHOLE else about.own(f"graph-{dump.part}")
    about.add(dataset, {f"{DCAT}distribution": terms.iri(distribution)})
    about.add(
        distribution,
        types(f"{DCAT}Distribution"),
        {
            f"{DCTERMS}title": english(f"Dump of {what} as {how}"),
            f"{DCTERMS}format": terms.iri(form.file_type),
            f"{DCTERMS}conformsTo": terms.iri(form.specification),
            f"{DCTERMS}issued": _issued(record),
            f"{DCTERMS}license": about.authored(record.dataset, f"{DCTERMS}license")[:1],
            f"{DCAT}accessURL": url,
            f"{DCAT}downloadURL": url,
            f"{DCAT}mediaType": terms.iri(media_type(dump.media_type)),
            f"{DCAT}compressFormat": terms.iri(media_type(compressed_type)) if compressed_type else "",
            f"{DCAT}byteSize": number(dump.size_bytes, "nonNegativeInteger"),
            f"{SPDX}checksum": terms.iri(checksum),
        },
    )
    _describe_checksum(about, checksum, dump.sha256)


def _describe_services(about: Description) -> None:
    """The SPARQL endpoint, and the answers to every IRI."""
    record, endpoint = about.record, terms.iri(f"{about.record.base}sparql")
    shared = {
        f"{DCAT}servesDataset": terms.iri(record.dataset),
        f"{DCTERMS}license": about.authored(record.dataset, f"{DCTERMS}license")[:1],
    }
    about.add(
        about.own("sparql"),
        types(f"{DCAT}DataService", f"{SD}Service"),
        {
            f"{DCTERMS}title": english("SPARQL endpoint"),
            f"{DCTERMS}description": english("Answers queries in SPARQL 1.1 over all graphs; it changes nothing."),
            f"{DCTERMS}conformsTo": terms.iri("https://www.w3.org/TR/sparql11-protocol/"),
            f"{DCAT}endpointURL": endpoint,
            f"{DCAT}endpointDescription": endpoint,  # without a query it answers with its service description
            f"{SD}endpoint": endpoint,
        },
        shared,
    )
    about.add(
        about.own("fragments"),
        types(f"{DCAT}DataService"),
        {
            f"{DCTERMS}title": english("Triple Pattern Fragments"),
            f"{DCTERMS}description": english(
                "Statements by subject, property and value, for clients that query themselves."
            ),
            f"{DCTERMS}conformsTo": terms.iri(
                "https://linkeddatafragments.org/specification/triple-pattern-fragments/"
            ),
            f"{DCAT}endpointURL": terms.iri(f"{record.base}fragments"),
            f"{DCAT}endpointDescription": terms.iri(f"{record.base}fragments"),  # it says what can be asked for
        },
        shared,
    )
    about.add(
        about.own("lookup"),
        types(f"{DCAT}DataService"),
        {
            f"{DCTERMS}title": english("Look-ups"),
            f"{DCTERMS}description": english("Every IRI answers with a description of what it names."),
            f"{DCTERMS}conformsTo": terms.iri("https://www.w3.org/TR/cooluris/"),
            f"{DCAT}endpointURL": terms.iri(record.base),
            f"{DCAT}endpointDescription": terms.iri(f"{record.base}.well-known/void"),
        },
        shared,
    )


def _describe_catalogue(about: Description) -> None:
    record = about.record
    graphs = [terms.iri(about.own(f"graph-{part.name}")) for part in record.parts[1:]]
    about.add(
        about.own("catalog"),
        types(f"{DCAT}Catalog"),
        {
            f"{DCTERMS}title": _titles(record),
            f"{DCTERMS}description": english(f"All that is published at {record.base}: a dataset and its services."),
            f"{DCTERMS}issued": _issued(record),
            f"{DCTERMS}modified": _issued(record),
            f"{DCTERMS}language": _languages(record),
            f"{DCAT}dataset": [terms.iri(record.dataset), *graphs],
            f"{DCAT}service": [terms.iri(about.own(name)) for name in ("fragments", "lookup", "sparql")],
            f"{FOAF}homepage": terms.iri(record.base),
        },
        _inherited(about),
    )


def _describe_release(about: Description) -> None:
    """This very content: its digests, and what it was made of."""
    record, release = about.record, about.own("release")
    digests = {"digest": record.digest, "canonical-digest": record.canonical_digest}
    about.add(
        release,
        types(f"{PROV}Entity"),
        {
            f"{DCTERMS}title": english(f"Release {record.digest[:_SHORT_DIGEST]}"),
            f"{DCTERMS}description": english(f"Made by {record.generator}."),
            f"{DCTERMS}identifier": terms.text(f"urn:sha256:{record.digest}"),
            f"{DCAT}version": terms.text(record.digest),
            f"{OWL}sameAs": terms.iri(f"urn:sha256:{record.digest}"),
            f"{PROV}generatedAtTime": _issued(record),
            f"{PROV}specializationOf": terms.iri(record.dataset),
            f"{PROV}wasDerivedFrom": about.authored(record.dataset, f"{PROV}wasDerivedFrom")
            or about.authored(record.dataset, f"{DCTERMS}source"),
            f"{SPDX}checksum": [terms.iri(about.own(name)) for name in digests],
        },
    )
    for name, base in (("digest", record.base), ("canonical-digest", record.canonical_base)):
        text = (
            f"SHA-256 of the canonical form by RDFC-1.0 of all quads on the base {base}, language tags in lower case."
        )
        about.add(about.own(name), {f"{DCTERMS}description": english(text), f"{DCTERMS}conformsTo": terms.iri(_RDFC)})
        _describe_checksum(about, about.own(name), digests[name])


def _describe_checksum(about: Description, checksum: str, sha256: str) -> None:
    about.add(
        checksum,
        types(f"{SPDX}Checksum"),
        {
            f"{SPDX}algorithm": terms.iri(f"{SPDX}checksumAlgorithm_sha256"),
            f"{SPDX}checksumValue": terms.text(sha256, datatype=f"{XSD}hexBinary"),
        },
    )


def _say_what_values_are(about: Description) -> None:
    """Types for the values of our properties and the author's, and names for agents that have another label."""
    own = (terms.iri(about.record.dataset), f"<{about.names.dataset}#")
    for quad in about.statements():
        kind = _RANGES.get(terms.value(quad.predicate), "")
        if kind and terms.is_iri(quad.object) and quad.subject.startswith(own):
            value = terms.value(quad.object)
            about.add(value, types(kind))
            if kind == f"{FOAF}Agent":
                labels = [about.authored(value, terms.value(label)) for label in LABEL_PROPERTIES]
                about.complete(value, {f"{FOAF}name": next(filter(None, labels), [])})


def _inherited(about: Description) -> dict[str, list[str]]:
    """What holds for the parts and the catalogue because it holds for the dataset."""
    return {
        f"{DCTERMS}{local}": about.authored(about.record.dataset, f"{DCTERMS}{local}")[:1]
        for local in ("creator", "license", "publisher")
    }


def _titles(record: Record) -> list[str]:
    return texts(record.title or {"": record.base})


def _summary(record: Record) -> str:
    """A description for who wrote none."""
    return f"Linked data: {record.parts[0].triples} statements on things that have their names under {record.base}."


def _issued(record: Record) -> str:
    return terms.text(record.issued, datatype=f"{XSD}dateTime")


def _languages(record: Record) -> list[str]:
    return [terms.iri(found) for tag in record.languages if (found := language(tag))]
