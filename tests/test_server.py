"""Processes, signals, slow clients, logs: a real server on a real port."""

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from axisld import pipeline
from axisld.pipeline import Built
from axisld.release import current_link
from tests.conftest import BASE, SITE
from tests.live import SECONDS, Server, serving, wait_for

LARGE_BYTES = 200 * 1024 * 1024
POST_HALF = (
    b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 6\r\n\r\nASK"
)


@pytest.fixture
def release(built: Built, tmp_path: Path) -> Path:
    """A copy of the release that the test may change."""
    return Path(shutil.copytree(built.path, tmp_path / "release"))


def add_dump(release: Path, file: str, size: int, claimed: int | None = None) -> None:
    """A file of zeros among the dumps, which takes no room on the disk; `claimed` is its size by the record."""
    with (release / "dumps" / file).open("wb") as dump:
        dump.truncate(size)
    record = json.loads((release / "release.json").read_text())
    record["dumps"].append(record["dumps"][0] | {"file": file, "size_bytes": size if claimed is None else claimed})
    (release / "release.json").write_text(json.dumps(record))


def test_a_port_that_is_taken_is_an_error_and_not_shared(server: Server, built: Built) -> None:
    with pytest.raises(AssertionError, match="the server ended"), serving(built.path, port=server.port):
        pass


def test_it_says_in_one_line_where_to_look(server: Server) -> None:
    assert server.log.read_text() == f"Serving at http://127.0.0.1:{server.port}/ (stop with Ctrl-C)\n"


def test_half_sent_requests_and_slow_bodies_hold_up_nobody(server: Server) -> None:
    with ExitStack() as connections:
        for _ in range(40):
            connection = connections.enter_context(server.connect())
            connection.sendall(b"GET /doc/rhine HTTP/1.1\r\nHost: x\r\nAccept: te")
        for _ in range(20):
            connection = connections.enter_context(server.connect())
            connection.sendall(POST_HALF)
        for path in ("/doc/rhine?slow=1", "/id/rhine", "/dumps/all.nt", "/sparql?query=ASK{}"):
            assert server.get(path).status in (200, 303)


def test_slow_readers_of_a_dump_hold_up_nobody_and_take_no_memory(release: Path) -> None:
    add_dump(release, "large.nt", LARGE_BYTES)
    with serving(release, web_threads=2) as server, ExitStack() as connections:
        before = memory_bytes(server)
        for index in range(20):
            connection = connections.enter_context(server.connect())
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            part = "Range: bytes=1-\r\n" if index % 2 else ""
            connection.sendall(f"GET /dumps/large.nt HTTP/1.1\r\nHost: x\r\n{part}\r\n".encode())
            assert connection.recv(12) == (b"HTTP/1.1 206" if part else b"HTTP/1.1 200")
        for path in ("/doc/rhine", "/doc/old-bridge.html", "/dumps/all.nt"):
            assert server.get(path).status == 200
        assert memory_bytes(server) - before < 100 * 1024 * 1024


def memory_bytes(server: Server) -> int:
    (child,) = server.children()
    resident = Path(f"/proc/{child}/statm").read_text().split()[1]
    return int(resident) * os.sysconf("SC_PAGE_SIZE")


def test_an_answer_that_breaks_off_is_seen_to_be_broken(release: Path) -> None:
    add_dump(release, "broken.nt", 100_000, claimed=200_000)
    with serving(release) as server:
        for headers in ({}, {"Range": "bytes=1-"}):
            with pytest.raises((http.client.IncompleteRead, ConnectionError)):
                server.request("GET", "/dumps/broken.nt", headers)


def test_a_body_that_does_not_come_is_408(built: Built) -> None:
    with serving(built.path, body_seconds=0.2) as server, server.connect() as connection:
        connection.sendall(POST_HALF)
        assert connection.recv(12) == b"HTTP/1.1 408"


def test_headers_that_do_not_come_end_the_connection(built: Built) -> None:
    with serving(built.path, header_seconds=0.2) as server, server.connect() as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nAcc")
        received = connection.recv(1000)
        assert received == b"" or b" 408 " in received.splitlines()[0]


def test_a_request_in_flight_is_finished_when_the_server_stops(built: Built) -> None:
    with serving(built.path) as server, server.connect() as connection:
        connection.sendall(POST_HALF)
        wait_for(lambda: in_flight(server))
        server.process.send_signal(signal.SIGTERM)
        wait_for(lambda: refuses(server))
        connection.sendall(b" {}")
        assert connection.recv(12) == b"HTTP/1.1 200"
        assert server.process.wait(SECONDS) == 0


