"""Answers in every format, read back by parsers of others; and what the service says of itself."""

import csv
import io
import json
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
import rdflib
from rdflib.compare import isomorphic
from rdflib.query import Result

from axisld import terms
from axisld.errors import UnrepresentableError
from axisld.representations import formats
from axisld.representations.document import document
from axisld.sparql.description import service_description
from axisld.sparql.results import GRAPH_WRITER, offered, write_graph
from axisld.store.sandbox import Query, Sandbox
from axisld.vocabulary import SD, VOID
from tests.hostile import NAMESPACE, build_store

ROWS = r"""SELECT ?x { VALUES ?x {
  <http://example.org/é?a=b&c> "plain" "with \"quotes\", commas\nand\r\nlines\t" "tab"@en "عربى"@ar
  1 -1.5 1e6 true "1"^^<http://example.org/type> UNDEF "" "ends in \\" "<a>&amp;" " spaces " } }"""
GRAPH = r"""PREFIX e: <http://example.org/> CONSTRUCT {
  e:a e:b "line\nend\t\"q\"" , 1 , "x"@en-GB , [ e:c ( 1 "two" [ e:d e:a ] ) ] ; e:x.y e:é } WHERE {}"""


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    made = Sandbox(
        build_store(tmp_path_factory.mktemp("store")), graph_writer=GRAPH_WRITER, prefixes={"e": NAMESPACE}, processes=1
    )
    yield made
    made.close()


def answer(sandbox: Sandbox, text: str, suffix: str) -> bytes:
    return sandbox.run(Query(text, suffix)).read()


def test_tables_of_all_formats_say_the_same(sandbox: Sandbox) -> None:
    def rows(suffix: str, name: str) -> list[rdflib.term.Node | None]:
        found = Result.parse(io.BytesIO(answer(sandbox, ROWS, suffix)), format=name)
        return [row.get(rdflib.Variable("x")) for row in found.bindings]

    by_json = rows("srj", "json")
    assert by_json[2] == rdflib.Literal('with "quotes", commas\nand\r\nlines\t')
    assert by_json == rows("srx", "xml")
    # rdflib reads an empty field of TSV as the end of the table
    by_tsv = answer(sandbox, ROWS, "tsv").decode().split("\n")
    assert by_tsv[0] == "?x"
    assert by_tsv[1:4] == ["<http://example.org/é?a=b&c>", '"plain"', r'"with \"quotes\", commas\nand\r\nlines\t"']
    assert by_tsv[4:11] == ['"tab"@en', '"عربى"@ar', "1", "-1.5", '"1000000"^^<http://www.w3.org/2001/XMLSchema#double>',
                            "true", '"1"^^<http://example.org/type>']  # fmt: skip
    assert by_tsv[11:13] == ["", '""']


def test_csv_is_as_rfc_4180_has_it(sandbox: Sandbox) -> None:
    """SPARQL 1.1 Query Results CSV and TSV Formats, 3: CRLF ends a line, and quotes hold what has one."""
    table = answer(sandbox, ROWS, "csv").decode()
    assert table.startswith("x\r\nhttp://example.org/é?a=b&c\r\nplain\r\n")
    assert '"with ""quotes"", commas\nand\r\nlines\t"\r\n' in table
    read = [row[0] if row else "" for row in csv.reader(io.StringIO(table, newline=""))]
    assert read[3:6] == ['with "quotes", commas\nand\r\nlines\t', "tab", "عربى"]


def test_xml_is_well_formed_and_keeps_every_character(sandbox: Sandbox) -> None:
    root = ElementTree.fromstring(answer(sandbox, ROWS, "srx"))
    literals = [element.text or "" for element in root.iter("{http://www.w3.org/2005/sparql-results#}literal")]
    assert 'with "quotes", commas\nand\r\nlines\t' in literals
    assert " spaces " in literals
    for character in ("\\u0001", "\\uFFFE", "\\u000B"):
        with pytest.raises(UnrepresentableError, match="XML"):
            answer(sandbox, f'SELECT ("{"a" * 9000}{character}" AS ?x) {{}}', "srx")


def test_yes_and_no(sandbox: Sandbox) -> None:
    assert json.loads(answer(sandbox, "ASK {}", "srj")) == {"head": {}, "boolean": True}
    assert b"<boolean>false</boolean>" in answer(sandbox, "ASK { <e:a> ?p ?o }", "srx")


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
@pytest.mark.parametrize("format_", formats.RDF, ids=lambda format_: format_.suffix)
def test_graphs_of_all_formats_are_the_same(sandbox: Sandbox, format_: formats.RdfFormat) -> None:
    expected = rdflib.Graph().parse(data=answer(sandbox, GRAPH, "nt"), format="nt")
    assert len(expected) == 13
    dataset = rdflib.Dataset(default_union=True)
    names = {"application/rdf+xml": "xml", "application/ld+json": "json-ld", "application/trig": "trig"}
    name = names.get(format_.media_type, format_.media_type)
    dataset.parse(data=answer(sandbox, GRAPH, format_.suffix), format=name)
    found = rdflib.Graph()
    found += ((s, p, o) for s, p, o, _ in dataset.quads())
    assert isomorphic(found, expected)


def test_turtle_has_the_prefixes_of_the_publication(sandbox: Sandbox) -> None:
    turtle = answer(sandbox, "DESCRIBE <http://example.org/n1>", "ttl").decode()
    assert turtle.startswith("@prefix e: <http://example.org/> .\n")
    assert "e:n1" in turtle


def test_a_triple_inside_a_triple_is_said_in_lines_only(sandbox: Sandbox) -> None:
    text = "CONSTRUCT { <e:a> <e:b> <<( <e:c> <e:d> 1 )>> } WHERE {}"
    assert b"<<( <e:c> <e:d>" in answer(sandbox, text, "nt")
    with pytest.raises(UnrepresentableError, match=r"RDF 1\.2"):
        answer(sandbox, text, "ttl")


def test_no_statement_is_a_document_too() -> None:
    for format_ in formats.RDF:
        assert isinstance(write_graph(b"", format_.suffix, {}), bytes)


def test_a_yes_or_no_is_no_table() -> None:
    assert {format_.suffix for format_ in offered("ASK")} == {"srj", "srx"}


def test_the_service_describes_itself() -> None:
    graphs = {"http://e/graph/data": 5, "http://e/graph/links": 2}
    statements = service_description("http://e/s", "http://e/sparql", triples=6, graphs=graphs, is_union=True)
    graph = rdflib.Graph().parse(data=document(formats.TURTLE, statements, {}), format="turtle")
    found = graph.query(
        """SELECT ?name ?count {
             ?service a sd:Service ; sd:endpoint <http://e/sparql> ; sd:feature sd:UnionDefaultGraph ;
               sd:defaultDataset [ sd:defaultGraph/void:triples 6 ; sd:namedGraph ?named ] .
             ?named sd:name ?name ; sd:graph/void:triples ?count } ORDER BY ?name""",
        initNs={"sd": SD, "void": VOID},
    )
    assert [(str(name), int(count)) for name, count in found] == list(graphs.items())  # type: ignore[misc]
    assert not list(graph.triples((None, None, rdflib.URIRef(f"{SD}BasicFederatedQuery"))))
    declared = service_description("http://e/s", "http://e/sparql", triples=6, graphs={}, is_union=False)
    assert terms.iri(f"{SD}UnionDefaultGraph") not in {statement.object for statement in declared}
