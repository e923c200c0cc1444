"""The servers under measurement: installed, filled, started by peers/NAME.sh, asked, weighed and ended."""

import http.client
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

_HERE = Path(__file__).parent
CACHE = _HERE / ".cache"
_INSTALL_SECONDS, _START_SECONDS, _END_SECONDS = 900, 60, 10


class UnavailableError(Exception):
    """A peer that cannot be had on this machine, and why."""


@dataclass(frozen=True)
class Response:
    """What came back for one request."""

    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes


def _free_port() -> int:
    """One that no connection of this machine takes by itself, with another free 10,000 above it."""
    while True:
        port = random.randrange(18_000, 22_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@dataclass
class Peer:
    """One server, on a port of its own."""

    name: str
    environment: Mapping[str, str]  # DATA, BASE, and what the ceilings and axisld need
    port: int = field(default_factory=_free_port)
    version: str = ""
    start_seconds: float = 0.0  # from the command to the first answer
    _process: "subprocess.Popen[bytes] | None" = None

    def prepare(self) -> None:
        """Install it and load the data. Raises UnavailableError."""
        self._run("install", _INSTALL_SECONDS)
        self.version = self._run("version", _START_SECONDS)
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        self._run("load", _INSTALL_SECONDS)

    def start(self, path: str, accept: str) -> None:
        """Start it, until it answers 200 for `path`."""
        log = (self._folder / "log").open("wb")
        started = time.monotonic()
        command = [str(self._script), "serve"]
        self._process = subprocess.Popen(
            command, env=self._variables(), stdout=log, stderr=log, cwd=self._folder, start_new_session=True
        )
        while not self._answers(path, accept):
            if self._process.poll() is not None or time.monotonic() - started > _START_SECONDS:
                self.end()
                raise UnavailableError(f"did not start: see {self._folder / 'log'}")
            time.sleep(0.002)
        self.start_seconds = time.monotonic() - started

    def ask(self, path: str, accept: str, source: str = "127.0.0.1", seconds: float = 30, **headers: str) -> Response:
        """One request, from the loopback address `source`."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds, source_address=(source, 0))
        try:
            connection.request("GET", path, headers={"Accept": accept, "User-Agent": "bench", **headers})
            answer = connection.getresponse()
            names = {name.lower(): value for name, value in answer.getheaders()}
            return Response(answer.status, names, answer.read())
        finally:
            connection.close()

    def memory_mb(self) -> dict[str, float]:
        """Resident and proportional memory of its processes; the latter counts what is shared once."""
        found = {"Rss": 0.0, "Pss": 0.0}
        for process in self._tree():
            with suppress(OSError):
                for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
                    name, _, rest = line.partition(":")
                    if name in found:
                        found[name] += int(rest.split()[0]) / 1024
        return {"rss": round(found["Rss"], 1), "pss": round(found["Pss"], 1)}

    def processor_seconds(self) -> float:
        """What its processes have used so far: of a busy machine, the part that is their own doing."""
        ticks = 0
        for process in self._tree():
            with suppress(OSError):
                fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
                ticks += sum(map(int, fields[11:15]))  # its own, and that of its children that have ended
        return ticks / os.sysconf("SC_CLK_TCK")

    def end(self) -> None:
        """End its processes, whatever state it is in; only those of the session that `start` made."""
        if self._process is None:
            return
        for with_signal in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, with_signal)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_END_SECONDS)
        self._process = None

    @property
    def _script(self) -> Path:
        return _HERE / "peers" / f"{self.name}.sh"

    @property
    def _folder(self) -> Path:
        return CACHE / "runs" / self.name

    def _variables(self) -> dict[str, str]:
        own = {"CACHE": str(CACHE), "RUN": str(self._folder), "PORT": str(self.port), "PYTHON": sys.executable}
        return {**os.environ, **self.environment, **own}

    def _run(self, verb: str, seconds: float) -> str:
        command = [str(self._script), verb]
        ran = subprocess.run(
            command, check=False, env=self._variables(), capture_output=True, text=True, timeout=seconds
        )
        if ran.returncode:
            said = (ran.stdout + ran.stderr).strip().splitlines() or [f"{verb} ended with {ran.returncode}"]
            raise UnavailableError(said[0] if ran.returncode == 3 else f"{verb} failed: {said[-1]}")
        return " ".join(ran.stdout.split())

    def _answers(self, path: str, accept: str) -> bool:
        with suppress(OSError, http.client.HTTPException):
            return self.ask(path, accept, seconds=_START_SECONDS).status == 200
        return False

    def _tree(self) -> list[int]:
        """The processes of its session."""
        assert self._process
        session = self._process.pid
        found = []
        for entry in Path("/proc").iterdir():
            with suppress(OSError):
                if entry.name.isdigit() and (
                    os.getsid(int(entry.name)) == session or _descends(int(entry.name), session)
                ):
                    found.append(int(entry.name))
        return found


def _descends(process: int, ancestor: int) -> bool:
    """Whether it is a descendant: query processes of axisld have sessions of their own."""
    while process > 1:
        stat = Path(f"/proc/{process}/stat").read_text()
        process = int(stat.rpartition(")")[2].split()[1])
        if process == ancestor:
            return True
    return False