def in_flight(server: Server) -> bool:
    """Whether the half-sent request has arrived: a connection that was answered since came after it."""
    return server.get("/healthz").status == 200


def refuses(server: Server) -> bool:
    try:
        with server.connect() as connection:
            connection.settimeout(0.2)
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            return connection.recv(1) == b""
    except OSError:
        return True


@pytest.fixture
def two_releases(tmp_path: Path) -> tuple[Path, Built, Built]:
    """A link to a release, that release, and the next one, which the link does not name yet."""
    root = Path(shutil.copytree(SITE, tmp_path / "site"))
    first = pipeline.build(root, tmp_path / "releases", BASE)
    link = current_link(tmp_path / "releases", BASE)
    target = link.readlink()
    with (root / "data" / "bridges.ttl").open("a", encoding="utf-8") as data:
        data.write('<new-bridge> a br:Bridge ; skos:prefLabel "New Bridge"@en .\n')
    second = pipeline.build(root, tmp_path / "releases", BASE)
    link.unlink()
    link.symlink_to(target)
    return link, first, second


def relink(link: Path, release: Path) -> None:
    aside = link.with_name("aside")
    aside.symlink_to(release)
    aside.replace(link)


def test_a_new_release_is_taken_up_without_dropping_a_request(two_releases: tuple[Path, Built, Built]) -> None:
    link, first, second = two_releases
    with serving(link) as server:
        statuses: list[object] = []
        stopping = threading.Event()
        clients = [
            threading.Thread(target=ask_on_and_on, args=(server, statuses, stopping, keep))
            for keep in (True, False) * 2
        ]
        for client in clients:
            client.start()
        try:
            for release in (second, first, second):
                relink(link, release.path)
                server.process.send_signal(signal.SIGHUP)
                wait_for(lambda: served(server) == {release.record.digest})  # noqa: B023 waited for at once
        finally:
            stopping.set()
            for client in clients:
                client.join()
        assert set(statuses) == {200}
        assert len(statuses) > 100
        assert server.get("/doc/new-bridge").status == 200


def ask_on_and_on(server: Server, statuses: list[object], stopping: threading.Event, keep: bool) -> None:
    """Requests one after the other, on a connection as long as the server keeps it or on a new one each time."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=SECONDS)
    while not stopping.is_set():
        try:
            connection.request("GET", "/doc/rhine", headers={"Connection": "keep-alive" if keep else "close"})
            response = connection.getresponse()
            response.read()
            statuses.append(response.status)
        except (OSError, http.client.HTTPException) as error:
            statuses.append(repr(error))
    connection.close()


def served(server: Server) -> set[str]:
    """The releases that some requests in a row see, once only one process is left to answer."""
    if len(server.children()) > 1:
        return set()
    return {server.get("/healthz").json["release"] for _ in range(3)}


def test_a_release_that_cannot_be_opened_leaves_the_old_one_served(two_releases: tuple[Path, Built, Built]) -> None:
    link, first, second = two_releases
    with serving(link) as server:
        (child,) = server.children()
        (second.path / "release.json").write_text("{}")
        relink(link, second.path)
        server.process.send_signal(signal.SIGHUP)
        wait_for(lambda: "not reloaded" in server.log.read_text())
        assert server.children() == [child]
        assert server.get("/healthz").json["release"] == first.record.digest


def test_a_serving_process_that_dies_is_replaced(built: Built) -> None:
    with serving(built.path) as server:
        (child,) = server.children()
        os.kill(child, signal.SIGKILL)
        wait_for(lambda: server.children() not in ([], [child]))
        assert server.get("/doc/rhine").status == 200


def test_no_process_outlives_a_server_that_was_killed(built: Built) -> None:
    with serving(built.path, drain_seconds=1) as server:
        server.get("/sparql?query=ASK{}")
        descendants = descendants_of(server.process.pid)
        assert len(descendants) >= 2
        server.process.kill()
        wait_for(lambda: not any(is_alive(pid) for pid in descendants))
        assert refuses(server)


def descendants_of(pid: int) -> list[int]:
    children: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError):  # a thread that has ended
            children += map(int, (task / "children").read_text().split())
    return children + [further for child in children for further in descendants_of(child)]


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


LOG_LINE = re.compile(
    r'(?P<client>\S+) - - \[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d \+0000\] "(?P<request>[^"\\]*(?:\\.[^"\\]*)*)" '
    r'(?P<status>\d{3}) (?P<size>\d+|-) "(?P<referrer>[^"\\]*(?:\\.[^"\\]*)*)" "(?P<agent>[^"\\]*(?:\\.[^"\\]*)*)"'
)


def test_requests_are_logged_in_the_common_format(built: Built, tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    with serving(built.path, access_log=str(log)) as server:
        size = len(server.get("/doc/rhine", "text/turtle", User_Agent='odd "agent"\\', X_Forwarded_For="9.9.9.9").body)
        server.request("HEAD", "/id/rhine?x=%22y")
    _, first, second = (LOG_LINE.fullmatch(line) for line in log.read_text().splitlines())  # /healthz comes first
    assert first
    assert second
    assert first.groupdict() == {
        "client": "127.0.0.1",
        "request": "GET /doc/rhine HTTP/1.1",
        "status": "200",
        "size": str(size),
        "referrer": "-",
        "agent": r"odd \"agent\"\\",
    }
    assert (second["request"], second["status"], second["size"]) == ("HEAD /id/rhine?x=%22y HTTP/1.1", "303", "-")


def test_a_proxy_is_believed_only_where_it_is_said_to_be_there(built: Built, tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    with serving(built.path, access_log=str(log), trusted_proxies=1) as server:
        server.get("/", X_Forwarded_For="6.6.6.6, 203.0.113.7")
    assert log.read_text().splitlines()[-1].startswith("203.0.113.7 - - ")


def test_any_wsgi_server_can_serve_it(built: Built) -> None:
    program = """
