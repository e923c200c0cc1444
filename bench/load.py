"""The load: wrk with four connections, which is told what to ask by load.lua."""

import itertools
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

CONNECTIONS = 4
_SCRIPT = Path(__file__).with_name("load.lua")
_numbers = itertools.count(int(time.time()) * 1_000, 10_000_000)  # where the distinct numbers of a run begin


@dataclass(frozen=True)
class Load:
    """What one run of wrk measured."""

    per_second: float  # requests
    p50_ms: float
    p99_ms: float
    requests: int  # answered as they should be
    failed: int  # answers other than 2xx and 3xx, and broken connections


def require_wrk() -> None:
    if shutil.which("wrk") is None:
        sys.exit("bench: wrk is not here (Debian: apt-get install --no-install-recommends wrk)")


def load(port: int, requests: Sequence[str], accept: str, seconds: int, connections: int = CONNECTIONS) -> Load:
    """Ask 127.0.0.1:`port` for `requests` in turn: paths, as load.lua reads them."""
    with NamedTemporaryFile("w", suffix=".paths") as paths:
        paths.write("\n".join(requests) + "\n")
        paths.flush()
        command = ["wrk", "--threads", "1", "--connections", str(connections), "--duration", f"{seconds}s"]
        command += ["--script", str(_SCRIPT), "--header", f"Accept: {accept}", f"http://127.0.0.1:{port}/"]
        environment = {**os.environ, "BENCH_PATHS": paths.name, "BENCH_FIRST_NUMBER": str(next(_numbers))}
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60)
    found = json.loads(ran.stderr.splitlines()[-1])
    requests = found["requests"] - found["failed"]
    per_second = requests / (found["microseconds"] / 1e6)
    return Load(per_second, found["p50"] / 1e3, found["p99"] / 1e3, requests, found["failed"])
