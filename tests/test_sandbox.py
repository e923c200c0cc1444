"""Queries in processes of their own: answers as from the engine itself, limits that hold, nothing left behind."""

import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
from pyoxigraph import QueryResultsFormat, RdfFormat

from axisld.errors import QueryError, QueryLimitError, StoreError, UnrepresentableError
from axisld.sparql.results import GRAPH_WRITER
from axisld.store.sandbox import Cancellation, Query, QueryCancelledError, Sandbox
from tests.conftest import ROOT
from tests.hostile import NAMESPACE, NODES, build_store

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?o ?p }"
EASY = Query("ASK { ?s ?p ?o }", "srj")
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has seccomp and /proc")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_store(tmp_path_factory.mktemp("store"))


@pytest.fixture
def make(store: Path) -> Iterator[Callable[..., Sandbox]]:
    """Sandboxes on the store, ended with the test."""
    made: list[Sandbox] = []

    def make_one(**settings: Any) -> Sandbox:
        chosen = {"graph_writer": GRAPH_WRITER, "seconds": 10.0, "memory_bytes": 2**28, **settings}
        made.append(Sandbox(chosen.pop("store", store), **chosen))
        return made[-1]

    yield make_one
    for sandbox in made:
        sandbox.close()


@pytest.fixture(scope="module", params=[False, True], ids=["on disk", "in memory"])
def in_memory(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture(scope="module")
def sandbox(store: Path, in_memory: bool) -> Iterator[Sandbox]:
    made = Sandbox(store, graph_writer=GRAPH_WRITER, in_memory=in_memory, seconds=10, base_iri=NAMESPACE)
    yield made
    made.close()


@pytest.fixture(scope="module")
def engine(store: Path, in_memory: bool) -> pyoxigraph.Store:
    """Of the same kind: what has no order comes in another one from the disk, and always in the same."""
    on_disk = pyoxigraph.Store.read_only(str(store))
    if not in_memory:
        return on_disk
    held = pyoxigraph.Store()
    held.bulk_extend(on_disk)
    return held


def children() -> set[int]:
    """The processes that this one has started, those of other threads included."""
    found = set()
    for task in Path("/proc/self/task").iterdir():
        found |= {int(pid) for pid in (task / "children").read_text().split()}
    return found


def are_gone(pids: set[int], seconds: float = 5.0) -> bool:
    """Whether all the processes end within `seconds`."""
    deadline = time.monotonic() + seconds
    while any(is_alive(pid) for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def is_alive(pid: int) -> bool:
    """Whether any thread of the process is: its first one may be gone before the others."""
    for task in Path(f"/proc/{pid}").glob("task/*"):
        with suppress(OSError):
            if facts(task)[0] not in "ZX":
                return True
    return False


def facts(process: Path) -> list[str]:
    """What /proc says of a process or thread, from its state on."""
    return (process / "stat").read_text().rpartition(")")[2].split()


def wait_until_busy(pid: int, ticks: int = 5) -> None:
    """Return when the process has worked for some more ticks of the clock: it has got its query."""

    def used() -> int:
        return sum(map(int, facts(Path(f"/proc/{pid}"))[11:13]))

    first = used()
    while used() < first + ticks:
        time.sleep(0.01)


def in_background(sandbox: Sandbox, query: Query, cancellation: Cancellation | None = None) -> Any:
    """The future of a query that has begun to run."""
    executor = ThreadPoolExecutor(1)
    future = executor.submit(sandbox.run, query, cancellation)
    executor.shutdown(wait=False)
    while not sandbox.statistics().running:
        time.sleep(0.005)
    return future


PREFIX = f"PREFIX e: <{NAMESPACE}> "


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o", id="everything"),
        pytest.param("SELECT (1 AS ?x) {}", id="no pattern"),
        pytest.param("SELECT * { ?s e:nothing ?o }", id="no row"),
        pytest.param("SELECT ?a ?none { ?a e:number 7 }", id="an unbound variable"),
        pytest.param("SELECT ?l (COUNT(*) AS ?n) { ?s e:knows ?k . ?k e:label ?l } GROUP BY ?l", id="groups"),
        pytest.param("SELECT DISTINCT ?b { e:n0 e:next+ ?b }", id="a path"),
        pytest.param("SELECT * { ?a e:number ?n FILTER(?n < 9) OPTIONAL { ?a e:none ?x } }", id="OPTIONAL"),
        pytest.param("SELECT * { GRAPH ?g { e:n4 ?p ?o } }", id="GRAPH"),
        pytest.param("SELECT * { { ?a e:number 1 } UNION { ?a e:number 2 } MINUS { ?a e:label 'x' } }", id="UNION"),
        pytest.param("SELECT (AVG(?n) AS ?x) (SUM(?n) AS ?y) { ?a e:number ?n }", id="sums"),
        pytest.param("SELECT (REPLACE(STR(?l), 'node', 'knot') AS ?x) { e:n5 e:label ?l }", id="functions"),
        pytest.param(r"SELECT ('a,b\"\n\t\\' AS ?x) ('é漢😀'@fr AS ?y) {}", id="odd characters"),
        pytest.param("SELECT * { ?a e:number ?n } ORDER BY DESC(?n) LIMIT 5 OFFSET 3", id="a page"),
        pytest.param("ASK { e:n1 e:next e:n2 }", id="yes"),
        pytest.param("ASK { e:n1 e:next e:n3 }", id="no"),
        pytest.param("CONSTRUCT { ?o ?p ?s } WHERE { ?s ?p ?o FILTER(isIRI(?o)) }", id="a graph"),
        pytest.param("DESCRIBE e:n1", id="a description"),
    ],
)
def test_answers_are_those_of_the_engine(sandbox: Sandbox, engine: pyoxigraph.Store, text: str) -> None:
    is_graph = text.startswith(("CONSTRUCT", "DESCRIBE"))
    formats: dict[str, Any] = (
        {"nt": RdfFormat.N_TRIPLES, "nq": RdfFormat.N_QUADS}
        if is_graph
        else {"srj": QueryResultsFormat.JSON, "srx": QueryResultsFormat.XML}
        | ({} if text.startswith("ASK") else {"csv": QueryResultsFormat.CSV, "tsv": QueryResultsFormat.TSV})
    )
    for suffix, format_ in formats.items():
        expected = engine.query(PREFIX + text, use_default_graph_as_union=True).serialize(format=format_)
        answer = sandbox.run(Query(PREFIX + text, suffix))
        assert answer.size == len(expected or b"")
        assert answer.read() == expected


