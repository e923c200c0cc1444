"""Pass queries of strangers on to a SPARQL server. What comes back is checked to be whole before anybody gets it.

The server is asked for one format, and the wanted one is written here: servers differ in what they write, and of most
formats nobody can see whether the end is missing.
"""

import io
import re
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO, cast

import pyoxigraph as ox

from axisld.errors import QueryError, QueryLimitError, StoreAnswerError, StoreError, StoreTimeoutError
from axisld.store.query_formats import SOLUTIONS
from axisld.store.query_formats import graph_writer as writer_named
from axisld.store.query_lane import Answered
from axisld.store.query_messages import limit_error, query_error
from axisld.store.query_queue import Cancellation, FairQueue, QueryCancelledError
from axisld.store.query_tally import Statistics, Tally
from axisld.store.remote_client import MAX_ROWS, Client, has_timed_out
from axisld.store.remote_http import Reply
from axisld.store.sandbox import SPOOL_BYTES, Answer, Query

_LINES = ("nt", "nq")
_ASK_OF_VIRTUOSO = "__ASK_RETVAL"  # the variable of the SELECT by which it answers an ASK
# Virtuoso's names of blank nodes, in JSON that no literal can hold: its quotes would be escaped.
_NODE_ID = re.compile(rb'("type"\s*:\s*"bnode"\s*,\s*"value"\s*:\s*")nodeID://')
_LINE = re.compile(r"(error at |\bline )(\d+)")
_LIMIT = re.compile(r"\blimit\s+(\d+)", re.IGNORECASE)
_END_BYTES = 300  # of an answer: where a server says that it ran out of time


