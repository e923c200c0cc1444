"""Publications that bring graphs of their own, in TriG and N-Quads, and a default graph if they say so."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest
import rdflib
from click.testing import CliRunner

from axisld import pipeline
from axisld.cli import cli
from axisld.errors import FindingsError
from axisld.loading import OwnGraphsError, load
from axisld.pipeline import Built
from axisld.release import METADATA, open_release, read_record
from axisld.store.remote_client import Access
from axisld.store.remote_writing import Writer
from axisld.verify import verify
from axisld.vocabulary import SD, VOID
from tests.live import Server, serving

BASE = "https://example.org/kb/"
SURVEY = "http://survey.example/graph"
DATASET = f"""
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix sd: <http://www.w3.org/ns/sparql-service-description#> .
@prefix void: <http://rdfs.org/ns/void#> .
<{BASE}dataset> a dcat:Dataset ; dcterms:title "Bridges"@en ; void:uriSpace "{BASE}" .
"""
DECLARED = f"{DATASET}<{BASE}dataset> sd:defaultGraph [ a sd:Graph ] .\n"
TRIG = f"""
@prefix ex: <{BASE}ontology#> .
@prefix id: <{BASE}id/> .
id:a ex:near id:b , <{BASE}graph/data> ; ex:named "in the default graph"@en-GB .
_:both ex:of id:a .
<{SURVEY}> {{ id:b ex:near id:c ; ex:named "in a graph"@en , "with > and _:x" . _:both ex:of id:b }}
<{BASE}graph/own> {{ id:c ex:near id:a }}
"""
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def publication(folder: Path, dataset: str, name: str = "bridges.trig", text: str = TRIG) -> Path:
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "dataset.ttl").write_text(dataset, "utf-8")
    (folder / "data" / name).write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module", params=["union", "declared"])
def kind(request: pytest.FixtureRequest) -> str:
    kind: str = request.param
    return kind


@pytest.fixture(scope="module")
def built(kind: str, tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp(kind)
    root = publication(folder / "root", DECLARED if kind == "declared" else DATASET)
    return pipeline.build(root, folder / "releases")


@pytest.fixture(scope="module")
def server(built: Built) -> Iterator[Server]:
    with serving(built.path) as running:
        yield running


def counted(server: Server, query: str) -> int:
    answer = server.get(f"/sparql?query={quote(query)}", "application/json").json
    return int(answer["results"]["bindings"][0]["n"]["value"])


def test_graphs_keep_their_names_and_the_default_graph_is_kept_if_the_publication_says_so(
    built: Built, kind: str
) -> None:
    quads = list(ox.parse(path=built.path / "by-subject.nq", format=ox.RdfFormat.N_QUADS))
    by_graph = {str(graph): sum(quad.graph_name == graph for quad in quads) for graph in {q.graph_name for q in quads}}
    assert (by_graph[f"<{SURVEY}>"], by_graph[f"<{BASE}graph/own>"]) == (4, 1)
    assert by_graph["DEFAULT" if kind == "declared" else f"<{BASE}graph/data>"] == 4
    shared = {str(quad.graph_name) for quad in quads if isinstance(quad.subject, ox.BlankNode)
              and quad.predicate.value.endswith("of")}  # fmt: skip
    assert len({quad.subject for quad in quads if quad.predicate.value.endswith("#of")}) == 1
    assert len(shared) == 2


def test_the_record_counts_every_graph(built: Built, kind: str) -> None:
    default = {"": 4} if kind == "declared" else {}
    assert built.record.other_graphs == {SURVEY: 4, f"{BASE}graph/own": 1} | default
    assert built.record.default_graph == kind
    parts = built.record.parts
    assert parts[0].quads == sum(part.triples for part in parts[1:]) + sum(built.record.other_graphs.values())


def test_the_dumps_of_the_whole_hold_every_graph(built: Built) -> None:
    report = verify(built.path / "dumps")
    assert report.dumps > 5
    assert not report.findings
    whole = {}
    for suffix, format_ in (
        ("nq", ox.RdfFormat.N_QUADS),
        ("trig", ox.RdfFormat.TRIG),
        ("jsonld", ox.RdfFormat.JSON_LD),
    ):
        dataset = ox.Dataset(ox.parse(path=built.path / "dumps" / f"all.{suffix}", format=format_))
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        whole[suffix] = sorted(map(str, dataset))
    assert whole["nq"] == whole["trig"] == whole["jsonld"]
    lines = (built.path / "dumps" / "all.nq").read_bytes().splitlines(keepends=True)
    lower = b"".join(sorted(line.replace(b"@en-GB", b"@en-gb") for line in lines))
    assert hashlib.sha256(lower).hexdigest() == built.record.digest


def test_another_base_takes_own_graphs_along_and_leaves_those_of_others(
    built: Built, kind: str, tmp_path: Path
) -> None:
    root = publication(tmp_path / "root", DECLARED if kind == "declared" else DATASET)
    moved = pipeline.build(root, tmp_path / "releases", "http://127.0.0.1:9/")
    assert moved.record.canonical_digest == built.record.digest
    assert {SURVEY, "http://127.0.0.1:9/graph/own"} <= set(moved.record.other_graphs)


def test_the_metadata_describe_every_graph(built: Built) -> None:
    graph = rdflib.Graph().parse(built.path / METADATA, format="nt")
    (node,) = graph.subjects(rdflib.URIRef(f"{SD}name"), rdflib.URIRef(SURVEY))
    assert graph.value(node, rdflib.URIRef(f"{VOID}triples")).toPython() == 4
    assert (rdflib.URIRef(f"{BASE}dataset"), rdflib.URIRef(f"{VOID}subset"), node) in graph


def test_the_service_says_what_queries_see(server: Server, built: Built, kind: str) -> None:
    described = rdflib.Graph().parse(data=server.get("/sparql", "text/turtle").text)
    names = {str(name) for name in described.objects(None, rdflib.URIRef(f"{SD}name"))}
    assert {SURVEY, f"{BASE}graph/own", f"{BASE}graph/dataset"} <= names
    union = (None, rdflib.URIRef(f"{SD}feature"), rdflib.URIRef(f"{SD}UnionDefaultGraph"))
    assert (union in described) is (kind == "union")
    (default,) = described.objects(None, rdflib.URIRef(f"{SD}defaultGraph"))
    said = described.value(default, rdflib.URIRef(f"{VOID}triples")).toPython()
    assert said == counted(server, COUNT) == (4 if kind == "declared" else built.record.parts[0].triples)
    assert counted(server, f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{SURVEY}> {{ ?s ?p ?o }} }}") == 4


def test_look_ups_tell_of_things_in_any_graph_and_of_the_graph(server: Server) -> None:
    assert "in a graph" in server.get("/doc/b.ttl").text
    assert "in the default graph" in server.get("/doc/a", "text/html").text
    about = server.get(f"/doc?iri={quote(SURVEY, safe='')}", "text/turtle")
    assert (about.status, "triples 4" in about.text) == (200, True)
    own = server.get("/graph/own")
    assert (own.status, own.headers["location"]) == (303, f"{BASE}doc?iri={quote(f'{BASE}graph/own', safe='')}")
    assert SURVEY in server.get("/dataset", "text/html").text


def test_a_server_may_show_another_default_graph_than_the_publication_has(built: Built, kind: str) -> None:
    other = "union" if kind == "declared" else "declared"
    with serving(built.path, default_graph=other) as server:
        expected = built.record.parts[0].triples if other == "union" else 0
        assert counted(server, COUNT) == expected


def test_a_folder_with_one_file_of_quads_is_a_publication(tmp_path: Path) -> None:
    quad = f'<{BASE}id/a> <{BASE}ontology#named> "a"@en <{SURVEY}> .\n'
    root = publication(tmp_path / "root", DATASET, "all.nq", quad)
    result = CliRunner().invoke(cli, ["build", "--root", str(root), "--json"])
    assert result.exit_code == 0, result.output
    assert read_record(Path(json.loads(result.stdout)["release"])).other_graphs == {SURVEY: 1}


def test_shapes_check_what_stands_in_graphs_of_authors(tmp_path: Path) -> None:
    root = publication(tmp_path / "root", DECLARED)
    (root / "shapes").mkdir()
    (root / "shapes" / "all.ttl").write_text(f"""
        @prefix sh: <http://www.w3.org/ns/shacl#> .
        <{BASE}shapes#S> a sh:NodeShape ; sh:targetNode <{BASE}id/b> ;
            sh:property [ sh:path <{BASE}ontology#near> ; sh:maxCount 0 ; sh:message "Away."@en ] .""")
    findings = pipeline.check(root)
    assert [finding.path for finding in findings if finding.message == "Away."] == ["data/bridges.trig"]


def test_loading_a_server_leaves_no_graph_out_silently(built: Built) -> None:
    release, nowhere = open_release(built.path), Access("http://127.0.0.1:1/")
    with closing(release), pytest.raises(OwnGraphsError, match=SURVEY):
        load(release, nowhere, Writer(nowhere, update=nowhere.endpoint), lambda _what, _step, _steps: None)


def test_a_graph_without_a_name_is_refused(tmp_path: Path) -> None:
    root = publication(tmp_path / "root", DATASET, "bad.trig", f"_:g {{ <{BASE}id/a> a <{BASE}x> }}")
    with pytest.raises(FindingsError, match="named by a blank node"):
        pipeline.build(root, tmp_path / "releases")


@pytest.mark.parametrize(
    "settings", [["--default-graph", "both"], ["--default-graph", "declared", "--endpoint", "x:y"]]
)
def test_other_default_graphs_are_wrong_usage(settings: list[str]) -> None:
    result = CliRunner().invoke(cli, ["serve", *settings])
    assert result.exit_code == 2
    assert "default_graph" in result.output
