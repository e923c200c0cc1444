"""Write the index of a release: one SQLite file, its full text in FTS5.

Things are numbered by how often they are pointed at, then by name: so that whatever comes out in the order of numbers,
as matches of FTS5 do, is in the order of importance, and the first ten need no look at the rest.

thing   iri
name    every label and other name as written; `key` is its spelling for comparison, `script` and `letter` where it
        stands in an index from A to Z. A thing without a name has its identifier for one
names   (FTS5) one row a name: its words, which are a `sentence` where they are long, and how they sound
texts   (FTS5) one row a thing: the words of its labels, other names, titles, descriptions, all other texts, and sounds
spelling every word of a text: to find those that begin as another
word    the words of names, with their `trigram`s: to find what a mistyped word was meant to be
facet   what searches are narrowed by, with `value`s of things
"""

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from axisld import terms
from axisld.database import written
from axisld.errors import BuildError
from axisld.iris import Names
from axisld.search.facets import Facet, facets_of, values_of
from axisld.search.sounds import pairs, sounds
from axisld.search.spelling import initial, key, order, words
from axisld.search.typos import trigrams, typos_allowed
from axisld.store import Store
from axisld.terms import Statement
from axisld.vocabulary import DESCRIPTION_PROPERTIES, LABEL_PROPERTIES, OTHER_NAME_PROPERTIES, TITLE_PROPERTIES

LABEL, OTHER_NAME, IDENTIFIER = range(3)  # kinds of names
_LONGEST_NAME = 60  # letters; what is longer, such as the label of a statement, says more than a name
_TITLE, _DESCRIPTION, _TEXT = "title", "description", "text"

_TABLES = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA page_size = 8192;
CREATE TABLE thing (id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE);
CREATE TABLE name (id INTEGER PRIMARY KEY, thing INTEGER NOT NULL, kind INTEGER NOT NULL, text TEXT NOT NULL,
    language TEXT NOT NULL, key TEXT NOT NULL, script TEXT NOT NULL, letter TEXT NOT NULL, sorting TEXT NOT NULL);
