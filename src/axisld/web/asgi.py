"""The ASGI front of the Flask app. A slow client holds no thread, a look-up made before costs what its bytes cost.

Bodies are read here before a thread is taken, finished answers are sent again from memory, files are sent without a
thread; queries and searches have threads of their own, so that look-ups never wait for them.
"""

import asyncio
import io
import math
import os
import re
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial
from typing import Any

from axisld.errors import AxisError
from axisld.sparql.protocol import Question, Request
from axisld.store.sandbox import Cancellation, QueryCancelledError
from axisld.web import conditions, queried
from axisld.web.access_log import AccessLog
from axisld.web.application import create_app
from axisld.web.bodies import FileBody, SpooledBody
from axisld.web.cache import Answer, Cache, Headers
from axisld.web.calling import Scope, environ_of, run
from axisld.web.clients import client_address
from axisld.web.disconnections import Disconnections
from axisld.web.gateway import CANCELLATION, FAILURE, PROBLEM
from axisld.web.handover import stop_accepting
from axisld.web.problems import Problem
from axisld.web.shortcut import Exchange
from axisld.web.site import Site

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

_KEPT_STATUSES = (200, 303)
_SAFE = ("GET", "HEAD")
_CONDITIONAL = {name.lower().encode(): name for name in conditions.HEADERS}
_SEARCHES = ("search", "suggest", "browse", "reconcile")  # what paths begin with whose answers take long
_BODIES = {b"content-length", b"transfer-encoding"}  # headers of requests that have one
_HOST = re.compile(rb"[^\s,/?#@\\]+")
_SPARE_QUERY_THREADS = 4  # for those that are turned away at once, and for the form
_PARENT_SECONDS = 1.0  # between looks whether the parent lives
_SHORT_BYTES = 2048  # of a request target: a query in it is read at once
_TOGETHER_SECONDS = 0.5  # the old process and the new one accept connections


