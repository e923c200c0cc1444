"""Which file holds the answer of which URL. Pure; the configurations in `templates/` find the files by the same rules.

site/                          what is at the address of the base; a URL without a query is the file of its path
  doc/x.ttl  doc/x.html        one document in one format; /doc/x itself is negotiated among those
  index.html  dumps/index.*    of / and /dumps/
  assets/iri/<IRI>.ttl         of /doc?iri=<IRI>, the IRI percent-encoded, cut into folders of `SEGMENT` characters
  assets/linkset/<IRI>.json    of /linkset?iri=<IRI>, likewise
  assets/variants/own/<page>/<language>/…      of ?page= and ?lang=; the language is "-" for data
  assets/variants/taken/<page>/<language>/…    of ?format= where the path with the suffix is another thing's
  assets/gone/…                what is said of things that have been withdrawn
  assets/named/…               empty: the things whose names do not begin with id/
  assets/parts/…               empty: the documents about a name with a "#", such as doc/ontology/Term
"""

import re
from urllib.parse import parse_qs, quote

from axisld.errors import AxisError
from axisld.representations import formats

SEGMENT = 200  # characters; most file systems allow 255 bytes, a suffix included
DEEPEST = 8  # segments of an IRI
NO_LANGUAGE = "-"
_MOST_BYTES = 255  # of a file's name
_SUFFIXES = tuple(f".{format_.suffix}" for format_ in formats.DOCUMENTS)
_ROOMY = max(map(len, _SUFFIXES)) + len(".zst")


class NoFileError(AxisError):
    """A URL whose answer no file can hold, so that a static host cannot give it."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url}: {reason}; a static host answers 404")


def file_of(url: str, language: str = "") -> str:
    """The file, relative to `site/`, for a URL below the base without the slash at its beginning: "doc/x?page=2".

    `language` is "" for data, and for pages in the language of those who ask for none that there is.
    """
    path, _, query = url.partition("?")
    given = {name: values[0] for name, values in parse_qs(query).items()}
    page, suffix = given.get("page", "1"), given.get("format", "")
    tree = "own"
    if path == "doc" and "iri" in given:
        path = f"assets/iri/{in_segments(given['iri'])}.{suffix}"
    elif path == "linkset":
        path = f"assets/linkset/{in_segments(given['iri'])}.json"
    elif path in ("", "dumps/"):
        path = f"{path}index.{suffix or 'html'}"
    elif suffix:
        path, tree = f"{path}.{suffix}", "taken"
    _check(url, path)
    is_default = tree == "own" and page == "1" and not language
    return path if is_default else f"assets/variants/{tree}/{page}/{language or NO_LANGUAGE}/{path}"


def in_segments(iri: str) -> str:
    """A percent-encoded IRI as a path of names that are short enough."""
    encoded = quote(iri, safe="")
    pieces = [encoded[start : start + SEGMENT] for start in range(0, len(encoded), SEGMENT)]
    if len(pieces) > DEEPEST:
        raise NoFileError(f"doc?iri={encoded}", f"the IRI is longer than {SEGMENT * DEEPEST} characters")
    return "/".join(pieces)


def _check(url: str, path: str) -> None:
    segments = path.split("/")
    if any(segment in ("", ".", "..") for segment in segments):
        raise NoFileError(url, "a part of the path is empty, . or ..")
    if any(len(segment.encode()) > _MOST_BYTES - _ROOMY for segment in segments):
        raise NoFileError(url, f"a part of the path is longer than {_MOST_BYTES - _ROOMY} bytes")
    if re.search(r"[\x00-\x1f]", path):
        raise NoFileError(url, "there is a control character in the path")
