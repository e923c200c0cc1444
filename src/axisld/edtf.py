"""Times as people write them, as days: the Extended Date/Time Format (ISO 8601-2:2019), the dates of XML Schema.

Of EDTF, levels 0 to 2 are read for what a drawing and an order need: dates, seasons, unspecified digits, qualifiers,
intervals with open and unknown ends, sets. A qualifier or an unspecified digit counts for the whole date.
Not the package `edtf` (5.0.2): it refuses intervals such as `201X/..`, gives an unknown end ten years, and takes 3 ms.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

_DATE = re.compile(
    r"(?P<year>Y-?\d{5,9}|-?[\dX]{4})(?:-(?P<month>[\dX]{2})(?:-(?P<day>[\dX]{2})(?:T.*)?)?)?(?:Z|[+-]\d{2}:\d{2})?"
)
_QUALIFIERS = re.compile(r"[?~%]")
_SET = re.compile(r"([\[{])(.*)[\]}]")
_SEASONS = range(21, 42)  # in the place of a month (ISO 8601-2, 4.8.1)
_KNOWN = 10_000  # times kept parsed


class Edge(StrEnum):
    """What is known of an end of an interval."""

    KNOWN = "known"
    OPEN = "open"  # ".." : there is none, or it goes on
    UNKNOWN = "unknown"  # nothing is written


@dataclass(frozen=True, slots=True)
class Moment:
    """A date, as far as it is said."""

    first: int  # day; 1 is the first of January of the year 1 (proleptic Gregorian), as date.toordinal counts
    last: int
    year: int  # the first, where digits are unspecified
    month: int = 0  # 1 to 12; 0 for none; 21 to 41 for a season or another part of a year
    day: int = 0  # 0 for none
    years: int = 1  # that the unspecified digits leave: 10 for "201X"
    is_approximate: bool = False  # ~ or %
    is_uncertain: bool = False  # ? or %


@dataclass(frozen=True, slots=True)
class Time:
    """A date, or an interval between two."""

    start: Moment | None
    end: Moment | None
    begins: Edge = Edge.KNOWN
    ends: Edge = Edge.KNOWN
    is_interval: bool = False
    is_set: bool = False  # several dates, or one of several: `start` and `end` are the outermost

    @property
    def first(self) -> int | None:
        """The first day that it can include; None where no beginning is known."""
        return self.start.first if self.start else None

    @property
    def last(self) -> int | None:
        return self.end.last if self.end else None

    @property
    def is_approximate(self) -> bool:
        return any(moment.is_approximate or moment.is_uncertain for moment in (self.start, self.end) if moment)


@lru_cache(_KNOWN)
def parse(text: str) -> Time | None:
    """The time that a text of EDTF, or a date of XML Schema, says; None where it is neither."""
    if found := _SET.fullmatch(text):
        parts = [part for part in re.split(r",|\.\.", found[2]) if part]
        moments = sorted(filter(None, map(_moment, parts)), key=lambda moment: moment.first)
        whole = bool(moments) and len(moments) == len(parts)
        return Time(moments[0], max(moments, key=lambda moment: moment.last), is_set=True) if whole else None
    if "/" not in text:
        moment = _moment(text)
        return Time(moment, moment) if moment else None
    before, _, after = text.partition("/")
    (begins, start), (ends, end) = _edge(before), _edge(after)
    is_nothing = not (start or end) or (begins is Edge.KNOWN and not start) or (ends is Edge.KNOWN and not end)
    if is_nothing or (start and end and start.first > end.last):
        return None
    return Time(start, end, begins, ends, is_interval=True)


def ordinal(year: int, month: int, day: int) -> int:
    """The number of a day, of any year; 1 is the first of January of the year 1."""
    shifted = year if month > 2 else year - 1  # a year that begins in March ends with its leap day
    return (
        shifted * 365 + shifted // 4 - shifted // 100 + shifted // 400 + (153 * ((month + 9) % 12) + 2) // 5 + day - 306
    )


def _edge(text: str) -> tuple[Edge, Moment | None]:
    if text in ("", ".."):
        return (Edge.OPEN if text else Edge.UNKNOWN), None
    return Edge.KNOWN, _moment(text)


def _moment(text: str) -> Moment | None:
    qualifiers = set(_QUALIFIERS.findall(text))
    found = _DATE.fullmatch(_QUALIFIERS.sub("", text).strip())
    if found is None:
        return None
    written = found["year"].removeprefix("Y")
    year, last_year = int(written.replace("X", "0")), int(written.replace("X", "9"))
    year, last_year = min(year, last_year), max(year, last_year)
    month, day = (int(found[name]) if (found[name] or "X").isdigit() else 0 for name in ("month", "day"))
    if not _is_calendar(year, month, day) or (day and not month):
        return None
    whole_month = 1 <= month <= 12 and year == last_year
    first = ordinal(year, month if whole_month else 1, day if whole_month and day else 1)
    last_month = month if whole_month else 12
    last = ordinal(last_year, last_month, day if whole_month and day else _days(last_year, last_month))
    return Moment(
        first, last, year, month, day if whole_month else 0, last_year - year + 1,
        is_approximate=bool(qualifiers & {"~", "%"}), is_uncertain=bool(qualifiers & {"?", "%"}),
    )  # fmt: skip


def _is_calendar(year: int, month: int, day: int) -> bool:
    if month in _SEASONS:
        return not day
    return month <= 12 and (not month or day <= _days(year, month))


def _days(year: int, month: int) -> int:
    return monthrange(2000 + year % 400, month)[1]  # the calendar repeats every 400 years
