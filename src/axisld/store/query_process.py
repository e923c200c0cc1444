"""One query process as the server sees it: started, asked, ended, and why it ended."""

import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from axisld.errors import StoreError
from axisld.store import query_frames as frames

START_SECONDS = 60.0  # for opening the store, on a busy machine
GRACE_SECONDS = 0.5  # past its limit, the kernel should have ended the query; then SIGKILL
_EXIT_SECONDS = 5.0  # for the kernel to take back the memory of a process that was killed

# What a process of ours needs to find Python and its modules; anything else may be a secret.
_ENVIRONMENT = ("PATH", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "TZ")
_REASONS = {-signal.SIGALRM: "seconds", -signal.SIGABRT: "memory", -signal.SIGSEGV: "stack", -signal.SIGBUS: "stack"}


class WorkerEndedError(Exception):
    """The process ended in the middle of a query; `reason` says why: a limit, "cancelled", or "crash"."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class WorkerProcess:
    """A process that answers one query at a time. `end` may be called from any thread, the rest from one at a time."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        """Start it; whether it could open the store is known at the first `answer`."""
        self._lock = threading.Lock()
        self._reason = ""
        self._is_ready = False
        self.missing: tuple[str, ...] = ()
        self._connection, theirs = socket.socketpair()
        self._incoming = frames.Incoming(self._connection, frames.MOST_BYTES)
        with theirs:
            # A new process, no fork of this one: it has threads. -P: no module out of the working folder.
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "axisld.store.query_worker"],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                cwd="/",
                start_new_session=True,  # without the server's terminal, and what is typed there
                env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
            )
        with suppress(OSError):  # it ended at once: `answer` will tell
            self._connection.sendall(frames.packed_facts(frames.REQUEST, dict(settings)))

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it can be asked. A killed process closes its end before the system reports its exit."""
        poll = select.poll()
        poll.register(self._connection)
        return not any(events & (select.POLLHUP | select.POLLERR) for _, events in poll.poll(0))

    def answer(self, query: Mapping[str, Any], seconds: float) -> Iterator[bytes | dict[str, Any]]:
        """The bytes of the answer in pieces, then the facts about it. Raises WorkerEndedError, StoreError."""
        self.wait_until_ready()
        with suppress(OSError):  # it ended: `receive` will tell
            self.ask(query, seconds)
        most_seconds = seconds + GRACE_SECONDS
        deadline = time.monotonic() + most_seconds
        while True:
            kind, body = self.receive(most_seconds)
            if kind != frames.DATA:
                yield frames.facts(body)
                return
            if time.monotonic() > deadline:
                self.end("seconds")
            yield body

    def wait_until_ready(self) -> None:
        """Wait until it has opened its store. Raises WorkerEndedError, StoreError."""
        if self._is_ready:
            return
        kind, body = self.receive(START_SECONDS)
        facts = frames.facts(body)
        if kind != frames.READY:
            raise StoreError(f"The SPARQL store cannot be opened: {facts['message']}")
        self._is_ready = True
        self.missing = tuple(facts["missing"])

    def ask(self, query: Mapping[str, Any], seconds: float) -> None:
        """Have it answer a query, after those that it was asked before. Raises OSError when it is gone."""
        self._connection.sendall(frames.packed_facts(frames.REQUEST, {**query, "seconds": seconds}))

    def receive(self, seconds: float | None = None) -> tuple[int, bytes]:
        """What comes next of its answers, as a frame. Raises WorkerEndedError, StoreError.

        A process that says nothing for so many seconds is ended.
        """
        try:
            if self._connection.gettimeout() != seconds:  # setting it is a call of the system
                self._connection.settimeout(seconds)
            return self._incoming.receive()
        except TimeoutError:
            self.end("seconds" if self._is_ready else "start")
            raise self._ending() from None
        except (EOFError, OSError):
            raise self._ending() from None

    def end(self, reason: str) -> None:
        """Kill it at once. The first reason given is the one that counts."""
        with self._lock:
            self._reason = self._reason or reason
        self._process.kill()

    def close(self) -> None:
        """End it and wait until it is gone."""
        self.end("closed")
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_EXIT_SECONDS)
        self._connection.close()

    def _ending(self) -> WorkerEndedError | StoreError:
        """Why the process is gone: what it was killed for, or what its exit status tells."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_EXIT_SECONDS)
        status = self._process.returncode
        with self._lock:
            reason = self._reason
        if not self._is_ready and reason != "cancelled":
            return StoreError(f"A query process did not start (exit status {status}).")
        return WorkerEndedError(reason or _REASONS.get(status, "crash"))
