"""A writer of graphs that tries what a query process must not be able to do. Runs in such a process."""

import json
import os
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable, Mapping
from pathlib import Path


def attempt(lines: bytes, suffix: str, prefixes: Mapping[str, str]) -> bytes:
    """What could be done although it must not, as JSON: an empty list is right. `prefixes` holds a path to read."""
    attempts: dict[str, Callable[[], object]] = {
        "open an Internet socket": socket.socket,
        "open a Unix socket": lambda: socket.socket(socket.AF_UNIX),
        "open a socket in a new thread": _socket_in_thread,
        "connect what it has": lambda: socket.socket(fileno=os.dup(0)).connect("/tmp/socket"),
        "start a program": lambda: subprocess.run(["/bin/true"], check=True),
        "fork": os.fork,
        "signal its parent": lambda: os.kill(os.getppid(), 0),
        "read the system's files": Path("/etc/passwd").read_bytes,
        "read its own environment": Path("/proc/self/environ").read_bytes,
        "list a folder": lambda: list(Path("/").iterdir()),
        "write a file": lambda: Path(tempfile.gettempdir(), "written").write_text("x"),
        "write into the store": lambda: Path(prefixes["store"], "written").write_text("x"),
        "change the store": lambda: os.close(os.open(Path(prefixes["store"], "CURRENT"), os.O_RDWR)),
        "remove from the store": Path(prefixes["store"], "CURRENT").unlink,
        "rename in the store": lambda: Path(prefixes["store"], "CURRENT").rename(Path(prefixes["store"], "x")),
        "make a folder": Path(prefixes["store"], "folder").mkdir,
        "make a link": lambda: Path(prefixes["store"], "link").symlink_to("/etc/passwd"),
    }
    return json.dumps([what for what, do in attempts.items() if _succeeds(do)]).encode()


def environment(lines: bytes, suffix: str, prefixes: Mapping[str, str]) -> bytes:
    """The names of the environment variables that reached the process."""
    return json.dumps(sorted(os.environ)).encode()


def crash(lines: bytes, suffix: str, prefixes: Mapping[str, str]) -> bytes:
    """End the process in the middle of an answer."""
    os._exit(3)


def _succeeds(do: Callable[[], object]) -> bool:
    try:
        do()
    except OSError:
        return False
    return True


def _socket_in_thread() -> None:
    failures: list[OSError] = []

    def run() -> None:
        try:
            socket.socket()
        except OSError as error:
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failures:
        raise failures[0]
