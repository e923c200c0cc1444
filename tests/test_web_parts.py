"""Parts of HTTP that are pure functions, by tables of cases."""

from datetime import UTC, datetime

import pytest

from axisld.web import conditions
from axisld.web.bodies import part
from axisld.web.cache import Answer, Cache
from axisld.web.clients import client_address
from axisld.web.languages import pick

ETAG = '"abc"'
MODIFIED = datetime(2026, 11, 22, 8, 0, 0, 500_000, tzinfo=UTC)
THEN, AFTER = "Sun, 22 Nov 2026 08:00:00 GMT", "Sun, 22 Nov 2026 08:00:01 GMT"
LONG_BEFORE = "Sat, 21 Nov 2026 08:00:00 GMT"


@pytest.mark.parametrize(
    ("given", "status"),
    [
        pytest.param({}, 200, id="nothing asked"),
        pytest.param({"If-None-Match": ETAG}, 304, id="the same tag"),
        pytest.param({"If-None-Match": f"W/{ETAG}"}, 304, id="the same tag, weakly"),
        pytest.param({"If-None-Match": f'"x", "y,z" ,{ETAG}'}, 304, id="a list"),
        pytest.param({"If-None-Match": '"abcd"'}, 200, id="a longer tag"),
        pytest.param({"If-None-Match": "abc"}, 200, id="a tag without quotes"),
        pytest.param({"If-None-Match": "*"}, 304, id="any"),
        pytest.param({"If-None-Match": '"x"', "If-Modified-Since": AFTER}, 200, id="the tag counts, not the date"),
        pytest.param({"If-Modified-Since": THEN}, 304, id="the same second"),
        pytest.param({"If-Modified-Since": AFTER}, 304, id="a later date"),
        pytest.param({"If-Modified-Since": LONG_BEFORE}, 200, id="an earlier date"),
        pytest.param({"If-Modified-Since": "Sunday, 22-Nov-26 08:00:00 GMT"}, 304, id="an obsolete form"),
        pytest.param({"If-Modified-Since": "yesterday"}, 200, id="no date"),
        pytest.param({"If-Modified-Since": "Sun, 99 Nov 2026 08:00:00 GMT"}, 200, id="no such day"),
        pytest.param({"If-Match": ETAG}, 200, id="wanted as it is"),
        pytest.param({"If-Match": f"W/{ETAG}"}, 412, id="wanted, weakly"),
        pytest.param({"If-Match": '"x"'}, 412, id="another wanted"),
        pytest.param({"If-Match": "*"}, 200, id="any wanted"),
        pytest.param({"If-Unmodified-Since": LONG_BEFORE}, 412, id="wanted unmodified"),
        pytest.param({"If-Unmodified-Since": THEN}, 200, id="it is unmodified"),
    ],
)
def test_conditions_are_weighed_as_rfc_9110_says(given: dict[str, str], status: int) -> None:
    assert conditions.status(given, ETAG, MODIFIED) == status


@pytest.mark.parametrize(
    ("if_range", "wanted"),
    [
        (None, True),
        (ETAG, True),
        (f"W/{ETAG}", False),
        ('"x"', False),
        (THEN, True),
        (LONG_BEFORE, False),
        ("x", False),
    ],
)
def test_a_range_counts_only_if_the_file_is_the_same(if_range: str | None, wanted: bool) -> None:
    assert conditions.wants_range(if_range, ETAG, MODIFIED) is wanted


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("bytes=0-0", (0, 1)),
        ("bytes=2-5", (2, 4)),
        ("bytes = 2 - 5 ", (2, 4)),
        ("bytes=2-", (2, 8)),
        ("bytes=-3", (7, 3)),
        ("bytes=-99", (0, 10)),
        ("bytes=9-99", (9, 1)),
        ("bytes=10-", (10, 0)),
        ("bytes=-0", (10, 0)),
        ("bytes=5-2", None),
        ("bytes=0-1,3-4", None),
        ("bytes=-", None),
        ("bytes", None),
        ("items=0-1", None),
        ("bytes=1-x", None),
        ("bytes=٣-", None),
    ],
)
def test_ranges_of_ten_bytes(asked: str, found: tuple[int, int] | None) -> None:
    assert part(asked, 10) == found


@pytest.mark.parametrize(
    ("forwarded", "proxies", "client"),
    [
        pytest.param("6.6.6.6", 0, "10.0.0.1", id="no proxy: not believed"),
        pytest.param("192.0.2.1", 1, "192.0.2.1", id="one proxy"),
        pytest.param("6.6.6.6, 192.0.2.1", 1, "192.0.2.1", id="a client that lies"),
        pytest.param("6.6.6.6, 192.0.2.1, 10.0.0.2", 2, "192.0.2.1", id="two proxies"),
        pytest.param("", 1, "10.0.0.1", id="a proxy that says nothing"),
        pytest.param("192.0.2.1", 5, "192.0.2.1", id="fewer hops than proxies"),
        pytest.param("2001:db8::1", 1, "2001:db8::1", id="IPv6"),
        pytest.param("[2001:db8::1]:99", 1, "2001:db8::1", id="IPv6 with a port"),
        pytest.param('x" 200', 1, "10.0.0.1", id="no address"),
    ],
)
def test_the_client_is_who_trusted_proxies_say(forwarded: str, proxies: int, client: str) -> None:
    assert client_address("10.0.0.1", forwarded, proxies) == client


def test_the_cache_keeps_what_varies_apart_and_stays_within_its_budget() -> None:
    cache = Cache(100_000)
    page = Answer(200, [], b"page", "x", vary=(b"accept", b"accept-language"))
    turtle = Answer(200, [], b"turtle", "x", vary=(b"accept",))
    cache.put(b"/doc/x", {b"accept": b"text/turtle"}, turtle)
    cache.put(b"/doc/x", {b"accept": b"text/html", b"accept-language": b"de"}, page)
    assert cache.get(b"/doc/x", {b"accept": b"text/html", b"accept-language": b"de"}) is page
    assert cache.get(b"/doc/x", {b"accept": b"text/html", b"accept-language": b"ar"}) is None
    assert cache.get(b"/doc/y", {b"accept": b"text/html"}) is None
    cache.put(b"/large", {}, Answer(200, [], b"x" * 20_000, "x"))
    assert cache.get(b"/large", {}) is None
    for number in range(100):
        cache.put(b"/%d" % number, {}, Answer(200, [], b"x" * 1_000, "x"))
    assert cache.get(b"/99", {}) is not None
    assert cache.get(b"/0", {}) is None
    assert cache.used_bytes <= 100_000
    assert cache.get(b"/doc/x", {b"accept": b"text/turtle"}) is None  # pushed out, and nothing of it is left
    cache.put(b"/doc/x", {b"accept": b"text/turtle"}, turtle)
    assert cache.get(b"/doc/x", {b"accept": b"text/turtle", b"accept-language": b"fr"}) is turtle


@pytest.mark.parametrize(
    ("texts", "language", "picked"),
    [
        ({"en": "a", "de": "b"}, "de", ("de", "b")),
        ({"en": "a", "de": "b"}, "ar", ("en", "a")),
        ({"en-GB": "a", "de": "b"}, "en", ("en-GB", "a")),
        ({"de": "b", "": "c"}, "ar", ("", "c")),
        ({"de": "b"}, "ar", ("de", "b")),
        ({}, "ar", ("", "")),
    ],
)
def test_a_text_is_picked_for_a_reader(texts: dict[str, str], language: str, picked: tuple[str, str]) -> None:
    assert pick(texts, language) == picked
