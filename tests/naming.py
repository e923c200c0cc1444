"""A small publication about a few groups and people with many names, for the tests of search and reconciliation."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axisld import pipeline
from tests.live import Server, serving

BASE = "http://127.0.0.1:8000/kb/"
FILES = {
    "data/dataset.ttl": f"""
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dcterms: <http://purl.org/dc/terms/> .
@prefix void: <http://rdfs.org/ns/void#> .
<{BASE}dataset> a dcat:Dataset ; dcterms:title "Names & spellings"@en ; void:uriSpace "{BASE}" ;
    dcterms:license <https://creativecommons.org/publicdomain/zero/1.0/> .
""",
    "ontology/names.ttl": f"""
@prefix ex: <{BASE}ontology#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<{BASE}ontology> a owl:Ontology ; sh:declare [ sh:prefix "ex" ; sh:namespace "{BASE}ontology#"^^xsd:anyURI ] .
ex:Agent a owl:Class ; skos:prefLabel "agent"@en ; skos:definition "Someone who acts."@en ; rdfs:subClassOf ex:Top .
ex:Top a owl:Class ; rdfs:subClassOf <https://schema.org/Thing> .
ex:Group a owl:Class ; skos:prefLabel "مجموعة"@ar , "group"@en ; rdfs:subClassOf ex:Agent .
ex:Party a owl:Class ; skos:prefLabel "party"@en ; rdfs:subClassOf ex:Group .
ex:Person a owl:Class ; skos:prefLabel "person"@en ; rdfs:subClassOf ex:Agent .
ex:Claim a owl:Class ; skos:prefLabel "claim"@en .
ex:memberOf a owl:ObjectProperty ; skos:prefLabel "member of"@en ; skos:definition "It belongs to the group."@en .
ex:stance a owl:ObjectProperty ; skos:prefLabel "stance"@en .
ex:born a owl:DatatypeProperty ; skos:prefLabel "born"@en .
ex:Denied skos:prefLabel "denied"@en . ex:Attributed skos:prefLabel "attributed"@en .
""",
    "shapes/names.ttl": f"""
@prefix ex: <{BASE}ontology#> . @prefix exsh: <{BASE}shapes#> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix dash: <http://datashapes.org/dash#> .
exsh:stance a sh:PropertyShape ; sh:path ex:stance ; sh:name "how it is said"@en ;
    dash:propertyRole dash:KeyInfoRole .
exsh:born a sh:PropertyShape ; sh:path ex:born ; sh:order 2 ; dash:propertyRole dash:KeyInfoRole .
""",
    "data/names.ttl": f"""
@prefix ex: <{BASE}ontology#> . @prefix id: <{BASE}id/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
id:hezbollah a ex:Group , ex:Party ; skos:prefLabel "حزب الله"@ar , "Hezbollah"@en , "حزب‌الله لبنان"@fa ;
    dcterms:description "A party and armed group."@en .
id:hezbollah-convoy a ex:Group ; skos:prefLabel "Hezbollah convoy"@en .
id:quds-force a ex:Group ; skos:prefLabel "Quds Force"@en , "نیروی قدس"@fa .
id:soleimani a ex:Person ; skos:prefLabel "Qasem Soleimani"@en , "قاسم سلیمانی"@fa ;
    skos:altLabel "Qassim Suleimani"@en ; ex:memberOf id:quds-force ; ex:born "1957-03-11"^^xsd:date ; ex:height 1.72 ;
    ex:seen "2015-09-30T12:00:00Z"^^xsd:dateTime ; ex:medals 3 ;
    ex:weird "INF"^^xsd:double ; ex:page <https://example.net/soleimani> .
id:suleiman a ex:Person ; skos:prefLabel "Michel Suleiman"@en ; ex:born "1948"^^xsd:gYear .
<{BASE}id/person/john-smith-1> a ex:Person ; skos:prefLabel "John Smith"@en ; ex:memberOf id:hezbollah .
<{BASE}id/person/john-smith-2> a ex:Person ; skos:prefLabel "John Smith"@en ; ex:memberOf id:quds-force .
<{BASE}id/caf%C3%A9+> a ex:Group ; skos:prefLabel "<script>alert('x')</script> & café"@fr .
<{BASE}id/claim/1> a ex:Claim ; skos:prefLabel "Qasem Soleimani founded a party."@en ; ex:stance ex:Denied .
<{BASE}id/claim/2> a ex:Claim ; skos:prefLabel "Qasem Soleimani led a force."@en ; ex:stance ex:Attributed .
<{BASE}id/claim/3> a ex:Claim ; skos:prefLabel "Hezbollah is a party."@en ; ex:stance ex:Denied .
"""
    + "".join(f'id:village-{n} a ex:Village ; skos:prefLabel "Village {n}"@en .\n' for n in range(7)),
}


@contextmanager
def serving_names(folder: Path, **settings: Any) -> Iterator[Server]:
    """A server of this publication, its release in `folder`."""
    for name, text in FILES.items():
        path = folder / "root" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    built = pipeline.build(folder / "root", folder / "releases")
    with serving(built.path, **settings) as server:
        yield server
