"""Triple Pattern Fragments: every shape of pattern, pages, counts, what clients read to ask on."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest

from axisld import pipeline, terms
from axisld.pipeline import Built
from axisld.release import open_release
from axisld.terms import Statement
from axisld.web.patterns import Pattern, PatternError, pattern, written
from tests.conftest import BASE, SITE, skip_aloud
from tests.live import Server, serving
from tests.running import free_port

HYDRA = "http://www.w3.org/ns/hydra/core#"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
GENID = f"{BASE}.well-known/genid/"
XSD_INTEGER = "<http://www.w3.org/2001/XMLSchema#integer>"


@pytest.fixture(scope="module")
def statements(built: Built) -> list[Statement]:
    with (built.path / "by-subject.nq").open(encoding="utf-8", newline="\n") as lines:
        return [terms.statement(line) for line in lines]


def ask(server: Server, accept: str = "application/n-quads", **given: str) -> tuple[list[ox.Quad], list[ox.Quad]]:
    """The statements of a fragment, and what it says about itself."""
    answer = server.get(f"/fragments?{urlencode(given)}", accept)
    assert answer.status == 200, answer.text
    quads = list(ox.parse(answer.body, ox.RdfFormat.N_QUADS))
    data = [quad for quad in quads if quad.graph_name == ox.DefaultGraph()]
    return data, [quad for quad in quads if quad.graph_name != ox.DefaultGraph()]


def said(controls: list[ox.Quad], property_: str) -> list[str]:
    return [quad.object.value for quad in controls if quad.predicate.value == f"{HYDRA}{property_}"]


@pytest.mark.parametrize("given", list(product([False, True], repeat=3)), ids=str)
def test_every_shape_of_pattern_finds_what_fits_and_nothing_else(
    built: Built, statements: list[Statement], given: tuple[bool, bool, bool]
) -> None:
    release = open_release(built.path)
    try:
        for example in statements[::7]:
            asked = [term if is_given else "" for term, is_given in zip(example[:3], given, strict=True)]
            expected = [quad for quad in statements if all(a in ("", b) for a, b in zip(asked, quad[:3], strict=True))]
            matches = release.patterns.matching(*asked)
            found = list(matches.part(0, 10_000))
            assert sorted(found) == sorted(expected), asked
            assert matches.count == len(expected)
            assert [*matches.part(0, 3), *matches.part(3, 4), *matches.part(7, 10_000)] == found
    finally:
        release.close()


def test_a_number_is_found_as_its_author_wrote_it(server: Server) -> None:
    for text, count in (("007", 2), ("7", 0)):
        data, controls = ask(server, object=f'"{text}"^^http://www.w3.org/2001/XMLSchema#integer')
        assert len(data) == count
        assert set(said(controls, "totalItems")) == {str(count)}
        assert {quad.object.value for quad in data} <= {text}


def test_a_language_is_found_in_any_case(server: Server) -> None:
    for tag in ("en-GB", "en-gb"):
        data, _ = ask(server, object=f'"Old Bridge"@{tag}')
        assert {quad.subject.value for quad in data} >= {f"{BASE}id/old-bridge"}


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("https://example.org/é", "<https://example.org/é>"),
        ("<https://example.org/x>", "<https://example.org/x>"),
        ('"text"', '"text"'),
        ('"a "quoted" text"@de', '"a \\"quoted\\" text"@de'),
        ('"01"^^http://www.w3.org/2001/XMLSchema#integer', f'"01"^^{XSD_INTEGER}'),
        ('"two\nlines"', '"two\\nlines"'),
        (f"{GENID}c14n0", "_:c14n0"),
        ("", ""),
        ("?anything", ""),
        ("_:b0", ""),
    ],
)
def test_a_term_is_written_in_a_url_as_the_specification_says(text: str, term: str) -> None:
    assert pattern({"object": text}, GENID) == Pattern("", "", term)
    if term and terms.is_literal(term):
        assert pattern({"object": written(term)}, GENID).object == term


@pytest.mark.parametrize(
    "given",
    [{"subject": '"text"'}, {"object": '"never closed'}, {"predicate": "no iri"}, {"object": '"x"^^y z'}],
    ids=str,
)
def test_what_is_no_term_is_an_error_that_says_how_to_write_one(server: Server, given: dict[str, str]) -> None:
    with pytest.raises(PatternError):
        pattern(given, GENID)
    answer = server.get(f"/fragments?{urlencode(given)}")
    assert answer.status == 400
    assert "is no term" in answer.json["detail"]


def test_a_client_learns_how_to_ask_and_where_to_go_on(built: Built, statements: list[Statement]) -> None:
    with serving(built.path, page_links=10) as server:
        path, seen, pages = "/fragments", set[ox.Triple](), 0
        while path:
            answer = server.get(path, "application/n-quads")
            quads = list(ox.parse(answer.body, ox.RdfFormat.N_QUADS))
            controls = [quad for quad in quads if quad.graph_name != ox.DefaultGraph()]
            seen |= {quad.triple for quad in quads if quad not in controls}
            assert set(said(controls, "totalItems")) == {str(len(statements))}
            assert said(controls, "template") == [f"{BASE}fragments{{?subject,predicate,object}}"]
            assert sorted(said(controls, "variable")) == ["object", "predicate", "subject"]
            following = [q.object.value for q in controls if q.predicate.value == f"{HYDRA}next"]
            assert answer.links("next") == following
            path = following[0].removeprefix(BASE.rstrip("/")) if following else ""
            pages += 1
        assert pages == -(-len(statements) // 10)
        assert len(seen) == len({quad[:3] for quad in statements})
        assert server.get(f"/fragments?page={pages + 1}").status == 404


def test_a_page_speaks_of_itself_under_the_address_that_was_asked_for(server: Server) -> None:
    path = f"/fragments?object=&predicate={quote('http://www.w3.org/2004/02/skos/core#prefLabel')}"
    quads = list(ox.parse(server.get(path, "application/n-quads").body, ox.RdfFormat.N_QUADS))
    assert ox.NamedNode(BASE.rstrip("/") + path) in {quad.subject for quad in quads}


def test_nameless_things_can_be_asked_on_about(server: Server) -> None:
    data, _ = ask(server, subject=f"{BASE}id/list", predicate=f"{BASE}ontology#members")
    (node,) = (quad.object for quad in data)
    assert node.value.startswith(GENID)
    further, _ = ask(server, subject=node.value)
    assert {quad.predicate.value.rpartition("#")[2] for quad in further} == {"first", "rest"}


def test_a_graph_narrows_a_pattern(server: Server, statements: list[Statement]) -> None:
    graph = f"{BASE}graph/data"
    found = {quad for path in ("/fragments",) for quad in ask(server, graph=graph)[0]}
    assert len(found) == len({quad[:3] for quad in statements if quad.graph == f"<{graph}>"})


def test_fragments_come_in_all_formats_and_are_cached(server: Server) -> None:
    path = f"/fragments?subject={quote(f'{BASE}id/rhine', safe='')}"
    for media_type in ("text/turtle", "application/trig", "application/ld+json", "application/n-triples"):
        answer = server.get(path, media_type)
        assert (answer.status, answer.media_type) == (200, media_type)
        assert answer.headers["content-location"].startswith(f"{BASE}fragments?")
        again = server.get(path, media_type, If_None_Match=answer.headers["etag"])
        assert again.status == 304
        assert "max-age" in answer.headers["cache-control"]


def test_a_person_narrows_by_following_links(server: Server) -> None:
    page = server.get("/fragments", BROWSER).text
    assert '<form class="pattern" action="/fragments">' in page
    assert f'href="/fragments?predicate={quote("http://www.w3.org/1999/02/22-rdf-syntax-ns#type", safe="")}"' in page
    literal = server.get(
        f"/fragments?object={quote(chr(34) + '31.60' + chr(34))}^^http://www.w3.org/2001/XMLSchema%23decimal", BROWSER
    )
    assert "old-bridge" in literal.text


def test_the_metadata_name_the_service(server: Server) -> None:
    assert f"{BASE}fragments" in server.get("/dataset.ttl").text


@pytest.fixture(scope="module")
def _comunica() -> None:
    folder = Path(__file__).parent / "javascript"
    if not shutil.which("node") or not shutil.which("npm"):
        skip_aloud("Node and npm, which run Comunica, are not here")
    if not (folder / "node_modules" / "@comunica").is_dir():
        installed = subprocess.run(
            ["npm", "ci", "--no-audit", "--no-fund"], cwd=folder, capture_output=True, check=False, text=True
        )
        if installed.returncode:
            skip_aloud(f"npm ci in tests/javascript failed: {installed.stderr[-300:]}")


@pytest.fixture(scope="module")
def at_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server at the very address that its release believes to be at: clients follow links."""
    port = free_port()
    built = pipeline.build(SITE, tmp_path_factory.mktemp("at-home"), f"http://127.0.0.1:{port}/")
    with serving(built.path, port=port) as server:
        yield server


@pytest.mark.usefixtures("_comunica")
def test_comunica_answers_a_query_from_fragments_as_the_endpoint_does(at_home: Server) -> None:
    query = """
        PREFIX br: <http://127.0.0.1:PORT/ontology#>
        PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        SELECT ?thing ?label WHERE { ?thing a br:Bridge ; skos:prefLabel ?label . FILTER(LANG(?label) != "de") }
    """.replace("PORT", str(at_home.port))
    command = ["node", "query.mjs", f"http://127.0.0.1:{at_home.port}/fragments", query]
    folder = Path(__file__).parent / "javascript"
    ran = subprocess.run(command, cwd=folder, capture_output=True, check=False, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr
    rows = {(row["thing"], row["label"].rpartition('"')[0].strip('"')) for row in json.loads(ran.stdout)}
    answer = at_home.get(f"/sparql?query={quote(query)}", "application/sparql-results+json")
    assert answer.status == 200, answer.text
    expected = {(row["thing"]["value"], row["label"]["value"]) for row in answer.json["results"]["bindings"]}
    assert len(expected) > 3
    assert rows == expected
