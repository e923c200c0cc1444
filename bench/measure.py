"""Measure axisld and its peers side by side: the same data, the same load, in turns. `make bench` runs it.

Each round asks every peer for every workload, one peer right after the other; what counts are the ratios within a
round, for the machine may be busier in the next. Writes bench/results/DATE.json, then prints its table.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from load import load, require_wrk
from peers import CACHE, Peer, UnavailableError
from table import table
from workloads import BASE, CEILINGS, HOSTILE, PEERS, WORKLOADS, Workload, query_path

_ROOT = Path(__file__).parent.parent
_RESULTS = Path(__file__).parent / "results"
_THINGS = 16  # that are asked for in turn
_HOSTILE_CLIENTS = 4  # at a time, each from an address of its own
_HOSTILE_ROUNDS = 3  # at most
_HOSTILE_STARTS = 2.0  # seconds that hostile queries get to fill every process
_WARM_SECONDS = 1


def main() -> None:
    given = _arguments()
    require_wrk()
    data = _prepare_data()
    results: dict[str, Any] = {"date": datetime.now(UTC).isoformat(timespec="seconds"), "machine": _machine(), **data}
    results |= {"seconds": given.seconds, "rounds": given.rounds, "skipped": {}, "peers": {}, "samples": []}
    environment = {"DATA": data["data"], "RELEASE": data["release"], "BASE": BASE, "CONSTANT": str(CACHE / "constant")}
    with ExitStack() as running:
        peers = []
        for name in ("axisld", *CEILINGS, *given.peers):
            try:
                peer = _started(Peer(name, environment), data["things"], running)
            except UnavailableError as error:
                if name == "axisld":
                    raise
                results["skipped"][name] = str(error)
                print(f"{name}: skipped, {error}", flush=True)
                continue
            peers.append(peer)
            results["peers"][name] = {"version": peer.version, "start_seconds": round(peer.start_seconds, 3)}
        asked = {peer.name: _asked(peer, data["things"]) for peer in peers}
        wanted = [workload for workload in WORKLOADS if workload.name in given.workloads]
        list(_round(peers, asked, wanted, _WARM_SECONDS))  # caches, compilers: what the first requests pay for all
        for number in range(given.rounds):
            for sample in _round(peers, asked, wanted, given.seconds):
                results["samples"].append({"round": number, **sample})
        for peer in peers:
            results["peers"][peer.name]["memory_mb"] = peer.memory_mb()
        results["hostile"] = [measured for peer in peers if (measured := _under_attack(peer, asked, given))]
    results["load_average_at_end"] = os.getloadavg()
    for private in ("data", "release"):
        del results[private]
    _RESULTS.mkdir(exist_ok=True)
    path = given.output or _RESULTS / f"{results['date'][:10]}.json"
    path.write_text(json.dumps(results, indent=1) + "\n")
    print(table(results))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often everything is measured (default: 5)")
    parser.add_argument("--seconds", type=int, default=1, help="of one load (default: 1)")
    parser.add_argument("--peers", nargs="*", default=PEERS, choices=PEERS, help="default: all")
    names = [workload.name for workload in WORKLOADS]
    parser.add_argument("--workloads", nargs="*", default=names, choices=names, help="default: all")
    parser.add_argument("--output", type=Path, help="file of the results (default: bench/results/DATE.json)")
    return parser.parse_args()


def _prepare_data() -> dict[str, Any]:
    """This publication as a release; its dump is what the peers get."""
    command = [sys.executable, "-m", "axisld", "build", "--json", "--root", str(_ROOT), "--base-iri", BASE]
    command += ["--releases", str(CACHE / "releases")]
    shutil.rmtree(CACHE / "releases", ignore_errors=True)  # one that another version made may lack something
    built = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    release = Path(built["release"])
    documents = (release / "documents.txt").read_text().split()
    slugs = [document.rpartition("/doc/")[2] for document in documents]
    plain = [slug for slug in slugs if slug.replace("-", "").isalnum()]  # things, not their parts
    return {
        "data": str(release / "dumps" / "all.ttl"),
        "release": str(release),
        "digest": built["digest"],
        "statements": built["quads"],
        "things": plain[:: max(1, len(plain) // _THINGS)][:_THINGS],
    }


def _machine() -> dict[str, Any]:
    processor = "unknown"
    with suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        processor = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), processor)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cores": os.cpu_count(),
        "processor": processor,
        "memory_gib": round(memory, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load_average_at_start": os.getloadavg(),
    }


def _started(peer: Peer, things: list[str], running: ExitStack) -> Peer:
    peer.prepare()
    running.callback(peer.end)
    first = WORKLOADS[2] if WORKLOADS[2].requests(peer.name, things) else WORKLOADS[0]  # HTML where there is any
    if peer.name in CEILINGS:
        peer.start("/0.html", first.accept)
        return peer
    peer.start(first.requests(peer.name, things)[0], first.accept)
    if peer.name == "axisld":
        _keep_answers(peer, things)
    return peer


def _keep_answers(axisld: Peer, things: list[str]) -> None:
    """The files that the ceilings serve: just what axisld answers."""
    folder = CACHE / "constant"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for workload in WORKLOADS:
        for index, path in enumerate(workload.requests("axisld", things) if workload.ceiling else []):
            body = axisld.ask(path, workload.accept).body if workload.ceiling != "empty" else b""
            (folder / f"{index}.{workload.ceiling}").write_bytes(body)


def _asked(peer: Peer, things: list[str]) -> dict[str, list[str]]:
    """What it is asked for each workload, and the answers looked at: a peer that answers something else is left out."""
    asked = {}
    for workload in WORKLOADS:
        requests = workload.requests(peer.name, things)
        if requests and workload.name == "conditional":
            requests = [line for line in (_with_tag(peer, path, workload) for path in requests) if line]
        if requests and workload.name != "conditional":
            path = requests[0].replace("@@", "0")
            answer = peer.ask(path, workload.accept)
            if answer.status != 200 or (workload.says.encode() not in answer.body and peer.name not in CEILINGS):
                print(f"{peer.name}: no {workload.title}: {answer.status} {answer.body[:100]!r}", flush=True)
                requests = []
        asked[workload.name] = requests
    return asked


def _with_tag(peer: Peer, path: str, workload: Workload) -> str:
    """The path and its entity tag; "" where the peer has none. The bare callable answers nothing, at once."""
    if peer.name == "wsgi":
        return path
    tag = peer.ask(path, workload.accept).headers.get("etag", "")
    if not tag or peer.ask(path, workload.accept, **{"If-None-Match": tag}).status != 304:
        return ""
    return f"{path}\t{tag}"


def _round(
    peers: list[Peer], asked: dict[str, dict[str, list[str]]], workloads: list[Workload], seconds: int
) -> Iterator[dict[str, Any]]:
    for workload in workloads:
        for peer in peers:
            if requests := asked[peer.name][workload.name]:
                before = peer.processor_seconds()
                measured = load(peer.port, requests, workload.accept, seconds)
                used = (peer.processor_seconds() - before) * 1e6 / max(1, measured.requests)
                print(f"{workload.title:<40} {peer.name:<16} {measured.per_second:>9.0f}/s {used:>9.0f} us", flush=True)
                facts = {"workload": workload.name, "peer": peer.name, "processor_us": round(used, 1)}
                yield facts | {"load_average": os.getloadavg()[0]} | vars(measured)


def _under_attack(
    peer: Peer, asked: dict[str, dict[str, list[str]]], given: argparse.Namespace
) -> dict[str, Any] | None:
    """Look-ups while queries that never end run in every query process; the peer is ended afterwards."""
    requests, bomb = asked[peer.name]["turtle"], asked[peer.name]["names"]
    if not requests or not bomb:
        return None
    accept = WORKLOADS[0].accept
    before, during = [], []
    for _ in range(min(given.rounds, _HOSTILE_ROUNDS)):
        before.append(load(peer.port, requests, accept, given.seconds))
        with _bombs(peer), suppress(subprocess.TimeoutExpired):  # a peer that answers nobody any more
            during.append(load(peer.port, requests, accept, given.seconds))
    memory = peer.memory_mb()
    peer.end()
    print(f"{'with hostile queries':<40} {peer.name:<16} {[round(found.p50_ms, 3) for found in during]} ms", flush=True)
    return {
        "peer": peer.name,
        "before": list(map(vars, before)),
        "during": list(map(vars, during)),
        "memory_mb": memory,
    }


@contextmanager
def _bombs(peer: Peer) -> Iterator[None]:
    """Hostile queries, a new one for each that ends, from several clients."""
    over = threading.Event()

    def send(client: int) -> None:
        while not over.is_set():
            path = query_path(peer.name, HOSTILE).replace("@@", str(time.monotonic_ns()))
            with suppress(Exception):  # whatever becomes of it
                peer.ask(path, "application/sparql-results+json", f"127.0.0.{client + 2}", seconds=5)

    threads = [threading.Thread(target=send, args=(client,), daemon=True) for client in range(_HOSTILE_CLIENTS)]
    for thread in threads:
        thread.start()
    time.sleep(_HOSTILE_STARTS)
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


if __name__ == "__main__":
    main()
