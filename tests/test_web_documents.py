"""Look-ups over HTTP: names, documents, formats, what caches and browsers are told."""

import gzip
import json
from pathlib import Path
from urllib.parse import quote

import brotli
import pyoxigraph as ox
import pytest
import rdflib
import zstandard
from rdflib.namespace import FOAF, SKOS

from axisld import pipeline
from axisld.pipeline import Built
from tests.conftest import BASE, SITE
from tests.live import Server, serving

RDF_SUFFIXES = ("ttl", "jsonld", "expanded.jsonld", "flattened.jsonld", "rdf", "nt", "trig", "nq")
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.mark.parametrize(
    ("path", "location"),
    [
        pytest.param("/id/old-bridge", "doc/old-bridge", id="a thing"),
        pytest.param("/id/old-bridge/north-arch", "doc/old-bridge/north-arch", id="a name with a slash"),
        pytest.param("/id/claim/cafe-opened", "doc/claim/cafe-opened", id="a claim"),
        pytest.param("/id/old-bridge?format=ttl", "doc/old-bridge.ttl", id="a format named in the query"),
        pytest.param("/id/old-bridge.jsonld", "doc/old-bridge.jsonld", id="a suffix after the name"),
        pytest.param("/id/file.ttl", "doc/file.ttl", id="a name that ends like a suffix"),
        pytest.param("/id/file.ttl.rdf", "doc/file.ttl.rdf", id="a suffix after such a name"),
        pytest.param("/id/a+b&c@d", "doc/a+b&c@d", id="plus, ampersand, at"),
        pytest.param("/id/a%2Bb%26c%40d", "doc/a+b&c@d", id="the same, escaped"),
        pytest.param("/id/100%25", "doc/100%25", id="a per cent sign"),
        pytest.param("/id/caf%C3%A9", "doc/caf%C3%A9", id="an accent, escaped as URLs must"),
        pytest.param("/id/encoded-caf%C3%A9", "doc/encoded-caf%C3%A9", id="an accent that is escaped in the IRI"),
        pytest.param("/id/geresh%D7%B3%E6%BC%A2", "doc/geresh%D7%B3%E6%BC%A2", id="Hebrew and Han"),
        pytest.param("/id/a%2Fb", "doc/a%2Fb", id="an escaped slash"),
        pytest.param("/id/a/b", "doc/a/b", id="a slash"),
        pytest.param("/%69d/old-bridge", "doc/old-bridge", id="a letter escaped without need"),
    ],
)
def test_a_name_leads_to_its_document(host: Server, path: str, location: str) -> None:
    answer = host.get(path)
    assert answer.status == 303
    assert answer.headers["location"] == BASE + location
    document = host.get(f"/{location}", "text/turtle")
    assert document.status == 200
    assert document.media_type in ("text/turtle", "application/ld+json", "application/rdf+xml")


