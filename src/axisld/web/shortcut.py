"""The way past the event loop for requests whose answer is in memory: the hop into it costs more than all the rest.

granian makes a coroutine and a task of every request, and wakes the loop's thread for it. Here, in granian's own
thread, the front is asked first.
"""

from collections.abc import Callable
from typing import Any

from granian import _futures
from granian._granian import CallbackScheduler

Send = Callable[[dict[str, Any]], object]  # an ASGI `send` that need not be awaited, as granian's for whole bodies
Answerer = Callable[[dict[str, Any], Send], bool]


def open_shortcut(answer: Answerer) -> None:
    """From now on in this process, `answer` sees each request first; what it leaves goes to the event loop.

    It is called with the ASGI scope, and says whether it has sent an answer.
    """

    class Scheduler(CallbackScheduler):
        """granian's, which takes what to do with a request just once: at the beginning."""

        __slots__ = ()

        def __init__(self, loop: Any, callback: Any, *_: Any) -> None:
            super().__init__()
            into_the_loop: Any = _futures._cbsched_aioschedule(loop, self._ctx, callback)  # type: ignore[no-untyped-call]

            def schedule(request: Any) -> None:
                if answer(request.scope, request.proto.send):
                    request.done()
                else:
                    into_the_loop(request)

            self._schedule_fn = schedule

    _futures._CBSchedulerAIO = Scheduler  # type: ignore[misc, assignment]
