"""Times in a reader's words: "since 1989", "about 1983", "the 2010s"."""

from axisld.edtf import Edge, Moment, parse
from axisld.web.interface import date, digits
from axisld.web.interface import gettext as _

_MONTHS = range(1, 13)


def in_words(text: str) -> str:
    """A time of EDTF in words; "" for what is none, or none that has words: it is better shown as it is written."""
    time = parse(text)
    if time is None or time.is_set:
        return ""
    first, last = (_moment(moment) if moment else "" for moment in (time.start, time.end))
    if (time.start and not first) or (time.end and not last):
        return ""
    if not time.is_interval:
        return first
    if first and last:
        return _("from %(first)s to %(last)s", first=first, last=last)
    if first:
        return _("since %(time)s", time=first) if time.ends is Edge.OPEN else _("from %(time)s on", time=first)
    return _("until %(time)s", time=last)


def as_of(text: str) -> str:
    """A time at which something was so, of which neither beginning nor end is known."""
    return _("as of %(time)s", time=in_words(text) or text)


def _moment(moment: Moment) -> str:
    words = _years(moment) if moment.years > 1 or not 0 < moment.year < 10_000 else _date(moment)
    if words and moment.is_approximate:
        words = _("about %(time)s", time=words)
    return _("%(time)s (uncertain)", time=words) if words and moment.is_uncertain else words


def _date(moment: Moment) -> str:
    year = f"{moment.year:04}"
    if moment.month in _MONTHS:
        return date(f"{year}-{moment.month:02}" + (f"-{moment.day:02}" if moment.day else ""))
    return _season(moment.month, date(year)) if moment.month else date(year)


def _years(moment: Moment) -> str:
    """A year before the common era or of many digits, or all the years that unspecified digits leave."""
    if moment.month:
        return ""
    if moment.years == 1:
        if moment.year > 0:
            return digits(str(moment.year))
        return _("%(year)s BCE", year=digits(str(1 - moment.year)))  # ISO 8601 has a year 0
    if moment.year < 0 or str(moment.years).strip("0") != "1":
        return ""
    if moment.years == 10:
        return _("the %(year)ss", year=digits(f"{moment.year:04}"))
    last = moment.year + moment.years - 1
    return _("the years %(first)s to %(last)s", first=digits(f"{moment.year:04}"), last=digits(str(last)))


def _season(number: int, year: str) -> str:
    """Of the parts of a year, the four seasons have words of their own."""
    match number:
        case 21:
            return _("spring of %(year)s", year=year)
        case 22:
            return _("summer of %(year)s", year=year)
        case 23:
            return _("autumn of %(year)s", year=year)
        case 24:
            return _("winter of %(year)s", year=year)
    return ""
