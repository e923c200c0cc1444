"""Whatever the statements, every format gives them back when it is read again."""

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from axisld import terms
from axisld.errors import UnrepresentableError
from axisld.representations import formats
from axisld.representations.blank_nodes import FIRST, NIL, REST, BlankNodes
from axisld.representations.context import Coercion, Context
from axisld.representations.document import document
from axisld.representations.formats import RdfFormat
from axisld.representations.writing import Layout
from axisld.terms import Statement
from axisld.vocabulary import RDF_TYPE

OXIGRAPH = {
    formats.TURTLE: pyoxigraph.RdfFormat.TURTLE,
    formats.N_TRIPLES: pyoxigraph.RdfFormat.N_TRIPLES,
    formats.N_QUADS: pyoxigraph.RdfFormat.N_QUADS,
    formats.TRIG: pyoxigraph.RdfFormat.TRIG,
    formats.RDF_XML: pyoxigraph.RdfFormat.RDF_XML,
    formats.JSON_LD: pyoxigraph.RdfFormat.JSON_LD,
    formats.JSON_LD_EXPANDED: pyoxigraph.RdfFormat.JSON_LD,
    formats.JSON_LD_FLATTENED: pyoxigraph.RdfFormat.JSON_LD,
}
every_format = pytest.mark.parametrize("format", formats.RDF, ids=lambda format: format.name)

NAMESPACES = (
    "http://example.org/",
    "http://example.org/ns#",
    "http://example.org/obo/GO_",
    "urn:x:",
    "http://é.example/",
)
characters = st.characters(exclude_categories=["Cs"])
local_names = st.text(alphabet="ab1_-.~+&@'(),;:!*$=%/é׳漢#?", max_size=5)
# An IRI in which every "%" is followed by two digits; pyoxigraph refuses others.
iris = st.builds(
    lambda namespace, local: f"<{namespace}{local.replace('%', '%20')}>", st.sampled_from(NAMESPACES), local_names
).filter(lambda iri: iri.count("#") <= 1)
literals = st.one_of(
    st.builds(terms.text, st.text(alphabet=characters, max_size=8)),
    st.builds(terms.text, st.text(alphabet=characters, max_size=3), st.sampled_from(["en", "ar-latn", "x-a"])),
    st.builds(
        terms.text,
        st.text(alphabet="0123456789.+-eEtrufals", max_size=6),
        st.just(""),
        st.sampled_from([f"{terms.XSD}integer", f"{terms.XSD}boolean", f"{terms.XSD}string", "urn:x:datatype"]),
    ),
)
blank_nodes = st.integers(0, 4).map("_:b{}".format)
predicates = st.one_of(st.sampled_from([FIRST, REST, FIRST, REST, RDF_TYPE]), iris)
objects = st.one_of(blank_nodes, blank_nodes, st.just(NIL), iris, literals)
graphs = st.sampled_from(["", "", "<urn:x:graph>", "<http://example.org/graph>", "_:b0"])
statements = st.lists(st.builds(Statement, st.one_of(blank_nodes, iris), predicates, objects, graphs), max_size=12)
names = st.sampled_from(["", "a", "ex", "rdf", "urn", "xml", "b0", "http", "go", "e-1"])
prefixes = st.dictionaries(names, st.sampled_from([*NAMESPACES, terms.RDF, terms.XSD, "http://example.org/ns#a"]))
coercions = st.dictionaries(
    iris.map(terms.value),
    st.sampled_from([Coercion(type="@id"), Coercion(type=f"{terms.XSD}integer"), Coercion(language="en")]),
    max_size=2,
)


def read(format: RdfFormat, data: bytes) -> list[str]:
    """The statements in a form that is the same for data sets that differ in blank node labels only (RDFC-1.0)."""
    dataset = pyoxigraph.Dataset(pyoxigraph.parse(data, format=OXIGRAPH[format]))
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(str(quad) for quad in dataset)


def expected(quads: list[Statement], *, with_graphs: bool) -> list[str]:
    lines = "".join(terms.line(quad if with_graphs else Statement(*quad[:3])) for quad in quads)
    return read(formats.N_QUADS, lines.encode())


@every_format
@given(quads=statements, table=prefixes)
def test_a_document_is_what_was_written(format: RdfFormat, quads: list[Statement], table: dict[str, str]) -> None:
    first = quads[-1].subject if quads else ""
    try:
        data = document(format, quads, table, first=first)
    except UnrepresentableError:
        assert format is formats.RDF_XML
        return
    assert read(format, data) == expected(quads, with_graphs=format.names_graphs_in_documents)


@every_format
@given(quads=statements, table=prefixes)
def test_a_dump_is_what_was_written(format: RdfFormat, quads: list[Statement], table: dict[str, str]) -> None:
    graphs = format.holds_graphs
    ordered = sorted(quads, key=lambda quad: (quad.graph if graphs else "", terms.line(quad)))
    try:
        data = b"".join(format.write(iter(ordered), Layout(table, BlankNodes(ordered, graphs=graphs))))
    except UnrepresentableError:
        assert format is formats.RDF_XML
        return
    assert read(format, data) == expected(quads, with_graphs=graphs)


@given(quads=statements, table=prefixes, typed=coercions)
def test_a_context_with_coercions_changes_no_value(
    quads: list[Statement], table: dict[str, str], typed: dict[str, Coercion]
) -> None:
    data = document(formats.JSON_LD, quads, table, context=Context(table, typed))
    assert read(formats.JSON_LD, data) == expected(quads, with_graphs=False)


@every_format
@given(quads=statements, table=prefixes)
def test_the_order_in_which_statements_come_makes_no_difference(
    format: RdfFormat, quads: list[Statement], table: dict[str, str]
) -> None:
    try:
        assert document(format, quads, table) == document(format, [*reversed(quads), *quads], table)
    except UnrepresentableError:
        assert format is formats.RDF_XML
