"""The description of a release is complete, true, valid DCAT-AP, and says nothing against its author."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pyoxigraph
import pyshacl
import pytest
from rdflib import DCTERMS, FOAF, RDF, RDFS, SH, SKOS, VOID, Graph, Literal, Namespace, URIRef

from axisld import terms
from axisld.iris import Names
from axisld.pipeline.advice import advise
from axisld.pipeline.metadata import statements
from axisld.pipeline.statistics import measure
from axisld.release import open_release
from axisld.schema_org import schema_dataset
from axisld.vocabulary import RDF_TYPE

BASE = "http://127.0.0.1:8000/"
DATASET = URIRef(f"{BASE}dataset")
SHAPES = Path(__file__).parent / "vendor" / "dcat-ap-3.0" / "dcat-ap-SHACL.jsonld"
SPDX = Namespace("http://spdx.org/rdf/terms#")
DCAT = Namespace("http://www.w3.org/ns/dcat#")  # rdflib knows DCAT 2 only
PREFIXES = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dcterms: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> . @prefix void: <http://rdfs.org/ns/void#> .
@base <http://127.0.0.1:8000/> .
"""
MINIMAL = '<dataset> a dcat:Dataset ; dcterms:title "Bridges" ; void:uriSpace "http://127.0.0.1:8000/" .'
FULL = """
<dataset> a dcat:Dataset ; dcterms:title "Brücken"@de , "Bridges"@en ; dcterms:description "Some bridges."@en ;
    dcterms:publisher <id/survey> ; dcterms:creator <id/survey> ; dcterms:issued "2020" ; dcat:version "4.2" ;
    dcterms:license <https://creativecommons.org/publicdomain/zero/1.0/> ; dcat:keyword "bridges"@en ;
    dcterms:accessRights <http://publications.europa.eu/resource/authority/access-right/PUBLIC> ;
    dcterms:conformsTo <ontology> ; dcat:contactPoint <id/contact> ;
    dcat:theme <http://publications.europa.eu/resource/authority/data-theme/TRAN> ;
    dcterms:spatial <https://sws.geonames.org/2921044/> ; void:exampleResource <id/old-bridge> .
<id/survey> skos:prefLabel "The survey"@en .
<id/contact> vcard:fn "The survey" .
<http://publications.europa.eu/resource/authority/data-theme/TRAN> skos:prefLabel "Transport"@en .
""".replace('"2020"', '"2020"^^<http://www.w3.org/2001/XMLSchema#gYear>')


def authored(turtle):
    parsed = pyoxigraph.parse((PREFIXES + turtle).encode(), pyoxigraph.RdfFormat.TURTLE)
    return [terms.statement(f"{quad} <{BASE}graph/dataset> .") for quad in parsed]


def described(built, turtle):
    """The description of the tiny publication's release, as if its author had written `turtle`."""
    record = replace(built.record, title={}, description={}, license="")
    with (built.path / "by-subject.nq").open("rb") as lines:
        return statements(record, measure(lines, Names(BASE)), authored(turtle), documents=7)


def as_graph(quads):
    return Graph().parse(data="".join(map(terms.line, quads)), format="nt")


def violations(graph):
    """What DCAT-AP 3.0 objects to: path, constraint and focus node."""
    everything = graph + Graph()
    for node in {node for triple in graph for node in (triple[0], triple[2]) if isinstance(node, URIRef)}:
        everything.add((node, RDF.type, RDFS.Resource))  # RDF Schema 1.1, 2.1: all things are; the shapes want it said
    report = pyshacl.validate(everything, shacl_graph=Graph().parse(SHAPES))[1]
    return {
        (report.value(result, SH.resultPath), report.value(result, SH.sourceConstraintComponent), str(focus))
        for result, focus in report.subject_objects(SH.focusNode)
    }


@pytest.fixture(scope="module")
def metadata(built):
    return as_graph(open_release(built.path).metadata())


def test_the_description_of_a_full_publication_is_valid_dcat_ap(built, metadata):
    assert violations(metadata) == set()
    assert violations(as_graph(described(built, FULL))) == set()


def test_a_publication_with_nothing_but_a_title_lacks_only_a_publisher_and_is_told_so(built):
    assert violations(as_graph(described(built, MINIMAL))) == {
        (DCTERMS.publisher, SH.MinCountConstraintComponent, f"{DATASET}#catalog")
    }
    wanted = {finding.property: finding.message for finding in advise(str(DATASET), authored(MINIMAL))}
    assert "DCAT-AP 3.0 requires it" in wanted["dcterms:publisher"]
    assert "dcterms:title" not in wanted


