"""What a server publishes, wherever it is: a release on this machine, or what a SPARQL server elsewhere holds."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Protocol

from axisld.config import Config
from axisld.iris import Names
from axisld.release import Part, Record
from axisld.store import Store
from axisld.store.cardinalities import Cardinalities
from axisld.store.patterns import Patterns
from axisld.store.query_lane import Answered
from axisld.store.query_queue import Cancellation
from axisld.store.query_tally import Statistics
from axisld.store.sandbox import Answer, Query
from axisld.terms import Statement


class Queries(Protocol):
    """Where queries of strangers run: a Sandbox, or RemoteQueries."""

    @property
    def capacity(self) -> int:
        """How many threads may be inside `run`; one more is turned away at once."""
        ...

    def run(self, query: Query, cancellation: Cancellation | None = None) -> Answer:
        """The answer; raises QueryError, QueryLimitError, UnrepresentableError, QueryCancelledError, StoreError."""
        ...

    def run_light(self, query: Query, answered: Answered) -> bool:
        """Whether `answered` will be told the answer to a light query soon, or None: then, and else, `run` it."""
        ...

    def statistics(self) -> Statistics: ...

    def close(self, drain_seconds: float = 0.0) -> None:
        """Wait for the queries under way, `drain_seconds` at most, and end the others."""
        ...


class Publication(Protocol):
    """What the pages, the metadata and the endpoint are about. Any method may raise StoreError."""

    @property
    def record(self) -> Record: ...

    @property
    def names(self) -> Names: ...

    @property
    def store(self) -> Store: ...

    @property
    def issued(self) -> datetime | None:
        """When the content was published; None where it may change while it is served."""
        ...

    @property
    def whole(self) -> Part:
        """What all its graphs hold together."""
        ...

    @property
    def patterns(self) -> Patterns | None:
        """What answers triple patterns; None where only a SPARQL server could."""
        ...

    @property
    def cardinalities(self) -> Cardinalities | None:
        """What queries are planned by; None where another server plans them."""
        ...

    @property
    def search_index(self) -> Path | None:
        """The index of its full-text search; None where there is none."""
        ...

    @property
    def overviews(self) -> Path | None:
        """The tables behind pages that show many things at once; None where there are none."""
        ...

    @property
    def pages(self) -> Path | None:
        """The folder of templates and assets that it brings for its own pages; None where it brings none."""
        ...

    def metadata(self) -> list[Statement]:
        """The VoID and DCAT statements about it, in canonical order."""
        ...

    def documents(self) -> Iterator[str]:
        """The IRIs of its documents, sorted: the sitemap."""
        ...

    def dump(self, file: str) -> Path:
        """Where one of the dumps in its record is."""
        ...

    def queries(self, config: Config, graph_writer: str) -> Queries:
        """A new place where queries run; `graph_writer` is "module:function"."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...
