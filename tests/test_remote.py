"""A publication from a SPARQL server: what it answers, and what it answers when that server is down, slow or mad."""

import json
import threading
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from axisld.config import Config
from axisld.errors import PublicationError, QueryLimitError, StoreAnswerError
from axisld.loading import load
from axisld.pipeline import Built
from axisld.release import open_release
from axisld.remote import RemotePublication, open_remote
from axisld.store.query_queue import Cancellation, QueryCancelledError
from axisld.store.remote import RemoteStore
from axisld.store.remote_client import Access, Client
from axisld.store.remote_writing import Writer
from axisld.store.sandbox import Query
from axisld.web.application import create_app
from axisld.web.site import Site
from tests.conftest import BASE
from tests.endpoints import Endpoint, oxigraph, virtuoso
from tests.live import Server, serving
from tests.running import free_port

WAIT_SECONDS = 20


def fill(endpoint: Endpoint, built: Built) -> None:
    access = Access(endpoint.query, seconds=30)
    load(open_release(built.path), access, Writer(access, **endpoint.writing), lambda *_: None)


@pytest.fixture(scope="module")
def ox(built: Built) -> Iterator[Endpoint]:
    with oxigraph() as endpoint:
        fill(endpoint, built)
        yield endpoint


@pytest.fixture(scope="module")
def vi(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    with virtuoso(tmp_path_factory.mktemp("virtuoso")) as endpoint:
        fill(endpoint, built)
        yield endpoint


@pytest.fixture(scope="module", params=["ox", "vi"])
def remote(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server of what a SPARQL server holds."""
    with serving(None, endpoint=request.getfixturevalue(request.param).query) as running:
        yield running


# What it answers.

SAME = (
    "/",
    "/about",
    "/doc/rhine.ttl",
    "/doc/rhine.jsonld",
    "/doc/rhine.html",
    "/ontology.html",
    "/doc/ontology/Bridge.html",
    "/doc/ontology/Bridge.nt",
    "/shapes.ttl",
    "/context.jsonld",
)


@pytest.mark.parametrize("path", SAME)
def test_an_answer_is_that_of_the_release(remote: Server, server: Server, path: str) -> None:
    here, there = (found.get(path, "text/html" if path in ("/", "/about") else "") for found in (remote, server))
    assert (here.status, here.media_type) == (200, there.media_type)
    if here.media_type != "text/html":
        assert respelled(here.text) == respelled(there.text)


def respelled(text: str) -> list[str]:
    """The lines in no order, spelled as servers do: they lower-case language tags and rewrite times."""
    return sorted(text.lower().replace("+00:00", "z").splitlines())


@pytest.mark.parametrize(
    ("path", "status"),
    [
        pytest.param("/id/old-bridge", 303, id="a thing"),
        pytest.param("/doc/old-bridge", 200, id="its document"),
        pytest.param("/id/atlantis", 404, id="nothing"),
        pytest.param("/id/demolished", 404, id="what the store does not know"),
        pytest.param("/dataset", 200, id="the dataset"),
        pytest.param("/.well-known/void", 200, id="VoID"),
        pytest.param("/graph/data.html", 200, id="the page of a graph"),
        pytest.param("/graph/data.ttl", 406, id="a graph as data"),
        pytest.param("/sitemap/1.xml", 200, id="the sitemap"),
        pytest.param("/healthz", 200, id="health"),
        pytest.param("/metrics", 200, id="metrics"),
        pytest.param("/dumps/all.ttl", 404, id="a dump"),
        pytest.param("/dumps/SHA256SUMS", 404, id="checksums"),
    ],
)
def test_statuses_are_those_of_a_release_but_for_dumps(remote: Server, path: str, status: int) -> None:
    answer = remote.get(path, "text/turtle")
    assert answer.status == status
    if path.startswith("/dumps/"):
        assert "SPARQL server, which has no dumps here" in answer.json["detail"]


def test_the_digest_of_what_was_loaded_is_known(remote: Server, built: Built) -> None:
    assert remote.get("/healthz").json["release"] == built.record.digest
    assert f"urn:sha256:{built.record.digest}" in remote.get("/doc/rhine.ttl").text


def test_the_description_names_no_dumps_that_are_not_here(remote: Server) -> None:
    described = remote.get("/dataset.nt").text
    assert f"<{BASE}sparql>" in described
    assert f"{BASE}dumps/" not in described


def test_what_may_change_is_not_taken_for_unchanged(remote: Server) -> None:
    assert "last-modified" not in remote.get("/doc/rhine.ttl").headers
    answer = remote.get("/sparql?query=ASK%7B%7D")
    assert answer.headers["cache-control"] == "no-store"


SELECT = "SELECT ?bridge WHERE { ?bridge a <ontology#Bridge> } ORDER BY ?bridge"


@pytest.mark.parametrize("format_", ["json", "xml", "csv", "tsv"])
def test_solutions_are_written_as_from_a_release(remote: Server, server: Server, format_: str) -> None:
    path = f"/sparql?query={quote(SELECT)}&format={format_}"
    here, there = remote.get(path), server.get(path)
    assert (here.status, here.headers["content-type"]) == (200, there.headers["content-type"])
    assert here.body == there.body


@pytest.mark.parametrize("truth", ["true", "false"])
def test_truth_is_read_however_the_server_writes_it(remote: Server, truth: str) -> None:
    thing = "rhine" if truth == "true" else "atlantis"
    path = f"/sparql?query={quote(f'ASK {{ <id/{thing}> ?p ?o }}')}"
    assert remote.get(path).json["boolean"] is (truth == "true")
    assert f"<boolean>{truth}</boolean>" in remote.get(f"{path}&format=xml").text


@pytest.mark.parametrize("format_", ["ttl", "jsonld", "nt", "rdf"])
def test_graphs_are_written_as_from_a_release(remote: Server, server: Server, format_: str) -> None:
    path = f"/sparql?query={quote('CONSTRUCT WHERE { <id/rhine> ?p ?o }')}&format={format_}"
    here, there = remote.get(path), server.get(path)
    assert (here.status, here.headers["content-type"]) == (200, there.headers["content-type"])
    assert sorted(here.text.splitlines()) == sorted(there.text.splitlines())


def test_graphs_of_the_server_itself_are_out_of_sight(remote: Server, built: Built) -> None:
    count = remote.get(f"/sparql?query={quote('SELECT (COUNT(*) AS ?n) { ?s ?p ?o }')}&format=csv").text.split()[1]
    assert int(count) == built.record.parts[0].triples
    names = remote.get(f"/sparql?query={quote('SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }')}&format=csv").text
    assert sorted(names.split()[1:]) == sorted(f"{BASE}graph/{part.name}" for part in built.record.parts[1:])


@pytest.mark.parametrize(
    ("query", "status"),
    [
        pytest.param("SELECT ?x WHERE {\n ?x ?", 400, id="no SPARQL"),
        pytest.param("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", 400, id="another server"),
        pytest.param("INSERT DATA { <a> <b> <c> }", 403, id="an update"),
        pytest.param("SELECT * {" + "{" * 60 + "}" * 60 + "}", 400, id="too deep"),
    ],
)
def test_queries_are_looked_at_before_they_are_passed_on(remote: Server, query: str, status: int) -> None:
    assert remote.get(f"/sparql?query={quote(query)}").status == status


def test_a_syntax_error_has_its_line_in_the_query_as_it_was_sent(remote: Server) -> None:
    query = quote("SELECT ?x WHERE {\n ?x ?")
    answer = remote.get(f"/sparql?query={query}")
    assert "ine 2" in answer.json["detail"]


def test_blank_nodes_come_with_labels_that_every_format_allows(remote: Server) -> None:
    query = quote("SELECT ?list { <id/list> <ontology#members> ?list }")
    (binding,) = remote.get(f"/sparql?query={query}").json["results"]["bindings"]
    assert binding["list"]["type"] == "bnode"
    assert binding["list"]["value"].isalnum()


def test_an_answer_that_the_server_cuts_is_refused(vi: Endpoint) -> None:
    queries = open_remote(Config(endpoint=vi.query)).queries(Config(), "axisld.sparql.results:write_graph")
    product = "{ ?a ?b ?c . ?d ?e ?f }"
    for query in (f"SELECT * {product}", f"CONSTRUCT {{ ?a ?e ?f }} {product}"):
        with pytest.raises(QueryLimitError, match=r"gives 1,00\d (rows|triples) at most"):
            queries.run(Query(query, "nt" if query.startswith("C") else "csv"))
    assert queries.run(Query(f"SELECT * {product} LIMIT 1000", "csv")).size
    queries.close()


# What it answers when the server fails.

Fault = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Proxy:
    """In front of a SPARQL server: passes requests on, or does what `fault` does."""

    port: int
    fault: Fault | None = None
    connections: int = 0
    requests: int = 0
    released: threading.Event = field(default_factory=threading.Event)  # for those that are kept waiting

    @property
    def query(self) -> str:
        return f"http://127.0.0.1:{self.port}/query"


@pytest.fixture
def proxy(ox: Endpoint) -> Iterator[Proxy]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one packet

        def setup(self) -> None:
            super().setup()
            here.connections += 1

        def do_POST(self) -> None:
            here.requests += 1
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if here.fault:
                here.fault(self)
                return
            kept = {name: self.headers[name] for name in ("Content-Type", "Accept")}
            request = urllib.request.Request(ox.query, body, kept)
            with urllib.request.urlopen(request, timeout=WAIT_SECONDS) as answer:
                send(self, 200, answer.read(), {"Content-Type": answer.headers["Content-Type"]})

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.daemon_threads = True
        here = Proxy(running.server_port)
        thread = threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield here
        here.released.set()
        running.shutdown()


def send(handler: BaseHTTPRequestHandler, status: int, body: bytes, headers: dict[str, str]) -> None:
    handler.send_response(status)
    for name, value in ({"Content-Length": str(len(body))} | headers).items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


def answering(status: int, body: bytes = b"", **headers: str) -> Fault:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler: send(handler, status, body, named)


def cut(handler: BaseHTTPRequestHandler) -> None:
    """Announce more than is sent, and leave."""
    send(handler, 200, b'{"head":{"vars":[]},"results":{"bindings":[', {"Content-Length": "1000"})
    handler.close_connection = True


def gibberish(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"220 mail.example.org ESMTP\r\n")
    handler.close_connection = True


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True


@pytest.fixture(scope="module")
def publication(ox: Endpoint) -> RemotePublication:
    return open_remote(Config(endpoint=ox.query))


@pytest.fixture
def client(publication: RemotePublication, proxy: Proxy) -> Iterator[FlaskClient]:
    """The site of what is behind the proxy, which was well when it was opened."""
    asked = Client(replace(publication.client.access, endpoint=proxy.query, seconds=0.5))
    behind = replace(publication, client=asked, store=RemoteStore(asked, BASE))
    site = Site(behind, Config(query_seconds=0.5))
    yield create_app(site).test_client()
    proxy.released.set()
    site.close()


RESULT = b'{"head":{"vars":[]},"results":{"bindings":['
FAULTS = [  # what a look-up is answered, and a query
    pytest.param(answering(500, b"out of memory"), 502, 502, id="500"),
    pytest.param(answering(404, b"no such service"), 502, 502, id="404"),
    pytest.param(answering(401), 502, 502, id="401"),
    pytest.param(answering(400, b"what is VALUES?"), 502, 400, id="400 to a question that is right"),
    pytest.param(answering(302, Location="https://elsewhere.example/"), 502, 502, id="elsewhere"),
    pytest.param(answering(200, b"<html>Please log in</html>", Content_Type="text/html"), 502, 502, id="HTML"),
    pytest.param(answering(200, b""), 502, 502, id="nothing"),
    pytest.param(answering(200, b'{"results": []}'), 502, 502, id="other JSON"),
    pytest.param(answering(200, RESULT), 502, 502, id="JSON without its end"),
    pytest.param(cut, 502, 502, id="a connection cut"),
    pytest.param(gibberish, 502, 502, id="no HTTP"),
    pytest.param(hang_up, 502, 502, id="no answer"),
    pytest.param(answering(503), 503, 503, id="busy"),
    pytest.param(answering(429, Retry_After="30"), 503, 503, id="too many requests"),
    pytest.param(answering(503, Retry_After="Fri, 31 Dec 2100 23:59:59 GMT"), 503, 503, id="busy until a date"),
    pytest.param(answering(504), 504, 503, id="a time-out behind it"),
    pytest.param(answering(500, b"Virtuoso S1T00 Error SR171: Transaction timed out"), 504, 503, id="Virtuoso's limit"),
    pytest.param(answering(200, RESULT + b"The SPARQL operation has been cancelled"), 504, 503, id="Oxigraph's limit"),
    pytest.param(answering(200, RESULT + b"]}}", X_SQL_State="S1TAT"), 504, 503, id="Virtuoso gives what it has"),
]


@pytest.mark.parametrize(("fault", "status", "of_query"), FAULTS)
@pytest.mark.parametrize("path", ["/id/old-bridge", "/doc/old-bridge.ttl", "/id/atlantis", "/ontology"])
def test_a_failing_store_is_never_taken_for_not_found(
    client: FlaskClient, proxy: Proxy, path: str, fault: Fault, status: int, of_query: int
) -> None:
    proxy.fault = fault
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.json["detail"].startswith(("The SPARQL server http://127.0.0.1:", "http://127.0.0.1:"))
    assert ("Retry-After" in answer.headers) is (status == 503)
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("fault", "status", "of_query"), FAULTS)
def test_a_failing_store_is_told_to_those_who_query(
    client: FlaskClient, proxy: Proxy, fault: Fault, status: int, of_query: int
) -> None:
    proxy.fault = fault
    answer = client.get("/sparql?query=SELECT+*+%7B%3Fs+%3Fp+%3Fo%7D")
    assert (answer.status_code, answer.mimetype) == (of_query, "application/problem+json")


def test_a_store_that_does_not_answer_is_a_504_within_the_limit(client: FlaskClient, proxy: Proxy) -> None:
    proxy.fault = lambda _: proxy.released.wait(WAIT_SECONDS)
    answer = client.get("/doc/old-bridge.ttl")
    assert answer.status_code == 504
    assert "did not answer within 0.5 s" in answer.json["detail"]


def test_a_store_that_drips_is_a_504_within_the_limit(client: FlaskClient, proxy: Proxy) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        send(handler, 200, b"{", {"Content-Length": "100000"})
        while not proxy.released.wait(0.05):
            handler.wfile.write(b" ")
            handler.wfile.flush()

    proxy.fault = drip
    assert client.get("/doc/old-bridge.ttl").status_code == 504


def test_a_store_that_is_gone_is_a_502(client: FlaskClient, proxy: Proxy) -> None:
    config = Config(endpoint=f"http://127.0.0.1:{free_port()}/query")
    with pytest.raises(StoreAnswerError, match="refuses the connection"):
        open_remote(config)


def test_a_busy_store_is_waited_for_when_that_is_short(client: FlaskClient, proxy: Proxy) -> None:
    def once(handler: BaseHTTPRequestHandler) -> None:
        proxy.fault = None
        send(handler, 503, b"", {"Retry-After": "0"})

    proxy.fault = once
    assert client.get("/doc/old-bridge.ttl").status_code == 200


def test_a_busy_store_is_left_alone_by_all_for_as_long_as_it_asks(client: FlaskClient, proxy: Proxy) -> None:
    proxy.fault = answering(429, Retry_After="30")
    assert client.get("/doc/old-bridge.ttl").headers["Retry-After"] == "30"
    asked = proxy.requests
    proxy.fault = None
    assert client.get("/doc/rhine.ttl").status_code == 503
    assert proxy.requests == asked


def test_connections_are_used_again(client: FlaskClient, proxy: Proxy) -> None:
    before = proxy.connections
    for _ in range(3):
        assert client.get("/doc/old-bridge.ttl").status_code == 200
    assert proxy.requests > 20
    assert proxy.connections - before <= 1


def test_a_connection_that_the_server_closed_meanwhile_costs_no_error(client: FlaskClient, proxy: Proxy) -> None:
    def last(handler: BaseHTTPRequestHandler) -> None:
        proxy.fault = None
        send(handler, 200, RESULT + b"]}}", {})  # and closes, without having said so
        handler.close_connection = True

    proxy.fault = last
    for _ in range(2):
        assert client.get("/doc/old-bridge.ttl").status_code in (200, 404)


def test_a_query_ends_when_its_client_goes_away(client: FlaskClient, proxy: Proxy) -> None:
    queries = open_remote(Config(endpoint=proxy.query)).queries(Config(), "axisld.sparql.results:write_graph")
    cancellation = Cancellation()

    def fault(_: BaseHTTPRequestHandler) -> None:
        cancellation.cancel()
        proxy.released.wait(WAIT_SECONDS)

    proxy.fault = fault
    with pytest.raises(QueryCancelledError):
        queries.run(Query("ASK {}", "srj"), cancellation)
    assert queries.statistics().outcomes == {"cancelled": 1}
    queries.close()


def test_a_result_over_the_limit_is_refused_whole(client: FlaskClient, proxy: Proxy) -> None:
    config = Config(endpoint=proxy.query, query_result_bytes=1000)
    queries = open_remote(config).queries(config, "axisld.sparql.results:write_graph")
    with pytest.raises(QueryLimitError, match="larger than 1,000 bytes"):
        queries.run(Query("SELECT * { ?s ?p ?o }", "csv"))
    queries.close()


def test_a_server_that_cuts_answers_in_secret_is_found_out(ox: Endpoint, proxy: Proxy) -> None:
    config = Config(endpoint=proxy.query, endpoint_page_rows=100)

    def few(handler: BaseHTTPRequestHandler) -> None:
        binding = {name: {"type": "uri", "value": "urn:x"} for name in ("subject", "predicate", "object")}
        send(handler, 200, json.dumps({"head": {}, "results": {"bindings": [binding] * 7}}).encode(), {})

    publication = open_remote(config)
    proxy.fault = few
    with pytest.raises(StoreAnswerError, match=r"cut an answer at 7 rows and does not say so\. Set endpoint_page_rows"):
        publication.store.check_rows(1000)


def test_a_server_without_a_publication_says_how_to_go_on() -> None:
    with oxigraph() as empty:
        with pytest.raises(PublicationError, match=r"describes no dcat:Dataset with a void:uriSpace\. Name the base"):
            open_remote(Config(endpoint=empty.query))
        bare = open_remote(Config(endpoint=empty.query, base_iri=BASE))
        assert (bare.record.title, bare.whole.triples, bare.record.digest) == ({}, 0, "")


def test_what_stands_in_the_default_graph_can_be_published_too() -> None:
    with oxigraph() as endpoint:
        data = f"<{BASE}id/x> <{BASE}ontology#y> [ <{BASE}ontology#z> 1 ] .".encode()
        request = urllib.request.Request(
            f"{endpoint.graph_store}?default", data, {"Content-Type": "text/turtle"}, method="PUT"
        )
        urllib.request.urlopen(request, timeout=WAIT_SECONDS).close()
        config = Config(endpoint=endpoint.query, base_iri=BASE)
        client = create_app(Site(open_remote(config), config)).test_client()
        assert "ontology#z> 1" in client.get("/doc/x.ttl").text
        assert client.get("/sparql?query=ASK+%7B+%3Fs+%3Fp+1+%7D").json["boolean"] is True
        assert 'void:uriSpace "http://127.0.0.1:8000/"' in client.get("/dataset.ttl").text
