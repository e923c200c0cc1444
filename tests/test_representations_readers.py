"""Every format, read by parsers that this project has no part in, gives back the statements that were written."""

import json
import shutil
import subprocess
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID

from axisld import terms
from axisld.errors import UnrepresentableError
from axisld.representations import formats
from axisld.representations.blank_nodes import BlankNodes
from axisld.representations.context import Coercion, Context
from axisld.representations.document import document
from axisld.representations.formats import RdfFormat
from axisld.representations.writing import Layout
from axisld.terms import Statement
from tests.conftest import skip_aloud

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # its own parsers use what it deprecates
EX = "http://example.org/"
PREFIXES = {
    "ex": EX,
    "id": f"{EX}id/",
    "again": EX,  # a second prefix of one namespace
    "go": f"{EX}obo/GO_",  # a namespace that ends in no delimiter
    "urn": f"{EX}urn/",  # a prefix that is also the scheme of some IRIs
    "mailto": f"{EX}mailto/",
    "a": f"{EX}a/",
    "true": f"{EX}true/",
    "graph": f"{EX}graph/",
    "prefix": f"{EX}prefix/",
    "http": f"{EX}http/",
    "_": f"{EX}underscore/",
    "dot.": f"{EX}dot/",
    "xmlish": f"{EX}xmlish/",
    "owl": terms.RDF,  # not what everybody means by it
    "xsd": terms.XSD,
    "": f"{EX}empty#",
}
CONTEXT = Context(
    PREFIXES,
    {
        f"{EX}link": Coercion(type="@id"),
        f"{EX}year": Coercion(type=f"{terms.XSD}gYear"),
        f"{EX}english": Coercion(language="en"),
        "urn:property": Coercion(type="@id"),
        f"{EX}obo/GO_0001": Coercion(type="@id"),
    },
    url=f"{EX}context.jsonld",
)

