"""One spelling for literals of one value, where stores are known to keep the value and not the spelling."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from re import sub

from axisld import terms
from axisld.terms import XSD, Statement

_INTEGERS = (
    "integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger",
    "negativeInteger", "unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte",
)  # fmt: skip


def normal(quad: Statement) -> Statement:
    """The statement with its literal as one of the same value that all stores leave alone.

    Numbers, booleans, times and the case of language tags: Oxigraph 0.5 and Virtuoso 7 rewrite these, and Oxigraph the
    types derived from xsd:integer. What else a store changes is another value to us.
    """
    if not terms.is_literal(quad.object):
        return quad
    lexical, language, datatype = terms.literal(quad.object)
    if language:
        return quad._replace(object=terms.text(lexical, language.lower()))
    kind = terms.value(datatype).removeprefix(XSD)
    kind = "integer" if kind in _INTEGERS else kind
    if kind not in _VALUES:
        return quad
    try:
        value = _VALUES[kind](lexical)
    except (ValueError, ArithmeticError):  # no number: "abc"^^xsd:integer
        return quad
    return quad._replace(object=terms.text(value, datatype=XSD + kind))


def _decimal(lexical: str) -> str:
    value = format(Decimal(lexical), "f")
    return (value.rstrip("0").rstrip(".") if "." in value else value) or "0"


def _boolean(lexical: str) -> str:
    return {"1": "true", "0": "false"}.get(lexical, lexical)


def _time(lexical: str) -> str:
    """Without a fraction of nothing, and Z for +00:00 (XML Schema 1.1 Datatypes, 3.3.7)."""
    return sub(r"[+-]00:00$", "Z", sub(r"(:\d\d)\.0*(?=\D|$)|(:\d\d\.\d*?[1-9])0+(?=\D|$)", r"\1\2", lexical))


_VALUES: Mapping[str, Callable[[str], str]] = {
    "integer": lambda lexical: str(int(lexical)),
    "decimal": _decimal,
    "double": lambda lexical: repr(float(lexical)),
    "float": lambda lexical: repr(float(lexical)),
    "boolean": _boolean,
    "dateTime": _time,
    "time": _time,
}
