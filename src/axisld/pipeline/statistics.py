"""Count what a release holds, in one pass over its sorted lines: memory grows with the vocabulary, not the data."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from axisld.iris import Names
from axisld.pipeline.sources import GRAPHS
from axisld.vocabulary import LABEL_PROPERTIES, OWL, RDF_TYPE, RDFS, SKOS

# The predicates that link a thing to the same or a similar one elsewhere, in whatever graph they stand.
LINK_PREDICATES = frozenset(
    f"<{name}>".encode()
    for name in (
        *(f"{OWL}{local}" for local in ("sameAs", "equivalentClass", "equivalentProperty")),
        *(f"{SKOS}{local}" for local in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")),
        f"{RDFS}seeAlso",
    )
)
LINKS_GRAPH = "links"  # every statement of this graph that leads elsewhere is a link
_MAX_TARGETS = (
    1000  # per predicate that are told apart; the web pages that things link to may be on any number of hosts
)
_TYPE = RDF_TYPE.encode()
_LABELS = frozenset(name.encode() for name in LABEL_PROPERTIES)


@dataclass(frozen=True, slots=True)
class Use:
    """How often a property is used."""

    triples: int
    subjects: int  # distinct


@dataclass(frozen=True, slots=True)
class Counts:
    """What the whole or one named graph holds. IRIs stand without brackets."""

    quads: int
    triples: int  # distinct, whatever the graph
    subjects: int  # distinct: IRIs and blank nodes
    entities: int  # distinct subjects that are IRIs under {base}id/ (VoID, 4.6: those that match void:uriSpace)
    classes: Mapping[str, int]  # distinct instances by class
    properties: Mapping[str, Use]


@dataclass(frozen=True, slots=True)
class Links:
    """The links from things of the publication into one other dataset."""

    predicate: str  # IRI
    target: str  # namespace: "http://www.wikidata.org/entity/"; "" for targets beyond those told apart
    triples: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """What `measure` counts.

    Distinct objects are not: they are, where lines are sorted by them.
    """

    whole: Counts
    graphs: Mapping[
        str, Counts
    ]  # by name: "data" for {base}graph/data; by IRI those of authors; "" for the default graph
    languages: tuple[str, ...]  # of the labels, most used first
    links: tuple[Links, ...]  # most first
    examples: Mapping[str, str]  # an entity for each class that has one, by class


def measure(lines: Iterable[bytes], names: Names) -> Statistics:
    """Count sorted lines of canonical N-Quads: lines of one subject follow one another, those of one triple too."""
    space = f"<{names.thing('')}".encode()
    base = f"<{names.base}".encode()
    links_graph = f"<{names.graph(LINKS_GRAPH)}>".encode()
    whole, graphs = _Tally(), dict[bytes, _Tally]()
    languages, links = Counter[bytes](), dict[bytes, Counter[bytes]]()
    examples = dict[bytes, bytes]()
    quads, last = 0, (b"", b"", b"")
    for line in lines:
        quads += 1
        subject, predicate, value, tag, graph = split(line)
        is_entity = subject.startswith(space)
        tally = graphs.get(graph) or graphs.setdefault(graph, _Tally())
        tally.add(subject, predicate, value, is_entity)
        triple = (subject, predicate, value)
        is_new = triple != last
        if is_new:
            last = triple
            whole.add(subject, predicate, value, is_entity)
            if predicate == _TYPE and is_entity:
                examples.setdefault(value, subject)
            elif tag and predicate in _LABELS:
                languages[tag] += 1
        # a link counts once, even if it stands in several graphs
        is_candidate = is_new if predicate in LINK_PREDICATES else graph == links_graph and predicate != _TYPE
        if is_candidate and value.startswith(b"<") and subject.startswith(base) and not value.startswith(base):
            _add_link(links.setdefault(predicate, Counter()), value)
    return Statistics(
        whole=whole.counts(quads),
        graphs={_graph_name(graph, names): tally.counts(tally.triples) for graph, tally in sorted(graphs.items())},
        languages=_most_used(languages),
        links=_links(links),
        examples={_iri(name): _iri(entity) for name, entity in sorted(examples.items()) if name.startswith(b"<")},
    )


class _Tally:
    """Running counts over sorted triples: what differs from the line before is new."""

    __slots__ = ("classes", "entities", "predicate", "subject", "subjects", "triples", "use", "uses")

    def __init__(self) -> None:
        self.triples = self.subjects = self.entities = 0
        self.classes: dict[bytes, int] = {}
        self.uses: dict[bytes, list[int]] = {}  # by predicate: triples, subjects
        self.subject = self.predicate = b""
        self.use = [0, 0]

    def add(self, subject: bytes, predicate: bytes, value: bytes, is_entity: bool) -> None:
        if subject != self.subject:
            self.subject = subject
            self.predicate = b""
            self.subjects += 1
            self.entities += is_entity
        if predicate != self.predicate:
            self.predicate = predicate
            self.use = self.uses.setdefault(predicate, [0, 0])
            self.use[1] += 1
        self.use[0] += 1
        self.triples += 1
        if predicate == _TYPE:
            self.classes[value] = self.classes.get(value, 0) + 1

    def counts(self, quads: int) -> Counts:
        return Counts(
            quads=quads,
            triples=self.triples,
            subjects=self.subjects,
            entities=self.entities,
            classes={_iri(name): count for name, count in sorted(self.classes.items()) if name.startswith(b"<")},
            properties={_iri(name): Use(*use) for name, use in sorted(self.uses.items())},
        )


def split(line: bytes) -> tuple[bytes, bytes, bytes, bytes, bytes]:
    """Subject, predicate, object, the object's language tag, graph; the last two may be empty."""
    subject, predicate, rest = line.split(b" ", 2)
    if not rest.startswith(b'"'):
        parts = rest.split(b" ")
        return subject, predicate, parts[0], b"", parts[1] if len(parts) == 3 else b""
    text, _, after = rest.rpartition(b'"')
    parts = after.split(b" ")
    suffix = parts[0]
    tag = suffix[1:] if suffix.startswith(b"@") else b""
    return subject, predicate, text + b'"' + suffix, tag, parts[1] if len(parts) == 3 else b""


def _add_link(targets: Counter[bytes], value: bytes) -> None:
    """Count a link by the namespace of what it leads to: up to the last # or / before any query."""
    address = value[1:-1].partition(b"?")[0]
    target = address[: max(address.rfind(b"#"), address.rfind(b"/")) + 1]
    targets[target if target in targets or len(targets) < _MAX_TARGETS else b""] += 1


def _links(links: Mapping[bytes, Counter[bytes]]) -> tuple[Links, ...]:
    found = [
        Links(_iri(predicate), target.decode(), count)
        for predicate, targets in links.items()
        for target, count in targets.items()
    ]
    return tuple(sorted(found, key=lambda link: (-link.triples, link.predicate, link.target)))


def _most_used(tags: Mapping[bytes, int]) -> tuple[str, ...]:
    """Language tags, each once in the spelling used most: their case says nothing (RFC 5646, 2.1.1)."""
    total: Counter[bytes] = Counter()
    for tag, count in tags.items():
        total[tag.lower()] += count
    spelling = {tag.lower(): tag for tag in sorted(tags, key=lambda tag: (tags[tag], tag))}
    return tuple(spelling[tag].decode() for tag in sorted(total, key=lambda tag: (-total[tag], tag)))


def _graph_name(graph: bytes, names: Names) -> str:
    iri = _iri(graph)
    name = iri.removeprefix(names.graph(""))
    return name if name in GRAPHS else iri


def _iri(term: bytes) -> str:
    return term[1:-1].decode()
