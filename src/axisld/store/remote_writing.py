"""Put statements into a SPARQL server: whole graphs (Graph Store Protocol) or batches of them (SPARQL Update)."""

import io
import tempfile
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from typing import IO
from urllib.parse import quote
from urllib.request import Request

from SPARQLWrapper import INSERT, POST, SPARQLWrapper

from axisld import __version__, terms
from axisld.errors import QueryError, StoreAnswerError
from axisld.store.remote_client import Access, Client
from axisld.store.remote_http import Connections, Reply
from axisld.terms import Statement

BATCH_STATEMENTS = 1_000  # of one update; Virtuoso runs out of memory at 5,000
PATIENCE_SECONDS = 60.0  # nobody waits for a page
_SPOOL_BYTES = 4 * 1024 * 1024


class _Update(SPARQLWrapper):
    """An update; SPARQLWrapper would look for its kind with expressions that a megabyte keeps busy for minutes."""

    def _parseQueryType(self, _query: str) -> str:  # noqa: N802
        return INSERT

    def request(self) -> Request:
        made: Request = self._createRequest()
        return made


class Writer:
    """Writes to one server: to `graph_store` where it is given, else by `update`; both are URLs."""

    def __init__(self, access: Access, *, graph_store: str = "", update: str = "") -> None:
        self._access = access
        self._graph_store, self._update = graph_store, update
        self._plain: list[Statement] = []  # a statement without blank nodes that is there already
        self._connections = Connections(graph_store or update, PATIENCE_SECONDS)
        self._client = Client(access)

    @property
    def can_add(self) -> bool:
        return bool(self._update)

    def replace(self, graph: str, statements: Iterable[Statement]) -> None:
        """Make the statements what the graph (an IRI) holds, whatever it held before.

        Blank nodes are the same as in another graph nowhere but in `add`.
        """
        if self._graph_store:
            self._put(graph, self._noting_plain(graph, statements))
        else:
            self.drop(graph)
            self.add(quad._replace(graph=terms.iri(graph)) for quad in statements)

    def _noting_plain(self, graph: str, statements: Iterable[Statement]) -> Iterator[Statement]:
        for quad in statements:
            if not (self._plain or terms.is_blank(quad.subject) or terms.is_blank(quad.object)):
                self._plain = [quad._replace(graph=terms.iri(graph))]
            yield quad

    def add(self, quads: Iterable[Statement]) -> None:
        """Add statements to named graphs; those with blank nodes must fit into one batch with all that share them."""
        plain: list[Statement] = []
        with_blanks: list[Statement] = []
        for quad in quads:
            if terms.is_blank(quad.subject) or terms.is_blank(quad.object):
                with_blanks.append(quad)
                continue
            plain.append(quad)
            self._plain = [quad]
            if len(plain) == BATCH_STATEMENTS:
                self._run(f"INSERT DATA {{\n{_written(plain)}}}")
                plain.clear()
        if plain:
            self._run(f"INSERT DATA {{\n{_written(plain)}}}")
        for batch in _batches(connected(with_blanks)):
            # Virtuoso refuses blank nodes in INSERT DATA; here each makes one node too, for there is one solution
            # (SPARQL 1.1 Update, 4.1.1 and 3.1.3). In several graphs at once it wants to see one statement without.
            self._run(f"INSERT {{\n{_written([*batch, *self._plain])}}} WHERE {{ }}")

    def drop(self, graph: str) -> None:
        """Make the graph empty; it may be so already."""
        if self._graph_store:
            self._send(Request(self._url(graph), method="DELETE"), also_good=(404,))  # noqa: S310 as configured
        else:
            self._run(f"DROP SILENT GRAPH {terms.iri(graph)}")

    def close(self) -> None:
        self._connections.close()
        self._client.close()

    def _put(self, graph: str, statements: Iterable[Statement]) -> None:
        """SPARQL 1.1 Graph Store HTTP Protocol, 5.3."""
        with closing(tempfile.SpooledTemporaryFile(_SPOOL_BYTES)) as file:
            for quad in statements:
                file.write(terms.line(quad._replace(graph="")).encode())
            size = file.tell()
            file.seek(0)
            body: IO[bytes] | bytes = file if size > _SPOOL_BYTES else file.read()
            request = Request(self._url(graph), data=body, method="PUT")  # noqa: S310 as configured
            request.add_header("Content-Type", "application/n-triples")
            request.add_header("Content-Length", str(size))
            self._send(request)

    def _url(self, graph: str) -> str:
        separator = "&" if "?" in self._graph_store else "?"
        return f"{self._graph_store}{separator}graph={quote(graph, safe='')}"

    def _run(self, update: str) -> None:
        wrapper = _Update(self._update, agent=f"axisld/{__version__}")
        wrapper.setQuery(update)
        wrapper.setMethod(POST)
        self._send(wrapper.request())

    def _send(self, request: Request, also_good: Sequence[int] = ()) -> None:
        if self._access.user:
            credentials = b64encode(f"{self._access.user}:{self._access.password}".encode()).decode()
            request.add_header("Authorization", f"Basic {credentials}")
        with self._connections.reply(request, self._access.seconds) as reply:
            if reply.status in also_good or 200 <= reply.status < 300:
                reply.read()
            else:
                self._refuse(request, reply)

    def _refuse(self, request: Request, reply: Reply) -> None:
        try:
            self._client.refuse(reply)
        except QueryError as error:
            said = " ".join(str(error).split())[:300]
            raise StoreAnswerError(f"{request.full_url} refuses what it is sent: {said}") from None


def connected(quads: Iterable[Statement]) -> Iterator[list[Statement]]:
    """The statements in groups: those that share blank nodes, directly or through others, are in one."""
    groups: dict[str, list[Statement]] = {}  # by blank node; nodes of one group have the same list
    for quad in quads:
        nodes = [term for term in (quad.subject, quad.object) if terms.is_blank(term)]
        joined = max((groups.get(node, []) for node in nodes), key=len)
        for group in {id(found): found for node in nodes if (found := groups.get(node)) is not None}.values():
            if group is not joined:
                joined += group
                groups.update((term, joined) for other in group for term in (other.subject, other.object))
        joined.append(quad)
        groups.update((node, joined) for node in nodes)
    seen = {id(group): group for node, group in groups.items() if terms.is_blank(node)}
    yield from seen.values()


def _batches(groups: Iterable[list[Statement]]) -> Iterator[list[Statement]]:
    """Groups together up to the size of a batch; one that is larger goes alone."""
    batch: list[Statement] = []
    for group in groups:
        if batch and len(batch) + len(group) > BATCH_STATEMENTS:
            yield batch
            batch = []
        batch += group
    if batch:
        yield batch


def _written(quads: Iterable[Statement]) -> str:
    """As quad data (SPARQL 1.1 Query, 19.8, Quads): what N-Triples writes is what SPARQL reads."""
    by_graph: dict[str, io.StringIO] = {}
    for quad in quads:
        by_graph.setdefault(quad.graph, io.StringIO()).write(terms.line(quad._replace(graph="")))
    return "".join(f"GRAPH {graph} {{\n{text.getvalue()}}}\n" for graph, text in by_graph.items())
