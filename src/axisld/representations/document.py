"""A whole document in memory: its subject first, its blank nodes nested, only the prefixes it uses."""

from collections.abc import Iterable, Mapping

from axisld import terms
from axisld.representations.blank_nodes import BlankNodes
from axisld.representations.context import Context
from axisld.representations.formats import RdfFormat
from axisld.representations.writing import Layout
from axisld.terms import Statement


def document(
    format: RdfFormat,
    statements: Iterable[Statement],
    prefixes: Mapping[str, str],
    *,
    first: str = "",
    context: Context | None = None,
) -> bytes:
    """The statements in one format. Nothing is sent before the whole is written, so UnrepresentableError comes in time.

    `first` is the term of the subject that a reader looks for; `context` belongs to JSON-LD.
    """
    graphs = format.names_graphs_in_documents
    distinct = set(statements) if graphs else {Statement(*statement[:3]) for statement in statements}
    ordered = sorted(distinct, key=lambda quad: (quad.graph, quad.subject != first, terms.line(quad)))
    layout = Layout(prefixes, BlankNodes(ordered, graphs=graphs), context, whole=True)
    return b"".join(format.write(ordered, layout))
