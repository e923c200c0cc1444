"""How a document looks to the person who opens it, and what each format does with hard cases."""

import json
from collections.abc import Iterator
from xml.etree import ElementTree as ET

import pytest

from axisld import terms
from axisld.errors import UnrepresentableError
from axisld.representations import formats
from axisld.representations.blank_nodes import MOST_STATEMENTS, BlankNodes
from axisld.representations.context import Coercion, Context
from axisld.representations.document import document
from axisld.representations.formats import RdfFormat
from axisld.representations.writing import Layout
from axisld.terms import Statement

PREFIXES = {
    "ax": "https://example.org/onto#",
    "dcterms": "http://purl.org/dc/terms/",
    "id": "https://example.org/id/",
    "rdf": terms.RDF,
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": terms.XSD,
}
BRIDGE = r"""
<https://example.org/doc/old-bridge> <http://purl.org/dc/terms/license> <https://example.org/licence> .
<https://example.org/id/old-bridge> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://example.org/onto#Bridge> .
<https://example.org/id/old-bridge> <http://www.w3.org/2004/02/skos/core#prefLabel> "Alte Brücke"@de .
<https://example.org/id/old-bridge> <http://www.w3.org/2004/02/skos/core#prefLabel> "Old Bridge"@en .
<https://example.org/id/old-bridge> <http://www.w3.org/2004/02/skos/core#prefLabel> "Ancien pont"@fr .
<https://example.org/id/old-bridge> <https://example.org/onto#bearings> _:east .
<https://example.org/id/old-bridge> <https://example.org/onto#crosses> <https://example.org/id/rhine> .
<https://example.org/id/old-bridge> <https://example.org/onto#opened> _:opened .
<https://example.org/id/old-bridge> <https://example.org/onto#spanMetres> "031.60"^^<http://www.w3.org/2001/XMLSchema#decimal> .
<https://example.org/id/old-bridge> <https://example.org/onto#spans> "7"^^<http://www.w3.org/2001/XMLSchema#integer> .
<https://example.org/id/old-bridge> <https://example.org/onto#toll> "false"^^<http://www.w3.org/2001/XMLSchema#boolean> .
_:east <http://www.w3.org/1999/02/22-rdf-syntax-ns#first> "east" .
_:east <http://www.w3.org/1999/02/22-rdf-syntax-ns#rest> _:west .
_:opened <http://purl.org/dc/terms/source> <https://example.org/id/atlas-1902> .
_:opened <https://example.org/onto#year> "1858"^^<http://www.w3.org/2001/XMLSchema#gYear> .
_:west <http://www.w3.org/1999/02/22-rdf-syntax-ns#first> "west" .
_:west <http://www.w3.org/1999/02/22-rdf-syntax-ns#rest> <http://www.w3.org/1999/02/22-rdf-syntax-ns#nil> .
"""  # noqa: E501 - a line for each statement
CONTEXT = Context(
    PREFIXES,
    {
        "https://example.org/onto#crosses": Coercion(type="@id"),
        "https://example.org/onto#year": Coercion(type=f"{terms.XSD}gYear"),
    },
    "https://example.org/context.jsonld",
)


def statements(lines: str) -> list[Statement]:
    return [terms.statement(line) for line in lines.strip().split("\n")]


def bridge(format: RdfFormat) -> str:
    first = "<https://example.org/id/old-bridge>"
    return document(format, statements(BRIDGE), PREFIXES, first=first, context=CONTEXT).decode()


def about(properties: str, format: RdfFormat = formats.TURTLE) -> str:
    """A document with a few lines of which each has the subject `<http://example.org/s>`."""
    lines = "\n".join(f"<http://example.org/s> {line} ." for line in properties.strip().split("\n"))
    return document(format, statements(lines), {"ex": "http://example.org/"}).decode()