CREATE VIRTUAL TABLE names USING fts5(name, sentence, sound, content='', tokenize='ascii', prefix='1 2 3');
CREATE VIRTUAL TABLE texts USING fts5(label, other, title, description, text, sound, content='', tokenize='ascii');
CREATE TABLE spelling (word TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE word (word TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE trigram (trigram TEXT NOT NULL, word TEXT NOT NULL, PRIMARY KEY (trigram, word)) WITHOUT ROWID;
CREATE TABLE facet (id INTEGER PRIMARY KEY, name TEXT NOT NULL, shape TEXT NOT NULL, predicate TEXT NOT NULL);
CREATE TABLE value (thing INTEGER NOT NULL, facet INTEGER NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (thing, facet, value)) WITHOUT ROWID;
"""
_INDEXES = """
CREATE INDEX name_by_key ON name (key, thing);
CREATE INDEX name_by_thing ON name (thing);
CREATE INDEX name_by_letter ON name (script, letter, sorting) WHERE kind <> 1;
CREATE INDEX value_by_facet ON value (facet, value, thing);
INSERT INTO names(names) VALUES ('optimize');
INSERT INTO texts(texts) VALUES ('optimize');
CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, texts, col);
INSERT OR IGNORE INTO spelling SELECT term FROM temp.vocabulary WHERE col <> 'sound';
ANALYZE;
"""


@dataclass(frozen=True, slots=True)
class Name:
    """A name of a thing, as somebody wrote it."""

    kind: int
    text: str
    language: str  # tag; "" for none


@dataclass(frozen=True, slots=True)
class Texts:
    """What is written about a thing, by its weight."""

    names: tuple[Name, ...]
    titles: tuple[str, ...]
    descriptions: tuple[str, ...]
    others: tuple[str, ...]


def write_index(path: Path, store: Store, names: Names, left_out: Collection[str]) -> None:
    """Write the index of all things under the base that have a text outside the graphs `left_out` (terms)."""
    with written(path) as database:
        try:
            database.executescript(_TABLES)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
                raise
            raise BuildError(f"{path}: {error}. This Python's SQLite {sqlite3.sqlite_version} needs FTS5.") from error
        facets = facets_of(store)
        database.executemany(
            "INSERT INTO facet VALUES (?, ?, ?, ?)",
            [(number, facet.name, facet.shape, facet.predicate) for number, facet in enumerate(facets)],
        )
        for number, subject in enumerate(_by_importance(database, store, names, left_out), 1):
            texts = texts_of(_kept(store.about(subject), left_out), names)
            database.execute("INSERT INTO thing VALUES (?, ?)", (number, terms.value(subject)))
            _write_texts(database, number, texts)
            _write_values(database, number, subject, facets, store)
        database.executescript(_INDEXES)


def texts_of(statements: Iterable[Statement], names: Names) -> Texts:
    """The texts of one thing: its plain and language-tagged literals, sorted by what they are for."""
    by_predicate: dict[str, dict[terms.Literal, None]] = {}
    subject = ""
    for quad in statements:
        subject = quad.subject
        if terms.is_literal(quad.object):
            literal = terms.literal(quad.object)
            if literal.datatype in (terms.XSD_STRING, terms.RDF_LANG_STRING):
                by_predicate.setdefault(quad.predicate, {})[literal] = None
    best_label = next((found for found in LABEL_PROPERTIES if found in by_predicate), "")
    found = dict.fromkeys(Name(LABEL, text.lexical, text.language) for text in by_predicate.get(best_label, ()))
    labels = {name.text for name in found}
    others: dict[str, list[str]] = {_TITLE: [], _DESCRIPTION: [], _TEXT: []}
    for predicate, literals in by_predicate.items():
        if predicate in OTHER_NAME_PROPERTIES:
            found |= dict.fromkeys(
                Name(OTHER_NAME, text.lexical, text.language) for text in literals if text.lexical not in labels
            )
        elif predicate != best_label:
            others[_weight(predicate)] += (text.lexical for text in literals if text.lexical not in labels)
    if not found:
        found[Name(IDENTIFIER, terms.value(subject).removeprefix(names.base).removeprefix("id/"), "")] = None
    return Texts(tuple(found), tuple(others[_TITLE]), tuple(others[_DESCRIPTION]), tuple(others[_TEXT]))


def _weight(predicate: str) -> str:
    if predicate in TITLE_PROPERTIES:
        return _TITLE
    return _DESCRIPTION if predicate in DESCRIPTION_PROPERTIES else _TEXT


def _by_importance(
    database: sqlite3.Connection, store: Store, names: Names, left_out: Collection[str]
) -> Iterator[str]:
    """The things to index: those that most statements point at first, then by name."""
    database.execute("CREATE TEMP TABLE found (links INTEGER, key TEXT, subject TEXT)")  # as many as there are things
    database.executemany("INSERT INTO temp.found VALUES (?, ?, ?)", _with_texts(store, names, left_out))
    ordered = database.execute("SELECT subject FROM temp.found ORDER BY links DESC, key, subject")
    return (subject for (subject,) in ordered)


def _with_texts(store: Store, names: Names, left_out: Collection[str]) -> Iterator[tuple[int, str, str]]:
    """For each thing with a text: how many statements point at it, the spelling of its name, and itself."""
    for subject, quads in groupby(store.subjects_under(names.base), key=lambda quad: quad.subject):
        kept = _kept(quads, left_out)
        literals = {quad.predicate: quad.object for quad in reversed(kept) if terms.is_literal(quad.object)}
        if literals:
            label = next((literals[found] for found in LABEL_PROPERTIES if found in literals), subject)
            links = sum(count for _, count in store.incoming_counts(subject))
            yield links, key(terms.value(label)), subject


def _kept(statements: Iterable[Statement], left_out: Collection[str]) -> list[Statement]:
    return [quad for quad in statements if quad.graph not in left_out]


def _write_texts(database: sqlite3.Connection, thing: int, texts: Texts) -> None:
    heard: list[str] = []
    by_kind: dict[int, list[str]] = {LABEL: [], OTHER_NAME: [], IDENTIFIER: []}
    for name in texts.names:
        spelled = words(name.text)
        by_kind[name.kind] += spelled
        sounding = " ".join((*sounds(spelled), *pairs(spelled)))
        key_ = " ".join(spelled)
        row = database.execute(
            "INSERT INTO name VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)",
            (thing, name.kind, name.text, name.language, key_, *initial(key_), order(key_)),
        ).lastrowid
        shown = (key_, "") if len(name.text) <= _LONGEST_NAME else ("", key_)
        database.execute("INSERT INTO names(rowid, name, sentence, sound) VALUES (?, ?, ?, ?)", (row, *shown, sounding))
        heard.append(sounding)
        _write_words(database, spelled)
    database.execute(
        "INSERT INTO texts(rowid, label, other, title, description, text, sound) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            thing,
            " ".join(by_kind[LABEL]),
            " ".join((*by_kind[OTHER_NAME], *by_kind[IDENTIFIER])),
            *(" ".join(map(key, found)) for found in (texts.titles, texts.descriptions, texts.others)),
            " ".join(heard),
        ),
    )


def _write_words(database: sqlite3.Connection, spelled: Iterable[str]) -> None:
    for word in spelled:
        if typos_allowed(word) and database.execute("INSERT OR IGNORE INTO word VALUES (?)", (word,)).rowcount:
            database.executemany(
                "INSERT INTO trigram VALUES (?, ?)", [(found, word) for found in sorted(trigrams(word))]
            )


def _write_values(
    database: sqlite3.Connection, thing: int, subject: str, facets: Iterable[Facet], store: Store
) -> None:
    for number, facet in enumerate(facets):
        database.executemany(
            "INSERT INTO value VALUES (?, ?, ?)", [(thing, number, value) for value in values_of(store, subject, facet)]
        )
