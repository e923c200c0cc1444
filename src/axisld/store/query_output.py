"""How the engine's answers are written, in a process of their own or in the server: formats, limits, and XML mended."""

import re
from collections.abc import Mapping
from typing import Any

import pyoxigraph

from axisld.errors import UnrepresentableError

SOLUTIONS = {
    "srj": pyoxigraph.QueryResultsFormat.JSON,
    "srx": pyoxigraph.QueryResultsFormat.XML,
    "csv": pyoxigraph.QueryResultsFormat.CSV,
    "tsv": pyoxigraph.QueryResultsFormat.TSV,
}
_NOT_IN_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")  # XML 1.0, 2.2 "Char", in UTF-8


class ResultTooLargeError(Exception):
    """The answer has more bytes than it may have."""


class Output:
    """A file that keeps what is written to it, up to a number of bytes, in `buffer`."""

    def __init__(self, most_bytes: int, *, in_xml: bool) -> None:
        self.buffer = bytearray()
        self._left = most_bytes
        self._in_xml = in_xml
        self._tail = b""

    def write(self, data: bytes) -> int:
        """Raises ResultTooLargeError, UnrepresentableError."""
        written = len(data)
        if self._in_xml:
            data = self._well_formed(data)
        self._left -= len(data)
        if self._left < 0:
            raise ResultTooLargeError
        self.buffer += data
        return written

    def flush(self) -> None:
        """The engine asks for it at its end."""

    def _well_formed(self, data: bytes) -> bytes:
        """The engine writes control characters as they are; a reader of XML would stop at them, or change them.

        A carriage return would be read as a line feed (XML 1.0, 2.11).
        """
        if _NOT_IN_XML.search(self._tail + data):
            raise UnrepresentableError("XML", "it holds a control character that XML 1.0 has no way to write")
        self._tail = data[-2:]
        return data.replace(b"\r", b"&#13;")


def dataset(
    is_union: bool, default_graphs: tuple[str, ...] | list[str], named_graphs: tuple[str, ...] | list[str]
) -> Mapping[str, Any]:
    """What the default graph and the named graphs of a query are (SPARQL 1.1 Protocol, 2.1.4), for the engine.

    The engine's union switch would override a FROM in the text, and without `named_graphs` all of them would stay.
    """
    if is_union:
        return {"use_default_graph_as_union": True}
    if not default_graphs and not named_graphs:
        return {}
    return {
        "default_graph": [pyoxigraph.NamedNode(name) for name in default_graphs],
        "named_graphs": [pyoxigraph.NamedNode(name) for name in named_graphs],
    }
