"""Links are held against an endpoint that looks like Wikidata's, on a good day and on bad ones."""

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result

from axisld import __version__, links
from axisld.cli import cli
from axisld.links import BETWEEN_SECONDS, SUPPORT_FILE, LinkReport
from axisld.links.endpoint import ATTEMPTS, Endpoint, EndpointError, retry_after_seconds, user_agent

from .conftest import ROOT
from .running import free_port

WIKIDATA = """
@prefix wd: <http://www.wikidata.org/entity/> .
@prefix wdt: <http://www.wikidata.org/prop/direct/> .
@prefix wikibase: <http://wikiba.se/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix schema: <http://schema.org/> .

wd:Q4022 rdfs:label "river"@en .
wd:Q584 rdfs:label "Rhine"@en , "Rhein"@de , "Rhin"@fr ; wdt:P31 wd:Q4022 ; wikibase:statements 90 .
<https://en.wikipedia.org/wiki/Rhine> schema:about wd:Q584 ; schema:isPartOf <https://en.wikipedia.org/> .
wd:Q1653 rdfs:label "Danube"@en ; skos:altLabel "the DONAU"@en ; wikibase:statements 80 .
wd:Q1166 rdfs:label "Neckar"@mul ; wikibase:statements 50 .
wd:Q1471 rdfs:label "Seine"@en ; wikibase:statements 70 .
wd:Q999 owl:sameAs wd:Q584 .
wd:Q19686 rdfs:label "نهر علي"@ar ; wikibase:statements 1 .
wd:Q777 rdfs:label "Volga"@ru ; wikibase:statements 1 .
"""

PREFIXES = """@base <https://example.org/rivers/id/> .
@prefix : <https://example.org/rivers/ontology#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix void: <http://rdfs.org/ns/void#> .
@prefix wd: <http://www.wikidata.org/entity/> .
"""
DATASET = """<https://example.org/rivers/dataset> a dcat:Dataset ; void:uriSpace "https://example.org/rivers/" ;
    dcat:contactPoint [ vcard:hasEmail <mailto:rivers@example.org> ] ."""
SUPPORT = """# How well is each link supported?
PREFIX : <https://example.org/rivers/ontology#>
SELECT ?thing ?relation ?item ?status ?tooStrong
WHERE {
  ?link :of ?thing ; :by ?relation ; :to ?item ; :status ?status .
  BIND (?status = "doubtful" AS ?tooStrong)
}
"""


