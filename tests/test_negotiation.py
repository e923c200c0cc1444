"""Which format, language and coding answer the headers that clients really send."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axisld.representations.formats import (
    DOCUMENTS,
    HTML,
    JSON_LD,
    JSON_LD_EXPANDED,
    JSON_LD_FLATTENED,
    N_QUADS,
    N_TRIPLES,
    RDF_XML,
    RESULTS,
    SPARQL_CSV,
    SPARQL_JSON,
    SPARQL_XML,
    TRIG,
    TURTLE,
    Format,
)
from axisld.representations.negotiation import choose, choose_encoding, choose_language

JSON_LD_NS = "http://www.w3.org/ns/json-ld#"
XML_FIRST = "application/rdf+xml, application/xml;q=0.7, text/xml;q=0.6, text/plain;q=0.1, */*;q=0.09"
OWL_API_5 = (
    "application/ld+json; q=1.0, application/x-trig; q=1.0, application/owl+xml; q=1.0, application/rdf+xml; q=1.0, "
    "application/x-binary-rdf; q=1.0, text/owl-manchester; q=1.0, text/turtle; q=1.0, application/trix; q=1.0, "
    "application/xhtml+xml; q=1.0, text/owl-functional; q=1.0, application/rdf+json; q=1.0, text/n3; q=1.0, "
    "text/plain; q=1.0, text/x-nquads; q=1.0, application/xml; q=0.5, application/x-turtle; q=0.5, "
    "application/html; q=0.5, text/xml; q=0.5, text/rdf+n3; q=0.5, text/html; q=0.3, */*; q=0.09"
)
# The headers that clients send by themselves, as their sources or a capture have them.
CLIENTS = [
    pytest.param(
        "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
        "application/signed-exchange;v=b3;q=0.7",
        HTML,
        id="Chrome and Edge",
    ),
    pytest.param("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", HTML, id="Firefox 132 and Safari"),
    pytest.param(
        "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/png,image/svg+xml,*/*;q=0.8",
        HTML,
        id="Firefox 128",
    ),
    pytest.param("text/html, application/xhtml+xml, image/jxr, */*", HTML, id="Internet Explorer 11"),
    pytest.param("text/html, text/plain, text/sgml, text/css, */*;q=0.01", HTML, id="Lynx"),
    pytest.param("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", HTML, id="Java HttpURLConnection"),
    pytest.param(XML_FIRST, RDF_XML, id="Protégé 5"),
    pytest.param(XML_FIRST.replace(";q", "; q"), RDF_XML, id="OWL API 4"),
    pytest.param(OWL_API_5, TURTLE, id="OWL API 5 and newer Protégé: Turtle as welcome as RDF/XML"),
    pytest.param(
        "text/turtle,application/n-triples;q=0.9,application/ld+json;q=0.8,application/rdf+xml;q=0.7,"
        "application/trig,application/n-quads;q=0.9,text/x-nquads;q=0.8,application/x-trig;q=0.7,"
        "application/ld+json;q=0.5,*/*;q=0.5",
        TURTLE,
        id="Jena 3",
    ),
    pytest.param(
        "text/turtle,application/n-triples;q=0.9,application/rdf+xml;q=0.7,application/trig,"
        "application/n-quads;q=0.9,application/ld+json;q=0.8,*/*;q=0.5",
        TURTLE,
        id="Jena 4 and 5",
    ),
    pytest.param(
        "application/trig,application/n-quads;q=0.9,application/ld+json;q=0.8,*/*;q=0.3",
        TRIG,
        id="Jena 4 and 5, a dataset",
    ),
    pytest.param(
        "application/rdf+xml, application/xml; q=0.8, text/xml; q=0.7, application/rss+xml; q=0.3, */*; q=0.2",
        RDF_XML,
        id="Jena 2, and its RDF/XML reader",
    ),
    pytest.param(
        "text/turtle, application/x-turtle, application/rdf+xml;q=0.4, application/xml;q=0.4, text/xml;q=0.4, "
        "application/n-triples;q=0.7, text/plain;q=0.7, application/trig;q=0.8, application/x-trig;q=0.8, "
        "application/n-quads;q=0.7, text/x-nquads;q=0.7, application/ld+json;q=0.8, application/rdf+json;q=0.7",
        TURTLE,
        id="RDF4J, preferring Turtle",
    ),
    pytest.param(
        "application/trig, application/x-trig, application/n-quads;q=0.9, text/x-nquads;q=0.9, text/nquads;q=0.9, "
        "application/ld+json, text/turtle;q=0.5, application/x-turtle;q=0.5, application/rdf+xml;q=0.1, "
        "application/xml;q=0.1, text/xml;q=0.1, application/n-triples;q=0.4, text/plain;q=0.4",
        JSON_LD,
        id="RDF4J, wanting graph names",
    ),
    pytest.param(
        "application/rdf+xml, text/n3, text/turtle, application/n-triples, application/ld+json, application/n-quads, "
        "application/trix, application/trig",
        TURTLE,
        id="rdflib 7, parse(IRI)",
    ),
    pytest.param("application/rdf+xml, */*;q=0.1", RDF_XML, id="rdflib 7, format='xml'"),
    pytest.param("text/turtle, application/x-turtle, */*;q=0.1", TURTLE, id="rdflib 7, format='turtle'"),
    pytest.param("application/ld+json, application/json;q=0.9, */*;q=0.1", JSON_LD, id="rdflib 7, format='json-ld'"),
    pytest.param("application/trig, */*;q=0.1", TRIG, id="rdflib 7, format='trig'"),
    pytest.param("application/turtle,text/turtle", TURTLE, id="SPARQLWrapper 2, TURTLE"),
    pytest.param("application/ld+json,application/x-json+ld", JSON_LD, id="SPARQLWrapper 2, JSONLD"),
    pytest.param("application/rdf+xml", RDF_XML, id="SPARQLWrapper 2, XML"),
    pytest.param(
        "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,application/n-triples;q=0.8,"
        "text/turtle;q=0.6,application/rdf+xml;q=0.5,application/json;q=0.45,text/n3;q=0.35,application/xml;q=0.3,"
        "image/svg+xml;q=0.3,text/xml;q=0.3,text/html;q=0.2,application/xhtml+xml;q=0.18",
        N_QUADS,
        id="Comunica and rdf-dereference.js",
    ),
    pytest.param(
        "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,application/n-triples;q=0.8,*/*;q=0.1",
        N_QUADS,
        id="Comunica in a browser",
    ),
    pytest.param(
        "application/rdf+xml; q=1.0, text/rdf+n3; q=0.9, application/rdf+turtle; q=0.5, application/x-turtle; q=0.6, "
        "application/turtle; q=0.5, text/turtle; q=0.7, application/xml; q=0.2, */*; q=0.1",
        RDF_XML,
        id="Virtuoso sponger",
    ),
    pytest.param("*/*", TURTLE, id="curl, wget, python-requests, fetch"),
    pytest.param("application/json, text/plain, */*", JSON_LD, id="axios"),
    pytest.param(None, TURTLE, id="no header"),
    pytest.param("", TURTLE, id="an empty header"),
]
RULES = [
    pytest.param("text/turtle;q=0.1, text/html;q=.5", HTML, id="a weight without its zero"),
    pytest.param("text/turtle;q=1.7, text/html;q=0.9", TURTLE, id="a weight over 1 is 1"),
    pytest.param("text/html;q=high, text/turtle;q=0.1", TURTLE, id="a member whose weight is no number is left out"),
    pytest.param("text/html;q=-1, text/turtle;q=0.1", TURTLE, id="nor is a negative one"),
    pytest.param("text/html;q=nan, text/turtle;q=0.1", TURTLE, id="nor nan"),
    pytest.param("text/html;q=, application/rdf+xml;q=0.1", RDF_XML, id="nor an empty one"),
    pytest.param("text/html;q=0, */*", TURTLE, id="q=0 excludes"),
    pytest.param("text/turtle;q=0, */*", HTML, id="q=0 excludes the default too"),
    pytest.param("text/turtle;q=0.000, text/*", HTML, id="q=0.000 excludes"),
    pytest.param("*/*;q=0", None, id="everything excluded"),
    pytest.param("image/png", None, id="nothing that there is"),
    pytest.param("image/png, text/*;q=0.1", TURTLE, id="a wildcard of a type gets data"),
    pytest.param("application/*", JSON_LD, id="a wildcard of a type without the default"),
    pytest.param("text/*;q=0.3, text/html;q=0.1, application/rdf+xml;q=0.2", TURTLE, id="the closest range counts"),
    pytest.param("*/*;q=0.5, application/rdf+xml;q=0.4", TURTLE, id="even where it weighs less"),
    pytest.param("application/rdf+xml, */*", RDF_XML, id="what is named goes before what a wildcard covers"),
    pytest.param("text/turtle, text/html", HTML, id="a page, where both are named and weigh the same"),
    pytest.param("TEXT/Turtle; Charset=UTF-8", TURTLE, id="case does not matter"),
    pytest.param("text/turtle;charset=iso-8859-1", TURTLE, id="a charset is ignored"),
    pytest.param("text/turtle; charset=utf-8; q=0.2, application/n-triples;q=0.3", N_TRIPLES, id="q after a charset"),
    pytest.param("text/turtle;version=1.2", TURTLE, id="other parameters are ignored"),
    pytest.param("text/turtle ; q = 0.2 , application/trig ; q = 0.3", TRIG, id="space around everything"),
    pytest.param('text/turtle;note="a, b;q=0";q=0.2, application/trig;q=0.1', TURTLE, id="commas in quotes"),
    pytest.param(",, ,text/turtle,,", TURTLE, id="empty members"),
    pytest.param("turtle, application/rdf+xml", RDF_XML, id="a member without a slash"),
    pytest.param("*/turtle, application/rdf+xml;q=0.1", RDF_XML, id="a wildcard for a type alone"),
    pytest.param('text/turtle;note="never closed, text/html', TURTLE, id="a quote that never ends"),
    pytest.param('text/turtle;note="\\', TURTLE, id="an escape that never ends"),
    pytest.param("garbage", TURTLE, id="nothing readable is like no header"),
    pytest.param(";;;q=1,/,=", TURTLE, id="nor is punctuation"),
    pytest.param("*", TURTLE, id="a single star"),
    pytest.param("application/xhtml+xml", None, id="XHTML is not what the pages are"),
    pytest.param(f'application/ld+json;profile="{JSON_LD_NS}expanded"', JSON_LD_EXPANDED, id="JSON-LD expanded"),
    pytest.param(f"application/ld+json;profile={JSON_LD_NS}expanded", JSON_LD_EXPANDED, id="a profile without quotes"),
    pytest.param(f'application/ld+json;profile="{JSON_LD_NS}flattened"', JSON_LD_FLATTENED, id="JSON-LD flattened"),
    pytest.param(f'application/ld+json;profile="{JSON_LD_NS}compacted"', JSON_LD, id="JSON-LD compacted"),
    pytest.param('application/ld+json;profile="https://example.org/p"', JSON_LD, id="a profile that nobody knows"),
    pytest.param(
        f'application/ld+json;profile="https://example.org/p {JSON_LD_NS}flattened"',
        JSON_LD_FLATTENED,
        id="several profiles",
    ),
    pytest.param(
        f'application/ld+json;q=0.9, application/ld+json;profile="{JSON_LD_NS}expanded";q=0.5',
        JSON_LD,
        id="a profile that weighs less",
    ),
]


@pytest.mark.parametrize(("accept", "expected"), CLIENTS)
def test_a_client_gets_what_it_reads_best(accept: str | None, expected: Format) -> None:
    choice = choose(accept, DOCUMENTS, default=TURTLE)
    assert choice is not None
    assert choice.format is expected


@pytest.mark.parametrize(("accept", "expected"), RULES)
def test_a_header_is_read_by_rfc_9110(accept: str, expected: Format | None) -> None:
    choice = choose(accept, DOCUMENTS, default=TURTLE)
    assert (choice.format if choice else None) is expected


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        pytest.param("*/*", "text/turtle; charset=utf-8", id="its own type, with a charset for text"),
        pytest.param("application/n-triples", "application/n-triples", id="without where there is no such parameter"),
        pytest.param("application/xml", "application/xml", id="an alias is answered as it was asked for"),
        pytest.param("text/n3", "text/n3; charset=utf-8", id="Turtle as N3"),
        pytest.param("text/plain, */*;q=0.1", "text/plain; charset=utf-8", id="N-Triples as text: rdflib, format='nt'"),
        pytest.param("application/json, text/plain, */*", "application/json", id="JSON-LD as JSON: axios"),
        pytest.param("application/json, application/ld+json", "application/ld+json", id="its own type over an alias"),
        pytest.param("text/xml, application/rdf+xml;q=0.9", "text/xml; charset=utf-8", id="the alias that weighs more"),
        pytest.param(
            f'application/ld+json;profile="{JSON_LD_NS}expanded"',
            f'application/ld+json;profile="{JSON_LD_NS}expanded"',
            id="a form of JSON-LD by its profile",
        ),
    ],
)
def test_an_answer_has_a_media_type_that_the_client_listed(accept: str, content_type: str) -> None:
    choice = choose(accept, DOCUMENTS, default=TURTLE)
    assert choice is not None
    assert choice.content_type == content_type


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        pytest.param(
            "application/sparql-results+json,application/json,text/javascript,application/javascript",
            SPARQL_JSON,
            id="SPARQLWrapper 2, JSON",
        ),
        pytest.param("application/sparql-results+xml", SPARQL_XML, id="SPARQLWrapper 2, XML"),
        pytest.param("text/csv", SPARQL_CSV, id="SPARQLWrapper 2, CSV"),
        pytest.param("application/sparql-results+xml, application/sparql-results+json", SPARQL_JSON, id="rdflib 7"),
        pytest.param(
            "application/sparql-results+json,application/sparql-results+xml;q=0.9,text/tab-separated-values;q=0.7,"
            "text/csv;q=0.5,application/json;q=0.2,application/xml;q=0.2,*/*;q=0.1",
            SPARQL_JSON,
            id="Jena 4 and 5",
        ),
        pytest.param("*/*", SPARQL_JSON, id="curl"),
    ],
)
def test_results_of_queries_are_negotiated_likewise(accept: str, expected: Format) -> None:
    choice = choose(accept, RESULTS)
    assert choice is not None
    assert choice.format is expected


@given(st.text())
def test_no_accept_header_raises(header: str) -> None:
    choose(header, DOCUMENTS, default=TURTLE)
    choose_language(header, ["en"], "en")
    choose_encoding(header)


@given(st.text(alphabet='*/;,="\\q.01 texhmlur-+'))
def test_no_header_of_likely_characters_raises(header: str) -> None:
    test_no_accept_header_raises.hypothesis.inner_test(header)


@pytest.mark.parametrize(
    ("header", "available", "expected"),
    [
        pytest.param(None, ["ar", "en"], "en", id="no header: the default"),
        pytest.param("de", ["ar", "en"], "en", id="nothing that there is: the default"),
        pytest.param("ar", ["ar", "en"], "ar", id="the language itself"),
        pytest.param("fa-IR,fa;q=0.9,en-GB;q=0.8,en;q=0.7", ["en", "fa"], "fa", id="Chrome in Persian"),
        pytest.param("en-US,en;q=0.5", ["ar", "en"], "en", id="Firefox"),
        pytest.param("AR-lb", ["ar", "en"], "ar", id="a region that there is not, in any case"),
        pytest.param("ar", ["ar-Latn", "en"], "ar-Latn", id="a script that was not asked for"),
        pytest.param("en;q=0.5, ar;q=0.9", ["en", "ar"], "ar", id="the heavier one"),
        pytest.param("fr, ar;q=0.9, *;q=0.1", ["en", "ar"], "ar", id="a star comes last"),
        pytest.param("*", ["ar", "en"], "en", id="a star is the default"),
        pytest.param("en;q=0, ar;q=0.1", ["en", "ar"], "ar", id="q=0 excludes"),
        pytest.param("zh-Hant-TW", ["zh", "zh-Hant"], "zh-Hant", id="the longest part"),
        pytest.param("zh-x-private", ["zh"], "zh", id="a single letter goes with what it introduces"),
        pytest.param("en;q=0, en-GB", ["en", "en-GB"], "en-GB", id="a language refused but for one region"),
        pytest.param("en;q=0", ["en", "en-GB", "ar"], "en", id="the default where nothing else was asked for"),
        pytest.param(";;q=,,", ["ar", "en"], "en", id="nothing readable"),
    ],
)
def test_a_reader_gets_a_language(header: str | None, available: list[str], expected: str) -> None:
    assert choose_language(header, available, "en") == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        pytest.param(None, "identity", id="no header"),
        pytest.param("", "identity", id="an empty header"),
        pytest.param("gzip, deflate, br, zstd", "zstd", id="Chrome and Firefox"),
        pytest.param("gzip, deflate, br", "br", id="Safari, curl --compressed"),
        pytest.param("gzip, deflate", "gzip", id="python-requests"),
        pytest.param("xz,gzip,deflate", "gzip", id="Protégé"),
        pytest.param("identity", "identity", id="wget"),
        pytest.param("identity;q=1, *;q=0", "identity", id="a client that asks for ranges"),
        pytest.param("x-gzip", "gzip", id="an old name"),
        pytest.param("GZIP;Q=0.5", "gzip", id="case does not matter"),
        pytest.param("br;q=0.1, gzip;q=0.9", "gzip", id="the heavier one"),
        pytest.param("gzip;q=0.5, identity;q=0.8", "identity", id="identity where it is heavier"),
        pytest.param("gzip;q=0, br;q=0", "identity", id="q=0 excludes"),
        pytest.param("zstd;q=0, *", "br", id="a star is every other"),
        pytest.param("identity;q=0", None, id="not even identity"),
        pytest.param("*;q=0", None, id="nothing at all"),
        pytest.param("identity;q=0, gzip;q=0.1", "gzip", id="identity excluded"),
        pytest.param("deflate", "identity", id="nothing that there is"),
    ],
)
def test_a_client_gets_a_coding_it_can_undo(header: str | None, expected: str | None) -> None:
    assert choose_encoding(header) == expected
