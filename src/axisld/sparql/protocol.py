"""The SPARQL 1.1 Protocol: from what HTTP carried to a question for the sandbox. Pure: no framework, no store.

https://www.w3.org/TR/sparql11-protocol/
"""

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from urllib.parse import parse_qsl

from axisld.iris import is_valid_iri
from axisld.representations import formats, negotiation
from axisld.representations.formats import Format
from axisld.representations.negotiation import Choice
from axisld.sparql import results
from axisld.sparql.errors import (
    MethodError,
    MissingQueryError,
    NotAcceptableError,
    RequestError,
    UnsupportedMediaTypeError,
    UpdateRefusedError,
)
from axisld.sparql.lexer import Outline
from axisld.sparql.preparing import Counted, prepare
from axisld.store.sandbox import Query

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "QUERY")  # the value of Allow
FORM = "application/x-www-form-urlencoded"
QUERY_TEXT = "application/sparql-query"
BODY_TYPES = (FORM, QUERY_TEXT)  # the value of Accept-Post and of Accept-Query
_UPDATE_TEXT = "application/sparql-update"
_MOST_PARAMETERS = 1_000
_UTF_8 = ("", "utf-8", "utf8", "us-ascii", "ascii")

Parameters = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Request:
    """What the protocol looks at in an HTTP request."""

    method: str  # "GET", "HEAD", "POST" or "QUERY"
    query_string: bytes = b""  # as sent, percent-encoded
    content_type: str = ""
    body: bytes = b""
    accept: str | None = None
    client: str = ""  # the address of the client


@dataclass(frozen=True, slots=True)
class Question:
    """A query that may be run, and how its answer is to be written."""

    query: Query
    text: str  # as the client wrote it
    form: str  # "SELECT", "ASK", "CONSTRUCT" or "DESCRIBE"
    choice: Choice[Format]
    is_volatile: bool  # whether asking again may give another answer of the same release: then it must not be cached
    digest: str  # of all that decides the answer of one release: for an ETag


def read(
    request: Request,
    *,
    most_text_bytes: int = 131_072,
    most_nesting: int = 50,
    most_seconds: float = 20.0,
    counted: Counted | None = None,
) -> Question:
    """The question in `request`. Raises a RequestError of `sparql.errors`, QueryError or QueryLimitError.

    `counted`: what is known of the publication that is asked.
    """
    parameters, text = _parameters(request)
    if any(name == "update" for name, _ in parameters):
        raise UpdateRefusedError
    texts = [value for name, value in parameters if name == "query"] + ([] if text is None else [text])
    if not texts:
        raise MissingQueryError
    if len(texts) > 1:
        raise RequestError("There are several queries in this request. Send one (SPARQL 1.1 Protocol, 2.1).")
    text = texts[0].removeprefix("\ufeff")
    prepared = prepare(text, most_bytes=most_text_bytes, most_nesting=most_nesting, counted=counted)
    shape = prepared.shape
    choice = _choice(parameters, request.accept, shape.form)
    written = results.behind_page(shape.form) if choice.format is formats.HTML else choice.format
    default_graphs = _graphs(parameters, "default-graph-uri")
    named_graphs = _graphs(parameters, "named-graph-uri")
    query = Query(
        shape.text,
        written.suffix,
        declares_dataset=shape.declares_dataset,
        default_graphs=default_graphs,
        named_graphs=named_graphs,
        seconds=_seconds(parameters, most_seconds),
        client=client_key(request.client),
        plan=prepared.plan,
        is_light=prepared.is_light and not (default_graphs or named_graphs),
    )
    return Question(query, text, shape.form, choice, shape.is_volatile, _digest(shape, query))


