"""The views: many things on one page, as a reader sees them without script, and as programs do."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, unquote

import html5rdf
import pytest

from tests.live import Server
from tests.stating import BASE, serving_log

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
VIEWS = ("timeline", "network", "conflicts", "sources", "coverage", "report")


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving_log(tmp_path_factory.mktemp("log")) as server:
        yield server


def page_of(server: Server, path: str) -> str:
    answer = server.get(path, BROWSER)
    assert (answer.status, answer.media_type) == (200, "text/html")
    html5rdf.HTMLParser(strict=True).parse(answer.text)
    assert " style=" not in answer.text
    return answer.text


def results(server: Server, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = server.get(path).json["results"]
    return found


def labels(found: list[dict[str, Any]]) -> list[str]:
    return [result["labels"]["en"] for result in found]


def rows(page: str) -> list[str]:
    """The text of each row of the tables' bodies."""
    return [
        " ".join(re.sub(r"<[^>]+>", " ", row).split())
        for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
        if "<td" in row
    ]


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_is_a_page_and_json_and_a_query_that_yields_its_rows(log: Server, view: str) -> None:
    page = page_of(log, f"/log/{view}")
    assert len(page.encode()) < 100 * 1024
    said = log.get(f"/log/{view}").json
    assert said["sparql"] == unquote(re.search(r'/log/sparql#query=([^"]+)"', page)[1])  # type: ignore[index]
    found = log.get(f"/log/sparql?query={quote(said['sparql'])}", "application/sparql-results+json")
    assert found.status == 200
    assert found.json["results"]["bindings"]


@pytest.mark.parametrize("view", VIEWS)
def test_every_page_leads_to_the_views(log: Server, view: str) -> None:
    assert f'href="/log/{view}"' in page_of(log, "/log/")


@pytest.mark.parametrize("view", ["conflicts", "sources", "coverage"])
def test_a_publication_without_such_data_has_no_such_view(server: Server, view: str) -> None:
    assert server.get(f"/{view}", BROWSER).status == 404
    assert f'href="/{view}"' not in server.get("/", BROWSER).text


# Timeline


def test_a_reader_sees_since_when(log: Server) -> None:
    assert [row.split(" The ")[0].split(" As of ")[0] for row in rows(page_of(log, "/log/timeline"))] == [
        "since 1780",
        "as of 1785",
        "May 1789",
        "from May 4, 1789 to May 30, 1789",
        "since about 1790",
    ]


def test_ends_that_are_open_or_not_known_are_drawn_so(log: Server) -> None:
    page = page_of(log, "/log/timeline")
    assert page.count('class="arrow"') == 2  # since 1780, since about 1790
    assert page.count('class="moment"') == 1  # as of 1785
    assert page.count('class="about"') == 1  # about 1790


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("type=lg:Voyage", ["The long journey"]),
        ("badge=lg:Heard&to=1785", ["The Bounty has met the Argo since 1780."]),
        (f"about={BASE}id/delos", ["The Argo called at Delos in May 1789."]),
        ("predicate=lg:calledAt&from=1789-05-31", ["The Argo called at Delos in May 1789."]),
    ],
)
def test_a_timeline_is_narrowed_down(log: Server, query: str, found: list[str]) -> None:
    assert labels(results(log, f"/log/timeline?{query}")) == found
    assert all(label in page_of(log, f"/log/timeline?{query}") for label in found)


@pytest.mark.parametrize("given", ["from=yesterday", "to=1990/1991"])
def test_a_period_that_nobody_understands_is_explained(log: Server, given: str) -> None:
    answer = log.get(f"/log/timeline?{given}", "application/json")
    assert answer.status == 400
    assert "1989-05-31" in answer.text


def test_a_form_offers_what_there_is_and_keeps_what_was_chosen(log: Server) -> None:
    page = page_of(log, "/log/timeline?badge=lg:Seen&from=1700")
    assert '<option value="lg:Seen" selected>seen (2)</option>' in page
    assert 'name="from" value="1700"' in page
    assert ">Sureness</label>" in page


