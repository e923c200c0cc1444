"""Requests as the SPARQL 1.1 Protocol has them, and as clients get them wrong."""

from urllib.parse import quote, urlencode

import pytest

from axisld.errors import AxisError, QueryError
from axisld.sparql.errors import (
    MethodError,
    MissingQueryError,
    NotAcceptableError,
    RequestError,
    UnsupportedMediaTypeError,
    UpdateRefusedError,
)
from axisld.sparql.protocol import BODY_TYPES, FORM, METHODS, QUERY_TEXT, Question, Request, client_key, read
from tests.hostile import cases

GRAPHS = "default-graph-uri=http%3A%2F%2Fe%2Fa&default-graph-uri=http://e/b"
TEXT = "SELECT ?é { ?é a <http://e/x> } # 100 % + &"


def by_url(text: str, accept: str | None = None, **parameters: str) -> Question:
    return read(Request("GET", urlencode({"query": text, **parameters}).encode(), accept=accept))


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(Request("GET", b"query=" + quote(TEXT).encode()), id="GET"),
        pytest.param(Request("GET", b"query=" + quote(TEXT).replace("%20", "+").encode()), id="GET with plus signs"),
        pytest.param(Request("HEAD", b"query=" + quote(TEXT).encode()), id="HEAD"),
        pytest.param(Request("POST", b"", FORM, b"query=" + quote(TEXT).encode()), id="POST form"),
        pytest.param(
            Request("POST", b"", f"{FORM}; charset=UTF-8", b"a=b&query=" + quote(TEXT).encode()),
            id="POST form, charset",
        ),
        pytest.param(Request("POST", b"query=" + quote(TEXT).encode(), FORM), id="POST with the query in the URL"),
        pytest.param(Request("POST", b"", QUERY_TEXT, TEXT.encode()), id="POST direct"),
        pytest.param(Request("POST", b"", 'Application/SPARQL-Query;charset="utf-8"', TEXT.encode()), id="odd case"),
        pytest.param(Request("QUERY", b"", QUERY_TEXT, TEXT.encode()), id="QUERY"),
        pytest.param(Request("QUERY", b"", FORM, b"query=" + quote(TEXT).encode()), id="QUERY with a form"),
        pytest.param(Request("POST", b"", QUERY_TEXT, b"\xef\xbb\xbf" + TEXT.encode()), id="a byte order mark"),
    ],
)
def test_every_way_of_asking_asks_the_same(request_: Request) -> None:
    assert read(request_) == by_url(TEXT)
    assert read(request_).query.text == TEXT


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(
            Request("GET", f"query=ASK{{}}&{GRAPHS}&named-graph-uri=e:c".encode()),
            id="GET",
        ),
        pytest.param(
            Request("POST", b"", FORM, f"query=ASK{{}}&{GRAPHS}&named-graph-uri=e%3Ac".encode()),
            id="POST form",
        ),
        pytest.param(
            Request("POST", f"{GRAPHS}&named-graph-uri=e:c".encode(), QUERY_TEXT, b"ASK{}"),
            id="POST direct",
        ),
    ],
)  # fmt: skip
def test_the_dataset_comes_with_the_request(request_: Request) -> None:
    query = read(request_).query
    assert query.default_graphs == ("http://e/a", "http://e/b")
    assert query.named_graphs == ("e:c",)


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        pytest.param(Request("PUT"), MethodError, id="method"),
        pytest.param(Request("POST", b"", "", b"ASK{}"), UnsupportedMediaTypeError, id="no media type"),
        pytest.param(Request("POST", b"", "text/plain", b"ASK{}"), UnsupportedMediaTypeError, id="media type"),
        pytest.param(Request("POST", b"", "multipart/form-data", b""), UnsupportedMediaTypeError, id="multipart"),
        pytest.param(
            Request("POST", b"", f"{QUERY_TEXT}; charset=iso-8859-1", b"ASK{}"), UnsupportedMediaTypeError, id="charset"
        ),
        pytest.param(Request("POST", b"", QUERY_TEXT, b"ASK{\xff}"), RequestError, id="not UTF-8"),
        pytest.param(Request("POST", b"query=ASK{}", QUERY_TEXT, b"ASK{}"), RequestError, id="queries in URL and body"),
        pytest.param(Request("POST", b"", FORM, b""), MissingQueryError, id="nothing"),
        pytest.param(Request("POST", b"", "application/sparql-update", b"DROP ALL"), UpdateRefusedError, id="update"),
        pytest.param(Request("POST", b"", QUERY_TEXT, b"DROP ALL"), UpdateRefusedError, id="update as query"),
        pytest.param(Request("POST", b"", FORM, b"update=DROP%20ALL"), UpdateRefusedError, id="update in a form"),
        pytest.param(Request("POST", b"", QUERY_TEXT, b""), QueryError, id="an empty body"),
    ],
)
def test_what_is_wrong_with_a_request_has_a_name(request_: Request, error: type[AxisError]) -> None:
    with pytest.raises(error) as caught:
        read(request_)
    assert type(caught.value) is error
    assert str(caught.value).endswith(".") or error is QueryError


OUTCOMES = {
    "missing": MissingQueryError,
    "request": RequestError,
    "update": UpdateRefusedError,
    "format": NotAcceptableError,
    "syntax": QueryError,
}


