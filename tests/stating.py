"""A publication that states, conflicts, cites and takes a text apart in words of its own: a log of ships."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axisld import pipeline
from tests.live import Server, serving

BASE = "http://127.0.0.1:8000/log/"
STANDARD_PREFIXES = """
@prefix cito: <http://purl.org/spar/cito/> .
@prefix dash: <http://datashapes.org/dash#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
_PREFIXES = f"""{STANDARD_PREFIXES}
@prefix lg: <https://example.org/log/ontology#> .
@base <https://example.org/log/id/> .
"""
_ONTOLOGY = """
<https://example.org/log/ontology> a owl:Ontology ; dcterms:title "Log"@en ;
    sh:declare [ sh:prefix "lg" ; sh:namespace "https://example.org/log/ontology#" ] .
lg:Entry a owl:Class ; skos:prefLabel "log entry"@en .
lg:Ship a owl:Class ; skos:prefLabel "ship"@en .
lg:Port a owl:Class ; skos:prefLabel "port"@en .
lg:Voyage a owl:Class ; skos:prefLabel "voyage"@en .
lg:who a owl:ObjectProperty ; skos:prefLabel "who"@en ; rdfs:subPropertyOf rdf:subject ; rdfs:domain lg:Entry .
lg:did a owl:ObjectProperty ; skos:prefLabel "did"@en ; rdfs:subPropertyOf rdf:predicate ; rdfs:domain lg:Entry .
lg:whom a owl:ObjectProperty ; skos:prefLabel "whom"@en ; rdfs:subPropertyOf rdf:object .
lg:when a owl:DatatypeProperty ; skos:prefLabel "when"@en ; skos:closeMatch schema:temporalCoverage .
lg:asOf a owl:DatatypeProperty ; skos:prefLabel "as of"@en ; skos:closeMatch dcterms:valid .
lg:says a owl:ObjectProperty ; skos:prefLabel "says"@en ; rdfs:subPropertyOf prov:wasAttributedTo .
lg:against a owl:ObjectProperty ; skos:prefLabel "against"@en ; rdfs:subPropertyOf cito:disagreesWith .
lg:cites a owl:ObjectProperty ; skos:prefLabel "cites"@en ; rdfs:subPropertyOf cito:cites .
lg:page a owl:ObjectProperty ; skos:prefLabel "page"@en ; skos:closeMatch cito:hasCitedEntity .
lg:book a owl:ObjectProperty ; skos:prefLabel "book"@en ; skos:closeMatch dcterms:references .
lg:at a owl:ObjectProperty ; skos:prefLabel "at"@en ; skos:closeMatch oa:hasSelector .
lg:sure a owl:ObjectProperty ; skos:prefLabel "sureness"@en ; rdfs:range lg:Sureness .
lg:Sureness a owl:Class ; skos:prefLabel "Sureness"@en ;
    owl:equivalentClass [ a owl:Class ; owl:oneOf ( lg:Seen lg:Heard ) ] .
lg:Seen a lg:Sureness ; skos:prefLabel "seen"@en .
lg:Heard a lg:Sureness ; skos:prefLabel "heard"@en .
lg:calledAt a owl:ObjectProperty ; skos:prefLabel "called at"@en .
lg:met a owl:ObjectProperty ; skos:prefLabel "met"@en .
"""
_SHAPES = """
lg:EntryShape a sh:NodeShape ; sh:targetClass lg:Entry ; sh:property lg:EntryShape-sure , lg:EntryShape-cites .
lg:EntryShape-sure a sh:PropertyShape ; sh:path lg:sure ; sh:name "sureness"@en ; dash:propertyRole dash:KeyInfoRole .
lg:EntryShape-cites a sh:PropertyShape ; sh:path lg:cites ; sh:minCount 1 ; sh:severity sh:Warning ;
    sh:message "Say by lg:cites on which page the entry stands."@en .
"""
_DATASET = """
<https://example.org/log/dataset> a <http://www.w3.org/ns/dcat#Dataset> ; dcterms:title "Log of ships"@en ;
    dcterms:license <https://creativecommons.org/publicdomain/zero/1.0/> ;
    <http://rdfs.org/ns/void#uriSpace> "https://example.org/log/" .
"""
_DATA = """
<argo> a lg:Ship ; skos:prefLabel "Argo"@en .
<bounty> a lg:Ship ; skos:prefLabel "Bounty <b>"@en .
<delos> a lg:Port ; skos:prefLabel "Delos"@en , "ديلوس"@ar .
<thera> a lg:Port ; skos:prefLabel "Thera"@en .
<mate> a prov:Agent ; skos:prefLabel "The mate"@en .
<journey> a lg:Voyage ; skos:prefLabel "The long journey"@en ; lg:when "1790~/.." .

<entry/argo-at-delos> a lg:Entry ; skos:prefLabel "The Argo called at Delos in May 1789."@en ;
    lg:who <argo> ; lg:did lg:calledAt ; lg:whom <delos> ; lg:when "1789-05" ; lg:sure lg:Seen ;
    lg:cites [ lg:page <page/1> ] ; lg:at <line/1> .
<entry/argo-at-thera> a lg:Entry ; skos:prefLabel "The Argo lay at Thera in May 1789."@en ;
    lg:who <argo> ; lg:did lg:calledAt ; lg:whom <thera> ; lg:when "1789-05-04/1789-05-30" ; lg:sure lg:Heard ;
    lg:says <mate> ; lg:against <entry/argo-at-delos> ; lg:cites [ lg:page <page/1> ] , [ lg:page <page/2> ] ;
    lg:at <line/1> .
<entry/bounty-since> a lg:Entry ; skos:prefLabel "The Bounty has met the Argo since 1780."@en ;
    lg:who <bounty> ; lg:did lg:met ; lg:whom <argo> ; lg:when "1780/.." ; lg:sure lg:Heard ; lg:says <mate> .
<entry/bounty-as-of> a lg:Entry ; skos:prefLabel "As of 1785 the Bounty was at Thera."@en ;
    lg:who <bounty> ; lg:did lg:calledAt ; lg:whom <thera> ; lg:asOf "1785" ; lg:sure lg:Seen ;
    lg:cites [ lg:page <page/2> ] .

<page/1> skos:prefLabel "Page 1"@en ; lg:book <book/log> .
<page/2> skos:prefLabel "Page 2"@en ; lg:book <book/log> .
<page/3> skos:prefLabel "Page 3"@en ; lg:book <book/atlas> .
<book/log> dcterms:title "The log"@en ; dcterms:creator <mate> ; dcterms:language "en" .
<book/atlas> dcterms:title "The atlas"@en ; dcterms:language "la" .
<chapter> skos:prefLabel "Chapter one"@en .
<line/1> skos:prefLabel "line one"@en ; dcterms:isPartOf <chapter> ; oa:start 0 ; oa:end 40 .
<line/2> skos:prefLabel "line two"@en ; dcterms:isPartOf <chapter> ; oa:start 40 ; oa:end 50 ;
    skos:note "A heading claims nothing."@en .
"""


def write_log(root: Path) -> Path:
    """The publication's folder."""
    files = {"ontology/log": _ONTOLOGY, "shapes/log": _SHAPES, "data/dataset": _DATASET, "data/log": _DATA}
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / f"{name}.ttl").write_text(_PREFIXES + text, "utf-8")
    return root


@contextmanager
def serving_log(folder: Path, **settings: Any) -> Iterator[Server]:
    """A server of it; `folder` is empty."""
    root = write_log(folder / "site")
    built = pipeline.build(root, folder / "releases", BASE)
    shutil.rmtree(root)  # a release needs no sources
    with serving(built.path, **settings) as server:
        yield server
