"""The results of a run as a chart: `chart.py RESULTS.json CHART.svg`. Requests per second, on a logarithmic scale."""

import json
import math
import sys
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from statistics import median
from typing import Any

from table import rates
from workloads import CEILINGS, PEERS, WORKLOADS

_LABEL, _WIDTH, _BAR, _GAP = 250, 900, 13, 16  # pixels
_LEAST, _MOST = 1, 100_000  # requests per second
_NUMBER = 60  # pixels beside a bar
_STYLE = """
svg { background: Canvas; color: CanvasText; color-scheme: light dark }
text { font: 12px system-ui, sans-serif; fill: currentColor }
.title { font-weight: 600 } .quiet { opacity: .7; font-size: 11px }
line { stroke: currentColor; opacity: .15 }
.own { fill: #2563eb } .peer { fill: #94a3b8 } .ceiling { fill: none; stroke: #94a3b8; stroke-dasharray: 3 2 }
"""


def chart(results: Mapping[str, Any]) -> str:
    """SVG, with the numbers in it as text."""
    bars, top = [], 34
    for workload in WORKLOADS:
        found = [(peer, rates(results, workload.name, peer)) for peer in ("axisld", *PEERS, *CEILINGS)]
        measured = [(peer, median(values)) for peer, values in found if values]
        if measured:
            bars += list(_group(workload.title, measured, top))
            top += _GAP + _BAR * len(measured)
    axis = [_tick(10**power, top) for power in range(round(math.log10(_MOST)) + 1)]
    height = top + 10
    words = f"Requests per second, {results['date'][:10]}; medians of {results['rounds']} rounds"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{words}">'
    return "\n".join([head, f"<style>{_STYLE}</style>", *axis, *bars, "</svg>\n"])


def _group(title: str, measured: list[tuple[str, float]], top: int) -> Iterator[str]:
    yield f'<text class="title" x="0" y="{top + _BAR - 2}">{escape(title)}</text>'
    for index, (peer, rate) in enumerate(measured):
        name = peer if index else ""
        kind = "own" if peer == "axisld" else "ceiling" if peer in CEILINGS else "peer"
        y, end = top + index * _BAR, _x(rate)
        yield f'<text class="quiet" x="{_LABEL - 6}" y="{y + _BAR - 3}" text-anchor="end">{name}</text>'
        yield f'<rect class="{kind}" x="{_LABEL}" y="{y + 1}" width="{end - _LABEL:.1f}" height="{_BAR - 3}"/>'
        yield f'<text class="quiet" x="{end + 4:.1f}" y="{y + _BAR - 3}">{rate:,.0f}</text>'


def _tick(number: int, bottom: int) -> str:
    x = _x(number)
    return (
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="24" y2="{bottom}"/>'
        f'<text class="quiet" x="{x:.1f}" y="18" text-anchor="middle">{number:,}</text>'
    )


def _x(rate: float) -> float:
    share = math.log10(max(rate, _LEAST) / _LEAST) / math.log10(_MOST / _LEAST)
    return _LABEL + share * (_WIDTH - _LABEL - _NUMBER)


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(chart(json.loads(Path(sys.argv[1]).read_text())))
