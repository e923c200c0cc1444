"""The endpoint under kills and hostile requests, on a real server: look-ups go on, answers are right, counts true."""

import os
import random
import re
import signal
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import pytest

from axisld.pipeline import Built
from tests.hostile import Case, cases
from tests.live import Answer, Server, serving, wait_for
from tests.test_sandbox import are_gone

SOAK_SECONDS = 5
LOOK_UPS = ("/doc/rhine.ttl", "/doc/old-bridge.html", "/doc/old-bridge.nt", "/graph/data.nq")
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?o ?p }"
FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has /proc")


def ask(server: Server, query: str, accept: str = "text/csv") -> Answer:
    return server.get(f"/sparql?query={quote(query)}", accept)


def workers(server: Server) -> list[int]:
    """The processes that run queries."""
    found = []
    for serving_process in server.children():
        for task in Path(f"/proc/{serving_process}/task").iterdir():
            found += [int(pid) for pid in (task / "children").read_text().split()]
    return found


def memory_bytes(server: Server) -> int:
    """Of the process that serves and of those that run queries."""
    pages = [Path(f"/proc/{pid}/statm").read_text().split()[1] for pid in (*server.children(), *workers(server))]
    return sum(map(int, pages)) * os.sysconf("SC_PAGE_SIZE")


def metrics(server: Server) -> dict[str, float]:
    lines = server.get("/metrics").text.splitlines()
    pairs = (line.rpartition(" ")[::2] for line in lines if not line.startswith("#"))
    return {name: float(value) for name, value in pairs}


@LINUX
def test_killing_workers_at_random_loses_no_look_up_and_makes_no_answer_wrong(built: Built) -> None:
    triples = built.record.parts[0].triples
    with serving(built.path, query_workers=2, cache_bytes=0) as server:
        for number in range(8):
            assert ask(server, f"SELECT (COUNT(*) + {number} AS ?x) {{ ?s ?p ?o }}").status == 200
        expected = {path: server.get(path).body for path in LOOK_UPS}
        before = memory_bytes(server)
        end = time.monotonic() + SOAK_SECONDS
        met: Counter[str] = Counter()
        killed: list[int] = []

        def look_up() -> None:
            while time.monotonic() < end:
                for path in LOOK_UPS:
                    answer = server.get(path)
                    assert (answer.status, answer.body) == (200, expected[path])
                    met["look-up"] += 1

        def query(client: int) -> None:
            number = 0
            while time.monotonic() < end:
                number += 1
                is_large = number % 4 == 0  # takes long enough to be killed halfway
                pattern, count = ("?a ?b ?c . ?d ?e ?f", triples**2) if is_large else ("?s ?p ?o", triples)
                answer = ask(server, f"SELECT (COUNT(*) + {client * 100_000 + number} AS ?x) {{ {pattern} }}")
                met[str(answer.status)] += 1
                if answer.status == 200:
                    assert answer.text == f"x\r\n{count + client * 100_000 + number}\r\n"
                else:
                    assert (answer.status, answer.media_type) == (503, "application/problem+json")
                    assert answer.headers["retry-after"]

        with ThreadPoolExecutor(5) as threads:
            busy = [threads.submit(look_up) for _ in range(2)] + [threads.submit(query, client) for client in range(3)]
            chance = random.Random(4)
            while time.monotonic() < end:
                time.sleep(chance.uniform(0.05, 0.25))
                with suppress(ProcessLookupError, IndexError, FileNotFoundError):
                    killed.append(chance.choice(workers(server)))
                    os.kill(killed[-1], signal.SIGKILL)
                    met["kills"] += 1
            for future in busy:
                future.result()
        assert min(met["look-up"], met["200"], met["kills"]) > 5, met
        assert are_gone(set(killed))  # one that has yet to die might take the next query
        wait_for(lambda: metrics(server)['axisld_query_workers{state="free"}'] == 2)
        assert ask(server, "SELECT (1 AS ?x) {}").text == "x\r\n1\r\n"
        assert len(workers(server)) == 2
        # One that is just being started counts with the memory of the process that starts it.
        wait_for(lambda: memory_bytes(server) < before * 1.3)


