"""The body of an answer in the content coding that the client prefers (RFC 9110, 12.5.3). Pure."""

import gzip
from collections.abc import Callable
from functools import lru_cache

import brotli
import zstandard

from axisld.representations.negotiation import choose_encoding

SMALLEST_BYTES = 256  # below it, what is saved is less than the header costs
_BROTLI_QUALITY, _ZSTD_LEVEL, _GZIP_LEVEL = 5, 9, 6  # about equal in time

# The densest first: on a tie, the first is taken.
CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, mode=brotli.MODE_TEXT, quality=_BROTLI_QUALITY),
    "zstd": lambda body: zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compress(body),
    "gzip": lambda body: gzip.compress(body, _GZIP_LEVEL, mtime=0),  # no time in it: equal bodies stay equal
}


def encoded(body: bytes, accept_encoding: str | None) -> tuple[bytes, str]:
    """The body in the coding chosen, and the coding's name; as it is, and "", where coding does not pay.

    A client that refuses even "identity" gets that all the same, as RFC 9110, 12.5.3 advises.
    """
    coding = coding_for(accept_encoding)
    if not coding or len(body) < SMALLEST_BYTES:
        return body, ""
    return CODINGS[coding](body), coding


@lru_cache(64)  # few clients differ
def coding_for(accept_encoding: str | None) -> str:
    """The coding that the client prefers; "" for none."""
    coding = choose_encoding(accept_encoding, tuple(CODINGS))
    return coding if coding in CODINGS else ""
