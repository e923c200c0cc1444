"""Every query of tests/hostile meets an outcome that it may have, calls nobody, and leaves the next one unharmed."""

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from axisld.errors import AxisError, QueryError, QueryLimitError
from axisld.sparql.errors import UpdateRefusedError
from axisld.sparql.lexer import outline
from axisld.sparql.results import GRAPH_WRITER, offered
from axisld.store.sandbox import Query, Sandbox
from tests.hostile import Case, build_store, cases

SECONDS = 0.2  # for what may run out of time; what must be answered gets more
PROCESSES = 2


class Listener:
    """A server on loopback that counts who connects, and answers nobody."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}/"
        self.calls = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.calls += 1
            connection.close()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    here = Listener()
    yield here
    here.close()


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    store = build_store(tmp_path_factory.mktemp("store"))
    made = Sandbox(
        store,
        graph_writer=GRAPH_WRITER,
        processes=PROCESSES,
        seconds=10,
        memory_bytes=2**28,
        result_bytes=2**20,
    )
    yield made
    made.close()


def outcome(sandbox: Sandbox, case: Case) -> str:
    """What becomes of the query; anything but an answer and our own errors is raised."""
    try:
        shape = outline(case.text, most_bytes=131_072, most_nesting=50)
        suffix = offered(shape.form)[0].suffix
        seconds = SECONDS if "seconds" in case.outcomes else 0
        query = Query(shape.text, suffix, declares_dataset=shape.declares_dataset, seconds=seconds, client=case.name)
        sandbox.run(query).close()
    except QueryLimitError as error:
        return error.limit
    except UpdateRefusedError:
        return "update"
    except QueryError as error:
        return "service" if "SERVICE" in str(error) else "syntax"
    return "answer"


def checked(sandbox: Sandbox, case: Case) -> str:
    """What is wrong with the outcome, and with that of an easy question after it."""
    try:
        met = outcome(sandbox, case)
    except AxisError as error:
        met = f"{type(error).__name__}: {error}"
    wrong = "" if met in case.outcomes else f"{case.name}: {met}, not {' or '.join(case.outcomes)}"
    easy = outcome(sandbox, Case(case.name, (), "ASK { ?s ?p ?o }"))
    return wrong if easy == "answer" else f"{wrong} {case.name}: the easy question after it met {easy}"


def test_hostile_queries_harm_nobody(sandbox: Sandbox, listener: Listener) -> None:
    hostile = cases(listener=listener.address)
    assert len(hostile) > 200
    with ThreadPoolExecutor(PROCESSES) as threads:
        wrong = [line for line in threads.map(lambda case: checked(sandbox, case), hostile) if line]
    assert not wrong, "\n".join(wrong)
    assert listener.calls == 0
