"""Run queries of strangers in processes that can be killed. Here SPARQL is only text: nothing is parsed.

`store/query_worker.py` is the other side; `store/query_lockdown.py` says what it cannot do.
"""

import logging
import queue
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from axisld.errors import QueryLimitError, StoreError
from axisld.store.query_lane import MOST_BYTES, SECONDS, Answered, Lane
from axisld.store.query_messages import failure, limit_error
from axisld.store.query_process import WorkerEndedError, WorkerProcess
from axisld.store.query_queue import Cancellation, FairQueue, QueryCancelledError
from axisld.store.query_spool import SPOOL_BYTES, Shelf
from axisld.store.query_tally import Statistics, Tally

__all__ = ["SPOOL_BYTES", "Answer", "Cancellation", "Query", "QueryCancelledError", "Sandbox", "Statistics"]

CHUNK_BYTES = 256 * 1024
LEAST_SECONDS = 0.001  # to the kernel's timer less might be nothing, which is no limit
RESTART_SECONDS = 1.0  # between attempts to start a process

_log = logging.getLogger("axisld.query")


@dataclass(frozen=True, slots=True)
class Query:
    """What a client asked, checked as far as its text can be checked without parsing it."""

    text: str
    format: str  # of the answer, by its suffix: "srj", "srx", "csv", "tsv" for solutions; "nt", "nq", "ttl"… for graphs
    declares_dataset: bool = False  # whether the text has a FROM
    default_graphs: tuple[str, ...] = ()  # IRIs from the protocol: with or without named ones, they override FROM
    named_graphs: tuple[str, ...] = ()
    seconds: float = 0.0  # wall clock that the client asked for; 0: the server's limit
    client: str = ""  # who asks: queries of one client share its share
    plan: str = ""  # the same query as the engine does best, where that is known; an error is told of `text`
    is_light: bool = False  # whether it can look at little only


@dataclass(slots=True)
class Answer:
    """A whole answer. Close it when it is sent; it may occupy a temporary file."""

    body: IO[bytes]  # at its beginning
    size: int  # bytes
    seconds: float  # from the question to the last byte, the time in the queue included

    def chunks(self) -> Iterator[bytes]:
        """The bytes, closed at the end."""
        with self.body:
            while chunk := self.body.read(CHUNK_BYTES):
                yield chunk

    def read(self) -> bytes:
        return b"".join(self.chunks())

    def close(self) -> None:
        self.body.close()


