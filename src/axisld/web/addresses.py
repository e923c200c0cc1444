"""How URLs and IRIs find each other: where the document about a thing is, and which thing a path means."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

from axisld.iris import Names, is_valid_iri, spellings
from axisld.reader import Reader
from axisld.release import Record
from axisld.representations.formats import DOCUMENTS, Format

# First segments of paths that are the server's own. A thing may have them in its name; its document is /doc?iri=….
RESERVED = frozenset((
    ".well-known", "about", "assets", "browse", "context.jsonld", "dataset", "doc", "dumps", "fragments", "graph",
    "healthz", "linkset", "metrics", "opensearch.xml", "reconcile", "robots.txt", "search", "sitemap", "sitemap.xml",
    "sparql", "suggest",
))  # fmt: skip
_PATHS_KEPT = 10_000  # of documents, with the suffixes that they cannot have
_BY_SUFFIX = {format_.suffix: format_ for format_ in DOCUMENTS}


class Target(NamedTuple):
    """What a path means."""

    iri: str
    format: Format | None  # of a path that ends in its suffix


@dataclass(frozen=True)
class Addresses:
    """The addresses of one release."""

    names: Names
    reader: Reader
    record: Record
    _taken: Callable[[str], frozenset[str]] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_taken", lru_cache(_PATHS_KEPT)(self._taken_suffixes))

    def document(self, iri: str) -> str:
        """The document about `iri`: as its name says, unless that URL is the server's or another thing's."""
        if not self.names.is_own(iri):
            return self.names.document(iri)
        if iri in (self.names.base, self.names.dataset) or self.is_graph(iri) or self.is_document(iri):
            return iri
        own = iri[len(self.names.base) :]
        if "#" in own:
            is_hidden = not self.is_document(iri.partition("#")[0])
        else:
            is_hidden = not own.startswith("id/") and self.reader.is_known(self.names.thing(own))
        return self._by_iri(iri) if is_hidden else self.names.document(iri)

    def description(self, iri: str) -> str:
        """Where just `iri` is described: its document; doc/ontology/Term of ontology#Term, which shares its own."""
        document, _, name = iri.partition("#")
        if not (name and self.names.is_own(iri) and self.is_document(document)):
            return self.document(iri)
        slug = f"{document[len(self.names.base) :]}/{name}"
        is_taken = self.reader.known((self.names.thing(slug), self.names.base + slug))
        return self._by_iri(iri) if is_taken else self.part(document, name)

    def part(self, document: str, name: str) -> str:
        """Likewise, unless a thing has that document: the likely address, without a question to the store."""
        if re.search("[/?]", name):
            return self._by_iri(f"{document}#{name}")
        return f"{self.names.base}doc/{document[len(self.names.base) :]}/{name}"

    def _by_iri(self, iri: str) -> str:
        return f"{self.names.base}doc?iri={quote(iri, safe='')}"

    def is_graph(self, iri: str) -> bool:
        return any(iri == self.names.graph(part.name) for part in self.record.parts[1:])

    def is_document(self, iri: str) -> bool:
        """Whether an own IRI is answered by itself, as the document of the names `iri#…`."""
        own = iri[len(self.names.base) :]
        if not own or own.split("/")[0] in RESERVED or (own.startswith("id/") and self.reader.is_known(iri)):
            return False
        return self.reader.has_fragments(iri)

    def location(self, document: str, format_: Format | None = None, page: int = 1) -> str:
        """The URL of a document in one format, and of one page of it: `…/x.ttl`, unless that is another thing's."""
        path, _, query = document.partition("?")
        parameters = [query] if query else []
        if format_ and not query and format_.suffix not in self._taken(path):
            path += f".{format_.suffix}"
        elif format_:
            parameters.append(f"format={format_.suffix}")
        if page > 1:
            parameters.append(f"page={page}")
        return f"{path}?{'&'.join(parameters)}" if parameters else path

    def href(self, iri: str) -> str:
        """The link to an own IRI from a page: without a host, so that a copy of the site elsewhere works."""
        return self.names.path + iri[len(self.names.base) :] if self.names.is_own(iri) else iri

    def named_by(self, path: str) -> Target | None:
        """The known thing, or the document of `#` names, that the raw path of a request below the base names."""
        return self._known([self.names.base + spelling for spelling in spellings(path)])

    def described_at(self, slug: str) -> Target | None:
        """The known thing whose document has this raw slug; else the term whose description does."""
        candidates = [f"{self.names.base}{kind}{spelling}" for spelling in spellings(slug) for kind in ("id/", "")]
        found = self._known(
            [iri for iri in candidates if self.names.document(iri).startswith(f"{self.names.base}doc/")]
        )
        return found or self._part_at(slug)

    def _part_at(self, slug: str) -> Target | None:
        """The name `…/ontology#Term` that `ontology/Term` means."""
        for candidate in _with_and_without_suffix([self.names.base + spelling for spelling in spellings(slug)]):
            document, _, name = candidate.iri.rpartition("/")
            iri = f"{document}#{name}"
            if name and is_valid_iri(iri) and self.reader.is_known(iri) and self.is_document(document):
                return Target(iri, candidate.format)
        return None

    def _known(self, candidates: Sequence[str]) -> Target | None:
        for candidate in _with_and_without_suffix(candidates):
            iri = candidate.iri
            if is_valid_iri(iri) and (self._is_mentioned(iri) or self.is_document(iri)):
                return candidate
        return None

    def _is_mentioned(self, iri: str) -> bool:
        """Whether the data has the name anywhere; a property may be used and never described."""
        return iri in self.record.properties or self.reader.is_known(iri)

    def _taken_suffixes(self, path: str) -> frozenset[str]:
        """The suffixes with which `path` is the URL of another thing, or of its document."""
        own = path[len(self.names.base) :]
        slug = own.removeprefix("doc/")
        stems = (path,) if slug == own else (self.names.thing(slug), self.names.base + slug)
        named = {f"{stem}.{suffix}": suffix for suffix in _BY_SUFFIX for stem in stems}
        return frozenset(named[iri] for iri in self.reader.known(named))


def _with_and_without_suffix(candidates: Sequence[str]) -> Iterator[Target]:
    """The candidates as they are, then those that end in the suffix of a format without it: the whole name wins."""
    for iri in candidates:
        yield Target(iri, None)
    for iri in candidates:
        for suffix, format_ in _BY_SUFFIX.items():  # "x.expanded.jsonld" is "x" or "x.expanded"
            if iri.endswith(f".{suffix}"):
                yield Target(iri.removesuffix(f".{suffix}"), format_)
