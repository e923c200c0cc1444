"""Ask the index of a release: search, suggest, list. Every question has a time limit; any thread may ask."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from axisld.database import Ask, Database, Row
from axisld.search.facets import TYPE
from axisld.search.sounds import pairs, sound, sounds
from axisld.search.spelling import words
from axisld.search.typos import nearest, trigrams

# How a thing matches, best first: a name is what was asked for; a name has it in it, the last word perhaps longer; all
# words stand in its texts; the same by sound, by longer words or by joined ones; with typos; some of the words.
LABEL, PREFIX, WORDS, SOUNDS, TYPOS, SOME = range(6)
_COLUMNS = ("label", "other", "title", "description", "text")  # of `texts` that hold words, the weightiest first
_LISTED = "SELECT value FROM json_each(?)"
_NAMES = "SELECT rowid FROM names WHERE names MATCH ?"
_NAMED = f"SELECT thing, 0 FROM name WHERE id IN ({_NAMES})"  # noqa: S608
_TEXTS = "SELECT rowid, 0 FROM texts WHERE texts MATCH ?"
# How badly a text matches, rare words counting more (FTS5, 5.1.1, "The bm25() function").
_WEIGHED_TEXTS = "SELECT rowid, bm25(texts, 10.0, 6.0, 4.0, 2.0, 1.0, 1.0) FROM texts WHERE texts MATCH ?"
_MOST_JOINED = 8  # words of a question in which neighbours are tried as one word
_SHORTEST_BEGINNING = 3  # letters of a word that other words may begin with
_MOST_NAMED = 50  # words that begin with a word of a question, each asked for by itself
_MOST_CANDIDATES = 200  # words compared with a mistyped one
_MOST_SOME = 1000  # things found for having some of the words; words that more things have tell little
_MOST_VALUES = 100  # of a facet, listed

Filters = Mapping[str, Sequence[str]]  # by name of a facet: values (terms), all of which a thing must have


class Name(NamedTuple):
    """A name of a thing."""

    text: str
    language: str  # tag; "" for none
    is_label: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that matches."""

    iri: str
    match: int = LABEL  # … SOME
    names: tuple["Name", ...] = ()  # labels first
    values: tuple[tuple[str, str], ...] = ()  # (name of a facet, term)


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How the things found spread over the values of a facet."""

    name: str  # "type", "stance"
    shape: str  # that marks the property, a term; "" for types
    predicate: str  # a term
    values: tuple[tuple[str, int], ...]  # (term, things), most things first
    total: int  # of different values, beyond those listed


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what matches, and what can be said of all of it."""

    total: int
    hits: tuple[Hit, ...]
    facets: tuple[FacetCount, ...] = ()
    instead: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # by a word that nothing has: those taken for it


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A name that begins as somebody typed."""

    iri: str
    text: str
    language: str  # tag; "" for none


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of an index from A to Z."""

    iri: str
    text: str
    language: str


