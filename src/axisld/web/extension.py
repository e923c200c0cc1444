"""The values of properties of things, for a table (the Reconciliation API's data extension, 7)."""

import math
import re
from typing import Any

from axisld import terms
from axisld.terms import XSD
from axisld.web.batches import Extension
from axisld.web.kinds import described
from axisld.web.nodes import Reading
from axisld.web.short_names import named_term
from axisld.web.site import Site

_INTEGERS = frozenset(
    f"<{XSD}{name}>"
    for name in ("integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "negativeInteger",
                 "nonPositiveInteger", "unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte")
)  # fmt: skip
_NUMBERS = frozenset(f"<{XSD}{name}>" for name in ("decimal", "double", "float"))
_WHOLE = re.compile(r"[+-]?\d{1,300}")
# The form that the specification's schema allows a "date"; it knows no date without a time.
_DATE_TIME = re.compile(r"-?\d{4,}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-][012]\d:[0-5]\d)?")


def extended(here: Site, asked: Extension, language: str) -> dict[str, Any]:
    """The values by identifier and property, and what the properties are called; no values for unknown things."""
    predicates = {name: named_term(name, here.record.prefixes) for name, _ in asked.properties}
    called = described(here, "property", predicates.values(), language)
    meta = [{"id": name, "name": said["name"]} for name, said in zip(predicates, called, strict=True)]
    rows = {
        identifier: {
            name: _values(here, identifier, predicates[name], limit, language) for name, limit in asked.properties
        }
        for identifier in asked.identifiers
    }
    return {"meta": meta, "rows": rows}


def _values(here: Site, identifier: str, predicate: str, limit: int, language: str) -> list[dict[str, Any]]:
    thing = terms.iri(here.names.thing(identifier))
    found = dict.fromkeys(quad.object for quad in here.release.store.about(thing, predicate))
    values = [value for value in found if not terms.is_blank(value)]
    return [_value(here, value, language) for value in values[: limit or None]]


def _value(here: Site, value: str, language: str) -> dict[str, Any]:
    """A cell: an entity, a number, a time, or a text (the specification, 2.4)."""
    if terms.is_iri(value):
        space, iri = here.names.thing(""), terms.value(value)
        if not iri.startswith(space):
            return {"str": iri}
        reading = Reading(here, language, (), here.reader.label_statements([value]))
        return {"id": iri.removeprefix(space), "name": reading.node(value).text}
    lexical, _, datatype = terms.literal(value)
    if datatype in _INTEGERS and _WHOLE.fullmatch(lexical):
        return {"int": int(lexical)}
    if datatype in _NUMBERS and (number := _finite(lexical)) is not None:
        return {"float": number}
    return {"date": lexical} if datatype == f"<{XSD}dateTime>" and _DATE_TIME.fullmatch(lexical) else {"str": lexical}


def _finite(lexical: str) -> float | None:
    """The number; None for what JSON has none for."""
    try:
        number = float(lexical)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