LITERALS = r"""
<S> <http://example.org/number> "01"^^<X#integer> .
<S> <http://example.org/number> "-0"^^<X#integer> .
<S> <http://example.org/number> "+7"^^<X#integer> .
<S> <http://example.org/number> "12345678901234567890123"^^<X#integer> .
<S> <http://example.org/number> "not a number"^^<X#integer> .
<S> <http://example.org/number> "31.60"^^<X#decimal> .
<S> <http://example.org/number> "1.0E0"^^<X#double> .
<S> <http://example.org/number> "NaN"^^<X#double> .
<S> <http://example.org/truth> "1"^^<X#boolean> .
<S> <http://example.org/truth> "true"^^<X#boolean> .
<S> <http://example.org/time> "2024-02-29T24:00:00.000Z"^^<X#dateTime> .
<S> <http://example.org/time> "12:00:00+00:00"^^<X#time> .
<S> <http://example.org/year> "-0044"^^<X#gYear> .
<S> <http://example.org/year> "not coerced" .
<S> <http://example.org/year> <http://example.org/1858> .
<S> <http://example.org/english> "colour"@en-GB .
<S> <http://example.org/english> "color"@en .
<S> <http://example.org/english> "no language" .
<S> <http://example.org/english> "3"^^<X#integer> .
<S> <http://example.org/label> "" .
<S> <http://example.org/label> ""@fa .
<S> <http://example.org/label> "haqq"@ar-Latn .
<S> <http://example.org/label> "محور المقاومة"@ar .
<S> <http://example.org/label> "עֵץ 'quoted' \"double\" \\back\\slash \\n"@he .
<S> <http://example.org/label> "  spaces  around  " .
<S> <http://example.org/label> "line\nline\n" .
<S> <http://example.org/label> "return\r\nreturn\r" .
<S> <http://example.org/label> "\ttab\t" .
<S> <http://example.org/label> "</script> <b>&amp;]]> \"'''\"\"\"" .
<S> <http://example.org/label> "\u007F\u0080" .
<S> <http://example.org/label> "😀 𐍈 󠀁" .
<S> <http://example.org/label> "next\u2028line" .
<S> <http://example.org/label> "<http://example.org/an-iri>" .
<S> <http://example.org/label> "_:b0" .
<S> <http://example.org/label> "ex:name" .
<S> <http://example.org/label> "@type" .
<S> <http://example.org/xml> "<a b=\"c\">d</a>"^^<R#XMLLiteral> .
<S> <http://example.org/json> "{\"b\": 1.0, \"a\": []}"^^<R#JSON> .
<S> <http://example.org/own> "x"^^<http://example.org/id/datatype> .
<S> <http://example.org/own> "x"^^<urn:datatype> .
"""
IRIS = r"""
<http://example.org/id/a+b&c@d> <http://example.org/link> <http://example.org/id/%20> .
<http://example.org/id/%2F%c3%a9> <http://example.org/link> <http://example.org/id/é> .
<http://example.org/id/׳> <http://example.org/link> <http://example.org/id/漢> .
<http://example.org/id/it's> <http://example.org/link> <http://example.org/id/(a,b)> .
<http://example.org/id/end.> <http://example.org/link> <http://example.org/id/two..dots> .
<http://example.org/id/> <http://example.org/link> <http://example.org/> .
<http://example.org/id/-dash> <http://example.org/link> <http://example.org/id/40> .
<http://example.org/id/a:b> <http://example.org/link> <http://example.org/id/a~b;c=d!e*f$g> .
<http://example.org/id/deep/er> <http://example.org/link> <http://example.org/id?q=1&r=2#frag> .
<http://example.org/empty#name> <http://example.org/link> <http://example.org/empty#> .
<http://example.org/id/true> <http://example.org/link> <http://example.org/a/a> .
<http://example.org/true/true> <http://example.org/true/false> <http://example.org/prefix/prefix> .
<http://example.org/graph/graph> <http://example.org/http/x> <http://example.org/http/y> .
<http://example.org/underscore/x> <http://example.org/underscore/p> <http://example.org/dot/x> .
<http://example.org/xmlish/x> <http://example.org/xmlish/xml> <http://example.org/a/a> .
<http://[::1]:8080/x> <http://example.org/link> <http://example.org> .
<http://example.org/id/%C3%A9> <http://example.org/link> <HTTP://EXAMPLE.ORG/id/x> .
<http:> <http://example.org/link> <a:b> .
<urn:isbn:0451450523> <http://example.org/link> <mailto:someone@example.org> .
<urn:isbn:0451450523> <http://example.org/coercedNot> <tel:+1-201-555-0123> .
<urn:isbn:0451450523> <urn:property> <http://example.org/urn/x> .
<urn:isbn:0451450523> <urn:property> "text" .
<http://example.org/urn/isbn> <http://example.org/link> "a literal where links are usual" .
<http://example.org/id/go> <http://example.org/obo/GO_0001> <http://example.org/obo/GO_0002> .
<http://example.org/id/go> <http://example.org/obo/GO_a> <http://example.org/obo/GO_> .
<http://example.org/id/go> <http://example.org/étude> <http://example.org/id/x> .
<http://example.org/id/go> <http://example.org/漢> <http://example.org/id/x> .
<http://example.org/id/go> <http://example.org/a-b.c_d> <http://example.org/id/x> .
<http://example.org/id/go> <http://other.example/ns/p> <http://example.org/id/x> .
<http://example.org/id/go> <http://other.example/query?a=1&b=c> <http://example.org/id/x> .
<http://example.org/id/go> <R#_1> "first" .
<http://example.org/id/go> <R#type> <http://example.org/id/C> .
<http://example.org/id/go> <R#type> <urn:class> .
<http://example.org/id/go> <R#type> "not a class" .
<R#nil> <http://example.org/link> <R#nil> .
"""
DOTS = "<S> <http://example.org/link> <http://example.org/a/../b/./c//d> .\n"
BLANK_NODES = r"""
<S> <http://example.org/nested> _:n1 .
_:n1 <R#type> <http://example.org/N> .
_:n1 <http://example.org/nested> _:n2 .
_:n2 <http://example.org/label> "deep"@en .
_:n2 <http://example.org/link> _:n3 .
<S> <http://example.org/link> _:nothingSaid .
<S> <http://example.org/shared> _:s .
<T> <http://example.org/shared> _:s .
_:s <http://example.org/label> "shared" .
<S> <http://example.org/cycle> _:c3 .
_:c1 <http://example.org/next> _:c2 .
_:c2 <http://example.org/next> _:c1 .
_:c3 <http://example.org/next> _:c3 .
_:nobody <http://example.org/label> "nobody points here" .
_:nobody <http://example.org/link> <S> .
<S> <R#type> _:type .
_:type <http://example.org/onProperty> <http://example.org/label> .
<T> <R#type> _:typeOnly .
_:0 <http://example.org/label> "a label that is no name in XML" .
<S> <http://example.org/odd> _:0 .
<T> <http://example.org/odd> _:0 .
_:x-30 <http://example.org/label> "another" .
<S> <http://example.org/odd> _:x-30 .
<T> <http://example.org/odd> _:x-30 .
<S> <http://example.org/list> _:l1 .
_:l1 <R#first> "one" .
_:l1 <R#rest> _:l2 .
_:l2 <R#first> _:l2a .
_:l2 <R#rest> _:l3 .
_:l2a <http://example.org/label> "an item that is a node" .
_:l3 <R#first> _:inner1 .
_:l3 <R#rest> <R#nil> .
_:inner1 <R#first> <http://example.org/id/a> .
_:inner1 <R#rest> _:inner2 .
_:inner2 <R#first> "02"^^<X#integer> .
_:inner2 <R#rest> <R#nil> .
<S> <http://example.org/link> _:links1 .
_:links1 <R#first> <http://example.org/id/a> .
_:links1 <R#rest> _:links2 .
_:links2 <R#first> "text among links" .
_:links2 <R#rest> <R#nil> .
<S> <http://example.org/emptyList> <R#nil> .
<S> <http://example.org/malformed> _:m1 .
_:m1 <R#first> "one" .
_:m1 <R#first> "two firsts" .
_:m1 <R#rest> _:m2 .
_:m2 <R#first> "well-formed tail" .
_:m2 <R#rest> <R#nil> .
<S> <http://example.org/malformed> _:m3 .
_:m3 <R#first> "typed cell" .
_:m3 <R#rest> <R#nil> .
_:m3 <R#type> <R#List> .
<S> <http://example.org/malformed> _:m4 .
_:m4 <R#first> "no rest" .
<S> <http://example.org/malformed> _:m5 .
_:m5 <R#first> "rest is a literal" .
_:m5 <R#rest> "nil" .
_:r1 <R#first> "ring" .
_:r1 <R#rest> _:r2 .
_:r2 <R#first> "ring" .
_:r2 <R#rest> _:r1 .
_:self <R#first> _:self .
_:self <R#rest> <R#nil> .
<S> <http://example.org/sharedTail> _:t1 .
_:t1 <R#first> "head" .
_:t1 <R#rest> _:t2 .
<T> <http://example.org/sharedTail> _:t2 .
_:t2 <R#first> "tail" .
_:t2 <R#rest> <R#nil> .
_:subjectList <R#first> "a list that is a subject" .
_:subjectList <R#rest> <R#nil> .
_:subjectList <http://example.org/link> <S> .
"""
DEEP = "".join(
    f'_:d{depth} <{EX}nested> _:d{depth + 1} .\n_:d{depth} <{EX}depth> "{depth}" .\n' for depth in range(1, 200)
)
GRAPHS = r"""
<S> <http://example.org/link> <T> .
<S> <http://example.org/link> <T> <http://example.org/graph/a> .
<S> <http://example.org/link> <T> <http://example.org/graph/b> .
<T> <http://example.org/label> "only here" <http://example.org/graph/a> .
<S> <http://example.org/label> "in a graph whose name is like a prefixed one" <urn:graph> .
<http://example.org/urn/x> <http://example.org/link> <urn:y> <urn:graph> .
<S> <http://example.org/nested> _:inA <http://example.org/graph/a> .
_:inA <http://example.org/label> "described where it is used" <http://example.org/graph/a> .
<S> <http://example.org/nested> _:inB <http://example.org/graph/a> .
_:inB <http://example.org/label> "described elsewhere" <http://example.org/graph/b> .
_:both <http://example.org/label> "described twice" <http://example.org/graph/a> .
_:both <http://example.org/label> "described twice" <http://example.org/graph/b> .
<S> <http://example.org/about> _:graph .
_:graph <http://example.org/label> "a graph without a name" .
<S> <http://example.org/label> "in it" _:graph .
<S> <http://example.org/list> _:l1 <http://example.org/graph/b> .
_:l1 <R#first> "one" <http://example.org/graph/b> .
_:l1 <R#rest> <R#nil> <http://example.org/graph/b> .
"""
# What XML 1.0 cannot hold.
_CONTROL_CODES = [code for code in (*range(32), 0xFFFE, 0xFFFF) if chr(code) not in "\t\n\r"]
CONTROLS = "".join(f'<S> <http://example.org/control> "a\\u{code:04X}b" .\n' for code in _CONTROL_CODES)
UNNAMED = """
<S> <http://example.org/2024> <T> .
<S> <http://example.org/list/> <T> .
<S> <http://other.example/query?a=1&b=2> <T> .
<S> <R#li> <T> .
<S> <http://www.w3.org/XML/1998/namespacelang> <T> .
"""


