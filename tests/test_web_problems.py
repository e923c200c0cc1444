"""Errors, methods, limits and strange requests: every answer is meant, none is a 500."""

import random
import re

import pytest

from axisld.pipeline import Built
from tests.conftest import BASE
from tests.live import Server, serving

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def test_programs_get_problem_details_and_browsers_a_page(server: Server) -> None:
    problem, page = server.get("/id/atlantis"), server.get("/id/atlantis", BROWSER)
    assert problem.media_type == "application/problem+json"
    assert problem.json == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": f"Nothing is known here about {BASE}id/atlantis.",
        "iri": f"{BASE}id/atlantis",
    }
    assert page.media_type == "text/html"
    assert f"{BASE}id/atlantis" in page.text
    assert server.get("/id/atlantis", "image/png").media_type == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        pytest.param("POST", "/doc/rhine", "GET, HEAD, OPTIONS", id="a document"),
        pytest.param("DELETE", "/id/rhine", "GET, HEAD, OPTIONS", id="a thing"),
        pytest.param("PUT", "/", "GET, HEAD, OPTIONS", id="the home page"),
        pytest.param("PATCH", "/sparql", "GET, HEAD, OPTIONS, POST, QUERY", id="the endpoint"),
        pytest.param("BREW", "/dumps/", "GET, HEAD, OPTIONS", id="an unknown method"),
    ],
)
def test_a_method_out_of_place_is_405_and_says_which_are_allowed(
    server: Server, method: str, path: str, allowed: str
) -> None:
    answer = server.request(method, path)
    assert answer.status == 405
    assert answer.headers["allow"] == allowed


