"""A publication built once and served once for all processes of a run of the tests."""

import fcntl
import json
import pickle
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from axisld import pipeline
from axisld.pipeline import Built
from tests.live import Site, port_of
from tests.once import locked
from tests.running import kept_port

# A process of the tests holds a lock on the file as long as it uses the server, and the kernel takes the lock from it
# however it ends. Then the server gets it, and stops.
_PROGRAM = """
import fcntl, json, os, signal, sys, threading
from pathlib import Path
from axisld.config import Config
from axisld.web.serving import serve

def end_with_the_last_user():
    with open(sys.argv[3], "r+b") as users:
        fcntl.flock(users, fcntl.LOCK_EX)
        users.truncate()
        os.kill(os.getpid(), signal.SIGTERM)
        threading.Event().wait()

threading.Thread(target=end_with_the_last_user, daemon=True).start()
serve(Config(**json.loads(sys.argv[1])), Path(sys.argv[2]))
"""


@dataclass
class Published(Site):
    """A publication on the port that its names lead to."""

    built: Built

    @property
    def base(self) -> str:
        return self.built.record.base


@contextmanager
def published_once(root: Path, folder: Path) -> Iterator[Published]:
    """The publication in `root`; it and its server are shared by all processes that name this folder."""
    with (folder / "publication").open("a+b") as users:
        with locked(folder / "publication.lock"):
            fcntl.flock(users, fcntl.LOCK_SH)
            users.seek(0)
            if written := users.read():
                published: Published = pickle.loads(written)
            else:
                published = _publish(root, folder)
                users.write(pickle.dumps(published))
                users.flush()
        yield published


def _publish(root: Path, folder: Path) -> Published:
    with kept_port() as port:
        built = pipeline.build(root, folder / "releases", f"http://127.0.0.1:{port}/")
        log = folder / "publication.log"
        with log.open("w") as output:
            given = json.dumps({"port": port, "access_log": ""})
            command = [sys.executable, "-c", _PROGRAM, given, str(built.path), str(folder / "publication")]
            process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, text=True)
        port_of(process, log)
    return Published(port, built)
