"""The ontology of this publication: consistent, in OWL 2 DL, free of the pitfalls that have a name, and all in use."""

import csv
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from axisld import terms
from axisld.pipeline.derive import derive
from axisld.pipeline.parse import parse, statements
from axisld.pipeline.sources import DATA, DATASET, DERIVED, LINKED, ONTOLOGY, SHAPES, Sources
from tests.conftest import ROOT, skip_aloud
from tests.running import JAVA

BASE = "https://w3id.org/axisld/"
AX = f"{BASE}ontology#"
PREFIXES = f"""
PREFIX ax: <{AX}>
PREFIX axsh: <{BASE}shapes#>
PREFIX bibo: <http://purl.org/ontology/bibo/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX vann: <http://purl.org/vocab/vann/>
PREFIX wd: <http://www.wikidata.org/entity/>
"""
PUBLISHED = (ONTOLOGY, DATA, LINKED, DATASET, DERIVED)  # what an author wrote, and what the rules say


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    """This publication, parsed, with what its rules say."""
    parsed = parse(ROOT, tmp_path_factory.mktemp("parsed"), lambda _done, _total: None)
    derive(parsed, lambda _done, _total: None)
    return parsed


@pytest.fixture(scope="module")
def store(sources: Sources) -> ox.Store:
    """The same, a named graph each: <urn:ontology>, <urn:data> and so on."""
    loaded = ox.Store()
    for graph in (*PUBLISHED, SHAPES):
        loaded.bulk_load(
            path=str(sources.graph(graph)), format=ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(f"urn:{graph}")
        )
    return loaded


def rows(store: ox.Store, where: str, select: str = "*") -> list[str]:
    """What the pattern matches, a line each, without the base."""
    found = store.query(f"{PREFIXES} SELECT DISTINCT {select} WHERE {{ {where} }}", use_default_graph_as_union=True)
    assert isinstance(found, ox.QuerySolutions)
    return sorted(" ".join(str(term).replace(BASE, "") for term in row if term is not None) for row in found)


# HermiT and the OWL 2 DL profile ----------------------------------------------------------------------------------

# owlready2 brings HermiT 1.3.8 and, inside it, the OWL API. Asked directly, because owlready2 classifies everything
# on the way, which takes a minute instead of seconds.
JUDGE = """
import java.io.File;
import org.semanticweb.HermiT.Reasoner;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.profiles.OWL2DLProfile;

public class Judge {
    public static void main(String[] files) throws Exception {
        for (String file : files) {
            System.out.println("file: " + new File(file).getName());
            OWLOntology read = OWLManager.createOWLOntologyManager().loadOntologyFromOntologyDocument(new File(file));
            for (Object violation : new OWL2DLProfile().checkOntology(read).getViolations())
                System.out.println("not OWL 2 DL: " + violation);
            try {
                Reasoner reasoner = new Reasoner(read);
                System.out.println("consistent: " + reasoner.isConsistent());
                if (reasoner.isConsistent())
                    for (Object term : reasoner.getUnsatisfiableClasses().getEntitiesMinusBottom())
                        System.out.println("unsatisfiable: " + term);
            } catch (RuntimeException refused) {
                System.out.println("refused: " + refused.getMessage().replace((char) 10, ' '));
            }
        }
    }
}
"""
# What is added to the publication, and what is said of it then: the judge can say no.
MISTAKES = {
    "a-group-that-is-an-event": ("id:hezbollah a ax:Event .", "consistent: false"),
    "a-claim-with-two-stances": ("id:claim ax:stance ax:Denied , ax:OwnVoice .", "consistent: false"),
    "a-class-that-nothing-can-be": (
        "ax:Odd rdfs:subClassOf ax:Event , ax:Agent ; a owl:Class .",
        "unsatisfiable: .*Odd",
    ),
    "a-class-that-is-not-declared": ("id:hezbollah a ax:Unknown .", "not OWL 2 DL: Use of undeclared class"),
    "a-property-that-is-not-declared": ("id:hezbollah ax:knows id:iran .", "not OWL 2 DL: Use of undeclared"),
    "a-property-of-two-kinds": ("ax:memberOf a owl:DatatypeProperty .", "not OWL 2 DL: Cannot pun"),
    "a-class-that-is-a-datatype": ("ax:City a rdfs:Datatype .", "not OWL 2 DL: Datatype IRI also used as Class"),
    "a-term-in-the-name-of-owl": ("owl:City a owl:Class .", "not OWL 2 DL: Use of reserved vocabulary"),
    "a-counted-transitive-property": (
        "ax:locatedIn a owl:TransitiveProperty , owl:FunctionalProperty .",
        "not OWL 2 DL: Use of non-simple property",
    ),
    "a-day-for-the-reasoner": ("ax:when rdfs:range xsd:date .", "refused: .*is not part of the OWL 2 datatype map"),
}