GRAPHS = "SELECT DISTINCT ?g { { ?s ?p ?o BIND('default' AS ?g) } UNION { GRAPH ?g { ?s ?p ?o } } } ORDER BY ?g"
EVEN, ODD = f"{NAMESPACE}graph/even", f"{NAMESPACE}graph/odd"


@pytest.mark.parametrize(
    ("clauses", "default_graphs", "named_graphs", "triples", "named"),
    [
        pytest.param("", (), (), 6 * NODES + 1, {EVEN, ODD}, id="the union, and all named graphs"),
        pytest.param(f"FROM <{EVEN}>", (), (), 3 * NODES, set(), id="FROM"),
        pytest.param(f"FROM NAMED <{ODD}>", (), (), 0, {ODD}, id="FROM NAMED"),
        pytest.param(f"FROM <{EVEN}> FROM NAMED <{ODD}>", (), (), 3 * NODES, {ODD}, id="both"),
        pytest.param("", (EVEN,), (), 3 * NODES, set(), id="a default graph by protocol"),
        pytest.param("", (EVEN, ODD), (), 6 * NODES, set(), id="two default graphs by protocol"),
        pytest.param("", (), (ODD,), 0, {ODD}, id="a named graph by protocol"),
        pytest.param(f"FROM <{EVEN}>", (), (ODD,), 0, {ODD}, id="the protocol overrides FROM"),
        pytest.param("FROM <http://e/unknown>", (), (), 0, set(), id="a graph that is not there"),
    ],
)
def test_the_dataset_is_the_one_that_was_asked_for(
    sandbox: Sandbox,
    clauses: str,
    default_graphs: tuple[str, ...],
    named_graphs: tuple[str, ...],
    triples: int,
    named: set[str],
) -> None:
    """SPARQL 1.1 Protocol, 2.1.4 "Specifying an RDF Dataset"."""

    def rows(pattern: str) -> list[str]:
        text = f"SELECT ?x {clauses} {{ {pattern} }}"
        query = Query(
            text, "csv", declares_dataset=bool(clauses), default_graphs=default_graphs, named_graphs=named_graphs
        )
        return sandbox.run(query).read().decode().split("\r\n")[1:-1]

    assert rows("{ SELECT (COUNT(*) AS ?x) { ?s ?p ?o } }") == [str(triples)]
    assert set(rows("{ SELECT DISTINCT ?x { GRAPH ?x { ?s ?p ?o } } }")) == named