def test_dates_without_any_claims_make_a_timeline_too(server: Server) -> None:
    assert [result["time"]["text"] for result in results(server, "/timeline")] == ["1858", "1885", "1901", "1901"]


def test_there_is_no_page_beyond_the_last(log: Server) -> None:
    assert log.get("/log/timeline?page=2", BROWSER).status == 404


# Network


def edges(server: Server, path: str) -> set[tuple[str, str]]:
    elements = server.get(path).json["elements"]
    names = {node["data"]["id"]: node["data"]["labels"]["en"] for node in elements["nodes"]}
    return {(names[edge["data"]["source"]], names[edge["data"]["target"]]) for edge in elements["edges"]}


def test_the_network_is_json_for_cytoscape(log: Server) -> None:
    assert edges(log, "/log/network") == {
        ("Argo", "Delos"),
        ("Argo", "Thera"),
        ("Bounty <b>", "Argo"),
        ("Bounty <b>", "Thera"),
    }
    elements = log.get("/log/network").json["elements"]
    assert elements["nodes"][0]["data"]["url"] == f"{BASE}doc/argo"
    assert elements["edges"][0]["data"]["claim"]["id"].startswith(f"{BASE}id/entry/")


def test_a_network_is_narrowed_and_begins_where_a_reader_wants(log: Server) -> None:
    assert edges(log, "/log/network?predicate=lg:met") == {("Bounty <b>", "Argo")}
    assert edges(log, "/log/network?to=1785") == {("Bounty <b>", "Argo"), ("Bounty <b>", "Thera")}
    assert edges(log, f"/log/network?around={BASE}id/delos") == {("Argo", "Delos")}
    assert len(edges(log, f"/log/network?around={BASE}id/delos&depth=2")) == 3


def test_the_network_is_drawn_without_script_and_told_in_a_table(log: Server) -> None:
    page = page_of(log, "/log/network")
    assert page.count("<circle") == 4
    assert page.count('<path class="line') == 4
    assert "Bounty &lt;b&gt;" in page
    assert any(row.startswith("Argo its relations called at Delos seen , Thera heard") for row in rows(page))


def test_a_thing_without_relations_is_said_to_have_none(log: Server) -> None:
    assert log.get(f"/log/network?around={BASE}id/chapter", BROWSER).status == 404
    assert log.get(f"/log/network?around={BASE}id/delos&depth=9", BROWSER).status == 400


def test_plain_statements_make_a_network_too(server: Server) -> None:
    elements = server.get("/network?predicate=br:crosses").json["elements"]
    assert [edge["data"]["claim"] for edge in elements["edges"]] == [None]
    assert "Old Bridge" in page_of(server, "/network")


# Conflicts


def test_a_reader_sees_what_contradicts_what_who_says_so_when_and_where(log: Server) -> None:
    section = re.search(r'<section class="conflict".*?</section>', page_of(log, "/log/conflicts"), re.DOTALL)
    assert section
    delos, thera = re.findall(r"<article.*?</article>", section[0], re.DOTALL)
    for words in ("The Argo called at Delos", "seen", "nobody but the source", "May 1789", "Page 1", "line one"):
        assert words in delos
    for words in ("The Argo lay at Thera", "heard", "The mate", "Page 2"):
        assert words in thera


def test_statements_of_one_stance_are_listed_beside_the_conflicts(log: Server) -> None:
    page = page_of(log, "/log/conflicts?badge=lg:Heard")
    assert page.count("<article") == 2
    assert "The Bounty has met the Argo since 1780." in page


# Sources


def test_a_reader_sees_who_is_cited_how_often_for_what(log: Server) -> None:
    assert rows(page_of(log, "/log/sources?by=work")) == [
        "The log 3 Argo , Bounty &lt;b&gt; English",
        "The atlas 0 Latin",
    ]
    assert rows(page_of(log, "/log/sources?by=author")) == ["The mate 3 Argo , Bounty &lt;b&gt; English"]


