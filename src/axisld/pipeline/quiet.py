"""rdflib and what stands on it, kept from printing and from calling other machines while a publication is built."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from io import StringIO
from typing import Any

import rdflib.plugins.sparql
from rdflib.plugins.sparql import evaluate


@contextmanager
def quiet_and_offline() -> Iterator[None]:
    """Ill-typed literals are for shapes to find, not to print; SERVICE and FROM in a shape reach nobody."""
    logged, service = logging.root.manager.disable, evaluate.evalServiceQuery
    loads = rdflib.plugins.sparql.SPARQL_LOAD_GRAPHS
    logging.disable(logging.CRITICAL)
    evaluate.evalServiceQuery = _refuse  # type: ignore[assignment]
    rdflib.plugins.sparql.SPARQL_LOAD_GRAPHS = False
    try:
        with warnings.catch_warnings(), redirect_stderr(StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        rdflib.plugins.sparql.SPARQL_LOAD_GRAPHS = loads
        evaluate.evalServiceQuery = service
        logging.disable(logged)


def _refuse(*_: Any) -> None:
    raise ValueError("SERVICE cannot be used in a shape: a build calls no other machine")