def test_a_publication_may_keep_its_own_default_graph(make: Callable[..., Sandbox]) -> None:
    sandbox = make(default_graph="declared")
    assert sandbox.run(Query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "csv")).read() == b"n\r\n1\r\n"


def test_relative_iris_are_resolved(sandbox: Sandbox) -> None:
    assert json.loads(sandbox.run(Query("ASK { <n1> <next> <n2> }", "srj")).read())["boolean"]


@pytest.mark.parametrize(
    ("limits", "text", "limit"),
    [
        pytest.param({"seconds": 0.3}, ENDLESS, "seconds", id="seconds"),
        pytest.param({"memory_bytes": 2**26}, "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f", "memory", id="memory"),
        pytest.param({"result_bytes": 2**16}, "SELECT * { ?s ?p ?o }", "result", id="result"),
        pytest.param({"result_bytes": 2**16}, "CONSTRUCT WHERE { ?s ?p ?o }", "result", id="a graph as result"),
        pytest.param({}, f"SELECT ({'STR(' * 100_000}1{')' * 100_000} AS ?x) {{}}", "stack", id="stack"),
    ],
)
def test_a_limit_ends_one_query_and_nothing_else(
    make: Callable[..., Sandbox], limits: dict[str, Any], text: str, limit: str
) -> None:
    sandbox = make(processes=1, **limits)
    with pytest.raises(QueryLimitError) as caught:
        sandbox.run(Query(text, "ttl" if text.startswith("CONSTRUCT") else "srj"))
    assert caught.value.limit == limit
    assert str(caught.value)
    assert sandbox.run(EASY).read()
    assert sandbox.statistics().outcomes == {limit: 1, "ok": 1}


def test_a_query_may_ask_for_less_time_but_not_for_more(make: Callable[..., Sandbox]) -> None:
    sandbox = make(seconds=0.5)
    for seconds, most in ((0.2, 0.2), (1000.0, 0.5)):
        with pytest.raises(QueryLimitError, match=f"longer than {most} s"):
            sandbox.run(Query(ENDLESS, "srj", seconds=seconds))


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        pytest.param("SELECT *\nWHERE { ?s ?p }", 2, 16, "cannot be understood", id="syntax"),
        pytest.param("SELECT * { ?s a e:X }", 1, 20, "Prefix not found", id="prefix"),
        pytest.param("SELECT (<http://e/f>(1) AS ?x) {}", 0, 0, "not supported", id="an unknown function"),
    ],
)
def test_a_mistake_is_shown_with_its_place(sandbox: Sandbox, text: str, line: int, column: int, message: str) -> None:
    with pytest.raises(QueryError, match=message) as caught:
        sandbox.run(Query(text, "srj"))
    assert (caught.value.line, caught.value.column) == (line, column)


def test_what_a_format_cannot_hold_is_said(sandbox: Sandbox) -> None:
    for text, suffix in ((r'SELECT ("\u0001" AS ?x) {}', "srx"), ("CONSTRUCT { <e:a> <e:/> 1 } WHERE {}", "rdf")):
        with pytest.raises(UnrepresentableError):
            sandbox.run(Query(text, suffix))


