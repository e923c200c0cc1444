"""The table of a run: axisld's rate, and how many times that of each other server it is. Also: `table.py FILE`."""

import json
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from workloads import CEILINGS, PEERS, WORKLOADS, Workload

_LOOK_UPS = ("turtle", "jsonld", "html", "conditional")


@dataclass(frozen=True)
class Ratio:
    """axisld's rate over another's, in each round: the median, the least and the most."""

    middle: float
    least: float
    most: float

    def __str__(self) -> str:
        return f"{_short(self.middle)} ({_short(self.least)}–{_short(self.most)})"


def table(results: Mapping[str, Any]) -> str:
    """Everything as Markdown."""
    return "\n\n".join([_rates(results), _processor(results), _starts(results), _attacks(results), _targets(results)])


def ratios(results: Mapping[str, Any]) -> dict[tuple[str, str], Ratio]:
    """By workload and server."""
    rates = {(found["round"], found["workload"], found["peer"]): found["per_second"] for found in results["samples"]}
    found = defaultdict(list)
    for (number, workload, peer), rate in rates.items():
        if peer != "axisld" and rate and (number, workload, "axisld") in rates:
            found[workload, peer].append(rates[number, workload, "axisld"] / rate)
    return {key: Ratio(median(values), min(values), max(values)) for key, values in found.items()}


def rates(results: Mapping[str, Any], workload: str, peer: str, what: str = "per_second") -> list[float]:
    """Requests per second in each round, or something else that was measured."""
    found = results["samples"]
    return [sample[what] for sample in found if (sample["workload"], sample["peer"]) == (workload, peer)]


def _rates(results: Mapping[str, Any]) -> str:
    found, others = ratios(results), _others(results)
    rows = []
    for workload in _measured(results):
        own = rates(results, workload.name, "axisld")
        against = [str(found.get((workload.name, peer), "–")) for peer in others]
        rows.append([workload.title, f"{median(own):,.0f}" if own else "–", *against])
    return _markdown(["", "axisld, requests/s", *(f"× {peer}" for peer in others)], rows)


def _processor(results: Mapping[str, Any]) -> str:
    rows = []
    servers = ["axisld", *_others(results)]
    for workload in _measured(results):
        used = [rates(results, workload.name, peer, "processor_us") for peer in servers]
        rows.append([workload.title, *(f"{median(values):,.0f}" if values else "–" for values in used)])
    return _markdown(["processor time of one request, µs", *servers], rows)


def _starts(results: Mapping[str, Any]) -> str:
    rows = [
        [name, facts["version"] or "–", f"{facts['start_seconds']:.2f}", *_memory(facts.get("memory_mb"))]
        for name, facts in results["peers"].items()
    ]
    rows += [[name, reason, "–", "–", "–"] for name, reason in results["skipped"].items()]
    return _markdown(["", "version", "start to first answer, s", "RSS, MB", "PSS, MB"], rows)


def _memory(found: Mapping[str, float] | None) -> list[str]:
    return [f"{found['rss']:.0f}", f"{found['pss']:.0f}"] if found else ["–", "–"]


def _attacks(results: Mapping[str, Any]) -> str:
    rows = []
    for attacked in results["hostile"]:
        before, during = attacked["before"], _answered(attacked["during"])
        latencies = [f"{median(found['p50_ms'] for found in before):.2f}"]
        if during:
            slower = [found["p50_ms"] / calm["p50_ms"] for calm, found in zip(before, during, strict=False)]
            latencies += [f"{median(found['p50_ms'] for found in during):.2f}"]
            latencies += [str(Ratio(median(slower), min(slower), max(slower)))]
            latencies += [f"{sum(found['failed'] for found in during)}"]
        else:
            latencies += ["none answered", "–", "–"]
        rows.append([attacked["peer"], *latencies, *_memory(attacked["memory_mb"])])
    columns = ["with hostile queries", "before, ms", "during, ms", "times", "failed", "RSS, MB", "PSS, MB"]
    return _markdown(columns, rows)


def _answered(during: Sequence[Mapping[str, float]]) -> list[Mapping[str, float]]:
    """Of loads under attack, those in which anything was answered."""
    return [found for found in during if found["per_second"]]


def _targets(results: Mapping[str, Any]) -> str:
    """Which target holds; each is a ratio of medians of one run."""
    found = {key: ratio.middle for key, ratio in ratios(results).items()}
    peers = [peer for peer in PEERS if peer in results["peers"]]

    def best(workload: str, among: Sequence[str] = peers) -> float | None:
        return min((found[workload, peer] for peer in among if (workload, peer) in found), default=None)

    rows = [(f"{name}: of bare WSGI", found.get((name, "wsgi")), 0.7) for name in _LOOK_UPS]
    rows += [(f"{name}: of the best peer", best(name), 1.0) for name in _LOOK_UPS]
    rows += [("html: of the best peer", best("html"), 10.0)]
    rows += [("repeated SELECT: of Oxigraph's server", found.get(("repeated", "oxigraph")), 1.0)]
    for name in ("names", "latest"):
        rows += [(f"{name}, first time: of Oxigraph's server", found.get((name, "oxigraph")), 0.5)]
        rows += [(f"{name}, first time: of the best other", best(name, [p for p in peers if p != "oxigraph"]), 1.0)]
    lines = [
        [title, f"at least {_short(least)}", _short(value) if value else "–", _verdict(value and value >= least)]
        for title, value, least in rows
    ]
    own = next((attacked for attacked in results["hostile"] if attacked["peer"] == "axisld"), None)
    if own and _answered(own["during"]):
        slower = median(hot["p50_ms"] / calm["p50_ms"] for calm, hot in zip(own["before"], own["during"], strict=False))
        lines.append(["look-up beside hostile queries", "at most 1.5", _short(slower), _verdict(slower <= 1.5)])
    start = results["peers"]["axisld"]["start_seconds"]
    lines.append(["start to first page, s", "at most 1", f"{start:.2f}", _verdict(start <= 1)])
    return _markdown(["target", "", "measured", ""], lines)


def _verdict(holds: object) -> str:
    return "not measured" if holds is None else "holds" if holds else "missed"


def _measured(results: Mapping[str, Any]) -> list[Workload]:
    names = {found["workload"] for found in results["samples"]}
    return [workload for workload in WORKLOADS if workload.name in names]


def _others(results: Mapping[str, Any]) -> list[str]:
    return [peer for peer in (*CEILINGS, *PEERS) if peer in results["peers"]]


def _short(number: float) -> str:
    return f"{number:.2f}" if number < 10 else f"{number:,.0f}"


def _markdown(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [columns, ["---"] + ["--:"] * (len(columns) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    print(table(json.loads(Path(sys.argv[1]).read_text())))
