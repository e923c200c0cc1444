"""Programs under test on real ports of this machine's loopback."""

import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

JAVA = ("java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")  # for seconds of work: what it saves is compiling
_START_SECONDS = 60


def free_port() -> int:
    with kept_port() as port:
        return port


@contextmanager
def kept_port() -> Iterator[int]:
    """A free port that the system gives to nobody who asks for any; a server may listen on it."""
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]


@contextmanager
def running(command: Sequence[str | Path], port: int, cwd: Path | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """The server that `command` starts, from when it answers /healthz until it is told to stop."""
    with tempfile.TemporaryFile() as output:  # not a pipe, which nobody would empty
        process = subprocess.Popen(list(map(os.fspath, command)), cwd=cwd, stdout=output, stderr=subprocess.STDOUT)
        try:
            _await(process, f"http://127.0.0.1:{port}/healthz", output)
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _await(process: subprocess.Popen[bytes], url: str, output: IO[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            output.seek(0)
            raise AssertionError(f"the server ended with {process.returncode}:\n{output.read().decode()}")
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise AssertionError("the server did not start")
