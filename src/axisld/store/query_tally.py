"""What became of queries, wherever they ran: counted, timed, and the slow ones logged without who asked."""

import json
import logging
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from axisld.errors import AxisError, QueryError, QueryLimitError, UnrepresentableError
from axisld.store.query_queue import QueryCancelledError

HISTOGRAM_SECONDS = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 20.0)
_LOGGED_CHARACTERS = 2_000
_OUTCOMES: Mapping[type[AxisError], str] = {
    QueryError: "query",
    UnrepresentableError: "unrepresentable",
    QueryCancelledError: "cancelled",
}
_log = logging.getLogger("axisld.query")


@dataclass(frozen=True, slots=True)
class Statistics:
    """What happened since the start, and what is going on now."""

    outcomes: Mapping[str, int]  # queries by "ok", "query", "store", "unrepresentable", "cancelled" or the limit met
    seconds: tuple[tuple[float, int], ...]  # (upper bound, queries that took no longer), as Prometheus counts
    seconds_sum: float
    waiting: int
    running: int
    free: int  # workers
    workers: int  # that should be there
    ended: Mapping[str, int]  # workers by why they ended: a limit, "cancelled", "worn", "crash"


class Tally:
    """The counts behind Statistics."""

    def __init__(self, slow_seconds: float) -> None:
        self._slow_seconds = slow_seconds
        self._lock = threading.Lock()
        self._outcomes: Counter[str] = Counter()
        self._ended: Counter[str] = Counter()
        self._buckets = [0] * len(HISTOGRAM_SECONDS)
        self._seconds = 0.0

    @contextmanager
    def counting(self, text: str) -> Iterator[None]:
        """Count the query that is run within, and time it."""
        started = time.monotonic()
        outcome = "ok"
        try:
            yield
        except AxisError as error:
            outcome = error.limit if isinstance(error, QueryLimitError) else _OUTCOMES.get(type(error), "store")
            raise
        finally:
            seconds = time.monotonic() - started
            self.count(outcome, seconds)
            if seconds > self._slow_seconds:
                _log.warning("slow query: %.3f s, %s: %s", seconds, outcome, json.dumps(text[:_LOGGED_CHARACTERS]))

    def count_ended(self, reason: str) -> None:
        """Count a worker that ended."""
        with self._lock:
            self._ended[reason] += 1

    def statistics(self, waiting: int, running: int, free: int, workers: int) -> Statistics:
        with self._lock:
            buckets = tuple(zip(HISTOGRAM_SECONDS, self._buckets, strict=True))
            counts = dict(self._outcomes), buckets, self._seconds
            return Statistics(*counts, waiting, running, free, workers, dict(self._ended))

    def count(self, outcome: str, seconds: float) -> None:
        """Count a query that is over."""
        with self._lock:
            self._outcomes[outcome] += 1
            self._seconds += seconds
            for index, bound in enumerate(HISTOGRAM_SECONDS):
                self._buckets[index] += seconds <= bound
