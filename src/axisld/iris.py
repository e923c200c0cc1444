"""How a thing's IRI, its document and its graph are named, and how an IRI travels in a URL."""

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

# RFC 3987: characters an IRI may hold in a path as they are; everything else travels percent-encoded in a URL.
_PATH_SAFE = "/:@!$&'()*+,;=~-._"
_UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
_HARMLESS = "+&@:,;=!$'()*"
_LAST_CONTROL = 0x9F  # U+0080 to U+009F are control characters too
_NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|\\^`]')


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one publication on one base IRI."""

    base: str  # ends in "/": "https://example.org/bridges/"

    def __post_init__(self) -> None:
        if not re.match(r"https?://[^/?#\s]+/(?:[^?#\s]*/)?$", self.base):
            raise ValueError(f"{self.base!r} is no base IRI: use http(s)://host/ or http(s)://host/path/, ending in /")

    @property
    def path(self) -> str:
        """The path of the base, "/" or "/bridges/"."""
        return urlsplit(self.base).path

    def thing(self, slug: str) -> str:
        return f"{self.base}id/{slug}"

    def graph(self, name: str) -> str:
        return f"{self.base}graph/{name}"

    @property
    def dataset(self) -> str:
        return f"{self.base}dataset"

    def is_own(self, iri: str) -> bool:
        return iri.startswith(self.base)

    def document(self, iri: str) -> str:
        """The IRI of the document about `iri`, without a suffix.

        `…/id/x` and `…/x` have `…/doc/x`; a name with a fragment has the document before the `#`;
        names of other publishers, and names with a query, have `…/doc?iri=…`.
        """
        if not self.is_own(iri) or "?" in iri:
            return f"{self.base}doc?iri={quote(iri, safe='')}"
        own = iri[len(self.base) :]
        stem, hash_sign, _ = own.partition("#")
        if hash_sign:
            return self.base + stem
        return f"{self.base}doc/{stem.removeprefix('id/')}"


def to_url(iri: str) -> str:
    """The URI of an IRI (RFC 3987, 3.1): non-ASCII percent-encoded as UTF-8, escapes already there kept."""
    return quote(iri, safe=_PATH_SAFE + "%?#[]")


def spellings(raw_path: str) -> tuple[str, ...]:
    """The IRI paths that a percent-encoded request path may mean, likeliest first, each once.

    As sent; with non-ASCII and unreserved characters decoded (RFC 3987, 3.2); with the harmless reserved ones
    (`+ & @ : , ; = ! $ ' ( ) *`) decoded too. `%2F`, `%3F`, `%23` and `%25` never turn into `/ ? # %`.
    """
    decoded = (_decoded(raw_path, kept) for kept in (_UNRESERVED, _UNRESERVED + _HARMLESS))
    return tuple(dict.fromkeys((raw_path, *decoded)))


def _decoded(raw_path: str, ascii_kept: str) -> str:
    def plain(escapes: re.Match[str]) -> str:
        return "".join(
            character if character in ascii_kept or ord(character) > _LAST_CONTROL else quote(character, safe="")
            for character in unquote(escapes[0], errors="strict")
        )

    try:
        return re.sub(r"(?:%[0-9A-Fa-f]{2})+", plain, raw_path)
    except UnicodeDecodeError:  # not UTF-8: only the exact spelling can be meant
        return raw_path


def is_valid_iri(text: str) -> bool:
    """Whether `text` is an absolute IRI by the characters it holds (RFC 3987)."""
    return bool(re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", text)) and not _NOT_IN_IRI.search(text)