@pytest.mark.parametrize("name", ["café", "geresh׳漢"])
def test_a_name_may_be_sent_without_escapes(server: Server, name: str) -> None:
    received = server.raw(f"GET /id/{name} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    assert received.startswith(b"HTTP/1.1 303 ")
    assert f"location: {BASE}doc/{quote(name)}\r\n".encode() in received


def test_an_escaped_slash_is_another_name_than_a_slash(host: Server) -> None:
    assert "an escaped slash" in host.get("/doc/a%2Fb.ttl").text
    assert "a slash" in host.get("/doc/a/b.ttl").text
    assert "an escaped slash" not in host.get("/doc/a/b.ttl").text


def test_a_name_that_looks_like_an_address_of_the_server_answers_too(host: Server) -> None:
    answer = host.get("/dumps/ramp")
    assert answer.status == 303
    described = host.get(answer.headers["location"].partition(f":{host.port}")[2] or answer.headers["location"][21:])
    assert "a ramp for tips" in described.text
    assert host.get("/dumps/nothing").status == 404


def test_the_note_of_a_redirect_is_for_its_reader(server: Server) -> None:
    plain, page = server.get("/id/rhine"), server.get("/id/rhine", BROWSER)
    assert plain.text == f"{BASE}id/rhine is described at {BASE}doc/rhine\n"
    assert f'<a href="{BASE}doc/rhine">' in page.text
    for answer in (plain, page):
        assert "Accept" in answer.varies_by


def test_an_unknown_thing_is_404_and_says_which(host: Server) -> None:
    for path in ("/id/atlantis", "/doc/atlantis", "/doc/atlantis.ttl", "/atlantis"):
        answer = host.get(path)
        assert answer.status == 404
        assert answer.media_type == "application/problem+json"
        assert answer.is_from_apache or answer.json["iri"].removesuffix(".ttl").endswith("/atlantis")
        assert "Accept" in answer.headers["vary"]


def test_a_withdrawn_thing_is_410_and_names_what_replaces_it(host: Server) -> None:
    for path in ("/id/ferry", "/doc/ferry", "/doc/ferry.ttl"):
        answer = host.get(path)
        assert answer.status == 410
        assert answer.json["replacedBy"] == [f"{BASE}id/old-bridge"]
        assert answer.links("successor-version") == [f"{BASE}id/old-bridge"]
    assert f'href="{BASE}id/old-bridge"' in host.get("/id/ferry", BROWSER).text


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        pytest.param("", "text/turtle", id="no header"),
        pytest.param("*/*", "text/turtle", id="anything"),
        pytest.param(BROWSER, "text/html", id="a browser"),
        pytest.param("application/ld+json", "application/ld+json", id="JSON-LD"),
        pytest.param("application/n-quads", "application/n-quads", id="N-Quads"),
        pytest.param(
            "application/rdf+xml, application/xml;q=0.7, text/xml;q=0.6, text/plain;q=0.1, */*;q=0.09",
            "application/rdf+xml",
            id="Protégé",
        ),
        pytest.param("text/turtle;q=0.5, application/trig;q=.9", "application/trig", id="weights"),
        pytest.param("text/turtle;charset=utf-8", "text/turtle", id="a charset is ignored"),
    ],
)
def test_a_document_comes_in_the_format_that_the_client_prefers(host: Server, accept: str, media_type: str) -> None:
    answer = host.get("/doc/old-bridge", accept)
    assert answer.status == 200
    assert answer.media_type == media_type
    assert "Accept" in answer.varies_by
    fixed = host.get(answer.headers["content-location"].removeprefix(BASE.rstrip("/")))
    assert fixed.body == answer.body
    assert "Accept" not in fixed.varies_by


