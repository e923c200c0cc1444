"""The Flask app: which URL goes to which view, and what every answer gets. A plain WSGI app, for any server."""

import hashlib
from dataclasses import replace
from pathlib import Path

from flask import Flask, Response, request
from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader

from axisld.web import (
    about,
    browse,
    conditions,
    dataset,
    documents,
    dumps,
    endpoint,
    fragments,
    graphs,
    home,
    interface,
    machines,
    problems,
    reconciliation,
    search,
    surroundings,
)
from axisld.web.bodies import FileBody, SpooledBody, part
from axisld.web.encoding import encoded
from axisld.web.gateway import CONDITIONS_LATER, ENDPOINT, PROBLEM, Gateway, RawConverter
from axisld.web.headers import DATA_SECURITY, NO_STORE, PAGE_SECURITY, SHARING, preflight
from axisld.web.site import Site, site
from axisld.web.views import conflicts, coverage, network, report, sources, timeline


def create_app(here: Site) -> Flask:
    """The app that publishes a release."""
    app = Flask(__name__, static_folder=None)
    app.extensions["axisld"] = here
    app.config["MAX_CONTENT_LENGTH"] = here.config.max_body_bytes
    app.url_map.converters["raw"] = RawConverter
    app.url_map.merge_slashes = False  # "id/a//b" is a name of its own
    app.url_map.strict_slashes = False
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_loader = _templates(here.release.pages)
    interface.register(app)
    for module in (
        about,
        browse,
        dataset,
        documents,
        dumps,
        endpoint,
        fragments,
        graphs,
        home,
        machines,
        reconciliation,
        search,
    ):
        app.register_blueprint(module.routes)
    for view in (conflicts, coverage, network, report, sources, timeline):
        app.register_blueprint(view.routes)
    problems.register(app)
    app.register_error_handler(problems.Problem, documents.elsewhere)
    surroundings.register(app, here)
    app.before_request(_raise_problem)
    app.before_request(_answer_options)
    app.after_request(_finish)
    app.wsgi_app = Gateway(app.wsgi_app, here.names.path, here.config.trusted_proxies)  # type: ignore[method-assign]
    return app


def _templates(brought: Path | None) -> BaseLoader:
    """The publication's templates before the program's, which are known as `axisld/thing.html` too."""
    own = PackageLoader("axisld.web")
    return ChoiceLoader([*([FileSystemLoader(brought)] if brought else []), own, PrefixLoader({"axisld": own})])


def _raise_problem() -> None:
    if problem := request.environ.get(PROBLEM):
        raise problem


def _answer_options() -> Response | None:
    """What may be done here; browsers ask before requests with headers of their own."""
    if request.method != "OPTIONS" or request.url_rule is None:
        return None
    return Response(status=204, headers=preflight(request.url_rule.methods or ()))


def _finish(response: Response) -> Response:
    """Language, security, sharing, content coding, entity tag, preconditions, ranges."""
    request.environ[ENDPOINT] = request.endpoint or "unknown"
    interface.finish(response, site().names.path)
    for name, value in (PAGE_SECURITY if response.mimetype == "text/html" else DATA_SECURITY).items():
        response.headers.setdefault(name, value)  # a view may know better
    response.headers.update(SHARING)
    if request.method == "OPTIONS":
        return response
    if isinstance(response.response, FileBody):
        return _finish_file(response, response.response)
    if isinstance(response.response, SpooledBody):  # too large to be compressed or digested
        return response
    body, coding = encoded(response.get_data(), request.headers.get("Accept-Encoding"))
    response.vary.add("Accept-Encoding")
    if coding:
        response.set_data(body)
        response.headers["Content-Encoding"] = coding
    if response.status_code == 200 and response.headers.get("Cache-Control") != NO_STORE:
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
    status = conditions.status(conditions.given(request.headers.get), response.headers["ETag"], response.last_modified)
    if status != 200:
        response.status_code = status
        response.response = []
        for name in conditions.NOT_IN_304:
            response.headers.pop(name, None)
