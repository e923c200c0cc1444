"""The process that runs queries: opens the store, gives up every power it does not need, answers until told to end.

`python -m axisld.store.query_worker`, with a socket to the server as standard input. A query past its time is ended by
the kernel (SIGALRM), one past its memory ends itself (RLIMIT_AS): nothing here needs to notice.
"""

import os
import re
import resource
import signal
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, cast

import pyoxigraph

from axisld.errors import UnrepresentableError
from axisld.store import query_frames as frames
from axisld.store.query_formats import SOLUTIONS, graph_writer
from axisld.store.query_lockdown import CAN_CONNECT, die_with_parent, lock_down

# The parser and the evaluator recurse. On the usual 8 MiB, 20 KB of 1+1+1… ends the process; on this, 128 KiB of nearly
# anything is answered or runs out of time. Untouched pages cost nothing.
STACK_BYTES = 256 * 1024 * 1024
NICENESS = 10  # look-ups of the server come first on a busy machine
_MESSAGE_CHARACTERS = 4_000  # of an error, which may quote a query of any length
_WORN = 8  # a process that keeps more than 1/8 of its memory after a query is replaced

_LINES = {"nt": pyoxigraph.RdfFormat.N_TRIPLES, "nq": pyoxigraph.RdfFormat.N_QUADS}

_NOT_IN_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")  # XML 1.0, 2.2 "Char", in UTF-8


class _ResultTooLargeError(Exception):
    pass


def main() -> None:
    """The first frame says which store to open; each later one is a query."""
    die_with_parent()
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # the server finishes its requests, then ends this
        signal.signal(ignored, signal.SIG_IGN)
    connection = socket.socket(fileno=0)
    incoming = frames.Incoming(connection)
    try:
        worker = Worker(connection, incoming, frames.facts(incoming.receive()[1]))
    except Exception as error:
        failure = {"error": "store", "message": f"{type(error).__name__}: {error}"}
        connection.sendall(frames.packed_facts(frames.ERROR, failure))
        return
    threading.stack_size(STACK_BYTES)
    threading.Thread(target=worker.serve).start()
    threading.stack_size(0)  # for any other thread


class Worker:
    """An opened store and the connection to the server."""

    def __init__(self, connection: socket.socket, incoming: frames.Incoming, settings: Mapping[str, Any]) -> None:
        self._connection = connection
        self._incoming = incoming
        self._memory_bytes: int = settings["memory_bytes"]
        self._prefixes: Mapping[str, str] = settings["prefixes"]
        self._write_graph = graph_writer(settings["graph_writer"])
        self._statm = os.open("/proc/self/statm", os.O_RDONLY) if Path("/proc/self/statm").exists() else None
        os.nice(NICENESS)
        store = Path(settings["store"])
        self._missing = lock_down(store)
        self._store = pyoxigraph.Store.read_only(str(store))
        if settings["in_memory"]:
            on_disk, self._store = self._store, pyoxigraph.Store()
            self._store.bulk_extend(on_disk)

    def serve(self) -> None:
        """Runs in the thread with the large stack until the server closes the connection."""
        self._limit_memory()
        try:
            self._connection.sendall(frames.packed_facts(frames.READY, {"missing": self._missing}))
            while True:
                _, body = self._incoming.receive()
                self._answer(frames.facts(body))
        except (EOFError, OSError):
            os._exit(0)
        except BaseException:  # a panic of the engine is no Exception; the server replaces a process that ends
            os._exit(1)

    def _limit_memory(self) -> None:
        """Let the process grow by so much from here; without /proc, to so much beside its stack."""
        self._fresh_pages = self._pages()
        now = self._fresh_pages[0] * resource.getpagesize() if self._fresh_pages else STACK_BYTES
        try:
            resource.setrlimit(resource.RLIMIT_AS, (now + self._memory_bytes,) * 2)
        except (ValueError, OSError):  # macOS
            self._missing.append("no limit of memory on this system: a query can take what there is")

    def _answer(self, query: Mapping[str, Any]) -> None:
        output = _Output(self._connection, query["result_bytes"], in_xml=query["format"] == "srx")
        signal.setitimer(signal.ITIMER_REAL, query["seconds"])
        failure = self._run(query, output)
        signal.setitimer(signal.ITIMER_REAL, 0)
        output.end(frames.ERROR if failure else frames.END, {"is_worn": self._is_worn(), **failure})

    def _run(self, query: Mapping[str, Any], output: "_Output") -> dict[str, str]:
        """Write the answer; what went wrong, or nothing."""
        failure = {}
        try:
            self._write(query, output)
        except _ResultTooLargeError:
            failure = {"error": "result"}
        except MemoryError:
            failure = {"error": "memory"}
        except UnrepresentableError as error:
            failure = {
                "error": "unrepresentable",
                "format": error.format_name,
                "message": error.reason[:_MESSAGE_CHARACTERS],
            }
        except PermissionError:
            failure = {"error": "connection"}
        except OSError as error:
            failure = {"error": "store", "message": str(error)[:_MESSAGE_CHARACTERS]}
        except (SyntaxError, ValueError, RuntimeError) as error:
            failure = {"error": "query", "message": str(error)[:_MESSAGE_CHARACTERS]}
        return failure

    def _write(self, query: Mapping[str, Any], output: "_Output") -> None:
        if CAN_CONNECT in self._missing and "service" in query["text"].lower():
            raise PermissionError  # the server has looked for the keyword; where nothing else stops it, the letters do
        results = self._results(query)
        format_ = query["format"]
        if not isinstance(results, pyoxigraph.QueryTriples):
            results.serialize(cast("IO[bytes]", output), format=SOLUTIONS[format_])
        elif format_ in _LINES:
            results.serialize(cast("IO[bytes]", output), format=_LINES[format_])
        else:
            lines = results.serialize(format=pyoxigraph.RdfFormat.N_TRIPLES) or b""
            output.write(self._write_graph(lines, format_, self._prefixes))

    def _results(self, query: Mapping[str, Any]) -> Any:
        """The solutions or the graph, by the plan where there is one that the engine takes."""
        seen = _dataset(query)
        base = query["base_iri"] or None
        if query["plan"]:
            with suppress(SyntaxError, ValueError):  # then what is wrong is told of the text that the client wrote
                return self._store.query(query["plan"], base_iri=base, **seen)
        return self._store.query(query["text"], base_iri=base, **seen)

    def _pages(self) -> tuple[int, int] | None:
        """Pages of address space and of memory in use, where the system says."""
        if self._statm is None:
            return None
        size, resident, *_ = os.pread(self._statm, 100, 0).split()
        return int(size), int(resident)

    def _is_worn(self) -> bool:
        now = self._pages()
        if now is None or self._fresh_pages is None:
            return False
        growth = max(now[0] - self._fresh_pages[0], now[1] - self._fresh_pages[1])
        return growth * resource.getpagesize() > self._memory_bytes // _WORN


