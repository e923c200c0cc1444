"""Build anew whenever an editor saves a file of the publication, and tell the server about it."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread, main_thread

import watchfiles

from axisld.config import Config
from axisld.pipeline.sources import WATCHED

_LOOK_MS = 1000  # milliseconds between looks for folders that come or go


@contextmanager
def rebuilding(config: Config) -> Iterator[None]:
    """While this lasts, a saved file starts a build; one that succeeds sends SIGHUP to this process, the server's.

    A build that fails says why on the error stream, and the server goes on with what it has.
    """
    stop = Event()
    watcher = Thread(target=_watch, args=(config, stop), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        stop.set()
        watcher.join()


def _watch(config: Config, stop: Event) -> None:
    build = [sys.executable, "-m", "axisld", "build", "--root", config.root]
    build += ["--releases", str(config.releases_folder), "--base-iri", config.base]
    build += ["--large-statements", str(config.large_statements), "--build-processes", str(config.build_processes)]
    for _ in _saved(Path(config.root), stop):
        if subprocess.run(build, check=False).returncode == 0:  # noqa: S603 (our own program)
            # To the main thread: one that waits for a lock does not notice a signal that another thread gets.
            signal.pthread_kill(main_thread().ident or 0, signal.SIGHUP)


def _saved(root: Path, stop: Event) -> Iterator[None]:
    """Comes whenever files of the publication were saved, or a whole folder of it came or went."""
    while not stop.is_set():
        folders = _folders(root)
        for changes in watchfiles.watch(*folders, stop_event=stop, rust_timeout=_LOOK_MS, yield_on_timeout=True):
            is_same = _folders(root) == folders
            if changes or not is_same:
                yield
            if not is_same:
                break


def _folders(root: Path) -> list[Path]:
    return [folder for name in WATCHED if (folder := root / name).is_dir()]
