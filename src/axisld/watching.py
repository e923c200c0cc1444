"""Build anew whenever an editor saves a file of the publication, and tell the server about it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import watchfiles

from axisld.config import Config
from axisld.pipeline.sources import FOLDERS


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
    folders = [folder for name in FOLDERS if (folder := Path(config.root) / name).is_dir()]
    build = [sys.executable, "-m", "axisld", "build", "--root", config.root]
    build += ["--releases", str(config.releases_folder), "--base-iri", config.base]
    build += ["--large-statements", str(config.large_statements), "--build-processes", str(config.build_processes)]
    for _ in watchfiles.watch(*folders, stop_event=stop):
        if subprocess.run(build, check=False).returncode == 0:  # noqa: S603 (our own program)
            os.kill(os.getpid(), signal.SIGHUP)