import sys, wsgiref.simple_server as simple
sys.path.insert(0, "")
import server
with simple.make_server("127.0.0.1", 0, server.app) as httpd:
    print(httpd.server_port, flush=True)
    httpd.serve_forever()
"""
    environment = os.environ | {"AXISLD_RELEASES": str(built.path.parent), "AXISLD_BASE_IRI": BASE}
    root = Path(__file__).parent.parent
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            assert process.stdout
            port = int(process.stdout.readline())
            other = Server(port, process, Path())  # type: ignore[arg-type]
            first = other.get("/doc/old-bridge", "text/turtle", Accept_Encoding="gzip")
            assert first.status == 200
            assert other.get("/id/a%20b").status == 404
            again = other.get(
                "/doc/old-bridge", "text/turtle", Accept_Encoding="gzip", If_None_Match=first.headers["etag"]
            )
            assert again.status == 304
            assert other.get("/dumps/all.nt", Range="bytes=0-9").status == 206
            assert other.get("/sparql?query=ASK{}").json["boolean"] is True
            assert other.request("HEAD", "/doc/rhine").body == b""
        finally:
            process.kill()


def test_a_log_that_nobody_reads_holds_up_nobody(built: Built, tmp_path: Path) -> None:
    log = tmp_path / "log"
    os.mkfifo(log)
    reader = os.open(log, os.O_RDONLY | os.O_NONBLOCK)
    try:
        with serving(built.path, access_log=str(log)) as server:
            for number in range(100):  # with 4 KB each, several times what the system keeps for a reader
                assert server.get(f"/healthz?{number:04000}").status == 200
                time.sleep(0.02)  # the lines are written in several turns
            assert b'"GET /healthz?0' in os.read(reader, 4096)
    finally:
        os.close(reader)


@pytest.mark.parametrize(
    ("head", "status"),
    [
        pytest.param(b"GET /healthz HTTP/1.1\r\nHost: x\r\n", 200, id="one host"),
        pytest.param(b"GET /healthz HTTP/1.1\r\n", 400, id="no host"),
        pytest.param(b"GET /healthz HTTP/1.1\r\nHost: x\r\nHost: y\r\n", 400, id="two hosts"),
        pytest.param(b"GET /healthz HTTP/1.1\r\nHost: [::1]:80\r\n", 200, id="an address"),
        pytest.param(b"GET /healthz HTTP/1.0\r\n", 200, id="HTTP/1.0, without"),
    ],
)
def test_a_request_names_the_host_that_it_asks(server: Server, head: bytes, status: int) -> None:
    with server.connect() as connection:
        connection.sendall(head + b"Connection: close\r\n\r\n")
        assert int(connection.recv(100).split()[1]) == status