def get_raw(target: bytes) -> bytes:
    return b"GET " + target + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def post_raw(body: bytes, content_type: str, *headers: str) -> bytes:
    lines = [f"Content-Type: {content_type}", f"Content-Length: {len(body)}", "Host: x", "Connection: close", *headers]
    return ("POST /sparql HTTP/1.1\r\n" + "\r\n".join(lines) + "\r\n\r\n").encode() + body


def parameters(case: Case) -> bytes:
    return case.text.encode("latin-1" if "ÿ" in case.text else "utf-8").replace(b" ", b"%20")


REQUESTS = [
    pytest.param(get_raw(b"/sparql?query=" + b"x" * 100_000), id="a target without end"),
    pytest.param(post_raw(b"ASK{}" + b" " * 300_000, DIRECT), id="a body over the limit"),
    pytest.param(post_raw(b"query=" + b"%20" * 90_000, FORM), id="a form over the limit"),
    pytest.param(post_raw(b"ASK{}" + b" " * 200_000, DIRECT), id="a query over the limit"),
    pytest.param(post_raw(b"\xff\xfeA\x00S\x00K\x00{\x00}\x00", DIRECT), id="UTF-16"),
    pytest.param(post_raw(b"ASK{}", f"{DIRECT}; charset=utf-7"), id="a charset that is not UTF-8"),
    pytest.param(post_raw(b"\x1f\x8bnot gzip", DIRECT, "Content-Encoding: gzip"), id="what is not compressed"),
    pytest.param(post_raw(b"--x\r\n\r\nASK{}", "multipart/form-data; boundary=x"), id="a form of parts"),
    pytest.param(post_raw(b"ASK{}", "x" * 8_000), id="a media type without end"),
    pytest.param(post_raw(b"", DIRECT), id="nothing"),
    pytest.param(b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", id="a length below nothing"),
    pytest.param(b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", id="no chunk"),
    pytest.param(
        b"GET /sparql?query=ASK{} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAccept: " + b"a/b," * 9_000 + b"\r\n\r\n",
        id="Accept",
    ),
    *(pytest.param(get_raw(b"/sparql?" + parameters(case)), id=f"GET {case.name}") for case in cases("requests.txt")),
    *(pytest.param(post_raw(parameters(case), FORM), id=f"POST {case.name}") for case in cases("requests.txt")),
]


@pytest.mark.parametrize("sent", REQUESTS)
def test_after_a_hostile_request_a_look_up_is_answered(server: Server, sent: bytes) -> None:
    received = b""
    with suppress(ConnectionResetError, BrokenPipeError):  # the server may hang up on what it does not want to read
        received = server.raw(sent)
    status = int(received.split(b" ", 2)[1]) if received else 400
    assert status < 500
    assert server.get("/doc/rhine.ttl").status == 200


@pytest.mark.parametrize(
    "half",
    [
        pytest.param(b"GET /sparql?query=ASK", id="half a line"),
        pytest.param(post_raw(b"ASK{}", DIRECT)[:-2], id="half a body"),
        pytest.param(post_raw(b"query=ASK{}", FORM)[:-9], id="half a form"),
        pytest.param(
            b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n3\r\nASK\r\n",
            id="half of the chunks",
        ),
    ],
)
def test_clients_that_send_slowly_or_go_away_hold_up_nobody(server: Server, half: bytes) -> None:
    connections = [server.connect() for _ in range(20)]
    for connection in connections:
        connection.sendall(half)
    assert server.get("/doc/rhine.ttl").status == 200
    for connection in connections:
        connection.close()
    assert ask(server, "SELECT (1 AS ?x) {}").status == 200


@LINUX
def test_metrics_tell_what_became_of_each_query(built: Built) -> None:
    settings = {"query_workers": 1, "query_seconds": 3.0, "query_queue": 1, "query_result_bytes": 2_000}
    with serving(built.path, **settings) as server:
        assert [ask(server, "SELECT (1 AS ?x) {}").status for _ in range(2)] == [200, 200]  # the second from memory
        assert ask(server, "SELECT * { ?s ?p }").status == 400
        assert ask(server, "SELECT * { ?s ?p ?o }").json["limit"] == "result"
        assert ask(server, ENDLESS).json["limit"] == "seconds"
        assert ask(server, "SELECT (2 AS ?x) {}").status == 200  # the worker in its place is ready
        with ThreadPoolExecutor(1) as threads:
            killed = threads.submit(ask, server, ENDLESS)
            wait_for(lambda: metrics(server)['axisld_queries{state="running"}'] == 1)
            os.kill(workers(server)[0], signal.SIGKILL)
            assert killed.result().json["limit"] == "crash"
        assert ask(server, "SELECT (3 AS ?x) {}").status == 200
        with server.connect() as leaving:
            leaving.sendall(get_raw(f"/sparql?query={quote(ENDLESS)}".encode()))
            wait_for(lambda: metrics(server)['axisld_queries{state="running"}'] == 1)
        wait_for(lambda: metrics(server)['axisld_query_workers{state="free"}'] == 1)
        found = metrics(server)
    outcomes = {"ok": 3, "query": 1, "result": 1, "seconds": 1, "crash": 1, "cancelled": 1}
    assert {name: found[f'axisld_queries_total{{outcome="{name}"}}'] for name in outcomes} == outcomes
    for reason in ("seconds", "crash", "cancelled"):
        assert found[f'axisld_query_workers_ended_total{{reason="{reason}"}}'] == 1
    assert found["axisld_cache_hits_total"] >= 1
    assert found["axisld_query_seconds_count"] == found['axisld_query_seconds_bucket{le="+Inf"}'] == 8
    assert found['axisld_query_seconds_bucket{le="0.5"}'] <= 7
    assert 3 <= found["axisld_query_seconds_sum"] < 20
    assert (found['axisld_queries{state="waiting"}'], found['axisld_queries{state="running"}']) == (0, 0)
    assert found['axisld_query_workers{state="all"}'] == 1


def test_slow_queries_are_in_the_log_with_time_and_outcome_and_without_who_asked(built: Built) -> None:
    with serving(built.path, query_workers=1, query_slow_seconds=1e-6, query_seconds=0.3) as server:
        ask(server, "SELECT (1 AS ?quick) {}")
        ask(server, ENDLESS)
        lines = [line for line in server.log.read_text().splitlines() if "slow query" in line]
    assert len(lines) == 2
    assert re.search(r'slow query: \d+\.\d{3} s, ok: "SELECT \(1 AS \?quick\) \{\}"', lines[0])
    assert re.search(r"slow query: \d+\.\d{3} s, seconds: ", lines[1])
    assert "127.0.0.1" not in "".join(lines)


def test_answers_that_differ_each_time_are_kept_by_nobody(server: Server) -> None:
    for volatile in ("NOW()", "RAND()", "UUID()", "STRUUID()", "BNODE()"):
        answer = ask(server, f"SELECT ({volatile} AS ?x) {{}}")
        assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    assert ask(server, "SELECT (RAND() AS ?x) {}").body != ask(server, "SELECT (RAND() AS ?x) {}").body


def test_proxies_may_keep_answers_and_ask_whether_they_still_hold(server: Server) -> None:
    first = ask(server, "SELECT  (1 AS ?x) # the same but for spaces\n{}")
    again = ask(server, "SELECT (1 AS ?x)\n{}")
    assert first.headers["etag"] == again.headers["etag"]
    assert re.fullmatch(r"public, max-age=\d+(, .*)?", first.headers["cache-control"])
    unchanged = server.get(
        f"/sparql?query={quote('SELECT (1 AS ?x) {}')}", "text/csv", If_None_Match=first.headers["etag"]
    )
    assert (unchanged.status, unchanged.body) == (304, b"")
    assert unchanged.headers["etag"] == first.headers["etag"]
