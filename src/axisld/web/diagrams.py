"""A diagram of the main classes of an ontology and of what relates them: boxes in three columns, without script. Pure.

The class with most ties stands in the middle, where both other columns are beside it; each next one where it has the
fewest ties to its own column or across the middle. Lines join neighbours; what would run behind a box is only named.
"""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

_MOST_BOXES = 12
_MOST_ROWS = 6  # in a box
_WIDTH, _HEAD, _ROW = 232, 30, 20  # of a box, of its title, of a row; all lengths in units of the drawing
_GAP_X, _GAP_Y = 96, 20
_MARGIN = 8
_CHARACTERS = 33  # of text that fit a box


@dataclass(frozen=True, slots=True)
class Relation:
    """A property that leads from things of one class to things of another; all by name."""

    source: str
    target: str
    label: str  # of the property


@dataclass(frozen=True, slots=True)
class Row:
    """The relations from the class of a box to one other class."""

    text: str
    y: int  # of its middle, from the top of the drawing


@dataclass(frozen=True, slots=True)
class Box:
    """A class, where it is drawn."""

    name: str
    title: str
    x: int
    y: int
    height: int
    rows: tuple[Row, ...]
    width: int = _WIDTH


@dataclass(frozen=True, slots=True)
class Line:
    """A relation, or (`is_kind_of`) a class below another, as the path that SVG draws (SVG 2, 9.3)."""

    path: str
    is_kind_of: bool


