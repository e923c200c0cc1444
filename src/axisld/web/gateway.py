"""The way from a WSGI server into the app: who the client is, which path was sent, what the front already knows."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

from werkzeug.routing import BaseConverter

from axisld.web.clients import client_address

WsgiApp = Callable[..., Iterable[bytes]]
CONDITIONS_LATER = "axisld.conditions-later"  # in a WSGI environment: whoever set it sees to the request's conditions
PROBLEM = "axisld.problem"  # likewise: an error found before the app was called, to be answered by it
CANCELLATION = "axisld.cancellation"  # likewise: a sandbox.Cancellation, by which the client's going away ends a query
FAILURE = "axisld.failure"  # likewise: what became of the query, which has been run already
ENDPOINT = "axisld.endpoint"  # set by the app: what answered

_ASCII = "".join(map(chr, range(128)))


class RawConverter(BaseConverter):
    """All the rest of a path, slashes and escapes included."""

    regex = ".*"
    part_isolating = False


class Gateway:
    """Knows the client, and routes by the path as it was sent, without that of the base: `%2F` in a name is no `/`.

    WSGI has only the decoded path; the raw one is in REQUEST_URI (granian's front here, uWSGI, waitress) or RAW_URI
    (gunicorn), else it is spelled anew. Views see it in `request.path`.
    """

    def __init__(self, app: WsgiApp, base_path: str, trusted_proxies: int) -> None:
        self._app = app
        self._base_path = base_path
        self._trusted_proxies = trusted_proxies

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        raw = environ.get("REQUEST_URI") or environ.get("RAW_URI") or ""
        path = raw.partition("?")[0]
        if not path.startswith("/"):  # the absolute form (RFC 9112, 3.2.2), or nothing
            path = "/" + path.partition("://")[2].partition("/")[2] if "://" in path else ""
        path = path or quote(environ.get("PATH_INFO", "/").encode("latin-1"), safe="/:@!$&'()*+,;=~-._")
        path = quote(path.encode("latin-1"), safe=_ASCII)  # an IRI that was sent as it is
        if path.startswith(self._base_path) or path == self._base_path.rstrip("/"):
            path = "/" + path[len(self._base_path) :]
        peer, forwarded = environ.get("REMOTE_ADDR", ""), environ.get("HTTP_X_FORWARDED_FOR", "")
        environ["REMOTE_ADDR"] = client_address(peer, forwarded, self._trusted_proxies)
        environ |= {"PATH_INFO": path, "SCRIPT_NAME": ""}
        return self._app(environ, start_response)
