"""Measure how axisld grows: publications of 10 thousand triples and more, built, opened and asked. `make bench-growth`.

Each size is built once. Then all are served at the same time and asked in turns, one after the other, for the machine
may be busier in the next minute: what counts are the ratios. Writes bench/results/growth.json and docs/growth.svg, and
prints the table.
"""

import argparse
import http.client
import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.parse import quote

from growth_chart import chart

_HERE = Path(__file__).parent
_WORK = _HERE / ".cache" / "growth"
_RESULTS = _HERE / "results"
_CHART = _HERE.parent / "docs" / "growth.svg"
_BASE = "https://data.example.org/"
_TRIPLES_A_THING = 20
_SIZES = (10_000, 100_000, 1_000_000)
_POLL_SECONDS = 0.1
_START_SECONDS = 60
_DATASET = f"""@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix void: <http://rdfs.org/ns/void#> .
<{_BASE}dataset> a dcat:Dataset ; dcterms:title "Entities"@en ; void:uriSpace "{_BASE}" ;
    dcterms:license <http://creativecommons.org/publicdomain/zero/1.0/> .
"""
# Every thing of a class by its size, which takes more of the index the more there are; and a few facts of one thing.
_OF_ONE = f"SELECT ?p ?o WHERE {{ <{_BASE}id/e@@> ?p ?o }}"
_TEN = f"SELECT ?s ?n WHERE {{ ?s <{_BASE}onto#partOf> <{_BASE}id/e@@> ; <{_BASE}onto#size> ?n }} LIMIT 10"
# What is asked for, by name: the path with "@@" for the number of a thing, and what is accepted.
_QUESTIONS = {
    "look-up, Turtle": ("/doc/e@@.ttl", "text/turtle"),
    "look-up, HTML": ("/doc/e@@", "text/html"),
    "hub page": ("/doc/e0?x=@@", "text/html"),
    "incoming page": ("/doc/e0?page=2&x=@@", "text/html"),
    "search": ("/search?q=lantern+@@", "text/html"),
    "suggestion": ("/suggest?q=lan&x=@@", "application/json"),
    "SELECT of one thing": (f"/sparql?query={quote(_OF_ONE, safe='@')}", "application/sparql-results+json"),
    "SELECT with a join": (f"/sparql?query={quote(_TEN, safe='@')}", "application/sparql-results+json"),
}


def main() -> None:
    given = _arguments()
    started = datetime.now(UTC).isoformat(timespec="seconds")
    results: dict[str, Any] = {"date": started, "cores": os.cpu_count(), "load_average_at_start": os.getloadavg()}
    results["sizes"] = [_built(given.work / str(triples), triples, given) for triples in given.triples]
    results["load_average_after_builds"] = os.getloadavg()
    with ExitStack() as running:
        servers = [_Server(size, running) for size in results["sizes"]]
        for size, server in zip(results["sizes"], servers, strict=True):
            size["open_seconds"] = round(server.open_seconds, 3)
            size["asked"] = {}
        for name, (path, accept) in _QUESTIONS.items():
            times = _asked_in_turns(servers, path, accept, given.rounds)
            for size, measured in zip(results["sizes"], times, strict=True):
                size["asked"][name] = _summary(measured)
    results["load_average_at_end"] = os.getloadavg()
    for size in results["sizes"]:
        del size["release"]  # the name of a folder here
    _RESULTS.mkdir(exist_ok=True)
    (_RESULTS / "growth.json").write_text(json.dumps(results, indent=1) + "\n")
    _CHART.write_text(chart(results["sizes"]))
    print(table(results["sizes"]))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("triples", nargs="*", type=int, default=_SIZES, help="sizes (default: up to a million)")
    parser.add_argument("--rounds", type=int, default=200, help="requests of each kind to each (default: 200)")
    parser.add_argument("--once", action="store_true", help="do not build a second time, when nothing has changed")
    parser.add_argument(
        "--work", type=Path, default=_WORK, help="a folder for data and releases (default: %(default)s)"
    )
    parser.add_argument(
        "--keep", action="store_true", help="only ask: use the releases that an earlier run built there"
    )
    return parser.parse_args()