class RemoteQueries:
    """Runs queries where `client` asks, a bounded number at a time; takes what a Sandbox takes, says what it says."""

    def __init__(
        self,
        client: Client,
        *,
        graph_writer: str,
        processes: int = 2,
        seconds: float = 20.0,
        result_bytes: int = 2**26,
        places: int = 32,
        wait_seconds: float = 20.0,
        base_iri: str = "",
        prefixes: Mapping[str, str] | None = None,
        slow_seconds: float = 5.0,
    ) -> None:
        """`processes` is how many queries may run there at a time; the rest is as for the Sandbox."""
        self._client = client
        self._write_graph = writer_named(graph_writer)
        self._places_running = processes
        self._seconds = seconds
        self._result_bytes = result_bytes
        self._places = places
        self._wait_seconds = wait_seconds
        self._base_iri = base_iri
        self._prefixes = dict(prefixes or {})
        self._tally = Tally(slow_seconds)
        self._queue: FairQueue[int] = FairQueue(
            places=places, running_share=max(1, processes - 1), waiting_share=max(1, places // 4)
        )
        for number in range(processes):
            self._queue.add(number)

    @property
    def seconds(self) -> float:
        """The most wall clock that a query gets."""
        return self._seconds

    @property
    def capacity(self) -> int:
        """How many threads may be inside `run`; one more is turned away at once."""
        return self._places_running + self._places

    def run(self, query: Query, cancellation: Cancellation | None = None) -> Answer:
        """The answer to `query`. Raises as Sandbox.run does, and StoreAnswerError, StoreBusyError."""
        started = time.monotonic()
        with self._tally.counting(query.text):
            body = self._run(query, cancellation or Cancellation())
        size = body.seek(0, io.SEEK_END)
        body.seek(0)
        return Answer(body, size, time.monotonic() - started)

    def run_light(self, _query: Query, _answered: Answered) -> bool:
        """No: the store is elsewhere."""
        return False

    def statistics(self) -> Statistics:
        return self._tally.statistics(*self._queue.counts(), self._places_running)

    def close(self, drain_seconds: float = 0.0) -> None:
        """Wait for the queries under way, `drain_seconds` at most. The client is closed by who made it."""
        if drain_seconds:
            self._queue.drain(drain_seconds)
        self._queue.close()

    def _run(self, query: Query, cancellation: Cancellation) -> IO[bytes]:
        slot = self._queue.acquire(query.client, self._wait_seconds, cancellation)
        seconds = min(query.seconds or self._seconds, self._seconds)
        try:
            return self._asked(query, seconds, cancellation)
        except QueryError as error:
            raise query_error(_one_line_up(str(error)) if self._base_iri else str(error)) from None
        except StoreTimeoutError:
            raise limit_error("seconds", seconds, 0, self._result_bytes) from None
        except StoreError:
            if cancellation.is_cancelled:
                raise QueryCancelledError from None
            raise
        finally:
            cancellation.on_cancel(None)
            self._queue.release(query.client)
            self._queue.add(slot)

    def _asked(self, query: Query, seconds: float, cancellation: Cancellation) -> IO[bytes]:
        is_graph = query.format not in SOLUTIONS
        default, named = query.default_graphs, query.named_graphs
        if not (default or named or query.declares_dataset):  # the union of what is published
            default = named = tuple(self._client.access.graphs)
        text = f"BASE <{self._base_iri}>\n{query.text}" if self._base_iri else query.text
        with (
            tempfile.SpooledTemporaryFile(SPOOL_BYTES) as raw,
            self._client.reply(
                text,
                is_graph=is_graph,
                default_graphs=default,
                named_graphs=named,
                seconds=seconds,
                breaking=cancellation.on_cancel,
            ) as reply,
        ):
            if reply.status != 200:
                self._client.refuse(reply)
            self._spool(reply, raw)
            self._check_rows(reply, query.text)
            raw.seek(0)
            return self._graph(raw, query) if is_graph else self._solutions(raw, query)

    def _spool(self, reply: Reply, raw: IO[bytes]) -> None:
        for chunk in reply.chunks():
            if raw.tell() + len(chunk) > self._result_bytes:
                raise limit_error("result", 0, 0, self._result_bytes)
            _keep(raw, chunk)
        if self._client.is_partial(reply):
            raise StoreTimeoutError(self._client.access.endpoint, self._seconds)

    def _check_rows(self, reply: Reply, text: str) -> None:
        """Virtuoso cuts an answer and says so in a header, which comes too when as many rows were asked for."""
        most_rows = reply.headers.get(MAX_ROWS, "")
        limits = _LIMIT.findall(text)
        if most_rows.isdigit() and not (limits and int(limits[-1]) <= int(most_rows)):
            raise _cut_at(int(most_rows))

    def _solutions(self, raw: IO[bytes], query: Query) -> IO[bytes]:
        with self._explaining(raw):
            answer = _NODE_ID.sub(rb"\1nodeID", raw.read()) if self._client.is_virtuoso else raw
            results = ox.parse_query_results(answer, format=ox.QueryResultsFormat.JSON)
            if isinstance(results, ox.QuerySolutions) and [v.value for v in results.variables] == [_ASK_OF_VIRTUOSO]:
                truth = b"true" if any(True for _ in results) else b"false"
                results = ox.parse_query_results(
                    b'{"head":{},"boolean":' + truth + b"}", format=ox.QueryResultsFormat.JSON
                )
            output = _Output(self._result_bytes, in_xml=query.format == "srx")
            results.serialize(cast("IO[bytes]", output), format=SOLUTIONS[query.format])
            return output.file

    def _graph(self, raw: IO[bytes], query: Query) -> IO[bytes]:
        with self._explaining(raw):
            lines = ox.serialize(ox.parse(raw, format=ox.RdfFormat.N_TRIPLES), format=ox.RdfFormat.N_TRIPLES) or b""
        if lines.count(b"\n") == self._client.most_triples > 0:  # Virtuoso cuts a graph too, and does not say so
            raise _cut_at(self._client.most_triples, "triples")
        output = _Output(self._result_bytes)
        output.write(lines if query.format in _LINES else self._write_graph(lines, query.format, self._prefixes))
        return output.file

    @contextmanager
    def _explaining(self, raw: IO[bytes]) -> Iterator[None]:
        """What an answer is that cannot be read to its end: the server ran out of time, or it is no answer."""
        try:
            yield
        except (SyntaxError, ValueError) as error:
            raw.seek(max(0, raw.seek(0, io.SEEK_END) - _END_BYTES))
            if has_timed_out(raw.read().decode("utf-8", "replace")):
                raise StoreTimeoutError(self._client.access.endpoint, self._seconds) from None
            endpoint = self._client.access.endpoint
            raise StoreAnswerError(f"The SPARQL server {endpoint} sent no whole result: {error}") from error


class _Output:
    """A file of a bounded size."""

    def __init__(self, most_bytes: int, *, in_xml: bool = False) -> None:
        self.file: IO[bytes] = tempfile.SpooledTemporaryFile(SPOOL_BYTES)  # noqa: SIM115 the answer is closed by who sends it
        self._left = most_bytes
        self._most_bytes = most_bytes
        self._in_xml = in_xml

    def flush(self) -> None:
        """Writers call it; there is nothing to do."""

    def write(self, piece: bytes) -> int:
        self._left -= len(piece)
        if self._left < 0:
            raise limit_error("result", 0, 0, self._most_bytes)
        # A reader of XML would take a carriage return for a line feed (XML 1.0, 2.11).
        _keep(self.file, piece.replace(b"\r", b"&#13;") if self._in_xml else piece)
        return len(piece)


def _one_line_up(message: str) -> str:
    """The message of a server about a query before which stood one more line (Oxigraph; Virtuoso)."""
    return _LINE.sub(lambda found: f"{found[1]}{max(1, int(found[2]) - 1)}", message)


def _keep(file: IO[bytes], piece: bytes) -> None:
    try:
        file.write(piece)
    except OSError as error:
        raise StoreError(f"The answer cannot be kept until it is sent: {error}") from error


def _cut_at(number: int, what: str = "rows") -> QueryLimitError:
    return QueryLimitError(
        "result",
        f"The server behind this endpoint gives {number:,} {what} at most, and answers are not cut. "
        "Ask for less with LIMIT and OFFSET, or use the dumps.",
    )
