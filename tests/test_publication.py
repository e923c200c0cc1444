"""This publication, served: every name answers, every format says the same, every command of the docs works."""

import http.client
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pyoxigraph as ox
import pytest
import rdflib
from SPARQLWrapper import CSV, JSON, TURTLE, SPARQLWrapper

from axisld import terms
from axisld.iris import to_url
from axisld.pipeline.parse import statements
from tests.conftest import ROOT
from tests.published import Published


@pytest.fixture
def connection(publication: Published) -> Iterator[http.client.HTTPConnection]:
    opened = http.client.HTTPConnection("127.0.0.1", publication.port, timeout=30)
    yield opened
    opened.close()


def get(connection: http.client.HTTPConnection, url: str, accept: str = "*/*") -> tuple[int, str, bytes]:
    """Status, Location and body; the connection is kept."""
    parts = urlsplit(to_url(url))
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    connection.request("GET", target, headers={"Accept": accept})
    response = connection.getresponse()
    return response.status, response.headers.get("Location", ""), response.read()


def test_the_build_has_nothing_to_object_to(publication: Published) -> None:
    assert [str(finding) for finding in publication.built.findings if finding.severity != "Info"] == []


def test_every_name_under_the_base_answers(publication: Published, connection: http.client.HTTPConnection) -> None:
    whole = publication.built.path / "dumps" / "all.nq"
    names = {term for quad in statements(whole) for term in quad if term.startswith(f"<{publication.base}")}
    assert len(names) > 500
    failures = []
    for name in sorted(names):
        url = terms.value(name).partition("#")[0]
        status, location, _ = get(connection, url, "application/n-triples")
        if status == 303:
            status, _, body = get(connection, location, "application/n-triples")
            if to_url(terms.value(name)).encode() not in body and terms.value(name).encode() not in body:
                failures.append(f"{name}: {location} does not mention it")
        if status != 200:
            failures.append(f"{name}: {status}")
    assert failures == []


DOCUMENTS = [
    "doc/hezbollah",
    "doc/claim/lead-hezbollah-member",
    "doc/ref/40",
    "doc/axis-of-resistance",
    "ontology",
    "shapes",
]


def triples_of(body: bytes, format: ox.RdfFormat) -> str:
    """The canonical triples, whatever the graph."""
    dataset = ox.Dataset(
        ox.Quad(*quad.triple) if isinstance(quad, ox.Quad) else quad for quad in ox.parse(body, format)
    )
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return "\n".join(sorted(map(str, dataset)))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_format_of_a_document_says_the_same(
    publication: Published, connection: http.client.HTTPConnection, document: str
) -> None:
    formats = {
        "ttl": ox.RdfFormat.TURTLE,
        "nt": ox.RdfFormat.N_TRIPLES,
        "nq": ox.RdfFormat.N_QUADS,
        "trig": ox.RdfFormat.TRIG,
        "rdf": ox.RdfFormat.RDF_XML,
        "expanded.jsonld": ox.RdfFormat.JSON_LD,
    }
    said = set()
    for suffix, format in formats.items():
        status, _, body = get(connection, f"{publication.base}{document}.{suffix}")
        assert status == 200, suffix
        said.add(triples_of(body, format))
    assert len(said) == 1


def test_rdflib_reads_a_name_as_it_is(publication: Published) -> None:
    graph = rdflib.Graph().parse(f"{publication.base}id/hezbollah")
    label = (
        rdflib.URIRef(f"{publication.base}id/hezbollah"),
        rdflib.SKOS.prefLabel,
        rdflib.Literal("Hezbollah", lang="en"),
    )
    assert label in graph


def test_rdflib_reads_json_ld_with_the_context_that_is_served(publication: Published) -> None:
    turtle = rdflib.Graph().parse(f"{publication.base}doc/hezbollah.ttl")
    json_ld = rdflib.Graph().parse(f"{publication.base}doc/hezbollah.jsonld")
    assert len(json_ld) == len(turtle) > 0


@pytest.mark.parametrize("result_format", [JSON, CSV, TURTLE])
def test_sparqlwrapper_gets_answers(publication: Published, result_format: str) -> None:
    wrapper = SPARQLWrapper(f"{publication.base}sparql", returnFormat=result_format)
    form = "CONSTRUCT { ?s ?p ?o }" if result_format == TURTLE else "SELECT ?o"
    wrapper.setQuery(f"{form} WHERE {{ ?s ?p ?o . FILTER(?s = <{publication.base}id/hezbollah>) }}")
    answer = wrapper.query().convert()
    assert "Hezbollah" in str(
        answer.serialize()
        if isinstance(answer, rdflib.Graph)
        else answer.decode()
        if isinstance(answer, bytes)
        else answer
    )


COMMANDS = [
    pytest.param(command, expected.strip(), id=f"{path.name}: {command}")
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
    for block in re.findall(r"```console\n(.*?)```", path.read_text("utf-8"), re.DOTALL)
    for command, expected in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)
]


@pytest.mark.parametrize(("command", "expected"), COMMANDS)
def test_a_command_of_the_docs_does_what_they_say(
    publication: Published, tmp_path: Path, command: str, expected: str
) -> None:
    here = f"127.0.0.1:{publication.port}"
    shell = ["bash", "-c", command.replace("127.0.0.1:8000", here)]
    done = subprocess.run(shell, cwd=tmp_path, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert [line for line in expected.splitlines() if line.replace("127.0.0.1:8000", here) not in done.stdout] == []


def test_the_docs_have_commands() -> None:
    assert len(COMMANDS) > 5
