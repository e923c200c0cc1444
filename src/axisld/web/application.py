"""The Flask app: which URL goes to which view, and what every answer gets. A plain WSGI app, for any server."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, request
from werkzeug.routing import BaseConverter

from axisld.web import conditions, dataset, documents, dumps, graphs, machines, problems, surroundings
from axisld.web.clients import client_address
from axisld.web.encoding import encoded
from axisld.web.headers import SECURITY, SHARING, preflight
from axisld.web.bodies import FileBody, part
from axisld.web.site import Site

StartResponse = Callable[..., Any]
CONDITIONS_LATER = "axisld.conditions-later"  # in a WSGI environment: whoever set it sees to the request's conditions
PROBLEM = "axisld.problem"  # likewise: an error found before the app was called, to be answered by it
CANCELLATION = "axisld.cancellation"  # likewise: a sandbox.Cancellation, by which the client's going away ends a query
NOT_IN_304 = ("Content-Type", "Content-Encoding", "Content-Length", "Content-Language", "Link")  # RFC 9110, 15.4.5


def create_app(here: Site) -> Flask:
    """The app that publishes a release."""
    app = Flask(__name__, static_folder=None)
    app.extensions["axisld"] = here
    app.config["MAX_CONTENT_LENGTH"] = here.config.max_body_bytes
    app.url_map.converters["raw"] = _RawConverter
    app.url_map.merge_slashes = False  # "id/a//b" is a name of its own
    app.url_map.strict_slashes = False
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    for module in (dataset, documents, dumps, graphs, machines):
        app.register_blueprint(module.routes)
    problems.register(app)
    surroundings.register(app, here)
    app.before_request(_raise_problem)
    app.before_request(_answer_options)
    app.after_request(_finish)
    app.wsgi_app = _Gateway(app.wsgi_app, here.names.path, here.config.trusted_proxies)  # type: ignore[method-assign]
    return app


class _RawConverter(BaseConverter):
    """All the rest of a path, slashes and escapes included."""

    regex = ".*"
    part_isolating = False


class _Gateway:
    """Sets who the client is, and routes by the path as it was sent, without the path of the base: `%2F` in a name is no `/`.

    WSGI has only the decoded path; the raw one is in REQUEST_URI (granian's front here, uWSGI, waitress) or RAW_URI
    (gunicorn), else it is spelled anew. Views see it in `request.path`.
    """

    def __init__(self, app: StartResponse, base_path: str, trusted_proxies: int) -> None:
        self._app = app
        self._base_path = base_path
        self._trusted_proxies = trusted_proxies

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        raw = environ.get("REQUEST_URI") or environ.get("RAW_URI") or ""
        path = raw.partition("?")[0]
        if not path.startswith("/"):  # the absolute form (RFC 9112, 3.2.2), or nothing
            path = "/" + path.partition("://")[2].partition("/")[2] if "://" in path else ""
        path = path or quote(environ.get("PATH_INFO", "/").encode("latin-1"), safe="/:@!$&'()*+,;=~-._")
        if path.startswith(self._base_path) or path == self._base_path.rstrip("/"):
            path = "/" + path[len(self._base_path) :]
        peer, forwarded = environ.get("REMOTE_ADDR", ""), environ.get("HTTP_X_FORWARDED_FOR", "")
        environ["REMOTE_ADDR"] = client_address(peer, forwarded, self._trusted_proxies)
        environ |= {"PATH_INFO": path, "SCRIPT_NAME": ""}
        return self._app(environ, start_response)


def _raise_problem() -> None:
    if problem := request.environ.get(PROBLEM):
        raise problem


def _answer_options() -> Response | None:
    """What may be done here; browsers ask before requests with headers of their own."""
    if request.method != "OPTIONS" or request.url_rule is None:
        return None
    return Response(status=204, headers=preflight(request.url_rule.methods or ()))


def _finish(response: Response) -> Response:
    """Security, sharing, content coding, entity tag, preconditions, ranges."""
    request.environ["axisld.endpoint"] = request.endpoint or "unknown"
    response.headers.update(SECURITY | SHARING)
    if request.method == "OPTIONS":
        return response
    if isinstance(response.response, FileBody):
        return _finish_file(response, response.response)
    body, coding = encoded(response.get_data(), request.headers.get("Accept-Encoding"))
    response.vary.add("Accept-Encoding")
    if coding:
        response.set_data(body)
        response.headers["Content-Encoding"] = coding
    if response.status_code == 200:
        # The digest of the bytes: release, format, language, coding and page all show in them, and nothing else.
        response.headers.setdefault("ETag", f'"{hashlib.sha256(body).hexdigest()[:32]}"')
        if CONDITIONS_LATER not in request.environ:
            _apply_conditions(response)
    return response


def _finish_file(response: Response, file: FileBody) -> Response:
    """Files are sent as they are, or in part (RFC 9110, 14)."""
    response.headers["ETag"] = file.etag
    response.headers["Accept-Ranges"] = "bytes"
    response.content_length = file.length
    _apply_conditions(response)
    asked = request.headers.get("Range")
    if response.status_code != 200 or asked is None or request.method != "GET":
        return response
    if not conditions.wants_range(request.headers.get("If-Range"), file.etag, response.last_modified):
        return response
    found = part(asked, file.size)
    if found is None:
        return response
    start, length = found
    response.headers["Content-Range"] = (
        f"bytes {start}-{start + length - 1}/{file.size}" if length else f"bytes */{file.size}"
    )
    response.status_code = 206 if length else 416
    response.response = replace(file, start=start, length=length)
    response.content_length = length
    return response


def _apply_conditions(response: Response) -> None:
    """304 or 412 where the request's conditions say so."""
    given = {name: request.headers[name] for name in conditions.HEADERS if name in request.headers}
    status = conditions.status(given, response.headers["ETag"], response.last_modified)
    if status != 200:
        response.status_code = status
        response.response = []
        for name in NOT_IN_304:
            response.headers.pop(name, None)
