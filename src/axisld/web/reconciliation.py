"""The Reconciliation Service API 0.2, so that OpenRefine and its like match names in tables to things here.

https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/ ("the specification" below). An entity
is a thing `{base}id/{slug}`, its identifier the slug; types and properties go by prefixed names or IRIs. There is no
JSONP: since 0.2 it is optional, and CORS, which every answer here has, does what it was for (section 3.3).
"""

import json
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, render_template, request
from markupsafe import Markup

from axisld import __version__, terms
from axisld.representations.formats import HTML
from axisld.search.asking import Hit
from axisld.search.candidates import Candidate, candidates
from axisld.vocabulary import OWL
from axisld.web import batches
from axisld.web.extension import extended
from axisld.web.headers import EMBEDDABLE, NO_STORE
from axisld.web.kinds import Kind, described, proposed, suggested
from axisld.web.negotiated import cached, language_for_reader
from axisld.web.pages import frame
from axisld.web.problems import Problem, not_found
from axisld.web.results import Results, own_types
from axisld.web.search import JSON, index_of, text_asked_for
from axisld.web.short_names import named_term, short_name
from axisld.web.site import Site, site

routes = Blueprint("reconciliation", __name__)
_PREVIEW_WIDTH, _PREVIEW_HEIGHT = 430, 300  # pixels
_PREVIEW_FACTS = 4
_SUGGESTIONS = 20
_DEFAULT_TYPES = 10


@routes.route("/reconcile", methods=["GET", "POST"])
def reconcile() -> Response:
    """The manifest; or the answers to a batch of queries; or property values (the specification, 3.1, 4.3, 7.3)."""
    here = site()
    given = request.form if request.method == "POST" else request.args
    if "queries" in given:
        return _json(_answers(here, given["queries"]))
    if "extend" in given:
        return _json(extended(here, batches.extension(here, given["extend"]), _language(here)))
    if request.method == "POST":
        raise Problem(400, "Send a form with an element queries or extend, which holds JSON.")
    return _json(_manifest(here))


@routes.get("/reconcile/suggest/entity")
def suggest_entities() -> Response:
    """Things whose names begin so, or whose identifier it is (the specification, 6.2 to 6.4)."""
    here = site()
    prefix, skip = _prefix_asked_for(here)
    index, space = index_of(here), here.names.thing("")
    same = index.look_up([space + prefix, prefix]) if not skip else ()
    found = index.suggest(prefix, limit=_SUGGESTIONS, skip=skip, space=space)
    hits = {hit.iri: hit for hit in (*same, *(Hit(suggestion.iri) for suggestion in found))}
    results = Results(here, _language(here), list(hits.values()))
    suggestions = [_entity(here, results, hit) | {"notable": _types(here, results, hit)} for hit in results.hits]
    return _json({"result": suggestions})


@routes.get("/reconcile/suggest/<any(type, property):kind>")
def suggest_kinds(kind: Kind) -> Response:
    """Types or properties whose names begin so, or whose identifier it is."""
    here = site()
    prefix, skip = _prefix_asked_for(here)
    return _json({"result": suggested(here, kind, prefix, _language(here))[skip : skip + _SUGGESTIONS]})


@routes.get("/reconcile/properties")
def properties() -> Response:
    """The properties that things of a type have, the most frequent first (the specification, 7.2)."""
    here, type_ = site(), request.args.get("type", "")
    limit = _number_asked_for("limit")
    found = proposed(here, named_term(type_, here.record.prefixes) if type_ else "", _language(here))
    return _json({"type": type_, "properties": found[: limit or None]} | ({"limit": limit} if limit else {}))


@routes.get("/reconcile/flyout/<any(entity, type, property):kind>")
def flyout(kind: str) -> Response:
    """A few words about an entity, a type or a property, as HTML in JSON (the specification, 6.5)."""
    here, identifier = site(), request.args.get("id", "")
    if kind == "entity":
        results = Results(here, _language(here), [_hit(here, identifier)])
        said = _entity(here, results, results.hits[0])
    else:
        term = named_term(identifier, here.record.prefixes)
        if not here.reader.is_known(terms.value(term)):
            raise not_found(identifier)
        said = described(here, "type" if kind == "type" else "property", [term], _language(here))[0]
    summary = Markup("<p>{}</p>").format(said["description"]) if "description" in said else ""
    return _json({"id": identifier, "html": Markup("<p><strong>{}</strong></p>{}").format(said["name"], summary)})


@routes.get("/reconcile/preview")
def preview() -> Response:
    """A page about a thing, small enough for a frame in another page (the specification, 5)."""
    here = site()
    hit = _hit(here, request.args.get("id", ""))
    language = _language(here)
    facets = index_of(here).headings
    results = Results(here, language, [hit], facets)
    facts = results.facts(hit, facets)[:_PREVIEW_FACTS]
    surroundings = frame(here, here.addresses.document(hit.iri), language)
    body = render_template("preview.html", **surroundings, hit=hit, results=results, facts=facts)
    response = Response(body, content_type=HTML.content_type)
    response.headers["Content-Language"] = language
    response.headers["Content-Security-Policy"] = EMBEDDABLE
    response.vary.add("Accept-Language")
    return cached(response)