@pytest.mark.parametrize("case", cases("requests.txt"), ids=lambda case: case.name)
def test_hostile_requests_are_refused_in_words(case: object) -> None:
    text: str = case.text  # type: ignore[attr-defined]
    raw = text.encode("latin-1") if text.isascii() or "ÿ" in text else text.encode()
    try:
        read(Request("GET", raw))
        met = "answer"
    except AxisError as error:
        met = next((name for name, kind in OUTCOMES.items() if type(error) is kind), str(error))
    assert met in case.outcomes  # type: ignore[attr-defined]


JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"


@pytest.mark.parametrize(
    ("form", "accept", "format_", "content_type"),
    [
        pytest.param("SELECT * {}", None, "", JSON, id="no header"),
        pytest.param("SELECT * {}", "*/*", "", JSON, id="anything"),
        pytest.param("SELECT * {}", "text/csv", "", "text/csv; charset=utf-8", id="CSV"),
        pytest.param(
            "SELECT * {}", "text/tab-separated-values", "", "text/tab-separated-values; charset=utf-8", id="TSV"
        ),
        pytest.param("SELECT * {}", "application/json", "", "application/json", id="plain JSON, called so"),
        pytest.param("SELECT * {}", "application/xml", "", "application/xml", id="plain XML"),
        pytest.param("SELECT * {}", f"{XML},{JSON};q=0.9", "", XML, id="by weight"),
        pytest.param(
            "SELECT * {}",
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "",
            "text/html; charset=utf-8",
            id="browser",
        ),
        pytest.param("ASK {}", "text/csv;q=1, application/xml;q=0.1", "", "application/xml", id="ASK is no table"),
        pytest.param("CONSTRUCT WHERE {}", None, "", "text/turtle; charset=utf-8", id="a graph"),
        pytest.param("CONSTRUCT WHERE {}", "application/json", "", "application/json", id="a graph in JSON"),
        pytest.param("DESCRIBE <e:a>", "application/rdf+xml", "", "application/rdf+xml", id="RDF/XML"),
        pytest.param("DESCRIBE <e:a>", "application/n-quads", "", "application/n-quads", id="N-Quads"),
        pytest.param("SELECT * {}", "text/csv", "json", JSON, id="a parameter over the header"),
        pytest.param("SELECT * {}", None, "xml", XML, id="xml of SELECT"),
        pytest.param("CONSTRUCT WHERE {}", None, "xml", "application/rdf+xml", id="xml of CONSTRUCT"),
        pytest.param("CONSTRUCT WHERE {}", None, "json", "application/ld+json", id="json of CONSTRUCT"),
        pytest.param("SELECT * {}", None, "application/sparql-results+xml", XML, id="as Virtuoso wants it"),
        pytest.param("SELECT * {}", None, "application/sparql-results xml", XML, id="with a plus sign unescaped"),
        pytest.param("SELECT * {}", None, "CSV", "text/csv; charset=utf-8", id="capital letters"),
        pytest.param("CONSTRUCT WHERE {}", None, "n3", "text/turtle; charset=utf-8", id="n3"),
        pytest.param("CONSTRUCT WHERE {}", None, "ntriples", "application/n-triples", id="ntriples"),
        pytest.param("SELECT * {}", "text/csv", "auto", "text/csv; charset=utf-8", id="auto"),
    ],
)
def test_the_format_is_the_one_that_was_asked_for(
    form: str, accept: str | None, format_: str, content_type: str
) -> None:
    assert by_url(form, accept, format=format_).choice.content_type == content_type
    if format_:
        assert by_url(form, accept, output=format_).choice.content_type == content_type


@pytest.mark.parametrize(
    ("form", "accept"),
    [
        pytest.param("ASK {}", "text/csv", id="ASK in CSV"),
        pytest.param("SELECT * {}", "text/turtle", id="SELECT in Turtle"),
        pytest.param("CONSTRUCT WHERE {}", "text/csv", id="CONSTRUCT in CSV"),
        pytest.param("SELECT * {}", "application/json;q=0,application/sparql-results+json;q=0,image/*", id="none"),
    ],
)
def test_what_no_client_accepts_is_said_with_what_there_is(form: str, accept: str) -> None:
    with pytest.raises(NotAcceptableError, match="application/") as caught:
        by_url(form, accept)
    assert caught.value.offered


@pytest.mark.parametrize(
    ("given", "seconds"), [("", 20), ("0", 20), ("3", 3), ("0.5", 0.5), ("30000", 20), ("inf", 20), ("1e-3", 0.001)]
)
def test_a_timeout_is_kept_up_to_the_limit(given: str, seconds: float) -> None:
    assert by_url("ASK {}", timeout=given).query.seconds == seconds


def test_an_answer_has_one_name_for_all_that_decides_it() -> None:
    digest = by_url("ASK { ?s ?p ?o }").digest
    assert by_url("ASK   {\n?s ?p ?o } # comment").digest == digest
    assert by_url("ASK { ?s ?p ?o }", timeout="3").digest == digest
    for other in (
        by_url("ASK { ?s ?p ?x }"),
        by_url("ASK { ?s ?p ?o }", format="xml"),
        by_url("ASK { ?s ?p ?o }", **{"default-graph-uri": "http://e/g"}),
        by_url("ASK { ?s ?p ?o }", **{"named-graph-uri": "http://e/g"}),
    ):
        assert other.digest != digest


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("unix:", "unix:"),
    ],
)
def test_clients_of_one_network_share_one_share(address: str, key: str) -> None:
    assert client_key(address) == key


def test_what_headers_say_is_what_is_done() -> None:
    assert "QUERY" in METHODS
    assert BODY_TYPES == (FORM, QUERY_TEXT)
