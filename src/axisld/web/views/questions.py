"""The SPARQL that yields what a view shows, in the publication's own prefixes. A reader goes on from there.

No text of a client is pasted: terms are written as the publication's prefixed names, or as N-Triples writes them.
"""

from collections.abc import Iterable, Sequence

from axisld import terms
from axisld.overviews.building import LEVELS
from axisld.representations.prefixes import PrefixedNames
from axisld.roles import OA, Role
from axisld.terms import XSD
from axisld.vocabulary import DCTERMS, RDF_TYPE, RDFS, SH
from axisld.web.site import Site
from axisld.web.views.asked import Asked

_LIMIT = 500


class Question:
    """Prefixes and patterns, gathered line by line."""

    def __init__(self, here: Site) -> None:
        self._here = here
        self._names = PrefixedNames(here.record.prefixes)
        self._used: dict[str, None] = {}

    def term(self, term: str) -> str:
        """The term as SPARQL writes it."""
        name = self._names(term)
        if name != term and terms.is_iri(term):
            self._used[name.partition(":")[0]] = None
        return name

    def path(self, *roles: Role) -> str:
        """The properties in use that play one of these roles, as a path; "" where there are none."""
        found = [name for role in roles for name in self._here.roles.properties(role)]
        used = [self.term(name) for name in dict.fromkeys(found) if terms.value(name) in self._here.record.properties]
        return "|".join(used)

    def text(self, comment: str, select: str, where: Iterable[str], end: str) -> str:
        prefixes = [f"PREFIX {name}: <{self._here.record.prefixes[name]}>" for name in self._used]
        lines = [
            f"# {comment}",
            *prefixes,
            f"SELECT {select}",
            "WHERE {",
            *(f"  {line}" for line in where if line),
            "}",
        ]
        return "\n".join([*lines, end, f"LIMIT {_LIMIT}"])


def timeline(question: Asked) -> str:
    """What has a time."""
    asking = Question(question.here)
    node, times = "?thing", asking.path("time", "valid")
    if times:
        where = [f"{node} {times} ?time ."]
    else:
        kinds = ", ".join(asking.term(f"<{XSD}{kind}>") for kind in ("date", "dateTime", "gYear", "gYearMonth"))
        where = [f"{node} ?property ?time .", f"FILTER (DATATYPE(?time) IN ({kinds}))"]
    where += _narrowed(asking, question, node)
    if question.term("about"):
        about = asking.path("subject", "object", "attribution", "utterance", "speaker", "place")
        where.append(f"{node} ({about}) {asking.term(question.term('about'))} ." if about else "")
    where.append(_bound(asking, node))
    return asking.text(
        f"Things and statements with a time{_of_any_period(question)}",
        "DISTINCT ?thing ?time ?label",
        where,
        "ORDER BY ?time",
    )


def network(question: Asked) -> str:
    """Relations between things."""
    asking = Question(question.here)
    subject, predicate, object_ = (asking.path(role) for role in ("subject", "predicate", "object"))
    if subject and predicate and object_:
        where = [f"?claim {subject} ?one ;", f"  {predicate} ?relation ;", f"  {object_} ?other ."]
        where += _narrowed(asking, question, "?claim")
        where.append("FILTER (ISIRI(?other))")
    else:
        base = question.here.names.base
        chosen = question.term("predicate")
        where = [f"VALUES ?relation {{ {asking.term(chosen)} }}" if chosen else "", "?one ?relation ?other ."]
        where += [f'FILTER (STRSTARTS(STR(?one), "{base}id/") && STRSTARTS(STR(?other), "{base}id/"))']
    if start := question.term("around"):
        where.append(f"FILTER ({asking.term(start)} IN (?one, ?other))")
    select = "?one ?relation ?other ?claim" if subject else "?one ?relation ?other"
    return asking.text(
        f"Relations between things{_of_any_period(question)}", select, where, "ORDER BY ?one ?relation ?other"
    )


def conflicts(question: Asked) -> str:
    """Statements that cannot both hold; or those with a badge."""
    asking = Question(question.here)
    if chosen := question.term("badge"):
        where = [f"?statement ?property {asking.term(chosen)} .", f"?statement {asking.path('predicate')} ?predicate ."]
        where.append(_bound(asking, "?statement"))
        return asking.text("Statements with this mark", "DISTINCT ?statement ?label", where, "ORDER BY ?statement")
    where = [f"?statement {asking.path('conflict')} ?other ."]
    who, when = asking.path("attribution"), asking.path("time")
    where += [
        f"OPTIONAL {{ ?statement {who} ?who }}" if who else "",
        f"OPTIONAL {{ ?statement {when} ?time }}" if when else "",
    ]
    select = "?statement ?other" + (" ?who" if who else "") + (" ?time" if when else "")
    return asking.text("Statements that contradict each other", select, where, "ORDER BY ?statement ?other")


