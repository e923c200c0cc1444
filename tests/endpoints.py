"""SPARQL servers of others on loopback: Oxigraph's, from PyPI, and Virtuoso, from Debian."""

import os
import shutil
import signal
import subprocess
import sysconfig
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import skip_aloud
from tests.running import free_port

_START_SECONDS = 60
VIRTUOSO_ROWS = 1_000  # that it gives at a time; its own default is 10,000
_VIRTUOSO = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temp.db
TransactionFile = {folder}/temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
ServerThreads = 20
NumberOfBuffers = 10000
DirsAllowed = {folder}
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
ServerThreads = 10
[SPARQL]
ResultSetMaxRows = {rows}
"""
_MAY_WRITE = "grant SPARQL_UPDATE to \"SPARQL\"; DB.DBA.RDF_DEFAULT_USER_PERMS_SET ('nobody', 7);"


@dataclass(frozen=True)
class Endpoint:
    """The services of a server."""

    query: str
    update: str
    graph_store: str

    @property
    def writing(self) -> dict[str, str]:
        return {"graph_store": self.graph_store, "update": self.update}


@contextmanager
def oxigraph(*options: str) -> Iterator[Endpoint]:
    """Oxigraph, empty, in memory."""
    port = free_port()
    program = Path(sysconfig.get_path("scripts")) / "oxigraph"
    if not program.exists():
        skip_aloud("Oxigraph's server is not installed: pip install oxigraph")
    url = f"http://127.0.0.1:{port}"
    with _running([str(program), "serve", "--bind", f"127.0.0.1:{port}", *options], f"{url}/query?query=ASK%7B%7D"):
        yield Endpoint(f"{url}/query", f"{url}/update", f"{url}/store")


@contextmanager
def virtuoso(folder: Path) -> Iterator[Endpoint]:
    """Virtuoso with nothing but its own graphs, where everybody may write."""
    if not (shutil.which("virtuoso-t") and shutil.which("isql-vt")):
        skip_aloud("Virtuoso is not installed: apt-get install virtuoso-opensource-7-bin")
    http, sql = free_port(), free_port()
    ini = folder / "virtuoso.ini"
    ini.write_text(_VIRTUOSO.format(folder=folder, http=http, sql=sql, rows=VIRTUOSO_ROWS))
    url = f"http://127.0.0.1:{http}"
    command = ["virtuoso-t", "+foreground", "+configfile", str(ini)]
    with _running(command, f"{url}/sparql?query=ASK%7B%7D", cwd=folder):
        isql = ["isql-vt", f"127.0.0.1:{sql}", "dba", "dba", f"exec={_MAY_WRITE}"]
        subprocess.run(isql, check=True, timeout=30, capture_output=True)
        yield Endpoint(f"{url}/sparql", f"{url}/sparql", f"{url}/sparql-graph-crud")


@contextmanager
def _running(command: Sequence[str], url: str, cwd: Path | None = None) -> Iterator[None]:
    """The server, from when it answers at `url`."""
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ)
    try:
        deadline = time.monotonic() + _START_SECONDS
        while not _answers(url):
            assert process.poll() is None, f"{command[0]} ended with {process.returncode}"
            assert time.monotonic() < deadline, f"{command[0]} did not start"
            time.sleep(0.05)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except (urllib.error.URLError, OSError):
        return False