def test_xml_keeps_carriage_returns(sandbox: Sandbox) -> None:
    """The engine writes them bare, and every parser of XML makes line feeds of them (XML 1.0, 2.11)."""
    assert b"a&#13;\nb" in sandbox.run(Query(r'SELECT ("a\r\nb" AS ?x) {}', "srx")).read()


def test_a_large_answer_is_whole(make: Callable[..., Sandbox]) -> None:
    sandbox = make(result_bytes=2**25)
    answer = sandbox.run(Query(f"{PREFIX} SELECT ?a ?e {{ ?a e:number ?b . ?d e:number ?e }}", "csv"))
    lines = answer.read().split(b"\r\n")
    assert answer.size > 2_000_000
    assert len(lines) == NODES * NODES + 2


def test_a_store_that_is_not_there_is_a_failure_of_the_store(make: Callable[..., Sandbox], tmp_path: Path) -> None:
    sandbox = make(store=tmp_path / "nothing")
    for _ in range(3):
        with pytest.raises(StoreError, match="cannot be opened"):
            sandbox.run(EASY)


def test_a_store_that_is_damaged_is_not_the_fault_of_the_query(make: Callable[..., Sandbox], tmp_path: Path) -> None:
    build_store(tmp_path / "store")
    for file in (tmp_path / "store").glob("*.sst"):
        file.write_bytes(bytes(len(file.read_bytes())))
    with pytest.raises(StoreError):
        make(store=tmp_path / "store").run(EASY)


@LINUX
def test_a_worker_that_somebody_kills_is_replaced(make: Callable[..., Sandbox]) -> None:
    before = children()
    sandbox = make(processes=1)
    sandbox.run(EASY).close()
    running = in_background(sandbox, Query(ENDLESS, "srj"))
    (worker,) = children() - before
    wait_until_busy(worker)  # one that dies before it gets its query is replaced without a word
    os.kill(worker, signal.SIGKILL)
    with pytest.raises(QueryLimitError, match="ended unexpectedly") as caught:
        running.result(5)
    assert caught.value.limit == "crash"
    sandbox.run(EASY).close()
    idle = children() - before
    for pid in idle:
        os.kill(pid, signal.SIGKILL)
    assert are_gone(idle)
    assert sandbox.run(EASY).read()


def test_a_process_that_ends_by_itself_is_replaced(
    make: Callable[..., Sandbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT), prepend=os.pathsep)
    sandbox = make(graph_writer="tests.hostile.powers:crash")
    with pytest.raises(QueryLimitError, match="ended unexpectedly"):
        sandbox.run(Query("DESCRIBE <e:a>", "ttl"))
    assert sandbox.run(EASY).read()


def test_a_client_that_goes_away_frees_its_worker(make: Callable[..., Sandbox]) -> None:
    sandbox = make(processes=1)
    cancellation = Cancellation()
    running = in_background(sandbox, Query(ENDLESS, "srj"), cancellation)
    cancellation.cancel()
    with pytest.raises(QueryCancelledError):
        running.result(5)
    assert sandbox.run(EASY).seconds < 5
    assert sandbox.statistics().outcomes == {"cancelled": 1, "ok": 1}


def test_a_client_that_went_away_before_its_turn_is_not_served(make: Callable[..., Sandbox]) -> None:
    sandbox = make(processes=1)
    first, second = Cancellation(), Cancellation()
    running = in_background(sandbox, Query(ENDLESS, "srj", client="a"), first)
    waiting = ThreadPoolExecutor(1).submit(sandbox.run, Query(ENDLESS, "srj", client="b"), second)
    while not sandbox.statistics().waiting:
        time.sleep(0.005)
    second.cancel()
    with pytest.raises(QueryCancelledError):
        waiting.result(5)
    first.cancel()
    with pytest.raises(QueryCancelledError):
        running.result(5)


