"""The Reconciliation API 0.2: every answer is valid by the specification's schemas, and right."""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest
from jsonschema import Draft7Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

from tests.conftest import ROOT
from tests.live import Answer, Server
from tests.naming import BASE, serving_names

SCHEMAS = {
    path.stem: json.loads(path.read_text()) for path in (ROOT / "tests/vendor/reconciliation-0.2").glob("*.json")
}
REGISTRY: Registry[Any] = Registry().with_resources(
    (schema["$id"], Resource.from_contents(schema, default_specification=DRAFT7)) for schema in SCHEMAS.values()
)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving_names(tmp_path_factory.mktemp("names"), reconciliation_queries=4) as server:
        yield server


def valid(answer: Answer, schema: str) -> Any:
    assert (answer.status, answer.media_type) == (200, "application/json"), answer.text
    assert answer.headers["access-control-allow-origin"] == "*"
    Draft7Validator(SCHEMAS[schema], registry=REGISTRY).validate(answer.json)
    return answer.json


def asked(server: Server, batch: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The candidates by query, asked for by POST."""
    Draft7Validator(SCHEMAS["reconciliation-query-batch"], registry=REGISTRY).validate(batch)
    body = urlencode({"queries": json.dumps(batch)}).encode()
    answers = valid(server.request("POST", "/kb/reconcile", FORM, body), "reconciliation-result-batch")
    return {name: answer["result"] for name, answer in answers.items()}


def candidates(server: Server, **query: Any) -> list[dict[str, Any]]:
    return asked(server, {"q0": query})["q0"]


def path_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def test_the_manifest_is_valid_and_names_spaces_and_services(names: Server) -> None:
    manifest = valid(names.get("/kb/reconcile"), "manifest")
    assert manifest["versions"] == ["0.2"]
    assert manifest["name"] == "Names & spellings"
    assert manifest["identifierSpace"] == f"{BASE}id/"
    assert manifest["schemaSpace"] == "http://www.w3.org/2002/07/owl#Thing"
    assert [type_["id"] for type_ in manifest["defaultTypes"]][:2] == ["ex:Agent", "ex:Top"]
    assert manifest["batchSize"] == 4
    assert manifest["extend"]["propose_properties"]["service_url"] == BASE.rstrip("/")


ODD = ["hezbollah", "person/john-smith-1", "caf%C3%A9+", "claim/1"]


@pytest.mark.parametrize("identifier", ODD)
def test_view_and_preview_of_an_identifier_are_found_where_the_manifest_says(names: Server, identifier: str) -> None:
    manifest = names.get("/kb/reconcile").json
    # 2.1: clients encode the identifier as a URI component
    encoded = quote(identifier, safe="")
    view = names.get(path_of(manifest["view"]["url"].replace("{{id}}", encoded)), "text/turtle")
    assert view.status == 200
    assert (
        f"{BASE}id/{identifier}"
        in names.get(path_of(manifest["view"]["url"].replace("{{id}}", encoded)), "application/n-triples").text
    )
    preview = names.get(path_of(manifest["preview"]["url"].replace("{{id}}", encoded)), "text/html")
    assert (preview.status, preview.media_type) == (200, "text/html")


def test_a_preview_may_stand_in_the_frame_of_others_and_runs_nothing(names: Server) -> None:
    preview = names.get(f"/kb/reconcile/preview?id={quote('caf%C3%A9+')}", Accept_Language="fr")
    policy = preview.headers["content-security-policy"]
    assert "frame-ancestors *" in policy
    assert "script-src" not in policy
    assert "&lt;script&gt;" in preview.text
    assert "<script" not in preview.text
    assert preview.headers["content-language"] == "fr, en"
    assert names.get("/kb/reconcile/preview?id=nobody").status == 404
    assert "frame-ancestors 'none'" in names.get("/kb/doc/hezbollah", "text/html").headers["content-security-policy"]


MATCHES = [
    pytest.param({"query": "Hezbollah"}, "hezbollah", 100, True, id="a label"),
    pytest.param({"query": "hezbollah"}, "hezbollah", 100, True, id="an identifier"),
    pytest.param({"query": f"{BASE}id/claim/2"}, "claim/2", 100, True, id="an IRI"),
    pytest.param({"query": "حزب‌الله لبنان"}, "hezbollah", 100, True, id="a Persian label"),
    pytest.param({"query": "قاسم سليماني"}, "soleimani", 100, True, id="a Persian label in Arabic spelling"),
    pytest.param({"query": "Qassim Suleimani"}, "soleimani", 99, True, id="another name"),
    pytest.param({"query": "Hezb Ollah"}, "hezbollah", 97, False, id="words parted otherwise"),
    pytest.param({"query": "Kassem Sulaymani"}, "soleimani", 90, False, id="another transliteration"),
    pytest.param({"query": "John Smith"}, "person/john-smith-1", 100, False, id="two of one name: no match"),
    pytest.param(
        {"query": "John Smith", "properties": [{"pid": "ex:memberOf", "v": {"id": "quds-force"}}]},
        "person/john-smith-2", 100, True, id="two of one name, told apart by an entity",
    ),
    pytest.param(
        {"query": "John Smith", "properties": [{"pid": f"{BASE}ontology#memberOf", "v": ["x", "Qods Force"]}]},
        "person/john-smith-2", 97, True, id="told apart by a name",
    ),
    pytest.param(
        {"query": "Michel Suleiman", "properties": [{"pid": "ex:born", "v": 1948}]},
        "suleiman", 100, True, id="a number is compared with the text",
    ),
    pytest.param(
        {"query": "Michel Suleiman", "properties": [{"pid": "ex:born", "v": "1850"}]},
        "suleiman", 82.8, False, id="a property that contradicts: no match",
    ),
    pytest.param(
        {"query": "Michel Suleiman", "properties": [{"pid": "ex:shoeSize", "v": 42}, {"pid": "ex:dead", "v": False}]},
        "suleiman", 100, True, id="a property that nobody knows says nothing",
    ),
    pytest.param({"query": "Hezbollah", "type": "ex:Party"}, "hezbollah", 100, True, id="a type"),
    pytest.param({"query": "Hezbollah", "type": ["ex:Person", "ex:Group"]}, "hezbollah", 100, True, id="any type"),
    pytest.param(
        {"query": "Hezbollah", "type": "ex:Person", "type_strict": "should"}, "hezbollah", 80, False, id="should have",
    ),
    pytest.param(
        {"query": "Hezbollah", "type": ["ex:Group", "ex:Party"], "type_strict": "all"},
        "hezbollah", 100, True, id="all types",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("query", "identifier", "score", "match"), MATCHES)
def test_the_likeliest_candidate(
    names: Server, query: dict[str, Any], identifier: str, score: float, match: bool
) -> None:
    found = candidates(names, **query)
    assert (found[0]["id"], found[0]["match"]) == (identifier, match)
    assert found[0]["score"] == pytest.approx(score, abs=1)
    assert [candidate["match"] for candidate in found[1:]] == [False] * (len(found) - 1)
    assert [candidate["score"] for candidate in found] == sorted((c["score"] for c in found), reverse=True)
    assert all(0 <= candidate["score"] <= 100 for candidate in found)


@pytest.mark.parametrize(
    "query",
    [
        {"query": "Hezbollah", "type": "ex:Person"},
        {"query": "Hezbollah", "type": ["ex:Group", "ex:Person"], "type_strict": "all"},
        {"query": "Atlantis"},
        {"query": "agent"},
        {"query": "..."},
    ],
    ids=["another type", "not all types", "unknown", "a term of the ontology is no entity", "no word"],
)
def test_no_candidate(names: Server, query: dict[str, Any]) -> None:
    assert candidates(names, **query) == [] or candidates(names, **query)[0]["score"] < 50


def test_a_candidate_says_what_it_is_and_what_its_score_is_made_of(names: Server) -> None:
    first = candidates(names, query="Hezbollah", type="ex:Group", properties=[{"pid": "ex:x", "v": "y"}])[0]
    assert first["name"] == "Hezbollah"
    assert first["description"] == "A party and armed group."
    assert first["type"][0] == {"id": "ex:Group", "name": "group"}
    assert first["features"] == [{"id": "name", "value": 100.0}, {"id": "type", "value": True}]


def test_properties_alone_find_candidates(names: Server) -> None:
    by_entity = candidates(names, properties=[{"pid": "ex:memberOf", "v": {"id": "quds-force"}}])
    assert {candidate["id"] for candidate in by_entity if candidate["score"] == 100} == {
        "soleimani",
        "person/john-smith-2",
    }
    assert not any(candidate["match"] for candidate in by_entity)
    by_name = candidates(names, properties=[{"pid": "ex:memberOf", "v": "Hezbollah"}])
    assert by_name[0]["id"] == "person/john-smith-1"


def test_the_limit_holds(names: Server) -> None:
    assert len(candidates(names, query="village", limit=3)) == 3
    assert len(candidates(names, query="village", limit=1000)) == 7


def test_a_batch_is_answered_by_its_names_by_get_and_post_alike(names: Server) -> None:
    batch = {"first": {"query": "Hezbollah"}, "ü": {"query": "Atlantis"}}
    by_get = valid(names.get(f"/kb/reconcile?queries={quote(json.dumps(batch))}"), "reconciliation-result-batch")
    assert {name: answer["result"] for name, answer in by_get.items()} == asked(names, batch)
    assert by_get["ü"] == {"result": []}


def test_names_come_in_the_language_that_is_asked_for(names: Server) -> None:
    path = f"/kb/reconcile?queries={quote(json.dumps({'q': {'query': 'Hezbollah'}}))}"
    answer = names.get(path, Accept_Language="ar")
    assert answer.json["q"]["result"][0]["name"] == "حزب الله"
    assert "Accept-Language" in answer.headers["vary"]


def test_a_name_of_the_length_of_a_book_does_not_spoil_the_batch(names: Server) -> None:
    found = asked(names, {"long": {"query": "Hezbollah " * 5000}, "short": {"query": "Hezbollah"}})
    assert found["short"][0]["match"] is True


WRONG = [
    pytest.param("{", "queries is not JSON", 400, id="no JSON"),
    pytest.param("[" * 50_000, "queries is not JSON", 400, id="too deep"),
    pytest.param("[]", "queries: an object is wanted", 400, id="no object"),
    pytest.param('{"q": "x"}', "q: an object is wanted", 400, id="no query"),
    pytest.param('{"q": {}}', "q: give a query, properties, or both", 400, id="an empty query"),
    pytest.param('{"q": {"query": 1}}', "q: query: a text is wanted", 400, id="a number for a text"),
    pytest.param('{"q": {"query": "x", "limit": 0}}', "q: limit is a number from 1", 400, id="no candidates"),
    pytest.param('{"q": {"query": "x", "limit": "5"}}', "q: limit is a number from 1", 400, id="a text for a number"),
    pytest.param('{"q": {"query": "x", "type": 5}}', "q: type: a list is wanted", 400, id="a number for a type"),
    pytest.param('{"q": {"query": "x", "type_strict": "maybe"}}', "any, all, should", 400, id="a new strictness"),
    pytest.param('{"q": {"query": "x", "properties": {"a": 1}}}', "properties: a list", 400, id="no list"),
    pytest.param('{"q": {"query": "x", "properties": [{"v": 1}]}}', "q: pid: a text", 400, id="no property"),
    pytest.param('{"q": {"query": "x", "properties": [{"pid": "p"}]}}', "q: v is a text", 400, id="no value"),
    pytest.param('{"q": {"query": "x", "properties": [{"pid": "p", "v": {}}]}}', "q: v: a text", 400, id="no id"),
    pytest.param(json.dumps({f"q{n}": {"query": "x"} for n in range(5)}), "send 4 at most", 413, id="a large batch"),
]


@pytest.mark.parametrize(("queries", "message", "status"), WRONG)
def test_a_mistake_of_a_client_is_named(names: Server, queries: str, message: str, status: int) -> None:
    answer = names.request("POST", "/kb/reconcile", FORM, urlencode({"queries": queries}).encode())
    assert (answer.status, answer.media_type) == (status, "application/problem+json")
    assert message in answer.json["detail"]


@pytest.mark.parametrize("body", [b"", b"x=y"])
def test_a_post_without_a_query_is_refused(names: Server, body: bytes) -> None:
    answer = names.request("POST", "/kb/reconcile", FORM, body)
    assert (answer.status, "queries or extend" in answer.text) == (400, True)


def test_other_methods_are_refused_and_browsers_may_ask_first(names: Server) -> None:
    assert names.request("PUT", "/kb/reconcile").status == 405
    asked_first = names.request("OPTIONS", "/kb/reconcile", {"Origin": "https://refine.example"})
    assert "POST" in asked_first.headers["access-control-allow-methods"]


def test_there_is_no_jsonp(names: Server) -> None:
    answer = names.get("/kb/reconcile?callback=alert(1)//")
    assert "alert" not in answer.text
    valid(answer, "manifest")


def test_entities_are_suggested_by_beginning_and_by_identifier(names: Server) -> None:
    found = valid(names.get("/kb/reconcile/suggest/entity?prefix=hez"), "suggest-entities-response")["result"]
    assert found[0] == {
        "id": "hezbollah", "name": "Hezbollah", "description": "A party and armed group.",
        "notable": [
            {"id": "ex:Group", "name": "group"},
            {"id": "ex:Party", "name": "party"},
            {"id": "ex:Agent", "name": "agent"},
        ],
    }  # fmt: skip
    by_identifier = names.get("/kb/reconcile/suggest/entity?prefix=person%2Fjohn-smith-2").json["result"]
    assert by_identifier[0]["id"] == "person/john-smith-2"
    rest = names.get("/kb/reconcile/suggest/entity?prefix=hez&cursor=1").json["result"]
    assert rest == found[1:]
    assert names.get("/kb/reconcile/suggest/entity?prefix=hez&cursor=x").status == 400
    assert names.get("/kb/reconcile/suggest/entity").json == {"result": []}


def test_types_are_suggested_with_what_stands_above_them(names: Server) -> None:
    found = valid(names.get("/kb/reconcile/suggest/type?prefix=gro"), "suggest-types-response")["result"]
    assert found == [{"id": "ex:Group", "name": "group", "broader": [{"id": "ex:Agent", "name": "agent"}]}]
    by_identifier = names.get("/kb/reconcile/suggest/type?prefix=ex:Group").json["result"]
    assert by_identifier[0]["id"] == "ex:Group"
    assert names.get(f"/kb/reconcile/suggest/type?prefix={quote('مجم')}").json["result"][0]["id"] == "ex:Group"


def test_properties_are_suggested(names: Server) -> None:
    found = valid(names.get("/kb/reconcile/suggest/property?prefix=memb"), "suggest-properties-response")["result"]
    assert found == [{"id": "ex:memberOf", "name": "member of", "description": "It belongs to the group."}]


@pytest.mark.parametrize(
    ("kind", "identifier"), [("entity", "hezbollah"), ("type", "ex:Group"), ("property", "ex:memberOf")]
)
def test_flyouts_are_html_in_json(names: Server, kind: str, identifier: str) -> None:
    template = names.get("/kb/reconcile").json["suggest"][kind]["flyout_service_path"]
    answer = names.get("/kb" + template.replace("${id}", quote(identifier, safe=""))).json
    assert answer["id"] == identifier
    assert answer["html"].startswith("<p><strong>")
    assert names.get("/kb" + template.replace("${id}", "nothing")).status == 404


def test_a_flyout_holds_no_code_of_the_data(names: Server) -> None:
    html = names.get(f"/kb/reconcile/flyout/entity?id={quote('caf%C3%A9+')}").json["html"]
    assert "<script" not in html


def test_properties_of_a_type_are_proposed(names: Server) -> None:
    answer = valid(names.get("/kb/reconcile/properties?type=ex:Person"), "data-extension-property-proposal")
    assert answer["type"] == "ex:Person"
    assert {"id": "ex:memberOf", "name": "member of", "description": "It belongs to the group."} in answer["properties"]
    assert "ex:stance" not in [found["id"] for found in answer["properties"]]
    limited = valid(names.get("/kb/reconcile/properties?type=ex:Person&limit=2"), "data-extension-property-proposal")
    assert (len(limited["properties"]), limited["limit"]) == (2, 2)
    assert names.get("/kb/reconcile/properties").json["properties"]


def test_values_extend_a_table(names: Server) -> None:
    wanted = {
        "ids": ["soleimani", "nobody"],
        "properties": [
            {"id": f"ex:{name}"} for name in ("memberOf", "height", "medals", "born", "seen", "weird", "page")
        ]
        + [{"id": "skos:prefLabel", "settings": {"limit": "1"}}],
    }
    Draft7Validator(SCHEMAS["data-extension-query"]).validate(wanted)
    body = urlencode({"extend": json.dumps(wanted)}).encode()
    answer = valid(names.request("POST", "/kb/reconcile", FORM, body), "data-extension-response")
    assert answer["meta"][0] == {"id": "ex:memberOf", "name": "member of"}
    assert answer["rows"]["soleimani"] == {
        "ex:memberOf": [{"id": "quds-force", "name": "Quds Force"}],
        "ex:height": [{"float": 1.72}],
        "ex:medals": [{"int": 3}],
        "ex:born": [{"str": "1957-03-11"}],
        "ex:seen": [{"date": "2015-09-30T12:00:00Z"}],
        "ex:weird": [{"str": "INF"}],
        "ex:page": [{"str": "https://example.net/soleimani"}],
        "skos:prefLabel": [{"str": "Qasem Soleimani"}],
    }
    assert set(map(len, answer["rows"]["nobody"].values())) == {0}
    assert names.get(f"/kb/reconcile?extend={quote(json.dumps(wanted))}").json == answer


@pytest.mark.parametrize(
    ("extend", "status"),
    [("{}", 400), ('{"ids": "x", "properties": []}', 400), ('{"ids": [1], "properties": []}', 400),
     ('{"ids": ["a","b","c","d","e"], "properties": []}', 413), ('{"ids": [], "properties": [{"id": 1}]}', 400)],
)  # fmt: skip
def test_a_wrong_extension_is_refused(names: Server, extend: str, status: int) -> None:
    assert names.request("POST", "/kb/reconcile", FORM, urlencode({"extend": extend}).encode()).status == status


def test_answers_to_get_may_be_kept_and_those_to_post_not(names: Server) -> None:
    assert names.get("/kb/reconcile").headers["cache-control"].startswith("public")
    body = urlencode({"queries": "{}"}).encode()
    assert names.request("POST", "/kb/reconcile", FORM, body).headers["cache-control"] == "no-store"
