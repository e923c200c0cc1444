#!/usr/bin/env python3
"""Deterministic synthetic linked data for benchmarks.

  gen_entities.py N BASE              N entities, 20 triples each, as N-Triples on stdout
  gen_entities.py N BASE --bad K      every K-th entity breaks three shapes (two en labels, wrong datatype, dangling link)
  gen_entities.py 0 BASE --ontology   the 60-class OWL ontology the entities use, as Turtle
  gen_entities.py 0 BASE --shapes     30 SHACL node shapes (property, sh:class, language, path, 2 SPARQL ones), as Turtle

Same arguments, same bytes: no clock, no random module, no dict order. BASE ends in '/' or '#'
(a '/' is added otherwise). Entity i is BASE id/e<i>, its class BASE onto#C<00..59>.
Entities are skewed: link targets are (pseudo)Zipf-like, so e0..e9 have many incoming links.
"""

import sys

LANGS = ("en", "fr", "ru", "de")
STEM = {
    "en": ("River", "Stone", "Signal", "Archive", "Harbour", "Lantern", "Orchard", "Meridian"),
    "fr": ("Rivi\u00e8re", "Pierre", "Signal", "Archives", "Port", "Lanterne", "Verger", "M\u00e9ridien"),
    "ru": (
        "\u0420\u0435\u043a\u0430",
        "\u041a\u0430\u043c\u0435\u043d\u044c",
        "\u0421\u0438\u0433\u043d\u0430\u043b",
        "\u0410\u0440\u0445\u0438\u0432",
        "\u0413\u0430\u0432\u0430\u043d\u044c",
        "\u0424\u043e\u043d\u0430\u0440\u044c",
        "\u0421\u0430\u0434",
        "\u041c\u0435\u0440\u0438\u0434\u0438\u0430\u043d",
    ),
    "de": ("Fluss", "Stein", "Signal", "Archiv", "Hafen", "Laterne", "Obstgarten", "Meridian"),
}
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCT = "http://purl.org/dc/terms/"
XSD = "http://www.w3.org/2001/XMLSchema#"
NCLASS = 60