def statements(text: str) -> list[Statement]:
    """The statements of a block of lines, in canonical spelling."""
    full = text.replace("<S>", f"<{EX}id/s>").replace("<T>", f"<{EX}id/t>").replace("<R#", f"<{terms.RDF}")
    quads = [terms.statement(line) for line in full.replace("<X#", f"<{terms.XSD}").strip().split("\n")]
    return [quad._replace(object=canonical(quad.object)) for quad in quads]


def canonical(term: str) -> str:
    if not terms.is_literal(term):
        return term
    lexical, language, datatype = terms.literal(term)
    return terms.text(lexical, language, "" if language else datatype[1:-1])


def without_graphs(quads: Iterable[Statement]) -> list[Statement]:
    return list(dict.fromkeys(Statement(*quad[:3]) for quad in quads))


def isomorphic_form(n_quads: str) -> list[str]:
    """The same for two data sets that differ in blank node labels only (RDFC-1.0)."""
    dataset = pyoxigraph.Dataset(pyoxigraph.parse(n_quads.encode(), format=pyoxigraph.RdfFormat.N_QUADS))
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(str(quad) for quad in dataset)


def literals(n_quads: str) -> set[str]:
    """The literals as they stand; language tags in lower case, since they mean the same in every case (RFC 5646)."""
    objects = {terms.statement(line).object for line in n_quads.split("\n") if line}
    parts = [terms.literal(term) for term in objects if terms.is_literal(term)]
    return {terms.text(part.lexical, part.language.lower(), part.datatype[1:-1]) for part in parts}


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
RDFLIB = {
    formats.TURTLE: "turtle",
    formats.N_TRIPLES: "nt11",
    formats.N_QUADS: "nquads",
    formats.TRIG: "trig",
    formats.RDF_XML: "xml",
    formats.JSON_LD: "json-ld",
    formats.JSON_LD_EXPANDED: "json-ld",
    formats.JSON_LD_FLATTENED: "json-ld",
}
RAPPER = {formats.TURTLE: "turtle", formats.N_TRIPLES: "ntriples", formats.RDF_XML: "rdfxml"}
JAVASCRIPT = {
    formats.TURTLE: "turtle",
    formats.N_TRIPLES: "n-triples",
    formats.N_QUADS: "n-quads",
    formats.TRIG: "trig",
    formats.JSON_LD: "json-ld",
    formats.JSON_LD_EXPANDED: "json-ld",
    formats.JSON_LD_FLATTENED: "json-ld",
}
CASES = {
    "literals": statements(LITERALS),
    "IRIs": statements(IRIS),
    "IRIs with dots": statements(DOTS),
    "blank nodes": statements(BLANK_NODES),
    "deep nesting": statements(DEEP),
    "graphs": statements(GRAPHS),
    "control characters": statements(CONTROLS),
    "properties without an XML name": statements(UNNAMED),
}
BEYOND_XML = ("control characters", "properties without an XML name")