class Front:
    """An ASGI application (ASGI 3.0, HTTP 2.3) around the site's WSGI app."""

    def __init__(self, here: Site, parent: int, listener: int) -> None:
        """`parent` is the process that watches over this one, `listener` the descriptor of the listening socket."""
        self._here = here
        self._parent = parent
        self._listener = listener
        self._config = here.config
        self._app = create_app(here)
        seconds = math.inf if here.release.issued else here.config.document_max_age_seconds
        self._cache = Cache(here.config.cache_bytes, seconds)
        self._access = AccessLog(here.config.access_log)
        self._threads = ThreadPoolExecutor(here.config.web_threads, "web")
        self._query_threads = ThreadPoolExecutor(here.queries.capacity + _SPARE_QUERY_THREADS, "sparql")
        self._search_threads = ThreadPoolExecutor(here.config.search_threads, "search")
        self._query_paths = {b"/sparql", f"{here.names.path}sparql".encode()}
        self._search_paths = tuple(f"{base}{path}".encode() for base in ("/", here.names.path) for path in _SEARCHES)
        self._disconnections = Disconnections()
        self._is_leaving = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._answer(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        """From start to end of the process (ASGI lifespan protocol 2.0)."""
        await receive()
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGUSR1, self._leave)
        self._access.flush_in(loop)
        self._disconnections.watch_in(loop)
        self._look_after_parent()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self._access.close()
        await loop.run_in_executor(None, self._here.close)
        await send({"type": "lifespan.shutdown.complete"})

    def _leave(self) -> None:
        """Another process takes over: tell clients to connect anew, before their connections close under them."""
        self._is_leaving = True
        asyncio.get_running_loop().call_later(_TOGETHER_SECONDS, stop_accepting, self._listener)

    def _look_after_parent(self) -> None:
        """Stop when nobody is left who could stop this process: after a kill -9, no orphan holds the port."""
        loop = asyncio.get_running_loop()
        if os.getppid() == self._parent:
            loop.call_later(_PARENT_SECONDS, self._look_after_parent)
            return
        os.kill(os.getpid(), signal.SIGTERM)
        loop.call_later(self._config.drain_seconds, os._exit, 1)

    def takes(self, exchange: Exchange) -> bool:
        """Whether this request needs no event loop: its answer is in memory, or it is a query. From any thread."""
        scope = exchange.scope
        if scope["method"] not in _SAFE:
            return False
        target, headers = _asked(scope)
        if not _names_host(scope, headers):
            return False
        if kept := self._cache.get(target, headers):
            self._send_whole(exchange, target, headers, _conditioned(kept, headers), was_kept=True)
            return True
        is_query = scope["method"] == "GET" and scope["query_string"] and scope["raw_path"] in self._query_paths
        if not is_query or len(target) > self._config.max_url_bytes or not _BODIES.isdisjoint(headers):
            return False
        read = partial(self._question, scope, headers, b"")
        if len(target) <= _SHORT_BYTES:
            question = read()
            if question and self._takes_light(exchange, target, headers, question):
                return True
            read = partial(_known, question)
        self._query_threads.submit(self._take_query, exchange, target, headers, read)
        return True

    def _takes_light(self, exchange: Exchange, target: bytes, headers: dict[bytes, bytes], question: Question) -> bool:
        """Whether the query is light and will be answered without a thread that waits for it."""

        def answered(body: bytes | None) -> None:
            if body is None:
                known = partial(_known, question)
                self._query_threads.submit(self._take_query, exchange, target, headers, known)
                return
            try:
                answer = queried.answer_of(self._here, "GET", question, headers, body)
                if _may_be_kept(answer):
                    self._cache.put(target, headers, answer)
                self._send_whole(exchange, target, headers, answer, was_kept=False)
            except Exception as error:
                exchange.err(error)

        return self._here.queries.run_light(question.query, answered)

    def _take_query(
        self, exchange: Exchange, target: bytes, headers: dict[bytes, bytes], read: Callable[[], Question | None]
    ) -> None:
        """Answer a query, in a thread for queries."""
        try:
            with self._disconnections.watched(exchange) as cancellation:
                answer = self._query(exchange.scope, headers, b"", {}, read, cancellation)
            if _may_be_kept(answer):
                self._cache.put(target, headers, answer)
            answer = _conditioned(answer, headers)
            if isinstance(answer.body, bytes):
                self._send_whole(exchange, target, headers, answer, was_kept=False)
            else:
                self._disconnections.in_loop(self._send_in_parts(exchange, target, headers, answer))
        except QueryCancelledError:
            exchange.done()  # nobody is there to be answered
        except BaseException as error:
            exchange.err(error)
            raise

    def _question(self, scope: Scope, headers: dict[bytes, bytes], body: bytes) -> Question | None:
        """What a query asks; None where the app has to answer."""
        accept = headers.get(b"accept")
        asked = Request(
            method=scope["method"],
            query_string=scope["query_string"],
            content_type=headers.get(b"content-type", b"").decode("latin-1"),
            body=body,
            accept=None if accept is None else accept.decode("latin-1"),
            client=self._client(scope, headers),
        )
        return queried.question(self._here, asked, headers)

    def _query(
        self,
        scope: Scope,
        headers: dict[bytes, bytes],
        body: bytes,
        given: dict[str, Any],
        read: Callable[[], Question | None],
        cancellation: Cancellation,
    ) -> Answer:
        """The answer to the query that `read` gives, without the app where that can be; `given` is for the app."""
        try:
            if question := read():
                return queried.answer(self._here, scope["method"], question, headers, cancellation)
        except QueryCancelledError:
            raise
        except AxisError as failure:
            given = {FAILURE: failure}
        return self._by_app(scope, headers, body, given | {CANCELLATION: cancellation})

    def _by_app(self, scope: Scope, headers: dict[bytes, bytes], body: bytes, given: dict[str, Any]) -> Answer:
        """The answer of the Flask app."""
        environ = environ_of(scope, headers) | {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        return run(self._app, environ | given)

    def _send_whole(
        self, exchange: Exchange, target: bytes, headers: dict[bytes, bytes], answer: Answer, *, was_kept: bool
    ) -> None:
        scope, body = exchange.scope, answer.body
        assert isinstance(body, bytes)
        exchange.proto.send(self._start(answer))
        exchange.proto.send({"type": "http.response.body", "body": body})
        exchange.done()
        size = len(body) if scope["method"] != "HEAD" else 0
        self._note(scope, target, headers, answer, size, was_kept=was_kept)

    async def _send_in_parts(
        self, exchange: Exchange, target: bytes, headers: dict[bytes, bytes], answer: Answer
    ) -> None:
        size = 0
        try:
            size = await _send(answer, self._start(answer), exchange.proto.send, with_body=True)
            exchange.done()
        except BaseException as error:
            exchange.err(error)
            raise
        finally:
            self._note(exchange.scope, target, headers, answer, size, was_kept=False)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Make an answer: there was none in memory."""
        target, headers = _asked(scope)
        answer = _conditioned(await self._make(scope, receive, target, headers), headers)
        size = 0
        try:
            size = await _send(answer, self._start(answer), send, with_body=scope["method"] != "HEAD")
        finally:
            self._note(scope, target, headers, answer, size, was_kept=False)

    def _note(
        self, scope: Scope, target: bytes, headers: dict[bytes, bytes], answer: Answer, size: int, *, was_kept: bool
    ) -> None:
        self._here.statistics.count(answer.endpoint, answer.status, was_kept=was_kept)
        if self._access.is_on:
            line = f"{scope['method']} {target.decode('latin-1')} HTTP/{scope['http_version']}"
            self._access.write(self._client(scope, headers), line, answer.status, size, headers)

    def _client(self, scope: Scope, headers: dict[bytes, bytes]) -> str:
        """The address of who asks."""
        forwarded = headers.get(b"x-forwarded-for", b"").decode("latin-1")
        return client_address(scope["client"][0], forwarded, self._config.trusted_proxies)

    def _start(self, answer: Answer) -> dict[str, Any]:
        """The ASGI message of status and headers."""
        if self._is_leaving:
            return answer.start | {"headers": [*answer.headers, (b"connection", b"close")]}
        return answer.start

    async def _make(self, scope: Scope, receive: Receive, target: bytes, headers: dict[bytes, bytes]) -> Answer:
        """The answer, made in a thread."""
        body, given = b"", dict[str, Any]()
        try:
            if not _names_host(scope, headers):
                raise Problem(400, "HTTP/1.1 wants one Host header, with a host name and maybe a port (RFC 9112, 3.2).")
            if len(target) > self._config.max_url_bytes:
                raise Problem(414, f"The URL is longer than {self._config.max_url_bytes} bytes; send queries by POST.")
            body = await self._body(receive, headers)
        except Problem as problem:
            given = {PROBLEM: problem, "REQUEST_METHOD": "GET"}
        if scope["raw_path"] in self._query_paths:
            cancellation = Cancellation()
            read = partial(_known, None) if given else partial(self._question, scope, headers, body)
            asked = partial(self._query, scope, headers, body, given, read, cancellation)
            answer = await self._until_disconnect(receive, cancellation, asked)
        else:
            is_search = scope["raw_path"].startswith(self._search_paths)
            threads = self._search_threads if is_search else self._threads
            answer = await _in(threads, partial(self._by_app, scope, headers, body, given))
        if scope["method"] in _SAFE and _may_be_kept(answer):
            self._cache.put(target, headers, answer)
        return answer

    async def _until_disconnect(
        self, receive: Receive, cancellation: Cancellation, asked: Callable[[], Answer]
    ) -> Answer:
        """The answer to a query, which is ended when its client goes away."""

        async def watch() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass
            cancellation.cancel()

        watching = asyncio.create_task(watch())
        try:
            return await _in(self._query_threads, asked)
        finally:
            watching.cancel()

    async def _body(self, receive: Receive, headers: dict[bytes, bytes]) -> bytes:
        """The body of the request, which must come whole, in time, and be small enough."""
        length = headers.get(b"content-length", b"")
        if not length and b"transfer-encoding" not in headers:
            return b""
        limit = self._config.max_body_bytes
        too_large = Problem(413, f"The body is larger than {limit} bytes.", headers={"Connection": "close"})
        if length.isdigit() and int(length) > limit:
            raise too_large
        body = bytearray()
        try:
            async with asyncio.timeout(self._config.body_seconds):
                more = True
                while more:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise Problem(400, "The body did not come whole.")
                    body += message.get("body", b"")
                    if len(body) > limit:
                        raise too_large
                    more = message.get("more_body", False)
        except TimeoutError:
            seconds = self._config.body_seconds
            raise Problem(
                408, f"The body did not come within {seconds:g} s.", headers={"Connection": "close"}
            ) from None
        return bytes(body)


def _known(question: Question | None) -> Question | None:
    """What was read of a request already; None where the app has to answer."""
    return question


async def _in(threads: Executor, work: Callable[[], Answer]) -> Answer:
    return await asyncio.get_running_loop().run_in_executor(threads, work)


def _names_host(scope: Scope, headers: dict[bytes, bytes]) -> bool:
    """Whether the request has the one Host header that HTTP/1.1 wants (RFC 9112, 3.2)."""
    return scope["http_version"] != "1.1" or _HOST.fullmatch(headers.get(b"host", b"")) is not None


def _asked(scope: Scope) -> tuple[bytes, dict[bytes, bytes]]:
    """The target of a request, as it was sent, and its headers."""
    given = scope["headers"]
    headers = dict(given)
    if len(headers) != len(given):
        headers = _joined(given)
    query = scope["query_string"]
    return (scope["raw_path"] + b"?" + query if query else scope["raw_path"]), headers


def _may_be_kept(answer: Answer) -> bool:
    """Whether it is an answer for everybody, as its Cache-Control says (RFC 9111, 3)."""
    if answer.status not in _KEPT_STATUSES or not isinstance(answer.body, bytes):
        return False
    return any(name == b"cache-control" and value.startswith(b"public") for name, value in answer.headers)


def _conditioned(answer: Answer, headers: dict[bytes, bytes]) -> Answer:
    """The answer, or 304 or 412 in its place where the request's conditions say so."""
    if not answer.etag or _CONDITIONAL.keys().isdisjoint(headers):
        return answer
    given = {name: headers[key].decode("latin-1") for key, name in _CONDITIONAL.items() if key in headers}
    status = conditions.status(given, answer.etag.decode("latin-1"), answer.last_modified)
    return answer if status == 200 else answer.without_body(status)


async def _send(answer: Answer, start: dict[str, Any], send: Send, *, with_body: bool) -> int:
    """Send the answer; the bytes of the body that were sent. Waits for a slow reader without a thread."""
    body = answer.body
    await send(start)
    if isinstance(body, bytes):
        await send({"type": "http.response.body", "body": body})
        return len(body) if with_body else 0
    size = 0
    try:
        if not with_body:
            await send({"type": "http.response.body", "body": b""})
        elif isinstance(body, FileBody) and body.is_whole:
            await send({"type": "http.response.pathsend", "path": str(body.path)})
            size = body.length
        else:
            async for chunk in _chunks(body):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
                size += len(chunk)
            await send({"type": "http.response.body", "body": b""})
    finally:
        if isinstance(body, SpooledBody):
            body.close()
    return size


async def _chunks(body: FileBody | SpooledBody) -> AsyncIterator[bytes]:
    """The chunks, each read in a thread: a disk may be slow."""
    chunks = iter(body)
    while chunk := await asyncio.to_thread(next, chunks, b""):
        yield chunk


def _joined(given: Headers) -> dict[bytes, bytes]:
    """Headers that came several times, in one (RFC 9110, 5.3)."""
    headers: dict[bytes, bytes] = {}
    for name, value in given:
        headers[name] = headers[name] + b", " + value if name in headers else value
    return headers
