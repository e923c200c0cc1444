"""What stands beside the documents: dumps, graphs, the dataset, files for machines."""

import hashlib
import json
import xml.etree.ElementTree as ET

import pytest
import rdflib
from rdflib.namespace import DCAT, VOID

from axisld.pipeline import Built
from tests.conftest import BASE
from tests.live import Server

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def test_every_dump_is_there_and_is_what_the_checksums_say(server: Server, built: Built) -> None:
    sums = dict(reversed(line.split("  ")) for line in server.get("/dumps/SHA256SUMS").text.splitlines())
    for dump in built.record.dumps:
        answer = server.get(f"/dumps/{dump.file}", Accept_Encoding="gzip, br, zstd")
        assert hashlib.sha256(answer.body).hexdigest() == dump.sha256 == sums[dump.file]
        assert answer.headers["etag"] == f'"{dump.sha256}"'
        assert answer.headers["content-length"] == str(dump.size_bytes)
        assert "content-encoding" not in answer.headers


@pytest.mark.parametrize(
    ("file", "content_type"),
    [
        ("all.ttl", "text/turtle; charset=utf-8"),
        ("all.nq.gz", "application/gzip"),
        ("all.nq.zst", "application/zstd"),
        ("all.jsonld", "application/ld+json"),
        ("SHA256SUMS", "text/plain; charset=utf-8"),
        ("README.txt", "text/plain; charset=utf-8"),
        ("digests.json", "application/json"),
    ],
)
def test_dumps_have_their_media_types(host: Server, file: str, content_type: str) -> None:
    assert host.get(f"/dumps/{file}").headers["content-type"] == content_type


@pytest.mark.parametrize(
    ("asked", "status", "expected", "content_range"),
    [
        pytest.param("bytes=0-9", 206, slice(0, 10), "bytes 0-9/{size}", id="the beginning"),
        pytest.param("bytes=100-", 206, slice(100, None), "bytes 100-{last}/{size}", id="the rest"),
        pytest.param("bytes=-10", 206, slice(-10, None), "bytes {tail}-{last}/{size}", id="the end"),
        pytest.param("bytes=5-999999999", 206, slice(5, None), "bytes 5-{last}/{size}", id="more than there is"),
        pytest.param("bytes=999999999-", 416, slice(0, 0), "bytes */{size}", id="behind the end"),
        pytest.param("bytes=0-1,5-6", 200, slice(None), "", id="several ranges"),
        pytest.param("bytes=9-1", 200, slice(None), "", id="backwards"),
        pytest.param("lines=0-1", 200, slice(None), "", id="another unit"),
        pytest.param("bytes=" + "9" * 5000 + "-", 200, slice(None), "", id="an endless number"),
    ],
)
def test_a_download_can_be_resumed(
    server: Server, asked: str, status: int, expected: slice, content_range: str
) -> None:
    whole = server.get("/dumps/all.nt").body
    size = len(whole)
    answer = server.get("/dumps/all.nt", Range=asked)
    assert answer.status == status
    assert answer.body == whole[expected]
    assert answer.headers.get("content-range", "") == content_range.format(size=size, last=size - 1, tail=size - 10)
    assert answer.headers["accept-ranges"] == "bytes"


def test_a_download_is_resumed_only_if_it_is_still_the_same(server: Server) -> None:
    etag = server.get("/dumps/all.nt").headers["etag"]
    assert server.get("/dumps/all.nt", Range="bytes=0-9", If_Range=etag).status == 206
    assert server.get("/dumps/all.nt", Range="bytes=0-9", If_Range='"other"').status == 200
    assert server.get("/dumps/all.nt", Range="bytes=0-9", If_None_Match=etag).status == 304
    head = server.request("HEAD", "/dumps/all.nt", {"Range": "bytes=0-9"})
    assert (head.status, head.body) == (200, b"")


def test_a_dump_at_a_url_with_the_digest_never_changes(host: Server, built: Built) -> None:
    answer = host.get(f"/dumps/{built.record.digest}/all.nt")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.body == host.get("/dumps/all.nt").body
    assert host.get(f"/dumps/{'0' * 64}/all.nt").status == 404


