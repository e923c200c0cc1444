"""Start, reload and stop the processes that serve. The one that starts them only watches; its child answers."""

import atexit
import logging
import math
import multiprocessing
import os
import resource
import signal
import socket
import sys
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.net import SocketHolder  # type: ignore[attr-defined]

from axisld.config import Config, from_environment
from axisld.errors import AddressError, AxisError
from axisld.iris import Names
from axisld.publication import Publication
from axisld.release import current_link, open_release, read_record
from axisld.remote import base_of, open_remote
from axisld.web.application import create_app
from axisld.web.asgi import Front
from axisld.web.shortcut import open_shortcut
from axisld.web.site import Site

_BACKLOG = 1024  # connections that wait while no process accepts
_CONNECTIONS = 16_384  # at once; one that is slow or idle takes some kilobytes and no thread
_SPARE_FILES = 256  # beside connections: the release, the log, query processes
_HANDOVER_SECONDS = 1.0  # from the start of a new process to the end of the old one
_log = logging.getLogger(__name__)


def serve(config: Config, release_link: Path | None) -> None:
    """Serve the release that `release_link` names, until SIGTERM or SIGINT; on SIGHUP, the one it names by then.

    None: what `config.endpoint` holds, asked anew on SIGHUP.
    """
    base_path = Names(_check(config, release_link)).path
    if sys.platform == "linux":
        multiprocessing.set_start_method("fork", force=True)  # the listening socket is handed down
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)  # until a process listens for it
    server = _Server(config, release_link)
    server.on_startup(lambda: print(f"Serving at {server.url}{base_path} (stop with Ctrl-C)", flush=True))
    front = partial(_front, config, release_link, os.getpid(), server.listener)
    server.serve(target_loader=front, wrap_loader=False)


def wsgi_application() -> Flask:
    """The app for any other WSGI server, on the release that the environment's settings name."""
    config = from_environment(os.environ)
    here = Site(_open(config, None if config.endpoint else current_link(config.releases_folder, config.base)), config)
    atexit.register(here.close)
    return create_app(here)


def _front(config: Config, release_link: Path | None, parent: int, listener: int) -> Front:
    """What a serving process runs. It opens the release itself: nothing is shared with the process before it."""
    front = Front(Site(_open(config, release_link), config), parent, listener)
    open_shortcut(front.takes)
    return front


def _open(config: Config, release_link: Path | None) -> Publication:
    return open_release(release_link) if release_link else open_remote(config)


def _check(config: Config, release_link: Path | None) -> str:
    """The base IRI of what can be served. Raises AxisError when it cannot."""
    if release_link is None:
        return base_of(config)
    open_release(release_link).close()
    return read_record(release_link).base


def _allow_connections() -> int:
    """How many connections there may be at once, having asked the system for as many files as it lets us have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _CONNECTIONS + _SPARE_FILES
    if 0 <= soft < wanted:
        soft = wanted if hard < 0 else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return min(_CONNECTIONS, soft - _SPARE_FILES) if soft >= 0 else _CONNECTIONS


class _Server(Granian):  # type: ignore[misc, valid-type]
    """granian with one listening socket, opened once and handed to each process.

    Its own way on Linux, a socket for each process on the same port (SO_REUSEPORT), lets a second server start
    unnoticed on a port that is taken, and loses the connections that queue at a process about to leave.
    """

    def __init__(self, config: Config, release_link: Path | None) -> None:
        super().__init__(
            "axisld",
            address=config.host,
            port=config.port,
            interface=Interfaces.ASGI,
            http=HTTPModes.http1,
            websockets=False,
            workers=1,
            backlog=_BACKLOG,
            backpressure=_allow_connections(),
            http1_settings=HTTP1Settings(header_read_timeout=math.ceil(config.header_seconds * 1000)),
            log_level=LogLevels.warning,
            respawn_failed_workers=True,
            respawn_interval=_HANDOVER_SECONDS,
            workers_kill_timeout=max(1, math.ceil(config.drain_seconds)),
        )
        self._config = config
        self._release_link = release_link
        family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
        try:
            self._listener = socket.create_server((config.host, config.port), family=family, backlog=_BACKLOG)
        except (OSError, OverflowError) as error:
            raise AddressError(config.host, config.port, getattr(error, "strerror", None) or error) from error

    @property
    def listener(self) -> int:
        """The descriptor of the listening socket."""
        return self._listener.fileno()

    @property
    def url(self) -> str:
        """Where it listens, without a path."""
        host, port = self._listener.getsockname()[:2]
        return f"http://{f'[{host}]' if ':' in host else host}:{port}"

    def _init_shared_socket(self) -> None:
        self._ssp = self._sso = None
        self._shd = SocketHolder(self._listener.fileno(), False, _BACKLOG)  # type: ignore[call-arg]

    def _drop_shared_socket(self) -> None:
        self._listener.close()

    def _reload(self, spawn_target: Any, target_loader: Any) -> None:
        """A new process takes over. When the release cannot be opened, the old one stays."""
        try:
            _check(self._config, self._release_link)
        except AxisError as error:
            _log.error("not reloaded: %s", error)
            self.reload_signal = False
            self.main_loop_interrupt.clear()
            return
        for worker in self.wrks:
            os.kill(worker.inner.pid, signal.SIGUSR1)  # it says so to its clients, then accepts no more
        super()._reload(spawn_target, target_loader)
