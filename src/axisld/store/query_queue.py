"""Who gets the next free worker: clients in turn, each with a bounded share. Knows nothing of processes or queries."""

import threading
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from typing import Generic, TypeVar

from axisld.errors import AxisError, QueryLimitError, StoreError

W = TypeVar("W")


class QueryCancelledError(AxisError):
    """The client went away before its query was answered."""

    def __init__(self) -> None:
        super().__init__("The client went away; the query was ended.")


class Cancellation:
    """A way to end a query from another thread. Cancelling twice, early or late does no harm."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._end: Callable[[], None] | None = None
        self.is_cancelled = False

    def cancel(self) -> None:
        with self._lock:
            self.is_cancelled = True
            if self._end:
                self._end()

    def on_cancel(self, end: Callable[[], None] | None) -> None:
        """What `cancel` is to do from now on: done at once where it was already called."""
        with self._lock:
            self._end = end
            if self.is_cancelled and end:
                end()


class FairQueue(Generic[W]):
    """Free workers, and those who wait for one.

    However many queries a client sends, it holds no more than `running_share` workers and `waiting_share` places.
    """

    def __init__(self, *, places: int, running_share: int, waiting_share: int) -> None:
        self._places = places
        self._running_share = running_share
        self._waiting_share = waiting_share
        self._lock = threading.RLock()
        self._done = threading.Condition(self._lock)
        self._free: deque[W] = deque()
        self._running: Counter[str] = Counter()
        self._waiting: OrderedDict[str, deque[_Waiter[W]]] = OrderedDict()  # the client whose turn it is first
        self._is_closed = False

    def acquire(self, client: str, seconds: float, cancellation: Cancellation) -> W:
        """A worker for `client`, waiting up to `seconds` for it. Give it back with `release`."""
        waiter = _Waiter[W]()
        with self._lock:
            self._enqueue(client, waiter)
            self._assign()
            if waiter.worker is None:
                self._check_room(client)
        cancellation.on_cancel(waiter.ended.set)
        waiter.ended.wait(seconds)
        cancellation.on_cancel(None)
        with self._lock:
            if waiter.worker is not None:
                return waiter.worker
            self._remove(client, waiter)
            self._check_open()
        if cancellation.is_cancelled:
            raise QueryCancelledError
        raise QueryLimitError(
            "queue", f"The server is busy: no query process was free within {seconds:g} s. Try later."
        )

    def release(self, client: str) -> None:
        """`client` is done with a worker; `add` that worker, or the one in its place, when it is ready."""
        with self._lock:
            self._running[client] -= 1
            if not self._running[client]:
                del self._running[client]
            self._assign()
            self._done.notify_all()

    def drain(self, seconds: float) -> None:
        """Wait until nobody waits or runs, `seconds` at most."""
        with self._lock:
            self._done.wait_for(lambda: not self._waiting and not self._running, seconds)

    def add(self, worker: W) -> None:
        with self._lock:
            self._free.append(worker)
            self._assign()

    def close(self) -> None:
        """Send everyone who waits away, and everyone who comes."""
        with self._lock:
            self._is_closed = True
            for waiters in self._waiting.values():
                for waiter in waiters:
                    waiter.ended.set()

    def counts(self) -> tuple[int, int, int]:
        """How many wait, how many run, how many workers are free."""
        with self._lock:
            return sum(map(len, self._waiting.values())), self._running.total(), len(self._free)

    def _check_open(self) -> None:
        if self._is_closed:
            raise StoreError("The query processes are being stopped.")

    def _enqueue(self, client: str, waiter: "_Waiter[W]") -> None:
        self._check_open()
        self._waiting.setdefault(client, deque()).append(waiter)

    def _check_room(self, client: str) -> None:
        """Send the newest away where it is one too many."""
        mine = self._waiting[client]
        if len(mine) > self._waiting_share:
            mine.pop()
            raise QueryLimitError(
                "share", "You have too many queries waiting already. Send the next when one is answered."
            )
        if sum(map(len, self._waiting.values())) > self._places:
            mine.pop()
            if not mine:
                del self._waiting[client]
            raise QueryLimitError("queue", f"The server is busy: {self._places} queries are waiting. Try later.")

    def _remove(self, client: str, waiter: "_Waiter[W]") -> None:
        waiters = self._waiting[client]
        waiters.remove(waiter)
        if not waiters:
            del self._waiting[client]

    def _assign(self) -> None:
        """Give free workers to those who wait, one client after the other, passing over those who have their share."""
        while self._free and not self._is_closed:
            client = next((name for name in self._waiting if self._running[name] < self._running_share), None)
            if client is None:
                return
            waiter = self._waiting[client].popleft()
            self._waiting.move_to_end(client)
            if not self._waiting[client]:
                del self._waiting[client]
            self._running[client] += 1
            waiter.worker = self._free.popleft()
            waiter.ended.set()


class _Waiter(Generic[W]):
    """One query in the queue."""

    def __init__(self) -> None:
        self.worker: W | None = None
        self.ended = threading.Event()  # it got a worker, was cancelled, or the queue was closed