@lru_cache(1024)
def client_key(address: str) -> str:
    """Who shares one share of the workers: an IPv4 address, the /64 of an IPv6 one, which is what one customer gets."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(IPv6Address(int(parsed) >> 64 << 64))


def _parameters(request: Request) -> tuple[Parameters, str | None]:
    """The parameters of URL and form, and the text of a query that is the body itself."""
    parameters = _decoded(request.query_string, "URL")
    if request.method in ("GET", "HEAD"):
        return parameters, None
    if request.method not in METHODS:
        raise MethodError(request.method, METHODS)
    media_type, _, rest = request.content_type.partition(";")
    media_type = media_type.strip().lower()
    if media_type == _UPDATE_TEXT:
        raise UpdateRefusedError
    if media_type not in BODY_TYPES:
        raise UnsupportedMediaTypeError(media_type, BODY_TYPES)
    charset = rest.lower().partition("charset=")[2].partition(";")[0].strip().strip('"')
    if charset not in _UTF_8:
        raise UnsupportedMediaTypeError(f"{media_type} with charset {charset}", BODY_TYPES)
    if media_type == FORM:
        return [*parameters, *_decoded(request.body, "body")], None
    return parameters, _utf_8(request.body, "body")


def _decoded(form: bytes, where: str) -> Parameters:
    """Names and values of application/x-www-form-urlencoded."""
    pieces = form.split(b"&") if form else []
    if len(pieces) > _MOST_PARAMETERS:
        raise RequestError(f"The {where} of the request has more than {_MOST_PARAMETERS} parameters.")
    parameters = [piece.partition(b"=") for piece in pieces if piece]
    try:
        return [(_unquoted(name), _unquoted(value)) for name, _, value in parameters]
    except UnicodeDecodeError:
        pass
    text = _utf_8(form, where)
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        raise RequestError(f"The {where} of the request is not UTF-8 under its percent-encoding.") from None


def _unquoted(text: bytes) -> str:
    """What `parse_qsl` makes of it, in a quarter of the time: `%` and two digits are what Python writes as `\\x`.

    UnicodeDecodeError where it is not UTF-8, and where a `%` stands for itself.
    """
    escaped = text.replace(b"\\", b"\\\\").replace(b"+", b" ").replace(b"%", b"\\x")
    return escaped.decode("unicode_escape").encode("latin-1").decode()


def _utf_8(given: bytes, where: str) -> str:
    try:
        return given.decode()
    except UnicodeDecodeError as error:
        raise RequestError(f"The {where} of the request is not UTF-8: byte {error.start} cannot be read.") from None


def _choice(parameters: Parameters, accept: str | None, form: str) -> Choice[Format]:
    """The format of the answer: what `format` or `output` says, else what Accept does."""
    for name, value in parameters:
        if name in ("format", "output") and value and value != "auto":
            format_ = results.named(value, form)
            if format_ is None:
                raise NotAcceptableError(form, results.offered(form))
            return Choice(format_, format_.media_type)
    return _negotiated(accept, form)


@lru_cache(256)  # few clients differ
def _negotiated(accept: str | None, form: str) -> Choice[Format]:
    """A page is for browsers, which name text/html and want it most; all others get a result format as ever."""
    offered = results.offered(form)
    if negotiation.prefers(accept, formats.HTML, offered):
        return Choice(formats.HTML, formats.HTML.media_type)
    choice = negotiation.choose(accept, offered)
    if choice is None:
        raise NotAcceptableError(form, offered)
    return choice


def _graphs(parameters: Parameters, name: str) -> tuple[str, ...]:
    graphs = tuple(value for key, value in parameters if key == name)
    for graph in graphs:
        if not is_valid_iri(graph):
            raise RequestError(f"{name}={graph} is not an absolute IRI.")
    return graphs


def _seconds(parameters: Parameters, most_seconds: float) -> float:
    """The first `timeout`, in seconds; the limit where there is none, where it is 0, and where it is more."""
    given = next((value for name, value in parameters if name == "timeout" and value), "0")
    try:
        seconds = float(given)
    except ValueError:
        seconds = math.nan
    if math.isnan(seconds) or seconds < 0:
        raise RequestError(f"timeout={given} is not a number of seconds.")
    return min(seconds or most_seconds, most_seconds)


def _digest(shape: Outline, query: Query) -> str:
    facts = [shape.normal, query.format, query.default_graphs, query.named_graphs]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:32]
