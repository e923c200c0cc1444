"""The page of the endpoint: a query, its answer or what is wrong with it, examples, and programs that ask the same."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from flask import render_template

from axisld import terms
from axisld.representations import formats
from axisld.representations.formats import Format
from axisld.sparql import lines, results
from axisld.sparql.lines import Rows
from axisld.sparql.snippets import snippets
from axisld.store.sandbox import Answer
from axisld.web.nodes import Node, Reading, visible
from axisld.web.problems import Problem
from axisld.web.site import Site

ROWS = 100  # on a page
MOST_ROWS = 1_000  # on a page for a script that asks for them
_MOST_BYTES = 2_000_000  # of the answer on a page
_CHARACTERS = 400  # of a literal in a cell
_QUERY_IN_LINK = 4_000  # characters; a longer query is sent in the body of a request
_EXAMPLE = """SELECT ?class (COUNT(*) AS ?things)
WHERE { ?thing a ?class }
GROUP BY ?class
ORDER BY DESC(?things)
LIMIT 20
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer as a page shows it."""

    form: str  # "SELECT", "ASK", "CONSTRUCT" or "DESCRIBE"
    seconds: float  # that it took
    size: int  # rows on a page
    formats: tuple[Format, ...]  # in which the whole answer can be had
    said: bool | None = None  # to an ASK
    rows: Rows | None = None  # to the others
    cells: tuple[tuple[Node | None, ...], ...] = ()  # of the rows

    @property
    def pages(self) -> int:
        return -(-self.rows.total // self.size) if self.rows else 0

    @property
    def page(self) -> int:
        return self.rows.first // self.size + 1 if self.rows else 1


def shown(here: Site, language: str, form: str, answer: Answer, page: int, size: int) -> Shown:
    """What a page shows of an answer: one page of `size` rows, terms named in the reader's language."""
    offered = results.offered(form)
    if form == "ASK":
        return Shown(form, answer.seconds, size, offered, said=lines.boolean(answer.read()))
    read = lines.solutions if form == "SELECT" else lines.triples
    with answer.body:
        rows = read(answer.body, first=(page - 1) * size, most=size, most_bytes=_MOST_BYTES)
    named = {term for row in rows.rows for term in row if terms.is_iri(term) and not term.startswith("<<")}
    reading = Reading(here, language, (), here.reader.label_statements(named))
    cells = tuple(tuple(_cell(reading, term) for term in row) for row in rows.rows)
    return Shown(form, answer.seconds, size, offered, rows=rows, cells=cells)


def _cell(reading: Reading, term: str) -> Node | None:
    if not term:
        return None
    if term.startswith(("<<", "_:")):  # a triple term (RDF 1.2); a blank node, which only its label tells from others
        return Node(visible(term[:_CHARACTERS]), is_code=True)
    node = reading.node(term)
    return node if len(node.text) <= _CHARACTERS else replace(node, text=f"{node.text[:_CHARACTERS]}…")


def query_page(
    here: Site, surroundings: dict[str, Any], query: str, answer: Shown | None = None, problem: Problem | None = None
) -> str:
    """The HTML: with the answer to the query, what is wrong with it, or neither."""
    endpoint = f"{here.names.base}sparql"
    text = query or _EXAMPLE
    return render_template(
        "sparql.html",
        **surroundings,
        query=text,
        answer=answer,
        problem=problem,
        examples=list(here.examples.by_name.values()),
        results=formats.RESULTS,
        graphs=formats.DUMPS,
        link=f"?query={quote(text)}" if len(text) <= _QUERY_IN_LINK else "",
        share=f"{endpoint}#query={quote(text, safe='')}",
        snippets=snippets(endpoint, text, answer.form if answer else "SELECT"),
    )