class Sandbox:
    """A pool of processes over one read-only store. Make it in the process that uses it, after any fork."""

    def __init__(
        self,
        store: Path,
        *,
        graph_writer: str,
        in_memory: bool = False,
        processes: int = 2,
        seconds: float = 20.0,
        memory_bytes: int = 2**30,
        result_bytes: int = 2**26,
        places: int = 32,
        wait_seconds: float = 20.0,
        large_answers: int = 16,
        default_graph: str = "union",
        base_iri: str = "",
        prefixes: Mapping[str, str] | None = None,
        slow_seconds: float = 5.0,
    ) -> None:
        """A query runs for `seconds` at most, after waiting for `wait_seconds` at most in one of `places`.

        `large_answers` may be on their way to clients at a time, each a file of `result_bytes` at most.

        `graph_writer` is "module:function", a `query_formats.GraphWriter`: the store knows no formats of graphs.

        `in_memory`: each process holds the whole store, for a small one: queries then take a fraction of the time.

        `default_graph` is what a query sees without GRAPH and FROM: the "union" of the named graphs, or the one
        that is "declared" as such. `base_iri` resolves relative IRIs in queries. Past `slow_seconds` a query is logged.
        """
        self._seconds = seconds
        self._wait_seconds = wait_seconds
        self._result_bytes = result_bytes
        self._memory_bytes = memory_bytes
        self._is_union = default_graph == "union"
        self._base_iri = base_iri
        self._processes = processes
        self._places = places
        self._settings = {
            "store": str(store.resolve()),
            "memory_bytes": memory_bytes,
            "graph_writer": graph_writer,
            "in_memory": in_memory,
            "prefixes": dict(prefixes or {}),
        }
        self._tally = Tally(slow_seconds)
        self._lane = Lane(self._settings)
        self._weaknesses: tuple[str, ...] = ()
        self._queue: FairQueue[WorkerProcess] = FairQueue(
            places=places, running_share=max(1, processes - 1), waiting_share=max(1, places // 4)
        )
        self._shelf = Shelf(large_answers, max(1, large_answers // 4))
        self._is_closed = threading.Event()
        self._workers: set[WorkerProcess] = set()  # only the keeper changes it
        self._to_replace: queue.SimpleQueue[WorkerProcess | None] = queue.SimpleQueue()
        # The kernel kills a worker when the thread that started it ends: it must be one that lives as long as this.
        self._keeper = threading.Thread(target=self._keep, name="query-keeper", daemon=True)
        self._keeper.start()

    @property
    def seconds(self) -> float:
        """The most wall clock that a query gets."""
        return self._seconds

    @property
    def weaknesses(self) -> tuple[str, ...]:
        """What this system cannot forbid the processes, in words; known after the first query."""
        return self._weaknesses

    @property
    def capacity(self) -> int:
        """How many threads may be inside `run`; one more is turned away at once."""
        return self._processes + self._places

    def run(self, query: Query, cancellation: Cancellation | None = None) -> Answer:
        """The answer to `query`. Blocks; call it from any thread.

        Raises QueryError for a query that cannot be run, QueryLimitError past a limit, StoreError where the store or
        its process fails, UnrepresentableError where the format cannot hold the answer, QueryCancelledError.
        """
        with self._tally.counting(query.text):
            return self._run(query, cancellation or Cancellation(), time.monotonic())

    def run_light(self, query: Query, answered: Answered) -> bool:
        """Whether a light query will be answered soon, without a thread that waits; else it has to be `run`.

        `answered` is called in another thread, with the answer, or with None where the query has to be `run` after all.
        """
        if not query.is_light or self._limit(query) < SECONDS:  # past its limit the process would end
            return False
        started = time.monotonic()

        def count(body: bytes | None) -> None:
            if body is not None:
                self._tally.count("ok", time.monotonic() - started)
            answered(body)

        return self._lane.ask(self._request(query) | {"result_bytes": MOST_BYTES}, query.client, count)

    def statistics(self) -> Statistics:
        return self._tally.statistics(*self._queue.counts(), self._processes)

    def close(self, drain_seconds: float = 0.0) -> None:
        """End every process, once the queries under way are answered or `drain_seconds` are over."""
        if drain_seconds:
            self._lane.drain(drain_seconds)  # first: what it leaves undone goes to the others
            self._queue.drain(drain_seconds)
        self._is_closed.set()
        self._queue.close()
        self._lane.close()
        for worker in list(self._workers):
            worker.end("closed")  # before the end of the keeper does it, without a reason
        self._to_replace.put(None)
        self._keeper.join()
        for worker in self._workers:
            worker.close()

    def _run(self, query: Query, cancellation: Cancellation, started: float) -> Answer:
        seconds = self._limit(query)
        body = self._shelf.spool(query.client)
        try:
            worker = self._acquire(query.client, cancellation)
            facts = self._ask(worker, query, seconds, cancellation, body)
            if "error" in facts:
                raise failure(facts, self._result_bytes, self._memory_bytes)
        except BaseException:
            body.close()
            raise
        size = body.tell()
        body.seek(0)
        return Answer(body, size, time.monotonic() - started)

    def _acquire(self, client: str, cancellation: Cancellation) -> WorkerProcess:
        """A worker that is alive, as far as one can know: somebody may have ended it while it waited."""
        for _ in range(self._processes):
            worker = self._queue.acquire(client, self._wait_seconds, cancellation)
            if worker.is_alive:
                return worker
            self._give_back(worker, client, "crash")
        return self._queue.acquire(client, self._wait_seconds, cancellation)

    def _ask(
        self, worker: WorkerProcess, query: Query, seconds: float, cancellation: Cancellation, body: IO[bytes]
    ) -> Mapping[str, Any]:
        """The facts about the answer, its bytes in `body`; the worker is given back, to be used again or replaced."""
        ended = "crash"  # unless known better: a worker in an unknown state is never used again
        try:
            cancellation.on_cancel(lambda: worker.end("cancelled"))
            facts = self._spool(worker.answer(self._request(query), seconds), worker, body)
            ended = "worn" if facts["is_worn"] else ""
            self._note(worker.missing)
            return facts
        except WorkerEndedError as error:
            ended = error.reason
            if ended == "cancelled":
                raise QueryCancelledError from None
            if ended == "closed":
                raise StoreError("The query processes are being stopped.") from None
            raise limit_error(ended, seconds, self._memory_bytes, self._result_bytes) from None
        except QueryLimitError as error:  # there is no room for the answer
            ended = error.limit
            raise
        finally:
            cancellation.on_cancel(None)
            self._give_back(worker, query.client, ended)

    def _note(self, missing: tuple[str, ...]) -> None:
        if missing != self._weaknesses:
            self._weaknesses = missing
            _log.warning("queries are less well confined than on Linux: %s", "; ".join(missing))

    def _spool(
        self, answer: Iterator[bytes | dict[str, Any]], worker: WorkerProcess, body: IO[bytes]
    ) -> Mapping[str, Any]:
        size = 0
        for piece in answer:
            if isinstance(piece, dict):
                return piece
            size += len(piece)
            if size > self._result_bytes:  # the worker counts too, but it is the one that is not trusted
                worker.end("result")
            try:
                body.write(piece)
            except OSError as error:
                raise StoreError(f"The answer cannot be kept until it is sent: {error}") from error
        raise StoreError("A query process answered without an end.")

    def _limit(self, query: Query) -> float:
        """The seconds that a query gets."""
        return max(LEAST_SECONDS, min(query.seconds or self._seconds, self._seconds))

    def _request(self, query: Query) -> dict[str, Any]:
        has_dataset = bool(query.default_graphs or query.named_graphs)
        return {
            "text": query.text,
            "plan": query.plan,
            "format": query.format,
            "base_iri": self._base_iri,
            "is_union": self._is_union and not has_dataset and not query.declares_dataset,
            "default_graphs": query.default_graphs,
            "named_graphs": query.named_graphs,
            "result_bytes": self._result_bytes,
        }

    def _give_back(self, worker: WorkerProcess, client: str, ended: str) -> None:
        """The client no longer holds the worker; one that `ended` for some reason is replaced in the background."""
        self._queue.release(client)
        if not ended:
            self._queue.add(worker)
            return
        self._tally.count_ended(ended)
        self._to_replace.put(worker)

    def _keep(self) -> None:
        """Start the workers, and one for each that ended."""
        for _ in range(self._processes):
            self._start()
        while (worker := self._to_replace.get()) is not None:
            worker.close()
            self._workers.discard(worker)
            self._start()

    def _start(self) -> None:
        while not self._is_closed.is_set():
            try:
                worker = WorkerProcess(self._settings)
            except OSError as error:  # no memory or no process to be had
                _log.error("a query process cannot be started: %s", error)
                self._is_closed.wait(RESTART_SECONDS)
            else:
                self._workers.add(worker)
                self._queue.add(worker)
                return