@dataclass(frozen=True)
class Written:
    """One of the cases in one format."""

    case: str
    format: RdfFormat
    is_dump: bool  # otherwise a document

    def __str__(self) -> str:
        return f"{self.format.name} {'dump' if self.is_dump else 'document'} of {self.case}"

    def data(self) -> bytes:
        quads = CASES[self.case]
        if not self.is_dump:
            return document(self.format, quads, PREFIXES, first=f"<{EX}id/t>", context=CONTEXT)
        graphs = self.format.holds_graphs
        ordered = sorted(quads, key=lambda quad: (quad.graph if graphs else "", terms.line(quad)))
        layout = Layout(PREFIXES, BlankNodes(ordered, graphs=graphs))
        return b"".join(self.format.write(iter(ordered), layout))

    def expected(self) -> str:
        has_graphs = self.format.holds_graphs if self.is_dump else self.format.names_graphs_in_documents
        quads = CASES[self.case]
        return "".join(map(terms.line, quads if has_graphs else without_graphs(quads)))

    def readable(self) -> bytes:
        """The data, for JSON-LD with the context in the place of its address: no reader may fetch anything."""
        data = self.data()
        if self.format is not formats.JSON_LD or self.is_dump:
            return data
        read = json.loads(data)
        assert read["@context"] == CONTEXT.url
        return json.dumps(read | CONTEXT.document()).encode()


def everything_for(readable: Iterable[RdfFormat], leaving_out: Collection[str] = ()) -> list[Written]:
    return [
        Written(case, format, is_dump)
        for format in readable
        for is_dump in (False, True)
        for case in CASES
        if case not in leaving_out and not (format is formats.RDF_XML and case in BEYOND_XML)
    ]


