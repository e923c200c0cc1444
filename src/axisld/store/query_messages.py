"""What the client of a query that failed is told: facts of a worker made into errors that say what to do."""

import re
from collections.abc import Mapping
from typing import Any

from axisld.errors import AxisError, QueryError, QueryLimitError, StoreError, UnrepresentableError

_REFUSED = {"LATERAL", "SERVICE"}  # the engine would take them, this endpoint would not
_AT = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_EXPECTED = re.compile(r"\[(?:'(?:\\.|[^'\\])*+'|[^\]'])*+\]|\"(?:[^\"\\]|\\.)*+\"|[^,\s][^,]*+", re.DOTALL)
_MESSAGE_CHARACTERS = 500  # of an engine's message, which may quote a query of any length
_MOST_EXPECTED = 8  # of what could stand at the place of an error; a longer list helps nobody


def failure(facts: Mapping[str, Any], result_bytes: int, memory_bytes: int) -> AxisError:
    """The error that a worker reported."""
    message = facts.get("message", "")
    match facts["error"]:
        case "query":
            return query_error(message)
        case "connection":
            return QueryError("A query cannot call another endpoint or read a file here: SERVICE is refused.")
        case "unrepresentable":
            return UnrepresentableError(facts["format"], message)
        case "store":
            return StoreError(f"The SPARQL store cannot be read: {message}")
        case limit:
            return limit_error(limit, 0, memory_bytes, result_bytes)


def query_error(message: str) -> QueryError:
    """The engine's message without what only its authors understand, with line and column where it has them."""
    match = _AT.match(message)
    if match is None:
        return QueryError(f"The query cannot be evaluated: {message[:_MESSAGE_CHARACTERS]}.")
    line, column, expected = int(match[1]), int(match[2]), _EXPECTED.findall(match[3])
    reasons = [item for item in expected if re.match(r"[A-Z][A-Za-z]+ [a-z]", item)]  # "Prefix not found"
    choices = [item for item in expected if not item.startswith("[") and item not in _REFUSED]
    if reasons:
        detail = f": {reasons[0]}"
    elif 0 < len(choices) <= _MOST_EXPECTED:
        detail = f"; expected here: {' or '.join(choices)}"
    else:
        detail = ""
    return QueryError(
        f"Line {line}, column {column}: the query cannot be understood from here on{detail}.", line, column
    )


def limit_error(limit: str, seconds: float, memory_bytes: int, result_bytes: int) -> QueryLimitError:
    """What the client of a query that met `limit` is told."""
    mebibytes = memory_bytes // 2**20
    messages = {
        "seconds": f"The query ran longer than {seconds:g} s, its limit here. "
        "Ask for less: more specific patterns, fewer OPTIONAL and UNION, no ORDER BY; or use the dumps.",
        "memory": f"The query needed more than {mebibytes} MiB of memory, the limit here. "
        "Ask for less: avoid ORDER BY, DISTINCT and GROUP BY over large results; or use the dumps.",
        "result": f"The answer is larger than {result_bytes:,} bytes, the limit here, and answers are not cut. "
        "Ask for less with LIMIT and OFFSET, or use the dumps.",
        "stack": "The query is nested too deeply, or one expression has too many operators. Write it with fewer.",
        "crash": "The process that ran the query ended unexpectedly. Try again; if it happens again, ask for less.",
    }
    return QueryLimitError(limit, messages[limit])
