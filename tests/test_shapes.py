"""The shapes of this publication: each fires when it should, on examples and on the real data, and never otherwise."""

import re
import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.namespace import RDF, SH

from axisld import pipeline, terms
from axisld.errors import Finding
from axisld.pipeline import slices
from axisld.pipeline.derive import derive
from axisld.pipeline.parse import parse, statements
from axisld.pipeline.scale import Scale
from axisld.pipeline.sources import DATA, LINKED, ONTOLOGY, Sources
from axisld.pipeline.validate import validate
from axisld.terms import Statement
from tests.conftest import ROOT

BASE = "https://w3id.org/axisld/"
AX = f"{BASE}ontology#"
AXSH = f"{BASE}shapes#"
EXAMPLES = sorted((ROOT / "tests" / "shapes").rglob("*.ttl"))


def nobody(_done: int, _total: int) -> None: ...


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    """This publication, parsed; its rules have not spoken yet."""
    return parse(ROOT, tmp_path_factory.mktemp("parsed"), nobody)


@pytest.fixture(scope="module")
def shapes() -> rdflib.Graph:
    graph = rdflib.Graph()
    for path in sorted((ROOT / "shapes").glob("*.ttl")):
        graph.parse(path)
    return graph


# Examples ---------------------------------------------------------------------------------------------------------


def expected_of(example: Path) -> set[str]:
    """The shapes that the example says must fire."""
    return set(re.findall(r"^\s*# expects: (\S+)", example.read_text("utf-8"), re.MULTILINE))


def apart(example: Path, number: int, known: set[str], relations: set[str]) -> Iterator[ox.Triple]:
    """The statements of the example, its things and its new terms under names of its own."""

    def renamed(term: ox.NamedNode | ox.BlankNode | ox.Literal) -> ox.NamedNode | ox.Literal:
        if isinstance(term, ox.BlankNode):
            return ox.NamedNode(f"{BASE}id/{number}/blank/{term.value}")
        if isinstance(term, ox.NamedNode) and term.value.startswith(f"{BASE}id/"):
            return ox.NamedNode(term.value.replace(f"{BASE}id/", f"{BASE}id/{number}/"))
        if isinstance(term, ox.NamedNode) and term.value.startswith(AX) and term.value not in known:
            return ox.NamedNode(f"{term.value}--{number}")
        return term

    for triple in ox.parse(path=example, format=ox.RdfFormat.TURTLE):
        thing = triple.object
        if isinstance(thing, ox.Literal) and triple.predicate.value in relations:  # a text where a thing belongs
            thing = ox.Literal(f"{thing.value}/id/{number}")
        yield ox.Triple(renamed(triple.subject), renamed(triple.predicate), renamed(thing))


