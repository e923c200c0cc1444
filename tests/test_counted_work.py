"""What an answer costs, counted in calls and bytes: the same on every machine, so that a loss shows at once."""

import asyncio
import itertools
import os
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

import axisld
from axisld.config import Config
from axisld.pipeline import Built
from axisld.release import open_release
from axisld.store.sandbox import Query
from axisld.web.application import create_app
from axisld.web.asgi import Front
from axisld.web.site import Site

SOURCE = str(Path(axisld.__file__).parent)
STORE = f"{SOURCE}/store/"
QUESTIONS = {"about", "incoming", "incoming_counts", "is_known", "known", "subjects_under", "turned"}
MOST_BYTES, MOST_CODED_BYTES = 100 * 1024, 16 * 1024  # of a page, plain and in Brotli
HEADERS = [(b"host", b"x"), (b"accept", b"text/turtle"), (b"user-agent", b"test")]


@pytest.fixture(scope="module")
def here(built: Built) -> Iterator[Site]:
    site = Site(open_release(built.path), Config(query_workers=1))
    yield site
    site.close()


@pytest.fixture(scope="module")
def client(here: Site) -> FlaskClient:
    """Warm: what is made once for a release is made, templates are compiled."""
    app = create_app(here).test_client()
    for path in ("/", "/doc/rhine.html", "/doc/rhine.ttl", "/doc/rhine.jsonld"):
        app.get(path)
    return app


@pytest.fixture
def front(here: Site) -> Iterator[Front]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield Front(here, os.getpid(), listener.fileno())


class Exchange:
    """A request as granian hands it over, and what is sent for it."""

    def __init__(self, path: bytes) -> None:
        self.scope: dict[str, Any] = {
            "type": "http",
            "method": "GET",
            "raw_path": path,
            "query_string": b"",
            "headers": HEADERS,
        }
        self.scope |= {"http_version": "1.1", "client": ("127.0.0.1", 1), "path": path.decode(), "scheme": "http"}
        self.proto = self
        self.sent: list[dict[str, Any]] = []
        self.is_done = False

    async def receive(self) -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send_later(self, message: dict[str, Any]) -> None:
        self.send(message)

    def send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)

    def done(self) -> None:
        self.is_done = True

    def err(self, error: BaseException) -> None:
        raise error


def counted(work: Callable[[], object]) -> Counter[tuple[str, str]]:
    """The calls in this thread, by file and name of the function; built-in ones have "" for a file."""
    calls: Counter[tuple[str, str]] = Counter()

    def note(frame: FrameType, event: str, argument: Any) -> None:
        if event == "call":
            calls[frame.f_code.co_filename, frame.f_code.co_name] += 1
        elif event == "c_call":
            calls["", argument.__name__] += 1

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls


def questions(calls: Counter[tuple[str, str]]) -> int:
    """Those to the store."""
    return sum(number for (file, name), number in calls.items() if file.startswith(STORE) and name in QUESTIONS)


def test_a_look_up_made_before_is_a_few_dozen_calls_and_no_question(front: Front) -> None:
    asked = Exchange(b"/doc/rhine")
    assert not front.takes(asked)  # there is no answer yet
    with ThreadPoolExecutor(1) as apart:  # a browser's test may have left its event loop to this thread
        apart.submit(asyncio.run, front(asked.scope, asked.receive, asked.send_later)).result()
    again = Exchange(b"/doc/rhine")
    calls = counted(lambda: front.takes(again))
    assert again.is_done
    assert again.sent == asked.sent
    assert {file for file, _ in calls if "flask" in file or file.startswith(STORE)} == set()
    assert calls.total() <= 80


@pytest.mark.parametrize(
    ("path", "most_questions", "most_calls"),
    [
        ("/doc/rhine.ttl", 25, 6_000),
        ("/doc/old-bridge.jsonld", 150, 20_000),
        ("/doc/rhine.html", 90, 25_000),
        ("/doc/old-bridge.html", 400, 70_000),
    ],
)
def test_a_first_look_up_asks_and_calls_no_more_than_it_did(
    client: FlaskClient, path: str, most_questions: int, most_calls: int
) -> None:
    calls = counted(lambda: client.get(path))
    assert 0 < questions(calls) <= most_questions
    assert calls.total() <= most_calls


def test_a_query_goes_to_its_process_and_back_in_one_piece_each(here: Site) -> None:
    query = Query("SELECT * { ?s ?p ?o } LIMIT 10", "srj")
    here.queries.run(query)
    calls = counted(lambda: here.queries.run(query).read())
    assert (calls["", "sendall"], calls["", "recv"]) == (1, 1)
    assert calls.total() <= 300


def test_a_light_query_is_sent_on_without_a_thread_that_waits(front: Front) -> None:
    def asked(name: str) -> Exchange:
        made = Exchange(b"/sparql")
        text = f'SELECT ?s {{ ?s ?p "{name}" }} LIMIT 10'
        made.scope |= {"query_string": f"query={quote(text)}".encode(), "headers": [(b"host", b"x")]}
        return made

    def sent(exchange: Exchange) -> Counter[tuple[str, str]]:
        calls = counted(lambda: front.takes(exchange))
        while not exchange.is_done:
            time.sleep(0.01)
        assert exchange.sent[0]["status"] == 200
        return calls

    for number in itertools.count():  # the process for light queries is started for the first
        calls = sent(asked(str(number)))
        if number > 2 and not any(name == "submit" for _, name in calls):
            break
    assert calls["", "sendall"] == 1
    assert calls.total() <= 200
    assert not any(name == "outline" for _, name in calls)  # it was read with the first of its kind


def test_pages_weigh_little(client: FlaskClient, here: Site) -> None:
    pages = [document.removeprefix(here.names.base) for document in here.release.documents()]
    weights = {}
    for page in pages:
        plain = client.get(f"/{page}", headers={"Accept": "text/html"})
        coded = client.get(f"/{page}", headers={"Accept": "text/html", "Accept-Encoding": "br"})
        weights[page] = (len(plain.data), len(coded.data))
    assert weights
    assert {page for page, (plain, coded) in weights.items() if plain > MOST_BYTES or coded > MOST_CODED_BYTES} == set()
