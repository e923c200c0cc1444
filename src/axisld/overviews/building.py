"""Write the tables of a release: one SQLite file, in one walk through its things.

What plays which part is read from the ontology (`roles`). A statement is a thing with a subject, a predicate and an
object (a claim). A publication without such has its plain statements between things of its own instead. Times are those
of the properties for times; where none is in use, every date.

term       IRIs, as terms
statement  node: the claim, or the thing that has a time. first, last: days (edtf.ordinal) that the time can include
mention    what a statement with a time is about
type       the types of what has a time
degree     how many relations a thing stands in
conflict   two statements that cannot both hold
cited      source at a level (LEVELS), and who cites it. `source` counts that
trait      the badges of sources ("badge"), and their languages ("language")
passage    a place in a source, with what is claimed there
finding    a result of the validation
"""

import sqlite3
from collections.abc import Collection, Iterable
from functools import lru_cache
from itertools import groupby, islice
from pathlib import Path
from typing import get_args

from axisld import edtf, terms
from axisld.database import written
from axisld.iris import Names
from axisld.roles import OA, Role, Roles
from axisld.store import Store
from axisld.terms import XSD, Statement
from axisld.vocabulary import DCTERMS, LABEL_PROPERTIES, OWL, RDF_TYPE, RDFS, SH

LEVELS: tuple[Role, ...] = ("cited", "work", "part", "author", "publisher")
_DATES = frozenset(f"<{XSD}{name}>" for name in ("date", "dateTime", "dateTimeStamp", "gYear", "gYearMonth"))
_TIMES: tuple[Role, ...] = ("time", "earliest", "latest", "valid")
_UNTELLING = frozenset((f"<{OWL}Thing>", f"<{OWL}NamedIndividual>", f"<{RDFS}Resource>"))  # true of anything
_ABOUT: tuple[Role, ...] = ("subject", "object", "attribution", "utterance", "speaker", "place")
_OFFSETS = (f"<{OA}start>", f"<{OA}end>")
_MOST = 1_000  # values of one thing in one part, and holders of one
_TERMS_KEPT = 100_000
_BATCH = 10_000  # sources that are named together

_TABLES = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA page_size = 8192;
CREATE TABLE term (id INTEGER PRIMARY KEY, term TEXT NOT NULL UNIQUE);
CREATE TABLE statement (id INTEGER PRIMARY KEY, node INTEGER NOT NULL, is_claim INTEGER NOT NULL, subject INTEGER,
    predicate INTEGER, object INTEGER, badge INTEGER, time TEXT, as_of INTEGER NOT NULL, first INTEGER, last INTEGER);
CREATE TABLE mention (term INTEGER NOT NULL, statement INTEGER NOT NULL, PRIMARY KEY (term, statement)) WITHOUT ROWID;
CREATE TABLE type (term INTEGER NOT NULL, statement INTEGER NOT NULL, PRIMARY KEY (term, statement)) WITHOUT ROWID;
CREATE TABLE conflict (one INTEGER NOT NULL, other INTEGER NOT NULL, PRIMARY KEY (one, other)) WITHOUT ROWID;
CREATE TABLE cited (level INTEGER NOT NULL, source INTEGER NOT NULL, node INTEGER NOT NULL,
    PRIMARY KEY (level, source, node)) WITHOUT ROWID;
CREATE TABLE listed (level INTEGER NOT NULL, source INTEGER NOT NULL, PRIMARY KEY (level, source)) WITHOUT ROWID;
CREATE TABLE trait (field TEXT NOT NULL, value TEXT NOT NULL, source INTEGER NOT NULL,
    PRIMARY KEY (field, value, source)) WITHOUT ROWID;
CREATE TABLE passage (id INTEGER PRIMARY KEY, term INTEGER NOT NULL, whole INTEGER, start INTEGER NOT NULL,
    end INTEGER NOT NULL, claims INTEGER NOT NULL, others INTEGER NOT NULL);
CREATE TABLE finding (term INTEGER PRIMARY KEY, severity INTEGER NOT NULL, shape INTEGER, focus INTEGER);
"""
_INDEXES = """
CREATE INDEX statement_by_time ON statement (COALESCE(first, last), id) WHERE time IS NOT NULL;
CREATE INDEX statement_by_node ON statement (node);
CREATE INDEX relation_by_subject ON statement (subject, object) WHERE object IS NOT NULL;
CREATE INDEX relation_by_object ON statement (object) WHERE object IS NOT NULL;
CREATE INDEX relation_by_predicate ON statement (predicate) WHERE object IS NOT NULL;
CREATE INDEX statement_by_badge ON statement (badge) WHERE badge IS NOT NULL;
CREATE TABLE degree (term INTEGER PRIMARY KEY, relations INTEGER NOT NULL);
INSERT INTO degree SELECT term, COUNT(*) FROM (
    SELECT subject AS term FROM statement WHERE object IS NOT NULL UNION ALL
    SELECT object FROM statement WHERE object IS NOT NULL) GROUP BY term;