@pytest.mark.parametrize(
    ("turtle", "path", "expected"),
    [
        pytest.param("dcterms:publisher <id/a>", FOAF.name, "Name the publisher", id="a publisher without a name"),
        pytest.param("dcat:theme <id/a>", SKOS.prefLabel, "Name the theme", id="a theme without a label"),
        pytest.param("dcterms:source <id/a>", DCTERMS.source, "Say prov:wasDerivedFrom", id="a source of another kind"),
    ],
)
def test_what_catalogues_will_object_to_is_said_beforehand(built, turtle, path, expected):
    turtle = f"{FULL}\n<dataset> {turtle} ."
    assert path in {found for found, _, _ in violations(as_graph(described(built, turtle)))}
    assert [str(finding) for finding in advise(str(DATASET), authored(turtle)) if expected in finding.message]
    assert list(advise(str(DATASET), authored(FULL))) == []


def test_the_shapes_do_object_to_a_wrong_description(metadata):
    wrong = metadata + Graph()
    wrong.remove((URIRef(f"{DATASET}#dump-all.ttl"), DCAT.accessURL, None))
    wrong.set((URIRef(f"{DATASET}#dump-all.ttl"), DCAT.byteSize, Literal("many")))
    assert {path for path, _, _ in violations(wrong)} == {DCAT.accessURL, DCAT.byteSize}


def test_what_the_author_says_is_kept_and_not_contradicted(built):
    graph = as_graph(described(built, FULL))
    assert set(as_graph([quad._replace(graph="") for quad in authored(FULL)])) <= set(graph)
    for predicate in (DCTERMS.issued, DCAT.version, DCTERMS.description, VOID.exampleResource):
        assert len(set(graph.objects(DATASET, predicate))) == 1


def test_what_can_be_worked_out_need_not_be_written(built):
    graph, record = as_graph(described(built, MINIMAL)), built.record
    assert str(graph.value(DATASET, DCAT.version)) == record.digest[:12]
    assert str(graph.value(DATASET, DCTERMS.issued)) == record.issued
    assert str(graph.value(DATASET, DCTERMS.identifier)) == str(DATASET)
    assert graph.value(DATASET, DCAT.landingPage) == URIRef(BASE)
    assert int(graph.value(DATASET, VOID.documents)) == 7
    languages = {str(language).rpartition("/")[2] for language in graph.objects(DATASET, DCTERMS.language)}
    assert languages == {"ARA", "DEU", "ENG", "FRA"}
    examples = {str(example) for example in graph.objects(DATASET, VOID.exampleResource)}
    assert 1 <= len(examples) <= 3
    assert all(example.startswith(f"{BASE}id/") for example in examples)


def test_the_counts_of_void_are_those_of_the_dump(built, metadata):
    triples = {quad.triple for quad in pyoxigraph.parse(path=built.path / "dumps" / "all.nt")}
    entities = {triple.subject for triple in triples if str(triple.subject).startswith(f"<{BASE}id/")}
    assert int(metadata.value(DATASET, VOID.triples)) == len(triples)
    assert int(metadata.value(DATASET, VOID.distinctSubjects)) == len({triple.subject for triple in triples})
    assert int(metadata.value(DATASET, VOID.entities)) == len(entities)
    partitions = {
        str(metadata.value(partition, VOID.property)): int(metadata.value(partition, VOID.triples))
        for partition in metadata.objects(DATASET, VOID.propertyPartition)
    }
    assert partitions == Counter(triple.predicate.value for triple in triples)
    assert int(metadata.value(DATASET, VOID.properties)) == len(partitions)
    for partition in metadata.objects(DATASET, VOID.propertyPartition):
        name = str(metadata.value(partition, VOID.property))
        used = [triple for triple in triples if triple.predicate.value == name]
        assert int(metadata.value(partition, VOID.distinctSubjects)) == len({triple.subject for triple in used})
        assert int(metadata.value(partition, VOID.distinctObjects)) == len({triple.object for triple in used})


def test_each_graph_is_a_subset_with_its_own_counts_and_dumps(built, metadata):
    for part in built.record.parts[1:]:
        graph = URIRef(f"{DATASET}#graph-{part.name}")
        assert (DATASET, VOID.subset, graph) in metadata
        assert int(metadata.value(graph, VOID.triples)) == part.triples
        assert URIRef(f"{BASE}dumps/{part.name}.nq") in set(metadata.objects(graph, VOID.dataDump))


