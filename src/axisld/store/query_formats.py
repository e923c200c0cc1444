"""The formats of answers to queries: those of the engine, and the writer of graphs in others."""

import importlib
from collections.abc import Callable, Mapping

import pyoxigraph

# By the suffix of the format.
SOLUTIONS = {
    "srj": pyoxigraph.QueryResultsFormat.JSON,
    "srx": pyoxigraph.QueryResultsFormat.XML,
    "csv": pyoxigraph.QueryResultsFormat.CSV,
    "tsv": pyoxigraph.QueryResultsFormat.TSV,
}

# A graph as N-Triples, the suffix of a format, prefixes: the graph in that format.
GraphWriter = Callable[[bytes, str, Mapping[str, str]], bytes]


def graph_writer(name: str) -> GraphWriter:
    """The function called `module:name`."""
    module, _, function = name.partition(":")
    writer: GraphWriter = getattr(importlib.import_module(module), function)
    return writer
