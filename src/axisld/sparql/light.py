"""Whether a query looks at few statements for certain, whatever they are: then it may share a process with others.

A basic graph pattern and filters that go over each solution once, with no function that could make much of little.
"""

import math
from collections.abc import Iterable

from axisld.sparql.basic import Basic, Pattern, is_variable
from axisld.sparql.lexer import Token
from axisld.sparql.plan import constant
from axisld.store.cardinalities import Cardinalities

_IN_FILTERS = frozenset({"FILTER", "STR", "LANG", "LANGMATCHES", "DATATYPE", "BOUND", "IN", "NOT", "TRUE", "FALSE"})
_IN_FILTERS |= {"ISIRI", "ISURI", "ISBLANK", "ISLITERAL", "ISNUMERIC", "SAMETERM"}
_IN_FILTERS |= {"CONTAINS", "STRSTARTS", "STRENDS", "LCASE", "UCASE", "YEAR", "MONTH", "DAY"}
_IN_PROJECTION = frozenset({"DISTINCT", "REDUCED", "WHERE"})
_IN_TAIL = frozenset({"ORDER", "BY", "ASC", "DESC", "LIMIT", "OFFSET"})
_MOST_TOKENS = 400  # a filter of many comparisons goes over all of them for each solution


def is_light(query: Basic, known: Cardinalities, most: int) -> bool:
    """Whether no more than `most` statements can be looked at."""
    if query.form not in ("SELECT", "ASK") or query.behind or not query.patterns:
        return False
    parts = [*query.filters, query.projection, query.tail]
    if sum(map(len, parts)) > _MOST_TOKENS or not all(_has_only(_IN_FILTERS, tokens) for tokens in query.filters):
        return False
    if not (_has_only(_IN_PROJECTION, query.projection) and _has_only(_IN_TAIL, query.tail)):
        return False
    return _wanted(query) <= most or math.prod(_most(pattern, query, known) for pattern in query.patterns) <= most


def _has_only(words: frozenset[str], tokens: Iterable[Token]) -> bool:
    """Whether there is no other keyword, and no function by its IRI: what is called has "(" behind it."""
    is_name = False
    for kind, text in tokens:
        if (kind == "words" and text.upper() not in words) or text == "{" or (text == "(" and is_name):
            return False
        if kind != "blank":
            is_name = kind in ("iri", "name")
    return True


def _wanted(query: Basic) -> float:
    """How many solutions are enough, where any will do; infinity for all of them."""
    [pattern, *others] = query.patterns
    words = {token.upper() for _, token in (*query.projection, *query.tail)}
    is_plain = len(pattern.steps) == 1 or is_variable(pattern.predicate)
    is_alone = not (others or query.filters or query.is_in_graph)
    if not is_alone or not is_plain or _repeats(pattern) or words & {"DISTINCT", "ORDER"}:
        return math.inf
    if query.form == "ASK":
        return 1
    if "LIMIT" not in words:
        return math.inf
    numbers = [token for kind, token in query.tail if kind == "number"]
    return sum(int(number) for number in numbers) if all(map(str.isdigit, numbers)) else math.inf


def _repeats(pattern: Pattern) -> bool:
    """Whether a variable stands in two places: then much is looked at that does not fit."""
    return len(pattern.variables) < sum(map(is_variable, (pattern.subject, pattern.predicate, pattern.object)))


def _most(pattern: Pattern, query: Basic, known: Cardinalities) -> float:
    """The statements that fit a pattern; for ever many where that is not known."""
    subject, object_ = constant(pattern.subject, query.prefixes), constant(pattern.object, query.prefixes)
    if is_variable(pattern.predicate):
        return known.count(subject=subject, object=object_)
    if len(pattern.steps) != 1:
        return math.inf
    [predicate] = pattern.steps
    return known.count(subject, constant(predicate, query.prefixes), object_)
