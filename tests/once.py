"""What is made once for all processes of a run of the tests, by the first of them that needs it."""

import fcntl
import pickle
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

Made = TypeVar("Made")


def once(folder: Path, make: Callable[[Path], Made]) -> Made:
    """What `make` says of what it has put into `folder`, which does not exist before."""
    with locked(folder.with_suffix(".lock")):
        said = folder.with_suffix(".pickle")
        if not said.exists():
            shutil.rmtree(folder, ignore_errors=True)  # what a process left that could not make it
            folder.mkdir()
            said.write_bytes(pickle.dumps(make(folder)))
        made: Made = pickle.loads(said.read_bytes())
        return made


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """While this lasts, no other process is in here with the same file."""
    with file.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
