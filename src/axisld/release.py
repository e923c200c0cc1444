"""A release: the files that a build leaves behind, what its record says, and how one is opened.

releases/<digest>/  with the beginning of the digest of its pages too, where it brings some
  release.json     the record below
  by-subject.nq    every statement, sorted (also dumps/all.nq), with its block index
  by-object.txt    the same by object, with its block index
  by-predicate.txt the same by predicate, with its block index
  search.sqlite    the index of the full-text search
  overviews.sqlite the tables behind pages that show many things at once
  documents.txt    the document IRIs, sorted: the sitemap
  validated.tsv    of a large publication: what the validation looked at and found, for the next build
  metadata.nq      VoID and DCAT of the release, checksums of the dumps included
  store/           the SPARQL store (Oxigraph)
  pages/           templates and assets that the publication brings, if it does
  dumps/           the dumps and SHA256SUMS
releases/current/<base IRI, percent-encoded>   a link to the release that is served on this base
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

from axisld.config import Config
from axisld.errors import ReleaseError
from axisld.iris import Names
from axisld.store.cardinalities import Cardinalities
from axisld.store.disk import BY_PREDICATE, DiskStore
from axisld.store.patterns import Patterns
from axisld.store.sandbox import Sandbox
from axisld.terms import Statement, statement

LAYOUT = 2  # of the folder; raised when a release of before can no longer be served
RECORD = "release.json"
METADATA = "metadata.nq"
DOCUMENTS = "documents.txt"
SEARCH = "search.sqlite"
OVERVIEWS = "overviews.sqlite"
VALIDATED = "validated.tsv"
STORE = "store"
DUMPS = "dumps"
PAGES = "pages"
WHOLE = "all"  # the name of the dump of the whole


@dataclass(frozen=True, slots=True)
class Dump:
    """One file of `dumps/`."""

    file: str  # "all.ttl.gz"
    part: str  # "all", or the name of a graph such as "data"
    format: str  # the suffix of the format: "ttl"
    compression: str  # "", "gz" or "zst"
    media_type: str  # of the uncompressed content: "text/turtle"
    size_bytes: int
    sha256: str  # hexadecimal


@dataclass(frozen=True, slots=True)
class Part:
    """A named graph, or the whole: what a dump holds."""

    name: str  # "data"; "all" for the whole
    quads: int
    triples: int  # distinct, whatever the graph
    digest: str  # RDFC-1.0 with SHA-256 of the quads, hexadecimal
    triples_digest: str  # likewise of the same statements without graph names: what .ttl .nt .rdf of this part have


@dataclass(frozen=True, slots=True)
class Rule:
    """One of the publication's own rules, by which statements were derived."""

    name: str  # of its file below ontology/rules/, without the suffix: "claims-plain"
    says: str  # what it says in words: its first line; "" where that is no comment
    makes: dict[str, int]  # statements that it derived before any other rule did, by property IRI


@dataclass(frozen=True, slots=True)
class Record:
    """What a release says of itself; `release.json` holds just this."""

    digest: str  # RDFC-1.0 with SHA-256 of the dataset on `base`, hexadecimal
    canonical_digest: str  # the same on `canonical_base`
    base: str
    canonical_base: str
    issued: str  # xsd:dateTime, UTC: when this content was first built here
    generator: str  # "axisld 0.1.0"
    dataset: str  # IRI of the dcat:Dataset
    title: dict[str, str]  # by language tag; "" when it has none
    description: dict[str, str]
    license: str  # IRI; "" when the publication names none
    prefixes: dict[str, str]  # the publication's own table and the common ones
    languages: tuple[str, ...]  # of the labels, most used first
    parts: tuple[Part, ...]  # the whole first, then the named graphs
    dumps: tuple[Dump, ...]
    without: dict[str, str]  # formats that a dump does not come in, by file, with the reason
    classes: dict[str, int]  # instances by class IRI, in the whole
    properties: dict[str, int]  # statements by property IRI, in the whole
    subjects: dict[str, int] = field(default_factory=dict)  # distinct ones, by property IRI
    objects: dict[str, int] = field(default_factory=dict)  # likewise
    layout: int = LAYOUT
    default_graph: str = "union"  # what a query sees without GRAPH; "declared": a default graph that authors filled
    rules: tuple[Rule, ...] = ()  # that derived something, by name
    other_graphs: dict[str, int] = field(default_factory=dict)  # triples by IRI: graphs without own dumps, "" default
    pages: str = ""  # SHA-256 over the templates and assets that the publication brings, hexadecimal; "" without any


