"""A query is run as the engine does it best, and answers as it would have; light ones need no process of their own."""

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from queue import Queue

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axisld.config import Config
from axisld.errors import QueryError, QueryLimitError
from axisld.pipeline import Built
from axisld.release import Release, open_release
from axisld.sparql import preparing
from axisld.sparql.lexer import outline
from axisld.sparql.preparing import Counted, Prepared, prepare
from axisld.sparql.results import GRAPH_WRITER
from axisld.store.cardinalities import Cardinalities
from axisld.store.sandbox import Cancellation, Query, Sandbox
from tests.conftest import BASE
from tests.numbers import ANY_NUMBERS

LIMITS = {"most_bytes": 131_072, "most_nesting": 50}
EX, THINGS = "PREFIX ex: <http://example.org/> ", 6_000
NEVER_ENDS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER (?a != ?i) }"


class Numbers(Cardinalities):
    """Of a publication in which every thing has a name and few have a grave."""

    def __init__(self) -> None:
        pass

    def count(self, subject: str = "", predicate: str = "", object: str = "") -> int:
        if subject:
            return 3
        return {"": 60_000, "<http://example.org/grave>": 30, "<http://example.org/in>": 900}.get(predicate, THINGS)

    def subjects(self, predicate: str) -> int:
        return self.count(predicate=predicate)

    def objects(self, predicate: str) -> int:
        return max(1, self.count(predicate=predicate) // 3)


def prepared(text: str, most_light: int = 1_000) -> Prepared:
    return prepare(text, **LIMITS, counted=Counted(Numbers(), most_light))


@pytest.fixture(scope="module")
def release(built: Built) -> Iterator[Release]:
    with closing(open_release(built.path)) as opened:
        yield opened


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Things that all have a name."""
    folder = tmp_path_factory.mktemp("store")
    store, name = ox.Store(str(folder)), ox.NamedNode("http://example.org/name")
    things = (ox.NamedNode(f"http://example.org/{number}") for number in range(THINGS))
    store.bulk_extend(ox.Quad(thing, name, ox.Literal(f"Thing {thing.value[19:]}")) for thing in things)
    store.flush()
    return folder


@pytest.fixture
def sandbox(store: Path) -> Iterator[Sandbox]:
    with closing(Sandbox(store, graph_writer=GRAPH_WRITER, processes=1, seconds=10)) as made:
        yield made


@pytest.mark.parametrize(
    ("patterns", "first"),
    [
        ("?x ex:name ?n ; ex:grave ?g", "?x ex:grave ?g"),  # the rare property
        ("?x ex:name ?n ; ex:in ex:berlin", "?x ex:in ex:berlin"),  # something of one thing
        ("?x ex:name ?n . ?y ex:knows ?x . ex:mary ex:knows ?y", "ex:mary ex:knows ?y"),
        ("?x ex:name ?n ; ex:in/ex:grave ?g", "?x ex:in/ex:grave ?g"),  # a path is as rare as its steps make it
        ("?x ex:name ?n ; ex:knows+ ?y ; ex:in ?c", "?x ex:in ?c"),  # what nobody can count comes last
        ("?x ex:name ?n ; ?p ?o ; <http://example.org/grave> 1.5, ?g", "?x <http://example.org/grave> 1.5"),
    ],
)
def test_a_query_begins_with_what_there_is_least_of(patterns: str, first: str) -> None:
    plan = prepared(f"{EX} SELECT * {{ {patterns} }}").plan
    assert plan.partition("{")[2].strip().startswith(first), plan


def test_each_pattern_follows_one_that_it_has_a_variable_in_common_with() -> None:
    plan = prepared(EX + "SELECT ?n { ?x ex:name ?n . ?y ex:knows ?x ; ex:grave ?g . FILTER (?n > 'a') }").plan
    places = [plan.index(pattern) for pattern in ("?y ex:grave ?g", "?y ex:knows ?x", "?x ex:name ?n")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?x ex:name ?n }",  # nothing to put in order
        "SELECT * { ?x ex:name ?n . ?y ex:grave ?g }",  # a product has no order
        "SELECT * { _:b ex:name ?n ; ex:grave ?g }",  # a blank node's label belongs to one pattern
        "SELECT * { [] ex:name ?n ; ex:grave ?g }",
        "SELECT * { ?x ex:name ?n ; ex:grave ?g . VALUES ?x { ex:a } }",  # the values come first, as the engine knows
        "SELECT * { ?x ex:name ?n ; ex:grave ?g } VALUES ?x { ex:a }",
        "SELECT * { OPTIONAL { ?x ex:in ?c } ?x ex:name ?n ; ex:grave ?g }",  # what follows is joined with what may be
        "SELECT * { { ?x ex:name ?n } UNION { ?x ex:grave ?n } }",
        "SELECT * { GRAPH ?h { ?x ex:name ?n ; ex:grave ?g } ?x ex:in ?c }",
        "SELECT * { GRAPH ?h { ?x ex:name ?n ; ex:grave ?g } GRAPH ex:h { ?x ex:in ?c } }",
        "CONSTRUCT WHERE { ?x ex:name ?n ; ex:grave ?g }",
        "DESCRIBE ?x { ?x ex:name ?n ; ex:grave ?g }",
    ],
)
def test_what_is_not_understood_for_certain_runs_as_it_was_written(text: str) -> None:
    assert prepared(EX + text).plan == ""


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (
            "SELECT * { @@ . OPTIONAL { ?x ex:in ?c } MINUS { ?x ex:no ?y } }",
            "OPTIONAL { ?x ex:in ?c } MINUS { ?x ex:no ?y }",
        ),
        ("SELECT * { @@ BIND (1 AS ?one) }", "BIND (1 AS ?one)"),
        ("SELECT * WHERE { @@ FILTER NOT EXISTS { ?x ex:no ?y } }", "FILTER NOT EXISTS { ?x ex:no ?y }"),
        ("SELECT (COUNT(*) AS ?m) { @@ } GROUP BY ?x ORDER BY ?x LIMIT 3", "} GROUP BY ?x ORDER BY ?x LIMIT 3"),
        ("CONSTRUCT { ?x ex:p [] } WHERE { @@ }", "CONSTRUCT { ?x ex:p [] } WHERE {"),
        ("SELECT ?x FROM ex:g { @@ FILTER ex:f(?n) }", "SELECT ?x FROM ex:g {"),
        ("SELECT ?x { @@ FILTER regex(?n, '{') FILTER ex:f(?n) }", "FILTER regex(?n, '{') FILTER ex:f(?n)"),
        ("ASK { @@ ; ex:in 'a'@en, 'b'^^ex:t ; a ex:C ; ex:is true, -1 }", "LATERAL { ?x ex:is -1 }"),
        ("SELECT ?h { GRAPH ?h { @@ } FILTER (?h != ex:h) }", "SELECT ?h { GRAPH ?h { ?x ex:grave ?g"),
        ("SELECT * { # }\n @@ # ;\n . FILTER (?n > 1) }", "FILTER (?n > 1)"),
    ],
)
def test_what_stands_around_the_patterns_stays(text: str, kept: str) -> None:
    plan = prepared(EX + text.replace("@@", "?x ex:name ?n ; ex:grave ?g")).plan
    assert kept in plan
    assert "?x ex:grave ?g" in plan
    assert "{ ?x ex:name ?n }" in plan


@pytest.fixture(scope="module")
def engine(release: Release) -> ox.Store:
    return ox.Store.read_only(str(release.sparql_store))


def rows(engine: ox.Store, text: str) -> Counter[str]:
    return Counter(str(row) for row in engine.query(text, use_default_graph_as_union=True))


VARIABLES = st.sampled_from(["?a", "?b", "?c", "?d"])
FILTERS = st.sampled_from(["", "FILTER (?a != ?b)", "FILTER (isIRI(?b))", "OPTIONAL { ?b ?p ?q }", "FILTER (?c > 3)"])


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_joins_in_any_order_have_the_same_answer(release: Release, engine: ox.Store, data: st.DataObject) -> None:
    properties = sorted(name for name in release.record.properties if "example" in name)
    predicates = st.sampled_from([f"<{name}>" for name in properties])
    paths = st.tuples(predicates, st.sampled_from("/|"), predicates).map(" ".join)
    patterns = st.tuples(VARIABLES, predicates | paths, VARIABLES).map(" ".join)
    chosen = data.draw(st.lists(patterns, min_size=2, max_size=4))
    around = data.draw(st.sampled_from(["{}", "GRAPH ?g {{ {} }}", f"GRAPH <{BASE}graph/data> {{{{ {{}} }}}}"]))
    text = f"SELECT * {{ {around.format(' . '.join(chosen))} {data.draw(FILTERS)} }} LIMIT 5000"
    plan = prepare(
        text, **LIMITS, counted=Counted(data.draw(st.sampled_from([ANY_NUMBERS, release.cardinalities])))
    ).plan
    found = rows(engine, text)
    if plan and found.total() < 5_000:
        assert rows(engine, plan) == found


def test_a_mistake_is_told_where_the_client_made_it(release: Release) -> None:
    queries = release.queries(Config(query_workers=1), GRAPH_WRITER)
    text = f"{EX}\nSELECT * {{\n ?x ex:name ?n .\n ?x nowhere:grave ?g }}"
    plan = prepare(text, **LIMITS, counted=Counted(release.cardinalities)).plan
    assert plan
    with closing(queries), pytest.raises(QueryError, match="Line 4, column"):
        queries.run(Query(text, "srj", plan=plan))


def test_what_a_plan_counts_on_is_true(release: Release) -> None:
    triples = {quad.triple for quad in ox.parse(path=release.path / "dumps" / "all.nt")}
    for name, count in release.record.properties.items():
        used = [triple for triple in triples if triple.predicate.value == name]
        predicate = f"<{name}>"
        assert release.cardinalities.subjects(predicate) == len({triple.subject for triple in used})
        assert release.cardinalities.objects(predicate) == len({triple.object for triple in used})
        assert release.cardinalities.count(predicate=predicate) >= len(used) == count


@pytest.mark.parametrize(
    "text",
    [
        "ASK { ?s ?p ?o }",
        "SELECT * { ?s ?p ?o } LIMIT 100 OFFSET 900",
        "SELECT ?p ?o { <http://example.org/mary> ?p ?o }",
        "SELECT DISTINCT ?n WHERE { ex:mary ex:name ?n FILTER (LANGMATCHES(LANG(?n), 'en')) } ORDER BY DESC(?n)",
        "SELECT ?x { ?x ex:grave ?g FILTER (CONTAINS(LCASE(STR(?g)), 'a') && ?g IN ('a', ex:b)) } LIMIT 10",
        "SELECT ?n { ex:mary ex:knows ?y . ex:anne ex:knows ?y }",
    ],
)
def test_what_can_look_at_little_only_is_light(text: str) -> None:
    assert prepared(EX + text).is_light


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p ?o }",
        "SELECT * { ?s ?p ?o } LIMIT 2000",
        "SELECT * { ?s ?p ?o } ORDER BY ?s LIMIT 1",
        "SELECT DISTINCT ?p { ?s ?p ?o } LIMIT 1",
        "SELECT * { ?s ex:name ?s } LIMIT 1",  # none is found until all were looked at
        "SELECT * { ?s ex:name ?n FILTER (?n = 'nobody') } LIMIT 1",
        "SELECT * { ?s ex:grave+ ?o } LIMIT 1",
        "SELECT * { ?s ex:grave/ex:grave ?o } LIMIT 1",
        "SELECT * { ?s ex:grave ?g ; ex:in ?o }",  # 30 times 900
        "SELECT * { ?s ex:grave ?g FILTER regex(?g, '(a+)+b') }",
        "SELECT * { ?s ex:grave ?g FILTER ex:f(?g) }",
        "SELECT * { ?s ex:grave ?g FILTER EXISTS { ?a ?b ?c . ?d ?e ?f } }",
        "SELECT (COUNT(*) AS ?n) { ?s ex:grave ?g }",
        "SELECT (REPLACE(?g, 'a', 'aaaaaaaaaa') AS ?n) { ?s ex:grave ?g }",
        "SELECT * { ?s ex:grave ?g OPTIONAL { ?a ?b ?c } }",
        "SELECT * { ?s ex:grave ?g BIND (?g AS ?h) }",
        f"SELECT * {{ ?s ex:grave ?g FILTER ({' || '.join(['?g = 1'] * 200)}) }}",
        "SELECT * FROM ex:g { ?s ex:grave ?g }",
        "CONSTRUCT { ?s ex:p ?g } WHERE { ?s ex:grave ?g }",
        "DESCRIBE <http://example.org/mary>",
    ],
)
def test_what_might_look_at_much_is_not(text: str) -> None:
    assert not prepared(EX + text).is_light


def ask(sandbox: Sandbox, query: Query) -> "Queue[bytes | None]":
    """Where the answer to a light query arrives, once there is a process to send it to."""
    arrived: Queue[bytes | None] = Queue()
    while not sandbox.run_light(query, arrived.put):
        time.sleep(0.01)
    return arrived


def light(text: str, suffix: str = "srj", client: str = "") -> Query:
    return Query(EX + text, suffix, client=client, is_light=True)


@pytest.mark.parametrize("suffix", ["srj", "srx", "csv", "tsv"])
def test_a_light_query_has_the_answer_of_any_other(sandbox: Sandbox, suffix: str) -> None:
    query = light("SELECT ?n { ?x ex:name ?n FILTER (STRENDS(?n, '99')) } ORDER BY ?n", suffix)
    assert ask(sandbox, query).get(timeout=10) == sandbox.run(query).read()
    assert sandbox.statistics().outcomes == {"ok": 2}


def test_light_queries_are_answered_in_their_order_while_every_process_is_busy(sandbox: Sandbox) -> None:
    cancellation = Cancellation()
    with ThreadPoolExecutor(1) as apart:
        running = apart.submit(sandbox.run, Query(NEVER_ENDS, "srj"), cancellation)
        while not sandbox.statistics().running:
            time.sleep(0.01)
        asked = [ask(sandbox, light(f"SELECT ?n {{ ex:{number} ex:name ?n }}", "csv")) for number in range(8)]
        found = [arrived.get(timeout=10) for arrived in asked]
        assert found == [f"n\r\nThing {number}\r\n".encode() for number in range(8)]
        assert sandbox.statistics().running == 1
        cancellation.cancel()
        assert running.exception()


def test_when_their_process_ends_light_queries_are_run_elsewhere_and_it_is_started_anew(sandbox: Sandbox) -> None:
    stuck = ask(sandbox, Query(NEVER_ENDS, "srj", client="a", is_light=True))  # it is not, whoever said so
    behind = [ask(sandbox, light("ASK { ex:1 ex:name ?n }", client="a")) for _ in range(7)]
    refused: list[bytes | None] = []
    assert not sandbox.run_light(light("ASK { ex:1 ex:name ?n }", client="a"), refused.append)  # one client's share
    other = ask(sandbox, light("ASK { ex:1 ex:name ?n }", client="b"))
    assert {arrived.get(timeout=10) for arrived in (stuck, *behind, other)} == {None}
    assert ask(sandbox, light("ASK { ex:1 ex:name ?n }")).get(timeout=10)
    assert not refused


def test_a_light_query_with_a_short_time_limit_has_a_process_that_may_end(sandbox: Sandbox) -> None:
    assert ask(sandbox, light("ASK { ex:1 ex:name ?n }")).get(timeout=10)
    refused: list[bytes | None] = []
    assert not sandbox.run_light(Query("ASK {}", "srj", seconds=0.5, is_light=True), refused.append)


def test_what_is_light_but_wrong_or_large_is_left_to_the_other_processes(sandbox: Sandbox) -> None:
    assert ask(sandbox, light("SELECT * { ?x nowhere:name ?n }")).get(timeout=10) is None
    names = " ".join(f"?n{number}" for number in range(60))
    patterns = " . ".join(f"?x ex:name ?n{number}" for number in range(60))
    assert ask(sandbox, light(f"SELECT {names} {{ {patterns} }}")).get(timeout=10) is None  # more than a mebibyte
    assert ask(sandbox, light("ASK { ex:1 ex:name ?n }")).get(timeout=10)


CONSTANTS = st.one_of(
    st.text(st.characters(exclude_characters='"\\\r\n', exclude_categories=["Cs"]), max_size=8).map('"{}"'.format),
    st.from_regex(r"<[a-z]{1,3}:[a-z/#.~:@%+0-9-]{0,12}>", fullmatch=True),
    st.sampled_from(['""', '"""', '"{"', '"SERVICE"', "<x:y>", "<http://example.org/now()>", "?a<b:c>?d", "'", "'\"'"]),
)
FRAMES = [
    "SELECT * {{ ?s ?p {0} FILTER (?s != {1}) }}",
    "PREFIX x: <http://example.org/> SELECT * {{ {1} x:p ?o . ?o x:q {0} ; x:r ?r }} ORDER BY ?o # {0}",
    "PREFIX  x:\n{1} ASK {{ ?s x:p ?o ; x:q {0} }}",
    "SELECT * FROM {1} {{ ?s ?p {0}{1} FILTER (?s<{1} && NOW() > {0}) }}",
    "SELECT (RAND() AS ?x) {{ ?s ?p '{0}' , {1}@en , {0}^^{1} }}",
    "CONSTRUCT {{ ?s ?p {0} }} WHERE {{ ?s ?p {1} ; a ?c }}",
    "SELECT * {{ ?s ?p {0} {1} SERVICE {1} {{}} }}",
    "{0} SELECT {1}",
]


@settings(max_examples=400, deadline=None)
@given(frame=st.sampled_from(FRAMES), constants=st.tuples(CONSTANTS, CONSTANTS))
def test_a_text_that_is_known_by_its_skeleton_is_read_like_any_other(frame: str, constants: tuple[str, str]) -> None:
    text = frame.format(*constants)
    counted = Counted(Numbers(), 1_000)
    by_skeleton: Prepared | str
    expected: Prepared | str
    try:
        by_skeleton = prepare(text, **LIMITS, counted=counted)
    except (QueryError, QueryLimitError) as error:
        by_skeleton = str(error)
    try:
        shape = outline(text, **LIMITS)
        expected = preparing.judged(shape, counted)
    except (QueryError, QueryLimitError) as error:
        expected = str(error)
    if isinstance(by_skeleton, Prepared) and isinstance(expected, Prepared):
        one, other = by_skeleton.shape, expected.shape
        assert (one.text, one.form, one.normal) == (other.text, other.form, other.normal)
        assert (one.declares_dataset, one.is_volatile) == (other.declares_dataset, other.is_volatile)
        assert (by_skeleton.plan, by_skeleton.is_light) == (expected.plan, expected.is_light)
    else:
        assert by_skeleton == expected
