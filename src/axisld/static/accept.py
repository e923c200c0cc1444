"""Negotiation as a list of regular expressions, for web servers that know no better. Pure.

The first rule that finds its pattern in the header, whatever the case, says what is chosen. Weights count in steps of
0.05; what lies within one step counts as of equal weight. Commas in quotes are not understood.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from axisld.representations.formats import Format, content_type

_START, _END = r"(?:^|,)\s*", r"\s*(?:[;,]|$)"
_PARAMETERS = r"(?:\s*;\s*(?:[^q;,\s][^;,]*|q[^=;,\s][^;,]*))*"  # those but q
_Q = r"\s*;\s*q\s*=\s*"
_FULL_WEIGHT = r"[1-9]\d*(?:\.\d*)?"
_READABLE = rf"{_START}(?:\*|[^\s,;/*]+/[^\s,;/]+|\*/\*){_END}"


@dataclass(frozen=True, slots=True)
class Choice:
    """A format under the media type that the client knows it by."""

    suffix: str  # "ttl"
    content_type: str  # "text/turtle; charset=utf-8"
    name: str  # one word for both: "ttl", or "jsonld:application/json" for an alias


@dataclass(frozen=True, slots=True)
class Rule:
    """What a header in which the pattern is found asks for: the name of a choice, or "" for 406."""

    pattern: str
    choice: str


def choices(offered: Sequence[Format]) -> list[Choice]:
    """Everything that the rules may choose."""
    return [
        Choice(format_.suffix, content_type(media_type, format_.profile), _name(format_, media_type))
        for format_ in offered
        for media_type in (format_.media_type, *format_.aliases)
    ]


def rules(offered: Sequence[Format], default: Format, *, looking_ahead: bool = True) -> Iterator[Rule]:
    """The rules that choose one of `offered` as `negotiation.choose` does; what none matches gets `default`.

    `looking_ahead`: the engine knows `(?!…)`. Without, a wildcard may give what is named beside it with less weight.
    """
    for weight in _weights():
        yield from _named(offered, weight)
        yield from _wildcards(offered, default, weight, looking_ahead=looking_ahead)
    yield Rule(_READABLE, "")


def language_rules(tags: Sequence[str], default: str) -> Iterator[Rule]:
    """The rules that choose one of `tags` by Accept-Language; what none matches gets `default`."""
    by_length = sorted(tags, key=len, reverse=True)
    for weight in _weights():
        for tag in tags:
            yield Rule(_weighing(_START + tag, weight), tag)
        for tag in by_length:  # "en" for "en-GB"
            yield Rule(_weighing(rf"{_START}{tag}-[a-z0-9-]+", weight), tag)
        for tag in tags:  # "ar-Latn" for "ar"
            parts = tag.split("-")
            for length in range(len(parts) - 1, 0, -1):
                yield Rule(_weighing(_START + "-".join(parts[:length]), weight), tag)
        yield Rule(_weighing(rf"{_START}\*", weight), default)


def _named(offered: Sequence[Format], weight: str) -> Iterator[Rule]:
    """What the client names: a form of JSON-LD by its profile, own media types, then aliases."""
    for format_ in offered:
        if format_.profile:
            profile = rf'\s*;\s*profile\s*=\s*"?[^",;]*{_literal(format_.profile)}[^",;]*"?'
            yield Rule(_weighing(_START + _literal(format_.media_type) + profile, weight), format_.suffix)
    plain = [format_ for format_ in offered if not format_.profile]
    for media_types in ([format_.media_type] for format_ in plain), (format_.aliases for format_ in plain):
        for format_, names in zip(plain, media_types, strict=True):
            for media_type in names:
                yield Rule(_weighing(_START + _literal(media_type), weight), _name(format_, media_type))


def _wildcards(offered: Sequence[Format], default: Format, weight: str, *, looking_ahead: bool) -> Iterator[Rule]:
    in_order = [default, *(format_ for format_ in offered if format_ is not default and not format_.profile)]
    by_type: dict[str, list[Format]] = {}
    for format_ in in_order:
        by_type.setdefault(format_.media_type.partition("/")[0], []).append(format_)
    for wildcard, covered in [
        *((rf"{type_}/\*", found) for type_, found in by_type.items()),
        (r"\*(?:/\*)?", in_order),
    ]:
        pattern = _weighing(_START + wildcard, weight)
        for format_ in covered if looking_ahead else covered[:1]:
            unnamed = rf"^(?!(?:|.*,)\s*{_literal(format_.media_type)}{_END}).*?" if looking_ahead else ""
            yield Rule(unnamed + pattern, format_.suffix)


def _weights() -> Iterator[str]:
    """Patterns of the number behind "q=", the heaviest first; none of zero."""
    yield _FULL_WEIGHT
    for digit in range(9, -1, -1):
        yield rf"0?\.{digit}[5-9]\d*"
        yield rf"0?\.{digit}(?:[0-4]\d*)?" if digit else r"0?\.0(?:[1-4]\d*|0\d*[1-9]\d*)"


def _weighing(member: str, weight: str) -> str:
    """The member of the list with this weight, which is full where there is none."""
    if weight == _FULL_WEIGHT:
        return rf"{member}{_PARAMETERS}(?:{_Q}{weight}{_END}|\s*(?:,|$))"
    return f"{member}{_PARAMETERS}{_Q}{weight}{_END}"


def _name(format_: Format, media_type: str) -> str:
    return format_.suffix if media_type == format_.media_type else f"{format_.suffix}:{media_type}"


def _literal(text: str) -> str:
    return re.sub(r"[.+*?()\[\]{}|^$\\]", r"\\\g<0>", text)
