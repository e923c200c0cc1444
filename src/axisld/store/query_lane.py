"""A process of its own for light queries, which answers them in the order in which they come.

Many are on their way at a time and nobody waits for them: where a query is next to nothing, waking threads for it is
most of its cost. What is light is the caller's word; a query that takes long all the same ends with the process, and
what else was on its way is run elsewhere.
"""

import logging
import threading
from collections import Counter, deque
from collections.abc import Callable, Mapping
from typing import Any

from axisld.store import query_frames as frames
from axisld.store.query_process import WorkerProcess

MOST_BYTES = 1024 * 1024  # of an answer
SECONDS = 1.0  # wall clock of a query
_PLACES = 32  # queries on their way: they have room in the socket, so that nobody waits to send one
_SHARE = 8  # of one client
_RESTART_SECONDS = 1.0
_log = logging.getLogger("axisld.query")

# Called in another thread with the answer, or with None where the query has to be run elsewhere.
Answered = Callable[[bytes | None], None]


class Lane:
    """The process is started for the first query, and again when it ends."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        """`settings` are those of a WorkerProcess."""
        self._settings = settings
        self._lock = threading.Lock()
        self._done = threading.Condition(self._lock)
        self._worker: WorkerProcess | None = None
        self._is_ready = False  # whether it can be asked
        self._under_way: deque[tuple[str, Answered]] = deque()  # by client, in the order of the answers to come
        self._of_client: Counter[str] = Counter()
        self._is_closed = threading.Event()
        self._thread: threading.Thread | None = None

    def ask(self, request: Mapping[str, Any], client: str, answered: Answered) -> bool:
        """Whether the query, as a worker reads it, will be answered; else there is no room for it here and now."""
        with self._lock:
            if self._worker is None or not self._is_ready:
                self._start()
                return False
            if len(self._under_way) >= _PLACES or self._of_client[client] >= _SHARE:
                return False
            try:
                self._worker.ask(request, SECONDS)
            except OSError:  # it ended just now
                return False
            self._under_way.append((client, answered))
            self._of_client[client] += 1
            return True

    def drain(self, seconds: float) -> None:
        """Wait until nothing is under way, `seconds` at most."""
        with self._lock:
            self._done.wait_for(lambda: not self._under_way, seconds)

    def close(self) -> None:
        """End the process; what is under way is left to be run elsewhere."""
        self._is_closed.set()
        with self._lock:
            worker, thread = self._worker, self._thread
        if worker:
            worker.end("closed")
        if thread:
            thread.join()

    def _start(self) -> None:
        if self._thread is None and not self._is_closed.is_set():
            # The kernel ends the process with the thread that started it.
            self._thread = threading.Thread(target=self._keep, name="light-queries", daemon=True)
            self._thread.start()

    def _keep(self) -> None:
        """Start the process, hand out its answers, and start the next when it ends."""
        while not self._is_closed.is_set():
            try:
                worker = WorkerProcess(self._settings)
            except OSError as error:
                _log.error("the process for light queries cannot be started: %s", error)
                self._is_closed.wait(_RESTART_SECONDS)
                continue
            with self._lock:
                self._worker = worker
            try:
                worker.wait_until_ready()
                self._is_ready = True
                self._hand_out(worker)
            except Exception as error:  # it ended, or sent what nobody asked for: it is not trusted
                _log.warning("the process for light queries ended: %s", error)
            finally:
                self._leave(worker)
            self._is_closed.wait(_RESTART_SECONDS)

    def _hand_out(self, worker: WorkerProcess) -> None:
        """Until the process ends, which raises WorkerEndedError or StoreError, or keeps too much memory."""
        body = b""
        while not self._is_closed.is_set():
            kind, piece = worker.receive()
            if kind == frames.DATA:
                body += piece
                if len(body) > MOST_BYTES:  # it counts too
                    return
                continue
            with self._lock:
                client, answered = self._under_way.popleft()
                self._of_client -= Counter([client])
                self._done.notify_all()
            answered(body if kind == frames.END else None)
            if frames.facts(piece)["is_worn"]:
                return
            body = b""

    def _leave(self, worker: WorkerProcess) -> None:
        """The process is of no more use: have what it was asked run elsewhere."""
        with self._lock:
            self._worker, self._is_ready = None, False
            left = list(self._under_way)
            self._under_way.clear()
            self._of_client.clear()
            self._done.notify_all()
        worker.close()
        for _, answered in left:
            answered(None)
