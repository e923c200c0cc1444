"""Claims on a page: statements that are things of their own, each with who says so, since when and on which source.

What is a claim, and which of its properties says what, the roles of the publication's properties tell (axisld.roles).
A page shows no more claims than a reader can look over, and reads no more.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

from axisld import terms
from axisld.roles import Role
from axisld.terms import Statement
from axisld.vocabulary import LABEL_PROPERTIES, RDF_TYPE
from axisld.web import edtf
from axisld.web.interface import gettext as _
from axisld.web.nodes import Node, Property, Reading
from axisld.web.site import Site

# How a thing can take part in claims, in the order of its page, each with the most claims shown there.
PARTS: tuple[tuple[Role, int], ...] = (
    ("subject", 30), ("object", 15), ("attribution", 10), ("utterance", 20), ("passage", 20), ("place", 10),
)  # fmt: skip
_MOST_THROUGH = 20  # claims that cite a source
_MOST_EDITIONS = 10  # entries of a list of sources that stand for one work
_MOST_OPPOSED = 4  # claims beside the one that they conflict with
_MOST_VALUES = 20  # of one property of a claim
_TOLD_APART: tuple[Role, ...] = (
    "subject", "predicate", "object", "attribution", "utterance", "conflict", "citation", "time", "valid", "earliest",
    "latest", "passage",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mark:
    """The number by which a sentence refers to its source, as in an encyclopedia."""

    text: str  # "74"; "" where the claim rests on no source
    anchor: str
    scope: Node | None  # how the citation stands to the claim, where that is not the plain case


@dataclass(frozen=True, slots=True)
class Source:
    """An entry of the list of sources at the foot of a page."""

    mark: str
    anchor: str
    entry: Node
    text: Node


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim as a reader sees it."""

    anchor: str
    sentence: Node
    subject: Node | None
    predicate: Node | None
    object: Node | None
    badges: tuple[Node, ...]
    speakers: tuple[Node, ...]
    utterances: tuple[Node, ...]
    times: tuple[Node, ...]
    marks: tuple[Mark, ...]
    passages: tuple[Node, ...]
    others: tuple[Property, ...]  # what else was written about it
    opposed: tuple["Claim", ...]  # that it conflicts with


@dataclass(frozen=True, slots=True)
class Grouped:
    """Claims with one predicate."""

    heading: Node | None
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """The claims in which a thing takes part in one way."""

    part: str  # a role; "cited" where they rest on it, "other" where they name it in another way
    groups: tuple[Grouped, ...]
    shown: int
    count: int  # in all


@dataclass(frozen=True, slots=True)
class Part:
    """The claims in which a thing takes part in one way, before they are worded."""

    part: str  # a role, "cited", or "other"
    claims: tuple[str, ...]  # terms
    count: int


