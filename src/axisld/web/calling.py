"""From an ASGI request to a call of a WSGI app, and from what it answers to an Answer."""

import sys
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any

from axisld.web.bodies import FileBody, SpooledBody
from axisld.web.cache import Answer
from axisld.web.gateway import CONDITIONS_LATER, ENDPOINT, WsgiApp

Scope = dict[str, Any]


def environ_of(scope: Scope, headers: dict[bytes, bytes]) -> dict[str, Any]:
    """The WSGI environment of a request (PEP 3333), with its target as it was sent."""
    raw, query = scope["raw_path"].decode("latin-1"), scope["query_string"].decode("latin-1")
    server, client = scope.get("server") or ("", "0"), scope.get("client") or ("", 0)
    environ = {
        "REQUEST_METHOD": "GET" if scope["method"] == "HEAD" else scope["method"],
        "REQUEST_URI": f"{raw}?{query}" if query else raw,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        CONDITIONS_LATER: True,
    }
    for name, value in headers.items():
        if name == b"range" and scope["method"] == "HEAD":  # means something only with GET (RFC 9110, 14.2)
            continue
        if name == b"transfer-encoding":  # the body is whole by now; werkzeug would take it for a stream without end
            continue
        key = name.decode("latin-1").upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value.decode("latin-1")
    return environ


def run(app: WsgiApp, environ: dict[str, Any]) -> Answer:
    """Call the WSGI app and gather what it answers."""
    started: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], _exc_info: object = None) -> Callable[..., Any]:
        started[:] = [int(status[:3]), headers]
        return lambda _: None

    body = app(environ, start_response)
    status, given = started
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in given]
    endpoint = environ.get(ENDPOINT, "unknown")
    if isinstance(body, FileBody | SpooledBody):
        return Answer(status, headers, body, endpoint)
    try:
        whole = b"".join(body)
    finally:
        if hasattr(body, "close"):
            body.close()
    answer = Answer(status, headers, whole, endpoint)
    known = dict(headers)
    answer.etag = known.get(b"etag", b"") if status == 200 else b""
    if b"last-modified" in known:
        answer.last_modified = parsedate_to_datetime(known[b"last-modified"].decode())
    answer.vary = tuple(name.strip().lower() for name in known.get(b"vary", b"").split(b",") if name.strip())
    return answer
