"""The growth of time, memory and disk, drawn: one line each over the number of triples, both axes logarithmic."""

from collections.abc import Sequence
from math import log10
from typing import Any
from xml.sax.saxutils import escape

_WIDTH, _HEIGHT = 720, 420
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 220, 30, 50
_LINE = 15  # of text
_COLOURS = ("#1b6ca8", "#b5471b", "#2e7d32", "#6a3fa0", "#8a6d00")


def chart(sizes: Sequence[dict[str, Any]]) -> str:
    """An SVG document."""
    lines = {
        "build, processor s": [size["build"]["processor_seconds"] for size in sizes],
        "peak memory, MB": [size["build"]["peak_mb"] for size in sizes],
        "release, MB": [size["release_bytes"] / 1e6 for size in sizes],
        "look-up, Turtle, ms": [size["asked"]["look-up, Turtle"]["median_ms"] for size in sizes],
        "SELECT of one thing, ms": [size["asked"]["SELECT of one thing"]["median_ms"] for size in sizes],
    }
    across = [log10(size["triples"]) for size in sizes]
    values = [value for line in lines.values() for value in line]
    bottom, top = int(log10(min(values))) - 1, int(log10(max(values))) + 1

    def place(x: float, value: float) -> tuple[float, float]:
        share = (x - across[0]) / ((across[-1] - across[0]) or 1)
        height = (log10(value) - bottom) / (top - bottom)
        return _LEFT + share * (_WIDTH - _LEFT - _RIGHT), _HEIGHT - _BOTTOM - height * (_HEIGHT - _TOP - _BOTTOM)

    parts = [_grid(10.0**power, place(across[0], 10.0**power)[1]) for power in range(bottom, top + 1)]
    for x, size in zip(across, sizes, strict=True):
        left, _ = place(x, 10.0**bottom)
        parts.append(_text(left, _HEIGHT - _BOTTOM + 20, f"{size['triples']:,}", "middle"))
    parts.append(_text((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 10, "triples", "middle"))
    heights = _apart([place(across[-1], line[-1])[1] for line in lines.values()])
    for (name, line), colour, height in zip(lines.items(), _COLOURS, heights, strict=True):
        points = [place(x, value) for x, value in zip(across, line, strict=True)]
        joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{joined}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
        parts.append(_text(points[-1][0] + 8, height + 4, f"{name}: {line[-1]:,.1f}", "start", colour))
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'font-family="sans-serif" font-size="12">\n<title>How axisld grows with the number of triples</title>\n'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>\n{body}\n</svg>\n'
    )


def _apart(heights: Sequence[float]) -> list[float]:
    """Where the texts beside these heights stand, so that none covers another."""
    found, last = list(heights), float("-inf")
    for index in sorted(range(len(heights)), key=heights.__getitem__):
        found[index] = last = max(heights[index], last + _LINE)
    return found


def _grid(value: float, y: float) -> str:
    right = _WIDTH - _RIGHT
    line = f'<line x1="{_LEFT}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}" stroke="#ddd"/>'
    return line + _text(_LEFT - 8, y + 4, f"{value:,g}", "end")


def _text(x: float, y: float, text: str, anchor: str, colour: str = "#333") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{escape(text)}</text>'
