"""Filling SPARQL servers: what they hold afterwards, and what is said when that is not the release."""

import shutil
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from axisld import pipeline, terms
from axisld.cli import cli
from axisld.loading import Loaded, LoadError, load
from axisld.pipeline import Built
from axisld.release import METADATA, open_release
from axisld.remote import metadata_graph
from axisld.remote.reading import statements_held
from axisld.remote.spelling import normal
from axisld.store.remote_client import Access, Client
from axisld.store.remote_writing import BATCH_STATEMENTS, Writer, connected
from axisld.terms import XSD, Statement
from tests.conftest import BASE, SITE
from tests.endpoints import Endpoint, oxigraph, virtuoso

WAYS = {"graph-store": ("graph_store",), "update": ("update",), "both": ("graph_store", "update")}


@pytest.fixture(scope="module")
def ox() -> Iterator[Endpoint]:
    with oxigraph() as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def vi(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    with virtuoso(tmp_path_factory.mktemp("virtuoso")) as endpoint:
        yield endpoint


@pytest.fixture(params=["ox", "vi"])
def endpoint(request: pytest.FixtureRequest) -> Endpoint:
    found: Endpoint = request.getfixturevalue(request.param)
    return found


def loaded(endpoint: Endpoint, release: Path, way: str = "both") -> list[Loaded]:
    access = Access(endpoint.query, seconds=30)
    services = {name: url for name, url in endpoint.writing.items() if name in WAYS[way]}
    return load(open_release(release), access, Writer(access, **services), lambda *_: None)


def change(endpoint: Endpoint, update: str) -> None:
    body = urllib.parse.urlencode({"update": update}).encode()
    urllib.request.urlopen(endpoint.update, body, timeout=20).close()


@pytest.mark.parametrize("way", ["graph-store", "update"])
def test_a_server_holds_the_release_afterwards(endpoint: Endpoint, built: Built, way: str) -> None:
    found = loaded(endpoint, built.path, way)
    expected = {f"{BASE}graph/{part.name}": part.triples for part in built.record.parts[1:]}
    expected[metadata_graph(BASE)] = len((built.path / "metadata.nq").read_text("utf-8").split("\n")) - 1
    assert {graph.graph: graph.statements for graph in found} == expected
    assert [graph.difference for graph in found if graph.difference] == []
    # "007"^^xsd:integer and "31.60"^^xsd:decimal are in the data, dates with times in the metadata
    assert [graph.graph for graph in found if graph.is_respelled] == [f"{BASE}graph/data", metadata_graph(BASE)]


def test_loading_again_changes_nothing(endpoint: Endpoint, built: Built) -> None:
    assert loaded(endpoint, built.path, "update") == loaded(endpoint, built.path, "graph-store")


def test_what_an_earlier_release_left_is_emptied(endpoint: Endpoint, built: Built) -> None:
    old, other = f"{BASE}graph/bygone", "http://example.org/other/"
    change(endpoint, f"INSERT DATA {{ GRAPH <{old}> {{ <{old}> a <{old}> }} }}")
    change(endpoint, f"INSERT DATA {{ GRAPH <{other}> {{ <{old}> a <{old}> }} }}")
    loaded(endpoint, built.path, "graph-store")
    client = Client(Access(endpoint.query, seconds=30))
    assert statements_held(client, old) == 0
    assert statements_held(client, other) == 1
    client.close()


def test_more_statements_than_one_update_holds_arrive(endpoint: Endpoint, site: Path, tmp_path: Path) -> None:
    many = "\n".join(f"<https://example.org/bridges/id/n{n}> a br:River ." for n in range(2 * BATCH_STATEMENTS + 1))
    prefix = "@prefix br: <https://example.org/bridges/ontology#> .\n"
    (site / "data" / "many.ttl").write_text(prefix + many + "\n", "utf-8")
    release = pipeline.build(site, tmp_path / "releases", BASE).path
    assert not [graph.difference for graph in loaded(endpoint, release, "update") if graph.difference]


SHARED = [
    Statement("_:b0", f"<{BASE}p>", '"shared"', f"<{BASE}graph/data>"),
    Statement("_:b0", f"<{BASE}p>", "_:b1", f"<{BASE}graph/links>"),
    Statement("_:b1", f"<{BASE}p>", '"and what it leads to"', f"<{BASE}graph/links>"),
]


@pytest.fixture(scope="module")
def with_shared_blank_node(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release with a blank node that stands in two graphs and in the metadata."""
    release = Path(shutil.copytree(built.path, tmp_path_factory.mktemp("shared") / "release"))
    for name in ("data", "links"):
        path = release / "dumps" / f"{name}.nq"
        added = [terms.line(quad) for quad in SHARED if quad.graph.endswith(f"/{name}>")]
        path.unlink() if path.is_symlink() else None
        text = (built.path / "dumps" / f"{name}.nq").read_text("utf-8")
        path.unlink(missing_ok=True)
        path.write_text(text + "".join(added), "utf-8")
    with (release / METADATA).open("a", encoding="utf-8") as metadata:
        metadata.write(terms.line(SHARED[0]._replace(graph="")))
    return release


def test_a_blank_node_in_two_graphs_stays_one(endpoint: Endpoint, with_shared_blank_node: Path) -> None:
    loaded(endpoint, with_shared_blank_node)
    query = f"""SELECT (COUNT(*) AS ?count) WHERE {{
      GRAPH <{BASE}graph/data> {{ ?node <{BASE}p> "shared" }}
      GRAPH <{metadata_graph(BASE)}> {{ ?node <{BASE}p> "shared" }}
      GRAPH <{BASE}graph/links> {{ ?node <{BASE}p>/<{BASE}p> ?end }} }}"""
    client = Client(Access(endpoint.query, seconds=30))
    (row,) = client.rows(query, everywhere=True)
    assert terms.value(row["count"]) == "1"
    client.close()


def test_the_graph_store_protocol_cannot_say_that(ox: Endpoint, with_shared_blank_node: Path) -> None:
    with pytest.raises(LoadError, match=r"2 blank nodes stand in several graphs.*with --update"):
        loaded(ox, with_shared_blank_node, "graph-store")


def test_what_a_server_changed_is_found(ox: Endpoint, built: Built, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that takes what it is given and keeps something else."""
    honest = Writer.replace

    def unfaithful(self: Writer, graph: str, quads: Iterator[Statement]) -> None:
        if graph.endswith("/data"):
            quads = (replace_label(quad) for quad in quads)
        elif graph.endswith("/links"):
            quads = iter(())
        honest(self, graph, quads)

    def replace_label(quad: Statement) -> Statement:
        return quad._replace(object='"Rein"@de') if quad.object == '"Rhein"@de' else quad

    monkeypatch.setattr(Writer, "replace", unfaithful)
    differences = {graph.graph.rpartition("/")[2]: graph.difference for graph in loaded(ox, built.path, "graph-store")}
    assert '"Rhein"@de .' in differences["data"].partition(" and has ")[0]
    assert '"Rein"@de .' in differences["data"].partition(" and has ")[2]
    assert differences["links"] == "it holds 0 statements instead of 1"
    assert not differences["ontology"]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        pytest.param(("01", "integer"), ("1", "integer"), id="a number"),
        pytest.param(("7", "int"), ("7", "integer"), id="a derived type"),
        pytest.param(("31.60", "decimal"), ("31.6", "decimal"), id="a decimal"),
        pytest.param(("100", "decimal"), ("100.0", "decimal"), id="a whole decimal"),
        pytest.param(("1.0E3", "double"), ("1000", "double"), id="a double"),
        pytest.param(("1", "boolean"), ("true", "boolean"), id="a truth"),
        pytest.param(
            ("2020-01-01T00:00:00.500Z", "dateTime"), ("2020-01-01T00:00:00.5+00:00", "dateTime"), id="a time"
        ),
        pytest.param(("2020-01-01T00:00:00.000Z", "dateTime"), ("2020-01-01T00:00:00Z", "dateTime"), id="no fraction"),
    ],
)
def test_two_spellings_are_one_value(written: tuple[str, str], kept: tuple[str, str]) -> None:
    one, other = (
        normal(Statement("<urn:s>", "<urn:p>", terms.text(lexical, datatype=XSD + kind)))
        for lexical, kind in (written, kept)
    )
    assert one == other


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(f'"P1Y"^^<{XSD}duration>', f'"12"^^<{XSD}duration>', id="a duration"),
        pytest.param(f'"abc"^^<{XSD}integer>', f'"0"^^<{XSD}integer>', id="no number"),
        pytest.param(f'"1"^^<{XSD}integer>', f'"1"^^<{XSD}decimal>', id="another type"),
        pytest.param('"1"', '"01"', id="text"),
        pytest.param('"x"@en', '"x"@de', id="another language"),
    ],
)
def test_other_values_stay_others(one: str, other: str) -> None:
    assert normal(Statement("<urn:s>", "<urn:p>", one)) != normal(Statement("<urn:s>", "<urn:p>", other))