def test_turtle_begins_with_its_subject_and_reads_like_what_a_person_writes() -> None:
    assert bridge(formats.TURTLE) == (
        "@prefix ax: <https://example.org/onto#> .\n"
        "@prefix dcterms: <http://purl.org/dc/terms/> .\n"
        "@prefix id: <https://example.org/id/> .\n"
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
        "\n"
        "id:old-bridge a ax:Bridge ;\n"
        '    skos:prefLabel "Alte Brücke"@de , "Old Bridge"@en , "Ancien pont"@fr ;\n'
        '    ax:bearings ( "east" "west" ) ;\n'
        "    ax:crosses id:rhine ;\n"
        '    ax:opened [ dcterms:source id:atlas-1902 ; ax:year "1858"^^xsd:gYear ] ;\n'
        '    ax:spanMetres "031.60"^^xsd:decimal ;\n'
        "    ax:spans 7 ;\n"
        "    ax:toll false .\n"
        "\n"
        "<https://example.org/doc/old-bridge> dcterms:license <https://example.org/licence> .\n"
    )


def test_json_ld_is_compact_by_the_context_that_it_names() -> None:
    read = json.loads(bridge(formats.JSON_LD))
    assert read["@context"] == "https://example.org/context.jsonld"
    assert read["@graph"][0] == {
        "@id": "id:old-bridge",
        "@type": "ax:Bridge",
        "skos:prefLabel": [
            {"@language": "de", "@value": "Alte Brücke"},
            {"@language": "en", "@value": "Old Bridge"},
            {"@language": "fr", "@value": "Ancien pont"},
        ],
        "ax:bearings": {"@list": ["east", "west"]},
        "ax:crosses": "id:rhine",
        "ax:opened": {"dcterms:source": {"@id": "id:atlas-1902"}, "ax:year": "1858"},
        "ax:spanMetres": {"@type": "xsd:decimal", "@value": "031.60"},
        "ax:spans": {"@type": "xsd:integer", "@value": "7"},
        "ax:toll": {"@type": "xsd:boolean", "@value": "false"},
    }


def test_a_context_says_what_the_plain_strings_of_a_property_are() -> None:
    assert CONTEXT.document()["@context"] == {
        "@version": 1.1,
        **PREFIXES,
        "ax:crosses": {"@type": "@id"},
        "ax:year": {"@type": "xsd:gYear"},
    }


def test_a_namespace_that_ends_in_no_delimiter_is_declared_as_a_prefix() -> None:
    context = Context({"go": "http://purl.obolibrary.org/obo/GO_"})
    assert context.document()["@context"]["go"] == {"@id": "http://purl.obolibrary.org/obo/GO_", "@prefix": True}


def test_flattened_json_ld_gives_every_node_a_name_and_keeps_lists() -> None:
    nodes = {node["@id"]: node for node in json.loads(bridge(formats.JSON_LD_FLATTENED))}
    old_bridge = nodes["https://example.org/id/old-bridge"]
    assert old_bridge["https://example.org/onto#opened"] == [{"@id": "_:opened"}]
    assert old_bridge["https://example.org/onto#bearings"] == [{"@list": [{"@value": "east"}, {"@value": "west"}]}]
    assert nodes["_:opened"]["http://purl.org/dc/terms/source"] == [{"@id": "https://example.org/id/atlas-1902"}]


def test_a_node_with_an_iri_whose_scheme_is_a_prefix_is_written_in_full() -> None:
    quads = statements("<urn:isbn:1> <https://example.org/urn/p> <https://example.org/urn/x> .")
    read = json.loads(document(formats.JSON_LD, quads, {"urn": "https://example.org/urn/"}))
    assert read["@graph"] == [
        {"@context": None, "@id": "urn:isbn:1", "https://example.org/urn/p": {"@id": "https://example.org/urn/x"}}
    ]