@pytest.fixture(scope="module")
def examples(sources: Sources, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A publication of all examples, beside the ontology."""
    site = tmp_path_factory.mktemp("examples")
    for folder in ("ontology", "shapes"):
        shutil.copytree(ROOT / folder, site / folder)
    (site / "data").mkdir()
    shutil.copy(ROOT / "data" / "dataset.ttl", site / "data")
    terms_of_ours = list(statements(sources.graph(ONTOLOGY)))
    known = {terms.value(quad.subject) for quad in terms_of_ours}
    relations = {terms.value(quad.subject) for quad in terms_of_ours if quad.object == f"<{rdflib.OWL.ObjectProperty}>"}
    triples = [triple for number, path in enumerate(EXAMPLES) for triple in apart(path, number, known, relations)]
    ox.serialize(triples, site / "data" / "examples.nt", ox.RdfFormat.N_TRIPLES)
    return site


@pytest.fixture(scope="module")
def findings(examples: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Finding]:
    return validate(parse(examples, tmp_path_factory.mktemp("work"), nobody))


@pytest.fixture(scope="module")
def fired(findings: list[Finding]) -> dict[Path, set[str]]:
    """By example, the shapes that fire on what it describes. All examples are checked at once."""
    found: dict[Path, set[str]] = defaultdict(set)
    for finding in findings:
        place = re.search(r"(?:/id/|--)(\d+)(?![\w-])", f"{finding.focus} {finding.value}")
        if place:
            found[EXAMPLES[int(place[1])]].add(finding.shape.removeprefix(AXSH))
    return found


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_an_example_fires_just_the_shapes_that_it_names(fired: Mapping[Path, set[str]], example: Path) -> None:
    expected = expected_of(example)
    assert bool(expected) == example.name.startswith("invalid.")
    assert fired.get(example, set()) == expected


# What of a shape does not make it guard anything.
DECORATION = {
    *(SH.path, SH.name, SH.description, SH.order, SH.group, SH.severity, SH.message, SH.property, RDF.type),
    *(SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf),
    rdflib.URIRef("http://datashapes.org/dash#propertyRole"),
    rdflib.URIRef("http://datashapes.org/dash#viewer"),
}


def guards(shapes: rdflib.Graph) -> dict[str, set[str]]:
    """By name of shape: the constraints by which it guards something, without those that guard nothing."""
    found = {}
    for kind in (SH.NodeShape, SH.PropertyShape):
        for shape in shapes.subjects(RDF.type, kind):
            constraints = set(shapes.predicates(shape)) - DECORATION
            if constraints and isinstance(shape, rdflib.URIRef):
                found[shape.removeprefix(AXSH)] = {constraint.removeprefix(str(SH)) for constraint in constraints}
    return found


def test_every_shape_fires_alike_when_the_publication_is_large(
    findings: list[Finding], examples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slices, "_MEAN_FOCI", 500)
    sources = parse(examples, tmp_path, nobody)
    assert validate(sources, Scale(processes=2), is_large=True) == findings
    assert len(sources.validated.read_bytes().splitlines()) > 1


def test_every_shape_has_an_example_that_fires_it(shapes: rdflib.Graph) -> None:
    named = {name for example in EXAMPLES for name in expected_of(example)}
    assert set(guards(shapes)) - named == set()


def test_examples_name_only_shapes_that_there_are(shapes: rdflib.Graph) -> None:
    named = {name for example in EXAMPLES for name in expected_of(example)}
    assert named - set(guards(shapes)) == set()


def test_every_topic_has_a_valid_and_an_invalid_example() -> None:
    topics = {path.parent.name: path.parent for path in EXAMPLES}
    without = [
        name for name, folder in topics.items() for kind in ("valid", "invalid") if not [*folder.glob(f"{kind}.*.ttl")]
    ]
    assert without == []


# What shapes say --------------------------------------------------------------------------------------------------


def test_every_guarding_shape_says_in_english_what_to_do_and_how_much_it_matters(shapes: rdflib.Graph) -> None:
    silent = []
    for name in guards(shapes):
        shape = rdflib.URIRef(AXSH + name)
        said = [*shapes.objects(shape, SH.message), *(shapes.objects(shape, SH.sparql / SH.message))]
        if not any(text.language == "en" and len(text) > 20 for text in said) or not shapes.value(shape, SH.severity):
            silent.append(name)
    assert silent == []


def test_a_property_shape_is_named_after_a_node_shape_and_is_used_by_one(shapes: rdflib.Graph) -> None:
    used = set(shapes.objects(None, SH.property))
    own = {shape for shape in shapes.subjects(RDF.type, SH.PropertyShape) if isinstance(shape, rdflib.URIRef)}
    assert {shape for shape in own if shape not in used} == set()
    heads = {shape.split("-")[0] for shape in shapes.subjects(RDF.type, SH.NodeShape)}
    assert {shape for shape in own if shape.split("-")[0] not in heads} == set()


def test_every_class_that_the_data_uses_has_a_shape(sources: Sources, shapes: rdflib.Graph) -> None:
    types = {
        terms.value(quad.object)
        for graph in (DATA, LINKED)
        for quad in statements(sources.graph(graph))
        if quad.predicate == f"<{RDF.type}>" and quad.object.startswith(f"<{AX}")
    }
    targets = {str(target) for target in shapes.objects(None, SH.targetClass)}
    assert types - targets == set()


# Mutations of the real data ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mutation:
    """A few statements of the real publication taken away or added, and the shape that must notice."""

    shape: str  # "ClaimShape-position"
    focus: str  # IRI of the thing that the finding must name
    removed: frozenset[Statement]
    added: frozenset[Statement]
    what: str = ""  # the constraint that is broken: "minCount"

    @property
    def touched(self) -> set[str]:
        return {statement.subject for statement in self.removed | self.added} | {terms.iri(self.focus)}


@dataclass
class Publication:
    """The authored statements, by subject and by object, and the classes of things."""

    quads: list[Statement]
    by_subject: dict[str, list[Statement]] = field(default_factory=lambda: defaultdict(list))
    by_object: dict[str, list[Statement]] = field(default_factory=lambda: defaultdict(list))
    by_predicate: dict[str, list[Statement]] = field(default_factory=lambda: defaultdict(list))
    above: dict[str, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for quad in self.quads:
            self.by_subject[quad.subject].append(quad)
            self.by_object[quad.object].append(quad)
            self.by_predicate[quad.predicate].append(quad)

    def values(self, subject: str, predicate: str) -> list[Statement]:
        return [quad for quad in self.by_subject[subject] if quad.predicate == predicate]

    def classes(self, thing: str) -> frozenset[str]:
        """The classes of the thing, and those above them."""
        if thing not in self.above:
            found, waiting = set(), [quad.object for quad in self.values(thing, f"<{RDF.type}>")]
            while waiting:
                name = waiting.pop()
                if name not in found:
                    found.add(name)
                    waiting += [quad.object for quad in self.values(name, f"<{rdflib.RDFS.subClassOf}>")]
            self.above[thing] = frozenset(found)
        return self.above[thing]

    def named(self, node: str) -> str:
        """The IRI of the node, or of what a blank node hangs on: how a finding names it."""
        while terms.is_blank(node):
            node = self.by_object[node][0].subject
        return terms.value(node)

    def whole(self, quad: Statement) -> set[Statement]:
        """The statement, with the description of a blank node that hangs on it."""
        below = self.by_subject[quad.object] if terms.is_blank(quad.object) else []
        return {quad}.union(*(self.whole(each) for each in below))


@pytest.fixture(scope="module")
def publication(sources: Sources) -> Publication:
    return Publication([quad for graph in (DATA, LINKED, ONTOLOGY) for quad in statements(sources.graph(graph))])


def term(node: rdflib.term.Node) -> str:
    return terms.iri(str(node)) if isinstance(node, rdflib.URIRef) else node.n3()


def other_literal(given: str, **changed: str) -> str:
    """The literal with another lexical form, language or datatype."""
    parts = terms.literal(given)
    lexical = changed.get("lexical", parts.lexical)
    if "datatype" in changed or "language" in changed:
        return terms.text(lexical, changed.get("language", ""), changed.get("datatype", ""))
    return terms.text(lexical, parts.language, "" if parts.language else terms.value(parts.datatype))


LATER = {f"<{rdflib.XSD.date}>": "9999-12-31", f"<{rdflib.XSD.integer}>": "999999999"}
STRANGERS = [f"<{BASE}id/{slug}>" for slug in ("hezbollah", "israel-hamas-war", "passage/lead-1")]


def another(value: str) -> str:
    """A second value of the same kind."""
    if not terms.is_literal(value):
        return STRANGERS[0]
    lexical = {f"<{rdflib.XSD.boolean}>": "false", f"<{rdflib.XSD.duration}>": "P9D"} | LATER
    return other_literal(value, lexical=lexical.get(terms.literal(value).datatype, "another text"))


def wrong_from_nothing(publication: Publication, constraint: str, wanted: rdflib.term.Node) -> set[str]:
    """What the constraint forbids, where the data has no value to start from."""
    if constraint == "datatype":
        return {'"a text"'} if wanted == RDF.langString else {'"a text"@en'}
    if constraint == "class":
        return {next(thing for thing in STRANGERS if term(wanted) not in publication.classes(thing))}
    return {"maxCount": set(STRANGERS[:2]), "pattern": {'"?!"'}}.get(constraint, set())


def wrong_values(publication: Publication, value: str, constraint: str, wanted: rdflib.term.Node) -> Iterator[str]:
    """What could stand instead of the value that the constraint forbids."""
    if constraint == "datatype":
        tag = terms.literal(value).language
        yield other_literal(value, datatype="") if tag else other_literal(value, language="en")
    elif constraint == "class":
        yield from (thing for thing in STRANGERS if term(wanted) not in publication.classes(thing))
    elif constraint == "nodeKind":
        yield '"a text"@en' if wanted == SH.IRI else STRANGERS[0]
    elif constraint in {"pattern", "minLength"}:
        yield other_literal(value, lexical="?!")
    elif constraint == "languageIn":
        yield other_literal(value, language="de")
    elif constraint in {"in", "hasValue"}:
        yield f"<{rdflib.SKOS.related}>" if "skos" in value or "owl" in value else STRANGERS[0]
    elif constraint == "minInclusive":
        yield other_literal(value, lexical="-1")
    elif constraint in {"lessThan", "lessThanOrEquals"}:
        yield other_literal(value, lexical=LATER[terms.literal(value).datatype])


def breaks(
    publication: Publication, node: str, path: str, constraint: str, wanted: rdflib.term.Node, shapes: rdflib.Graph
) -> Iterator[tuple[set[Statement], set[Statement]]]:
    """Ways to break the constraint at the node: what is taken away, what is added. None where it cannot be broken."""
    there = publication.values(node, path)
    if constraint == "minCount":
        yield set().union(*(publication.whole(quad) for quad in there)), set()
    elif constraint == "maxCount" and there:
        yield set(), {Statement(node, path, another(there[0].object))}
    elif constraint == "uniqueLang":
        yield set(), {Statement(node, path, '"Another name"@en')}
    elif constraint == "qualifiedMinCount":  # of names in English
        yield {quad for quad in there if quad.object.endswith("@en")}, set()
    elif constraint == "not":
        yield set(), {Statement(node, path, term(shapes.value(wanted, SH.hasValue)))}
    elif constraint in {"lessThan", "lessThanOrEquals"} and not publication.values(node, term(wanted)):
        return
    else:
        for quad in there:
            for wrong in wrong_values(publication, quad.object, constraint, wanted):
                yield publication.whole(quad), {Statement(node, path, wrong)}


# Constraints of property shapes that a rule by hand breaks below, or that nothing can break.
BY_HAND = {
    "ClaimPredicateShape-type",
    "QuotedClaimShape-flag",
    "UtteredClaimShape-speaker",
    "PlainClaimShape-stance",
    "LinkedThingShape-link",
    "MentionShape-described",
    "MentionShape-name",
}
NO_CONSTRAINT = {"qualifiedValueShape", "qualifiedMaxCount", "severity"}  # parts of another, or broken with it


def targets(publication: Publication, shapes: rdflib.Graph, shape: rdflib.URIRef) -> list[str]:
    """The nodes of the publication that the property shape looks at, by name."""
    found: dict[str, None] = {}
    for head in shapes.subjects(SH.property, shape):
        for target in shapes.objects(head, SH.targetClass):
            found |= {
                quad.subject: None
                for quad in publication.by_predicate[f"<{RDF.type}>"]
                if term(target) in publication.classes(quad.subject)
            }
        for target in shapes.objects(head, SH.targetSubjectsOf):
            found |= {quad.subject: None for quad in publication.by_predicate[term(target)]}
    return sorted(found, key=publication.named)


def all_mutations(publication: Publication, shapes: rdflib.Graph) -> Iterator[list[Mutation]]:
    """For each constraint of each property shape that stops a build, every single change of the data that breaks it."""
    for shape in sorted(shapes.subjects(SH.severity, SH.Violation)):
        name = shape.removeprefix(AXSH)
        if (shape, RDF.type, SH.PropertyShape) not in shapes or name in BY_HAND:
            continue
        path = shapes.value(shape, SH.path)
        inverse = shapes.value(path, SH.inversePath)
        nodes = targets(publication, shapes, shape)
        for constraint, wanted in sorted(shapes.predicate_objects(shape)):
            what = constraint.removeprefix(str(SH))
            if (
                constraint in DECORATION
                or what in NO_CONSTRAINT
                or (path == RDF.type and what in {"minCount", "hasValue"})
            ):
                continue  # who is looked at for its class has one
            found = []
            for node in nodes:
                ways: Iterator[tuple[set[Statement], set[Statement]]]
                if isinstance(inverse, rdflib.URIRef):
                    ways = inverse_breaks(publication, node, term(inverse), what)
                else:
                    ways = breaks(publication, node, term(path), what, wanted, shapes)
                first = next(ways, None)
                if first and (first[0] or first[1]):
                    removed, added = map(frozenset, first)
                    found.append(Mutation(name, publication.named(node), removed, added, what))
            wrong = wrong_from_nothing(publication, what, wanted) if path and not found else set()
            if wrong and not inverse:
                found = [
                    Mutation(name, publication.named(node), frozenset(), frozenset(added), what)
                    for node in nodes
                    for added in [{Statement(node, term(path), each) for each in wrong}]
                ]
            yield found or [Mutation(name, "", frozenset(), frozenset(), what)]


def inverse_breaks(
    publication: Publication, node: str, predicate: str, constraint: str
) -> Iterator[tuple[set[Statement], set[Statement]]]:
    there = [quad for quad in publication.by_object[node] if quad.predicate == predicate]
    if constraint == "minCount" and not terms.is_blank(node):
        yield set(there), set()
    elif constraint == "maxCount":
        for quad in publication.by_predicate[predicate]:
            if quad.subject not in {each.subject for each in there}:
                yield set(), {Statement(quad.subject, predicate, node)}
                return


# By hand, where a rule joins several statements: what is wrong, the shape that must notice, the thing that it must
# name, what is taken away (`thing property`, with all its values), what is added.
BY_RULE = [
    (
        "a claim has an object and a value as well",
        "ClaimShape-objectOrValue",
        "claim/lead-hezbollah-member",
        [],
        '<claim/lead-hezbollah-member> ax:value "a text"@en .',
    ),
    (
        "a claim has neither object nor value",
        "ClaimShape-objectOrValue",
        "claim/infobox-headquarters-iran",
        ["claim/infobox-headquarters-iran ax:object"],
        "",
    ),
    (
        "nobody is named for an attributed claim",
        "ClaimShape-attribution",
        "claim/palestinian-factions-pflp-member",
        ["claim/palestinian-factions-pflp-member ax:attributedTo"],
        "",
    ),
    (
        "somebody is named for a claim in the article's own voice",
        "ClaimShape-attribution",
        "claim/infobox-headquarters-iraq",
        [],
        "<claim/infobox-headquarters-iraq> ax:attributedTo <unspecified-agent> .",
    ),
    (
        "a time of a claim has no bounds",
        "DatedThingShape-bounds",
        "claim/notes-hamas-governs",
        ["claim/notes-hamas-governs ax:latest"],
        "",
    ),
    (
        "a time of an event has no bounds",
        "DatedThingShape-bounds",
        "interview-said-saim-2006",
        ["interview-said-saim-2006 ax:earliest", "interview-said-saim-2006 ax:latest"],
        "",
    ),
    (
        "a disputed claim does not say what it conflicts with",
        "ClaimShape-conflict",
        "claim/infobox-headquarters-syria",
        ["claim/infobox-headquarters-syria ax:stance"],
        "<claim/infobox-headquarters-syria> ax:stance ax:Disputed .",
    ),
    (
        "an attributed claim is called a plain one",
        "PlainClaimShape-stance",
        "claim/palestinian-factions-hamas-at-times-member",
        [],
        "<claim/palestinian-factions-hamas-at-times-member> a ax:PlainClaim .",
    ),
    (
        "an attributed claim stands as a plain triple",
        "ClaimShape-plain",
        "claim/origin-golden-ring",
        [],
        '<syria> ax:describedAs "golden ring of the chain of resistance against Israel"@en .',
    ),
    (
        "a denied claim stands as a plain triple",
        "ClaimShape-plain",
        "claim/afghanistan-qaani-no-friend",
        [],
        "<taliban-government> ax:friendOf <iran> .",
    ),
    (
        "a disputed claim stands as a plain triple",
        "ClaimShape-plain",
        "claim/origin-first-use-2002",
        [],
        "<al-zahf-al-akhdar> ax:firstUsedTerm <term-axis-of-resistance> .",
    ),
    (
        "a claim quotes an entry that has no quotation",
        "QuotedClaimShape-flag",
        "claim/references-al-jubeir-foreign-minister",
        ["claim/references-al-jubeir-foreign-minister ax:quotedIn"],
        "<claim/references-al-jubeir-foreign-minister> ax:quotedIn <ref/31> .",
    ),
    (
        "a claim is ascribed to another than the speaker",
        "UtteredClaimShape-speaker",
        "claim/origin-not-internal",
        ["claim/origin-not-internal ax:attributedTo"],
        "<claim/origin-not-internal> ax:attributedTo <hamas> .",
    ),
    (
        "a city takes part in a war",
        "ClaimPredicateShape-fits",
        "ontology#tookPartIn",
        ["claim/infobox-battle-syrian-civil-war ax:subject"],
        "<claim/infobox-battle-syrian-civil-war> ax:subject <damascus> .",
    ),
    (
        "a group is the place of a headquarters",
        "ClaimPredicateShape-fits",
        "ontology#headquarteredIn",
        ["claim/infobox-headquarters-lebanon ax:object"],
        "<claim/infobox-headquarters-lebanon> ax:object <hezbollah> .",
    ),
    (
        "a predicate is no property",
        "ClaimPredicateShape-type",
        "ontology#lasted",
        ["ax:lasted rdf:type"],
        "ax:lasted a ax:ClaimPredicate .",
    ),
    (
        "a citation names an entry and no mark",
        "CitationShape-complete",
        "claim/afghanistan-qaani-commander",
        ["claim/afghanistan-qaani-commander ax:citation"],
        "<claim/afghanistan-qaani-commander> ax:citation "
        "[ a ax:Citation ; ax:scope ax:DirectlyCited ; ax:entry <ref/93> ] .",
    ),
    (
        "what is uncited names an entry",
        "CitationShape-complete",
        "claim/notes-hurras-al-din-successor",
        ["claim/notes-hurras-al-din-successor ax:citation"],
        "<claim/notes-hurras-al-din-successor> ax:citation "
        '[ a ax:Citation ; ax:scope ax:Uncited ; ax:entry <ref/93> ; ax:mark "93a" ] .',
    ),
    (
        "a citation names an entry that does not exist",
        "CitationShape-entry",
        "claim/origin-al-zahf-al-akhdar-daily",
        ["claim/origin-al-zahf-al-akhdar-daily ax:citation"],
        "<claim/origin-al-zahf-al-akhdar-daily> ax:citation "
        '[ a ax:Citation ; ax:scope ax:InferredCitation ; ax:entry <ref/999> ; ax:mark "999" ] .',
    ),
    (
        "a mark has the number of another entry",
        "ReferenceEntryShape-marks",
        "ref/37",
        ["claim/origin-jomhuri-ye-eslami-iranian ax:citation"],
        "<claim/origin-jomhuri-ye-eslami-iranian> ax:citation "
        '[ a ax:Citation ; ax:scope ax:DirectlyCited ; ax:entry <ref/37> ; ax:mark "38" ] .',
    ),
    ("an entry cites nothing", "ReferenceEntryShape-workOrParts", "ref/40", ["ref/40 ax:work"], ""),
    (
        "an entry is archived on no day",
        "ReferenceEntryShape-archived",
        "ref/30",
        [],
        "<ref/30> ax:flag ax:Archived .",
    ),
    (
        "an entry is cited and flagged as not cited",
        "ReferenceEntryShape-cited",
        "ref/36",
        [],
        "<ref/36> ax:flag ax:NotCitedHere .",
    ),
    (
        "a thing is called the same on the word of one source",
        "LinkShape-sameAs",
        "link/hezbollah-wikidata",
        ["link/hezbollah-wikidata ax:linkStatus"],
        "<link/hezbollah-wikidata> ax:linkStatus ax:VerifiedOnce .",
    ),
    (
        "a link is described otherwise than it is made",
        "LinkShape-made",
        "link/hamas-wikidata",
        ["link/hamas-wikidata ax:linkTarget"],
        "<link/hamas-wikidata> ax:linkTarget wd:Q1 .",
    ),
    (
        "a link has no evidence at all",
        "LinkedThingShape-link",
        "unspecified-agent",
        [],
        "<unspecified-agent> owl:sameAs wd:Q1 .",
    ),
    (
        "a claim mentions what no file describes",
        "MentionShape-described",
        "nowhere",
        ["claim/infobox-headquarters-yemen ax:object"],
        "<claim/infobox-headquarters-yemen> ax:object <nowhere> .",
    ),
    (
        "a claim mentions what has no name",
        "MentionShape-name",
        "somewhere",
        [],
        "<claim/infobox-political-position> ax:where <somewhere> . <somewhere> a ax:Region .",
    ),
]


def by_rule(row: tuple[str, str, str, list[str], str], publication: Publication, sources: Sources) -> Mutation:
    what, shape, focus, taken, added = row
    spaces = {f"{name}:": space for name, space in sources.prefixes.items()}

    def expanded(name: str) -> str:
        prefix, colon, local = name.partition(":")
        return terms.iri(spaces[prefix + colon] + local if colon else f"{BASE}id/{name}")

    removed: set[Statement] = set()
    for pattern in taken:
        there = publication.values(*map(expanded, pattern.split()))
        assert there, f"{what}: the publication no longer has {pattern}"
        removed = removed.union(*map(publication.whole, there))
    head = "".join(f"@prefix {name} <{space}> .\n" for name, space in spaces.items())
    turtle = f"@base <{BASE}id/> .\n{head}{added}".encode()
    new = frozenset(
        terms.statement(f"{triple} .") for triple in ox.parse(turtle, ox.RdfFormat.TURTLE, rename_blank_nodes=True)
    )
    place = BASE if "#" in focus else f"{BASE}id/"
    return Mutation(shape, place + focus, frozenset(removed), new, what)


@dataclass(frozen=True)
class Mutated:
    """What came of the mutations."""

    unnoticed: list[Mutation]  # that the shape they break let pass
    by_rule: dict[str, Mutation]
    strangers: list[Finding]  # Violations that no mutation explains
    unbroken: list[str]  # constraints that no single change of the data breaks
    noticed: int


def mutated_sources(sources: Sources, folder: Path, mutations: list[Mutation], near: set[str] | None) -> Sources:
    """The publication with the mutations; of the data only what is about things in `near`, if that is given."""
    shutil.copytree(sources.folder, folder)
    changed = replace(sources, folder=folder)
    removed = {terms.line(quad) for mutation in mutations for quad in mutation.removed}
    for graph in (DATA, LINKED, ONTOLOGY):
        with changed.graph(graph).open(encoding="utf-8", newline="\n") as lines:
            kept = [line for line in lines if line not in removed]
        if near is not None and graph != ONTOLOGY:
            kept = [line for line in kept if terms.statement(line).subject in near]
        changed.graph(graph).write_text("".join(kept), "utf-8", newline="\n")
    with changed.graph(DATA).open("a", encoding="utf-8", newline="\n") as output:
        output.writelines(terms.line(quad) for mutation in mutations for quad in mutation.added)
    derive(changed, nobody)
    return changed


def surroundings(publication: Publication, mutations: list[Mutation], hops: int) -> set[str]:
    """The nodes that the mutations touch, what mentions them, and what they mention, as many hops away."""
    touched = set().union(*(mutation.touched for mutation in mutations))
    near = touched | {quad.subject for node in touched for quad in publication.by_object.get(node, ())}
    for _ in range(hops):
        near |= {quad.object for node in near for quad in publication.by_subject.get(node, ())}
    return near | {quad.object for mutation in mutations for quad in mutation.added}


def names_of(finding: Finding) -> set[str]:
    """The terms that the finding may mean by its focus and its value."""
    return {terms.iri(finding.focus), terms.text(finding.focus), terms.text(finding.focus, "en"), finding.value}


def notices(findings: list[Finding], mutation: Mutation) -> bool:
    """Whether the shape has named the thing, and stops the build."""
    named = {mutation.focus} | {terms.value(node) for node in mutation.touched if terms.is_iri(node)}
    return any(
        finding.shape == AXSH + mutation.shape and finding.severity == "Violation" and finding.focus in named
        for finding in findings
    )


def apart_from_each_other(choices: list[list[Mutation]]) -> list[list[Mutation]]:
    """One mutation of each choice, in as few batches as it takes that none touches what another does."""
    batches: list[list[Mutation]] = []
    touched: list[set[str]] = []  # by batch; the strangers stay as they are
    for ways in choices:
        for batch, taken in zip(batches, touched, strict=True):
            if free := next((way for way in ways if taken.isdisjoint(way.touched)), None):
                batch.append(free)
                taken.update(free.touched)
                break
        else:
            batches.append([ways[0]])
            touched.append(set(STRANGERS) | ways[0].touched)
    return batches


@pytest.fixture(scope="module")
def mutated(
    sources: Sources, publication: Publication, shapes: rdflib.Graph, tmp_path_factory: pytest.TempPathFactory
) -> Mutated:
    """All mutations. Those that do not touch each other go into one run; the first is over the whole publication."""
    rules = [by_rule(row, publication, sources) for row in BY_RULE]
    choices = [[rule] for rule in rules] + list(all_mutations(publication, shapes))
    unbroken = [f"{ways[0].shape}: {ways[0].what}" for ways in choices if not ways[0].focus]
    batches = apart_from_each_other([ways for ways in choices if ways[0].focus])
    unnoticed, strangers = [], []
    for number, batch in enumerate(batches):
        near = surroundings(publication, batch, 2) if number else None
        folder = tmp_path_factory.mktemp("mutated") / "work"
        findings = validate(mutated_sources(sources, folder, batch, near))
        unnoticed += [mutation for mutation in batch if not notices(findings, mutation)]
        if near is None:
            near_by = surroundings(publication, batch, 1)
            strangers = [
                finding
                for finding in findings
                if finding.severity == "Violation" and near_by.isdisjoint(names_of(finding))
            ]
    return Mutated(unnoticed, {rule.what: rule for rule in rules}, strangers, unbroken, sum(map(len, batches)))


@pytest.mark.parametrize("what", [row[0] for row in BY_RULE])
def test_the_build_stops_when(mutated: Mutated, what: str) -> None:
    assert mutated.by_rule[what] not in mutated.unnoticed


def test_the_build_stops_for_every_constraint_that_a_single_change_of_the_real_data_breaks(mutated: Mutated) -> None:
    assert [f"{mutation.shape} ({mutation.what}): {mutation.focus}" for mutation in mutated.unnoticed] == []
    assert mutated.noticed > 250


def test_nothing_else_is_found_than_what_was_broken(mutated: Mutated) -> None:
    assert [str(finding) for finding in mutated.strangers] == []


UNBROKEN = {"CitationShape-claim: minCount": "what stands in brackets cannot lose its claim; an example stands alone"}


def test_a_constraint_that_no_change_of_the_data_breaks_has_a_reason(mutated: Mutated) -> None:
    assert set(mutated.unbroken) == set(UNBROKEN)


def test_every_rule_over_several_statements_is_broken_by_hand(shapes: rdflib.Graph) -> None:
    rules = {name for name in guards(shapes) if (rdflib.URIRef(AXSH + name), RDF.type, SH.NodeShape) in shapes}
    stopping = {name for name in rules if (rdflib.URIRef(AXSH + name), SH.severity, SH.Violation) in shapes}
    assert (stopping | BY_HAND) - {row[1] for row in BY_RULE} == set()


# The guide for authors --------------------------------------------------------------------------------------------

GUIDE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
ADDITIONS = re.findall(r"```turtle\n# (\S+)\n(.*?)```", GUIDE, re.DOTALL)
MISTAKES = re.findall(r"```diff\n--- (\S+)\n(.*?)\n```\n\n```text\n(.*?)\n```", GUIDE, re.DOTALL)
OF_SHAPES = [mistake for mistake in MISTAKES if "/shapes#" in mistake[2]]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of this publication that a test may spoil."""
    for folder in ("data", "ontology", "shapes"):
        shutil.copytree(ROOT / folder, tmp_path / "copy" / folder)
    return tmp_path / "copy"


def spoil(root: Path, file: str, difference: str) -> None:
    """Apply what the guide shows: lines with a space are found, with a minus taken away, with a plus put there."""
    lines = (root / file).read_text("utf-8").split("\n")
    place = 0
    for line in difference.split("\n"):
        if line.startswith("+"):
            lines.insert(place, line[1:])
        else:
            place = lines.index(line[1:], place)
            if line.startswith("-"):
                del lines[place]
                continue
        place += 1
    (root / file).write_text("\n".join(lines), "utf-8")


def said(root: Path) -> list[str]:
    """What stops a build, without the numbers of lines and columns, which change with every edit."""
    findings = pipeline.check(root)
    return [without_numbers(str(finding)) for finding in findings if finding.severity == "Violation"]


def without_numbers(finding: str) -> str:
    return re.sub(r"^(\S+?)(:\d+)+: ", r"\1: ", finding)


def test_what_the_guide_adds_conforms_and_each_mistake_has_the_message_that_the_guide_shows(copy: Path) -> None:
    for file, turtle in ADDITIONS:
        with (copy / file).open("a", encoding="utf-8") as target:
            target.write(f"\n{turtle}")
    for file, difference, _ in OF_SHAPES:
        spoil(copy, file, difference)
    shown = [without_numbers(line) for _, _, text in OF_SHAPES for line in text.splitlines()]
    assert sorted(said(copy)) == sorted(shown)


@pytest.mark.parametrize(
    ("file", "difference", "text"), [pytest.param(*row, id=row[0]) for row in MISTAKES if row not in OF_SHAPES]
)
def test_a_mistake_that_is_found_before_the_shapes_has_the_message_that_the_guide_shows(
    copy: Path, file: str, difference: str, text: str
) -> None:
    spoil(copy, file, difference)
    shown = [without_numbers(line) for line in text.splitlines() if line != "…"]
    found = said(copy)
    assert found[: len(shown)] == shown
    assert (len(found) > len(shown)) == text.endswith("…")


def test_the_guide_shows_additions_and_mistakes() -> None:
    assert len(ADDITIONS) > 7
    assert len(MISTAKES) > 12