def test_one_client_cannot_keep_the_others_waiting(make: Callable[..., Sandbox]) -> None:
    sandbox = make(processes=2, seconds=3)
    cancellation = Cancellation()
    with ThreadPoolExecutor(4) as threads:
        greedy = [threads.submit(sandbox.run, Query(ENDLESS, "srj", client="greedy"), cancellation) for _ in range(4)]
        while sandbox.statistics().waiting < 3:
            time.sleep(0.005)
        for number in range(20):
            assert sandbox.run(Query("ASK {}", "srj", client=f"modest {number}")).seconds < 2
        cancellation.cancel()
    # Only one of them heard of it: a cancellation belongs to one query.
    assert len([future for future in greedy if future.exception()]) == 4


def test_too_many_are_turned_away_at_once(make: Callable[..., Sandbox]) -> None:
    sandbox = make(processes=1, places=4, seconds=0.5)
    assert sandbox.capacity == 5
    with ThreadPoolExecutor(8) as threads:
        asked = [threads.submit(sandbox.run, Query(ENDLESS, "srj", client=f"{n}")) for n in range(8)]
        limits = [future.exception().limit for future in asked[:8] if future.exception(15)]  # type: ignore[union-attr]
    assert limits.count("queue") >= 3


def test_slow_queries_are_logged_without_their_clients(
    make: Callable[..., Sandbox], caplog: pytest.LogCaptureFixture
) -> None:
    sandbox = make(slow_seconds=0.0)
    with caplog.at_level(logging.WARNING, "axisld.query"):
        sandbox.run(Query("ASK {\n?s ?p ?o }", "srj", client="192.0.2.7"))
    assert r'ok: "ASK {\n?s ?p ?o }"' in caplog.text
    assert "192.0.2.7" not in caplog.text


def test_statistics_count_as_prometheus_does(make: Callable[..., Sandbox]) -> None:
    sandbox = make(processes=1, seconds=0.3, memory_bytes=2**30)  # one more arena of malloc does not wear it out
    sandbox.run(EASY).close()
    with pytest.raises(QueryLimitError):
        sandbox.run(Query(ENDLESS, "srj"))
    counts = sandbox.statistics()
    assert counts.outcomes == {"ok": 1, "seconds": 1}
    assert counts.ended == {"seconds": 1}
    assert [count for _, count in counts.seconds] == sorted(count for _, count in counts.seconds)
    assert counts.seconds[-1] == (20.0, 2)
    assert (counts.waiting, counts.running, counts.workers) == (0, 0, 1)


@LINUX
def test_a_worker_has_no_powers(
    make: Callable[..., Sandbox], store: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT), prepend=os.pathsep)
    monkeypatch.setenv("A_SECRET", "x")
    sandbox = make(graph_writer="tests.hostile.powers:attempt", prefixes={"store": str(store)})
    done = json.loads(sandbox.run(Query("DESCRIBE <e:a>", "ttl")).read())
    if sandbox.weaknesses:
        pytest.skip("; ".join(sandbox.weaknesses))
    assert done == []
    sandbox = make(graph_writer="tests.hostile.powers:environment")
    assert "A_SECRET" not in json.loads(sandbox.run(Query("DESCRIBE <e:a>", "ttl")).read())


@LINUX
def test_closing_leaves_no_process_and_no_file_open(store: Path) -> None:
    before, files = children(), len(list(Path("/proc/self/fd").iterdir()))
    sandbox = Sandbox(store, graph_writer=GRAPH_WRITER, seconds=10)
    running = in_background(sandbox, Query(ENDLESS, "srj"))
    sandbox.close()
    with pytest.raises(StoreError):
        running.result(5)
    assert children() == before
    assert len(list(Path("/proc/self/fd").iterdir())) == files
    with pytest.raises(StoreError):
        sandbox.run(EASY)


def test_closing_can_wait_for_the_queries_under_way(store: Path) -> None:
    sandbox = Sandbox(store, graph_writer=GRAPH_WRITER, seconds=10)
    text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }"
    running = in_background(sandbox, Query(text, "csv"))
    sandbox.close(drain_seconds=10)
    assert running.result(1).read() == f"n\r\n{(6 * NODES + 1) ** 2}\r\n".encode()


