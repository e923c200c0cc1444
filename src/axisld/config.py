"""Every setting with its unit, default and environment name. Nothing is read at import.

The flag of `query_seconds` is `--query-seconds`, its environment variable `AXISLD_QUERY_SECONDS`.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

DEFAULT_GRAPHS = ("", "union", "declared")
_MAY_BE_ZERO = {
    "port",
    "large_statements",
    "query_memory_statements",
    "query_light_statements",
    "cache_bytes",
    "drain_seconds",
    "document_max_age_seconds",
    "endpoint_cache_seconds",
}
_KINDS = {str: "a text", int: "a whole number", float: "a number"}


def _setting(default: Any, help: str) -> Any:
    return field(default=default, metadata={"help": help})


@dataclass(frozen=True, slots=True)
class Config:
    """How a publication is built and served."""

    root: str = _setting(".", "folder of the publication: ontology/, data/, shapes/")
    releases: str = _setting("", "folder of the releases; empty: ROOT/releases")
    base_iri: str = _setting("", "publish under this base IRI instead of the address listened on")
    large_statements: int = _setting(100_000, "statements beyond which a build works on disk and in processes")
    build_processes: int = _setting(0, "processes of a build of a large publication; 0: as many as cores")
    host: str = _setting("127.0.0.1", "address to listen on")
    port: int = _setting(8000, "TCP port to listen on")
    trusted_proxies: int = _setting(0, "number of proxies in front whose X-Forwarded-For is believed; 0: none")
    access_log: str = _setting("-", "file of the access log in Combined Log Format; -: standard output; empty: none")
    drain_seconds: float = _setting(10.0, "time that requests in flight get to finish when the server stops")
    header_seconds: float = _setting(10.0, "time that a client gets to send its request's headers")
    body_seconds: float = _setting(10.0, "time that a client gets to send its request's body")
    web_threads: int = _setting(8, "threads that make answers")
    max_url_bytes: int = _setting(32768, "longest request target; beyond it 414")
    max_body_bytes: int = _setting(262144, "largest request body; beyond it 413")
    cache_bytes: int = _setting(67108864, "memory for finished answers")
    document_max_age_seconds: int = _setting(60, "Cache-Control max-age of documents")
    page_statements: int = _setting(500, "statements about a thing on one page of its description")
    page_links: int = _setting(100, "statements that point at a thing on one page of its description")
    query_workers: int = _setting(
        0, "processes that run queries; 0: one more than cores, for a client gets all but one"
    )
    query_memory_statements: int = _setting(
        100000, "statements up to which each query process holds them all in memory, which is faster; 0: on disk"
    )
    query_light_statements: int = _setting(
        4000, "statements up to which a query that can look at no more shares a process; 0: none does"
    )
    query_seconds: float = _setting(20.0, "wall clock of one query")
    query_memory_bytes: int = _setting(1073741824, "memory of one query")
    query_result_bytes: int = _setting(67108864, "largest result of a query")
    query_text_bytes: int = _setting(131072, "longest query")
    query_nesting: int = _setting(50, "deepest nesting of brackets in a query")
    query_queue: int = _setting(32, "queries that may wait; beyond it 503")
    query_wait_seconds: float = _setting(20.0, "time that a query may wait for its turn")
    query_large_answers: int = _setting(16, "large answers on their way to clients, each kept on disk meanwhile")
    query_slow_seconds: float = _setting(5.0, "queries that run longer are logged, without who asked")
    search_seconds: float = _setting(2.0, "wall clock of one search, or of one look into the views")
    search_threads: int = _setting(2, "threads that search, beside those that make other answers")
    search_text_characters: int = _setting(200, "longest text to search for")
    search_results: int = _setting(20, "things on one page of what a search finds")
    browse_entries: int = _setting(100, "names on one page of an index from A to Z")
    reconciliation_queries: int = _setting(50, "queries in one batch of the reconciliation service; beyond it 413")
    default_graph: str = _setting("", "what a query sees without GRAPH: union or declared; empty: as the data say")
    endpoint: str = _setting("", "publish what this SPARQL 1.1 endpoint holds, instead of a release; empty: a release")
    endpoint_graphs: str = _setting("", "its named graphs to publish, by spaces; empty: those below the base, else all")
    endpoint_user: str = _setting("", "name to give to the endpoint; empty: none")
    endpoint_password: str = _setting("", "password to give to the endpoint; better set in the environment")
    endpoint_seconds: float = _setting(10.0, "time that the endpoint gets for one question of a look-up")
    endpoint_start_seconds: float = _setting(120.0, "time that it gets for one question about everything, at the start")
    endpoint_page_rows: int = _setting(2000, "rows asked of the endpoint at a time")
    endpoint_cache_seconds: float = _setting(60.0, "age up to which an answer of the endpoint is used again")

    def __post_init__(self) -> None:
        if self.default_graph not in DEFAULT_GRAPHS:
            raise ValueError(f"default_graph={self.default_graph!r}: give union or declared")
        if self.default_graph == "declared" and self.endpoint:
            raise ValueError("default_graph=declared: the graphs of an endpoint are always seen together")
        self._check_numbers()

    def _check_numbers(self) -> None:
        for setting in fields(self):
            value, may_be_zero = getattr(self, setting.name), setting.default == 0 or setting.name in _MAY_BE_ZERO
            if isinstance(value, int | float) and (value < 0 or (value == 0 and not may_be_zero)):
                raise ValueError(f"{environment_name(setting.name)}={value}: {setting.metadata['help']}; give more")

    @property
    def releases_folder(self) -> Path:
        return Path(self.releases) if self.releases else Path(self.root) / "releases"

    @property
    def base(self) -> str:
        """The base IRI to publish under."""
        return self.base_iri or f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}/"

    @property
    def query_processes(self) -> int:
        return self.query_workers or (os.cpu_count() or 1) + 1


def environment_name(setting: str) -> str:
    return f"AXISLD_{setting.upper()}"


def from_environment(environment: Mapping[str, str]) -> Config:
    """The settings that `environment` names; defaults for the rest. A value of the wrong type is a ValueError."""
    given: dict[str, Any] = {}
    for setting in fields(Config):
        name = environment_name(setting.name)
        if name not in environment:
            continue
        kind: type[str] | type[int] | type[float] = type(setting.default)  # type: ignore[assignment]
        try:
            given[setting.name] = kind(environment[name])
        except ValueError as error:
            raise ValueError(
                f"{name}={environment[name]!r}: {setting.metadata['help']}; give {_KINDS[kind]}"
            ) from error
    return Config(**given)
