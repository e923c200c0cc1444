"""Headers that many answers share: security, sharing across origins, caching, links."""

from collections.abc import Iterable

from axisld.config import Config
from axisld.iris import to_url

_SECURITY = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "strict-origin-when-cross-origin"}
# Nothing runs and nothing is loaded but our own styles and pictures; data that finds a way into a page stays text.
PAGE_SECURITY = _SECURITY | {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
# Of a page that others may show in a frame of theirs, as a value of Content-Security-Policy.
EMBEDDABLE = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors *"
# Data are no pages, but a browser may show XML as one.
DATA_SECURITY = _SECURITY | {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"}
# Open data: any page may read it, and nobody's cookies are looked at (Fetch standard, 3.2).
SHARING = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "Accept-Ranges, Content-Encoding, Content-Location, Content-Range, ETag, Link, Location, Retry-After"
    ),
    "Cross-Origin-Resource-Policy": "cross-origin",
}
IMMUTABLE = "public, max-age=31536000, immutable"  # of a URL that holds a digest
NO_STORE = "no-store"
_STALE_SECONDS = 86400  # a cache may answer with what it has while it asks for the new


def cache_control(config: Config) -> str:
    """Of any document, and of any answer that a release has for good."""
    return f"public, max-age={config.document_max_age_seconds}, stale-while-revalidate={_STALE_SECONDS}"


def preflight(allowed: Iterable[str]) -> dict[str, str]:
    """What a browser that asks before a request is told (Fetch standard, 4.8)."""
    methods = ", ".join(sorted(allowed))
    return {
        "Allow": methods,
        "Access-Control-Allow-Methods": methods,
        "Access-Control-Allow-Headers": "*",
        "Access-Control-Max-Age": "86400",
    }


def link(target: str, relation: str, media_type: str = "", languages: Iterable[str] = ()) -> str:
    """One value of a Link header (RFC 8288, 3). The target is an IRI; it travels as a URI."""
    typed = f'; type="{media_type}"' if media_type else ""
    return f'<{to_url(target)}>; rel="{relation}"{typed}' + "".join(f"; hreflang={language}" for language in languages)
