"""The endpoint as people meet it: a page with the query, its answer, examples, and programs that ask the same."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
import rdflib
from rdflib.namespace import RDF, RDFS, SH

from axisld import pipeline
from axisld.errors import FindingsError
from axisld.sparql.snippets import Snippet, snippets
from tests.conftest import BASE, skip_aloud
from tests.live import Answer, Server

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PREFIXES = f"PREFIX br: <{BASE}ontology#> PREFIX id: <{BASE}id/> "
CROSSES = PREFIXES + "SELECT ?bridge ?river ?span { ?bridge br:crosses ?river ; br:spanMetres ?span }"


def ask(server: Server, query: str, accept: str = BROWSER, more: str = "") -> Answer:
    return server.get(f"/sparql?query={quote(query)}{more}", accept)


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        pytest.param(BROWSER, "text/html", id="a browser"),
        pytest.param("text/html", "text/html", id="HTML alone"),
        pytest.param("*/*", "application/sparql-results+json", id="anything"),
        pytest.param("text/html, */*", "application/sparql-results+json", id="HTML no more than anything"),
        pytest.param("text/*", "text/csv", id="any text"),
        pytest.param("text/html;q=0.5, application/json", "application/json", id="data before HTML"),
        pytest.param("text/html, application/sparql-results+xml", "application/sparql-results+xml", id="as much"),
    ],
)
def test_only_who_wants_a_page_most_gets_one(server: Server, accept: str, media_type: str) -> None:
    answer = ask(server, CROSSES, accept)
    assert (answer.status, answer.media_type) == (200, media_type)


def test_a_reader_sees_names_and_can_follow_them(server: Server) -> None:
    page = ask(server, CROSSES).text
    assert re.search(r'<th scope="col"[^>]*>bridge</th>', page)
    assert re.search(r'<a href="/doc/old-bridge"[^>]*>Old Bridge</a>', page)
    assert re.search(r'<a href="/doc/rhine"[^>]*>Rhine</a>', page)
    assert "31.6" in page
    assert "1 row in " in page


def test_the_names_are_in_the_readers_language(server: Server) -> None:
    assert "Alte Brücke</a>" in ask(server, CROSSES, more="&lang=de").text


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        pytest.param("ASK { ?s ?p ?o }", ">Yes<", id="yes"),
        pytest.param("ASK { ?s <urn:nothing> ?o }", ">No<", id="no"),
        pytest.param(PREFIXES + "CONSTRUCT WHERE { ?b br:crosses ?r }", ">predicate</th>", id="a graph"),
        pytest.param("DESCRIBE <http://127.0.0.1:8000/id/rhine>", ">Rhine</a>", id="a description"),
        pytest.param("SELECT ?x { VALUES ?x { 1 UNDEF -1.5 true } }", "4 rows", id="numbers and nothing"),
        pytest.param("SELECT * {}", "1 row", id="no columns"),
        pytest.param("SELECT ?x { ?x <urn:nothing> 1 }", "0 rows", id="no rows"),
        pytest.param('SELECT ?x { BIND("<script>&\\t\\"" AS ?x) }', "&lt;script&gt;&amp;\t&#34;", id="no markup"),
        pytest.param("SELECT ?x { BIND(<javascript:alert(1)> AS ?x) }", "<span><code>javascript:", id="no script"),
        pytest.param('SELECT ?x { BIND(STRDT("x", <urn:type>) AS ?x) }', "urn:type", id="a datatype"),
    ],
)
def test_every_answer_has_its_page(server: Server, query: str, shown: str) -> None:
    answer = ask(server, query)
    assert answer.status == 200
    assert shown in answer.text


def test_the_query_stays_in_the_field(server: Server) -> None:
    query = "# a < b & c\nSELECT * { ?s ?p ?o } LIMIT 1"
    assert ">\n# a &lt; b &amp; c\nSELECT * { ?s ?p ?o } LIMIT 1</textarea>" in ask(server, query).text


def test_a_mistake_is_shown_beside_the_query(server: Server) -> None:
    answer = ask(server, "SELECT *\nWHERE { ?s ?p }")
    assert answer.status == 400
    assert 'data-line="2"' in answer.text
    assert "WHERE { ?s ?p }</textarea>" in answer.text


def test_what_breaks_a_limit_is_shown_beside_the_query(server: Server) -> None:
    answer = ask(server, "ASK {" + "{" * 60 + "}" * 60 + "}")
    assert (answer.status, answer.media_type) == (400, "text/html")
    assert "nested deeper" in answer.text
    assert "</textarea>" in answer.text


def test_a_long_answer_comes_in_pages_below_100_kib(server: Server) -> None:
    query = "SELECT * { ?s ?p ?o . ?a ?b ?c } LIMIT 250"
    first = ask(server, query)
    assert "250 rows" in first.text
    assert first.text.count("<tr>") == 101
    assert len(first.body) < 100 * 1024
    following = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert following
    second = server.get(following[1].replace("&amp;", "&"), BROWSER)
    assert "rows 101 to 200" in second.text
    assert "rows 201 to 250" in ask(server, query, more="&page=3").text


def test_long_rows_are_cut_and_the_page_says_so(server: Server) -> None:
    long = "x" * 3_000
    bound = " ".join(f'("{long}" "{long}")' for _ in range(18))
    body = f"query={quote(f'SELECT * {{ VALUES (?a ?b) {{ {bound} }} . ?s ?p ?o }} LIMIT 900')}&rows=1000".encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": BROWSER}
    page = server.request("POST", "/sparql", headers, body).text
    assert "900 rows" in page
    assert "The rows are long" in page


def test_the_whole_answer_can_be_had_from_the_page(server: Server) -> None:
    form = re.search(r'<form class="formats".*?</form>', ask(server, CROSSES).text, re.DOTALL)
    assert form
    assert set(re.findall(r'name="format" value="(\w+)"', form[0])) == {"srj", "srx", "csv", "tsv"}


def test_an_answer_that_stays_may_be_kept_and_another_may_not(server: Server) -> None:
    assert ask(server, CROSSES).headers["cache-control"].startswith("public")
    assert ask(server, "SELECT (NOW() AS ?now) {}").headers["cache-control"] == "no-store"
    assert {"Accept", "Accept-Language"} <= set(ask(server, CROSSES).headers["vary"].split(", "))


def test_an_example_is_a_question_that_fills_the_field(server: Server) -> None:
    gallery = server.get("/sparql", BROWSER).text
    assert '<a href="/sparql?example=bridges-and-rivers">Which bridge crosses which river?</a>' in gallery
    page = server.get("/sparql?example=bridges-and-rivers", BROWSER).text
    assert f"# Which bridge crosses which river?\nPREFIX br: &lt;{BASE}ontology#&gt;" in page
    assert server.get("/sparql?example=nothing", BROWSER).status == 400


def test_programs_find_the_examples_in_the_service_description_and_by_asking(server: Server) -> None:
    example = rdflib.URIRef(f"{BASE}sparql#bridges-and-rivers")
    described = rdflib.Graph().parse(data=server.get("/sparql", "text/turtle").text)
    assert described.value(example, RDFS.comment) == rdflib.Literal("Which bridge crosses which river?")
    assert (example, RDF.type, SH.SPARQLExecutable) in described
    query = f"SELECT ?query {{ <{example}> <{SH.select}> ?query }}"
    asked = ask(server, query, "application/sparql-results+json").json["results"]["bindings"][0]["query"]["value"]
    assert f"PREFIX br: <{BASE}ontology#>" in asked
    assert ask(server, asked, "text/csv").body.count(b"\n") == 2


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("SELECT * {}", "its first line must be the question", id="no question"),
        pytest.param("# What?\nSELECT * {", "docs/queries/new.rq:2:11: Violation: not SPARQL", id="no SPARQL"),
        pytest.param("# What?\nDROP ALL", "read-only", id="an update"),
        pytest.param("# What?\nDESCRIBE <urn:x>", "an example is a SELECT", id="a description"),
        pytest.param("# What?\nSELECT * { SERVICE <urn:x> {} }", "SERVICE is not allowed", id="another server"),
    ],
)
def test_what_is_no_example_stops_the_build_and_says_why(site: Path, text: str, reason: str) -> None:
    (site / "docs" / "queries" / "new.rq").write_text(text)
    with pytest.raises(FindingsError) as error:
        pipeline.build(site, site / "releases")
    assert reason in str(error.value.findings[0])


def test_an_editor_learns_the_terms_in_use(server: Server) -> None:
    said = server.get("/sparql/terms.json").json
    assert said["prefixes"]["br"] == f"{BASE}ontology#"
    bridge = next(term for term in said["classes"] if term["iri"] == f"{BASE}ontology#Bridge")
    assert (bridge["label"], bridge["count"]) == ("bridge", 9)
    assert f"{BASE}ontology#crosses" in {term["iri"] for term in said["properties"]}


HARD = """# 'single' "double" \\"\\"\\" `back` ${no} $HOME \\\\ %41 é
SELECT ?x ("it's \\"so\\"\\t'''" AS ?y) WHERE { VALUES ?x { "a\\\\b" } }"""
COMMANDS = {
    "shell": ["bash", "-c"],
    "python": [sys.executable, "-c"],
    "javascript": ["node", "--input-type=module", "-e"],
    "r": ["Rscript", "-e"],
}


def programs() -> list[object]:
    asked = {"SELECT": HARD, "ASK": "ASK {}", "CONSTRUCT": "CONSTRUCT { <urn:a> <urn:b> 'c' } {}"}
    names = [(form, query, place) for form, query in asked.items() for place in range(len(snippets("", "", form)))]
    return [pytest.param(*name, id=f"{name[0]} {snippets('', '', name[0])[name[2]].name}") for name in names]


@pytest.mark.parametrize(("form", "query", "place"), programs())
def test_a_program_from_the_page_asks_the_same(server: Server, form: str, query: str, place: int) -> None:
    snippet: Snippet = snippets(f"http://127.0.0.1:{server.port}/sparql", query, form)[place]
    command = COMMANDS[snippet.language]
    if not shutil.which(command[0]):
        skip_aloud(f"{command[0]} is not installed")
    done = subprocess.run([*command, snippet.code], check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    expected = {"SELECT": "it's", "ASK": "true", "CONSTRUCT": "urn:a"}[form]
    assert expected in done.stdout.replace("True", "true").replace("\\'", "'"), done.stderr
