"""The way past the event loop, for answers in memory and for queries: the hop into it costs more than sending bytes.

granian makes a coroutine and a task of every request, and wakes the loop's thread for it. Here, in granian's own
thread, the front is asked first.
"""

from collections.abc import Callable
from typing import Any, Protocol

from granian import _futures
from granian._granian import CallbackScheduler


class Exchange(Protocol):
    """A request and the way back to its client, as granian has them."""

    scope: Any  # of ASGI
    proto: Any  # `send` and `receive` of ASGI; the former need not be awaited for a body that is sent whole

    def done(self) -> None:
        """Say that it is answered."""

    def err(self, error: BaseException) -> None:
        """Say that it cannot be answered."""


def open_shortcut(takes: Callable[[Exchange], bool]) -> None:
    """From now on in this process, `takes` sees each request first, and says whether it sees to the answer.

    What it leaves goes to the event loop.
    """

    class Scheduler(CallbackScheduler):
        """granian's, which takes what to do with a request just once: at the beginning."""

        __slots__ = ()

        def __init__(self, loop: Any, callback: Any, *_: Any) -> None:
            super().__init__()
            into_the_loop: Any = _futures._cbsched_aioschedule(loop, self._ctx, callback)  # type: ignore[no-untyped-call]

            def schedule(exchange: Any) -> None:
                if not takes(exchange):
                    into_the_loop(exchange)

            self._schedule_fn = schedule

    _futures._CBSchedulerAIO = Scheduler  # type: ignore[misc, assignment]
