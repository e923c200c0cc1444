"""Read back whole graphs of a SPARQL server, to see what it made of them."""

import tempfile
from collections.abc import Iterator

import pyoxigraph as ox

from axisld import terms
from axisld.errors import StoreAnswerError
from axisld.remote.questions import Questions
from axisld.store.remote_client import Client
from axisld.store.remote_questions import bound, question
from axisld.terms import Statement, statement


def graphs_under(client: Client, prefix: str) -> set[str]:
    """The IRIs of the named graphs that begin with `prefix`."""
    rows = Questions(client, client.access.seconds).rows("graph_counts", everywhere=True)
    return {name for row in rows if (name := terms.value(row["graph"])).startswith(prefix)}


def statements_held(client: Client, graph: str) -> int:
    """How many statements the server says the graph holds."""
    rows = Questions(client, client.access.seconds).rows(
        "statement_count", {"graph": [terms.iri(graph)]}, everywhere=True
    )
    return int(terms.value(rows[0]["count"]))


def triples(client: Client, graph: str, statements: int) -> Iterator[Statement]:
    """What the graph holds, `statements` in number, without its name, in the spelling of the server.

    In one answer; from a server that cuts it, in parts, and then its blank nodes must have lasting labels (Virtuoso).
    """
    with tempfile.TemporaryFile() as raw, tempfile.TemporaryFile() as lines:
        asked = bound(question("graph", __package__ or ""), graph=[terms.iri(graph)])
        with client.reply(asked, is_graph=True) as reply:
            if reply.status != 200:
                client.refuse(reply)
            for chunk in reply.chunks():
                raw.write(chunk)
        raw.seek(0)
        try:
            ox.serialize(ox.parse(raw, format=ox.RdfFormat.N_TRIPLES), lines, format=ox.RdfFormat.N_TRIPLES)
        except (SyntaxError, ValueError) as error:
            raise StoreAnswerError(f"{client.access.endpoint} sent no whole graph {graph}: {error}") from error
        lines.seek(0)
        if sum(1 for _ in lines) >= statements:
            lines.seek(0)
            for line in lines:
                yield _in_our_escapes(statement(line.decode()))
            return
    for row in Questions(client, client.access.seconds).rows(
        "statements_in", {"graph": [terms.iri(graph)]}, everywhere=True
    ):
        subject, object_ = (row[name].replace("_:nodeID://", "_:nodeID") for name in ("subject", "object"))
        yield Statement(subject, row["predicate"], object_)


def _in_our_escapes(quad: Statement) -> Statement:
    """Writers differ in which characters they escape."""
    if not terms.is_literal(quad.object):
        return quad
    lexical, language, datatype = terms.literal(quad.object)
    return quad._replace(object=terms.text(lexical, language, "" if language else terms.value(datatype)))
