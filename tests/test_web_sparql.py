"""The endpoint over HTTP. What queries may do is tested with the sandbox; here it is statuses and headers."""

import http.client
import json
from collections.abc import Iterator
from urllib.parse import quote

import pytest
import rdflib
from flask.testing import FlaskClient
from SPARQLWrapper import CSV, JSON, POST, TURTLE, XML, SPARQLWrapper

from axisld.config import Config
from axisld.pipeline import Built
from axisld.release import open_release
from axisld.store.sandbox import SPOOL_BYTES
from axisld.vocabulary import SD
from axisld.web.application import create_app
from axisld.web.site import Site
from tests.conftest import BASE
from tests.live import Server, serving, wait_for

SELECT = "SELECT ?bridge WHERE { ?bridge a <http://127.0.0.1:8000/ontology#Bridge> } ORDER BY ?bridge"
FORM = "application/x-www-form-urlencoded"


def ask(server: Server, query: str, accept: str = "", **headers: str):  # type: ignore[no-untyped-def]
    return server.get(f"/sparql?query={quote(query)}", accept, **headers)


def test_an_answer_too_large_for_memory_arrives_whole(server: Server) -> None:
    answer = ask(server, "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 50000", "text/csv")
    assert (answer.status, len(answer.body)) == (200, int(answer.headers["content-length"]))
    assert answer.body.count(b"\n") > 50_000
    assert len(answer.body) > SPOOL_BYTES


def test_the_three_ways_of_asking_answer_alike(server: Server) -> None:
    by_url = ask(server, SELECT)
    form = server.request("POST", "/sparql", {"Content-Type": FORM}, f"query={quote(SELECT)}".encode())
    direct = server.request("POST", "/sparql", {"Content-Type": "application/sparql-query"}, SELECT.encode())
    assert by_url.status == form.status == direct.status == 200
    assert by_url.json == form.json == direct.json
    assert len(by_url.json["results"]["bindings"]) == 9


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        pytest.param(SELECT, "", "application/sparql-results+json", id="no header"),
        pytest.param(SELECT, "text/csv", "text/csv", id="a table"),
        pytest.param(SELECT, "application/sparql-results+xml", "application/sparql-results+xml", id="XML"),
        pytest.param("ASK {}", "application/json", "application/json", id="an alias"),
        pytest.param("CONSTRUCT WHERE { ?s ?p ?o }", "", "text/turtle", id="a graph"),
        pytest.param("DESCRIBE <http://127.0.0.1:8000/id/rhine>", "application/ld+json", "application/ld+json", id="d"),
    ],
)
def test_answers_come_in_the_format_that_the_client_prefers(
    server: Server, query: str, accept: str, media_type: str
) -> None:
    answer = ask(server, query, accept)
    assert (answer.status, answer.media_type) == (200, media_type)
    assert "Accept" in answer.headers["vary"].split(", ")


@pytest.mark.parametrize(
    ("method", "path", "content_type", "body", "status"),
    [
        pytest.param("GET", "/sparql?query=SELEKT", "", b"", 400, id="no query"),
        pytest.param("GET", "/sparql?query=ASK{}&query=ASK{}", "", b"", 400, id="two queries"),
        pytest.param("GET", "/sparql?query=%FF", "", b"", 400, id="no text"),
        pytest.param("POST", "/sparql", FORM, b"nothing=here", 400, id="a form without a query"),
        pytest.param("POST", "/sparql", FORM, b"update=CLEAR+ALL", 403, id="an update"),
        pytest.param("POST", "/sparql", "application/sparql-update", b"CLEAR ALL", 403, id="a direct update"),
        pytest.param("POST", "/sparql", "application/sparql-query", b"CLEAR ALL", 403, id="an update as a query"),
        pytest.param("POST", "/sparql", "image/png", b"x", 415, id="a picture"),
        pytest.param("GET", "/sparql?query=ASK{}&format=docx", "", b"", 406, id="an unknown format"),
        pytest.param("GET", "/sparql?query=ASK{}&timeout=x", "", b"", 400, id="no number"),
    ],
)
def test_what_cannot_be_answered_is_explained(
    server: Server, method: str, path: str, content_type: str, body: bytes, status: int
) -> None:
    answer = server.request(method, path, {"Content-Type": content_type} if content_type else {}, body or None)
    assert answer.status == status
    assert answer.media_type == "application/problem+json"
    assert answer.json["detail"]


def test_a_mistake_is_shown_with_its_place(server: Server) -> None:
    problem = ask(server, "SELECT *\nWHERE { ?s ?p }").json
    assert (problem["status"], problem["line"]) == (400, 2)
    assert problem["column"]


def test_nothing_leaves_the_machine(server: Server) -> None:
    assert ask(server, "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }").status == 400