@pytest.fixture(scope="module")
def judged(sources: Sources, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """By name of file, what profile and reasoner say: of all that is published, and of the mistakes."""
    if not (shutil.which("java") and shutil.which("javac")):
        skip_aloud("there is no Java with its compiler here, so HermiT cannot run")
    folder = tmp_path_factory.mktemp("judged")
    (folder / "Judge.java").write_text(JUDGE, "utf-8")
    written = b"".join(sources.graph(graph).read_bytes() for graph in PUBLISHED)
    vocabulary = sources.graph(ONTOLOGY).read_bytes()
    spaces = "".join(f"@prefix {name}: <{space}> .\n" for name, space in sources.prefixes.items()).encode()
    (folder / "published.ttl").write_bytes(written)
    for name, (turtle, _) in MISTAKES.items():
        whole = written if "hezbollah" in turtle else vocabulary
        (folder / f"{name}.ttl").write_bytes(spaces + whole + turtle.encode())
    hermit = str(files("owlready2") / "hermit" / "HermiT.jar")
    texts = sorted(folder.glob("*.ttl"))
    done = subprocess.run(
        [*JAVA, "-cp", hermit, folder / "Judge.java", *texts], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    said: dict[str, list[str]] = {}
    for line in done.stdout.splitlines():
        if line.startswith("file: "):
            said[line.removeprefix("file: ").removesuffix(".ttl")] = about = []
        else:
            about.append(line)
    return said


def test_ontology_and_data_are_consistent_every_class_can_have_members_and_all_is_owl_2_dl(
    judged: dict[str, list[str]],
) -> None:
    assert judged["published"] == ["consistent: true"]


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_reasoner_would_notice(judged: dict[str, list[str]], mistake: str) -> None:
    expected = re.compile(MISTAKES[mistake][1])
    assert any(expected.match(line) for line in judged[mistake]), judged[mistake]


# What the OWL API of HermiT lets pass.


def test_every_literal_is_one_of_its_datatype(sources: Sources) -> None:
    literals = {quad.object for graph in PUBLISHED for quad in statements(sources.graph(graph))}
    typed = [terms.literal(term) for term in literals if terms.is_literal(term)]
    wrong = [
        lexical
        for lexical, language, datatype in typed
        if not language and rdflib.Literal(lexical, datatype=datatype[1:-1]).ill_typed
    ]
    assert wrong == []


def test_object_properties_have_things_and_datatype_properties_have_literals(store: ox.Store) -> None:
    assert rows(store, "?p a owl:ObjectProperty . ?s ?p ?o FILTER isLiteral(?o)") == []
    assert rows(store, "?p a owl:DatatypeProperty . ?s ?p ?o FILTER (!isLiteral(?o))") == []
    assert rows(store, "?c ax:predicate ?p ; ax:object ?o . FILTER NOT EXISTS { ?p a owl:ObjectProperty }") == []
    assert rows(store, "?c ax:predicate ?p ; ax:value ?o . FILTER NOT EXISTS { ?p a owl:DatatypeProperty }") == []


# Pitfalls ---------------------------------------------------------------------------------------------------------

# The catalogue of OOPS! (https://oops.linkeddata.es/catalogue.jsp): the pattern below the line finds who falls.
PITFALLS = """
P02 a class has a synonym
    CLASS  ?t owl:equivalentClass ?o . FILTER isIRI(?o)
P03 a relation is called is
    PROPERTY  FILTER REGEX(STR(?t), '#is(A|An|InstanceOf|KindOf)?$')
P04 a class is not connected
    CLASS  MINUS { { ?t ?p ?o } UNION { ?s ?p ?t }
      FILTER (?p IN (rdfs:subClassOf, rdfs:domain, rdfs:range, owl:equivalentClass)) }
P04 a property is not connected
    PROPERTY  MINUS { ?t rdfs:subPropertyOf|rdfs:domain|rdfs:range|owl:inverseOf ?o }
    MINUS { ?t a ax:ClaimPredicate } MINUS { ?shape sh:path ?t }
P05 domain and range of inverses do not fit
    ?t owl:inverseOf ?o . FILTER (?d != ?r)
    { ?t rdfs:domain ?d . ?o rdfs:range ?r } UNION { ?t rdfs:range ?r . ?o rdfs:domain ?d }
P06 a class is below itself
    CLASS  ?t rdfs:subClassOf+ ?t
P06 a property is below itself
    PROPERTY  ?t rdfs:subPropertyOf+ ?t
P07 a class merges two
    CLASS  FILTER REGEX(STR(?t), '(And|Or)[A-Z]')
P08 a term has no English label
    ?t rdfs:isDefinedBy ?here MINUS { ?t skos:prefLabel ?label . FILTER (LANG(?label) = 'en') }
P08 a term has no English definition
    ?t rdfs:isDefinedBy ?here MINUS { ?t skos:definition ?said . FILTER (LANG(?said) = 'en') }
P10 a class is disjoint with nothing
    CLASS  MINUS { ?all a owl:AllDisjointClasses ; owl:members/rdf:rest*/rdf:first/^rdfs:subClassOf* ?t }
P11 nothing says what a property is said of
    PROPERTY  MINUS { ?t rdfs:domain|owl:inverseOf ?o }
    MINUS { ?t a ax:ClaimPredicate } MINUS { ?shape sh:path ?t }
P11 nothing says what a property takes
    PROPERTY  MINUS { ?t rdfs:range|owl:inverseOf ?o }
    MINUS { ?t a ax:ClaimPredicate , owl:ObjectProperty } MINUS { ?shape sh:path|sh:targetObjectsOf ?t }
P12 two properties mean the same
    PROPERTY  ?o skos:prefLabel ?label ; rdfs:isDefinedBy ?here ; a ?kind . FILTER (?o != ?t)
P13 a relation and its passive are no inverses
    PROPERTY  FILTER REGEX(STR(?t), 'dBy$') BIND (REPLACE(STR(?t), 'e?dBy$', 'e?s$') AS ?active)
    ?o a owl:ObjectProperty . FILTER REGEX(STR(?o), ?active) MINUS { ?t owl:inverseOf|^owl:inverseOf ?o }
P13 to have something has no inverse
    PROPERTY  ?t a owl:ObjectProperty . FILTER REGEX(STR(?t), '#has[A-Z]')
    MINUS { ?t owl:inverseOf|^owl:inverseOf ?o }
P14, P15 a restriction could be misread
    ?t owl:allValuesFrom|owl:complementOf ?o
P19 a property has two domains or ranges
    PROPERTY  { ?t rdfs:domain ?a , ?b } UNION { ?t rdfs:range ?a , ?b } FILTER (?a != ?b)
P20 a definition is no sentence
    TERM  ?t skos:definition ?said . FILTER (!REGEX(?said, '^[A-Z].*[.]$'))
P20 a definition repeats the label
    TERM  ?t skos:definition ?said . FILTER (LCASE(REPLACE(?said, '[.]$', '')) = LCASE(?label))
P20 two classes have one definition
    CLASS  ?t skos:definition ?said . ?o skos:definition ?said ; a owl:Class . FILTER (?o != ?t)
P21 a class holds the rest
    CLASS  FILTER REGEX(STR(?t), 'Other|Misc|Unknown|Various')
P22 a class is not in UpperCamel
    CLASS  FILTER (!REGEX(STR(?t), '#([A-Z][a-z]+)+$'))
P22 a property is not in lowerCamel
    PROPERTY  FILTER (!REGEX(STR(?t), '#[a-z]+([A-Z][a-z]*|[0-9]+)*$'))
P22 a label is not the name in words
    TERM  BIND (REPLACE(LCASE(STRAFTER(STR(?t), '#')), 'iz', 'is') AS ?name)
    BIND (REPLACE(LCASE(STR(?label)), 'its |[^a-z0-9]', '') AS ?words) FILTER (?name != ?words)
P23 a datatype is ours
    ?t a rdfs:Datatype ; rdfs:isDefinedBy ?here
P24 a class is defined by itself
    CLASS  ?t (owl:equivalentClass|owl:onClass|owl:someValuesFrom|owl:unionOf|owl:intersectionOf|rdf:rest|rdf:first)+ ?t
P25 a property is its own inverse
    ?t owl:inverseOf ?t
P26 a symmetric property has an inverse
    ?t a owl:SymmetricProperty ; owl:inverseOf|^owl:inverseOf ?o
P27 two properties are called equivalent
    ?t owl:equivalentProperty ?o
P28, P29 a symmetric or transitive property joins unlike things
    ?t a ?kind . VALUES ?kind { owl:SymmetricProperty owl:TransitiveProperty }
    OPTIONAL { ?t rdfs:domain ?d } OPTIONAL { ?t rdfs:range ?r }
    FILTER (COALESCE(?d, owl:Thing) != COALESCE(?r, owl:Thing))
P30, P31, P32 two classes have one label
    CLASS  ?o skos:prefLabel ?label ; a owl:Class . FILTER (?o != ?t)
P33 a chain has one link
    ?t owl:propertyChainAxiom ?list MINUS { ?list rdf:rest/rdf:rest ?more }
P34 a class has no type
    { ?s rdfs:subClassOf|rdfs:domain|owl:equivalentClass ?t } UNION { ?t rdfs:subClassOf ?s }
    UNION { ?all owl:members/rdf:rest*/rdf:first ?t }
    MINUS { ?t a owl:Class }
P35 a property has no type
    ?s ?t ?o . FILTER STRSTARTS(STR(?t), STR(ax:)) MINUS { ?t a ?kind }
P36 a name has a file extension
    { TERM } UNION { ?t a owl:Ontology } FILTER REGEX(STR(?t), '[.](ttl|owl|rdf|xml|nt|n3|jsonld)($|#)')
P38 a term belongs to no ontology
    TERM  MINUS { ?here a owl:Ontology }
P39 a term is not in the one namespace
    TERM  FILTER (!STRSTARTS(STR(?t), STR(ax:)))
P40 a term of others is redefined
    GRAPH <urn:ontology> { ?t ?p ?o }
    FILTER (isIRI(?t) && !STRSTARTS(STR(?t), 'https://w3id.org/axisld/') && ?p != rdf:type)
P41 an ontology has no licence
    ?t a owl:Ontology MINUS { ?t dcterms:license ?licence }
"""
WORDS = {
    "TERM": "?t rdfs:isDefinedBy ?here ; skos:prefLabel ?label . FILTER (LANG(?label) = 'en')",
    "CLASS": "TERM  ?t a owl:Class .",
    "PROPERTY": "VALUES ?kind { owl:AnnotationProperty owl:DatatypeProperty owl:ObjectProperty } TERM  ?t a ?kind .",
}
NOT_CHECKED = {
    "P01": "whether a word is used in two senses is for people to judge",
    "P09": "whether something is missing is asked of the article: tests/test_coverage.py, docs/queries",
    "P16": "there are no defined classes beside the enumerations of stances and scopes",
    "P17": "whether a class ought to be an individual is for people to judge",
    "P18": "whether a domain is too narrow shows in the data: a claim that does not fit stops the build",
    "P37": "availability on the Web is asked of the server: tests/test_publication.py",
}


def pattern_of(pitfall: str) -> str:
    lines = PITFALLS.splitlines()
    begin = lines.index(pitfall) + 1
    end = next(
        number for number in range(begin, len(lines) + 1) if not "".join(lines[number : number + 1]).startswith(" ")
    )
    pattern = "\n".join(lines[begin:end])
    for word in ("CLASS", "PROPERTY", "TERM"):
        pattern = re.sub(rf"\b{word}\b", WORDS[word], pattern)
    return pattern


NAMED = [line for line in PITFALLS.splitlines() if re.match(r"P\d\d", line)]


@pytest.mark.parametrize("pitfall", NAMED)
def test_nothing_falls_into_a_pitfall_of_the_catalogue(store: ox.Store, pitfall: str) -> None:
    assert rows(store, pattern_of(pitfall)) == []


def test_every_pitfall_of_the_catalogue_is_checked_or_has_a_reason() -> None:
    named = set(re.findall(r"\bP\d\d\b", " ".join(NAMED)))
    assert named.isdisjoint(NOT_CHECKED)
    assert named | set(NOT_CHECKED) == {f"P{number:02}" for number in range(1, 42)}


# What makes an ontology fall, so that the patterns are seen to find it.
ODD = "skos:prefLabel 'odd'@en ; rdfs:isDefinedBy <urn:x> ."
FALLEN = {
    "P05 domain and range of inverses do not fit": "ax:ledBy rdfs:range ax:Goal .",
    "P06 a class is below itself": "ax:Agent rdfs:subClassOf ax:Person .",
    "P07 a class merges two": f"ax:CityOrTown a owl:Class ; {ODD}",
    "P10 a class is disjoint with nothing": f"ax:Odd a owl:Class ; {ODD}",
    "P11 nothing says what a property takes": f"ax:odd a owl:ObjectProperty ; {ODD}",
    "P13 a relation and its passive are no inverses": f"ax:supportedBy a owl:ObjectProperty ; {ODD}",
    "P19 a property has two domains or ranges": "ax:leads rdfs:domain ax:Person .",
    "P22 a label is not the name in words": f"ax:Even {ODD}",
    "P24 a class is defined by itself": "ax:City owl:equivalentClass [ owl:unionOf ( ax:City ax:Region ) ] .",
    "P28, P29 a symmetric or transitive property joins unlike things": "ax:leads a owl:SymmetricProperty .",
    "P34 a class has no type": "ax:City rdfs:subClassOf ax:Town .",
    "P40 a term of others is redefined": "skos:Concept rdfs:label 'Idea'@en .",
}


@pytest.mark.parametrize("pitfall", FALLEN)
def test_the_pattern_of_a_pitfall_finds_who_falls(sources: Sources, store: ox.Store, pitfall: str) -> None:
    with_mistake = ox.Store()
    with_mistake.extend(store)
    spaces = "".join(f"@prefix {name}: <{space}> .\n" for name, space in sources.prefixes.items())
    with_mistake.load(
        f"{spaces} {FALLEN[pitfall]}".encode(), ox.RdfFormat.TURTLE, to_graph=ox.NamedNode("urn:ontology")
    )
    assert rows(with_mistake, pattern_of(pitfall)) != []


# What FOOPS! looks for (https://w3id.org/foops/catalogue), as far as files can show it. Labels and definitions of terms
# (VOC3, VOC4) are P08 above; content negotiation and formats (CN1, DOC1, RDF1, HTTP1, URI1, VER2) are asked of the
# server in tests/test_publication.py; an entry in a registry (FIND3) needs the network.
HEADER = {
    "OM1, minimum metadata": "dcterms:title dcterms:description dcterms:license dcterms:creator owl:versionIRI",
    "OM2, recommended metadata": "vann:preferredNamespacePrefix vann:preferredNamespaceUri owl:versionInfo "
    "dcterms:created dcterms:bibliographicCitation",
    "OM3, detailed metadata": "dcterms:publisher dcterms:source dcterms:issued dcterms:modified dcterms:abstract "
    "bibo:status",
    "OM4, licence": "dcterms:license",
    "OM5, provenance": "dcterms:creator dcterms:created dcterms:publisher dcterms:issued",
    "FIND2, prefix": "vann:preferredNamespacePrefix",
    "VER1, version IRI": "owl:versionIRI",
}


@pytest.mark.parametrize("test", HEADER)
def test_the_header_says_what_foops_asks(store: ox.Store, test: str) -> None:
    missing = [name for name in HEADER[test].split() if not rows(store, f"<{BASE}ontology> {name} ?said")]
    assert missing == []


def test_the_ontology_has_a_persistent_name_and_a_version_below_it(store: ox.Store) -> None:
    [number] = rows(store, f"<{BASE}ontology> owl:versionInfo ?number")
    [version] = rows(store, f"<{BASE}ontology> owl:versionIRI ?version")
    assert version == f"<ontology/{terms.value(number)}>"
    assert BASE.startswith("https://w3id.org/")


REUSED = "bibo cito dcterms fabio foaf oa org prov rdf schema sem skos time wikidata"


@pytest.mark.parametrize("vocabulary", REUSED.split())
def test_a_file_of_its_own_aligns_the_ontology_with_a_vocabulary(vocabulary: str) -> None:
    said = (ROOT / "ontology" / "alignments" / f"{vocabulary}.ttl").read_text("utf-8")
    assert re.search(r"^ax:\w+ (rdfs:sub(Class|Property)Of|skos:(close|exact)Match) \w+:", said, re.MULTILINE)


# Terms ------------------------------------------------------------------------------------------------------------


def own_terms_in(text: str) -> set[str]:
    """The terms of our namespace that a file of Turtle or SPARQL names, comments and strings apart."""
    bare = re.sub(r'"""(?:(?!""")[\s\S])*"""', lambda query: query[0][3:-3], text)
    bare = re.sub(r'"(?:[^"\\\n]|\\.)*"|(?m:(?<![\w/])#.*$)', "", bare)
    return {name.rstrip(".") for name in re.findall(r"\bax:([\w.-]+)", bare)}


def names(store: ox.Store, where: str) -> set[str]:
    """The terms ?t of our namespace that the pattern finds, without it."""
    return {row.removeprefix("<ontology#").rstrip(">") for row in rows(store, where, "?t")}


def defined(store: ox.Store) -> set[str]:
    return names(store, "?t rdfs:isDefinedBy <https://w3id.org/axisld/ontology>")


def test_every_term_is_used_in_data_rules_or_shapes(store: ox.Store) -> None:
    used = {
        name
        for folder in ("data", "shapes", "ontology/rules")
        for path in (ROOT / folder).rglob("*.*")
        if path.suffix in {".ttl", ".rq"}
        for name in own_terms_in(path.read_text("utf-8"))
    }
    inverses = names(store, "?t owl:inverseOf ?o . FILTER EXISTS { ?c ax:predicate|ax:subject ?x . ?s ?o ?v }")
    above = names(store, "?below rdfs:subClassOf ?t . ?t rdfs:isDefinedBy ?h . FILTER EXISTS { ?x a ?below }")
    assert defined(store) - used - inverses - above == set()


WHERE_TERMS_STAND = [
    pytest.param(path, id=path.relative_to(ROOT).as_posix())
    for folder in ("ontology", "data", "shapes", "docs/queries")
    for path in sorted((ROOT / folder).rglob("*.*"))
    if path.suffix in {".ttl", ".rq"}
]


@pytest.mark.parametrize("path", WHERE_TERMS_STAND)
def test_every_term_that_a_file_names_is_defined(store: ox.Store, path: Path) -> None:
    assert own_terms_in(path.read_text("utf-8")) - defined(store) == set()


def test_the_examples_of_shapes_name_terms_that_are_defined(store: ox.Store) -> None:
    known = defined(store)
    unknown = {
        f"{path.parent.name}/{path.name} {name}"
        for path in (ROOT / "tests" / "shapes").rglob("*.ttl")
        if path.parent.name != "vocabulary"  # whose examples define terms of their own
        for name in own_terms_in(path.read_text("utf-8")) - known
    }
    assert unknown == set()


MAIN = (
    "Agent ArmedGroup Article Attack Book Citation City Claim Coalition Community Concept Conflict Denomination Event "
    "Goal Government Ideology MediaOutlet Meeting MilitaryOperation Movement Office Organization Passage Person Place "
    "PoliticalParty Publisher ReferenceEntry Region Report ResearchInstitution State Term Utterance Work"
)


@pytest.mark.parametrize("language", ["ar", "en", "fa"])
def test_the_main_classes_have_names_in(store: ox.Store, language: str) -> None:
    named = f"?t skos:prefLabel ?label . FILTER (LANG(?label) = '{language}' && STR(?label) != '')"
    missing = [name for name in MAIN.split() if not rows(store, f"VALUES ?t {{ ax:{name} }} {named}")]
    assert missing == []


def test_every_class_with_many_members_is_a_main_class_or_of_the_apparatus(store: ox.Store) -> None:
    apparatus = {"Authorship", "ClaimPredicate", "Link", "NewsItem", "PlainClaim", "Section", "UnnamedAgent", "WebPage"}
    counted = store.query(
        f"{PREFIXES} SELECT ?c WHERE {{ ?x a ?c . ?c rdfs:isDefinedBy ?h }} GROUP BY ?c HAVING (COUNT(?x) > 15)",
        use_default_graph_as_union=True,
    )
    assert isinstance(counted, ox.QuerySolutions)
    many = {row[0].value.removeprefix(AX) for row in counted}
    assert many - apparatus - set(MAIN.split()) == set()


def test_terms_of_this_ontology_and_no_others_say_that_it_defines_them(store: ox.Store) -> None:
    assert rows(store, "?t rdfs:isDefinedBy ?o . FILTER (?o != <https://w3id.org/axisld/ontology>)") == []
    assert rows(store, "GRAPH <urn:ontology> { ?t a ?k } FILTER STRSTARTS(STR(?t), STR(ax:)) "
                "FILTER NOT EXISTS { ?t rdfs:isDefinedBy ?o }") == []  # fmt: skip


# Files ------------------------------------------------------------------------------------------------------------

WITH_PREFIXES = [
    path
    for folder in ("ontology", "data", "shapes", "tests/shapes", "docs/queries")
    for path in sorted((ROOT / folder).rglob("*.*"))
    if path.suffix in {".ttl", ".rq"}
]


@pytest.fixture(scope="module")
def table() -> dict[str, str]:
    """What ontology/prefixes.ttl declares."""
    graph = rdflib.Graph().parse(ROOT / "ontology" / "prefixes.ttl")
    declared = graph.objects(None, rdflib.SH.declare)
    return {str(graph.value(each, rdflib.SH.prefix)): str(graph.value(each, rdflib.SH.namespace)) for each in declared}


def test_every_prefix_means_what_the_one_table_says(table: dict[str, str]) -> None:
    declaration = re.compile(r"^\s*@?prefix\s+([\w-]+):\s*<([^>]*)>", re.MULTILINE | re.IGNORECASE)
    other = {
        f"{path.relative_to(ROOT)}: {name}: <{space}>"
        for path in WITH_PREFIXES
        for name, space in declaration.findall(path.read_text("utf-8"))
        if table.get(name) != space
    }
    assert other == set()


def test_every_prefix_of_the_table_is_used(table: dict[str, str]) -> None:
    written = "".join(path.read_text("utf-8") for path in WITH_PREFIXES if path.name != "prefixes.ttl")
    offered_to_queries = {"id", "wdt"}  # nothing of ours needs them; who writes a query does
    assert {name for name in table if not re.search(rf"\b{name}:\w", written)} - offered_to_queries == set()


def test_every_base_in_turtle_is_that_of_things() -> None:
    bases = {
        base
        for path in WITH_PREFIXES
        if path.suffix == ".ttl"
        for base in re.findall(r"(?i)^\s*@?base\s+<([^>]*)>", path.read_text("utf-8"), re.MULTILINE)
    }
    assert bases == {f"{BASE}id/"}


@pytest.mark.parametrize("folder", ["ontology", "data", "shapes", "tests/shapes"])
def test_all_turtle_is_formatted(folder: str) -> None:
    turtlefmt = Path(sys.executable).parent / "turtlefmt"
    done = subprocess.run(
        [turtlefmt, "--check", ROOT / folder], check=False, capture_output=True, text=True, env={**os.environ}
    )
    assert done.returncode == 0, done.stdout + done.stderr


TOPICS = {"agents", "claims", "concepts", "events", "links", "places", "sources"}


def stems(folder: str) -> set[str]:
    return {path.stem for path in (ROOT / folder).glob("*") if path.suffix == ".ttl" or path.is_dir()}


def test_a_topic_has_one_stem_in_ontology_shapes_and_examples() -> None:
    assert stems("ontology") == TOPICS | {"axisld", "prefixes", "reused"} | {"alignments", "checks", "rules"}
    assert stems("shapes") == TOPICS | {"axisld", "vocabulary"}
    assert stems("tests/shapes") == TOPICS | {"vocabulary"}


def test_rules_are_named_by_topic_and_begin_with_their_sentence() -> None:
    rules = sorted((ROOT / "ontology" / "rules").glob("*.rq"))
    assert [rule.name for rule in rules if rule.stem.split("-")[0] not in TOPICS | {"labels"}] == []
    assert [rule.name for rule in rules if not re.match(r"# [A-Z].*\.\n", rule.read_text("utf-8"))] == []


@pytest.mark.parametrize("folder", ["ontology", "data", "shapes"])
def test_the_readme_of_a_folder_names_every_file_in_it(folder: str) -> None:
    said = (ROOT / folder / "README.md").read_text("utf-8")
    named = set(re.findall(r"`([\w./<>*-]+\.(?:ttl|rq))`", said))
    patterns = [re.compile(re.sub(r"<\w+>|\\\*", "[^/]+", re.escape(name))) for name in named]
    missing = [
        path.relative_to(ROOT / folder).as_posix()
        for path in (ROOT / folder).rglob("*.*")
        if path.suffix in {".ttl", ".rq"}
        and not any(pattern.fullmatch(path.relative_to(ROOT / folder).as_posix()) for pattern in patterns)
    ]
    assert missing == []


# Wikidata ---------------------------------------------------------------------------------------------------------


def wikidata_of(store: ox.Store) -> Iterator[tuple[str, str, str]]:
    """Thing, relation and identifier of every link into Wikidata."""
    for row in rows(
        store, "?s ?p ?o . FILTER (isIRI(?o) && STRSTARTS(STR(?o), STR(wd:)) && ?p != ax:linkTarget)", "?s ?p ?o"
    ):
        thing, relation, item = row.replace("<", "").replace(">", "").split()
        yield thing, relation, item.rpartition("/")[2]


@pytest.mark.yardstick
def test_links_name_only_identifiers_that_somebody_verified(store: ox.Store, shared: Path) -> None:
    with (shared / "source" / "wikidata_links.tsv").open(encoding="utf-8", newline="") as table:
        known = {row["qid"]: row["status"] for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE)}
    links = list(wikidata_of(store))
    assert len(links) > 150
    assert [link for link in links if link[2] not in known] == []
    strong = [link for link in links if re.search("sameAs|exactMatch", link[1])]
    assert [link for link in strong if known[link[2]] != "verified-2"] == []