class _Output:
    """A file that sends what is written to it, in frames, up to a number of bytes."""

    def __init__(self, connection: socket.socket, most_bytes: int, *, in_xml: bool) -> None:
        self._connection = connection
        self._left = most_bytes
        self._in_xml = in_xml
        self._buffer = bytearray()
        self._tail = b""

    def write(self, data: bytes) -> int:
        written = len(data)
        if self._in_xml:
            data = self._well_formed(data)
        self._left -= len(data)
        if self._left < 0:
            raise _ResultTooLargeError
        self._buffer += data
        while len(self._buffer) >= frames.DATA_BYTES:
            self._connection.sendall(self._packed())
        return written

    def flush(self) -> None:
        """The engine asks for it at its end, just before ours."""

    def end(self, kind: int, facts: dict[str, Any]) -> None:
        """Send what is left and, in the same piece, the last frame."""
        rest = self._packed() if self._buffer else b""
        self._connection.sendall(rest + frames.packed_facts(kind, facts))

    def _packed(self) -> bytes:
        body = bytes(self._buffer[: frames.DATA_BYTES])
        del self._buffer[: frames.DATA_BYTES]
        return frames.packed(frames.DATA, body)

    def _well_formed(self, data: bytes) -> bytes:
        """The engine writes control characters as they are; a reader of XML would stop at them, or change them.

        A carriage return would be read as a line feed (XML 1.0, 2.11).
        """
        if _NOT_IN_XML.search(self._tail + data):
            raise UnrepresentableError("XML", "it holds a control character that XML 1.0 has no way to write")
        self._tail = data[-2:]
        return data.replace(b"\r", b"&#13;")


def _dataset(query: Mapping[str, Any]) -> dict[str, Any]:
    """What the query's default graph and named graphs are (SPARQL 1.1 Protocol, 2.1.4).

    The engine's union switch would override a FROM in the text, and without `named_graphs` all of them would stay.
    """
    if query["is_union"]:
        return {"use_default_graph_as_union": True}
    if not query["default_graphs"] and not query["named_graphs"]:
        return {}
    return {
        "default_graph": [pyoxigraph.NamedNode(name) for name in query["default_graphs"]],
        "named_graphs": [pyoxigraph.NamedNode(name) for name in query["named_graphs"]],
    }


if __name__ == "__main__":
    main()
