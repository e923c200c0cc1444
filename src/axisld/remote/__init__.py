"""What a SPARQL server elsewhere holds, as a publication."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from axisld.config import Config
from axisld.errors import ReleaseError
from axisld.iris import Names
from axisld.release import Part, Record
from axisld.remote.questions import Questions
from axisld.remote.record import base_of, graphs_of, metadata_graph, record_of
from axisld.store.remote import RemoteStore
from axisld.store.remote_client import Client
from axisld.store.remote_queries import RemoteQueries
from axisld.terms import Statement

__all__ = ["RemotePublication", "base_of", "metadata_graph", "open_remote"]


@dataclass(frozen=True)
class RemotePublication:
    """A publication without files here. Its record was asked for when it was opened."""

    record: Record
    names: Names
    store: RemoteStore
    client: Client
    described: tuple[Statement, ...]  # VoID and DCAT
    start_seconds: float

    @property
    def issued(self) -> datetime | None:
        """None: who has the server may change what it holds."""
        return None

    @property
    def whole(self) -> Part:
        return self.record.parts[0]

    @property
    def patterns(self) -> None:
        """None: the SPARQL server answers more than patterns."""

    @property
    def cardinalities(self) -> None:
        """None: the SPARQL server plans its queries."""

    @property
    def search_index(self) -> None:
        """None: an index is built with a release."""
        return None

    @property
    def overviews(self) -> None:
        """None: they are built with a release too."""
        return None

    @property
    def pages(self) -> None:
        """None: they come with a release too."""
        return None

    def metadata(self) -> list[Statement]:
        return list(self.described)

    def documents(self) -> Iterator[str]:
        """Asked of the server each time; on a large one it may take too long, which is a StoreTimeoutError."""
        found = Questions(self.client, self.start_seconds).own_subjects(self.names.base)
        yield from sorted({self.names.document(iri) for iri in found})

    def dump(self, file: str) -> Path:
        raise ReleaseError(Path(file), "a publication from a SPARQL server has no dumps here")

    def queries(self, config: Config, graph_writer: str) -> RemoteQueries:
        """Where queries of strangers go: to the server, and not while it wants to be left alone."""
        return RemoteQueries(
            self.client,
            graph_writer=graph_writer,
            processes=config.query_processes,
            seconds=config.query_seconds,
            result_bytes=config.query_result_bytes,
            places=config.query_queue,
            wait_seconds=config.query_wait_seconds,
            slow_seconds=config.query_slow_seconds,
            base_iri=self.names.base,
            prefixes=self.record.prefixes,
        )

    def close(self) -> None:
        self.client.close()


def open_remote(config: Config) -> RemotePublication:
    """The publication that `config.endpoint` holds. Raises StoreError, PublicationError when it holds none."""
    base = base_of(config)
    access = graphs_of(config, base)
    client = Client(access)
    record, described = record_of(Questions(client, config.endpoint_start_seconds), access, base)
    store = RemoteStore(
        client,
        base,
        page_rows=config.endpoint_page_rows,
        cache_seconds=config.endpoint_cache_seconds,
        start_seconds=config.endpoint_start_seconds,
    )
    store.check_rows(record.parts[0].quads)
    return RemotePublication(record, Names(base), store, client, described, config.endpoint_start_seconds)
