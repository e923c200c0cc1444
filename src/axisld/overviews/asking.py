"""Ask the tables of a release. Every question has a time limit; any thread may ask."""
# ruff: noqa: S608 - names of columns are put into questions, values are bound

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from axisld.database import Ask, Database, Row
from axisld.overviews.building import LEVELS

MOST_RELATIONS = 2_000  # that are looked at to choose those of a drawing
MOST_STEPS = 3  # from the thing that a drawing begins with
_MOST_OF_ONE = 200  # relations of one thing, on the way to the next
_MOST_CITATIONS = 1_000  # looked at to say what a source is cited for
_MOST_COUNTED = 10_000  # times about one thing
_LISTED = "SELECT value FROM json_each(?)"
_HAS_DAYS = "time IS NOT NULL AND COALESCE(first, last) IS NOT NULL"  # as the index has it
_ID = "(SELECT id FROM term WHERE term = ?)"
ORDERS = {
    "-citations": "citations DESC",
    "citations": "citations",
    "name": "name",
    "-name": "name DESC",
}  # of sources
_NAMES = ("node", "subject", "predicate", "object", "badge")
_COLUMNS = ", ".join(f"(SELECT term FROM term WHERE id = {name})" for name in _NAMES)
_COLUMNS += ", is_claim, time, as_of, first, last"


@dataclass(frozen=True, slots=True)
class Filter:
    """What statements must have; terms, days (edtf.ordinal), "" and None for whatever."""

    type: str = ""
    predicate: str = ""
    badge: str = ""
    about: str = ""
    first: int | None = None  # a time that lies wholly before it is left out
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Stated:
    """A statement: a claim, a thing that has a time, or a relation. Terms; "" for none."""

    node: str  # the claim, or the thing
    subject: str
    predicate: str
    object: str
    badge: str
    is_claim: bool
    time: str  # EDTF or a date of XML Schema
    as_of: bool  # whether the time only says when it was so
    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class Relations:
    """Some relations between things."""

    things: tuple[str, ...]  # those with most of the relations first
    statements: tuple[Stated, ...]
    is_part: bool  # whether there are more


@dataclass(frozen=True, slots=True)
class Source:
    """Something that is cited."""

    term: str
    citations: int
    subjects: tuple[str, ...]  # that the citing statements are about, most frequent first
    badges: tuple[str, ...]  # terms
    languages: tuple[str, ...]  # as the publication writes them


@dataclass(frozen=True, slots=True)
class Passage:
    """A place in a source."""

    term: str
    start: int  # Unicode code points before it
    end: int
    claims: int
    others: int  # other things that say they stand there


@dataclass(frozen=True, slots=True)
class Stretch:
    """The passages of one part of a source."""

    whole: str  # that part, a term; "" for none
    passages: int
    claimed: int  # of them
    listed: int  # of the others: those where other things say that they stand there
    claims: int
    characters: int
    claimed_characters: int


@dataclass(frozen=True, slots=True)
class Result:
    """A finding of the validation; terms."""

    term: str
    severity: str
    shape: str
    focus: str


