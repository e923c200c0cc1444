"""Fairness among clients, with workers that are mere numbers."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from axisld.errors import QueryLimitError, StoreError
from axisld.store.query_queue import Cancellation, FairQueue, QueryCancelledError


def make(workers: int, places: int = 8, running_share: int = 1, waiting_share: int = 4) -> FairQueue[int]:
    queue: FairQueue[int] = FairQueue(places=places, running_share=running_share, waiting_share=waiting_share)
    for number in range(workers):
        queue.add(number)
    return queue


class Line:
    """Clients that wait, each in a thread, in the order in which they came; and the order in which they were served."""

    def __init__(self, queue: FairQueue[int]) -> None:
        self._queue = queue
        self._threads = ThreadPoolExecutor(32)
        self.served: list[str] = []
        self._lock = threading.Lock()

    def join(self, client: str, cancellation: Cancellation | None = None) -> Future[int]:
        waiting = self._queue.counts()[0]
        future = self._threads.submit(self._wait, client, cancellation or Cancellation())
        while self._queue.counts()[0] == waiting and not future.done():
            pass
        return future

    def _wait(self, client: str, cancellation: Cancellation) -> int:
        worker = self._queue.acquire(client, 10, cancellation)
        with self._lock:
            self.served.append(client)
        return worker

    def serve(self, turns: int, holder: str) -> None:
        """Let the one worker go round: it is given back by whoever was served last."""
        for turn in range(turns):
            self._queue.release(holder)
            self._queue.add(0)
            while len(self.served) <= turn:
                pass
            holder = self.served[-1]


def test_clients_take_turns_however_many_queries_they_send() -> None:
    queue = make(1)
    queue.acquire("first", 1, Cancellation())
    line = Line(queue)
    for client in "aaaabbc":
        line.join(client)
    line.serve(7, "first")
    assert "".join(line.served) == "abcabaa"


def test_one_client_never_holds_all_workers() -> None:
    queue = make(2)
    queue.acquire("greedy", 1, Cancellation())
    with pytest.raises(QueryLimitError, match=r"no query process was free within 0\.05 s"):
        queue.acquire("greedy", 0.05, Cancellation())
    assert queue.acquire("modest", 1, Cancellation()) == 1


def test_a_share_that_is_free_again_is_given_at_once() -> None:
    queue = make(2)
    queue.acquire("a", 1, Cancellation())
    waiting = Line(queue).join("a")
    assert not waiting.done()
    queue.release("a")
    assert waiting.result(5) == 1


@pytest.mark.parametrize(
    ("clients", "newcomer", "limit"),
    [pytest.param("aaaa", "a", "share", id="own share"), pytest.param("aabbccdd", "e", "queue", id="whole queue")],
)
def test_who_comes_too_much_is_turned_away_at_once(clients: str, newcomer: str, limit: str) -> None:
    queue = make(0)
    line = Line(queue)
    for client in clients:
        line.join(client)
    with pytest.raises(QueryLimitError) as caught:
        queue.acquire(newcomer, 1, Cancellation())
    assert caught.value.limit == limit
    assert queue.counts()[0] == len(clients)
    queue.close()


def test_a_free_worker_is_had_while_others_wait_for_their_share() -> None:
    queue = make(2, places=1)
    queue.acquire("a", 1, Cancellation())
    Line(queue).join("a")
    assert queue.acquire("b", 1, Cancellation()) == 1
    queue.close()


def test_cancelling_works_early_late_and_twice() -> None:
    queue = make(1)
    early = Cancellation()
    early.cancel()
    early.cancel()
    assert queue.acquire("a", 1, early) == 0  # a worker was free: the caller looks again before it asks
    late = Cancellation()
    waiting = Line(queue).join("b", late)
    late.cancel()
    with pytest.raises(QueryCancelledError):
        waiting.result(5)
    assert queue.counts() == (0, 1, 0)
    ended: list[Callable[[], None]] = []
    late.on_cancel(lambda: ended.append(late.cancel))
    assert len(ended) == 1


def test_closing_sends_everyone_away() -> None:
    queue = make(0)
    waiting = Line(queue).join("a")
    queue.close()
    with pytest.raises(StoreError):
        waiting.result(5)
    with pytest.raises(StoreError):
        queue.acquire("b", 1, Cancellation())


def test_draining_waits_for_those_under_way() -> None:
    queue = make(1)
    queue.acquire("a", 1, Cancellation())
    drained = ThreadPoolExecutor(1).submit(queue.drain, 10)
    assert not drained.done()
    queue.release("a")
    drained.result(5)