@pytest.mark.parametrize(
    "path", ["/", "/doc/rhine", "/id/atlantis", "/dumps/all.nt", "/sparql", "/metrics", "/doc?iri=x"]
)
def test_any_page_of_any_site_may_read_the_answer_but_not_be_framed_around_it(host: Server, path: str) -> None:
    headers = host.get(path, Origin="https://elsewhere.example").headers
    assert headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in headers
    assert "Link" in headers["access-control-expose-headers"]
    assert headers["x-content-type-options"] == "nosniff"
    assert "referrer-policy" in headers
    assert "unsafe" not in headers["content-security-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_a_browser_that_asks_before_a_request_is_allowed(server: Server) -> None:
    asked = {
        "Origin": "https://elsewhere.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    answer = server.request("OPTIONS", "/sparql", asked)
    assert (answer.status, answer.body) == (204, b"")
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert answer.headers["access-control-allow-headers"] == "*"
    assert answer.headers["access-control-allow-origin"] == "*"


def test_a_large_body_is_refused_before_it_is_read(server: Server) -> None:
    for headers in ("Content-Length: 99999999", "Transfer-Encoding: chunked"):
        with server.connect() as connection:
            head = f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n{headers}\r\n\r\n"
            connection.sendall(head.encode())
            if "chunked" in headers:
                connection.sendall(b"%x\r\n%s\r\n" % (300_000, b"#" * 300_000))
            assert connection.recv(100).startswith(b"HTTP/1.1 413 ")


def test_a_url_that_is_too_long_is_414(host: Server) -> None:
    assert host.get("/" + "a" * 70_000).status == 414


def test_the_longest_url_is_a_setting(built: Built) -> None:
    with serving(built.path, max_url_bytes=1000) as server:
        answer = server.get("/id/" + "a" * 1000)
        assert answer.status == 414
        assert answer.media_type == "application/problem+json"
        assert server.get("/id/" + "a" * 900).status == 404


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"GET /doc/rhine HTTP/1.1\r\n\r\n", id="no Host"),
        pytest.param(b"GET  /doc/rhine HTTP/1.1\r\nHost: x\r\n\r\n", id="two spaces"),
        pytest.param(b"GET /doc/rhine\r\nHost: x\r\n\r\n", id="no version"),
        pytest.param(b"GET /doc/rhine HTTP/9.9\r\nHost: x\r\n\r\n", id="another version"),
        pytest.param(b"GET /doc/rhine HTTP/1.1\r\nHost: x\r\nBad Header: y\r\n\r\n", id="a space in a header's name"),
        pytest.param(b"GET http://elsewhere/doc/rhine HTTP/1.1\r\nHost: x\r\n\r\n", id="the absolute form"),
        pytest.param(b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", id="the asterisk form"),
        pytest.param(b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n", id="the authority form"),
        pytest.param(b"GET /%ff%fe%00/%2e%2e/%c3 HTTP/1.1\r\nHost: x\r\n\r\n", id="escapes of no text"),
        pytest.param(b"GET /doc/../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", id="a path upwards"),
        pytest.param(b"GET /dumps/../release.json HTTP/1.1\r\nHost: x\r\n\r\n", id="out of the dumps"),
        pytest.param(b"GET /dumps/%2e%2e%2frelease.json HTTP/1.1\r\nHost: x\r\n\r\n", id="out of the dumps, escaped"),
        pytest.param(b"GET /assets/x/..%2fsite.py HTTP/1.1\r\nHost: x\r\n\r\n", id="out of the assets"),
        pytest.param(b"GET /id/x HTTP/1.1\r\nHost: x\r\nAccept: \xff\xfe\r\n\r\n", id="bytes in a header"),
        pytest.param(b"GET /id/x HTTP/1.1\r\nHost: x\r\nAccept: a\r\nAccept: b\r\n\r\n", id="a header twice"),
        pytest.param(b"GET /?lang=\xc3\xa9 HTTP/1.1\r\nHost: x\r\n\r\n", id="a query of bytes"),
    ],
)
def test_odd_requests_are_no_mistakes_of_the_server(host: Server, sent: bytes) -> None:
    received = host.raw(sent.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    assert not re.match(rb"HTTP/1\.[01] 5(?!05)", received), received[:200]
    assert b"digest" not in received.partition(b"\r\n\r\n")[2][:20]
    assert host.get("/healthz").status == 200


_PIECES = """
/ // /id /doc /doc? /graph /dumps /ontology /sparql /sitemap /assets /linkset . .. %2F %2f %00 %0A %25 %C3 %C3%A9 + & =
? %F0%9F%92%A9 %E2%80%AE ; : @ ~ ' ( ) * , ! $ [ ] { } | ^ ` %5C a old-bridge ferry .ttl .rdf .html .expanded.jsonld
?format= ?page= ?lang= ?iri= &format=rdf ?query= ASK{} http:// https://x/ 1 -1 999999999999 %D9%A1 1e9 NaN ttl all.nt
SHA256SUMS en zh-Hant-TW %23
"""
_HEADERS = """
Accept Accept-Language Accept-Encoding If-None-Match If-Match If-Modified-Since If-Range Range Origin Content-Type
X-Forwarded-For Cookie Authorization
"""
_VALUES = """
*/* */*;q=0 text/html text/turtle;q=x ,,, ;q=1 text/*;q=0.1 a/b;c="d,e" gzip br;q=0 *;q=0 identity;q=0 en * bytes=0-1
bytes=-5 bytes=9-1 bytes=0-,5- "x" W/"x" Sun,06Nov Thu, 1 x x;y=z multipart/form-data 0 -1
"""


def test_whatever_is_sent_nothing_is_a_500(host: Server) -> None:
    """Paths, queries and headers put together at random from pieces that have broken servers; the seed is fixed."""
    chance = random.Random(20_261_122)
    pieces, names, values = _PIECES.split(), _HEADERS.split(), _VALUES.split()
    for _ in range(600):
        path = "/" + "".join(chance.choices(pieces, k=chance.randint(0, 6)))
        headers = {chance.choice(names): chance.choice(values) for _ in range(chance.randint(0, 4))}
        method = chance.choice(("GET", "GET", "GET", "HEAD", "POST", "OPTIONS", "QUERY", "DELETE"))
        answer = host.request(method, path, headers, b"x=y" if method in ("POST", "QUERY") else None)
        assert answer.status < 500, (method, path, headers, answer.body[:500])


def test_what_comes_from_data_is_text_in_pages_and_headers(host: Server) -> None:
    answer = host.get("/id/%3Cscript%3Ealert(1)%3C%2Fscript%3E?x=<script>", BROWSER)
    assert "<script>alert" not in answer.text
    newline = host.get("/id/x%0D%0ASet-Cookie:%20a=b", BROWSER)
    assert "set-cookie" not in newline.headers
