"""Choose what answers Accept, Accept-Language and Accept-Encoding. Pure: no request, no response, no store.

A header that is missing, empty or wholly unreadable asks for nothing in particular; of one that is partly unreadable
the readable members count. Nothing here raises, whatever a client sends.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Generic, TypeVar

from axisld.representations.formats import Format, content_type

F = TypeVar("F", bound=Format)

_HEADERS_KEPT = 256  # parsed headers in memory: clients send few different ones
_CHARACTERS_READ = 8_192  # of a header; no client that means well sends more
_NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_MEMBER = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*(?:"|\\?\Z))+', re.DOTALL)  # a quote may never end
_PARAMETER = re.compile(rf';\s*({_NAME})\s*=\s*("(?:[^"\\]|\\.)*"|[^;\s]*)')
_MEDIA_RANGE = re.compile(rf"(?:({_NAME})/({_NAME})|\*)")
_QUALITY = re.compile(r"\d*\.?\d*")

_NOT, _ANY, _TYPE, _EXACT, _PROFILE = range(-1, 4)  # how closely a range names a media type (RFC 9110, 12.5.1)


@dataclass(frozen=True, slots=True)
class Choice(Generic[F]):
    """The format of an answer, under the media type that the client knows it by."""

    format: F
    media_type: str

    @property
    def content_type(self) -> str:
        return content_type(self.media_type, self.format.profile)


def choose(accept: str | None, offered: Sequence[F], default: F | None = None) -> Choice[F] | None:
    """The best of `offered`, or None where the client excludes all of it (406).

    The highest q wins; then what the client names over what its wildcard covers; then a format's own media type over
    its aliases; then the format offered first. Under a wildcard alone, and without a header, `default` comes first:
    so that a browser, which names text/html, gets a page, and a program that says `*/*` gets data.
    """
    ranges = _media_ranges(_bounded(accept))
    best: Choice[F] | None = None
    best_rank: tuple[float, int, bool, bool] = (0, 0, False, False)
    for format_ in offered:
        for media_type in (format_.media_type, *format_.aliases):
            quality, closeness = _quality(ranges, media_type, format_.profile)
            is_default = format_ is default and closeness < _EXACT
            rank = (quality, closeness, media_type == format_.media_type, is_default)
            if quality > 0 and rank > best_rank:
                best, best_rank = Choice(format_, media_type), rank
    return best


def prefers(accept: str | None, format_: Format, others: Sequence[Format]) -> bool:
    """Whether the client names the format itself, and wants it more than any of `others`, wildcards counted."""
    ranges = _media_ranges(_bounded(accept))
    quality, closeness = _quality(ranges, format_.media_type, format_.profile)
    rivals = (
        _quality(ranges, name, other.profile)[0] for other in others for name in (other.media_type, *other.aliases)
    )
    return closeness >= _EXACT and quality > max(rivals, default=0)


def choose_language(accept_language: str | None, available: Sequence[str], default: str = "") -> str:
    """The tag in `available` that a reader prefers, spelled as there; else `default`.

    Each range in the order of its q: the tag itself, shorter and shorter forms of it (`en` for `en-GB`; RFC 4647,
    3.4), then longer tags (`ar-Latn` for `ar`; RFC 4647, 3.3.1). `*` stands for `default`. A range with q=0 excludes.
    """
    ranges = _weighted(_bounded(accept_language))
    tags = {tag.lower(): tag for tag in reversed(available) if not _is_refused(tag.lower(), ranges)}
    for wanted, quality in sorted(ranges, key=lambda member: -member[1]):
        if quality == 0:
            break
        if wanted == "*":
            return default
        shorter = (tag for tag in _truncated(wanted) if tag in tags)
        longer = (tag for tag in reversed(tags) if _covers(wanted, tag))
        found = next(chain(shorter, longer), None)
        if found:
            return tags[found]
    return default


def choose_encoding(accept_encoding: str | None, offered: Sequence[str] = ("zstd", "br", "gzip")) -> str | None:
    """One of `offered`, "identity", or None where even that is excluded (RFC 9110, 12.5.3).

    On equal q the one offered first; identity only where the client prefers it or knows nothing else.
    """
    accepted = {coding.replace("x-gzip", "gzip"): quality for coding, quality in _weighted(_bounded(accept_encoding))}
    others = accepted.get("*", 0)
    qualities = {coding: accepted.get(coding, others) for coding in offered}
    best = max(offered, key=lambda coding: qualities[coding], default="identity")
    identity = accepted.get("identity", accepted.get("*", -1))
    if qualities.get(best, 0) > 0 and qualities[best] >= identity:
        return best
    return None if identity == 0 else "identity"


@dataclass(frozen=True, slots=True)
class _MediaRange:
    type: str  # "text", "*"
    subtype: str  # "turtle", "*"
    profiles: tuple[str, ...]
    quality: float


def _quality(ranges: Sequence[_MediaRange], media_type: str, profile: str) -> tuple[float, int]:
    """The weight that a client gives a media type, and how closely it names it: the closest range counts."""
    if not ranges:
        return 1, _ANY
    type_, _, subtype = media_type.partition("/")
    closest, quality = _NOT, 0.0
    for range_ in ranges:
        closeness = _closeness(range_, type_, subtype, profile)
        if closeness > closest or (closeness == closest != _NOT and range_.quality > quality):
            closest, quality = closeness, range_.quality
    return quality, closest


def _closeness(range_: _MediaRange, type_: str, subtype: str, profile: str) -> int:
    """How closely the range names the type.

    A profile that nobody here knows is no obstacle to the plain format (RFC 6906, 3.1: it may be ignored).
    """
    if range_.type == "*":
        return _ANY
    if range_.type != type_ or range_.subtype not in ("*", subtype):
        return _NOT
    if range_.subtype == "*":
        return _TYPE
    if range_.profiles and profile:
        return _PROFILE if profile in range_.profiles else _NOT
    return _EXACT


@lru_cache(_HEADERS_KEPT)
def _media_ranges(header: str) -> tuple[_MediaRange, ...]:
    return tuple(range_ for member in _members(header) if (range_ := _media_range(*member)))


def _media_range(name: str, parameters: dict[str, str]) -> _MediaRange | None:
    """Parameters other than q and profile are dropped: no format here comes in two charsets or versions."""
    match = _MEDIA_RANGE.fullmatch(name)
    quality = _as_quality(parameters.get("q"))
    if match is None or quality is None:
        return None
    type_, subtype = match[1] or "*", match[2] or "*"  # Java's own client sends "*" for "*/*"
    if type_ == "*" and subtype != "*":
        return None
    return _MediaRange(type_, subtype, tuple(parameters.get("profile", "").split()), quality)


@lru_cache(_HEADERS_KEPT)
def _weighted(header: str) -> tuple[tuple[str, float], ...]:
    """The members of Accept-Language or Accept-Encoding, in lower case, with their weights."""
    weights = ((name, _as_quality(parameters.get("q"))) for name, parameters in _members(header))
    return tuple((name, quality) for name, quality in weights if quality is not None)


def _members(header: str) -> Iterator[tuple[str, dict[str, str]]]:
    """(name, parameters) of each member of a list; names in lower case, quotes taken off values (RFC 9110, 5.6)."""
    for member in _MEMBER.findall(header):
        name, semicolon, rest = member.partition(";")
        parameters: dict[str, str] = {}
        for key, value in _PARAMETER.findall(semicolon + rest):
            plain = re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value
            parameters.setdefault(key.lower(), plain)
        if name.strip():
            yield name.strip().lower(), parameters


def _bounded(header: str | None) -> str:
    return (header or "")[:_CHARACTERS_READ]


def _as_quality(value: str | None) -> float | None:
    """1 without a value and for more than 1; None for what is no number (RFC 9110, 12.4.2)."""
    if value is None:
        return 1
    if not _QUALITY.fullmatch(value) or not any(map(str.isdigit, value)):
        return None
    return min(float(value), 1)


def _is_refused(tag: str, ranges: Sequence[tuple[str, float]]) -> bool:
    """Whether the longest range that covers the tag has q=0: `en;q=0, en-GB` refuses all English but the British."""
    covering = [(len(range_), quality) for range_, quality in ranges if _covers(range_, tag)]
    return bool(covering) and max(covering)[1] == 0


def _covers(range_: str, tag: str) -> bool:
    return tag == range_ or tag.startswith(f"{range_}-")


def _truncated(tag: str) -> Iterator[str]:
    """The tag and its shorter forms; a single letter goes with what it introduces (RFC 4647, 3.4)."""
    parts = tag.split("-")
    while parts:
        yield "-".join(parts)
        parts.pop()
        while parts and len(parts[-1]) == 1:
            parts.pop()