def test_sources_are_sorted_and_narrowed_by_links(log: Server) -> None:
    assert labels(results(log, "/log/sources?by=work&order=name")) == ["The atlas", "The log"]
    assert labels(results(log, "/log/sources?by=work&language=la")) == ["The atlas"]
    assert 'aria-sort="descending"' in page_of(log, "/log/sources")
    assert log.get("/log/sources?order=colour", BROWSER).status == 400
    assert log.get("/log/sources?by=colour", BROWSER).status == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("by=work", {"book/log": 3}),
        ("by=author", {"mate": 3}),
        ("by=work&language=la", {}),
        ("", {"page/1": 2, "page/2": 2}),
    ],
)
def test_the_query_counts_as_the_page_does(log: Server, query: str, found: dict[str, int]) -> None:
    sparql = log.get(f"/log/sources?{query}").json["sparql"]
    rows_ = log.get(f"/log/sparql?query={quote(sparql)}", "application/sparql-results+json").json["results"]["bindings"]
    counts = {row["source"]["value"].removeprefix(f"{BASE}id/"): int(row["citations"]["value"]) for row in rows_}
    assert counts == found


# Coverage


def test_a_reader_sees_what_of_the_text_is_covered(log: Server) -> None:
    assert rows(page_of(log, "/log/coverage")) == ["Chapter one 2 1 0 2 80%"]
    assert rows(page_of(log, f"/log/coverage?part={BASE}id/chapter"))[0] == "line one 0–40 2 0"


def test_a_passage_without_statements_says_why(log: Server) -> None:
    assert rows(page_of(log, "/log/coverage?unclaimed=1")) == ["line two 40–50 0 0 note : A heading claims nothing."]


# Report


def test_the_report_says_what_to_do_and_about_what(log: Server) -> None:
    page = page_of(log, "/log/report")
    assert "The Bounty has met the Argo since 1780." in page
    assert "Say by lg:cites on which page the entry stands." in page
    assert log.get("/log/report").json["summary"] == [
        {
            "severity": "http://www.w3.org/ns/shacl#Warning",
            "shape": f"{BASE}ontology#EntryShape-cites",
            "count": 1,
        }
    ]


@pytest.mark.parametrize(("thing", "count"), [("entry/bounty-since", 1), ("argo", 0)])
def test_the_report_is_there_for_one_thing(log: Server, thing: str, count: int) -> None:
    said = log.get(f"/log/report?about={BASE}id/{thing}").json
    assert said["total"] == len(said["results"]) == count


def test_the_page_of_a_thing_leads_to_what_the_views_show_of_it(log: Server) -> None:
    page = page_of(log, "/log/doc/argo")
    shown = [f"timeline?about={quote(f'{BASE}id/argo', safe='')}", f"network?around={quote(f'{BASE}id/argo', safe='')}"]
    assert all(f'href="/log/{view}"' in page for view in shown)
    assert "3 times on the timeline" in page
    assert "3 relations in the network" in page
    assert "finding in the report" not in page
    assert "1 finding in the report" in page_of(log, "/log/doc/entry/bounty-since")


# What all have in common


@pytest.mark.parametrize("view", VIEWS)
def test_views_speak_the_readers_language_and_run_both_ways(log: Server, view: str) -> None:
    page = page_of(log, f"/log/{view}?ui=ar")
    assert '<html lang="ar" dir="rtl">' in page


def test_a_parameter_cannot_break_out_of_the_query(log: Server) -> None:
    given = quote('x> } ; DROP ALL # "', safe="")
    for path in (f"timeline?type={given}", f"network?predicate={given}", f"coverage?part={given}"):
        answer = log.get(f"/log/{path}", "application/json")
        assert answer.status in (200, 404)
        if answer.status == 200:
            assert "DROP ALL #" not in re.sub(r'"(?:[^"\\]|\\.)*"', "", json.loads(answer.body)["sparql"])
