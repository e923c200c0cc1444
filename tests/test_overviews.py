"""The tables of a release: what its ontology says plays which part, found without walking through the data."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from axisld import edtf, pipeline, terms
from axisld.errors import QueryLimitError, StoreError
from axisld.overviews.asking import Filter, Overviews, Stated
from axisld.pipeline import Built
from tests.stating import BASE, write_log


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Overviews]:
    folder = tmp_path_factory.mktemp("log")
    built = pipeline.build(write_log(folder / "site"), folder / "releases", BASE)
    overviews = Overviews(built.path / "overviews.sqlite", 5)
    yield overviews
    overviews.close()


def thing(name: str) -> str:
    return terms.iri(f"{BASE}id/{name}")


def term(name: str) -> str:
    return terms.iri(f"{BASE}ontology#{name}")


def names(statements: list[Stated]) -> list[str]:
    return [terms.value(stated.node).removeprefix(f"{BASE}id/").removeprefix("entry/") for stated in statements]


def dated(log: Overviews, wanted: Filter) -> list[str]:
    return names(log.dated(wanted, limit=99)[1])


def test_claims_and_things_with_a_time_come_in_the_order_of_their_beginning(log: Overviews) -> None:
    assert dated(log, Filter()) == ["bounty-since", "bounty-as-of", "argo-at-delos", "argo-at-thera", "journey"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Filter(type=term("Voyage")), ["journey"]),
        (Filter(predicate=term("met")), ["bounty-since"]),
        (Filter(badge=term("Seen")), ["bounty-as-of", "argo-at-delos"]),
        (Filter(about=thing("thera")), ["bounty-as-of", "argo-at-thera"]),
        (Filter(about=thing("mate")), ["bounty-since", "argo-at-thera"]),
        (Filter(about=thing("nobody")), []),
    ],
)
def test_they_are_narrowed_by_kind_stance_and_thing(log: Overviews, wanted: Filter, found: list[str]) -> None:
    assert dated(log, wanted) == found


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        pytest.param("1786", "1788", ["bounty-since"], id="an interval without an end may last"),
        pytest.param("1785", "1785", ["bounty-since", "bounty-as-of"], id="as of 1785 is 1785"),
        pytest.param("1700", "1779", [], id="before its beginning nothing lasts"),
        pytest.param("1789-05-31", "1789-05-31", ["bounty-since", "argo-at-delos"], id="days count"),
    ],
)
def test_a_period_has_what_reaches_into_it(log: Overviews, first: str, last: str, found: list[str]) -> None:
    begin, end = edtf.parse(first), edtf.parse(last)
    assert begin
    assert end
    assert dated(log, Filter(first=begin.first, last=end.last)) == found


def test_a_time_says_whether_it_only_was_so_then(log: Overviews) -> None:
    by_name = {terms.value(stated.node).rpartition("/")[2]: stated for stated in log.dated(Filter(), limit=9)[1]}
    assert (by_name["bounty-as-of"].time, by_name["bounty-as-of"].as_of) == ("1785", True)
    assert (by_name["bounty-since"].time, by_name["bounty-since"].as_of) == ("1780/..", False)


def test_claims_are_relations_between_what_they_are_about(log: Overviews) -> None:
    found = log.relations(Filter(), things=10)
    assert {(stated.subject, stated.object) for stated in found.statements} == {
        (thing("argo"), thing("delos")),
        (thing("argo"), thing("thera")),
        (thing("bounty"), thing("argo")),
        (thing("bounty"), thing("thera")),
    }
    assert found.things[0] == thing("argo")
    assert not found.is_part


def test_what_does_not_fit_into_a_drawing_is_said_to_be_left_out(log: Overviews) -> None:
    found = log.relations(Filter(), things=2)
    assert len(found.things) == 2
    assert found.is_part


@pytest.mark.parametrize(("depth", "things"), [(1, {"delos", "argo"}), (2, {"delos", "argo", "thera", "bounty"})])
def test_a_drawing_begins_with_a_thing_and_goes_as_far_as_asked(log: Overviews, depth: int, things: set[str]) -> None:
    found = log.around(thing("delos"), depth, Filter(), things=10)
    assert set(found.things) == set(map(thing, things))
    assert found.things[0] == thing("delos")


def test_a_conflict_is_found_once_whichever_claim_names_it(log: Overviews) -> None:
    total, pairs = log.conflicts(limit=9)
    assert total == 1
    assert set(pairs[0]) == {thing("entry/argo-at-delos"), thing("entry/argo-at-thera")}


def test_sources_are_counted_at_every_level(log: Overviews) -> None:
    assert log.levels == {"cited": 3, "work": 2, "author": 1}
    found = {
        level: [(source.term, source.citations) for source in log.sources(level, limit=9)[1]] for level in log.levels
    }
    assert sorted(found["cited"]) == [(thing("page/1"), 2), (thing("page/2"), 2), (thing("page/3"), 0)]
    assert found["work"] == [(thing("book/log"), 3), (thing("book/atlas"), 0)]
    assert found["author"] == [(thing("mate"), 3)]


def test_a_source_says_what_it_is_cited_for(log: Overviews) -> None:
    _, (work,) = log.sources("work", limit=1)
    assert work.subjects == (thing("argo"), thing("bounty"))


def test_sources_are_found_by_language_and_put_in_order(log: Overviews) -> None:
    assert log.traits("language", "work") == [("en", 1), ("la", 1)]
    assert [source.term for source in log.sources("work", language="la", limit=9)[1]] == [thing("book/atlas")]
    names_ = [source.term for source in log.sources("work", order="name", limit=9)[1]]
    assert names_ == [thing("book/atlas"), thing("book/log")]


def test_passages_know_what_is_claimed_on_them(log: Overviews) -> None:
    _, passages = log.passages(limit=9)
    assert [(passage.start, passage.end, passage.claims) for passage in passages] == [(0, 40, 2), (40, 50, 0)]
    assert [passage.term for passage in log.passages(unclaimed=True, limit=9)[1]] == [thing("line/2")]
    _, stretches = log.stretches(limit=9)
    assert [(found.whole, found.passages, found.claimed, found.claimed_characters) for found in stretches] == [
        (thing("chapter"), 2, 1, 40)
    ]


def test_findings_are_counted_by_shape(log: Overviews) -> None:
    warning, shape = "<http://www.w3.org/ns/shacl#Warning>", term("EntryShape-cites")
    assert log.finding_counts == [(warning, shape, 1)]
    total, found = log.findings(warning, shape, limit=9)
    assert (total, found[0].focus) == (1, thing("entry/bounty-since"))


def test_a_publication_without_claims_has_its_dates_and_plain_statements(built: Built) -> None:
    bridges = Overviews(built.path / "overviews.sqlite", 5)
    base = built.record.base
    assert bridges.has == {"timeline", "network", "report"}
    assert [stated.time for stated in bridges.dated(Filter(), limit=9)[1]] == ["1858", "1885", "1901", "1901"]
    crossed = bridges.relations(Filter(predicate=terms.iri(f"{base}ontology#crosses")), things=9)
    assert crossed.things == (terms.iri(f"{base}id/old-bridge"), terms.iri(f"{base}id/rhine"))
    bridges.close()


def test_a_question_that_takes_too_long_is_ended(built: Built) -> None:
    overviews = Overviews(built.path / "overviews.sqlite", -1)
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n"
    with pytest.raises(QueryLimitError, match="Narrow it down"), overviews._database.asking() as ask:
        ask(endless)
    overviews.close()


def test_tables_that_are_damaged_are_an_error_of_the_store(tmp_path: Path) -> None:
    (tmp_path / "overviews.sqlite").write_bytes(b"no database at all, but long enough to be looked at" * 9)
    with pytest.raises(StoreError, match="tables of the overviews cannot be read"):
        Overviews(tmp_path / "overviews.sqlite", 5).conflicts(limit=1)


def test_what_is_about_one_thing_is_counted_for_its_page(log: Overviews) -> None:
    assert log.counts_about(thing("argo")) == {"timeline": 3, "network": 3}
    assert log.counts_about(thing("nobody")) == {"timeline": 0, "network": 0}