@dataclass(frozen=True)
class Release:
    """An opened release. Close it when nobody reads it any more."""

    path: Path
    record: Record
    store: DiskStore
    names: Names = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", Names(self.record.base))

    @cached_property
    def issued(self) -> datetime:
        return datetime.fromisoformat(self.record.issued).astimezone(UTC)

    @property
    def whole(self) -> Part:
        return self.record.parts[0]

    @property
    def patterns(self) -> Patterns:
        return self.store.patterns

    @cached_property
    def cardinalities(self) -> Cardinalities:
        """What a planner of queries counts on."""
        return Cardinalities(self.patterns, self.record.subjects, self.record.objects)

    @property
    def search_index(self) -> Path:
        return self.path / SEARCH

    @property
    def overviews(self) -> Path:
        return self.path / OVERVIEWS

    @property
    def sparql_store(self) -> Path:
        return self.path / STORE

    @property
    def pages(self) -> Path | None:
        return self.path / PAGES if self.record.pages else None

    def metadata(self) -> list[Statement]:
        """The VoID and DCAT statements about this release, in canonical order."""
        # not splitlines: it takes characters that a title may hold, such as U+2028, for ends of lines
        return [statement(line) for line in (self.path / METADATA).read_text("utf-8").split("\n")[:-1]]

    def documents(self) -> Iterator[str]:
        """The IRIs of its documents, sorted: the sitemap."""
        with (self.path / DOCUMENTS).open(encoding="utf-8") as lines:
            for document in lines:
                yield document.rstrip("\n")

    def queries(self, config: Config, graph_writer: str) -> Sandbox:
        """A new pool of processes for queries of strangers; `graph_writer` is "module:function"."""
        return Sandbox(
            self.sparql_store,
            graph_writer=graph_writer,
            in_memory=self.record.parts[0].quads <= config.query_memory_statements,
            processes=config.query_processes,
            seconds=config.query_seconds,
            memory_bytes=config.query_memory_bytes,
            result_bytes=config.query_result_bytes,
            places=config.query_queue,
            wait_seconds=config.query_wait_seconds,
            large_answers=config.query_large_answers,
            slow_seconds=config.query_slow_seconds,
            default_graph=config.default_graph or self.record.default_graph,
            base_iri=self.names.base,
            prefixes=self.record.prefixes,
        )

    def dump(self, file: str) -> Path:
        return self.path / DUMPS / file

    def close(self) -> None:
        self.store.close()


def open_release(path: Path) -> Release:
    """The release in the folder `path`, read-only. Raises ReleaseError if it is none, StoreError if it is damaged."""
    path = path.resolve()  # a link may be set to the next release while this one is read
    record = read_record(path)
    for file in (METADATA, SEARCH, OVERVIEWS, BY_PREDICATE):
        if not (path / file).is_file():
            raise ReleaseError(path, f"{file} is missing; build it again")
    return Release(path, record, DiskStore(path))


def read_record(path: Path) -> Record:
    try:
        held: dict[str, Any] = json.loads((path / RECORD).read_text("utf-8"))
        if held.get("layout") != LAYOUT:
            raise ReleaseError(path, f"its layout is {held.get('layout')}, this program reads {LAYOUT}; build it again")
        held["parts"] = tuple(Part(**part) for part in held["parts"])
        held["dumps"] = tuple(Dump(**dump) for dump in held["dumps"])
        held["rules"] = tuple(Rule(**rule) for rule in held.get("rules", ()))
        held["languages"] = tuple(held["languages"])
        return Record(**held)
    except OSError as error:
        raise ReleaseError(path, f"no release here ({error.strerror}); make one with: axisld build") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ReleaseError(path, f"{RECORD} cannot be understood: {error}; build it again") from error


def write_record(path: Path, record: Record) -> None:
    (path / RECORD).write_text(json.dumps(asdict(record), ensure_ascii=False, indent=2) + "\n", "utf-8")


def current_link(releases: Path, base: str) -> Path:
    """Where the link to the release stands that is to be served on `base`."""
    return releases / "current" / quote(base, safe="")
