"""A SQLite file of a release, read by any thread. Every question has a time limit."""

import errno
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from axisld.errors import QueryLimitError, StoreError

_STEPS = 20_000  # of SQLite's virtual machine between looks at the clock

Row = tuple[Any, ...]
Ask = Callable[..., list[Row]]  # a question and what is bound in it


@contextmanager
def written(path: Path) -> Iterator[sqlite3.Connection]:
    """A new file, to be filled. A full disk is the OSError that it is elsewhere."""
    with closing(sqlite3.connect(path)) as connection:
        try:
            yield connection
            connection.commit()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_FULL:
                raise
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path)) from error


class Database:
    """The opened file. Close it when nobody asks any more."""

    def __init__(self, path: Path, seconds: float, *, name: str, advice: str) -> None:
        """`seconds` is what one question may take; `name` and `advice` stand in errors."""
        self._address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        self._seconds = seconds
        self._name, self._advice = name, advice
        self._idle: list[sqlite3.Connection] = []
        self._lock = threading.Lock()

    @contextmanager
    def asking(self) -> Iterator[Ask]:
        """A way to ask until the time is over. Raises QueryLimitError past it, StoreError when the file is damaged."""
        connection = self._take()
        deadline = time.monotonic() + self._seconds
        connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
        try:
            yield lambda question, *arguments: connection.execute(question, arguments).fetchall()
        except sqlite3.OperationalError as error:
            if "interrupted" not in str(error):
                raise StoreError(f"{self._name} cannot be read: {error}") from error
            reason = f"This took longer than {self._seconds:g} s, its limit here. {self._advice}"
            raise QueryLimitError("seconds", reason) from error
        except sqlite3.DatabaseError as error:
            raise StoreError(f"{self._name} cannot be read: {error}") from error
        finally:
            with self._lock:
                self._idle.append(connection)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            for connection in self._idle:
                connection.close()
            self._idle.clear()

    def _take(self) -> sqlite3.Connection:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        try:
            return sqlite3.connect(self._address, uri=True, check_same_thread=False)
        except sqlite3.Error as error:
            raise StoreError(f"{self._name} cannot be opened: {error}") from error