def test_rdf_xml_declares_the_namespaces_it_uses() -> None:
    text = bridge(formats.RDF_XML)
    assert text.startswith(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        "<rdf:RDF\n"
        '    xmlns:ax="https://example.org/onto#"\n'
        '    xmlns:dcterms="http://purl.org/dc/terms/"\n'
        f'    xmlns:rdf="{terms.RDF}"\n'
        '    xmlns:skos="http://www.w3.org/2004/02/skos/core#">\n'
        "\n"
        '    <rdf:Description rdf:about="https://example.org/id/old-bridge">\n'
        '        <rdf:type rdf:resource="https://example.org/onto#Bridge"/>\n'
        '        <skos:prefLabel xml:lang="de">Alte Brücke</skos:prefLabel>\n'
    )
    assert ET.fromstring(text).tag == f"{{{terms.RDF}}}RDF"


def test_n_triples_is_canonical() -> None:
    lines = bridge(formats.N_TRIPLES).split("\n")
    assert sorted(lines[:-1]) == sorted(BRIDGE.strip().split("\n"))


def test_trig_has_the_default_graph_first_and_a_block_for_each_other() -> None:
    quads = statements(
        '<http://example.org/s> <http://example.org/p> "b" <http://example.org/g> .\n'
        '<http://example.org/s> <http://example.org/p> "a" .\n'
        '<http://example.org/t> <http://example.org/p> "c" <http://example.org/g> .'
    )
    assert document(formats.TRIG, quads, {"ex": "http://example.org/"}).decode() == (
        "@prefix ex: <http://example.org/> .\n"
        "\n"
        'ex:s ex:p "a" .\n'
        "\n"
        "ex:g {\n"
        '    ex:s ex:p "b" .\n'
        "\n"
        '    ex:t ex:p "c" .\n'
        "}\n"
    )


@pytest.mark.parametrize(
    "format",
    [formats.TURTLE, formats.N_TRIPLES, formats.JSON_LD, formats.RDF_XML],
    ids=lambda format: format.name,
)
def test_a_triple_of_two_graphs_is_one_where_there_are_no_graphs(format: RdfFormat) -> None:
    triple = '<http://example.org/s> <http://example.org/p> "only once"'
    text = document(format, statements(f"{triple} <http://example.org/g> .\n{triple} <http://example.org/h> ."), {})
    assert text.count(b"only once") == 1


@pytest.mark.parametrize(
    ("properties", "turtle"),
    [
        pytest.param('<http://example.org/p> "01"^^<{xsd}integer>', '"01"^^<{xsd}integer>', id="a leading zero"),
        pytest.param('<http://example.org/p> "-0"^^<{xsd}integer>', '"-0"^^<{xsd}integer>', id="minus nought"),
        pytest.param('<http://example.org/p> "-12"^^<{xsd}integer>', "-12", id="a canonical integer"),
        pytest.param('<http://example.org/p> "1"^^<{xsd}boolean>', '"1"^^<{xsd}boolean>', id="1 for true"),
        pytest.param('<http://example.org/p> "1.0"^^<{xsd}decimal>', '"1.0"^^<{xsd}decimal>', id="a decimal"),
        pytest.param('<http://example.org/p> "x"@en-GB', '"x"@en-GB', id="a language tag as it was written"),
        pytest.param('<http://example.org/p> "a\\r\\n\\t\\u0000"', '"a\\r\\n\\t\\u0000"', id="control characters"),
        pytest.param("<http://example.org/p> <http://example.org/a.>", "<http://example.org/a.>", id="a last dot"),
        pytest.param("<http://example.org/p> <http://example.org/a.b>", "ex:a.b", id="a dot within"),
        pytest.param("<http://example.org/p> <http://example.org/a/b>", "<http://example.org/a/b>", id="a slash"),
        pytest.param("<http://example.org/p> <http://example.org/a+b>", "<http://example.org/a+b>", id="a plus"),
        pytest.param("<http://example.org/p> <http://example.org/40>", "ex:40", id="a number"),
        pytest.param("<http://example.org/p> <http://example.org/>", "ex:", id="the namespace itself"),
        pytest.param("<http://example.org/p> _:x", "[]", id="a node of which nothing is said"),
        pytest.param("<http://example.org/p> <{rdf}nil>", "( )", id="the empty list"),
    ],
)
def test_a_term_of_turtle_is_short_only_where_it_is_plainly_right(properties: str, turtle: str) -> None:
    names = {"xsd": terms.XSD, "rdf": terms.RDF}
    written = about(properties.replace("{xsd}", names["xsd"]).replace("{rdf}", names["rdf"]))
    assert written.endswith(f"ex:s ex:p {turtle.replace('{xsd}', names['xsd'])} .\n")