def test_links_out_are_linksets(metadata):
    linksets = set(metadata.subjects(RDF.type, VOID.Linkset))
    spaces = {str(metadata.value(metadata.value(linkset, VOID.objectsTarget), VOID.uriSpace)) for linkset in linksets}
    assert spaces == {"https://example.net/rivers/"}
    assert {metadata.value(linkset, VOID.subjectsTarget) for linkset in linksets} == {DATASET}
    assert {metadata.value(linkset, VOID.linkPredicate) for linkset in linksets} == {SKOS.closeMatch}


def test_every_dump_is_a_distribution_with_its_size_type_and_checksum(built, metadata):
    for dump in built.record.dumps:
        distribution = next(metadata.subjects(DCAT.downloadURL, URIRef(f"{BASE}dumps/{dump.file}")))
        assert int(metadata.value(distribution, DCAT.byteSize)) == dump.size_bytes
        assert str(metadata.value(distribution, DCAT.mediaType)).endswith(f"/{dump.media_type}")
        assert (metadata.value(distribution, DCAT.compressFormat) is not None) == bool(dump.compression)
        checksum = metadata.value(distribution, SPDX.checksum)
        assert str(metadata.value(checksum, SPDX.checksumValue)) == dump.sha256


def test_the_release_states_its_digests_on_both_bases(built, metadata):
    checksums = metadata.objects(URIRef(f"{DATASET}#release"), SPDX.checksum)
    assert {str(metadata.value(checksum, SPDX.checksumValue)) for checksum in checksums} == {
        built.record.digest,
        built.record.canonical_digest,
    }


def test_every_name_that_the_description_coins_is_a_fragment_of_the_dataset(built):
    own = set(described(built, FULL)) - {quad._replace(graph="") for quad in authored(FULL)}
    coined = {quad.subject for quad in own if quad.predicate != RDF_TYPE}
    assert {subject for subject in coined if not subject.startswith(f"<{DATASET}")} == {f"<{BASE}id/survey>"}
    assert not any(terms.is_blank(term) for quad in own for term in quad)


def test_two_properties_of_one_local_name_have_two_partitions(built):
    record = replace(built.record, prefixes={"a": "https://a.example/", "b": "https://b.example/"})
    names = ("https://a.example/name", "https://b.example/name", "https://c.example/name", "https://c.example/na/me")
    lines = sorted(f'<{BASE}id/x> <{name}> "x" <{BASE}graph/data> .\n'.encode() for name in names)
    graph = as_graph(statements(record, measure(lines, Names(BASE)), authored(MINIMAL)))
    partitions = set(graph.objects(DATASET, VOID.propertyPartition))
    assert len(partitions) == len(names)
    assert URIRef(f"{DATASET}#property-a:name") in partitions


def test_the_same_release_is_described_in_the_same_bytes(built):
    first, second = described(built, FULL), described(built, FULL)
    assert first == second == sorted(set(first), key=lambda quad: terms.line(quad).encode())


def test_an_agent_known_by_another_label_gets_the_name_that_catalogues_ask_for(built):
    assert str(as_graph(described(built, FULL)).value(URIRef(f"{BASE}id/survey"), FOAF.name)) == "The survey"


def test_a_search_engine_gets_what_it_asks_for(built):
    record = built.record
    dataset = schema_dataset(record, open_release(built.path).metadata(), "de")
    assert (dataset["@type"], dataset["name"], dataset["alternateName"]) == ("Dataset", "Brücken", ["Bridges"])
    assert dataset["description"] == "A few bridges and what is claimed about them."
    assert dataset["creator"] == [{"@type": "Organization", "@id": f"{BASE}id/survey", "name": "The survey"}]
    assert dataset["license"] == "https://creativecommons.org/publicdomain/zero/1.0/"
    assert f"urn:sha256:{record.digest}" in dataset["identifier"]
    assert {"@type", "contentUrl", "encodingFormat", "contentSize"} <= set(dataset["distribution"][0])
    offline = {**dataset, "@context": {"@vocab": "https://schema.org/"}}
    graph = Graph().parse(data=json.dumps(offline), format="json-ld")
    assert len(set(graph.objects(DATASET, URIRef("https://schema.org/distribution")))) == len(dataset["distribution"])