def test_every_format_holds_the_same(host: Server) -> None:
    def triples(suffix: str, format_: ox.RdfFormat) -> ox.Dataset:
        quads = ox.parse(host.get(f"/doc/old-bridge.{suffix}").body, format_)
        dataset = ox.Dataset(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        return dataset

    expected = triples("nt", ox.RdfFormat.N_TRIPLES)
    label = ox.Literal("پل قدیمی", language="fa")
    assert ox.Quad(ox.NamedNode(f"{BASE}id/old-bridge"), ox.NamedNode(SKOS.altLabel), label) in expected
    for suffix, format_ in (
        ("ttl", ox.RdfFormat.TURTLE),
        ("rdf", ox.RdfFormat.RDF_XML),
        ("trig", ox.RdfFormat.TRIG),
        ("nq", ox.RdfFormat.N_QUADS),
        ("expanded.jsonld", ox.RdfFormat.JSON_LD),
        ("flattened.jsonld", ox.RdfFormat.JSON_LD),
    ):
        assert triples(suffix, format_) == expected, suffix


def test_compact_json_ld_refers_to_a_context_that_is_served(host: Server) -> None:
    document = host.get("/doc/old-bridge.jsonld").json
    assert document["@context"] == f"{BASE}context.jsonld"
    document["@context"] = host.get("/context.jsonld").json["@context"]
    graph = rdflib.Graph().parse(data=json.dumps(document), format="json-ld")
    assert rdflib.Literal("پل قدیمی", lang="fa") in set(graph.objects(None, SKOS.altLabel))


def test_a_document_says_what_it_is(host: Server) -> None:
    graph = rdflib.Graph().parse(data=host.get("/doc/old-bridge.ttl").text)
    document = rdflib.URIRef(f"{BASE}doc/old-bridge")
    assert graph.value(document, FOAF.primaryTopic) == rdflib.URIRef(f"{BASE}id/old-bridge")
    assert graph.value(document, rdflib.VOID.inDataset) == rdflib.URIRef(f"{BASE}dataset")
    assert graph.value(document, rdflib.DCTERMS.license)
    formats = {str(found) for found in graph.objects(document, rdflib.DCTERMS.hasFormat)}
    assert formats == {f"{BASE}doc/old-bridge.{suffix}" for suffix in ("html", *RDF_SUFFIXES)}


def test_numbers_keep_the_form_that_their_author_wrote(host: Server) -> None:
    for suffix in RDF_SUFFIXES:
        text = host.get(f"/doc/old-bridge.{suffix}").text
        assert "007" in text, suffix
        assert "31.60" in text, suffix


def test_what_a_format_cannot_hold_is_an_error_of_that_format_alone(server: Server) -> None:
    refused = server.get("/doc/odd-predicate.rdf")
    assert refused.status == 406
    assert "RDF/XML" in refused.json["detail"]
    assert any(found["url"] == f"{BASE}doc/odd-predicate.ttl" for found in refused.json["formats"])
    other = server.get("/doc/odd-predicate", "application/rdf+xml, text/turtle;q=0.1")
    assert (other.status, other.media_type) == (200, "text/turtle")


def test_nothing_acceptable_is_406_with_a_list(server: Server) -> None:
    answer = server.get("/doc/old-bridge", "image/png")
    assert answer.status == 406
    assert {"mediaType": "text/turtle; charset=utf-8", "format": "Turtle", "url": f"{BASE}doc/old-bridge.ttl"} in (
        answer.json["formats"]
    )
    assert f"{BASE}doc/old-bridge.ttl" in answer.links("alternate")
    assert "Accept" in answer.headers["vary"]


@pytest.mark.parametrize("name", ["ttl", "text/turtle", "application/ld+json", "application/ld%2Bjson", "nq", "html"])
def test_a_format_can_be_named_in_the_url(host: Server, name: str) -> None:
    answer = host.get(f"/doc/old-bridge?format={name}", "image/png")
    assert answer.status == 200
    assert "Accept" not in answer.varies_by


def test_an_unknown_format_is_406(host: Server) -> None:
    assert host.get("/doc/old-bridge?format=docx").status == 406


def test_any_iri_that_the_data_mentions_has_a_document(server: Server) -> None:
    iri = "https://example.net/rivers/rhine"
    answer = server.get("/doc?iri=https%3A%2F%2Fexample.net%2Frivers%2Frhine")
    graph = rdflib.Graph().parse(data=answer.text)
    assert (rdflib.URIRef(f"{BASE}id/rhine"), SKOS.closeMatch, rdflib.URIRef(iri)) in graph
    assert answer.headers["content-location"].endswith("rhine&format=ttl")
    assert server.get("/doc?iri=https%3A%2F%2Fexample.net%2Fnowhere").status == 404
    assert server.get("/doc?iri=not%20an%20iri").status == 400
    property_ = server.get("/doc?iri=https%3A%2F%2Fexample.org%2Fother%2F1", "application/n-triples")
    assert "<http://rdfs.org/ns/void#property> <https://example.org/other/1> ." in property_.text
    assert server.get("/doc").status == 400


def test_the_ontology_and_the_shapes_are_documents(host: Server) -> None:
    ontology = rdflib.Graph().parse(data=host.get("/ontology").text)
    assert (rdflib.URIRef(f"{BASE}ontology#Bridge"), rdflib.RDF.type, rdflib.OWL.Class) in ontology
    assert 'id="Bridge"' in host.get("/ontology", BROWSER).text
    shapes = rdflib.Graph().parse(data=host.get("/shapes.ttl").text)
    assert (rdflib.URIRef(f"{BASE}shapes#BridgeShape"), rdflib.RDF.type, rdflib.SH.NodeShape) in shapes


def test_entity_tags_tell_formats_languages_and_codings_apart(server: Server) -> None:
    answers = [
        server.get("/doc/old-bridge", "text/turtle"),
        server.get("/doc/old-bridge", "application/n-triples"),
        server.get("/doc/old-bridge", "text/turtle", Accept_Encoding="gzip"),
        server.get("/doc/old-bridge", "text/turtle", Accept_Encoding="br"),
        server.get("/doc/old-bridge", "text/html", Accept_Language="de"),
        server.get("/doc/old-bridge", "text/html", Accept_Language="ar"),
        server.get("/doc/old-bridge.html?lang=fr"),
    ]
    assert len({answer.headers["etag"] for answer in answers}) == len(answers)


def test_a_client_that_has_it_is_told_so(host: Server) -> None:
    first = host.get("/doc/old-bridge", "text/turtle")
    etag, date = first.headers["etag"], first.headers["last-modified"]
    for headers in ({"If-None-Match": f'"other", W/{etag}'}, {"If-None-Match": "*"}, {"If-Modified-Since": date}):
        again = host.request("GET", "/doc/old-bridge", {"Accept": "text/turtle"} | headers)
        assert (again.status, again.body) == (304, b"")
        for name in ("etag", "vary", "cache-control", "content-location", "date"):
            assert name in again.headers, name
    changed = host.request("GET", "/doc/old-bridge", {"Accept": "text/turtle", "If-None-Match": '"other"'})
    assert changed.status == 200
    assert host.request("GET", "/doc/old-bridge.ttl", {"If-Match": '"other"'}).status == 412


def test_caches_are_told_what_they_may_keep(host: Server) -> None:
    headers = host.get("/doc/old-bridge").headers
    assert headers["cache-control"] == "public, max-age=60, stale-while-revalidate=86400"
    assert "Accept-Language" not in headers["vary"]
    assert "Accept-Language" in host.get("/doc/old-bridge", BROWSER).headers["vary"]
    assert "Accept-Language" not in host.get("/doc/old-bridge.html?lang=de&ui=en").headers["vary"]


@pytest.mark.parametrize(
    "path", ["/", "/id/rhine", "/doc/rhine", "/doc/rhine.html", "/id/atlantis", "/dumps/all.nt", "/sparql?query=ASK{}"]
)
def test_head_is_get_without_the_body(host: Server, path: str) -> None:
    for _ in range(2):  # from the app, then from memory
        head, get = host.request("HEAD", path), host.request("GET", path)
        assert head.body == b""
        assert head.status == get.status
        same = {"date": ""}
        if get.is_from_apache and get.status == 303:  # whose body it writes only where somebody reads it
            same |= {"content-length": str(len(get.body))}
        assert {**head.headers, **same} == {**get.headers, **same}
        assert get.headers["content-length"] == str(len(get.body))


@pytest.mark.parametrize(
    ("accepted", "coding", "decode"),
    [
        pytest.param("gzip", "gzip", gzip.decompress, id="gzip"),
        pytest.param("br", "br", brotli.decompress, id="brotli"),
        pytest.param("zstd", "zstd", zstandard.ZstdDecompressor().decompress, id="zstd"),
        pytest.param("gzip, deflate, br, zstd", "br", brotli.decompress, id="the densest of many"),
        pytest.param("br;q=0, *;q=0.5", "zstd", zstandard.ZstdDecompressor().decompress, id="a wildcard"),
        pytest.param("identity, gzip;q=0", "", bytes, id="none wanted"),
        pytest.param("", "", bytes, id="no header"),
    ],
)
def test_answers_are_coded_as_the_client_likes(server: Server, accepted: str, coding: str, decode: object) -> None:
    plain = server.get("/doc/old-bridge.ttl")
    answer = server.get("/doc/old-bridge.ttl", Accept_Encoding=accepted)
    assert answer.headers.get("content-encoding", "") == coding
    assert "Accept-Encoding" in answer.headers["vary"]
    assert decode(answer.body) == plain.body  # type: ignore[operator]


def test_signposts_point_to_identifier_formats_licence_and_collection(server: Server) -> None:
    answer = server.get("/doc/old-bridge", BROWSER)
    assert answer.links("cite-as") == [f"{BASE}id/old-bridge"]
    assert answer.links("describes") == [f"{BASE}id/old-bridge"]
    assert f"{BASE}ontology#Bridge" in answer.links("type")
    assert "https://schema.org/AboutPage" in answer.links("type")
    assert f"{BASE}doc/old-bridge.ttl" in answer.links("describedby")
    assert f"{BASE}doc/old-bridge.nt" in answer.links("alternate")
    assert answer.links("license") == ["https://creativecommons.org/publicdomain/zero/1.0/"]
    assert answer.links("author") == [f"{BASE}id/survey"]
    assert answer.links("collection") == [f"{BASE}dataset"]


def test_a_link_set_says_the_same(host: Server) -> None:
    (url,) = host.get("/doc/old-bridge").links("linkset")
    answer = host.get(url.removeprefix(BASE.rstrip("/")))
    assert answer.media_type == "application/linkset+json"
    (of_document,) = (found for found in answer.json["linkset"] if found["anchor"] == f"{BASE}doc/old-bridge")
    assert of_document["cite-as"] == [{"href": f"{BASE}id/old-bridge"}]
    assert {"href": f"{BASE}doc/old-bridge.ttl", "type": "text/turtle"} in of_document["describedby"]


def test_a_long_description_comes_in_pages(built: Built) -> None:
    with serving(built.path, page_links=2) as server:
        seen: set[str] = set()
        path, pages = "/doc/old-bridge", 0
        while path:
            answer = server.get(path, "application/n-triples")
            lines = answer.text.splitlines()
            seen |= {line for line in lines if f" <{BASE}id/old-bridge> ." in line and "/doc/" not in line}
            assert any("totalItems" in line for line in lines)
            following = answer.links("next")
            path = following[0].removeprefix(BASE.rstrip("/")) if following else ""
            pages += 1
        assert pages == 4
        assert len(seen) == 7
        assert 'rel="next"' in server.get("/doc/old-bridge.html").text
        assert server.get("/doc/old-bridge?page=2", "text/turtle").headers["content-location"].endswith(".ttl?page=2")
        assert server.get("/doc/old-bridge?page=5").status == 404


@pytest.mark.parametrize("page", ["0", "-1", "x", "2", "99999999999", "%D9%A1", "1.0"])
def test_there_are_no_other_pages(host: Server, page: str) -> None:
    assert host.get(f"/doc/old-bridge?page={page}").status == 404


def test_a_base_with_a_path_is_served_with_and_without_it(tmp_path: Path) -> None:
    built = pipeline.build(SITE, tmp_path, "https://example.org/kb/")
    with serving(built.path) as server:
        for prefix in ("/kb", ""):
            assert server.get(f"{prefix}/id/rhine").headers["location"] == "https://example.org/kb/doc/rhine"
            page = server.get(f"{prefix}/doc/rhine", BROWSER).text
            assert 'href="/kb/doc/old-bridge"' in page
            assert server.get(f"{prefix}/").status == 200
        assert server.get("/kb").status == 200


def test_signposts_point_to_what_a_document_is_about(host: Server) -> None:
    for document, name in (
        ("doc/old-bridge", "id/old-bridge"),
        ("doc/a/b", "id/a/b"),
        ("doc/ontology/Bridge", "ontology#Bridge"),
    ):
        assert host.get(f"/{document}").links("describes") == [BASE + name]
        assert host.get(f"/{document}.ttl").links("cite-as") == [BASE + name]
