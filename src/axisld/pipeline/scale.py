"""How a build deals with a large publication: past some size it works on disk, and in several processes."""

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import Thread
from typing import Any, TypeVar

from axisld.errors import BuildError

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")
_BROKEN = "a process of the build was ended from outside, mostly for want of memory; give fewer --build-processes"


@dataclass(frozen=True, slots=True)
class Scale:
    """What a build may use."""

    large_statements: int = 100_000  # a publication that says more is large
    processes: int = 0  # that work at a time; 0: as many as cores

    def is_large(self, statements: int) -> bool:
        return statements > self.large_statements

    def of(self, statements: int) -> "Scale":
        """The same for a publication of this size: one process is enough for what is not large."""
        return self if self.is_large(statements) else replace(self, processes=1)

    def in_processes(self, work: Callable[[_Task], _Result], tasks: Sequence[_Task]) -> Iterator[_Result]:
        """The results of `work`, a function of a module, in the order of the tasks.

        Processes are started afresh: a copy of this one would share its memory, and threads do not survive copying.
        Raises BuildError when one of them is killed.
        """
        with replace(self, processes=min(self._workers, len(tasks))).pool() as pool:
            yield from pool.map(work, tasks)

    @contextmanager
    def pool(self) -> Iterator[Executor]:
        """What runs functions of modules: in processes as above, or in this one if that is all there is."""
        if self._workers < 2:
            yield _Here()
            return
        with ProcessPoolExecutor(self._workers, multiprocessing.get_context("spawn"), _end_with_parent) as pool:
            try:
                yield pool
            except BrokenProcessPool as error:
                raise BuildError(_BROKEN) from error
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    @property
    def _workers(self) -> int:
        return self.processes or os.cpu_count() or 1


class _Here(Executor):
    """Runs everything in this process, when it is given."""

    def submit(self, work: Callable[..., _Result], /, *arguments: Any, **named: Any) -> "Future[_Result]":
        done: Future[_Result] = Future()
        done.set_result(work(*arguments, **named))
        return done

    def map(
        self,
        fn: Callable[..., _Result],
        *iterables: Iterable[Any],
        **_: float | None,  # of no use here
    ) -> Iterator[_Result]:
        return map(fn, *iterables)


def _end_with_parent() -> None:
    """Let this process end when its parent does, even if that was killed: it would wait for work for ever."""
    parent = multiprocessing.parent_process()
    assert parent

    def watch() -> None:
        parent.join()
        os._exit(1)

    Thread(target=watch, daemon=True).start()
