"""Run a query that somebody wrote in a file: under the limits of the endpoint, with the publication's prefixes."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from axisld import terms
from axisld.config import Config
from axisld.errors import AxisError, QueryError
from axisld.publication import Publication
from axisld.representations.formats import SPARQL_JSON, TURTLE
from axisld.representations.prefixes import PrefixedNames
from axisld.sparql import results
from axisld.sparql.preparing import Counted, prepare
from axisld.store.sandbox import Query

TABLE = "table"
_GRAPH_FORMS = ("CONSTRUCT", "DESCRIBE")
_DECLARED = re.compile(r"\bprefix\s+([^\s:]*):", re.IGNORECASE)


class FormatError(AxisError):
    """A format in which the answer to a query cannot be written."""

    def __init__(self, name: str, form: str) -> None:
        table = [] if form in _GRAPH_FORMS else [TABLE]
        offered = ", ".join([*table, *(format_.suffix for format_ in results.offered(form))])
        super().__init__(f"The answer to {form} cannot be written as {name}; use one of {offered}.")


@dataclass(frozen=True, slots=True)
class Table:
    """The answer to a SELECT, for people."""

    columns: tuple[str, ...]  # variables
    rows: tuple[tuple[str, ...], ...]  # IRIs by prefix, literals without their datatype


def query(publication: Publication, config: Config, text: str, format_name: str) -> bytes | Table | bool:
    """The answer to the query in `text`: a document in the format that is named.

    Where it is empty or "table", a Table, the truth for an ASK, and Turtle for a graph.

    Prefixes of the publication need no declaration, and IRIs on its canonical base are taken for those on the base that
    it has here. Raises QueryError with the line and column in `text`, QueryLimitError, StoreError, FormatError.
    """
    given = _Given(text, publication)
    try:
        known = publication.cardinalities
        prepared = prepare(
            given.text,
            most_bytes=config.query_text_bytes,
            most_nesting=config.query_nesting,
            counted=Counted(known) if known else None,
        )
        shape = prepared.shape
        is_graph = shape.form in _GRAPH_FORMS
        wanted = format_name or (TURTLE.suffix if is_graph else TABLE)
        is_table = wanted == TABLE and not is_graph
        format_ = SPARQL_JSON if is_table else results.named(wanted, shape.form)
        if format_ is None:
            raise FormatError(wanted, shape.form)
        asked = Query(shape.text, format_.suffix, shape.declares_dataset, plan=prepared.plan)
        body = _answer(publication, config, asked)
    except QueryError as error:
        raise given.placed(error) from None
    return _table(body, PrefixedNames(publication.record.prefixes)) if is_table else body


def _answer(publication: Publication, config: Config, asked: Query) -> bytes:
    queries = publication.queries(config, results.GRAPH_WRITER)
    try:
        return queries.run(asked).read()
    finally:
        queries.close()


class _Given:
    """The query as it is run, and where its places are in the text that was written."""

    def __init__(self, text: str, publication: Publication) -> None:
        record = publication.record
        self._old, self._new = f"<{record.canonical_base}", f"<{record.base}"
        declared = set(_DECLARED.findall(text))
        self._prologue = "".join(
            f"PREFIX {prefix}: <{namespace}> "  # all in the first line, so that lines keep their numbers
            for prefix, namespace in sorted(record.prefixes.items())
            if prefix not in declared and re.search(rf"(?<![\w.-]){re.escape(prefix)}:", text)
        )
        self.text = self._prologue + text.replace(self._old, self._new)

    def placed(self, error: QueryError) -> QueryError:
        """The error with its place in the text as it was written."""
        if not error.line:
            return error
        added = len(self._prologue) if error.line == 1 else 0
        before = self.text.split("\n")[error.line - 1][added : error.column - 1]
        column = error.column - added - before.count(self._new) * (len(self._new) - len(self._old))
        message = re.sub(r"^Line \d+, column \d+", f"Line {error.line}, column {column}", str(error))
        return QueryError(message, error.line, column)


def _table(body: bytes, names: Callable[[str], str]) -> Table | bool:
    document = json.loads(body)
    if "boolean" in document:
        return bool(document["boolean"])
    columns = tuple(document["head"]["vars"])
    bindings = document["results"]["bindings"]
    rows = (tuple(_cell(binding.get(column), names) for column in columns) for binding in bindings)
    return Table(columns, tuple(rows))


def _cell(value: dict[str, str] | None, names: Callable[[str], str]) -> str:
    match value:
        case None:
            return ""
        case {"type": "uri", "value": iri}:
            return names(terms.iri(iri)).strip("<>")
        case {"type": "bnode", "value": label}:
            return f"_:{label}"
        case {"type": "literal", "value": text, "xml:lang": language}:
            return f"{text} @{language}"
        case {"value": text}:
            return str(text)
        case _:
            return json.dumps(value, ensure_ascii=False)