@pytest.fixture
def _rdflib_as_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)  # otherwise "01" is read as "1"


@pytest.fixture(scope="session")
def read_by_javascript() -> dict[Written, str]:
    """What N3.js and jsonld.js read in everything, by one run of Node."""
    folder = Path(__file__).parent / "javascript"
    if not shutil.which("node") or not shutil.which("npm"):
        skip_aloud("Node and npm, which run the JavaScript readers, are not here")
    if not (folder / "node_modules" / "jsonld").is_dir():
        install = ["npm", "ci", "--no-audit", "--no-fund"]
        installed = subprocess.run(install, cwd=folder, capture_output=True, check=False, text=True)
        if installed.returncode:
            skip_aloud(f"npm ci in tests/javascript failed: {installed.stderr[-300:]}")
    written = everything_for(JAVASCRIPT)
    documents = [{"format": JAVASCRIPT[one.format], "text": one.readable().decode()} for one in written]
    command = ["node", str(folder / "read.mjs")]
    ran = subprocess.run(command, input=json.dumps(documents).encode(), capture_output=True, check=True)
    return dict(zip(written, json.loads(ran.stdout), strict=True))


@pytest.mark.parametrize("written", everything_for(OXIGRAPH), ids=str)
def test_oxigraph_reads_what_was_written(written: Written) -> None:
    quads = pyoxigraph.parse(written.readable(), format=OXIGRAPH[written.format])
    assert_same(pyoxigraph.serialize(quads, format=pyoxigraph.RdfFormat.N_QUADS).decode(), written)


@pytest.mark.usefixtures("_rdflib_as_written")
@pytest.mark.parametrize("written", everything_for(RDFLIB), ids=str)
def test_rdflib_reads_what_was_written(written: Written) -> None:
    dataset = rdflib.Dataset()
    dataset.parse(data=written.readable(), format=RDFLIB[written.format])
    quads = ((*map(spelled, quad[:3]), spelled(quad[3]) if quad[3] else "") for quad in dataset.quads())
    lines = "".join(terms.line(Statement(*quad)) for quad in quads)
    assert_same(lines.replace(f" <{DATASET_DEFAULT_GRAPH_ID}> .", " ."), written)


# Raptor refuses U+FFFE and U+FFFF, which RDF allows, and takes the dots out of an IRI that is absolute already.
@pytest.mark.parametrize("written", everything_for(RAPPER, ["control characters", "IRIs with dots"]), ids=str)
def test_rapper_reads_what_was_written(written: Written) -> None:
    if not shutil.which("rapper"):
        skip_aloud("rapper, of the Debian package raptor2-utils, is not here")
    command = ["rapper", "-q", "-i", RAPPER[written.format], "-o", "nquads", "-", EX]
    ran = subprocess.run(command, input=written.readable(), capture_output=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert_same(ran.stdout.decode(), written)


@pytest.mark.parametrize("written", everything_for(JAVASCRIPT), ids=str)
def test_javascript_reads_what_was_written(written: Written, read_by_javascript: dict[Written, str]) -> None:
    assert_same(read_by_javascript[written], written)


@pytest.mark.parametrize("statement", [quad for case in BEYOND_XML for quad in CASES[case]], ids=terms.line)
def test_rdf_xml_refuses_what_it_cannot_hold(statement: Statement) -> None:
    with pytest.raises(UnrepresentableError, match="RDF/XML cannot hold this description"):
        document(formats.RDF_XML, [statement], PREFIXES)


@pytest.mark.usefixtures("_rdflib_as_written")
@pytest.mark.parametrize("format", RDFLIB, ids=lambda format: format.name)
def test_a_language_tag_keeps_its_case(format: RdfFormat) -> None:
    dataset = rdflib.Dataset()
    dataset.parse(data=Written("literals", format, is_dump=True).data(), format=RDFLIB[format])
    languages = {o.language for _, _, o, _ in dataset.quads() if isinstance(o, rdflib.Literal) and o.language}
    assert {"en-GB", "ar-Latn"} <= languages


def assert_same(read: str, written: Written) -> None:
    """The same statements, blank nodes apart, and the same literals to the letter."""
    assert isomorphic_form(read) == isomorphic_form(written.expected())
    assert literals(read) == literals(written.expected())


def spelled(node: rdflib.term.Node) -> str:
    """An rdflib term in the spelling of N-Quads."""
    if isinstance(node, rdflib.Literal):
        return terms.text(str(node), node.language or "", node.datatype or "")
    return f"_:{node}" if isinstance(node, rdflib.BNode) else f"<{node}>"
