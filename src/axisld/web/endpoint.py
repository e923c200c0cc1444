"""The SPARQL endpoint over HTTP (SPARQL 1.1 Protocol): what `sparql` decides about requests becomes statuses here."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from flask import Blueprint, Response, request

from axisld import terms
from axisld.errors import AxisError
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
from axisld.store.sandbox import SPOOL_BYTES, Answer, QueryCancelledError
from axisld.terms import Statement
from axisld.web import conditions
from axisld.web.bodies import SpooledBody
from axisld.web.encoding import coding_for
from axisld.web.gateway import CANCELLATION, FAILURE
from axisld.web.headers import NO_STORE
from axisld.web.interface import Message
from axisld.web.negotiated import cached, described, language_for_reader, respond
from axisld.web.nodes import Reading
from axisld.web.pages import frame
from axisld.web.problems import Problem, problem_of
from axisld.web.queried import entity_tag, is_lasting, read, sees_union
from axisld.web.query_pages import MOST_ROWS, ROWS, query_page, shown
from axisld.web.site import Site, site

routes = Blueprint("sparql", __name__)
_MOST_TERMS = 2_000  # classes, and properties, that an editor is told of


@routes.route("/sparql", methods=["GET", "POST", "QUERY"])
def sparql() -> Response:
    """The answer to a query; without one, the endpoint's own page or service description."""
    here = site()
    try:
        return _answered(here)
    except MissingQueryError as error:
        if request.method != "GET":
            raise _problem(error) from error
        return _endpoint(here)
    except QueryCancelledError:
        raise
    except AxisError as error:
        problem = _problem(error) if isinstance(error, RequestError) else problem_of(error)
        problem.page = partial(_page_of_problem, here)
        raise problem from error


def _answered(here: Site) -> Response:
    if failure := request.environ.get(FAILURE):
        raise failure
    question = _question(here)
    is_page = question.choice.format is formats.HTML
    etag = "" if is_page else _entity_tag(here, question)
    if etag and conditions.status(conditions.given(request.headers.get), etag, None) == 304:
        return cached(Response(status=304, headers={"ETag": etag}))  # before the query is run
    answer = here.queries.run(question.query, request.environ.get(CANCELLATION))
    response = _page_response(here, question, answer) if is_page else _response(question, answer)
    if etag or (is_page and request.method == "GET" and is_lasting(here, question)):
        cached(response)
    else:
        response.headers["Cache-Control"] = NO_STORE
    if etag:
        response.headers["ETag"] = etag
    return response


@routes.get("/sparql/terms.json")
def vocabulary() -> Response:
    """What an editor completes: the prefixes, and the classes and properties in use with their labels and counts."""
    here = site()
    language = language_for_reader(here.record.languages)
    said = {
        "prefixes": here.record.prefixes,
        "classes": _terms(here, here.record.classes, language),
        "properties": _terms(here, here.record.properties, language),
    }
    response = cached(Response(json.dumps(said, ensure_ascii=False), content_type="application/json"))
    response.vary.add("Accept-Language")
    return response


def _terms(here: Site, counts: Mapping[str, int], language: str) -> list[dict[str, Any]]:
    """The terms that are used most."""
    used = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_MOST_TERMS]
    labels = here.reader.label_statements(terms.iri(iri) for iri, _ in used)
    reading = Reading(here, language, (), labels)
    return [{"iri": iri, "label": reading.label(terms.iri(iri))[1], "count": count} for iri, count in used]


def _question(here: Site) -> Question:
    asked = protocol.Request(
        method=request.method,
        query_string=request.query_string,
        content_type=request.headers.get("Content-Type", ""),
        body=request.get_data(),
        accept=request.headers.get("Accept"),
        client=request.remote_addr or "",
    )
    return read(here, asked)


def _response(question: Question, answer: Answer) -> Response:
    if answer.size <= SPOOL_BYTES:
        response = Response(answer.read(), content_type=question.choice.content_type)
    else:
        body = SpooledBody(answer.body, answer.size)
        response = Response(body, content_type=question.choice.content_type, direct_passthrough=True)
        response.content_length = answer.size
    response.vary.add("Accept")
    return response


def _page_response(here: Site, question: Question, answer: Answer) -> Response:
    """The page with the answer, for people."""
    language = language_for_reader(here.record.languages)
    size = request.values.get("rows", ROWS, int)
    number = request.values.get("page", 1, int)
    found = shown(here, language, question.form, answer, max(1, number), min(max(1, size), MOST_ROWS))
    response = Response(
        query_page(here, _surroundings(here, language), question.text, found),
        content_type=formats.HTML.content_type,
    )
    response.headers["Content-Language"] = language
    response.vary.update(("Accept", "Accept-Language"))
    return response


def _page_of_problem(here: Site, problem: Problem) -> str:
    """The page with the query, to be mended."""
    language = language_for_reader(here.record.languages)
    return query_page(here, _surroundings(here, language), request.values.get("query", ""), problem=problem)


def _surroundings(here: Site, language: str) -> dict[str, Any]:
    shared = {"formats": (), "is_union": sees_union(here)}
    return frame(here, f"{here.names.base}sparql", language) | shared


def _example_asked_for(here: Site) -> str:
    """The query of ?example=NAME; "" where none is asked for."""
    name = request.args.get("example", "")
    if name and name not in here.examples.by_name:
        raise Problem(
            400,
            Message("There is no example query “%(name)s” here.", name=name),
            links=[(f"{here.names.base}sparql", "SPARQL")],
        )
    return here.examples.by_name[name].query if name else ""


def _entity_tag(here: Site, question: Question) -> str:
    """Of the answer to a question by GET, known before it is answered; "" where it may be another the next time."""
    if request.method != "GET" or not is_lasting(here, question):
        return ""
    return entity_tag(here, question, coding_for(request.headers.get("Accept-Encoding")))


def _endpoint(here: Site) -> Response:
    """The endpoint itself, negotiated (SPARQL 1.1 Service Description, 2)."""
    iri = f"{here.names.base}sparql"
    others, is_union = here.record.other_graphs, sees_union(here)
    graphs = {here.names.graph(part.name): part.triples for part in here.record.parts[1:]}
    graphs |= {name: triples for name, triples in others.items() if name}
    in_default = here.release.whole.triples if is_union else others.get("", 0)

    def location(format_: Format) -> str:
        return f"{iri}?format={format_.suffix}"

    def statements() -> Iterator[Statement]:
        yield from service_description(iri, iri, triples=in_default, graphs=graphs, is_union=is_union)
        yield from here.examples.statements

    def page(language: str) -> str:
        surroundings = frame(here, iri, language) | {"formats": [(found, location(found)) for found in formats.RDF]}
        return query_page(here, surroundings | {"is_union": is_union}, _example_asked_for(here))

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
