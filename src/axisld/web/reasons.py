"""Why a statement was worked out: what a reader can be told from a few look-ups, without searching for a proof."""

from collections.abc import Mapping, Sequence
from itertools import islice

from axisld import terms
from axisld.vocabulary import RDF_TYPE, RDFS
from axisld.web.nodes import Node, Reading, Reason
from axisld.web.site import Site

_SUBCLASS, _SUBPROPERTY = f"<{RDFS}subClassOf>", f"<{RDFS}subPropertyOf>"
_MOST = 20  # properties, classes or statements looked through
Ends = tuple[str, str]  # predicate and object of a statement about the topic


class Reasons:
    """The reasons for what was worked out about one thing."""

    def __init__(self, here: Site, claims: Mapping[Ends, Sequence[Node]]) -> None:
        """`claims` are links to those of which plain statements follow."""
        self._store = here.release.store
        self._here = here
        self._claims = claims
        self.reading: Reading  # names what reasons mention

    def why(self, subject: str, predicate: str, value: str, origin: str) -> Reason | None:
        """The reason for one statement; None where only the whole of rules or axioms could tell."""
        if origin == "derived":
            claims = self._claims.get((predicate, value))
            return Reason("claims", tuple(claims)) if claims else self._by_rule(predicate)
        if predicate == RDF_TYPE:
            return self._of_type(subject, value)
        return self._of_relation(subject, predicate, value)

    def _by_rule(self, predicate: str) -> Reason | None:
        """The rules that derive statements with a property: which of them made this one, nobody noted."""
        rules = [rule for rule in self._here.record.rules if terms.value(predicate) in rule.makes]
        found = tuple(Node(rule.says if len(rules) == 1 and rule.says else rule.name) for rule in rules)
        return Reason("rule", found) if found else None

    def _of_type(self, subject: str, class_: str) -> Reason | None:
        about = self.reading.about(subject)
        written = self.reading.objects(subject, RDF_TYPE)
        for below in written[:_MOST]:
            if below != class_ and self._says(below, _SUBCLASS, class_):
                return self._reason("subclass", below, class_)
        for predicate in islice(about, _MOST):
            if self._says(predicate, f"<{RDFS}domain>", class_):
                return self._reason("domain", predicate, class_)
        return None

    def _of_relation(self, subject: str, predicate: str, value: str) -> Reason | None:
        inverse = self._here.roles.inverse(predicate)
        if inverse and not terms.is_literal(value) and self._says(value, inverse, subject):
            return self._reason("inverse", value, inverse, subject)
        for below, values in islice(self.reading.about(subject).items(), 2 * _MOST):
            if below != predicate and value in values and self._says(below, _SUBPROPERTY, predicate):
                return self._reason("subproperty", below, predicate)
        return None

    def _says(self, subject: str, predicate: str, value: str) -> bool:
        return any(quad.object == value for quad in islice(self._store.about(subject, predicate), 5 * _MOST))

    def _reason(self, kind: str, *named: str) -> Reason:
        self.reading.add_labels(self._here.reader.label_statements(named))
        return Reason(kind, tuple(map(self.reading.node, named)))
