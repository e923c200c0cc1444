"""Generated queries have the same answers here and in rdflib, which shares no line of code with the engine."""

import io
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from rdflib.query import Result

from axisld.sparql.preparing import Counted, prepare
from axisld.sparql.results import GRAPH_WRITER
from axisld.store.sandbox import Query, Sandbox
from tests.hostile import NAMESPACE, build_store
from tests.numbers import ANY_NUMBERS

QUERIES = 150
NODES = 14


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_store(tmp_path_factory.mktemp("store"), NODES)


@pytest.fixture(scope="module")
def graph(store: Path) -> rdflib.Graph:
    """The union of all graphs of the store."""
    quads = pyoxigraph.Store.read_only(str(store)).query(
        "CONSTRUCT WHERE { ?s ?p ?o }", use_default_graph_as_union=True
    )
    assert isinstance(quads, pyoxigraph.QueryTriples)
    return rdflib.Graph().parse(data=quads.serialize(format=pyoxigraph.RdfFormat.N_TRIPLES), format="nt")


@pytest.fixture(scope="module")
def sandbox(store: Path) -> Iterator[Sandbox]:
    made = Sandbox(store, graph_writer=GRAPH_WRITER, processes=1)
    yield made
    made.close()


class Writer:
    """Writes queries that have few enough rows for both engines."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def query(self) -> str:
        head, tail = self._random.choice(
            [
                ("SELECT *", ""),
                ("SELECT DISTINCT ?a ?b", ""),
                ("SELECT (COUNT(*) AS ?n)", ""),
                ("SELECT ?a (COUNT(?b) AS ?n) (MAX(?n0) AS ?m)", "GROUP BY ?a"),
                ("SELECT ?b (SUM(?n0) AS ?n)", "GROUP BY ?b HAVING (COUNT(*) > 1)"),
                ("SELECT ?a ?n0", "ORDER BY DESC(?n0) ?a"),
            ]
        )
        return f"PREFIX e: <{NAMESPACE}> {head} {{ {self._group()} }} {tail}"

    def _group(self) -> str:
        parts = [f"?a {self._path()} ?b . ?a e:number ?n0 ."]
        parts += [self._part(number) for number in range(self._random.randint(0, 3))]
        return " ".join(parts)

    def _path(self) -> str:
        return self._random.choice(
            [
                "e:knows",
                "e:next",
                "e:knows/e:next",
                "^e:next",
                "e:next|e:knows",
                "(e:next/e:next)+",
                "e:none?",
                "!e:knows",
            ]
        )

    def _part(self, number: int) -> str:
        node, small = f"e:n{self._random.randrange(NODES)}", self._random.randrange(NODES)
        return self._random.choice(
            [
                f"FILTER(?n0 < {small})",
                f"FILTER(?n0 * 2 + 1 > {small} && ?n0 != 3)",
                f"FILTER(STRSTARTS(STR(?l{number}), 'node 1') || !BOUND(?l{number}))",
                f"OPTIONAL {{ ?b e:label ?l{number} FILTER(LANG(?l{number}) = 'en') }}",
                f"OPTIONAL {{ ?b e:number ?x{number} FILTER(?x{number} > ?n0) }}",
                f"MINUS {{ ?a e:knows {node} }}",
                f"FILTER NOT EXISTS {{ ?b e:knows {node} }}",
                f"FILTER EXISTS {{ ?a e:knows ?y{number} . ?y{number} e:number ?z{number} }}",
                f"{{ ?a e:knows {node} }} UNION {{ ?a e:next ?u{number} }}",
                f"BIND(?n0 + {small} AS ?v{number})",
                f"BIND(IF(?n0 > {small}, 'more', 'less') AS ?w{number})",
                f"VALUES ?n0 {{ 1 2 {small} }}",
                f"{{ SELECT ?a (COUNT(*) AS ?c{number}) {{ ?a e:knows ?d }} GROUP BY ?a }}",
            ]
        )


def rows(result: Result) -> Counter[frozenset[tuple[str, str]]]:
    """How often each row occurs, by names and N-Triples spelling of what is bound.

    Rows without anything are left out: rdflib makes one where GROUP BY has nothing to group.
    """
    found = Counter(
        frozenset((str(name), term.n3()) for name, term in binding.items() if term is not None)
        for binding in result.bindings
    )
    del found[frozenset()]
    return found


def test_generated_queries_have_the_answers_of_rdflib(sandbox: Sandbox, graph: rdflib.Graph) -> None:
    writer, filled, planned = Writer(4), 0, 0
    for _ in range(QUERIES):
        text = writer.query()
        prepared = prepare(text, most_bytes=131_072, most_nesting=50, counted=Counted(ANY_NUMBERS))
        planned += bool(prepared.plan)
        answer = sandbox.run(Query(prepared.shape.text, "srj", plan=prepared.plan))
        found = Result.parse(io.BytesIO(answer.read()), format="json")
        expected = graph.query(text)
        assert rows(found) == rows(expected), text
        filled += bool(found.bindings)
    assert filled > QUERIES // 2
    assert planned > QUERIES // 10