def _built(folder: Path, triples: int, given: argparse.Namespace) -> dict[str, Any]:
    """Make the data, build it, and say what that took."""
    measured = folder / "built.json"
    if given.keep and measured.is_file():
        return json.loads(measured.read_text())
    shutil.rmtree(folder, ignore_errors=True)
    source_bytes = _write_publication(folder / "root", triples // _TRIPLES_A_THING)
    command = [sys.executable, "-m", "axisld", "build", "--root", str(folder / "root")]
    command += ["--releases", str(folder / "releases")]
    first = _watched(command)
    again = None if given.once else _watched(command)
    [record] = (folder / "releases").glob("*/release.json")
    release = record.parent
    size = {
        "triples": triples,
        "source_bytes": source_bytes,
        "statements": json.loads(record.read_text())["parts"][0]["quads"],
        "release": str(release),
        "release_bytes": _bytes_of(release),
        "table_bytes": (release / "by-subject.nq").stat().st_size + (release / "by-object.txt").stat().st_size,
        "sparql_store_bytes": _bytes_of(release / "store"),
        "build": first,
        "build_again": again,  # nothing changed since
    }
    measured.write_text(json.dumps(size))
    return size


def _write_publication(root: Path, things: int) -> int:
    """The generator's data, ontology and shapes as a publication; gives the size of the data in bytes."""
    for name, arguments in (
        ("data/entities.nt", (str(things), _BASE)),
        ("ontology/ontology.ttl", ("0", _BASE, "--ontology")),
        ("shapes/shapes.ttl", ("0", _BASE, "--shapes")),
    ):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as output:
            subprocess.run([sys.executable, str(_HERE / "gen_entities.py"), *arguments], stdout=output, check=True)
    (root / "data" / "dataset.ttl").write_text(_DATASET)
    return (root / "data" / "entities.nt").stat().st_size


def _watched(command: Sequence[str]) -> dict[str, Any]:
    """Run the command: its time and that of its steps, and the most memory of its own that it and its children had.

    Pages of mapped files are not counted: the system takes them back when it needs them.
    """
    started, most = time.monotonic(), 0
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    while process.poll() is None:
        most = max(most, sum(map(_own_kilobytes, _tree(process.pid))))
        time.sleep(_POLL_SECONDS)
    assert process.stderr
    said = process.stderr.read()
    if process.returncode:
        sys.exit(said)
    steps = {line.split()[0]: float(line.split()[1]) for line in said.splitlines() if line.endswith(" s")}
    took = {"seconds": round(time.monotonic() - started, 1), "steps": steps}
    return {**took, "processor_seconds": _processor_seconds(), "peak_mb": round(most / 1024)}


_spent = 0.0


def _processor_seconds() -> float:
    """What the children that ended since the last call took of the processors: less than the clock's on a busy one."""
    global _spent  # noqa: PLW0603 (the system counts from the start)
    before = _spent
    _spent = sum(os.times()[2:4])
    return round(_spent - before, 1)


def _tree(process: int) -> Iterator[int]:
    yield process
    with suppress(OSError):
        for child in Path(f"/proc/{process}/task/{process}/children").read_text().split():
            yield from _tree(int(child))


def _own_kilobytes(process: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("RssAnon"):
                return int(line.split()[1])
    return 0


def _bytes_of(folder: Path) -> int:
    """Of its files, those with two names once."""
    found = {path.stat().st_ino: path.stat().st_size for path in folder.rglob("*") if path.is_file()}
    return sum(found.values())


class _Server:
    """One release, served."""

    def __init__(self, size: dict[str, Any], running: ExitStack) -> None:
        self.things = size["triples"] // _TRIPLES_A_THING
        self._port = random.randrange(22_000, 28_000)
        command = [sys.executable, "-m", "axisld", "serve", "--release", size["release"], "--port", str(self._port)]
        log = running.enter_context(Path(size["release"]).parent.with_name("log").open("wb"))
        started = time.monotonic()
        process = subprocess.Popen([*command, "--access-log", ""], stdout=log, stderr=log)
        running.callback(process.wait, 30)
        running.callback(process.terminate)
        while not self._answers():
            if process.poll() is not None or time.monotonic() - started > _START_SECONDS:
                sys.exit(f"the server of {size['release']} did not start: see its log")
            time.sleep(0.01)
        self.open_seconds = time.monotonic() - started  # from the command to the first page
        self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        running.callback(self._connection.close)

    def _answers(self) -> bool:
        with suppress(OSError):
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=_START_SECONDS)
            connection.request("GET", "/doc/e1", headers={"Accept": "text/html"})
            return connection.getresponse().status == http.client.OK
        return False

    def ask(self, path: str, accept: str) -> float:
        """The milliseconds of one request."""
        started = time.perf_counter()
        self._connection.request("GET", path, headers={"Accept": accept})
        answer = self._connection.getresponse()
        answer.read()
        took = (time.perf_counter() - started) * 1000
        if answer.status != http.client.OK:
            sys.exit(f"{path}: {answer.status}")
        return took


def _asked_in_turns(servers: Sequence[_Server], path: str, accept: str, rounds: int) -> list[list[float]]:
    """The milliseconds of requests for ever other things, so that no cache has them; first some that do not count."""
    times: list[list[float]] = [[] for _ in servers]
    chance = random.Random(path)
    for number in range(-10, rounds):
        for server, taken in zip(servers, times, strict=True):
            took = server.ask(path.replace("@@", str(chance.randrange(server.things))), accept)
            if number >= 0:
                taken.append(took)
    return times


def _summary(times: Sequence[float]) -> dict[str, float]:
    return {"median_ms": round(median(times), 2), "p95_ms": round(quantiles(times, n=20)[-1], 2)}


def table(sizes: Sequence[dict[str, Any]]) -> str:
    """One column for each size."""
    rows = [["", *(f"{size['triples']:,}" for size in sizes)], ["---", *("---:" for _ in sizes)]]
    rows += [
        ["statements published", *(f"{size['statements']:,}" for size in sizes)],
        ["build, s", *(f"{size['build']['seconds']:,.0f}" for size in sizes)],
        *(
            [f"– {step}, s", *(f"{size['build']['steps'][step]:,.1f}" for size in sizes)]
            for step in sizes[0]["build"]["steps"]
        ),
        ["– processor time, s", *(f"{size['build']['processor_seconds']:,.0f}" for size in sizes)],
        ["– peak memory, MB", *(f"{size['build']['peak_mb']:,}" for size in sizes)],
        ["build again, nothing changed, s", *(_again(size, "{seconds:,.0f}") for size in sizes)],
        ["– of that validate, s", *(_again(size, "{steps[validate]:,.1f}") for size in sizes)],
        ["– processor time, s", *(_again(size, "{processor_seconds:,.0f}") for size in sizes)],
        ["data as N-Triples, MB", *(_mb(size["source_bytes"]) for size in sizes)],
        ["release with all dumps, MB", *(_mb(size["release_bytes"]) for size in sizes)],
        ["– its sorted tables, MB", *(_mb(size["table_bytes"]) for size in sizes)],
        ["– its SPARQL store, MB", *(_mb(size["sparql_store_bytes"]) for size in sizes)],
        ["start to first page, s", *(f"{size['open_seconds']:.2f}" for size in sizes)],
    ]
    for name in sizes[0]["asked"]:
        asked = [size["asked"][name] for size in sizes]
        rows.append([f"{name}, ms (p95)", *(f"{found['median_ms']:.1f} ({found['p95_ms']:.1f})" for found in asked)])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _again(size: dict[str, Any], shown: str) -> str:
    return shown.format(**size["build_again"]) if size["build_again"] else "–"


def _mb(count: int) -> str:
    return f"{count / 1e6:,.0f}"


if __name__ == "__main__":
    main()