class Handler(BaseHTTPRequestHandler):
    """Answers queries, unless the server has a fault in store for the request."""

    server: "Wikidata"

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.server.agents.append(self.headers["User-Agent"])
        if self.server.faults:
            fault = self.server.faults.pop(0)
            fault(self)
            return
        results = self.server.store.query(form["query"][0])
        self.say(200, "application/sparql-results+json", results.serialize(format=ox.QueryResultsFormat.JSON))

    def do_GET(self) -> None:
        if self.path == "/loop":
            self.say(302, "text/html", b"", Location="/loop")
        else:
            self.say(200, "text/html", b"<html>elsewhere</html>")

    def say(self, status: int, media_type: str, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": media_type, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Wikidata(ThreadingHTTPServer):
    """A SPARQL endpoint on loopback."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.store = ox.Store()
        self.store.load(WIKIDATA.encode(), ox.RdfFormat.TURTLE)
        self.faults: list[Callable[[Handler], None]] = []  # each for one request
        self.agents: list[str] = []  # who asked, request by request
        self.closing = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/sparql"


@pytest.fixture
def wikidata(monkeypatch: pytest.MonkeyPatch) -> Iterator[Wikidata]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with Wikidata() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server
        server.closing.set()
        server.shutdown()


def published(root: Path, turtle: str) -> Path:
    for file, content in {"data/dataset.ttl": DATASET, "data/links/wikidata.ttl": turtle}.items():
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text(PREFIXES + content, "utf-8")
    return root


class Pauses(list[float]):
    """Takes the place of sleeping: remembers how long it would have been."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def checked(root: Path, turtle: str, wikidata: Wikidata, pauses: Pauses | None = None) -> LinkReport:
    publication = links.read(published(root, turtle))
    endpoint = Endpoint(wikidata.url, user_agent(publication.contact), pause=pauses if pauses is not None else Pauses())
    return links.check(publication, endpoint, lambda _done, _total: None)


RHINE = '<rhine> a :River ; skos:prefLabel "Rhine"@en ; owl:sameAs wd:Q584 .'
VERDICTS = [
    pytest.param(RHINE, "agreement", (), id="a label is the same"),
    pytest.param('<donau> skos:prefLabel "Donau"@en ; owl:sameAs wd:Q1653 .', "agreement", (), id="another name is"),
    pytest.param('<n> skos:prefLabel "Neckar"@en ; owl:sameAs wd:Q1166 .', "agreement", (), id="one for all languages"),
    pytest.param('<ali> skos:prefLabel "نهر على"@ar ; owl:sameAs wd:Q19686 .', "agreement", (), id="another yeh"),
    pytest.param('<r> skos:prefLabel "RHĪNE"@en ; owl:sameAs wd:Q584 .', "agreement", (), id="case and accents differ"),
    pytest.param(
        '<valley> skos:prefLabel "Valley"@en ; skos:relatedMatch wd:Q584 .',
        "agreement",
        (),
        id="relation of unlike things",
    ),
    pytest.param(
        '<main> skos:prefLabel "Main"@en , "Mayn"@fr ; owl:sameAs wd:Q584 .',
        "drift",
        ("label differs in every language: Rhine",),
        id="no label is the same",
    ),
    pytest.param(
        '<old> skos:prefLabel "Rhine"@en ; owl:sameAs wd:Q999 .', "drift", ("redirected to Q584",), id="redirected"
    ),
    pytest.param(
        '<gone> skos:prefLabel "Gone"@en ; owl:sameAs wd:Q404 .', "drift", ("deleted, or never there",), id="deleted"
    ),
    pytest.param(
        '<volga> skos:prefLabel "Volga"@en ; owl:sameAs wd:Q777 .',
        "drift",
        ("has no label in the languages of the publication",),
        id="no label to compare",
    ),
    pytest.param(
        '<odd> skos:prefLabel "Odd"@en ; owl:sameAs wd:Odd .', "drift", ("is no id of Wikidata",), id="no id at all"
    ),
]


@pytest.mark.parametrize(("turtle", "verdict", "reasons"), VERDICTS)
def test_a_link_is_judged_by(tmp_path, wikidata, turtle, verdict, reasons) -> None:
    known = '<seine> skos:prefLabel "Seine"@en ; owl:sameAs wd:Q1471 .'
    report = checked(tmp_path, f"{turtle}\n{known}", wikidata)
    [judged] = [found for found in report.checked if not found.link.thing.endswith("/seine")]
    assert (judged.verdict, judged.reasons) == (verdict, reasons)
    assert not report.is_partial
    assert report.is_good == (verdict == "agreement")


def test_the_publication_says_which_relation_is_too_strong(tmp_path, wikidata) -> None:
    support = tmp_path / SUPPORT_FILE
    support.parent.mkdir(parents=True)
    support.write_text(SUPPORT)
    described = '<link> :of <rhine> ; :by owl:sameAs ; :to wd:Q584 ; :status "doubtful" .'
    [judged] = checked(tmp_path, f"{RHINE}\n{described}", wikidata).checked
    assert judged.reasons == ("the relation is too strong for a link that is 'doubtful'",)


def test_this_publication_says_of_each_link_how_well_it_is_supported() -> None:
    publication = links.read(ROOT)
    assert len(publication.items) > 100
    assert [link for link in publication.links if not link.status or link.is_too_strong] == []


def test_the_report_tells_what_wikidata_says(tmp_path, wikidata) -> None:
    [judged] = checked(tmp_path, RHINE, wikidata).checked
    assert judged.labels == {"en": "Rhine"}
    assert judged.types == ("river",)
    assert judged.page == "https://en.wikipedia.org/wiki/Rhine"


def test_labels_are_asked_for_in_the_languages_of_the_publication(tmp_path, wikidata) -> None:
    turtle = RHINE.replace('"Rhine"@en', '"Rhein"@de-AT , "Rhine"@en')
    [judged] = checked(tmp_path, turtle, wikidata).checked
    assert judged.labels == {"de": "Rhein", "en": "Rhine"}


def test_things_without_a_link_are_missing_when_others_of_their_class_have_one(tmp_path, wikidata) -> None:
    others = '<elbe> a :River ; skos:prefLabel "Elbe"@en . <claim> a :Claim ; skos:prefLabel "A claim"@en .'
    report = checked(tmp_path, f"{RHINE}\n{others}", wikidata)
    assert report.missing == {"https://example.org/rivers/id/elbe": "Elbe"}
    assert report.is_good


def test_requests_name_the_program_and_whom_to_write_to(tmp_path, wikidata) -> None:
    checked(tmp_path, RHINE, wikidata)
    assert wikidata.agents == [f"axisld/{__version__} (mailto:rivers@example.org) SPARQLWrapper"]


def rivers(count: int) -> str:
    return "\n".join(f'<{n}> skos:prefLabel "River {n}"@en ; owl:sameAs wd:Q{n} .' for n in range(1, count + 1))


def fill(wikidata: Wikidata, count: int) -> None:
    labels = "".join(
        f'<http://www.wikidata.org/entity/Q{n}> <http://www.w3.org/2000/01/rdf-schema#label> "River {n}"@en .\n'
        for n in range(1, count + 1)
    )
    wikidata.store.load(labels.encode(), ox.RdfFormat.N_TRIPLES)


def test_items_are_asked_for_a_hundred_at_a_time_with_pauses_between(tmp_path, wikidata) -> None:
    fill(wikidata, 250)
    pauses = Pauses()
    report = checked(tmp_path, rivers(250), wikidata, pauses)
    assert report.is_good
    assert len(wikidata.agents) == 3
    assert pauses == [BETWEEN_SECONDS, BETWEEN_SECONDS]


def refusal(status: int, **headers: str) -> Callable[[Handler], None]:
    return lambda handler: handler.say(status, "text/plain", b"no", **headers)


def answer(media_type: str, body: bytes) -> Callable[[Handler], None]:
    return lambda handler: handler.say(200, media_type, body)


def silence(handler: Handler) -> None:
    handler.server.closing.wait(10)


def trickle(handler: Handler) -> None:
    """One byte after the other, each in time, the whole never."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.end_headers()
    while not handler.server.closing.wait(0.005):
        handler.wfile.write(b" ")


def hang_up(handler: Handler) -> None:
    handler.close_connection = True


def test_what_was_learnt_before_a_failure_is_kept_and_said_to_be_partial(tmp_path, wikidata) -> None:
    fill(wikidata, 150)
    publication = links.read(published(tmp_path, rivers(150)))

    def fail_next(_done: int, _total: int) -> None:
        wikidata.faults.append(refusal(400))

    report = links.check(publication, Endpoint(wikidata.url, "test", pause=Pauses()), fail_next)
    verdicts = [found.verdict for found in report.checked]
    assert (verdicts.count("agreement"), verdicts.count("not asked")) == (100, 50)
    assert "answers 400 Bad Request" in report.problem
    assert "Only 100 of 150 items could be asked for: this report is partial." in report.problem
    assert report.is_partial
    assert not report.is_good


CUT = b'{"head": {"vars": ["item"]}, "results": {"bindings": [{"item": {"type": "uri", "val'
FINAL = [
    pytest.param(
        answer("text/html", b"<html>busy</html>"), "answers with text/html, not with SPARQL results", id="HTML"
    ),
    pytest.param(answer("application/json", CUT), "answers with JSON that is cut or broken", id="cut JSON"),
    pytest.param(answer("application/json", b'{"a": 1}'), "not in the SPARQL 1.1 Query Results JSON", id="other JSON"),
    pytest.param(answer("application/json", b"[1]"), "not in the SPARQL 1.1 Query Results JSON", id="a list"),
    pytest.param(answer("application/json", b"\xff\xfe\xff"), "answers with JSON that", id="no text"),
    pytest.param(
        answer("application/json", b'{"results": {"bindings": []}}'), "knows none of the items", id="an empty answer"
    ),
    pytest.param(refusal(400), "answers 400 Bad Request; is it a SPARQL endpoint?", id="400"),
    pytest.param(refusal(404), "answers 404 Not Found; is it a SPARQL endpoint?", id="404"),
    pytest.param(refusal(302, Location="/page"), "/page; if that is the endpoint, name it instead", id="a redirect"),
    pytest.param(refusal(307, Location="/page"), "redirects to /page (307) and gets nowhere", id="a redirect of POST"),
    pytest.param(refusal(302, Location="/loop"), "(302) and gets nowhere; name the endpoint", id="a redirect loop"),
    pytest.param(
        refusal(429, Retry_After="100000"), "to wait 100000 s would pass the limit of 900 s", id="429 for long"
    ),
]


@pytest.mark.parametrize(("fault", "said"), FINAL)
def test_an_answer_that_is_no_use_ends_the_check_with_a_reason(tmp_path, wikidata, fault, said) -> None:
    wikidata.faults = [fault]
    pauses = Pauses()
    report = checked(tmp_path, RHINE, wikidata, pauses)
    assert said in report.problem
    assert report.problem.startswith(wikidata.url)
    assert [found.verdict for found in report.checked] == ["not asked"]
    assert pauses == []


BUSY = [
    pytest.param(refusal(429, Retry_After="7"), (7, 7), id="429 with seconds"),
    pytest.param(
        refusal(429, Retry_After=format_datetime(datetime.now(UTC) - timedelta(hours=1), usegmt=True)),
        (0, 0),
        id="429 with a date gone by",
    ),
    pytest.param(refusal(429), (60, 60), id="429 without a word"),
    pytest.param(refusal(429, Retry_After="soon"), (60, 60), id="429 with nonsense"),
    pytest.param(refusal(503, Retry_After="2"), (2, 2), id="503 with seconds"),
    pytest.param(refusal(500), (3.75, 6.25), id="500"),
    pytest.param(refusal(502), (3.75, 6.25), id="502"),
    pytest.param(refusal(504), (3.75, 6.25), id="504"),
    pytest.param(hang_up, (3.75, 6.25), id="a broken connection"),
]


@pytest.mark.parametrize(("fault", "seconds"), BUSY)
def test_a_busy_endpoint_is_asked_again_after_a_pause(tmp_path, wikidata, fault, seconds) -> None:
    wikidata.faults = [fault]
    pauses = Pauses()
    report = checked(tmp_path, RHINE, wikidata, pauses)
    assert report.is_good
    [pause] = pauses
    assert seconds[0] <= pause <= seconds[1]


def test_pauses_grow_and_attempts_end(tmp_path, wikidata) -> None:
    wikidata.faults = [refusal(503)] * ATTEMPTS
    pauses = Pauses()
    report = checked(tmp_path, RHINE, wikidata, pauses)
    assert f"answers 503 Service Unavailable, {ATTEMPTS} times in a row; try again later" in report.problem
    assert len(wikidata.agents) == ATTEMPTS
    assert pauses == sorted(pauses)


@pytest.mark.parametrize("fault", [silence, trickle])
def test_no_answer_in_time_is_said(wikidata, fault) -> None:
    wikidata.faults = [fault] * ATTEMPTS
    endpoint = Endpoint(wikidata.url, "test", request_seconds=0.03, pause=Pauses())
    with pytest.raises(EndpointError, match="does not answer in time, 5 times in a row"):
        endpoint.select("SELECT * { }")


def test_all_attempts_together_have_a_limit(wikidata) -> None:
    wikidata.faults = [refusal(503)] * ATTEMPTS
    endpoint = Endpoint(wikidata.url, "test", total_seconds=4, pause=Pauses())
    with pytest.raises(EndpointError, match="would pass the limit of 4 s"):
        endpoint.select("SELECT * { }")
    assert len(wikidata.agents) < ATTEMPTS


NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
HEADERS = [
    pytest.param("120", 120, id="seconds"),
    pytest.param("Sun, 22 Nov 2026 12:01:30 GMT", 90, id="a date"),
    pytest.param("Sun, 22 Nov 2026 11:00:00 GMT", 0, id="a date gone by"),
    pytest.param("-5", None, id="a negative number"),
    pytest.param("", None, id="nothing"),
]


@pytest.mark.parametrize(("header", "seconds"), HEADERS)
def test_retry_after_may_be(header, seconds) -> None:
    assert retry_after_seconds(header, NOW) == seconds


def run(root: Path, *options: str) -> Result:
    return CliRunner().invoke(cli, ["links", "check", "--root", str(root), *options])


def test_the_command_prints_a_table_and_its_status_tells(tmp_path, wikidata) -> None:
    good = run(published(tmp_path, RHINE), "--endpoint", wikidata.url)
    assert good.exit_code == 0
    assert "agreement: 1, missing: 0" in good.stdout
    drifted = run(published(tmp_path, RHINE.replace("Q584", "Q999")), "--endpoint", wikidata.url)
    assert drifted.exit_code == 1
    assert "Q999" in drifted.stdout
    assert "drift: 1" in drifted.stdout


def test_programs_get_json(tmp_path, wikidata) -> None:
    result = run(published(tmp_path, RHINE), "--endpoint", wikidata.url, "--json")
    said = json.loads(result.stdout)
    assert (said["isGood"], said["isPartial"], said["problem"]) == (True, False, "")
    [judged] = said["checked"]
    assert judged["link"]["item"] == "http://www.wikidata.org/entity/Q584"
    assert judged["verdict"] == "agreement"


def test_an_endpoint_that_is_not_there_is_named(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    result = run(published(tmp_path, RHINE), "--endpoint", f"http://127.0.0.1:{free_port()}/sparql")
    assert result.exit_code == 1
    assert "refuses the connection; is the address right" in result.stderr
    assert "Only 0 of 1 items could be asked for: this report is partial." in result.stderr


@pytest.mark.parametrize("address", ["ftp://example.org/sparql", "example.org", "http://", "file:///etc/passwd"])
def test_an_endpoint_without_an_http_address_is_wrong_usage(tmp_path, address) -> None:
    result = run(published(tmp_path, RHINE), "--endpoint", address)
    assert result.exit_code == 2
    assert "write http(s)://host/path" in result.stderr
