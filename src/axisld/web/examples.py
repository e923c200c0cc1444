"""The publication's example queries, as its description has them (SHACL Advanced Features, 5)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from axisld import terms
from axisld.terms import Statement
from axisld.vocabulary import RDFS, SH

_QUERY_PROPERTIES = tuple(f"<{SH}{form}>" for form in ("select", "ask", "construct"))


@dataclass(frozen=True, slots=True)
class Example:
    """A question and the query that asks it."""

    name: str  # "bridges-and-rivers"
    question: str
    query: str  # begins with the question, as a comment


@dataclass(frozen=True, slots=True)
class Examples:
    """All of them, by name."""

    statements: tuple[Statement, ...]  # what is said of them
    by_name: dict[str, Example]


def examples(metadata: Iterable[Statement], endpoint: str) -> Examples:
    """The examples for the endpoint with this address, in the description of a publication."""
    start = f"<{endpoint}#"
    statements = tuple(quad._replace(graph="") for quad in metadata if quad.subject.startswith(start))
    facts: dict[str, dict[str, str]] = defaultdict(dict)
    for quad in statements:
        if terms.is_literal(quad.object):
            facts[quad.subject][quad.predicate] = terms.value(quad.object)
    by_name = {}
    for subject, said in sorted(facts.items()):
        query = next((said[name] for name in _QUERY_PROPERTIES if name in said), "")
        question = said.get(f"<{RDFS}comment>", "")
        if query and question:
            name = subject[len(start) : -1]
            by_name[name] = Example(name, question, f"# {question}\n{query}\n")
    return Examples(statements, by_name)