def test_statements_that_share_blank_nodes_are_put_together() -> None:
    def quad(subject: str, object_: str) -> Statement:
        return Statement(subject, "<urn:p>", object_)

    chain = [quad("_:a", "_:b"), quad("_:d", "_:e"), quad("_:x", '"1"'), quad("_:b", "_:c"), quad("_:c", "_:d")]
    groups = sorted(sorted(group) for group in connected(chain))
    assert groups == [sorted([chain[0], chain[1], chain[3], chain[4]]), [chain[2]]]


def command(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["load", *arguments])


def test_the_command_says_what_every_graph_holds(ox: Endpoint, built: Built) -> None:
    result = command(
        "--endpoint", ox.query, "--graph-store", ox.graph_store, "--update", ox.update, "--release", str(built.path)
    )
    assert result.exit_code == 0, result.output
    assert f"{BASE}graph/ontology: 71 statements\n" in result.stdout
    assert "statements; some literals are respelled" in result.stdout
    assert "1/18 load" in result.stderr


def quads_of(built: Built, part: str) -> int:
    return next(held.quads for held in built.record.parts if held.name == part)


def test_the_command_builds_a_folder_first(ox: Endpoint, built: Built, tmp_path: Path) -> None:
    result = command(
        "--endpoint", ox.query, "--update", ox.update,
        "--root", str(SITE), "--releases", str(tmp_path / "releases"), "--base-iri", "http://localhost/built/",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert f"http://localhost/built/graph/data: {quads_of(built, 'data')} statements" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        pytest.param([], 2, "name the server", id="no server"),
        pytest.param(["--endpoint", "http://127.0.0.1:1/q"], 2, "--graph-store or --update", id="no way to write"),
        pytest.param(["--endpoint", "http://127.0.0.1:1/q", "--update", "x"], 2, "no address", id="no address"),
        pytest.param(["--endpoint", "x", "--update", "http://127.0.0.1:1/u"], 1, "no address", id="no endpoint"),
        pytest.param(
            ["--endpoint", "http://127.0.0.1:1/q", "--update", "http://127.0.0.1:1/u"], 1, "refuses", id="nobody there"
        ),
    ],
)
def test_the_command_says_what_is_wrong(built: Built, arguments: list[str], status: int, said: str) -> None:
    result = command(*arguments, "--release", str(built.path))
    assert (result.exit_code, said in result.output) == (status, True), result.output


def test_differences_are_exit_status_1(ox: Endpoint, built: Built, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("axisld.loading.statements_held", lambda *_: 3)
    result = command("--endpoint", ox.query, "--update", ox.update, "--release", str(built.path))
    assert result.exit_code == 1
    assert f"graph/data: it holds 3 statements instead of {quads_of(built, 'data')}" in result.stdout


def test_a_server_that_lets_nobody_write_says_so(built: Built) -> None:
    with oxigraph() as endpoint:
        read_only = replace(endpoint, update=endpoint.query)  # its query service takes no updates
        result = command("--endpoint", read_only.query, "--update", read_only.update, "--release", str(built.path))
        assert result.exit_code == 1
        assert f"axisld: {read_only.update} refuses what it is sent" in result.output
