"""Where things stand in a drawing of their relations without script: on a circle, neighbours near each other. Pure."""

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from axisld.overviews.asking import Relations

RADIUS = 300.0
MARGIN = 210.0  # around the circle, for names
_NAME_LETTERS = 26  # of a name, drawn


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a thing is drawn, and its name beside it."""

    thing: str  # a term
    x: float
    y: float
    turn: float  # of its name, in degrees
    is_left: bool  # whether its name ends at the circle


@dataclass(frozen=True, slots=True)
class Line:
    """A line between two things."""

    path: str  # SVG path data
    place: int  # of the badge that its relations share; 0 for none, or for several
    count: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """Spots and lines, around the middle (0, 0)."""

    spots: tuple[Spot, ...]
    lines: tuple[Line, ...]

    @property
    def view_box(self) -> str:
        half = RADIUS + MARGIN
        return f"{-half:.0f} {-half:.0f} {2 * half:.0f} {2 * half:.0f}"


def draw(found: Relations, place: Callable[[str], int], *, centre: str = "") -> Drawing:
    """The things on a circle; `centre`, if it is among them, in the middle. `place` is that of a badge."""
    ring = [thing for thing in _in_order(found) if thing != centre]
    spots = {thing: _spot(thing, number, len(ring)) for number, thing in enumerate(ring)}
    if centre in found.things:
        spots[centre] = Spot(centre, 0, 0, 0, False)
    drawn: dict[tuple[str, str], list[str]] = defaultdict(list)
    for stated in found.statements:
        drawn[stated.subject, stated.object].append(stated.badge)
    lines = [
        Line(_curve(spots[one], spots[other]), place(badges[0]) if len(set(badges)) == 1 else 0, len(badges))
        for (one, other), badges in drawn.items()
        if one != other
    ]
    return Drawing(tuple(spots.values()), tuple(lines))


def shortened(name: str) -> str:
    return name if len(name) <= _NAME_LETTERS else name[: _NAME_LETTERS - 1].rstrip() + "…"


def _in_order(found: Relations) -> Sequence[str]:
    """The things, each followed by those of its neighbours that have no place yet."""
    beside: dict[str, dict[str, None]] = defaultdict(dict)
    for stated in found.statements:
        beside[stated.subject][stated.object] = beside[stated.object][stated.subject] = None
    order: dict[str, None] = {}
    for start in found.things:
        waiting = [start]
        while waiting:
            thing = waiting.pop()
            if thing not in order:
                order[thing] = None
                waiting += sorted(
                    (near for near in beside[thing] if near not in order), key=lambda near: -len(beside[near])
                )
    return list(order)


def _spot(thing: str, number: int, all_: int) -> Spot:
    angle = 2 * math.pi * number / max(all_, 1)
    is_left = math.cos(angle) < -1e-9
    turn = math.degrees(angle) + (180 if is_left else 0)
    return Spot(thing, round(RADIUS * math.cos(angle), 1), round(RADIUS * math.sin(angle), 1), round(turn, 1), is_left)


def _curve(one: Spot, other: Spot) -> str:
    """A line that bends towards the middle, so that it can be told from its neighbours."""
    bend = 0.25
    return f"M{one.x:g},{one.y:g}Q{(one.x + other.x) * bend:.0f},{(one.y + other.y) * bend:.0f} {other.x:g},{other.y:g}"