CREATE INDEX degree_by_relations ON degree (relations DESC, term);
CREATE TABLE source (level INTEGER NOT NULL, term INTEGER NOT NULL, citations INTEGER NOT NULL,
    name TEXT NOT NULL DEFAULT '', PRIMARY KEY (level, term)) WITHOUT ROWID;
CREATE INDEX source_by_term ON source (term);
INSERT INTO source (level, term, citations) SELECT level, source, COUNT(*) FROM cited GROUP BY level, source;
INSERT OR IGNORE INTO source (level, term, citations) SELECT level, source, 0 FROM listed;
DROP TABLE listed;
CREATE INDEX trait_by_source ON trait (source, field, value);
CREATE INDEX source_by_citations ON source (level, citations DESC, term);
CREATE INDEX passage_by_place ON passage (whole, start, end);
CREATE INDEX finding_by_shape ON finding (severity, shape, focus);
CREATE TABLE choice (field TEXT NOT NULL, term INTEGER NOT NULL, things INTEGER NOT NULL, PRIMARY KEY (field, term))
    WITHOUT ROWID;
INSERT INTO choice SELECT 'type', term, COUNT(*) FROM type GROUP BY term;
INSERT INTO choice SELECT 'predicate', predicate, COUNT(*) FROM statement
    WHERE time IS NOT NULL AND predicate IS NOT NULL GROUP BY predicate;
INSERT INTO choice SELECT 'badge', badge, COUNT(*) FROM statement
    WHERE time IS NOT NULL AND badge IS NOT NULL GROUP BY badge;
INSERT INTO choice SELECT 'relation', predicate, COUNT(*) FROM statement WHERE object IS NOT NULL GROUP BY predicate;
INSERT INTO choice SELECT 'relation-badge', badge, COUNT(*) FROM statement
    WHERE object IS NOT NULL AND badge IS NOT NULL GROUP BY badge;