class Found:
    """The claims that belong on a page, and the statements that a reader needs to follow them."""

    def __init__(self, here: Site) -> None:
        self._here = here
        self._store = here.release.store
        self.parts: list[Part] = []
        self.statements: list[Statement] = []
        self._read: dict[str, bool] = {}  # nodes looked up, and whether each is a claim
        self._about: dict[str, list[Statement]] = {}  # by claim
        self._opposed: dict[str, list[str]] = {}
        self._used: dict[Role, tuple[str, ...]] = {}
        self._sources: list[str] = []  # that the claims cite

    def about_topic(self, topic: str, counts: Sequence[tuple[str, int]]) -> None:
        """The claims in which a topic takes part; `counts` says how many statements point at it, by predicate."""
        seen: set[str] = set()
        for role, most in PARTS:
            named = [(name, count) for name, count in counts if name in self._here.roles.properties(role)]
            if named:
                # A superproperty that was inferred has the same claims again: the largest is all of them.
                holders = chain.from_iterable(self._subjects(topic, name) for name, _ in named)
                self._add(role, holders, most, max(count for _, count in named), seen)
        self._add("cited", self._resting_on(topic, counts), _MOST_THROUGH, 0, seen)

    def topic_itself(self, topic: str) -> bool:
        """Whether the topic is a claim; then what it conflicts with belongs on its page."""
        if not self.is_claim(topic):
            return False
        self._follow((topic,))
        return True

    def these(self, predicate: str, nodes: Sequence[str]) -> None:
        """Those of these nodes that are claims, which point at a topic by this property."""
        part = next((role for role, _ in PARTS if predicate in self._here.roles.properties(role)), "other")
        self._add(part, iter(nodes), len(nodes), 0, set())

    def told_apart(self) -> list[str]:
        """The claims, and the sources that they cite: the page has a place for each."""
        return [node for node, is_claim in self._read.items() if is_claim] + self._sources

    def is_claim(self, term: str) -> bool:
        """Whether a node is one, having a subject and a predicate in these roles."""
        if term not in self._read:
            about = list(self._store.about(term))
            names = {quad.predicate for quad in about}
            is_claim = all(names.intersection(self._in_use(role)) for role in ("subject", "predicate"))
            self._read[term] = is_claim
            if is_claim:
                self.statements += about
                self._about[term] = about
        return self._read[term]

    def opposed(self, claim: str) -> list[str]:
        """The claims that conflict with a claim of the page, in either direction."""
        return self._opposed.get(claim, [])

    def labels(self) -> list[Statement]:
        """What the nodes of these statements are called."""
        return self._here.reader.label_statements(
            term for quad in self.statements for term in quad[:3] if terms.is_iri(term)
        )

    def _add(self, part: str, nodes: Iterator[str], most: int, count: int, seen: set[str]) -> None:
        candidates = [node for node in dict.fromkeys(islice(nodes, 4 * most)) if node not in seen]
        claims = tuple(islice(filter(self.is_claim, self._expected(candidates)), most))
        seen.update(claims)
        if claims:
            self._follow(claims)
            self.parts.append(Part(part, claims, max(count, len(claims))))

    def _follow(self, claims: Iterable[str]) -> None:
        """Read what the claims conflict with, and for all of them their citations and the sources that they cite."""
        together = list(claims)
        for claim in claims:
            both = chain(self._values(claim, "conflict"), self._holders(claim, "conflict"))
            others = [other for other in dict.fromkeys(both) if other != claim]
            self._opposed[claim] = list(filter(self.is_claim, self._expected(others[:_MOST_OPPOSED])))
            together += self._opposed[claim]
        citations = [citation for claim in together for citation in self._values(claim, "citation")]
        cited = self._in_use("cited")
        told = [quad for citation in self._expected(citations) for quad in self._look_up(citation)]
        sources = dict.fromkeys(quad.object for quad in told if quad.predicate in cited)
        for source in self._expected(sources):
            self._look_up(source)
        self._sources += sources

    def _expected(self, nodes: Iterable[str]) -> list[str]:
        """The nodes, made known to a store that is far away."""
        listed = list(nodes)
        self._store.expect(node for node in listed if terms.is_iri(node) and node not in self._read)
        return listed

    def _in_use(self, role: Role) -> tuple[str, ...]:
        """The properties that play a role, without those that no statement has."""
        if role not in self._used:
            used = self._here.record.properties
            self._used[role] = tuple(name for name in self._here.roles.properties(role) if terms.value(name) in used)
        return self._used[role]

    def _values(self, claim: str, role: Role) -> list[str]:
        names = self._in_use(role)
        return list(dict.fromkeys(quad.object for quad in self._about.get(claim, ()) if quad.predicate in names))

    def _holders(self, value: str, role: Role) -> Iterator[str]:
        for name in self._in_use(role):
            if self._here.roles.inverse(name) != name:  # else the values say the same
                yield from (quad.subject for quad in self._store.incoming(value, name))

    def _look_up(self, node: str) -> list[Statement]:
        told = list(self._store.about(node))
        if node not in self._read:
            self._read[node] = False
            self.statements += told
        return told

    def _subjects(self, topic: str, name: str) -> Iterator[str]:
        return (quad.subject for quad in self._store.incoming(topic, name))

    def _resting_on(self, topic: str, counts: Sequence[tuple[str, int]]) -> Iterator[str]:
        """The claims that cite the topic as a source, or cite an entry that stands for it."""
        roles = self._here.roles
        sources = [topic]
        if counts and roles.values(topic, "bibliography"):
            pointing = self._expected(quad.subject for quad in islice(self._store.incoming(topic), _MOST_EDITIONS))
            sources += (node for node in pointing if roles.values(node, "bibliography"))
        for source in sources:
            for citation in islice(self._holders(source, "cited"), 4 * _MOST_THROUGH):
                yield from islice(self._holders(citation, "citation"), _MOST_THROUGH)