def sources(question: Asked, level: str) -> str:
    """What is cited how often."""
    asking = Question(question.here)
    citation, cited, work, part = (asking.path(role) for role in ("citation", "cited", "work", "part"))
    works = (f"(^({part})?/({work}))" if part else f"({work})") if work else ""
    where = [f"?statement ({citation}){f'/({cited})' if cited else ''} ?entry ."]
    where += [f"?entry {name} {asking.term(badge)} ." for badge, name in _badge(asking, question)]
    if language := question.text("language"):
        path = "/".join(filter(None, (works, asking.term(f"<{DCTERMS}language>"))))
        where += [f"?entry {path} ?language .", f"FILTER (STR(?language) = {terms.text(language)})"]
    if level == "cited":
        where.append("BIND (?entry AS ?source)")
    else:
        maker = f"({asking.path(level)})" if level in LEVELS[2:] else ""
        where.append(f"?entry {'/'.join(filter(None, (works, maker)))} ?source .")
    select = "?source (COUNT(DISTINCT ?statement) AS ?citations)"
    return asking.text("What is cited how often", select, where, "GROUP BY ?source\nORDER BY DESC(?citations) ?source")


def coverage(question: Asked) -> str:
    """Passages with what is claimed on them."""
    asking = Question(question.here)
    start, end, passage = asking.term(f"<{OA}start>"), asking.term(f"<{OA}end>"), asking.path("passage")
    where = [f"?passage {start} ?start ; {end} ?end ."]
    if part := question.term("part"):
        where.append(f"?passage {asking.path('part')} {asking.term(part)} .")
    predicate = asking.path("predicate")
    where.append(f"OPTIONAL {{ ?claim {passage} ?passage ; {predicate} ?predicate }}")
    ending = "GROUP BY ?passage ?start ?end" + ("\nHAVING (COUNT(?claim) = 0)" if question.text("unclaimed") else "")
    select = "?passage ?start ?end (COUNT(DISTINCT ?claim) AS ?claims)"
    return asking.text("Passages, and how much is claimed on them", select, where, f"{ending}\nORDER BY ?start ?end")


def report(question: Asked) -> str:
    """Findings of the validation."""
    asking = Question(question.here)
    names = ("focusNode", "resultSeverity", "sourceShape", "resultMessage")
    focus, severity, shape, message = (asking.term(f"<{SH}{name}>") for name in names)
    where = [
        f"?finding {focus} ?about ; {severity} ?severity ; {message} ?message .",
        f"OPTIONAL {{ ?finding {shape} ?shape }}",
    ]
    for name, variable in (("severity", "?severity"), ("shape", "?shape"), ("about", "?about")):
        if chosen := question.term(name):
            where.append(f"FILTER ({variable} = {asking.term(chosen)})")
    return asking.text(
        "What the shapes find", "?about ?severity ?shape ?message", where, "ORDER BY ?severity ?shape ?about"
    )


def _of_any_period(question: Asked) -> str:
    """Text of EDTF cannot be compared in SPARQL, so a period that was asked for is not in the query."""
    return ", of any period" if question.text("from") or question.text("to") else ""


def _narrowed(asking: Question, question: Asked, node: str) -> Sequence[str]:
    where = []
    if type_ := question.term("type"):
        where.append(f"{node} {asking.term(RDF_TYPE)} {asking.term(type_)} .")
    if predicate := question.term("predicate"):
        path = asking.path("predicate")
        where.append(f"{node} {path} {asking.term(predicate)} ." if path else "")
    where += [f"{node} {name} {asking.term(badge)} ." for badge, name in _badge(asking, question)]
    return where


def _badge(asking: Question, question: Asked) -> list[tuple[str, str]]:
    """(the badge asked for, the properties that have it as a path); nothing where none is asked for."""
    badge = question.term("badge")
    names = [asking.term(name) for name, members in question.here.roles.badges.items() if badge in members]
    return [(badge, "|".join(names))] if names else []


def _bound(asking: Question, node: str) -> str:
    """The names of a thing, where there are any."""
    used = asking.term(f"<{RDFS}label>")
    return f"OPTIONAL {{ {node} {used} ?label }}"
