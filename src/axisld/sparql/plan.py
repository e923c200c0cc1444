"""In which order the triple patterns of a query are best joined, by what the release counts.

The engine knows no numbers: to it, one property is as rare as any other. What is told here is an order that it keeps,
each pattern looked up for every solution of those before it: SEP-0006, LATERAL.
https://github.com/w3c/sparql-dev/blob/main/SEP/SEP-0006/sep-0006.md
"""

import re
from collections.abc import Mapping, Sequence

from axisld.sparql.basic import Basic, Pattern, is_variable, joined
from axisld.store.cardinalities import Cardinalities

_FOLLOWED = 1000  # estimate: where a path leads that is no sequence, from one thing
_ESCAPE, _BARE = r"\\(.)", r"\1"  # in a local name, and what it stands for
_CHECKED = 0.5  # estimate: how often a statement is there whose three terms are known


def planned(query: Basic, known: Cardinalities) -> str:
    """The same query, with its patterns in the best order; "" where there is nothing to put in order."""
    if len(query.patterns) < 2 or any(token.upper() == "VALUES" for _, token in query.tail):
        return ""
    ordered = _ordered(query, known)
    if not ordered:
        return ""
    first, *others = ordered
    then = " ".join(f"LATERAL {{ {pattern.text} }}" for pattern in others)
    filters = " ".join(map(joined, query.filters))
    return f"{query.head} {first.text} {then} {query.behind} {filters} {joined(query.tail)}"


def _ordered(query: Basic, known: Cardinalities) -> list[Pattern]:
    """Each pattern where it makes the fewest solutions; none where some have nothing in common with the others."""
    left = list(query.patterns)
    ordered: list[Pattern] = []
    bound = frozenset[str]()
    while left:
        joinable = [pattern for pattern in left if not bound or bound & pattern.variables or not pattern.variables]
        if not joinable:
            return []
        best = min(joinable, key=lambda pattern: expected(pattern, bound, query.prefixes, known))
        left.remove(best)
        ordered.append(best)
        bound |= best.variables
    return ordered


def expected(
    pattern: Pattern, bound: frozenset[str], prefixes: Mapping[str, str], known: Cardinalities
) -> tuple[float, float]:
    """About how many solutions a pattern has for one value of each of the variables that are `bound`, and for none.

    The latter tells those apart that the former does not: the rarer has no solution for more of the values.
    """
    subject, object_ = constant(pattern.subject, prefixes), constant(pattern.object, prefixes)
    has_subject = not is_variable(pattern.subject) or pattern.subject[1:] in bound
    has_object = not is_variable(pattern.object) or pattern.object[1:] in bound
    if is_variable(pattern.predicate):
        alone = known.count(subject=subject, object=object_)
        return (alone if subject or object_ else _FOLLOWED if has_subject or has_object else alone), alone
    if not pattern.steps:
        alone = _FOLLOWED * known.count()
        return (_FOLLOWED if has_subject or has_object else alone), alone
    steps = [constant(step, prefixes) for step in pattern.steps]
    forwards = _along(steps, subject, has_subject, known)
    if has_subject and has_object:
        return _CHECKED, forwards
    return (_against(steps, object_, known) if has_object else forwards), _along(steps, "", False, known)


def constant(term: str, prefixes: Mapping[str, str]) -> str:
    """The IRI that a term of a query stands for, as in N-Triples; "" for a variable, a literal and what is relative."""
    if term.startswith("<"):
        return term if ":" in term and "\\" not in term else ""
    prefix, colon, local = term.partition(":")
    namespace = prefixes.get(prefix + colon, "")
    return f"<{namespace}{re.sub(_ESCAPE, _BARE, local)}>" if ":" in namespace else ""


def _along(steps: Sequence[str], subject: str, has_subject: bool, known: Cardinalities) -> float:
    """What a sequence of properties leads to from one thing, or from all."""
    first, *others = steps
    found = float(known.count(subject, first))
    if has_subject and not subject:
        found /= known.subjects(first)
    for step in others:
        found *= known.count(predicate=step) / known.subjects(step)
    return found


def _against(steps: Sequence[str], object: str, known: Cardinalities) -> float:
    """What leads to one thing by a sequence of properties."""
    *others, last = steps
    found = float(known.count(predicate=last, object=object))
    if not object:
        found /= known.objects(last)
    for step in others:
        found *= known.count(predicate=step) / known.objects(step)
    return found
