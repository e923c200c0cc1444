"""A server on a real port, and requests to it as plain as they are on the wire: nothing tidies paths or headers."""

import http.client
import json
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PROGRAM = """
import json, sys
from pathlib import Path
from axisld.config import Config
from axisld.web.serving import serve
serve(Config(**json.loads(sys.argv[1])), Path(sys.argv[2]) if sys.argv[2] else None)
"""
SECONDS = 20  # that anything may take before a test gives up


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]  # several of one name are joined; names in lower case
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def varies_by(self) -> list[str]:
        return re.split(r", ?", self.headers.get("vary", ""))

    @property
    def is_from_apache(self) -> bool:
        """Of a web server that leaves out some of what may be left out."""
        return self.headers.get("server", "").startswith("Apache")

    def links(self, relation: str) -> list[str]:
        """The targets of its Link header with a relation (RFC 8288)."""
        found = re.findall(r'<([^>]*)>; rel="([^"]*)"', self.headers.get("link", ""))
        return [target for target, relations in found if relation in relations.split()]


@dataclass
class Site:
    """What is served on a port of this machine."""

    port: int

    def request(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        try:
            connection.putrequest(method, path, skip_accept_encoding=True)
            for name, value in (headers or {}).items():
                connection.putheader(name, value)
            if body is not None and "Content-Length" not in (headers or {}):
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            response = connection.getresponse()
            gathered: dict[str, str] = {}
            for name, value in response.getheaders():
                key = name.lower()
                gathered[key] = f"{gathered[key]}, {value}" if key in gathered else value
            return Answer(response.status, gathered, response.read())
        finally:
            connection.close()

    def get(self, path: str, accept: str = "", **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.request("GET", path, named | ({"Accept": accept} if accept else {}))

    def raw(self, sent: bytes) -> bytes:
        """Everything that comes back for these bytes, until the server or the time limit ends it."""
        with self.connect() as connection:
            connection.sendall(sent)
            received = b""
            while chunk := connection.recv(65536):
                received += chunk
            return received

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=SECONDS)


@dataclass
class Server(Site):
    """A server process that runs."""

    process: "subprocess.Popen[str]"
    log: Path  # what it writes to standard output and standard error

    def children(self) -> list[int]:
        """The processes that serve."""
        tasks = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(child) for child in tasks.read_text().split()]


@contextmanager
def serving(release: Path | None, **settings: Any) -> Iterator[Server]:
    """A server of a release, of a link to one, or (None) of what an endpoint holds, stopped at the end."""
    given = json.dumps({"port": 0, "access_log": ""} | settings)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with log.open("w") as output:
            command = [sys.executable, "-c", _PROGRAM, given, str(release or "")]
            process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, text=True)
        try:
            server = Server(port_of(process, log), process, log)
            server.get("/healthz")  # the line is printed when connections can queue; here they are answered
            yield server
        finally:
            process.terminate()
            process.wait(SECONDS)


def port_of(process: "subprocess.Popen[str]", log: Path) -> int:
    """Where a server that has been started listens, once it does."""
    return int(wait_for(lambda: re.search(r"http://[^/]*:(\d+)/", log.read_text()), process)[1])


def wait_for(condition: Callable[[], Any], process: "subprocess.Popen[str] | None" = None) -> Any:
    """What `condition` gives once it is true."""
    end = time.monotonic() + SECONDS
    while not (found := condition()):
        assert time.monotonic() < end, "waited in vain"
        assert process is None or process.poll() is None, "the server ended"
        time.sleep(0.02)
    return found
