"""What follows from one statement and the ontology, statement by statement: reasoning that needs no memory for data.

The rules of OWL 2 RL that look at a single statement beside the ontology (OWL 2 Profiles, 4.3): prp-dom, prp-rng,
prp-symp, prp-spo1, prp-eqp, prp-inv, cls-hv, cls-int2, cls-uni, cax-sco, cax-eqc, eq-sym. Those that join statements
(transitive and functional properties, chains, keys, owl:sameAs for things, restrictions on the values of others) are
not among them: what they infer may outgrow the data by far.
"""

from collections.abc import Iterable, Iterator, Mapping

from axisld import lists
from axisld.terms import RDF, Statement
from axisld.vocabulary import OWL, RDF_TYPE, RDFS

_SUBJECT, _OBJECT = "?s", "?o"  # what a pattern of consequences is filled with
_SAME_AS = f"<{OWL}sameAs>"
# Statements by which a vocabulary is defined, wherever they stand.
_DEFINING = frozenset(
    f"<{RDFS}{name}>" for name in ("subClassOf", "subPropertyOf", "domain", "range")
) | {f"<{RDF}{name}>" for name in ("first", "rest")}  # fmt: skip

_Pattern = tuple[str, str, str]


def defines(predicate: str, value: str) -> bool:
    """Whether a statement says something about the vocabulary rather than about the things that it describes."""
    if predicate == RDF_TYPE:
        return value.startswith((f"<{OWL}", f"<{RDFS}", f"<{RDF}"))
    return predicate in _DEFINING or (predicate.startswith(f"<{OWL}") and predicate != _SAME_AS)


class Entailment:
    """The consequences of single statements under one ontology."""

    def __init__(self, ontology: Iterable[Statement]) -> None:
        """`ontology` is what the ontology says and what follows from it alone."""
        self._kinds: dict[str, set[str]] = {}  # by class: those that include it
        self._domains: dict[str, set[str]] = {}
        self._ranges: dict[str, set[str]] = {}
        self._implied: dict[str, set[tuple[str, bool]]] = {_SAME_AS: {(_SAME_AS, True)}}  # True: the other way round
        self._values: dict[str, set[tuple[str, str]]] = {}  # by class: what its members have
        self._classes_by_value: dict[tuple[str, str], set[str]] = {}
        self._patterns: dict[_Pattern, tuple[_Pattern, ...]] = {}
        self._read(ontology)
        self._held = {value for _, value in self._classes_by_value}

    def _read(self, ontology: Iterable[Statement]) -> None:
        said: dict[str, list[tuple[str, str]]] = {}
        for quad in ontology:
            said.setdefault(quad.predicate, []).append((quad.subject, quad.object))

        def pairs(name: str, namespace: str = OWL) -> Iterable[tuple[str, str]]:
            return said.get(f"<{namespace}{name}>", ())

        for part, whole in (*pairs("subClassOf", RDFS), *pairs("equivalentClass")):
            self._kinds.setdefault(part, set()).add(whole)
        for one, other in pairs("equivalentClass"):
            self._kinds.setdefault(other, set()).add(one)
        for part, whole in (*pairs("subPropertyOf", RDFS), *pairs("equivalentProperty")):
            self._implied.setdefault(part, set()).add((whole, False))
        for one, other in pairs("equivalentProperty"):
            self._implied.setdefault(other, set()).add((one, False))
        for one, other in pairs("inverseOf"):
            self._implied.setdefault(one, set()).add((other, True))
            self._implied.setdefault(other, set()).add((one, True))
        for name, kind in pairs("type", RDF):
            if kind == f"<{OWL}SymmetricProperty>":
                self._implied.setdefault(name, set()).add((name, True))
        for name, kind in pairs("domain", RDFS):
            self._domains.setdefault(name, set()).add(kind)
        for name, kind in pairs("range", RDFS):
            self._ranges.setdefault(name, set()).add(kind)
        properties = dict(pairs("onProperty"))
        for restriction, value in pairs("hasValue"):
            if restriction in properties:
                self._values.setdefault(restriction, set()).add((properties[restriction], value))
                self._classes_by_value.setdefault((properties[restriction], value), set()).add(restriction)
        self._read_lists(said)

    def _read_lists(self, said: Mapping[str, Iterable[tuple[str, str]]]) -> None:
        cells: dict[str, dict[str, set[str]]] = {}
        for step in (lists.FIRST, lists.REST):
            for cell, value in said.get(step, ()):
                cells.setdefault(cell, {}).setdefault(step, set()).add(value)

        def members(head: str) -> Iterator[str]:
            return lists.members(head, lambda cell: cells.get(cell, {}))

        for whole, head in said.get(f"<{OWL}unionOf>", ()):
            for part in members(head):
                self._kinds.setdefault(part, set()).add(whole)
        for part, head in said.get(f"<{OWL}intersectionOf>", ()):
            self._kinds.setdefault(part, set()).update(members(head))

    def __call__(self, subject: str, predicate: str, value: str) -> Iterator[Statement]:
        """What follows from this statement, but for itself; literals are no subjects."""
        is_told_apart = predicate == RDF_TYPE or value in self._held
        given = (
            subject if subject in self._held else _SUBJECT,
            predicate,
            value if is_told_apart else _OBJECT,
        )
        pattern = self._patterns.get(given)
        if pattern is None:
            pattern = self._patterns[given] = self._consequences(given)
        for about, says, of in pattern:
            thing = subject if about == _SUBJECT else value if about == _OBJECT else about
            if not thing.startswith('"'):
                yield Statement(thing, says, value if of == _OBJECT else subject if of == _SUBJECT else of)

    def _consequences(self, given: _Pattern) -> tuple[_Pattern, ...]:
        found, left = {given}, [given]
        while left:
            new = set(self._step(*left.pop())) - found
            found |= new
            left += new
        return tuple(sorted(found - {given}))

    def _step(self, subject: str, predicate: str, value: str) -> Iterator[_Pattern]:
        if predicate == RDF_TYPE:
            for kind in self._kinds.get(value, ()):
                yield subject, RDF_TYPE, kind
            for name, held in self._values.get(value, ()):
                yield subject, name, held
        for name, is_turned in self._implied.get(predicate, ()):
            yield (value, name, subject) if is_turned else (subject, name, value)
        for kind in self._domains.get(predicate, ()):
            yield subject, RDF_TYPE, kind
        for kind in self._ranges.get(predicate, ()):
            yield value, RDF_TYPE, kind
        for kind in self._classes_by_value.get((predicate, value), ()):
            yield subject, RDF_TYPE, kind
