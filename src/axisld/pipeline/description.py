"""A description that grows: what its author said stays as it is, and what is missing is added."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from axisld import terms
from axisld.iris import Names
from axisld.release import Record
from axisld.terms import XSD, Statement
from axisld.vocabulary import RDF_TYPE

Facts = Mapping[str, str | Iterable[str]]  # by the IRI of the property: one term or several; an empty one says nothing

_LOCAL_NAME = re.compile(r"[A-Za-z0-9._~-]+")


class Description:
    """The statements about a release, all in the default graph."""

    def __init__(self, record: Record, authored: Sequence[Statement]) -> None:
        self.record = record
        self.names = Names(record.base)
        self._authored = [quad._replace(graph="") for quad in authored]
        self._said = {(quad.subject, quad.predicate) for quad in authored}
        self._statements = set(self._authored)

    def add(self, subject: str, *facts: Facts) -> None:
        """Say these facts about the thing with the IRI `subject`."""
        for predicate, values in chain.from_iterable(some.items() for some in facts):
            for value in (values,) if isinstance(values, str) else values:
                if value:
                    self._statements.add(Statement(terms.iri(subject), terms.iri(predicate), value))

    def complete(self, subject: str, *facts: Facts) -> None:
        """Say those of these facts whose property the author did not use."""
        said = {predicate for about, predicate in self._said if about == terms.iri(subject)}
        for some in facts:
            self.add(subject, {name: some[name] for name in some if terms.iri(name) not in said})

    def authored(self, subject: str, predicate: str) -> list[str]:
        """What the author says, as terms in order."""
        about = (terms.iri(subject), terms.iri(predicate))
        return sorted(quad.object for quad in self._authored if quad[:2] == about)

    def statements(self) -> list[Statement]:
        """Everything said so far, in the order of canonical N-Quads."""
        return sorted(self._statements, key=lambda quad: terms.line(quad).encode())

    def own(self, fragment: str) -> str:
        """The IRI of a part of the description: a fragment of {base}dataset, which the server answers for all."""
        return f"{self.names.dataset}#{fragment}"

    def graph(self, name: str) -> str:
        """The IRI of the description of a graph: by its name, by its IRI if it is an author's, "" being the default."""
        if name in self.record.other_graphs:
            return self.own(f"graph-{self.short(name)}" if name else "default-graph")
        return self.own(f"graph-{name}")

    def short(self, iri: str) -> str:
        """A name for `iri` that can stand in a fragment, such as `skos:Concept`, and that no other IRI has."""
        matches = [
            (len(namespace), f"{prefix}:{iri[len(namespace) :]}")
            for prefix, namespace in self.record.prefixes.items()
            if iri.startswith(namespace) and _LOCAL_NAME.fullmatch(iri[len(namespace) :])
        ]
        return max(matches)[1] if matches else f"{_readable(iri)}-{hashlib.sha256(iri.encode()).hexdigest()[:8]}"


def types(*iris: str) -> dict[str, list[str]]:
    return {terms.value(RDF_TYPE): [terms.iri(iri) for iri in iris]}


def texts(by_language: Mapping[str, str]) -> list[str]:
    return [terms.text(text, language) for language, text in by_language.items()]


def english(text: str) -> str:
    return terms.text(text, "en")


def number(value: int, datatype: str = "integer") -> str:
    return terms.text(str(value), datatype=f"{XSD}{datatype}")


def _readable(iri: str) -> str:
    return re.sub(r"[^A-Za-z0-9.]+", "-", iri.partition("://")[2] or iri).strip("-")
