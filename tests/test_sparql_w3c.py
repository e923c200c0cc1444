"""The W3C's query evaluation tests: with a declared default graph, the endpoint answers as the engine itself does.

In whatever order it joins.
"""

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pyoxigraph as ox
import rdflib
from rdflib.namespace import RDF

from axisld.errors import QueryError
from axisld.sparql.preparing import Counted, Prepared, prepare
from axisld.sparql.results import GRAPH_WRITER
from axisld.store.sandbox import Query, Sandbox
from tests.conftest import ROOT
from tests.numbers import ANY_NUMBERS

SUITE = ROOT / "tests" / "vendor" / "w3c-sparql"
BASE = "http://example.org/w3c/"
MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
FROM = re.compile(r"FROM\s+(?:NAMED\s+)?<([^>]*)>")
Data = tuple[tuple[str, str], ...]  # files, each with the graph that it goes into, "" for the default graph


@dataclass(frozen=True, slots=True, order=True)
class Case:
    """One test: a query on some data. Files are named below SUITE."""

    data: Data
    query: str

    @property
    def text(self) -> str:
        return (SUITE / self.query).read_text("utf-8", errors="replace")


def cases() -> Iterator[Case]:
    for manifest in SUITE.rglob("manifest.ttl"):
        folder = f"{manifest.parent.relative_to(SUITE).as_posix()}/"
        graph = rdflib.Graph().parse(manifest, publicID=f"{BASE}{folder}manifest.ttl")
        for test in graph.subjects(RDF.type, MF.QueryEvaluationTest):
            action = graph.value(test, MF.action)
            query = str(graph.value(action, QT.query)).removeprefix(BASE)
            if not (SUITE / query).exists():  # the W3C's manifest names one that was never there
                continue
            data = [(str(file).removeprefix(BASE), "") for file in graph.objects(action, QT.data)]
            named = [str(graph.value(node, QT.graph) or node) for node in graph.objects(action, QT.graphData)]
            text = (SUITE / query).read_text("utf-8", errors="replace")
            named += [f"{BASE}{folder}{file}" for file in FROM.findall(text) if (SUITE / folder / file).exists()]
            yield Case((*sorted(data), *sorted((name.removeprefix(BASE), name) for name in set(named))), query)


def stored(folder: Path, data: Data) -> Path:
    store = ox.Store(str(folder))
    for file, graph in data:
        format_ = ox.RdfFormat.from_extension(file.rpartition(".")[2])
        to_graph = ox.NamedNode(graph) if graph else None
        store.load(path=SUITE / file, format=format_, base_iri=f"{BASE}{file}", to_graph=to_graph)
    store.flush()
    return folder


def answered(written: bytes, form: str) -> object:
    """The answer without what may differ between two runs: order, and labels of blank nodes in graphs."""
    if form in {"CONSTRUCT", "DESCRIBE"}:
        graph = ox.Dataset(ox.parse(written, ox.RdfFormat.N_TRIPLES))
        graph.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        return sorted(map(str, graph))
    found = json.loads(written)
    return found.get(
        "boolean", sorted(json.dumps(row, sort_keys=True) for row in found.get("results", {}).get("bindings", []))
    )


def by_engine(store: ox.Store, text: str, form: str, base: str) -> object:
    try:
        results = store.query(text, base_iri=base)
    except (SyntaxError, ValueError):
        return "refused"
    if isinstance(results, ox.QueryTriples):
        return answered(results.serialize(format=ox.RdfFormat.N_TRIPLES), form)
    return answered(results.serialize(format=ox.QueryResultsFormat.JSON), form)


def by_endpoint(sandbox: Sandbox, prepared: Prepared) -> object:
    shape = prepared.shape
    suffix = "nt" if shape.form in {"CONSTRUCT", "DESCRIBE"} else "srj"
    try:
        answer = sandbox.run(Query(shape.text, suffix, shape.declares_dataset, plan=prepared.plan))
    except QueryError:
        return "refused"
    return answered(answer.read(), shape.form)


def are_alike(one: object, other: object) -> bool:
    """Whether two answers that depend on time or chance have as many rows."""
    return type(one) is type(other) and (not isinstance(one, list) or len(one) == len(other))


def differences(folder: Path, data: Data, group: list[Case]) -> list[str]:
    """The queries on one dataset that the endpoint answers otherwise than the engine; "" for each of the others."""
    path = stored(folder, data)
    found = []
    engine = ox.Store.read_only(str(path))
    base = f"{BASE}{group[0].query}"
    sandbox = Sandbox(path, graph_writer=GRAPH_WRITER, processes=1, default_graph="declared", base_iri=base)
    with closing(sandbox):
        for case in group:
            prepared = prepare(case.text, most_bytes=131_072, most_nesting=50, counted=Counted(ANY_NUMBERS))
            expected = by_engine(engine, case.text, prepared.shape.form, base)
            met = by_endpoint(sandbox, prepared)
            is_same = are_alike(met, expected) if prepared.shape.is_volatile else met == expected
            found.append("" if is_same else f"{case.query}: {met}, not {expected}")
    return found


def test_the_w3c_query_tests_come_out_as_with_the_engine_itself(tmp_path: Path) -> None:
    groups = [(data, list(group)) for data, group in groupby(sorted(set(cases())), key=lambda case: case.data)]
    with ThreadPoolExecutor(4) as threads:
        folders = [tmp_path / str(number) for number in range(len(groups))]
        found = [line for lines in threads.map(differences, folders, *zip(*groups, strict=True)) for line in lines]
    assert len(found) > 200
    assert not any(found), "\n".join(filter(None, found))
