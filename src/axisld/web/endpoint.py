"""The SPARQL endpoint over HTTP (SPARQL 1.1 Protocol): what `sparql` decides about requests becomes statuses here."""

from collections.abc import Iterator
from dataclasses import replace

from flask import Blueprint, Response, render_template, request

from axisld.representations import formats
from axisld.representations.formats import Format
from axisld.sparql import protocol
from axisld.sparql.description import service_description
from axisld.sparql.errors import (
    MethodError,
    MissingQueryError,
    NotAcceptableError,
    RequestError,
    UnsupportedMediaTypeError,
    UpdateRefusedError,
)
from axisld.sparql.protocol import Question
from axisld.store.sandbox import SPOOL_BYTES, Answer
from axisld.terms import Statement
from axisld.web import conditions
from axisld.web.bodies import SpooledBody
from axisld.web.encoding import coding_for
from axisld.web.gateway import CANCELLATION
from axisld.web.headers import NO_STORE
from axisld.web.negotiated import cached, described, respond
from axisld.web.pages import frame
from axisld.web.problems import Problem
from axisld.web.site import Site, site

routes = Blueprint("sparql", __name__)
_EXAMPLE = """SELECT ?class (COUNT(*) AS ?things)
WHERE { ?thing a ?class }
GROUP BY ?class
ORDER BY DESC(?things)
LIMIT 20"""


@routes.route("/sparql", methods=["GET", "POST", "QUERY"])
def sparql() -> Response:
    """The answer to a query; without one, the endpoint's own page or service description."""
    here = site()
    try:
        question = _question(here)
    except MissingQueryError as error:
        if request.method != "GET":
            raise _problem(error) from error
        return _endpoint(here)
    except RequestError as error:
        raise _problem(error) from error
    etag = _entity_tag(here, question)
    if etag and conditions.status(conditions.given(request.headers.get), etag, None) == 304:
        return cached(Response(status=304, headers={"ETag": etag}))  # before the query is run
    response = _response(question, here.queries.run(question.query, request.environ.get(CANCELLATION)))
    if etag:
        response.headers["ETag"] = etag
        cached(response)
    else:
        response.headers["Cache-Control"] = NO_STORE
    return response


def _question(here: Site) -> Question:
    asked = protocol.Request(
        method=request.method,
        query_string=request.query_string,
        content_type=request.headers.get("Content-Type", ""),
        body=request.get_data(),
        accept=request.headers.get("Accept"),
        client=request.remote_addr or "",
    )
    return protocol.read(
        asked,
        most_text_bytes=here.config.query_text_bytes,
        most_nesting=here.config.query_nesting,
        most_seconds=here.config.query_seconds,
    )


def _response(question: Question, answer: Answer) -> Response:
    if answer.size <= SPOOL_BYTES:
        response = Response(answer.read(), content_type=question.choice.content_type)
    else:
        body = SpooledBody(answer.body, answer.size)
        response = Response(body, content_type=question.choice.content_type, direct_passthrough=True)
        response.content_length = answer.size
    response.vary.add("Accept")
    return response


def _entity_tag(here: Site, question: Question) -> str:
    """Of the answer to a question by GET, known before it is answered; "" where it may be another the next time."""
    if request.method != "GET" or question.is_volatile or not here.release.issued:
        return ""
    coding = coding_for(request.headers.get("Accept-Encoding"))
    seen = "" if _is_union(here) else "-declared"
    return f'"{here.record.digest[:16]}-{question.digest}{seen}{coding and f"-{coding}"}"'


def _is_union(here: Site) -> bool:
    """Whether a query without GRAPH and FROM sees all graphs together."""
    return (here.config.default_graph or here.record.default_graph) == "union"


def _endpoint(here: Site) -> Response:
    """The endpoint itself, negotiated (SPARQL 1.1 Service Description, 2)."""
    iri = f"{here.names.base}sparql"
    others, is_union = here.record.other_graphs, _is_union(here)
    graphs = {here.names.graph(part.name): part.triples for part in here.record.parts[1:]}
    graphs |= {name: triples for name, triples in others.items() if name}
    in_default = here.release.whole.triples if is_union else others.get("", 0)

    def location(format_: Format) -> str:
        return f"{iri}?format={format_.suffix}"

    def statements() -> Iterator[Statement]:
        return service_description(iri, iri, triples=in_default, graphs=graphs, is_union=is_union)

    def page(language: str) -> str:
        surroundings = frame(here, iri, language) | {"formats": [(found, location(found)) for found in formats.RDF]}
        return render_template(
            "sparql.html",
            **surroundings,
            is_union=is_union,
            example=_EXAMPLE,
            results=formats.RESULTS,
            graphs=formats.DUMPS,
        )

    return respond(replace(described(here, iri, iri, statements, page), location=location))


def _problem(error: RequestError) -> Problem:
    match error:
        case UpdateRefusedError():
            return Problem(403, str(error))
        case UnsupportedMediaTypeError():
            return Problem(415, str(error), headers={"Accept-Post": ", ".join(error.accepted)})
        case MethodError():
            return Problem(405, str(error), headers={"Allow": ", ".join(error.allowed)})
        case NotAcceptableError():
            return Problem(406, str(error), members={"formats": [found.content_type for found in error.offered]})
        case _:
            return Problem(400, str(error))
