"""What crawlers, monitors and parsers fetch: robots.txt, the sitemap, health, metrics, the JSON-LD context, assets."""

import json
import mimetypes
from collections.abc import Iterator
from itertools import islice
from xml.sax.saxutils import escape

from flask import Blueprint, Response

from axisld import __version__
from axisld.iris import to_url
from axisld.web.headers import IMMUTABLE, NO_STORE
from axisld.web.negotiated import cached
from axisld.web.problems import not_found
from axisld.web.site import Site, site
from axisld.web.statistics import exposition, histogram
from axisld.web.views.asked import VIEWS

routes = Blueprint("machines", __name__)
_SITEMAP_URLS = 50_000  # the most that one file may hold (sitemaps.org protocol)
_SITEMAP_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


@routes.get("/robots.txt")
def robots() -> Response:
    """All may be read but what has answers without end: the endpoint, the search, filters of views (RFC 9309)."""
    here = site()
    endless = ("search", "suggest", "sparql?", "fragments?", *(f"{view}?" for view in VIEWS))
    refused = "".join(f"Disallow: {here.names.path}{path}\n" for path in endless)
    text = f"User-agent: *\nAllow: /\n{refused}\nSitemap: {here.names.base}sitemap.xml\n"
    return cached(Response(text, content_type="text/plain; charset=utf-8"))


@routes.get("/sitemap.xml")
def sitemap_index() -> Response:
    """The parts of the sitemap."""
    here = site()
    parts = -(-sum(1 for _ in here.documents()) // _SITEMAP_URLS)
    urls = (f"{here.names.base}sitemap/{number + 1}.xml" for number in range(parts))
    return _xml("sitemapindex", "sitemap", urls, here.record.issued)


@routes.get("/sitemap/<int:number>.xml")
def sitemap(number: int) -> Response:
    """One part: documents with the date of the release."""
    here = site()
    start = (number - 1) * _SITEMAP_URLS
    urls = list(islice(here.documents(), max(start, 0), start + _SITEMAP_URLS))
    if not urls:
        raise not_found(f"{here.names.base}sitemap/{number}.xml")
    return _xml("urlset", "url", iter(urls), here.record.issued)


@routes.get("/healthz")
def health() -> Response:
    """Whether look-ups work: the release can be read. Raises StoreError, thus 503, when not."""
    here = site()
    here.reader.is_known(here.record.dataset)
    body = json.dumps({"status": "ok", "release": here.record.digest, "issued": here.record.issued})
    return _uncached(Response(body + "\n", content_type="application/json"))


@routes.get("/metrics")
def metrics() -> Response:
    """The counters of this process, for Prometheus."""
    here = site()
    counted = here.statistics
    requests = [
        ({"resource": kind, "status": str(status)}, number)
        for (kind, status), number in sorted(counted.requests.items())
    ]
    release = {"digest": here.record.digest, "issued": here.record.issued, "version": __version__}
    text = "".join((
        exposition("axisld_requests_total", "counter", "Requests answered.", requests),
        exposition("axisld_cache_hits_total", "counter", "Answers sent from memory.", [({}, counted.cache_hits)]),
        exposition("axisld_cache_misses_total", "counter", "Answers made anew.", [({}, counted.cache_misses)]),
        *_of_queries(here),
        exposition("axisld_release_info", "gauge", "The release that is served.", [(release, 1)]),
        exposition("axisld_release_quads", "gauge", "Its statements.", [({}, here.release.whole.quads)]),
    ))  # fmt: skip
    return _uncached(Response(text, content_type="text/plain; version=0.0.4; charset=utf-8"))


@routes.get("/context.jsonld")
def context() -> Response:
    """The context that our JSON-LD refers to."""
    body = json.dumps(site().context.document(), ensure_ascii=False, indent=2) + "\n"
    return cached(Response(body, content_type="application/ld+json"))


@routes.get("/assets/<digest>/<name>")
def asset(digest: str, name: str) -> Response:
    """A style sheet or picture of the pages."""
    here = site()
    if name not in here.assets:
        raise not_found(f"{here.names.base}assets/{digest}/{name}")
    response = cached(Response(here.assets.body(name), content_type=mimetypes.guess_type(name)[0]))
    if digest == here.assets.digest(name):
        response.headers["Cache-Control"] = IMMUTABLE
    return response


def _of_queries(here: Site) -> Iterator[str]:
    queries = here.queries.statistics()
    outcomes = [({"outcome": name}, number) for name, number in sorted(queries.outcomes.items())]
    ended = [({"reason": name}, number) for name, number in sorted(queries.ended.items())]
    yield exposition("axisld_queries_total", "counter", "Queries by what became of them.", outcomes)
    yield exposition("axisld_query_workers_ended_total", "counter", "Query processes by why they ended.", ended)
    count = sum(queries.outcomes.values())
    help_ = "Time of queries, that in the queue included."
    yield histogram("axisld_query_seconds", help_, queries.seconds, queries.seconds_sum, count)
    states = {"waiting": queries.waiting, "running": queries.running}
    yield exposition("axisld_queries", "gauge", "Queries now.", [({"state": name}, n) for name, n in states.items()])
    workers = {"free": queries.free, "all": queries.workers}
    yield exposition(
        "axisld_query_workers", "gauge", "Query processes.", [({"state": k}, n) for k, n in workers.items()]
    )


def _xml(root: str, element: str, urls: Iterator[str], lastmod: str) -> Response:
    date = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    entries = "".join(f"<{element}><loc>{escape(to_url(url))}</loc>{date}</{element}>\n" for url in urls)
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_SITEMAP_NAMESPACE}">\n{entries}</{root}>\n'
    return cached(Response(text, content_type="application/xml"))


def _uncached(response: Response) -> Response:
    response.headers["Cache-Control"] = NO_STORE
    return response
