"""Where times stand on a line, for drawings without script. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from axisld import edtf
from axisld.edtf import Edge
from axisld.overviews.asking import Stated

WIDTH = 1000  # of a drawing
_YEAR_DAYS = 365.2425
_MOST_TICKS = 6
_MARGIN = 0.06  # of the whole, beyond the first and the last day: room for open ends
_NARROWEST = 8  # of a bar
_STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10_000, 100_000, 1_000_000)


@dataclass(frozen=True, slots=True)
class Bar:
    """A time, drawn: from `x` on, `width` wide."""

    x: int
    width: int
    begins: Edge
    ends: Edge
    is_approximate: bool
    is_moment: bool  # of which it is only known that it was so then


@dataclass(frozen=True, slots=True)
class Tick:
    """A year on the line."""

    x: int
    year: int


class Scale:
    """From days to places on a line that has room for some statements."""

    def __init__(self, statements: Iterable[Stated]) -> None:
        days = [day for stated in statements for day in (stated.first, stated.last) if day is not None]
        first, last = min(days, default=0), max(days, default=0)
        margin = max((last - first) * _MARGIN, _YEAR_DAYS)
        self._first, self._last = first - margin, last + margin

    def x(self, day: float) -> int:
        return round((day - self._first) / (self._last - self._first) * WIDTH)

    def bar(self, stated: Stated) -> Bar:
        """How a statement is drawn; an end that is open or not known goes to the edge of the drawing."""
        time = edtf.parse(stated.time)
        begins, ends = (time.begins, time.ends) if time else (Edge.KNOWN, Edge.KNOWN)
        start = self.x(stated.first) if stated.first is not None else 0
        end = self.x(stated.last + 1) if stated.last is not None else WIDTH
        width = max(end - start, _NARROWEST)
        return Bar(start, width, begins, ends, bool(time and time.is_approximate), stated.as_of)

    @property
    def ticks(self) -> list[Tick]:
        """Some years, evenly apart."""
        first, last = self._first / _YEAR_DAYS + 1, self._last / _YEAR_DAYS + 1
        step = next((step for step in _STEPS if (last - first) / step <= _MOST_TICKS), _STEPS[-1])
        years = range(-(-int(first) // step) * step, int(last) + 1, step)
        ticks = [Tick(self.x(edtf.ordinal(year, 1, 1)), year) for year in years]
        return [tick for tick in ticks if 0 < tick.x < WIDTH]
