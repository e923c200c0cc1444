"""What clients of the reconciliation service send, read with care: every mistake is a 400 that names it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from axisld import terms
from axisld.search.candidates import Question, Wanted
from axisld.web.problems import Problem
from axisld.web.short_names import named_term
from axisld.web.site import Site

_CANDIDATES, _MOST_CANDIDATES = 10, 50
_STRICTNESSES = ("any", "all", "should")
_MOST_ITEMS = 20  # types of a query, properties of one, values of a property


@dataclass(frozen=True, slots=True)
class Extension:
    """Which values of which things a client wants."""

    identifiers: tuple[str, ...]
    properties: tuple[tuple[str, int], ...]  # (identifier, most values; 0 for all)


def questions(here: Site, text: str) -> dict[str, Question]:
    """The queries of a batch by their names (the specification, 4.1); 413 for a batch that is too large."""
    batch = _object("queries", _parsed("queries", text))
    _refuse_more(here, "queries", len(batch))
    return {name: _question(here, name, _object(name, query)) for name, query in batch.items()}


def extension(here: Site, text: str) -> Extension:
    """A data extension query (the specification, 7.3)."""
    asked = _object("extend", _parsed("extend", text))
    identifiers = tuple(_text("ids", item) for item in _list("ids", asked.get("ids")))
    _refuse_more(here, "ids", len(identifiers))
    properties = []
    for item in _list("properties", asked.get("properties"), most=_MOST_ITEMS):
        wanted = _object("properties", item)
        settings = _object("settings", wanted.get("settings") or {})
        limit = int(settings.get("limit") or 0) if str(settings.get("limit") or 0).isdigit() else 0
        properties.append((_text("properties", wanted.get("id")), limit))
    return Extension(identifiers, tuple(properties))


def _question(here: Site, name: str, query: Mapping[str, Any]) -> Question:
    text = _text(f"{name}: query", query.get("query", ""))
    given = query.get("type") or []
    types = [given] if isinstance(given, str) else _list(f"{name}: type", given, most=_MOST_ITEMS)
    strictness = query.get("type_strict") or "any"
    if strictness not in _STRICTNESSES:
        raise Problem(400, f"{name}: type_strict is one of {', '.join(_STRICTNESSES)}.")
    properties = _list(f"{name}: properties", query.get("properties") or [], most=_MOST_ITEMS)
    if not text and not properties:
        raise Problem(400, f"{name}: give a query, properties, or both.")
    limit = query.get("limit", _CANDIDATES)
    if isinstance(limit, bool) or not isinstance(limit, int | float) or limit < 1:
        raise Problem(400, f"{name}: limit is a number from 1 on.")
    return Question(
        # A cell too long to be a name gets the candidates of its beginning: the rest of the batch is answered too.
        text=text[: here.config.search_text_characters],
        types=tuple(named_term(_type(name, type_), here.record.prefixes) for type_ in types),
        strictness=strictness,
        limit=min(int(limit), _MOST_CANDIDATES),
        properties=tuple(_wanted(here, name, _object(f"{name}: properties", item)) for item in properties),
    )


def _type(name: str, given: Any) -> str:
    """Some clients send types as objects."""
    return _text(f"{name}: type", given.get("id") if isinstance(given, dict) else given)


def _wanted(here: Site, name: str, item: Mapping[str, Any]) -> Wanted:
    given = item.get("v")
    values = _list(f"{name}: v", given, most=_MOST_ITEMS) if isinstance(given, list) else [given]
    identifier = _text(f"{name}: pid", item.get("pid"))
    return Wanted(named_term(identifier, here.record.prefixes), tuple(_value(here, name, value) for value in values))


def _value(here: Site, name: str, value: Any) -> str:
    """A property value (the specification, 2.4) as a term: an entity by its IRI, anything else by its text."""
    if isinstance(value, dict):
        return terms.iri(here.names.thing(_text(f"{name}: v", value.get("id"))))
    if isinstance(value, bool):
        return terms.text(str(value).lower())
    if isinstance(value, str | int | float):
        return terms.text(str(value)[: here.config.search_text_characters])
    raise Problem(400, f'{name}: v is a text, a number, true, false, {{"id": …}}, or a list of these.')


def _refuse_more(here: Site, name: str, count: int) -> None:
    most = here.config.reconciliation_queries
    if count > most:
        raise Problem(413, f"{name} has {count} members; send {most} at most (batchSize in the manifest).")


def _parsed(name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Problem(400, f"{name} is not JSON: {error}.") from error


def _object(name: str, given: Any) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise Problem(400, f"{name}: an object is wanted here.")
    return given


def _list(name: str, given: Any, most: int = 0) -> list[Any]:
    if not isinstance(given, list):
        raise Problem(400, f"{name}: a list is wanted here.")
    if most and len(given) > most:
        raise Problem(400, f"{name}: {most} members are the most.")
    return given


def _text(name: str, given: Any) -> str:
    if not isinstance(given, str):
        raise Problem(400, f"{name}: a text is wanted here.")
    return given
