"""Queries that run outside of the event loop, and clients that go away meanwhile: their queries are ended."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from axisld.store.sandbox import Cancellation
from axisld.web.shortcut import Exchange

_LOOK_SECONDS = 0.1  # between looks for queries that take long; the others are over before anybody goes away


class Disconnections:
    """The queries under way, for any thread, once it is told of the event loop."""

    def __init__(self) -> None:
        self._under_way: dict[Cancellation, Exchange] = {}
        self._watching: dict[Cancellation, asyncio.Task[None]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def watch_in(self, loop: asyncio.AbstractEventLoop) -> None:
        """From now on, `loop` listens for the clients of queries that take long. Call it in that loop."""
        self._loop = loop
        self._look()

    def in_loop(self, sending: Coroutine[Any, Any, None]) -> None:
        """Have the event loop do something."""
        assert self._loop
        asyncio.run_coroutine_threadsafe(sending, self._loop)

    @contextmanager
    def watched(self, exchange: Exchange) -> Iterator[Cancellation]:
        """A cancellation that comes when the client goes away while what is within runs."""
        cancellation = Cancellation()
        self._under_way[cancellation] = exchange
        try:
            yield cancellation
        finally:
            del self._under_way[cancellation]
            watching = self._watching.pop(cancellation, None)
            if watching and self._loop:
                self._loop.call_soon_threadsafe(watching.cancel)

    def _look(self) -> None:
        assert self._loop
        self._loop.call_later(_LOOK_SECONDS, self._look)
        for cancellation, exchange in list(self._under_way.items()):
            if cancellation not in self._watching:
                self._watching[cancellation] = self._loop.create_task(_watch(exchange, cancellation))
                if cancellation not in self._under_way and (over := self._watching.pop(cancellation, None)):
                    over.cancel()


async def _watch(exchange: Exchange, cancellation: Cancellation) -> None:
    while (await exchange.proto.receive())["type"] != "http.disconnect":
        pass
    cancellation.cancel()