def test_a_query_answered_before_costs_nothing(server: Server) -> None:
    first = ask(server, SELECT)
    assert first.headers["cache-control"].startswith("public")
    assert ask(server, SELECT, If_None_Match=first.headers["etag"]).status == 304
    assert ask(server, SELECT, "text/csv").headers["etag"] != first.headers["etag"]
    coded = ask(server, SELECT, Accept_Encoding="gzip")
    assert coded.headers["etag"] != first.headers["etag"]
    assert ask(server, SELECT, Accept_Encoding="gzip", If_None_Match=coded.headers["etag"]).status == 304
    assert ask(server, "SELECT (NOW() AS ?now) {}").headers["cache-control"] == "no-store"


def test_without_a_query_it_shows_itself(server: Server) -> None:
    page = server.get("/sparql", "text/html")
    assert "<textarea" in page.text
    description = server.get("/sparql", "text/turtle")
    graph = rdflib.Graph().parse(data=description.text)
    assert (None, rdflib.URIRef(f"{SD}endpoint"), rdflib.URIRef(f"{BASE}sparql")) in graph


def test_look_ups_do_not_wait_for_queries(built: Built) -> None:
    with serving(built.path, query_workers=1, query_queue=4, query_seconds=5) as server:
        bomb = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n2 ?o }"
        request = f"GET /sparql?query={quote(bomb)} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        busy = [server.connect() for _ in range(20)]
        for connection in busy:
            connection.sendall(request)
        statuses = [connection.recv(12)[9:] for connection in busy[5:]]
        assert b"429" in statuses  # nobody takes more than a share of the queue
        for path in ("/doc/rhine", "/doc/old-bridge.html", "/id/list", "/dumps/all.nt", "/healthz"):
            assert server.get(path).status in (200, 303)
        for connection in busy:
            connection.close()
        wait_for(lambda: ask(server, "ASK {}").status == 200)  # those who went away free their places


def test_a_query_past_its_time_is_503_and_says_when_to_try_again(built: Built) -> None:
    with serving(built.path, query_seconds=0.3) as server:
        answer = ask(server, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n2 ?o }")
        assert answer.status == 503
        assert answer.json["limit"] == "seconds"
        assert answer.headers["retry-after"]
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(("format_", "method"), [(JSON, "GET"), (XML, POST), (CSV, "GET")])
def test_sparqlwrapper_can_use_it(server: Server, format_: str, method: str) -> None:
    wrapper = SPARQLWrapper(f"http://127.0.0.1:{server.port}/sparql", returnFormat=format_)
    wrapper.setMethod(method)
    wrapper.setQuery(SELECT)
    found = wrapper.queryAndConvert()
    assert "old-bridge" in (found.toxml() if format_ == XML else str(found))


def test_sparqlwrapper_can_construct(server: Server) -> None:
    wrapper = SPARQLWrapper(f"http://127.0.0.1:{server.port}/sparql", returnFormat=TURTLE)
    wrapper.setQuery("CONSTRUCT WHERE { <http://127.0.0.1:8000/id/rhine> ?p ?o }")
    assert len(rdflib.Graph().parse(data=wrapper.queryAndConvert())) > 2


def test_a_body_in_chunks_is_read(server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    headers = {"Content-Type": "application/sparql-query", "Accept": "application/json"}
    connection.request("POST", "/sparql", iter([b"ASK ", b"{}"]), headers, encode_chunked=True)
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())["boolean"]) == (200, True)
    connection.close()


@pytest.fixture(scope="module")
def app(built: Built) -> Iterator[FlaskClient]:
    here = Site(open_release(built.path), Config())
    yield create_app(here).test_client()
    here.close()


@pytest.mark.parametrize("coding", ["identity", "gzip"])
@pytest.mark.parametrize("accept", ["application/sparql-results+json", "text/csv", ""])
@pytest.mark.parametrize(
    "text", ["SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 20", "SELECT (NOW() > 1 AS ?is) {}", "?"]
)
@pytest.mark.parametrize("way", ["GET", "form", "QUERY"])
def test_an_answer_that_takes_the_short_way_is_the_one_of_the_app(
    server: Server, app: FlaskClient, way: str, text: str, accept: str, coding: str
) -> None:
    given = ({"Accept": accept} if accept else {}) | {"Accept-Encoding": coding}
    path, method, body = "/sparql", way, b""
    if way == "GET":
        path = f"/sparql?query={quote(text)}"
    elif way == "form":
        method, body = "POST", f"query={quote(text)}".encode()
        given |= {"Content-Type": FORM}
    else:
        body = text.encode()
        given |= {"Content-Type": "application/sparql-query"}
    short = server.request(method, path, given, body)
    long = app.open(path, method=method, headers=given, data=body)
    assert (short.status, short.body) == (long.status_code, long.data)
    expected = {name.lower(): value for name, value in long.headers.items()}
    assert {name: value for name, value in short.headers.items() if name not in ("date", "server")} == expected
