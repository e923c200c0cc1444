"""Requests to one server over connections that stay open, each within a time limit. Knows HTTP, no SPARQL."""

import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.utils import parsedate_to_datetime
from urllib.request import Request

from axisld.errors import StoreAnswerError, StoreBusyError, StoreTimeoutError

CHUNK_BYTES = 64 * 1024
PATIENCE_SECONDS = 2.0  # a busy server is waited for, if it asks for no more; beyond that the client is told to wait
_BUSY = (429, 503)
_RETRY_SECONDS = 1.0  # where a busy server does not say how long; doubled each time
_MOST_RETRY_SECONDS = 60.0
_MOST_ATTEMPTS = 5
_MOST_IDLE = 16  # connections kept for the next requests

# Told how to break off the request under way, and None when it is over.
Breaking = Callable[[Callable[[], None] | None], None]


class Deadline:
    """When a request must be over."""

    def __init__(self, endpoint: str, seconds: float) -> None:
        self._endpoint, self._seconds = endpoint, seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """The seconds that are left. Raises StoreTimeoutError when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise self.error()
        return left

    def error(self) -> StoreTimeoutError:
        return StoreTimeoutError(self._endpoint, self._seconds)


class Reply:
    """What the server answers; its body is read within the deadline of the request."""

    def __init__(self, response: http.client.HTTPResponse, connection: socket.socket, deadline: Deadline) -> None:
        self._response, self._socket, self._deadline = response, connection, deadline
        self.status = response.status
        self.headers = response.headers

    def chunks(self) -> Iterator[bytes]:
        """The body. Raises StoreTimeoutError, and http.client.IncompleteRead where it ends too early."""
        while True:
            self._socket.settimeout(self._deadline.left())
            chunk = self._response.read1(CHUNK_BYTES)
            if not chunk:
                break
            yield chunk
        if self._response.length:  # read1 is silent about what is missing
            raise http.client.IncompleteRead(b"", self._response.length)

    def read(self) -> bytes:
        return b"".join(self.chunks())

    @property
    def is_over(self) -> bool:
        """Whether the body was read whole and the connection may be used again; then the answer is closed."""
        if self._response.will_close or not (self._response.isclosed() or self._response.length == 0):
            return False
        self._response.close()
        return True


class Connections:
    """The open connections to one server, for any number of threads."""

    def __init__(self, endpoint: str, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._endpoint = endpoint
        self._patience = patience_seconds
        self._lock = threading.Lock()
        self._idle: dict[tuple[str, str], list[http.client.HTTPConnection]] = {}
        self._busy_until = 0.0  # by time.monotonic(): no request before
        self._retry_seconds = _RETRY_SECONDS

    @contextmanager
    def reply(self, request: Request, seconds: float, breaking: Breaking = lambda _: None) -> Iterator[Reply]:
        """The answer to `request`, whatever its status but "busy". Read it whole, or the connection is lost.

        A busy server (429, 503; RFC 9110, 10.2.3 for Retry-After) is left alone for as long as it asks, by all threads;
        who would wait for it longer than its patience lasts is told so at once. Raises subclasses of StoreError.
        """
        deadline = Deadline(self._endpoint, seconds)
        for _ in range(_MOST_ATTEMPTS):
            self._wait_while_busy(deadline)
            with self._once(request, deadline, breaking) as reply:
                if reply.status not in _BUSY:
                    self._retry_seconds = _RETRY_SECONDS
                    yield reply
                    return
                self._leave_alone(reply)
        raise StoreBusyError(self._endpoint, self._retry_seconds)

    def close(self) -> None:
        with self._lock:
            for connections in self._idle.values():
                for connection in connections:
                    connection.close()
            self._idle.clear()

    def _wait_while_busy(self, deadline: Deadline) -> None:
        wait = self._busy_until - time.monotonic()
        if wait > min(self._patience, deadline.left()):
            raise StoreBusyError(self._endpoint, wait)
        if wait > 0:
            time.sleep(wait)

    def _leave_alone(self, reply: Reply) -> None:
        asked = _retry_after(reply.headers.get("Retry-After", ""))
        wait = self._retry_seconds if asked is None else asked
        self._retry_seconds = min(self._retry_seconds * 2, _MOST_RETRY_SECONDS)
        self._busy_until = max(self._busy_until, time.monotonic() + wait)

    @contextmanager
    def _once(self, request: Request, deadline: Deadline, breaking: Breaking) -> Iterator[Reply]:
        with self._explaining(deadline):
            connection, reply = self._sent(request, deadline, breaking)
            try:
                yield reply
            except BaseException:
                connection.close()
                raise
            finally:
                breaking(None)
            if reply.is_over:
                self._keep(request, connection)
            else:
                connection.close()

    @contextmanager
    def _explaining(self, deadline: Deadline) -> Iterator[None]:
        """What goes wrong on the network, in the words of this program."""
        try:
            yield
        except TimeoutError:
            raise deadline.error() from None
        except (OSError, http.client.HTTPException) as error:
            raise StoreAnswerError(f"The SPARQL server {self._endpoint} {_reason(error)}.") from error

    def _sent(
        self, request: Request, deadline: Deadline, breaking: Breaking
    ) -> tuple[http.client.HTTPConnection, Reply]:
        """The connection, and the answer that begins on it. The server may have closed one that was idle meanwhile."""
        connection = self._idle_one(request)
        if connection is not None:
            with suppress(ConnectionError):  # RemoteDisconnected is one
                return connection, _exchange(connection, request, deadline, breaking)
        kind = http.client.HTTPSConnection if request.type == "https" else http.client.HTTPConnection
        connection = kind(request.host, timeout=deadline.left())
        return connection, _exchange(connection, request, deadline, breaking)

    def _idle_one(self, request: Request) -> http.client.HTTPConnection | None:
        if request.data is not None and not isinstance(request.data, bytes):
            return None  # a file that is being sent cannot be sent again
        with self._lock:
            connections = self._idle.get((request.type, request.host))
            return connections.pop() if connections else None

    def _keep(self, request: Request, connection: http.client.HTTPConnection) -> None:
        with self._lock:
            connections = self._idle.setdefault((request.type, request.host), [])
            if len(connections) < _MOST_IDLE:
                connections.append(connection)
                return
        connection.close()


def _exchange(
    connection: http.client.HTTPConnection, request: Request, deadline: Deadline, breaking: Breaking
) -> Reply:
    """Send the request and read the head of the answer."""
    try:
        if connection.sock is None:
            connection.connect()
        used: socket.socket = connection.sock
        breaking(lambda: _break_off(used))
        used.settimeout(deadline.left())
        connection.request(request.get_method(), request.selector, request.data, dict(request.header_items()))
        used.settimeout(deadline.left())
        return Reply(connection.getresponse(), used, deadline)
    except BaseException:
        connection.close()
        raise


def _break_off(used: socket.socket) -> None:
    try:
        used.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it is closed already


def _retry_after(value: str) -> float | None:
    """The seconds of a Retry-After header, which is a number or a date (RFC 9110, 10.2.3)."""
    if value.isdigit():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except ValueError:
        return None


def _reason(error: Exception) -> str:
    match error:
        case ConnectionRefusedError():
            return "cannot be reached: it refuses the connection"
        case http.client.IncompleteRead():
            return "broke off in the middle of its answer"
        case http.client.HTTPException():
            return f"does not speak HTTP as it should: {type(error).__name__}"
        case _:
            return f"cannot be reached: {error}"
