"""The home page: a reader who knows nothing of linked data sees what this is, and where to begin."""

import re

import html5rdf

from tests.conftest import BASE
from tests.live import Server
from tests.test_pages import BROWSER, Elements, text_of


def test_a_reader_sees_at_once_what_this_is_and_can_search(server: Server) -> None:
    page = server.get("/?lang=en", BROWSER).text
    html5rdf.HTMLParser(strict=True).parse(page)
    assert "Bridges A few bridges and what is claimed about them." in text_of(page)[:100]
    assert page.count('role="search"') == 1
    order = [page.index(f'id="{place}"') for place in ("question", "things", "ways", "kinds", "use")]
    assert order == sorted(order)


def test_the_things_to_begin_with_are_introduced(server: Server) -> None:
    text = text_of(server.get("/?lang=en", BROWSER).text)
    assert "Things to begin with Old Bridge bridge A bridge of stone." in text


def test_the_page_says_how_many_things_of_each_kind_there_are(server: Server) -> None:
    page = server.get("/?lang=en", BROWSER).text
    kinds = re.findall(r'<a href="([^"]+)"><strong>(\d+)</strong> <span>([^<]+)</span>', page)
    assert {"structure", "claim"} <= {name for _, _, name in kinds}
    for href, count, _ in kinds:
        assert re.search(rf"\b{count} things?\b", text_of(server.get(f"{href}&ui=en", BROWSER).text))


def test_every_entrance_that_there_is_is_explained_and_no_other(server: Server) -> None:
    page = server.get("/", BROWSER).text
    entrances = Elements(page.partition('id="entrances"')[2].partition("</nav>")[0]).all("a")
    assert len(entrances) > 5
    for entrance in entrances:
        assert re.search(rf'<li><a href="{entrance["href"]}">[^<]+</a>\s*<p>[^<]+</p>', page), entrance
        assert server.get(entrance["href"], BROWSER).status == 200


def test_programs_get_the_description_of_the_publication(server: Server) -> None:
    answer = server.get("/", "text/turtle")
    assert answer.headers["content-location"] == f"{BASE}dataset.ttl"
    assert "dcat:Dataset" in answer.text