def test_the_index_of_dumps_is_for_people_and_programs(server: Server, built: Built) -> None:
    listing = server.get("/dumps/", "application/json").json
    assert {found["url"] for found in listing["dumps"]} == {f"{BASE}dumps/{dump.file}" for dump in built.record.dumps}
    page = server.get("/dumps/", BROWSER).text
    assert all(f'href="/dumps/{dump.file}"' in page for dump in built.record.dumps)
    assert server.get("/dumps").status == 200
    assert server.get("/dumps/nothing.ttl").status == 404
    assert server.get("/dumps/all.rdf").status == 404
    assert "XML" in server.get("/dumps/all.rdf").json["detail"]


def test_a_graph_is_its_dump(host: Server) -> None:
    answer = host.get("/graph/data", "application/n-quads")
    assert answer.body == host.get("/dumps/data.nq").body
    assert answer.headers["content-location"] == f"{BASE}dumps/data.nq"
    assert "Accept" in answer.headers["vary"]
    assert host.get("/graph/data.nq").body == answer.body
    assert host.get("/graph/nothing").status == 404
    assert host.get("/graph/data", "application/rdf+xml").status == 406
    assert "data.nq.zst" in host.get("/graph/data", BROWSER).text


@pytest.mark.parametrize("path", ["/dataset", "/.well-known/void", "/", "/dataset.ttl"])
def test_the_dataset_is_described(host: Server, path: str) -> None:
    answer = host.get(path, "text/turtle")
    graph = rdflib.Graph().parse(data=answer.text)
    dataset = rdflib.URIRef(f"{BASE}dataset")
    assert (dataset, rdflib.RDF.type, VOID.Dataset) in graph
    assert list(graph.objects(dataset, DCAT.distribution))
    if not path.endswith(".ttl"):
        assert answer.headers["content-location"] == f"{BASE}dataset.ttl"


def test_the_home_page_tells_search_engines_what_it_is(host: Server) -> None:
    page = host.get("/", BROWSER).text
    block = page.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    assert json.loads(block)["@type"] == "Dataset"
    assert json.loads(block)["@id"] == f"{BASE}dataset"


def test_the_site_map_lists_every_document(host: Server) -> None:
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    index = ET.fromstring(host.get("/sitemap.xml").body)
    parts = [found.text for found in index.findall("s:sitemap/s:loc", space)]
    assert parts == [f"{BASE}sitemap/1.xml"]
    entries = ET.fromstring(host.get("/sitemap/1.xml").body).findall("s:url", space)
    urls = [entry.findtext("s:loc", namespaces=space) for entry in entries]
    assert f"{BASE}doc/caf%C3%A9" in urls
    assert all(entry.findtext("s:lastmod", namespaces=space) for entry in entries)
    statuses = {url: host.get(str(url).removeprefix(BASE.rstrip("/"))).status for url in urls}
    assert set(statuses.values()) <= {200, 410}, statuses
    for other in ("0", "2", "x", "-1"):
        assert host.get(f"/sitemap/{other}.xml").status == 404


def test_robots_find_the_site_map_and_stay_out_of_the_endpoint_and_the_search(host: Server) -> None:
    lines = host.get("/robots.txt").text.splitlines()
    assert f"Sitemap: {BASE}sitemap.xml" in lines
    assert [line for line in lines if "Disallow" in line] == [
        "Disallow: /search",
        "Disallow: /suggest",
        "Disallow: /sparql?",
        "Disallow: /fragments?",
        *(f"Disallow: /{view}?" for view in ("timeline", "network", "conflicts", "sources", "coverage", "report")),
    ]


def test_monitors_see_health_and_counts(server: Server, built: Built) -> None:
    health = server.get("/healthz")
    assert health.json == {"status": "ok", "release": built.record.digest, "issued": built.record.issued}
    assert health.headers["cache-control"] == "no-store"
    server.get("/id/atlantis")
    server.get("/sparql?query=ASK{}")
    lines = server.get("/metrics").text.splitlines()
    assert any(line.startswith('axisld_requests_total{resource="documents.named",status="404"}') for line in lines)
    assert any(line.startswith('axisld_queries_total{outcome="ok"}') for line in lines)
    assert any(built.record.digest in line for line in lines if line.startswith("axisld_release_info"))


def test_assets_may_be_kept_for_ever(host: Server) -> None:
    page = host.get("/", BROWSER).text
    style = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
    answer = host.get(style)
    assert answer.media_type == "text/css"
    assert "immutable" in answer.headers["cache-control"]
    assert "immutable" not in host.get("/assets/old/style.css").headers["cache-control"]
    assert host.get("/assets/old/nothing.css").status == 404