class Wording:
    """Claims in the words of a reader's page, and the sources that their marks lead to."""

    def __init__(self, here: Site, reading: Reading, found: Found, topic: str) -> None:
        """`topic` is what the page is about: its claims need not name it again."""
        self._here = here
        self._topic = topic
        self._reading = reading
        self._found = found
        self._marks = self._number(found.statements)
        self._cited: set[str] = set()
        self._shown: set[str] = set()  # claims that have their place on the page

    def section(self, part: Part) -> Section:
        """Claims by predicate, in the order of its name; where the topic is no end of theirs, in one group."""
        by_predicate: dict[str, list[Claim]] = {}
        for term in part.claims:
            if term not in self._shown:
                predicate = self._first(term, "predicate") if part.part in ("subject", "object") else ""
                by_predicate.setdefault(predicate, []).append(self.claim(term))
        groups = [Grouped(self._heading(name, part.part), tuple(found)) for name, found in by_predicate.items()]
        groups.sort(key=lambda group: group.heading.text.casefold() if group.heading else "")
        return Section(part.part, tuple(groups), len(part.claims), part.count)

    def claim(self, term: str, is_opposed: bool = False) -> Claim:
        """One claim; with those that it conflicts with, unless it stands beside one of them."""
        self._shown.add(term)
        others = () if is_opposed else tuple(
            self.claim(other, is_opposed=True) for other in self._found.opposed(term) if other not in self._shown
        )  # fmt: skip
        reading = self._reading
        return Claim(
            anchor=anchor_of(self._here, term),
            sentence=reading.node(term),
            subject=self._node(term, "subject"),
            predicate=self._node(term, "predicate"),
            object=self._node(term, "object"),
            badges=tuple(map(reading.node, reading.objects(term, *self._here.roles.badges))),
            speakers=self._nodes(term, "attribution"),
            utterances=self._nodes(term, "utterance"),
            times=self._times(term),
            marks=tuple(sorted(self._citations(term), key=lambda mark: _natural(mark.text))),
            passages=self._nodes(term, "passage"),
            others=tuple(
                replace(found, values=found.values[:_MOST_VALUES])
                for found in reading.tell_in_short(term, self._left_out(term))
            ),
            opposed=others,
        )

    def chain(self, term: str) -> list[tuple[Node, ...]]:
        """How a claim came into the source: who said so, in which act, which work reported it, what is cited.

        Nothing for a claim whose way is shorter than an act and a report.
        """
        roles = self._here.roles
        acts = self._written(term, "utterance")
        reports = list(dict.fromkeys(report for act in acts for report in roles.values(act, "reported")))
        if not acts or not reports:
            return []
        speakers = [speaker for act in acts for speaker in roles.values(act, "speaker")]
        cited = [
            source
            for citation in self._reading.objects(term, *roles.properties("citation"))
            for source in self._reading.objects(citation, *roles.properties("cited"))
        ]
        speakers = list(dict.fromkeys([*self._written(term, "attribution"), *speakers]))
        self._reading.add_labels(self._here.reader.label_statements((*speakers, *reports)))
        steps = (speakers, acts, reports, list(dict.fromkeys(cited)))
        return [tuple(map(self._reading.node, step)) for step in steps if step]

    def sources(self) -> list[Source]:
        """What the claims worded so far rest on, in the order of the marks."""
        cited = sorted((self._marks[entry], entry) for entry in self._cited)
        return [
            Source(mark, _anchor("source", mark), self._reading.node(entry), self._text(entry))
            for mark, entry in sorted(cited, key=lambda source: _natural(source[0]))
        ]

    def _text(self, entry: str) -> Node:
        found = self._reading.text(entry, self._here.roles.properties("bibliography"))
        return found[1] if found else self._reading.node(entry)

    def _citations(self, term: str) -> Iterator[Mark]:
        roles, reading = self._here.roles, self._reading
        for citation in reading.objects(term, *roles.properties("citation")):
            scope = self._scope(citation)
            entries = reading.objects(citation, *roles.properties("cited"))
            if not entries and not terms.is_blank(citation):  # the source itself
                entries = [citation]
            self._cited.update(entries)
            for entry in entries:
                mark = self._marks.get(entry) or self._marks.setdefault(entry, str(len(self._marks) + 1))
                yield Mark(mark, _anchor("source", mark), scope)
            if not entries:
                yield Mark("", "", scope)

    def _scope(self, citation: str) -> Node | None:
        """The value of an enumerated property of a citation, unless it is the first there is."""
        for predicate, values in self._reading.about(citation).items():
            unusual = self._here.roles.choices(predicate)[1:]
            for value in values:
                if value in unusual:
                    return self._reading.node(value)
        return None

    def _times(self, term: str) -> tuple[Node, ...]:
        roles, reading = self._here.roles, self._reading
        found = []
        for role, words in (("time", edtf.in_words), ("valid", edtf.as_of)):
            for value in reading.objects(term, *roles.properties(role)):  # type: ignore[arg-type]
                text = terms.value(value)
                found.append(Node(words(text) or text, datatype=text))
        return tuple(found)

    def _heading(self, predicate: str, part: str) -> Node | None:
        """The predicate; where the topic is the object, its inverse, or how others stand to it."""
        if not predicate:
            return None
        node = self._reading.node(predicate)
        if part == "subject":
            return node
        inverse = self._here.roles.inverse(predicate)
        if inverse:
            self._reading.add_labels(self._here.reader.label_statements([inverse]))
            named = self._reading.node(inverse)
            return node if inverse == predicate else named if not named.is_code else node
        return replace(node, text=_("… %(relation)s this", relation=node.text))

    def _left_out(self, term: str) -> set[str]:
        label = self._reading.label(term)[1]
        same = {
            predicate
            for predicate, values in self._reading.about(term).items()
            if all(terms.is_literal(value) and terms.value(value) == label for value in values)
        }
        told = {name for role in _TOLD_APART for name in self._here.roles.properties(role)}
        return {RDF_TYPE, *LABEL_PROPERTIES, *self._here.roles.badges, *same, *told}

    def _first(self, term: str, role: Role) -> str:
        return next(iter(self._written(term, role)), "")

    def _node(self, term: str, role: Role) -> Node | None:
        value = self._first(term, role)
        return self._reading.node(value) if value else None

    def _nodes(self, term: str, role: Role) -> tuple[Node, ...]:
        return tuple(map(self._reading.node, self._written(term, role)))

    def _written(self, term: str, role: Role) -> list[str]:
        values = self._reading.objects(term, *self._here.roles.properties(role))
        is_said_by_place = role not in ("subject", "predicate", "object")
        return [value for value in values if not (is_said_by_place and value == self._topic)][:_MOST_VALUES]

    def _number(self, statements: Iterable[Statement]) -> dict[str, str]:
        """The mark of each source: its own sign where all have one, else its place on the page."""
        roles = self._here.roles
        cited, notation = set(roles.properties("cited")), roles.properties("notation")
        entries = dict.fromkeys(quad.object for quad in statements if quad.predicate in cited)
        signs = {entry: self._reading.objects(entry, *notation) for entry in entries}
        if all(signs.values()):
            return {entry: terms.value(found[0]) for entry, found in signs.items()}
        return {entry: str(number) for number, entry in enumerate(entries, start=1)}


def repeating(here: Site) -> set[str]:
    """The properties that lead from a thing to the claims about it: they repeat what the claims say."""
    return {
        inverse
        for role in ("subject", "object", "attribution", "utterance", "passage")
        for name in here.roles.properties(role)
        if (inverse := here.roles.inverse(name)) and inverse != name
    }


def anchor_of(here: Site, term: str) -> str:
    """Where on a page a claim stands: `claim-…`, by its name."""
    iri = terms.value(term)
    return _anchor("c", iri[len(here.names.base) :].removeprefix("id/") if here.names.is_own(iri) else iri)


def _anchor(kind: str, name: str) -> str:
    return f"{kind}-{re.sub(r'[^A-Za-z0-9_.-]+', '-', name)}"


def _natural(mark: str) -> tuple[tuple[int, str], ...]:
    """9 before 10, 72-1 before 72-2."""
    return tuple((int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", mark) if part)