def mix(i, k):
    """A 64-bit integer hash of (i, k), the only source of variety."""
    x = (i * 0x9E3779B97F4A7C15 + k * 0xBF58476D1CE4E5B9 + 0x94D049BB133111EB) & 0xFFFFFFFFFFFFFFFF
    x ^= x >> 30
    x = (x * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
    x ^= x >> 27
    x = (x * 0x94D049BB133111EB) & 0xFFFFFFFFFFFFFFFF
    return x ^ (x >> 31)


def target(i, k, n):
    """A link target below n: one in four goes to the first 1 % (hubs), the rest are uniform."""
    h = mix(i, k)
    return (h >> 8) % (max(1, n // 100) if h % 4 == 0 else n)


def entity(i, n, base, bad=0):
    s = f"<{base}id/e{i}>"
    cls = mix(i, 1) % NCLASS
    broken = bool(bad) and i % bad == bad - 1
    out = [f"{s} <{RDF}type> <{base}onto#C{cls:02d}> ."]
    stem = mix(i, 2) % 8
    for lang in LANGS:
        out.append(f'{s} <{RDFS}label> "{STEM[lang][stem]} {i}"@{lang} .')
    if broken:
        out[2] = f'{s} <{RDFS}label> "Second label {i}"@en .'
    words = " ".join(STEM["en"][mix(i, 20 + j) % 8].lower() for j in range(12))
    mots = " ".join(STEM["fr"][mix(i, 40 + j) % 8].lower() for j in range(12))
    out.append(f'{s} <{SKOS}altLabel> "{STEM["en"][stem][:3].upper()}-{i:07d}"@en .')
    out.append(f'{s} <{SKOS}definition> "Entity {i}: {words}."@en .')
    out.append(f'{s} <{SKOS}definition> "Entit\u00e9 {i} : {mots}."@fr .')
    out.append(f'{s} <{DCT}identifier> "ID{i:09d}" .')
    y, mo, d = 1990 + mix(i, 3) % 36, 1 + mix(i, 4) % 12, 1 + mix(i, 5) % 28
    out.append(f'{s} <{DCT}created> "{y}-{mo:02d}-{d:02d}"^^<{XSD}date> .')
    out.append(
        f'{s} <{DCT}modified> "2026-{1 + mix(i, 6) % 12:02d}-{1 + mix(i, 7) % 28:02d}T'
        f'{mix(i, 8) % 24:02d}:00:00Z"^^<{XSD}dateTime> .'
    )
    size = f'"n{i}"' if broken else f'"{mix(i, 9) % 100000}"^^<{XSD}integer>'
    out.append(f"{s} <{base}onto#size> {size} .")
    out.append(f'{s} <{base}onto#weight> "{mix(i, 10) % 10000 / 100:.2f}"^^<{XSD}decimal> .')
    out.append(f'{s} <{base}onto#active> "{"true" if mix(i, 11) % 3 else "false"}"^^<{XSD}boolean> .')
    out.append(f"{s} <{SKOS}inScheme> <{base}id/scheme{mix(i, 12) % 20}> .")
    out.append(f"{s} <{base}onto#partOf> <{base}id/e{target(i, 13, i) if i else 0}> .")
    dangling = "missing" if broken else "e"
    out.append(f"{s} <{base}onto#relatesTo> <{base}id/{dangling}{target(i, 14, n)}> .")
    out.append(f"{s} <{base}onto#madeBy> <{base}id/e{target(i, 15, n)}> .")
    out.append(f"{s} <{base}onto#locatedIn> <{base}id/place{mix(i, 16) % 500}> .")
    out.append(f"{s} <{RDFS}seeAlso> <https://example.net/doc/{mix(i, 17) % 10**12}> .")
    return out


def ontology(base):
    o = [
        f"@prefix o: <{base}onto#> .\n@prefix owl: <http://www.w3.org/2002/07/owl#> .\n@prefix rdfs: <{RDFS}> .\n"
        f"@prefix xsd: <{XSD}> .\n@prefix skos: <{SKOS}> .\n@prefix dct: <{DCT}> .\n<{base}onto> a owl:Ontology .\n"
        "o:Entity a owl:Class .\no:Scheme a owl:Class .\no:Place a owl:Class .\n"
    ]
    for k in range(6):
        o.append(f'o:G{k} a owl:Class ; rdfs:subClassOf o:Entity ; rdfs:label "Group {k}"@en .')
    for a in range(0, 6, 2):
        o.append(f"o:G{a} owl:disjointWith o:G{a + 1} .")
    for c in range(NCLASS):
        # a tree under each group: C00 <- C06, C12 ; C06 <- C18, C24 ...
        parent = f"o:G{c}" if c < 6 else f"o:C{((c // 6 - 1) // 2) * 6 + c % 6:02d}"
        o.append(f'o:C{c:02d} a owl:Class ; rdfs:subClassOf {parent} ; rdfs:label "Class {c}"@en , "Classe {c}"@fr .')
    o.append("""o:partOf a owl:ObjectProperty , owl:TransitiveProperty ; rdfs:domain o:Entity ; rdfs:range o:Entity ; owl:inverseOf o:hasPart .
o:hasPart a owl:ObjectProperty .
o:relatesTo a owl:ObjectProperty , owl:SymmetricProperty ; rdfs:domain o:Entity .
o:madeBy a owl:ObjectProperty ; rdfs:subPropertyOf o:relatesTo ; rdfs:range o:Entity ; owl:inverseOf o:made .
o:made a owl:ObjectProperty .
o:locatedIn a owl:ObjectProperty ; rdfs:range o:Place .
o:size a owl:DatatypeProperty , owl:FunctionalProperty ; rdfs:range xsd:integer .
o:weight a owl:DatatypeProperty ; rdfs:range xsd:decimal .
o:active a owl:DatatypeProperty ; rdfs:range xsd:boolean .
skos:inScheme a owl:ObjectProperty ; rdfs:range o:Scheme .
skos:altLabel a owl:AnnotationProperty .
skos:definition a owl:AnnotationProperty .
dct:identifier a owl:DatatypeProperty .
dct:created a owl:AnnotationProperty .
dct:modified a owl:AnnotationProperty .
o:Old a owl:Class ; owl:equivalentClass [ a owl:Restriction ; owl:onProperty o:madeBy ; owl:someValuesFrom o:G0 ] .""")
    return "\n".join(o) + "\n"


def shapes(base):
    p = (
        f"@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix o: <{base}onto#> .\n@prefix s: <{base}shape/> .\n"
        f"@prefix rdf: <{RDF}> .\n@prefix rdfs: <{RDFS}> .\n@prefix xsd: <{XSD}> .\n@prefix skos: <{SKOS}> .\n@prefix dct: <{DCT}> .\n"
    )
    out = [
        p,
        f'<{base}shape/> sh:declare [ sh:prefix "o" ; sh:namespace "{base}onto#"^^xsd:anyURI ] , '
        f'[ sh:prefix "rdfs" ; sh:namespace "{RDFS}"^^xsd:anyURI ] .',
    ]
    # 24 class-targeted shapes, the checks a publisher really has
    for c in range(24):
        out.append(f"""s:C{c:02d} a sh:NodeShape ; sh:targetClass o:C{c:02d} ;
  sh:nodeKind sh:IRI ; sh:pattern "^{base}id/" ;
  sh:property [ sh:path rdfs:label ; sh:uniqueLang true ; sh:minCount 1 ; sh:datatype rdf:langString ; sh:languageIn ( "en" "fr" "ru" "de" ) ] ;
  sh:property [ sh:path dct:identifier ; sh:minCount 1 ; sh:maxCount 1 ; sh:pattern "^ID[0-9]{{9}}$" ] ;
  sh:property [ sh:path o:size ; sh:datatype xsd:integer ; sh:minInclusive 0 ; sh:maxCount 1 ] ;
  sh:property [ sh:path dct:created ; sh:datatype xsd:date ; sh:maxCount 1 ] ;
  sh:property [ sh:path o:relatesTo ; sh:nodeKind sh:IRI ; sh:node s:Linked ] .""")
    out.append("""s:Linked a sh:NodeShape ; sh:property [ sh:path rdfs:label ; sh:minCount 1 ] .
s:PartOf a sh:NodeShape ; sh:targetSubjectsOf o:partOf ; sh:property [ sh:path o:partOf ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] .
s:Located a sh:NodeShape ; sh:targetSubjectsOf o:locatedIn ; sh:property [ sh:path o:locatedIn ; sh:minCount 1 ; sh:nodeKind sh:IRI ] .
s:Weight a sh:NodeShape ; sh:targetSubjectsOf o:weight ; sh:property [ sh:path o:weight ; sh:or ( [ sh:datatype xsd:decimal ] [ sh:datatype xsd:integer ] ) ; sh:minInclusive 0 ] .""")
    out.append(f"""s:Q1 a sh:NodeShape ; sh:targetClass o:C30 ; sh:sparql [ a sh:SPARQLConstraint ; sh:message "made by itself" ;
  sh:prefixes <{base}shape/> ; sh:select "SELECT $this WHERE {{ $this o:madeBy $this }}" ] .
s:Q2 a sh:NodeShape ; sh:targetClass o:C31 ; sh:sparql [ a sh:SPARQLConstraint ; sh:message "no English label" ;
  sh:prefixes <{base}shape/> ; sh:select "SELECT $this WHERE {{ FILTER NOT EXISTS {{ $this rdfs:label ?l FILTER(lang(?l) = 'en') }} }}" ] .""")
    return "\n".join(out) + "\n"


def main(argv):
    if len(argv) < 2:
        sys.exit(__doc__)
    n, base = int(argv[0]), argv[1]
    base = base if base[-1] in "/#" else base + "/"
    w = open(1, "w", encoding="utf-8", newline="\n", closefd=False, buffering=1 << 20)
    if "--ontology" in argv:
        w.write(ontology(base))
    elif "--shapes" in argv:
        w.write(shapes(base))
    else:
        bad = int(argv[argv.index("--bad") + 1]) if "--bad" in argv else 0
        for i in range(n):
            w.write("\n".join(entity(i, n, base, bad)) + "\n")
    w.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
