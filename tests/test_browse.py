"""The index from A to Z and the types, for readers and for programs."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit

import html5rdf
import pytest

from tests.live import Server
from tests.naming import BASE, serving_names

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving_names(tmp_path_factory.mktemp("names"), browse_entries=5) as server:
        yield server


def page_of(server: Server, path: str) -> str:
    answer = server.get(path, BROWSER)
    assert (answer.status, answer.media_type) == (200, "text/html")
    html5rdf.HTMLParser(strict=True).parse(answer.text)
    return answer.text


def listed(server: Server, query: str) -> list[str]:
    return [entry["text"] for entry in server.get(f"/kb/browse?{query}").json["entries"]]


def test_scripts_come_with_their_letters_the_most_used_script_first(names: Server) -> None:
    scripts = names.get("/kb/browse").json["scripts"]
    assert list(scripts) == ["latin", "arabic"]
    assert scripts["latin"] | {"q": 0} == scripts["latin"] | {"h": 3, "v": 7, "q": 0}
    assert scripts["arabic"] == {"ح": 2, "ق": 1, "م": 1, "ن": 1}


def test_a_letter_has_its_names_in_order(names: Server) -> None:
    assert listed(names, "letter=h") == ["Hezbollah", "Hezbollah convoy", "Hezbollah is a party."]
    assert listed(names, f"script=arabic&letter={quote('ح')}") == ["حزب الله", "حزب‌الله لبنان"]


def test_an_entry_says_its_language_and_leads_to_its_document(names: Server) -> None:
    page = page_of(names, "/kb/browse?script=arabic")
    assert '<a href="/kb/doc/hezbollah" lang="ar" dir="rtl">حزب الله</a>' in page
    assert '<a href="/kb/doc/hezbollah" lang="fa" dir="rtl">حزب‌الله لبنان</a>' in page


def test_a_script_that_runs_from_the_right_is_listed_so(names: Server) -> None:
    assert '<ul class="entries" dir="rtl">' in page_of(names, "/kb/browse?script=arabic")
    assert '<ul class="entries" dir="ltr">' in page_of(names, "/kb/browse?script=latin")


def types(found: list[dict[str, Any]]) -> list[Any]:
    return [(type_["label"], type_["count"], types(type_.get("narrower", []))) for type_ in found]


def test_types_are_a_hierarchy_with_true_counts(names: Server) -> None:
    tree = types(names.get("/kb/browse").json["types"])
    assert ("claim", 3, []) in tree
    [top] = [found for found in tree if found[0] == "ex:Top"]
    assert top == ("ex:Top", 8, [("agent", 8, [("group", 4, [("party", 1, [])]), ("person", 4, [])])])


def test_other_vocabularies_types_are_left_to_search(names: Server) -> None:
    assert "schema:Thing" not in page_of(names, "/kb/browse").partition("<main")[2]


def test_a_type_has_an_index_of_its_own(names: Server) -> None:
    answer = names.get("/kb/browse?type=ex:Person").json
    assert answer["type"] == f"{BASE}ontology#Person"
    assert answer["scripts"] == {"latin": {"j": 2, "m": 1, "q": 1}, "arabic": {"ق": 1}}
    assert [entry["text"] for entry in answer["entries"]] == [
        "John Smith", "John Smith", "Michel Suleiman", "Qasem Soleimani",
    ]  # fmt: skip
    page = page_of(names, "/kb/browse?type=ex:Person&letter=q")
    assert '<a href="?type=ex%3APerson" aria-current="true">person</a>' in page
    assert '<a href="/kb/ontology#Person">person</a> is explained in its own document.' in page


def test_a_long_index_comes_in_pages_with_links(names: Server) -> None:
    first = names.get("/kb/browse?letter=v")
    assert (first.json["total"], first.json["pages"]) == (7, 2)
    assert first.links("next") == [f"{BASE}browse?script=latin&letter=v&page=2"]
    url = urlsplit(first.links("next")[0])
    second = names.get(f"{url.path}?{url.query}")
    assert len(first.json["entries"]) + len(second.json["entries"]) == 7
    assert second.links("prev") == [f"{BASE}browse?script=latin&letter=v"]


@pytest.mark.parametrize("query", ["letter=%23", "script=klingon", "type=ex:Nothing", "page=99", "page=0", "letter=hh"])
def test_a_part_that_is_not_there_is_404(names: Server, query: str) -> None:
    assert names.get(f"/kb/browse?{query}").status == 404


def test_every_link_of_the_index_leads_somewhere(names: Server) -> None:
    page = page_of(names, "/kb/browse").partition("<main")[2]
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="(\?[^"]*)"', page)]
    assert len(links) > 10
    assert [link for link in links if names.get(f"/kb/browse{link}").status != 200] == []


def test_what_begins_with_no_letter_has_a_place(names: Server, server: Server) -> None:
    assert server.get("/browse?script=other").status == 404
    assert "Browse" in page_of(names, "/kb/browse?script=latin")
