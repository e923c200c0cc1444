"""No page is heavier than 100 KiB without its scripts, of either publication and in any language of the interface."""

import json
from urllib.parse import urlencode

import pytest

from axisld.iris import to_url
from tests.live import Site
from tests.test_pages import BROWSER, Elements

MOST_BYTES = 100 * 1024
BUSIEST = """SELECT ?thing (COUNT(*) AS ?uses)
WHERE { ?subject ?property ?thing FILTER(STRSTARTS(STR(?thing), STR(<id/>))) }
GROUP BY ?thing
ORDER BY DESC(?uses) ?thing
LIMIT 12"""


@pytest.fixture(params=["server", "publication"])
def served(request: pytest.FixtureRequest) -> Site:
    """A server of the tiny publication, and one of the publication in this repository."""
    found: Site = request.getfixturevalue(request.param)
    return found


@pytest.mark.parametrize("language", ["en", "fa"])
def test_the_pages_of_the_program_are_light(served: Site, language: str) -> None:
    home = served.get("/", BROWSER).text
    paths = {link["href"] for link in Elements(home).all("a") if link["href"].startswith("/")}
    assert len(paths) > 10
    for path in paths:
        answer = served.get(f"{path}{'&' if '?' in path else '?'}ui={language}&lang={language}", BROWSER)
        assert answer.media_type != "text/html" or len(answer.body) < MOST_BYTES, (path, len(answer.body))


@pytest.mark.parametrize("language", ["en", "fa"])
def test_the_pages_of_the_things_with_most_uses_are_light(served: Site, language: str) -> None:
    query = urlencode({"query": BUSIEST})
    found = json.loads(served.get(f"/sparql?{query}", "application/sparql-results+json").body)
    things = [row["thing"]["value"].partition("/id/")[2] for row in found["results"]["bindings"]]
    assert things
    for thing in things:
        answer = served.get(f"/doc/{to_url(thing)}?ui={language}&lang={language}", BROWSER)
        assert answer.status in (200, 410)
        assert len(answer.body) < MOST_BYTES, (thing, len(answer.body))