def _manifest(here: Site) -> dict[str, Any]:
    """What the service offers (the specification, 3.1)."""
    base = here.names.base.rstrip("/")
    title = next(iter(here.record.title.values()), here.names.base)

    def service(kind: str) -> dict[str, str]:
        return {
            "service_url": base,
            "service_path": f"/reconcile/suggest/{kind}",
            "flyout_service_url": base,
            "flyout_service_path": f"/reconcile/flyout/{kind}?id=${{id}}",
        }

    return {
        "versions": ["0.2"],
        "name": title,
        "identifierSpace": here.names.thing(""),
        "schemaSpace": f"{OWL}Thing",
        "defaultTypes": _default_types(here),
        "documentation": here.names.base,
        "serviceVersion": __version__,
        # doc?iri= rather than doc/: clients percent-encode the whole identifier, and %2F in a path is no slash.
        "view": {"url": f"{base}/doc?iri={quote(here.names.thing(''), safe='')}{{{{id}}}}"},
        "preview": {
            "url": f"{base}/reconcile/preview?id={{{{id}}}}",
            "width": _PREVIEW_WIDTH,
            "height": _PREVIEW_HEIGHT,
        },
        "suggest": {kind: service(kind) for kind in ("entity", "property", "type")},
        "extend": {
            "propose_properties": {"service_url": base, "service_path": "/reconcile/properties"},
            "property_settings": [
                {
                    "name": "limit",
                    "label": "Limit",
                    "type": "number",
                    "default": 0,
                    "help_text": "The most values to fetch for a thing (0: all)",
                }
            ],
        },
        "batchSize": here.config.reconciliation_queries,
    }


def _default_types(here: Site) -> list[dict[str, Any]]:
    """The publication's own types that most things have; other types where it has none."""
    counts = index_of(here).types
    own = own_types(here.names, filter(terms.is_iri, counts), terms.value)
    return described(
        here, "type", sorted(own, key=lambda term: (-counts[term], term))[:_DEFAULT_TYPES], _language(here)
    )


def _answers(here: Site, text: str) -> dict[str, Any]:
    """The candidates for each query of a batch (the specification, 4.2)."""
    index, store, space = index_of(here), here.release.store, here.names.thing("")
    found = {name: candidates(asked, index, store, space) for name, asked in batches.questions(here, text).items()}
    hits = [candidate.hit for listed in found.values() for candidate in listed]
    results = Results(here, _language(here), hits)
    return {
        name: {"result": [_candidate(here, results, candidate) for candidate in listed]}
        for name, listed in found.items()
    }


def _candidate(here: Site, results: Results, candidate: Candidate) -> dict[str, Any]:
    features = {
        "name": candidate.name_score,
        "type": candidate.has_type,
        "properties": candidate.property_score,
    }
    return _entity(here, results, candidate.hit) | {
        "type": _types(here, results, candidate.hit),
        "score": candidate.score,
        "match": candidate.is_match,
        "features": [{"id": name, "value": value} for name, value in features.items() if value is not None],
    }


def _entity(here: Site, results: Results, hit: Hit) -> dict[str, Any]:
    summary = results.summary(hit)
    described_as = {"description": summary.text} if summary else {}
    return {"id": hit.iri.removeprefix(here.names.thing("")), "name": results.title(hit).text} | described_as


def _types(here: Site, results: Results, hit: Hit) -> list[dict[str, str]]:
    types = [type_ for type_ in results.types(hit) if type_.iri]
    return [{"id": short_name(terms.iri(type_.iri), here.record.prefixes), "name": type_.text} for type_ in types]


def _hit(here: Site, identifier: str) -> Hit:
    """The thing with this identifier; 404 for none."""
    iri = here.names.thing(identifier)
    found = index_of(here).look_up([iri])
    if not found:
        raise not_found(iri)
    return found[0]


def _language(here: Site) -> str:
    return language_for_reader(here.record.languages)


def _prefix_asked_for(here: Site) -> tuple[str, int]:
    """(what was typed, how many suggestions to skip)."""
    return text_asked_for(here, request.args.get("prefix", "")), _number_asked_for("cursor")


def _number_asked_for(name: str) -> int:
    """A number of the URL; 0 where it is not given."""
    given = request.args.get(name) or "0"
    if not (given.isascii() and given.isdigit() and len(given) < 7):
        raise Problem(400, f"{name} is a whole number.")
    return int(given)


def _json(said: dict[str, Any]) -> Response:
    """An answer in the reader's language, for caches where it was asked for by GET."""
    response = Response(json.dumps(said, ensure_ascii=False), content_type=JSON.media_type)
    response.vary.add("Accept-Language")
    if request.method == "POST":
        response.headers["Cache-Control"] = NO_STORE
        return response
    return cached(response)
