"""Ask a SPARQL 1.1 server, whichever it is: what is asked, what it answers, and what servers get wrong about it.

SPARQLWrapper writes the requests; they travel over connections that stay open, always with a time limit.
"""

import json
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import responses
from typing import Any, NoReturn

from SPARQLWrapper import BASIC, CONSTRUCT, JSON, POST, SELECT, TURTLE, SPARQLWrapper

from axisld import __version__, terms
from axisld.errors import QueryError, StoreAnswerError, StoreTimeoutError
from axisld.store.remote_http import Breaking, Connections, Reply
from axisld.store.remote_questions import in_default_graph, page, question
from axisld.terms import XSD

MAX_ROWS = "X-SPARQL-MaxRows"  # Virtuoso: the answer was cut at this many rows
_PARTIAL = "X-SQL-State"  # Virtuoso: the answer was cut for another reason, such as its time limit
_TIMED_OUT = re.compile(r"has been cancelled|time[d ]*-?out|S1T00", re.IGNORECASE)  # Oxigraph; others; Virtuoso
_SHOWN_CHARACTERS = 300  # of what a server says of an error
_NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|\\^`]')
_MANY_TRIPLES = 100_000  # that remote_many_triples.rq asks for
_BOOLEANS = {"0": "false", "1": "true"}

Row = Mapping[str, str]  # terms by variable; what is unbound is left out


@dataclass(frozen=True, slots=True)
class Access:
    """How to reach a server, and what of it is asked."""

    endpoint: str  # the URL of its query service
    seconds: float = 10.0  # that a question may take
    user: str = ""
    password: str = ""
    graphs: Sequence[str] = ()  # IRIs of the named graphs that are asked; none: its default graph


class _Wrapper(SPARQLWrapper):
    """The request of a query whose kind is known.

    SPARQLWrapper finds it out by regular expressions, which some queries of strangers keep busy for ever.
    """

    kind = SELECT

    def _parseQueryType(self, _query: str) -> str:  # noqa: N802
        return self.kind

    def request(self) -> Any:
        return self._createRequest()


class _GraphWrapper(_Wrapper):
    kind = CONSTRUCT


class Client:
    """Asks one server. Any number of threads may use it."""

    def __init__(self, access: Access) -> None:
        if not re.match(r"https?://[^/?#\s]+[^#\s]*$", access.endpoint):
            raise StoreAnswerError(f"{access.endpoint!r} is no address of an endpoint: write http(s)://host/path.")
        self.access = access
        self._connections = Connections(access.endpoint)
        self._lock = threading.Lock()
        self.is_virtuoso = False  # as far as it has answered
        self.most_rows = 0  # of an answer, as far as the server has said; 0: it has not
        self.most_triples = 0  # of a graph, likewise: where a graph has just as many, it may be cut

    def rows(self, query: str, *, seconds: float = 0.0, everywhere: bool = False) -> list[Row]:
        """The rows of a SELECT over the graphs of this access, or over all that there are.

        Raises subclasses of StoreError.
        """
        graphs = self.access.graphs
        text = query if graphs or everywhere else in_default_graph(query)
        with self.reply(text, named_graphs=() if everywhere else graphs, seconds=seconds) as reply:
            self._check(reply)
            body = reply.read()
        try:
            return [_row(binding) for binding in json.loads(body)["results"]["bindings"]]
        except (ValueError, KeyError, TypeError, AttributeError):
            raise self._nonsense(body) from None

    def all_rows(self, query: str, page_rows: int, *, seconds: float = 0.0, everywhere: bool = False) -> list[Row]:
        """Every row of a SELECT, however many the server gives at a time; at most `page_rows` are asked for at once."""
        rows = self.rows(page(query, page_rows), seconds=seconds, everywhere=everywhere)
        if not self.is_full(rows, page_rows):
            return rows
        rows = []
        while True:
            ordered = page(query, page_rows, len(rows), is_ordered=True)
            part = self.rows(ordered, seconds=seconds, everywhere=everywhere)
            rows += part
            if not self.is_full(part, page_rows):
                return rows

    def is_full(self, rows: Sequence[Row], asked: int) -> bool:
        """Whether the server may have more than these."""
        return len(rows) >= min(asked, self.most_rows or asked)

    @contextmanager
    def reply(
        self,
        query: str,
        *,
        is_graph: bool = False,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        seconds: float = 0.0,
        breaking: Breaking = lambda _: None,
    ) -> Iterator[Reply]:
        """What the server answers, unchecked: JSON, or N-Triples where the answer is a graph.

        Always a form sent by POST: a long URL is refused by some (Oxigraph, 8 KB), a bare query never answered by
        others (Virtuoso). The graphs are named, for the default graph of some holds more than one put there (Virtuoso).
        """
        wrapper = (_GraphWrapper if is_graph else _Wrapper)(self.access.endpoint, agent=f"axisld/{__version__}")
        wrapper.setQuery(query)
        wrapper.setMethod(POST)
        wrapper.setReturnFormat(TURTLE if is_graph else JSON)
        wrapper.setOnlyConneg(True)  # no format=, output=, results=: some take them for what they are not
        if is_graph:  # SPARQLWrapper does not know it
            wrapper.addCustomHttpHeader("Accept", "application/n-triples")
        for graph in default_graphs:
            wrapper.addDefaultGraph(graph)
        for graph in named_graphs:
            wrapper.addNamedGraph(graph)
        if self.access.user:
            wrapper.setHTTPAuth(BASIC)
            wrapper.setCredentials(self.access.user, self.access.password)
        with self._connections.reply(wrapper.request(), seconds or self.access.seconds, breaking) as reply:
            self._note_limit(reply)
            yield reply

    def learn_limit(self) -> None:
        """Find out at how many rows and triples Virtuoso cuts: of a graph that it cuts it says nothing."""
        if not self.is_virtuoso:
            return
        self.rows(question("remote_many"), everywhere=True)
        with self.reply(question("remote_many_triples"), is_graph=True) as reply:
            self._check(reply)
            given = reply.read().count(b" .\n")
        self.most_triples = given if given < _MANY_TRIPLES else 0

    def refuse(self, reply: Reply) -> NoReturn:
        """The error that an answer with another status than 200 means.

        A QueryError in the words of the server for a query that it cannot run, else a StoreError.
        """
        text = reply.read().decode("utf-8", "replace").partition("SPARQL query:")[0].strip()
        if reply.status in (408, 504) or (reply.status >= 500 and _TIMED_OUT.search(text)):
            raise StoreTimeoutError(self.access.endpoint, self.access.seconds)
        if reply.status == 400 or text.startswith("Virtuoso "):  # which answers 500 to a division by zero
            raise QueryError(text)
        status = responses.get(reply.status, "")
        elsewhere = f"; it points to {location}" if (location := reply.headers.get("Location")) else ""
        raise StoreAnswerError(
            f"The SPARQL server {self.access.endpoint} answers {reply.status} {status}{elsewhere}: {_short(text)}"
        )

    def is_partial(self, reply: Reply) -> bool:
        """Whether the server says that it gave up before the end of the answer."""
        return _PARTIAL in reply.headers

    def close(self) -> None:
        self._connections.close()

    def _check(self, reply: Reply) -> None:
        if reply.status != 200:
            try:
                self.refuse(reply)
            except QueryError as error:  # our questions are right; this is no server of SPARQL 1.1
                said = _short(str(error))
                raise StoreAnswerError(f"{self.access.endpoint} refuses a question in SPARQL 1.1: {said}") from None
        if self.is_partial(reply):
            raise StoreTimeoutError(self.access.endpoint, self.access.seconds)

    def _note_limit(self, reply: Reply) -> None:
        self.is_virtuoso = reply.headers.get("Server", "").startswith("Virtuoso")
        given = reply.headers.get(MAX_ROWS, "")
        if given.isdigit():
            with self._lock:
                self.most_rows = int(given)

    def _nonsense(self, body: bytes) -> StoreAnswerError | StoreTimeoutError:
        """What an answer is that is no result: Oxigraph, out of time, says so behind the beginning of a result."""
        end = body[-_SHOWN_CHARACTERS:].decode("utf-8", "replace")
        if has_timed_out(end):
            return StoreTimeoutError(self.access.endpoint, self.access.seconds)
        start = _short(body[:80].decode("utf-8", "replace"))
        return StoreAnswerError(
            f"The SPARQL server {self.access.endpoint} answers what is no result in JSON, or not all of it: {start}…"
        )


def _short(text: str) -> str:
    return " ".join(text.split())[:_SHOWN_CHARACTERS]


def has_timed_out(end: str) -> bool:
    """Whether the last words of an answer are those of a server that ran out of time."""
    return bool(_TIMED_OUT.search(end))


def _row(binding: Mapping[str, Mapping[str, str]]) -> Row:
    return {variable: _term(value) for variable, value in binding.items()}


def _term(value: Mapping[str, str]) -> str:
    """The term of SPARQL 1.1 Query Results JSON, 3.2.2; "typed-literal" is older, and Virtuoso's."""
    match value["type"]:
        case "uri":
            return terms.iri(_NOT_IN_IRI.sub(lambda found: f"%{ord(found[0]):02X}", value["value"]))
        case "bnode":
            return f"_:{value['value']}"
        case "literal" | "typed-literal":
            datatype, lexical = value.get("datatype", ""), value["value"]
            if datatype == f"{XSD}boolean":
                lexical = _BOOLEANS.get(lexical, lexical)
            return terms.text(lexical, value.get("xml:lang", ""), datatype)
        case kind:
            raise ValueError(kind)
