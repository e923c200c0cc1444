"""Times in a reader's words: "since 1989", "about 1983", "the 2010s".

Written in the Extended Date/Time Format (ISO 8601-2:2019, levels 0 and 1; Library of Congress, "EDTF Specification").
Why not the package edtf: it reads no interval whose beginning has unspecified digits, such as 201X/.., takes
milliseconds for each, and words no time.
"""

import re

from axisld.web.interface import date, digits
from axisld.web.interface import gettext as _

_DATE = re.compile(
    r"(?P<year>Y-?\d{5,}|-?\d[\dX]{3})(?:-(?P<month>\d\d|XX)(?:-(?P<day>\d\d|XX))?)?(?P<time>T[^~?%]*)?(?P<mark>[~?%]?)"
)
_SEASONS = {"21", "22", "23", "24"}
_OPEN = ("", "..")


def in_words(text: str) -> str:
    """The time in words; "" for what is no such text, which is better shown as it is written."""
    begin, slash, end = text.partition("/")
    if not slash:
        return _date(text)
    first, last = _date(begin), _date(end)
    if (begin and not first and begin != "..") or (end and not last and end != ".."):
        return ""
    if first and last:
        return _("from %(first)s to %(last)s", first=first, last=last)
    if first:
        return _("since %(time)s", time=first) if end == ".." else _("from %(time)s on", time=first)
    return _("until %(time)s", time=last) if last else ""


def as_of(text: str) -> str:
    """A time at which something was so, of which neither beginning nor end is known."""
    return _("as of %(time)s", time=in_words(text) or text)


def _date(text: str) -> str:
    found = _DATE.fullmatch(text)
    if found is None:
        return ""
    words = _bare(found["year"], found["month"], found["day"])
    if not words:
        return ""
    if found["time"]:
        words = f"{words}, {found['time'][1:]}"
    if found["mark"] in ("~", "%"):
        words = _("about %(time)s", time=words)
    return _("%(time)s (uncertain)", time=words) if found["mark"] in ("?", "%") else words


def _bare(year: str, month: str | None, day: str | None) -> str:
    if "X" in year:
        return "" if month else _span(year)
    if not month or year.startswith(("Y", "-")):
        return _far(year, month)
    if month in _SEASONS:
        return "" if day else _season(month, date(year))
    if month == "XX":
        return _("some time in %(time)s", time=date(year)) if day in (None, "XX") else ""
    if day == "XX":
        return _("some day in %(time)s", time=date(f"{year}-{month}"))
    return date("-".join(part for part in (year, month, day) if part))


def _far(year: str, month: str | None) -> str:
    """A year alone, perhaps before the common era or longer than four digits."""
    number = int(year.removeprefix("Y"))
    if month:
        return ""
    if number > 0:
        return date(year) if len(year) == 4 else digits(str(number))
    return _("%(year)s BCE", year=digits(str(1 - number)))  # ISO 8601 has a year 0


def _span(year: str) -> str:
    """Years of which only the first digits are given."""
    if re.fullmatch(r"\d{3}X", year):
        return _("the %(year)ss", year=digits(year[:3] + "0"))
    if re.fullmatch(r"\d{1,2}X+", year):
        return _("the years %(first)s to %(last)s",
                 first=digits(year.replace("X", "0")), last=digits(year.replace("X", "9")))  # fmt: skip
    return ""


def _season(number: str, year: str) -> str:
    match number:
        case "21":
            return _("spring of %(year)s", year=year)
        case "22":
            return _("summer of %(year)s", year=year)
        case "23":
            return _("autumn of %(year)s", year=year)
    return _("winter of %(year)s", year=year)