@dataclass(frozen=True, slots=True)
class Diagram:
    """What is drawn."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


def diagram(relations: Sequence[Relation], broader: Mapping[str, Iterable[str]], titles: Mapping[str, str]) -> Diagram:
    """The classes that most relations begin or end at; `broader` says what each is a kind of. Empty without ties."""
    return _Drawing(relations, broader, titles).drawn()


@dataclass
class _Drawing:
    relations: Sequence[Relation]
    broader: Mapping[str, Iterable[str]]
    titles: Mapping[str, str]
    _boxes: dict[str, Box] = field(default_factory=dict)
    _starts: dict[tuple[str, str], int] = field(default_factory=dict)  # where the line between two classes begins

    def drawn(self) -> Diagram:
        columns = self._columns(self._main())
        for number, column in enumerate(columns):
            y = _MARGIN
            for name in column:
                box = self._boxes[name] = self._box(name, _MARGIN + number * (_WIDTH + _GAP_X), y)
                y += box.height + _GAP_Y
        bottom = max((box.y + box.height for box in self._boxes.values()), default=0)
        right = max((box.x + _WIDTH for box in self._boxes.values()), default=0)
        lines = tuple(self._lines())
        return Diagram(right + _GAP_X // 2, bottom + _MARGIN, tuple(self._boxes.values()), lines)

    def _main(self) -> list[str]:
        """The classes that are drawn, those with most ties first."""
        ties = Counter[str]()
        for relation in self.relations:
            ties.update({relation.source, relation.target})
        ties.update(name for below, above in self.broader.items() for name in (below, *above))
        return sorted((name for name in ties if name in self.titles), key=lambda name: (-ties[name], name))[
            :_MOST_BOXES
        ]

    def _columns(self, names: Sequence[str]) -> list[list[str]]:
        """The classes that have ties, in columns, none much longer than the others."""
        ties = self._ties(names)
        near: dict[str, set[str]] = defaultdict(set)
        for one, other in ties:
            near[one].add(other)
            near[other].add(one)
        columns: list[list[str]] = [[], [], []]
        heights = [0, 0, 0]
        tied = [name for name in names if near[name]]
        most = sum(map(self._height, tied)) / len(columns) + _HEAD
        for name in tied:
            height = self._height(name)
            fitting = [place for place in (1, 0, 2) if heights[place] + height <= most] or [_least(heights)]
            place = min(fitting, key=lambda place: (_burden(columns, place, near[name]), heights[place]))
            columns[place].append(name)
            heights[place] += height
        return [sorted(column, key=lambda name: _middle(columns, near[name])) for column in columns]

    def _height(self, name: str) -> int:
        targets = len({relation.target for relation in self.relations if relation.source == name})
        return _HEAD + min(targets, _MOST_ROWS + 1) * _ROW + _GAP_Y

    def _ties(self, names: Iterable[str]) -> set[tuple[str, str]]:
        """Pairs of different classes that a line joins."""
        known = set(names)
        pairs = {(relation.source, relation.target) for relation in self.relations}
        pairs |= {(below, above) for below, all_above in self.broader.items() for above in all_above}
        return {(one, other) for one, other in pairs if one != other and {one, other} <= known}

    def _box(self, name: str, x: int, y: int) -> Box:
        by_target: dict[str, list[str]] = defaultdict(list)
        for relation in self.relations:
            if relation.source == name:
                by_target[relation.target].append(relation.label)
        targets = sorted(by_target, key=lambda target: (-len(by_target[target]), self.titles.get(target, target)))
        rows = []
        for number, target in enumerate(targets[:_MOST_ROWS]):
            middle = y + _HEAD + number * _ROW + _ROW // 2
            self._starts[name, target] = middle
            rows.append(Row(_row_text(by_target[target], self.titles.get(target, target)), middle))
        if len(targets) > _MOST_ROWS:
            rows.append(Row("…", y + _HEAD + _MOST_ROWS * _ROW + _ROW // 2))
        return Box(name, _cut(self.titles[name], _CHARACTERS - 4), x, y, _HEAD + len(rows) * _ROW + 4, tuple(rows))

    def _lines(self) -> Iterable[Line]:
        ties = self._ties(self._boxes)
        kinds = {(below, above) for below, all_above in self.broader.items() for above in all_above}
        for one, other in sorted(ties):
            begin, end = self._boxes[one], self._boxes[other]
            if abs(begin.x - end.x) > _WIDTH + _GAP_X:
                continue
            if (one, other) in kinds:
                yield Line(_path(begin, begin.y + _HEAD // 2, end, end.y + _HEAD // 2), is_kind_of=True)
            if (one, other) in self._starts:
                yield Line(_path(begin, self._starts[one, other], end, end.y + _HEAD // 2 + 6), is_kind_of=False)


def _path(source: Box, start: int, target: Box, end: int) -> str:
    """A curve between the sides that face each other; between boxes of one column, along their right sides."""
    if source.x == target.x:
        x, bend = source.x + _WIDTH, source.x + _WIDTH + _GAP_X // 2
        return f"M{x} {start}C{bend} {start} {bend} {end} {x} {end}"
    x, to = (source.x + _WIDTH, target.x) if source.x < target.x else (source.x, target.x + _WIDTH)
    bend = (x + to) // 2
    return f"M{x} {start}C{bend} {start} {bend} {end} {to} {end}"


def _row_text(labels: Sequence[str], target: str) -> str:
    """ "member of, part of → Organisation", or as much as fits: "member of +8 → Organisation"."""
    end = f" → {target}"
    together = ", ".join(labels) + end
    if len(together) <= _CHARACTERS:
        return together
    more = f" +{len(labels) - 1}" if len(labels) > 1 else ""
    return _cut(labels[0], max(_CHARACTERS - len(more + end), 8)) + more + end


def _cut(text: str, characters: int) -> str:
    return text if len(text) <= characters else text[: characters - 1].rstrip() + "…"


def _least(heights: Sequence[int]) -> int:
    return heights.index(min(heights))


def _burden(columns: Sequence[Sequence[str]], place: int, near: Container[str]) -> int:
    """How much lines would be in the way if a class that is tied to `near` stood in this column."""
    away = {0: 2, 2: 0}.get(place, place)
    within = sum(name in near for name in columns[place])
    return 2 * within + (sum(name in near for name in columns[away]) if away != place else 0)


def _middle(columns: Iterable[Sequence[str]], near: Container[str]) -> float:
    """The mean of the places, from 0 to 1, that neighbours have in their columns."""
    found = [number / len(column) for column in columns for number, name in enumerate(column) if name in near]
    return sum(found) / len(found) if found else 0.0