class Index:
    """The opened index. Close it when nobody asks any more."""

    def __init__(self, path: Path, seconds: float) -> None:
        """`seconds` is what one question may take."""
        self._database = Database(path, seconds, name="The search index", advice="Ask with more or rarer words.")

    def search(self, text: str, filters: Filters | None = None, *, limit: int = 20, offset: int = 0) -> Found:
        """The things that match all words of `text` and all `filters`; without words, all that match the filters.

        Where nothing has all the words, the best of what has some of them.
        """
        with self._database.asking() as ask:
            ranks, instead = self._ranks(ask, text)
            if filters:
                ranks = self._narrowed(ask, ranks, filters)
            best = sorted(ranks, key=lambda thing: (ranks[thing], thing))[offset : offset + limit]
            hits = self._hits(ask, [(thing, ranks[thing][0]) for thing in best])
            return Found(len(ranks), hits, self._counts(ask, ranks), instead)

    def suggest(self, text: str, *, limit: int = 10, skip: int = 0, space: str = "") -> list[Suggestion]:
        """Names that are `text`, that begin with it, have words that do, or sound so; then sentences. Each thing once.

        `space` is what IRIs must begin with.
        """
        spelled = words(text)
        if not spelled:
            return []
        phrase = " ".join(spelled)
        questions = (
            ("SELECT id FROM name WHERE key = ? ORDER BY thing", phrase),
            (_NAMES, f'{{name}} : ^"{phrase}" *'),
            (_NAMES, f"{{name}} : ({_all(spelled)} *)"),
            (_NAMES, f"{{sound}} : ({_all(sounds(spelled))} *)"),
            (_NAMES, f"{{sentence}} : ({_all(spelled)} *)"),
        )
        found: dict[str, Suggestion] = {}
        with self._database.asking() as ask:
            for question, argument in questions:
                for iri, name, language in ask(
                    f"SELECT iri, text, language FROM name JOIN thing ON thing.id = name.thing"  # noqa: S608
                    f" WHERE name.id IN ({question} LIMIT ?) AND iri >= ? AND iri < ? ORDER BY name.id",
                    argument, _read_ahead(limit + skip), space, f"{space}\U0010ffff",
                ):  # fmt: skip
                    found.setdefault(iri, Suggestion(iri, name, language))
                if len(found) >= limit + skip:
                    break
        return list(found.values())[skip : skip + limit]

    def look_up(self, iris: Iterable[str]) -> tuple[Hit, ...]:
        """Those of the things that are in the index, the most important first."""
        with self._database.asking() as ask:
            found = ask(f"SELECT id FROM thing WHERE iri IN ({_LISTED}) ORDER BY id", json.dumps(list(iris)))  # noqa: S608
            return self._hits(ask, [(thing, LABEL) for (thing,) in found])

    def letters(self, type_: str = "") -> dict[str, list[tuple[str, int]]]:
        """By script, most names first: (letter, names under it) in order; of things of a type (a term), or of all."""
        with self._database.asking() as ask:
            rows = ask(
                f"SELECT script, letter, COUNT(*) FROM name WHERE kind <> 1 {self._of_type(type_)}"  # noqa: S608
                " GROUP BY script, letter ORDER BY script, MIN(sorting)",
                *([type_] if type_ else []),
            )
        by_script: dict[str, list[tuple[str, int]]] = {}
        for script, letter, count in rows:
            by_script.setdefault(script, []).append((letter, count))
        return dict(sorted(by_script.items(), key=lambda item: -sum(count for _, count in item[1])))

    def entries(self, script: str, letter: str = "", type_: str = "", *, limit: int, offset: int) -> list[Entry]:
        """The labels of a script, from A to Z; those under one letter, or of things of one type (a term)."""
        with self._database.asking() as ask:
            rows = ask(
                f"SELECT DISTINCT iri, text, language FROM name JOIN thing ON thing.id = name.thing"  # noqa: S608
                f" WHERE kind <> 1 AND script = ? {'AND letter = ?' if letter else ''} {self._of_type(type_)}"
                " ORDER BY script, letter, sorting, thing LIMIT ? OFFSET ?",
                script, *([letter] if letter else []), *([type_] if type_ else []), limit, offset,
            )  # fmt: skip
        return [Entry(*row) for row in rows]

    @cached_property
    def types(self) -> dict[str, int]:
        """The types (terms) of things, with how many have them."""
        with self._database.asking() as ask:
            return dict(ask("SELECT value, COUNT(*) FROM value WHERE facet = 0 GROUP BY value"))

    @cached_property
    def facets(self) -> dict[str, int]:
        """The names of what a search can be narrowed by, with their numbers."""
        with self._database.asking() as ask:
            return dict(ask("SELECT name, id FROM facet ORDER BY id"))

    @cached_property
    def headings(self) -> tuple[FacetCount, ...]:
        """The facets without any count."""
        with self._database.asking() as ask:
            rows = ask("SELECT name, shape, predicate FROM facet ORDER BY id")
        return tuple(FacetCount(name, shape, predicate, (), 0) for name, shape, predicate in rows)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def _ranks(self, ask: Ask, text: str) -> tuple[dict[int, Row], dict[str, tuple[str, ...]]]:
        """(how it matches, how well) of each thing that matches; the first way that it does counts."""
        spelled = words(text)
        if not spelled:
            return {thing: (WORDS, 0, 0) for (thing,) in ask("SELECT id FROM thing")}, {}
        ranks: dict[int, Row] = {}
        phrase = " ".join(spelled)
        _add(ranks, LABEL, ask("SELECT thing, MIN(kind) FROM name WHERE key = ? GROUP BY thing", phrase))
        _add(ranks, LABEL, ask("SELECT id, 0 FROM thing WHERE iri = ?", text.strip()))
        for place, column in enumerate(("name", "sentence")):
            _add(ranks, PREFIX, ask(_NAMED, f'{{{column}}} : "{phrase}" *'), place)
        for place in range(len(_COLUMNS)):
            weightiest = " ".join(_COLUMNS[: place + 1])
            _add(ranks, WORDS, ask(_TEXTS, f"{{{weightiest}}} : ({_all(spelled)})"), place)
        _add(ranks, SOUNDS, ask(_TEXTS, _sounding(spelled, self._each(ask, spelled))))
        instead = {} if ranks else self._instead(ask, spelled)
        if instead:
            groups = [" OR ".join(self._each(ask, instead.get(word, (word,)))) for word in spelled]
            _add(ranks, TYPOS, ask(_TEXTS, " AND ".join(f"({group})" for group in groups)))
        if not ranks:
            some = " OR ".join(_one(word, _beginning(word)) for word in self._telling(ask, spelled) or spelled)
            _add(ranks, SOME, ask(f"{_WEIGHED_TEXTS} ORDER BY 2, 1 LIMIT ?", some, _MOST_SOME))
        return ranks, instead if ranks and instead else {}

    @staticmethod
    def _each(ask: Ask, spelled: Sequence[str]) -> list[str]:
        """For each word: whatever begins with it, or has a name that sounds like it.

        The longer words are named where they are few: of what has a certain word the engine reads as much as the other
        words leave to be looked at, but of what begins so everything.
        """
        asked = []
        for word in spelled:
            written = _beginning(word)
            if written.endswith("*"):
                question = "SELECT word FROM spelling WHERE word >= ? AND word < ? LIMIT ?"
                longer = [found for (found,) in ask(question, word, f"{word}\U0010ffff", _MOST_NAMED + 1)]
                if len(longer) <= _MOST_NAMED:
                    written = " OR ".join(f'"{found}"' for found in longer or [word])
            asked.append(_one(word, written))
        return asked

    def _telling(self, ask: Ask, spelled: Sequence[str]) -> list[str]:
        """The words that some things have, but not very many."""
        found = (len(ask(f"{_TEXTS} LIMIT ?", one, _MOST_SOME + 1)) for one in self._each(ask, spelled))
        return [word for word, things in zip(spelled, found, strict=True) if 0 < things <= _MOST_SOME]

    def _instead(self, ask: Ask, spelled: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """For each word that no text has: the words of names that it may be a typo of."""
        instead = {}
        for word in dict.fromkeys(spelled):
            if ask(f"{_TEXTS} LIMIT 1", *self._each(ask, [word])):
                continue
            given = trigrams(word)
            candidates = ask(
                f"SELECT word FROM trigram WHERE trigram IN ({_LISTED})"  # noqa: S608
                " AND LENGTH(word) BETWEEN ? AND ? GROUP BY word ORDER BY COUNT(*) DESC, word LIMIT ?",
                json.dumps(sorted(given)), len(word) - 2, len(word) + 2, _MOST_CANDIDATES,
            )  # fmt: skip
            if meant := nearest(word, (candidate for (candidate,) in candidates)):
                instead[word] = tuple(sorted(meant))
        return instead

    def _narrowed(self, ask: Ask, ranks: Mapping[int, Row], filters: Filters) -> dict[int, Row]:
        kept = set(ranks)
        for name, values in filters.items():
            for value in values:
                having = ask("SELECT thing FROM value WHERE facet = ? AND value = ?", self.facets.get(name), value)
                kept.intersection_update(thing for (thing,) in having)
        return {thing: ranks[thing] for thing in kept}

    @staticmethod
    def _hits(ask: Ask, matches: Sequence[tuple[int, int]]) -> tuple[Hit, ...]:
        """What is known of things, given by their numbers and how they match."""
        listed = json.dumps([thing for thing, _ in matches])
        iris: dict[int, str] = dict(ask(f"SELECT id, iri FROM thing WHERE id IN ({_LISTED})", listed))  # noqa: S608
        names, values = defaultdict[int, list[Any]](list), defaultdict[int, list[Any]](list)
        of_names = f"SELECT thing, text, language, kind = 0 FROM name WHERE thing IN ({_LISTED})"  # noqa: S608
        for thing, *name in ask(f"{of_names} ORDER BY kind, id", listed):
            names[thing].append(Name(*name))
        of_values = f"SELECT thing, name, value FROM value JOIN facet ON facet = id WHERE thing IN ({_LISTED})"  # noqa: S608
        for thing, *value in ask(f"{of_values} ORDER BY facet, value", listed):
            values[thing].append(tuple(value))
        return tuple(Hit(iris[thing], match, tuple(names[thing]), tuple(values[thing])) for thing, match in matches)

    @staticmethod
    def _counts(ask: Ask, ranks: Mapping[int, Row]) -> tuple[FacetCount, ...]:
        counts = ask(
            "SELECT facet, value.value, COUNT(*) FROM json_each(?) AS found JOIN value ON thing = found.value"
            " GROUP BY facet, value.value ORDER BY facet, COUNT(*) DESC, value.value",
            json.dumps(list(ranks)),
        )
        facets = ask("SELECT id, name, shape, predicate FROM facet ORDER BY id")
        by_facet: dict[int, list[tuple[str, int]]] = {}
        for facet, value, count in counts:
            by_facet.setdefault(facet, []).append((value, count))
        return tuple(
            FacetCount(name, shape, predicate, tuple(by_facet[number][:_MOST_VALUES]), len(by_facet[number]))
            for number, name, shape, predicate in facets
            if number in by_facet
        )

    def _of_type(self, type_: str) -> str:
        is_of_type = f"SELECT thing FROM value WHERE facet = {self.facets[TYPE]} AND value = ?"  # noqa: S608
        return f"AND thing IN ({is_of_type})" if type_ else ""


def _add(ranks: dict[int, Row], match: int, found: Sequence[Row], place: int = 0) -> None:
    """Note what was found as a match of a kind; `place` and the rank in each row order those of the kind."""
    for thing, rank in found:
        ranks.setdefault(thing, (match, place, rank))


# Questions in the language of FTS5 (3, "Full-text Query Syntax"). Words hold no quotation mark: `spelling.words`.


def _all(spelled: Sequence[str]) -> str:
    return " AND ".join(f'"{word}"' for word in spelled)


def _beginning(word: str) -> str:
    """Whatever begins with the word, unless that is very short."""
    return f'"{word}"' + (" *" if len(word) >= _SHORTEST_BEGINNING else "")


def _one(word: str, written: str) -> str:
    """What is written so, or has a name that sounds like the word."""
    return f'({{{" ".join(_COLUMNS)}}} : ({written}) OR {{sound}} : "{sound(word)}")'


def _sounding(spelled: Sequence[str], each: Sequence[str]) -> str:
    """All words, each as it is or by its sound, as `each` asks; or with two neighbours written as one."""
    ways = [" AND ".join(each)]
    heard = sounds(spelled)
    if heard != [sound(word) for word in spelled]:  # it has articles
        ways.append(f"{{sound}} : ({_all(heard)})")
    if 1 < len(heard) <= _MOST_JOINED:
        for place, joined in enumerate(pairs(spelled)):
            ways.append(f"{{sound}} : ({_all([*heard[:place], joined, *heard[place + 2 :]])})")
    return " OR ".join(f"({way})" for way in ways)


def _read_ahead(wanted: int) -> int:
    """How many names to read for so many things: one thing may have many."""
    return wanted * 8