INSERT INTO choice SELECT 'claim-badge', badge, COUNT(*) FROM statement WHERE badge IS NOT NULL GROUP BY badge;
ANALYZE;
"""


def write_overviews(
    path: Path, store: Store, names: Names, *, left_out: Collection[str], report: str, in_use: Collection[str]
) -> None:
    """Write the tables of the things under the base.

    Statements of the graphs `left_out` (terms) are about terms, not things. `report` is the IRI of the graph of the
    validation, `in_use` are the properties (IRIs) with at least one statement.
    """
    with written(path) as database:
        database.executescript(_TABLES)
        writer = _Writer(database, store, names, in_use)
        for subject, quads in groupby(store.subjects_under(names.base), key=lambda quad: quad.subject):
            about = [quad for quad in quads if quad.graph not in left_out]
            if about:
                writer.write(subject, about)
        for result, quads in groupby(store.subjects_under(f"{report}#"), key=lambda quad: quad.subject):
            writer.write_finding(result, quads)
        database.executescript(_INDEXES)
        _name_sources(database, store)


def _name_sources(database: sqlite3.Connection, store: Store) -> None:
    """Write what sources are called, for their order."""
    question = "SELECT id, term FROM term WHERE id > ? AND id IN (SELECT term FROM source) ORDER BY id LIMIT ?"
    last = 0
    while found := database.execute(question, (last, _BATCH)).fetchall():
        names = [(_name(store, source), number) for number, source in found]
        database.executemany("UPDATE source SET name = ? WHERE term = ?", names)
        last = found[-1][0]
    database.execute("CREATE INDEX source_by_name ON source (level, name, term)")


def _name(store: Store, source: str) -> str:
    labels = (quad.object for name in LABEL_PROPERTIES for quad in store.about(source, name))
    return terms.value(next(labels, source)).casefold()


class _Writer:
    """Sorts what is said about one thing after the other into the tables."""

    def __init__(self, database: sqlite3.Connection, store: Store, names: Names, in_use: Collection[str]) -> None:
        self._database, self._store, self._own = database, store, f"<{names.base}"
        self._inferred = terms.iri(names.graph("inferred"))
        self._roles = roles = Roles(store)
        self._playing = {  # a role: the properties with statements that play it
            role: frozenset(name for name in roles.properties(role) if terms.value(name) in in_use)
            for role in get_args(Role)
        }
        self._has_claims = bool(self._playing["subject"] and self._playing["predicate"])
        self._has_times = any(self._playing[role] for role in _TIMES)
        self._badges = {value for values in roles.badges.values() for value in values}
        self._number = lru_cache(_TERMS_KEPT)(self._numbered)
        self._sources = lru_cache(_TERMS_KEPT)(self._sources_behind)

    def write(self, subject: str, about: list[Statement]) -> None:
        """`about` is what is said of the subject, in the order of the store."""
        if self._has_claims and self._first(about, "subject") and self._first(about, "predicate"):
            self._write_claim(subject, about)
        else:
            self._write_times(subject, about)
            if not self._has_claims:
                self._write_relations(subject, about)
        self._write_citations(subject, about)
        self._write_passage(subject, about)

    def write_finding(self, result: str, quads: Iterable[Statement]) -> None:
        """A sh:ValidationResult (SHACL, 3.6.2)."""
        held = {quad.predicate: quad.object for quad in quads}
        severity, shape, focus = (
            self._number_of(held.get(f"<{SH}{name}>", "")) for name in ("resultSeverity", "sourceShape", "focusNode")
        )
        if severity is not None:
            row = (self._number(result), severity, shape, focus)
            self._database.execute("INSERT OR IGNORE INTO finding VALUES (?, ?, ?, ?)", row)

    def _write_claim(self, claim: str, about: list[Statement]) -> None:
        """Where it has several subjects, predicates, objects or times, the first of each."""
        subject, predicate = self._first(about, "subject"), self._first(about, "predicate")
        object_ = next(filter(terms.is_iri, self._values(about, "object")), "")
        badge = next((quad.object for quad in about if quad.object in self._badges), "")
        time, as_of = self._time(about)
        found = self._insert(claim, True, subject, predicate, object_, badge, time, as_of, self._bounds(about))
        if time:
            mentioned = {claim, *(value for role in _ABOUT for value in self._values(about, role))}
            self._describe(found, mentioned, about)
        for other in self._values(about, "conflict"):
            pair = sorted((self._number(claim), self._number(other)))
            self._database.execute("INSERT OR IGNORE INTO conflict VALUES (?, ?)", pair)

    def _write_times(self, thing: str, about: list[Statement]) -> None:
        if self._has_times:
            time, as_of = self._time(about)
            property_ = next((quad.predicate for role in _TIMES for quad in self._in(about, role)), "")
            dated = [(property_, time, as_of, self._bounds(about))] if time else []
        else:
            times = {(quad.predicate, terms.value(quad.object)) for quad in about if _is_date(quad.object)}
            dated = [(property_, time, False, (None, None)) for property_, time in sorted(times) if edtf.parse(time)]
        for property_, time, as_of, bounds in dated:
            mentioned = {thing, *(quad.object for quad in about if self._is_own(quad.object) and _tells(quad))}
            found = self._insert(thing, False, thing, property_, "", "", time, as_of, bounds)
            self._describe(found, set(islice(sorted(mentioned), _MOST)), about)

    def _write_relations(self, thing: str, about: list[Statement]) -> None:
        relations = {
            (quad.predicate, quad.object)
            for quad in about
            if self._is_own(quad.object) and _tells(quad) and quad.graph != self._inferred
        }
        for predicate, other in sorted(relations):
            self._insert(thing, False, thing, predicate, other, "", "", False, (None, None))

    def _write_citations(self, thing: str, about: list[Statement]) -> None:
        for citation in self._values(about, "citation"):
            for entity in self._look_up(citation, "cited") or ([citation] if terms.is_iri(citation) else []):
                cited = [(level, self._number(source), self._number(thing)) for level, source in self._sources(entity)]
                self._database.executemany("INSERT OR IGNORE INTO cited VALUES (?, ?, ?)", cited)
        if self._first(about, "work"):
            listed = [(level, self._number(source)) for level, source in self._sources(thing)]
            self._database.executemany("INSERT OR IGNORE INTO listed VALUES (?, ?)", listed)

    def _write_passage(self, thing: str, about: list[Statement]) -> None:
        """A place given by its offsets (Web Annotation Data Model, 4.2.5)."""
        start, end = (
            next((terms.value(quad.object) for quad in about if quad.predicate == name), "") for name in _OFFSETS
        )
        if not (start.isdigit() and end.isdigit()):
            return
        holders = set(islice(self._roles.holders(thing, "passage"), _MOST))
        claims = {holder for holder in holders if self._look_up(holder, "predicate")}
        whole = self._number_of(self._first(about, "part"))
        row = (self._number(thing), whole, int(start), int(end), len(claims), len(holders - claims))
        self._database.execute("INSERT INTO passage VALUES (NULL, ?, ?, ?, ?, ?, ?)", row)

    def _insert(
        self, node: str, is_claim: bool, subject: str, predicate: str, object_: str, badge: str,
        time: str, as_of: bool, bounds: tuple[int | None, int | None],
    ) -> int:  # fmt: skip
        parsed = edtf.parse(time) if time else None
        first = bounds[0] if bounds[0] is not None else parsed and parsed.first
        last = bounds[1] if bounds[1] is not None else parsed and parsed.last
        named = (self._number_of(term) for term in (subject, predicate, object_, badge))
        row = (self._number(node), is_claim, *named, time or None, as_of, first, last)
        question = "INSERT INTO statement VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        return self._database.execute(question, row).lastrowid or 0

    def _describe(self, statement: int, mentioned: Iterable[str], about: list[Statement]) -> None:
        types = {quad.object for quad in about if quad.predicate == RDF_TYPE} - _UNTELLING
        own = {type_ for type_ in types if self._is_own(type_)}
        for table, found in (("mention", mentioned), ("type", own or types)):
            rows = [(self._number(term), statement) for term in sorted(found) if terms.is_iri(term)]
            self._database.executemany(f"INSERT OR IGNORE INTO {table} VALUES (?, ?)", rows)  # noqa: S608

    def _time(self, about: list[Statement]) -> tuple[str, bool]:
        """(its time in EDTF, whether that says only when it was so); "" for none that can be understood."""
        for role in ("time", "valid"):
            for value in self._values(about, role):
                if edtf.parse(terms.value(value)):
                    return terms.value(value), role == "valid"
        first, last = (self._first(about, role) for role in ("earliest", "latest"))
        time = f"{terms.value(first) if first else ''}/{terms.value(last) if last else ''}"
        return (time if edtf.parse(time) else "", False)

    def _bounds(self, about: list[Statement]) -> tuple[int | None, int | None]:
        """The days that stand beside the time."""
        first, last = (edtf.parse(terms.value(self._first(about, role) or '""')) for role in ("earliest", "latest"))
        return (first.first if first else None), (last.last if last else None)

    def _sources_behind(self, entity: str) -> list[tuple[int, str]]:
        """(level, source): what is cited, the works that it lists, and who made them; their traits are written."""
        parts = islice(self._roles.holders(entity, "part"), _MOST) if self._playing["work"] else ()
        works = [work for part in (entity, *parts) for work in self._look_up(part, "work")]
        found = [(0, entity), *((1, work) for work in works)]
        for level, role in enumerate(LEVELS[2:], 2):
            found += [(level, maker) for work in works or [entity] for maker in self._look_up(work, role)]
        sources = [(level, source) for level, source in dict.fromkeys(found) if terms.is_iri(source)]
        traits = {("badge", quad.object) for quad in self._store.about(entity) if quad.object in self._badges}
        for work in works or [entity]:
            languages = self._store.about(work, f"<{DCTERMS}language>")
            traits |= {("language", terms.value(quad.object)) for quad in languages}
        rows = [(field, value, self._number(source)) for field, value in sorted(traits) for _, source in sources]
        self._database.executemany("INSERT OR IGNORE INTO trait VALUES (?, ?, ?)", rows)
        return sources

    def _look_up(self, thing: str, role: Role) -> list[str]:
        """The values of a thing that is not the one to write."""
        found = (quad.object for name in sorted(self._playing[role]) for quad in self._store.about(thing, name))
        return list(dict.fromkeys(found))

    def _in(self, about: list[Statement], role: Role) -> list[Statement]:
        playing = self._playing[role]
        return [quad for quad in about if quad.predicate in playing] if playing else []

    def _values(self, about: list[Statement], role: Role) -> list[str]:
        return list(dict.fromkeys(quad.object for quad in self._in(about, role)))

    def _first(self, about: list[Statement], role: Role) -> str:
        return next((quad.object for quad in self._in(about, role)), "")

    def _is_own(self, term: str) -> bool:
        return term.startswith(self._own)

    def _number_of(self, term: str) -> int | None:
        return self._number(term) if terms.is_iri(term) else None

    def _numbered(self, term: str) -> int:
        self._database.execute("INSERT OR IGNORE INTO term (term) VALUES (?)", (term,))
        number: int = self._database.execute("SELECT id FROM term WHERE term = ?", (term,)).fetchone()[0]
        return number


def _is_date(term: str) -> bool:
    return terms.is_literal(term) and terms.literal(term).datatype in _DATES


def _tells(quad: Statement) -> bool:
    """Whether it relates two things."""
    return quad.predicate not in (RDF_TYPE, f"<{RDFS}isDefinedBy>") and quad.subject != quad.object