class Overviews:
    """The opened tables. Close them when nobody asks any more."""

    def __init__(self, path: Path, seconds: float) -> None:
        """`seconds` is what one question may take."""
        self._database = Database(path, seconds, name="The tables of the overviews", advice="Narrow it down.")

    @cached_property
    def has(self) -> frozenset[str]:
        """Which of timeline, network, conflicts, sources, coverage and report have anything to show."""
        questions = {
            "timeline": "SELECT 1 FROM statement WHERE time IS NOT NULL AND COALESCE(first, last) IS NOT NULL LIMIT 1",
            "network": "SELECT 1 FROM degree LIMIT 1",
            "conflicts": "SELECT 1 FROM conflict LIMIT 1",
            "sources": "SELECT 1 FROM source LIMIT 1",
            "coverage": "SELECT 1 FROM passage WHERE claims LIMIT 1",
            "report": "SELECT 1 FROM finding LIMIT 1",
        }
        with self._database.asking() as ask:
            return frozenset(name for name, question in questions.items() if ask(question))

    def choices(self, field: str) -> list[tuple[str, int]]:
        """(term, how many): what statements can be narrowed by, the most frequent first.

        `field` is type, predicate or badge for those with a time; relation or relation-badge for relations;
        claim-badge for claims.
        """
        question = "SELECT term.term, things FROM choice JOIN term ON term.id = choice.term WHERE field = ?"
        with self._database.asking() as ask:
            return [(term, count) for term, count in ask(f"{question} ORDER BY things DESC, term.term", field)]

    def counts_about(self, thing: str) -> dict[str, int]:
        """By view: how many times are about a thing (a term), and in how many relations it stands."""
        questions = {
            "timeline": f"SELECT COUNT(*) FROM (SELECT 1 FROM mention WHERE term = {_ID} LIMIT {_MOST_COUNTED})",
            "network": f"SELECT IFNULL((SELECT relations FROM degree WHERE term = {_ID}), 0)",
        }
        with self._database.asking() as ask:
            return {view: ask(question, thing)[0][0] for view, question in questions.items()}

    def dated(self, wanted: Filter, *, limit: int, offset: int = 0) -> tuple[int, list[Stated]]:
        """(how many there are, some) of the statements with a time, by when they begin, else by when they end."""
        where, bound = _where(wanted)
        where = f"{_HAS_DAYS}{where}"
        with self._database.asking() as ask:
            total: int = ask(f"SELECT COUNT(*) FROM statement WHERE {where}", *bound)[0][0]
            rows = ask(
                f"SELECT {_COLUMNS} FROM statement WHERE {where}"
                " ORDER BY COALESCE(first, last), id LIMIT ? OFFSET ?",
                *bound, limit, offset,
            )  # fmt: skip
        return total, [_stated(row) for row in rows]

    def relations(self, wanted: Filter, *, things: int) -> Relations:
        """The relations among those things that have most of them: `things` at most."""
        where, bound = _where(wanted)
        question = f"SELECT {_COLUMNS} FROM statement WHERE object IS NOT NULL{where}"
        with self._database.asking() as ask:
            rows = ask(f"{question} LIMIT ?", *bound, MOST_RELATIONS + 1)
            is_part = len(rows) > MOST_RELATIONS
            if is_part and not where:
                most = "SELECT term FROM degree ORDER BY relations DESC, term LIMIT ?"
                within = f" AND subject IN ({most}) AND object IN ({most}) LIMIT ?"
                rows = ask(question + within, things, things, MOST_RELATIONS)
        return _chosen([_stated(row) for row in rows[:MOST_RELATIONS]], things, is_part)

    def around(self, start: str, depth: int, wanted: Filter, *, things: int) -> Relations:
        """The relations of a thing (a term), and of those that it reaches in `depth` - 1 steps; `things` at most."""
        where, bound = _where(wanted)
        question = f"SELECT {_COLUMNS} FROM statement WHERE object IS NOT NULL AND {{}} = {_ID}{where} LIMIT ?"
        found: dict[Stated, None] = {}
        reached, edge, is_part = {start: None}, [start], False
        with self._database.asking() as ask:
            for _ in range(min(depth, MOST_STEPS)):
                following: dict[str, None] = {}
                for thing in edge:
                    for end in ("subject", "object"):
                        rows = ask(question.format(end), thing, *bound, _MOST_OF_ONE + 1)
                        is_part |= len(rows) > _MOST_OF_ONE
                        for row in rows[:_MOST_OF_ONE]:
                            stated = _stated(row)
                            found[stated] = None
                            following |= dict.fromkeys((stated.subject, stated.object))
                edge = [thing for thing in following if thing not in reached]
                reached |= dict.fromkeys(edge)
                if len(reached) > things:
                    break
        return _chosen(list(found), things, is_part, start)

    def conflicts(self, *, limit: int, offset: int = 0) -> tuple[int, list[tuple[str, str]]]:
        """(how many there are, some of them) of the pairs of statements that cannot both hold; terms."""
        with self._database.asking() as ask:
            total = ask("SELECT COUNT(*) FROM conflict")[0][0]
            rows = ask(
                "SELECT a.term, b.term FROM conflict JOIN term a ON a.id = one JOIN term b ON b.id = other"
                " ORDER BY one, other LIMIT ? OFFSET ?", limit, offset,
            )  # fmt: skip
        return total, [(one, other) for one, other in rows]

    def claims(self, badge: str, *, limit: int, offset: int = 0) -> tuple[int, list[Stated]]:
        """(how many there are, some of them) of the claims with a badge (a term)."""
        with self._database.asking() as ask:
            total = ask(f"SELECT COUNT(*) FROM statement WHERE badge = {_ID}", badge)[0][0]
            rows = ask(
                f"SELECT {_COLUMNS} FROM statement WHERE badge = {_ID} ORDER BY id LIMIT ? OFFSET ?",
                badge, limit, offset,
            )  # fmt: skip
        return total, [_stated(row) for row in rows]

    def statements(self, nodes: Iterable[str]) -> dict[str, Stated]:
        """By claim (a term): what it states."""
        with self._database.asking() as ask:
            within = f"node IN (SELECT id FROM term WHERE term IN ({_LISTED}))"
            rows = ask(f"SELECT {_COLUMNS} FROM statement WHERE is_claim AND {within}", json.dumps(list(nodes)))
        return {stated.node: stated for stated in map(_stated, rows)}

    @cached_property
    def levels(self) -> dict[str, int]:
        """What is cited, as roles: entries, works, what they appeared in, authors, publishers; how many there are."""
        with self._database.asking() as ask:
            rows = ask("SELECT level, COUNT(*) FROM source GROUP BY level ORDER BY level")
        return {LEVELS[level]: count for level, count in rows}

    def traits(self, field: str, level: str) -> list[tuple[str, int]]:
        """(value, how many): the badges ("badge") or languages ("language") of what is cited, most first."""
        with self._database.asking() as ask:
            return [
                (value, count)
                for value, count in ask(
                    "SELECT value, COUNT(*) FROM trait JOIN source ON source.term = trait.source"
                    " WHERE field = ? AND level = ? GROUP BY value ORDER BY COUNT(*) DESC, value",
                    field, _level(level),
                )
            ]  # fmt: skip

    def sources(
        self, level: str, *, order: str = "-citations", badge: str = "", language: str = "", limit: int, offset: int = 0
    ) -> tuple[int, list[Source]]:
        """(how many there are, some of them) of what is cited, perhaps with a trait; `order` is one of ORDERS."""
        given = [(field, value) for field, value in (("badge", badge), ("language", language)) if value]
        has = " AND source.term IN (SELECT source FROM trait WHERE field = ? AND value = ?)"
        where = f"level = ?{has * len(given)}"
        bound = [_level(level), *(part for trait in given for part in trait)]
        with self._database.asking() as ask:
            total = ask(f"SELECT COUNT(*) FROM source WHERE {where}", *bound)[0][0]
            rows = ask(
                f"SELECT id, term.term, citations FROM source JOIN term ON term.id = source.term WHERE {where}"
                f" ORDER BY {ORDERS[order]}, source.term LIMIT ? OFFSET ?", *bound, limit, offset,
            )  # fmt: skip
            return total, [self._source(ask, _level(level), *row) for row in rows]

    def stretches(self, *, limit: int, offset: int = 0) -> tuple[int, list[Stretch]]:
        """(how many there are, some of them) of the parts that passages belong to, in the order of the source."""
        with self._database.asking() as ask:
            total = ask("SELECT COUNT(*) FROM (SELECT DISTINCT whole FROM passage)")[0][0]
            rows = ask(
                "SELECT (SELECT term FROM term WHERE id = whole), COUNT(*), SUM(claims > 0),"
                " SUM(NOT claims AND others), SUM(claims), SUM(end - start), SUM((claims > 0) * (end - start))"
                " FROM passage GROUP BY whole ORDER BY MIN(start) LIMIT ? OFFSET ?",
                limit, offset,
            )  # fmt: skip
        return total, [Stretch(row[0] or "", *row[1:]) for row in rows]

    def passages(
        self, whole: str = "", *, unclaimed: bool = False, limit: int, offset: int = 0
    ) -> tuple[int, list[Passage]]:
        """(how many there are, some) of the passages of a part (a term; "" for all), in the order of the source."""
        where = "1" + (f" AND whole = {_ID}" if whole else "") + (" AND NOT claims" if unclaimed else "")
        bound = [whole] if whole else []
        with self._database.asking() as ask:
            total = ask(f"SELECT COUNT(*) FROM passage WHERE {where}", *bound)[0][0]
            rows = ask(
                "SELECT (SELECT term FROM term WHERE id = passage.term), start, end, claims, others FROM passage"
                f" WHERE {where} ORDER BY start, end, id LIMIT ? OFFSET ?", *bound, limit, offset,
            )  # fmt: skip
        return total, [Passage(*row) for row in rows]

    @cached_property
    def finding_counts(self) -> list[tuple[str, str, int]]:
        """(severity, shape, how many): terms; most first."""
        with self._database.asking() as ask:
            rows = ask(
                "SELECT (SELECT term FROM term WHERE id = severity), (SELECT term FROM term WHERE id = shape), COUNT(*)"
                " FROM finding GROUP BY severity, shape ORDER BY COUNT(*) DESC, shape"
            )
        return [(severity, shape or "", count) for severity, shape, count in rows]

    def findings(self, severity: str, shape: str, *, limit: int, offset: int = 0) -> tuple[int, list[Result]]:
        """(how many there are, some of them) of the findings of a severity and a shape; terms, "" for whatever."""
        given = [(name, term) for name, term in (("severity", severity), ("shape", shape)) if term]
        where = "".join(f" AND {name} = {_ID}" for name, _ in given)
        bound = [term for _, term in given]
        columns = ("finding.term", "severity", "shape", "focus")
        names = ", ".join(f"(SELECT term FROM term WHERE id = {name})" for name in columns)
        with self._database.asking() as ask:
            total = ask(f"SELECT COUNT(*) FROM finding WHERE 1{where}", *bound)[0][0]
            rows = ask(
                f"SELECT {names} FROM finding WHERE 1{where} ORDER BY severity, shape, focus LIMIT ? OFFSET ?",
                *bound, limit, offset,
            )  # fmt: skip
        return total, [Result(*(term or "" for term in row)) for row in rows]

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    @staticmethod
    def _source(ask: Ask, level: int, source: int, term: str, citations: int) -> Source:
        citing = "SELECT node FROM cited WHERE level = ? AND source = ? LIMIT ?"
        subjects = ask(
            "SELECT term FROM statement JOIN term ON term.id = subject"
            f" WHERE is_claim AND node IN ({citing}) GROUP BY subject ORDER BY COUNT(*) DESC, subject LIMIT 3",
            level, source, _MOST_CITATIONS,
        )  # fmt: skip
        badges, languages = (
            tuple(value for (value,) in ask("SELECT value FROM trait WHERE source = ? AND field = ?", source, field))
            for field in ("badge", "language")
        )
        return Source(term, citations, tuple(subject for (subject,) in subjects), badges, languages)