SERVER = """
import sys, threading, time
from pathlib import Path
from axisld.store.sandbox import Query, Sandbox
sandbox = Sandbox(Path(sys.argv[1]), graph_writer="axisld.sparql.results:write_graph", seconds=60)
sandbox.run(Query("ASK {}", "srj")).close()
for client in "ab":
    threading.Thread(target=sandbox.run, args=[Query(sys.argv[2], "srj", client=client)], daemon=True).start()
while sandbox.statistics().running < 2:
    time.sleep(0.01)
print(flush=True)
sys.stdin.read(1)
"""


@LINUX
@pytest.mark.parametrize(
    "stop",
    [
        pytest.param(signal.SIGKILL, id="kill -9"),
        pytest.param(signal.SIGTERM, id="SIGTERM"),
        pytest.param(signal.SIGINT, id="Ctrl-C"),
        pytest.param(None, id="its own end"),
    ],
)
def test_no_process_outlives_the_server(store: Path, stop: signal.Signals | None) -> None:
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(store), ENDLESS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert server.stdout
    server.stdout.readline()
    tasks = Path(f"/proc/{server.pid}/task").iterdir()
    workers = {int(pid) for task in tasks for pid in (task / "children").read_text().split()}
    assert len(workers) == 2
    if stop:
        server.send_signal(stop)
    server.communicate(b"x")
    assert are_gone(workers)


def test_many_threads_get_their_own_answers(make: Callable[..., Sandbox]) -> None:
    sandbox = make(processes=2, places=200)

    def ask(number: int) -> bool:
        text = f"SELECT (?n + {number} AS ?x) {{ <{NAMESPACE}n1> <{NAMESPACE}number> ?n }}"
        return sandbox.run(Query(text, "csv", client=str(number % 40))).read() == f"x\r\n{number + 1}\r\n".encode()

    with ThreadPoolExecutor(16) as threads:
        assert all(threads.map(ask, range(400)))


def test_named_nodes_of_the_protocol_are_checked_by_the_engine(sandbox: Sandbox) -> None:
    with pytest.raises(QueryError):
        sandbox.run(Query("ASK {}", "srj", default_graphs=("http://e/ x",)))


def test_large_answers_that_nobody_reads_do_not_fill_the_disk(make: Callable[..., Sandbox]) -> None:
    sandbox = make(large_answers=4)
    large = f"{PREFIX} SELECT ?a ?e {{ ?a e:number ?b . ?d e:number ?e VALUES ?z {{ 1 2 3 }} }}"
    kept = [sandbox.run(Query(large, "srj", client="a"))]
    with pytest.raises(QueryLimitError) as caught:
        sandbox.run(Query(large, "srj", client="a"))
    assert caught.value.limit == "share"
    kept += [sandbox.run(Query(large, "srj", client=client)) for client in "bcd"]
    with pytest.raises(QueryLimitError) as caught:
        sandbox.run(Query(large, "srj", client="e"))
    assert caught.value.limit == "queue"
    assert sandbox.run(EASY).read()
    for answer in kept:
        answer.body.close()
    assert sandbox.run(Query(large, "srj", client="a")).size > 4 * 2**20


@LINUX
def test_answers_are_right_while_workers_die(make: Callable[..., Sandbox]) -> None:
    before = children()
    sandbox = make(processes=2, places=64)
    stop = time.monotonic() + 3
    met: Counter[str] = Counter()

    def ask(client: int) -> None:
        number = 0
        while time.monotonic() < stop:
            number += 1
            query = Query(
                f"SELECT (SUM(?n) + {number} AS ?x) {{ ?s <{NAMESPACE}number> ?n }}", "csv", client=str(client)
            )
            try:
                assert sandbox.run(query).read() == f"x\r\n{NODES * (NODES - 1) // 2 + number}\r\n".encode()
                met["ok"] += 1
            except QueryLimitError as error:
                met[error.limit] += 1
            except StoreError:
                met["start"] += 1

    with ThreadPoolExecutor(4) as threads:
        asking = [threads.submit(ask, client) for client in range(4)]
        while time.monotonic() < stop:
            for pid in children() - before:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.25)
        for future in asking:
            future.result(5)
    assert set(met) <= {"ok", "crash", "start"}
    assert met["ok"] > 20