def test_many_values_take_a_line_each() -> None:
    assert about("\n".join(f'<http://example.org/p> "{letter * 60}"' for letter in "abc")).endswith(
        f'ex:s ex:p\n        "{"a" * 60}" ,\n        "{"b" * 60}" ,\n        "{"c" * 60}" .\n'
    )


def test_a_shared_node_has_a_label_and_one_nobody_uses_has_none() -> None:
    quads = statements(
        "<http://example.org/s> <http://example.org/p> _:shared .\n"
        "<http://example.org/t> <http://example.org/p> _:shared .\n"
        '_:shared <http://example.org/p> "shared" .\n'
        '_:unused <http://example.org/p> "unused" .'
    )
    text = document(formats.TURTLE, quads, {"ex": "http://example.org/"}).decode()
    assert '_:shared ex:p "shared" .\n' in text
    assert '[] ex:p "unused" .\n' in text


def test_a_prefix_that_no_format_can_declare_is_left_out() -> None:
    prefixes = {"sp ace": "http://example.org/", "broken": "http://example.org/<>", "_": "http://example.org/"}
    quads = statements('<http://example.org/s> <http://example.org/p> "x" .')
    assert document(formats.TURTLE, quads, prefixes) == b'<http://example.org/s> <http://example.org/p> "x" .\n'


@pytest.mark.parametrize(
    ("property_", "reason"),
    [
        ("http://example.org/2024", "the end of the property http://example.org/2024 cannot be the name"),
        (f"{terms.RDF}li", "has another meaning in the syntax of RDF/XML"),
    ],
)
def test_rdf_xml_says_which_property_it_cannot_hold(property_: str, reason: str) -> None:
    with pytest.raises(UnrepresentableError, match=reason):
        about(f'<{property_}> "x"', formats.RDF_XML)


@pytest.mark.parametrize("format", formats.RDF, ids=lambda format: format.name)
def test_an_empty_document_is_a_document(format: RdfFormat) -> None:
    text = document(format, [], PREFIXES, context=CONTEXT).decode()
    if format.suffix.endswith("jsonld"):
        json.loads(text)
    elif format is formats.RDF_XML:
        assert len(ET.fromstring(text)) == 0
    else:
        assert text == ""


@pytest.mark.parametrize("format", formats.RDF, ids=lambda format: format.name)
def test_a_dump_begins_before_its_statements_have_all_come(format: RdfFormat) -> None:
    taken = 0

    def many() -> Iterator[Statement]:
        nonlocal taken
        for taken in range(100_000):
            yield Statement(f"<http://example.org/{taken:06}>", "<http://example.org/p>", '"x"')

    next(iter(format.write(many(), Layout(PREFIXES))))
    assert taken < 10_000


def test_with_very_many_blank_nodes_none_is_nested() -> None:
    few = [Statement("<http://example.org/s>", "<http://example.org/p>", "_:b0"), Statement("_:b0", "<p:p>", '"x"')]
    many = [Statement(f"_:c{number}", "<p:p>", '"x"') for number in range(MOST_STATEMENTS)]
    assert "_:b0" in BlankNodes(few)
    assert "_:b0" not in BlankNodes([*few, *many])
    assert BlankNodes([*few, *many]).needs_label("_:c0")


def test_every_suffix_and_every_content_type_is_one_format_only() -> None:
    everything = (*formats.DOCUMENTS, *formats.RESULTS)
    assert len({format.suffix for format in everything}) == len(everything)
    assert len({format.content_type for format in everything}) == len(everything)