def _level(role: str) -> int:
    return [str(level) for level in LEVELS].index(role)


def _where(wanted: Filter) -> tuple[str, list[object]]:
    """Conditions behind others, and what is bound in them."""
    conditions: list[tuple[str, object]] = []
    if wanted.type:
        conditions.append((f"id IN (SELECT statement FROM type WHERE term = {_ID})", wanted.type))
    if wanted.predicate:
        conditions.append((f"predicate = {_ID}", wanted.predicate))
    if wanted.badge:
        conditions.append((f"badge = {_ID}", wanted.badge))
    if wanted.about:
        conditions.append((f"id IN (SELECT statement FROM mention WHERE term = {_ID})", wanted.about))
    if wanted.first is not None:  # what has no known end may last
        conditions.append((f"{_HAS_DAYS} AND COALESCE(last, 1e9) >= ?", wanted.first))
    if wanted.last is not None:
        conditions.append((f"{_HAS_DAYS} AND COALESCE(first, -1e9) <= ?", wanted.last))
    return "".join(f" AND {condition}" for condition, _ in conditions), [bound for _, bound in conditions]


def _stated(row: Row) -> Stated:
    node, subject, predicate, object_, badge = (term or "" for term in row[:5])
    is_claim, time, as_of, first, last = row[5:]
    return Stated(node, subject, predicate, object_, badge, bool(is_claim), time or "", bool(as_of), first, last)


def _chosen(statements: Sequence[Stated], most: int, is_part: bool, start: str = "") -> Relations:
    """The statements among the things that have most of them; those nearest to the start, if there is one, go first."""
    degrees = Counter(end for stated in statements for end in (stated.subject, stated.object))
    ranked = dict.fromkeys(filter(degrees.get, [start]))
    if not start:
        ranked |= dict.fromkeys(thing for thing, _ in sorted(degrees.items(), key=lambda item: (-item[1], item[0])))
    else:  # in the order in which they were reached
        ranked |= dict.fromkeys(end for stated in statements for end in (stated.subject, stated.object))
    things = tuple(ranked)[:most]
    kept = set(things)
    among = tuple(stated for stated in statements if stated.subject in kept and stated.object in kept)
    connected = {end for stated in among for end in (stated.subject, stated.object)} | {start}
    is_part = is_part or len(among) < len(statements)
    return Relations(tuple(thing for thing in things if thing in connected), among, is_part)
