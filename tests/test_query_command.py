"""`axisld query`: where a query runs, what it may leave out, how its answer is printed, and what is wrong with it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from axisld.cli import cli
from axisld.loading import load
from axisld.pipeline import Built
from axisld.release import open_release
from axisld.store.remote_client import Access
from axisld.store.remote_writing import Writer
from tests.conftest import BASE, SITE
from tests.endpoints import Endpoint, oxigraph

RIVERS = "SELECT ?river ?label WHERE { ?river a br:River ; skos:prefLabel ?label } ORDER BY ?river ?label"


@pytest.fixture(scope="module")
def ox(built: Built) -> Iterator[Endpoint]:
    with oxigraph() as endpoint:
        access = Access(endpoint.query, seconds=30)
        load(open_release(built.path), access, Writer(access, graph_store=endpoint.graph_store), lambda *_: None)
        yield endpoint


def ask(text: str, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["query", "-", *arguments], input=text)


@pytest.fixture(params=["release", "endpoint"])
def where(request: pytest.FixtureRequest, built: Built) -> list[str]:
    """The arguments that say where a query runs."""
    if request.param == "release":
        return ["--release", str(built.path)]
    return ["--endpoint", request.getfixturevalue("ox").query]


def test_solutions_are_a_table_with_short_names(where: list[str]) -> None:
    result = ask(RIVERS, *where)
    assert result.exit_code == 0, result.output
    lines = [line.split() for line in result.stdout.splitlines() if line.strip()]
    assert lines[0] == ["river", "label"]
    assert ["id:rhine", "Rhine", "@en"] in lines


def test_a_folder_is_built_first(tmp_path: Path) -> None:
    result = ask(RIVERS, "--root", str(SITE), "--releases", str(tmp_path / "releases"), "--format", "csv")
    assert result.exit_code == 0, result.output
    assert "https://example.org/bridges/id/rhine,Rhine" in result.stdout.splitlines()


def test_a_query_is_read_from_a_file(built: Built, tmp_path: Path) -> None:
    path = tmp_path / "rivers.rq"
    path.write_text(RIVERS, "utf-8")
    assert "Rhein" in CliRunner().invoke(cli, ["query", str(path), "--release", str(built.path)]).stdout


def test_a_query_for_the_canonical_base_is_asked_on_the_base_of_the_release(built: Built) -> None:
    canonical = "SELECT ?label WHERE { <https://example.org/bridges/id/rhine> rdfs:label ?label } ORDER BY ?label"
    result = ask(canonical, "--release", str(built.path), "--format", "csv")
    assert result.stdout.splitlines() == ["label", "Rhein", "Rhine"]


@pytest.mark.parametrize(
    ("query", "format_", "begins"),
    [
        pytest.param(RIVERS, "json", '{"head"', id="JSON"),
        pytest.param(RIVERS, "xml", "<?xml", id="XML"),
        pytest.param(RIVERS, "tsv", "?river\t?label", id="TSV"),
        pytest.param("CONSTRUCT WHERE { id:rhine ?p ?o }", "", "@prefix", id="a graph"),
        pytest.param("DESCRIBE id:rhine", "nt", f"<{BASE}id/rhine> <", id="N-Triples"),
        pytest.param("DESCRIBE id:rhine", "jsonld", "{", id="JSON-LD"),
        pytest.param("ASK { id:rhine ?p ?o }", "", "true\n", id="a truth"),
        pytest.param("ASK { id:atlantis ?p ?o }", "table", "false\n", id="an untruth"),
        pytest.param("PREFIX id: <http://elsewhere/> ASK { id:rhine ?p ?o }", "", "false\n", id="own prefixes count"),
    ],
)
def test_answers_come_in_any_format(where: list[str], query: str, format_: str, begins: str) -> None:
    result = ask(query, *where, "--format", format_)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(begins)


def test_json_is_json(where: list[str]) -> None:
    bindings = json.loads(ask(RIVERS, *where, "--format", "json").stdout)["results"]["bindings"]
    assert {"type": "uri", "value": f"{BASE}id/rhine"} in [binding["river"] for binding in bindings]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        pytest.param("SELECT ?x WHERE {\n  ?x ?\n}", "Line 3, column 2:", id="on a line of its own"),
        pytest.param("SELECT ?x WHERE { ?x a br:River ; ? }", "Line 1, column 38:", id="behind prefixes that we add"),
        pytest.param("SELECT * { SERVICE <http://x/> { } }", "Line 1, column 12: SERVICE", id="another server"),
        pytest.param("DELETE WHERE { ?s ?p ?o }", "read-only", id="an update"),
        pytest.param("SELECT ?x WHERE { ?x a nowhere:Thing }", "refix", id="an unknown prefix"),
        pytest.param("", "empty", id="nothing"),
    ],
)
def test_an_error_has_its_place_in_the_query_as_it_was_written(where: list[str], query: str, said: str) -> None:
    result = ask(query, *where)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("axisld: ")
    assert said in result.stderr


def test_places_are_right_behind_an_iri_that_was_rebased(built: Built) -> None:
    query = "SELECT ?x WHERE { <https://example.org/bridges/id/rhine> a ?x ; ? }"
    assert f"Line 1, column {len(query) + 1}:" in ask(query, "--release", str(built.path)).stderr


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        pytest.param(
            ["--format", "docx"], 1, "cannot be written as docx; use one of table, srj, srx, csv", id="format"
        ),
        pytest.param(["--query-seconds", "0.01"], 1, "ran longer than 0.01 s", id="time"),
        pytest.param(["--query-result-bytes", "10"], 1, "larger than 10 bytes", id="size"),
        pytest.param(["--release", "/nowhere"], 2, "does not exist", id="no release"),
        pytest.param(["--endpoint", "http://127.0.0.1:1/"], 1, "refuses the connection", id="nobody there"),
        pytest.param(["--query-seconds", "soon"], 2, "not a valid float", id="usage"),
    ],
)
def test_exit_statuses(built: Built, arguments: list[str], status: int, said: str) -> None:
    everything = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?i ?f ?c"
    query = everything if "--query-seconds" in arguments else "SELECT * { ?s ?p ?o }"
    result = ask(query, "--release", str(built.path), *arguments)
    assert (result.exit_code, said in result.output) == (status, True), result.output
