"""Times of the Extended Date/Time Format, as days and as what is known of their ends."""

from datetime import date

import pytest

from axisld.edtf import Edge, ordinal, parse


def days(first: str | None, last: str | None) -> tuple[int | None, int | None]:
    return tuple(date.fromisoformat(day).toordinal() if day else None for day in (first, last))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2023-10-08", "2023-10-08", "2023-10-08"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("1900-02", "1900-02-01", "1900-02-28"),
        ("1989", "1989-01-01", "1989-12-31"),
        ("1989/..", "1989-01-01", None),
        ("1982/", "1982-01-01", None),
        ("/2024", None, "2024-12-31"),
        ("201X/..", "2010-01-01", None),
        ("1983~/2013~", "1983-01-01", "2013-12-31"),
        ("19XX", "1900-01-01", "1999-12-31"),
        ("2004-XX", "2004-01-01", "2004-12-31"),
        ("2001-21", "2001-01-01", "2001-12-31"),
        ("[1667,1668-12]", "1667-01-01", "1668-12-31"),
        ("2004-06-~11", "2004-06-11", "2004-06-11"),
        pytest.param("2024-05-01Z", "2024-05-01", "2024-05-01", id="a date of XML Schema with a time zone"),
        pytest.param("2024-05-01T10:00:00Z", "2024-05-01", "2024-05-01", id="a dateTime of XML Schema"),
    ],
)
def test_a_time_has_the_days_that_it_can_include(text: str, first: str | None, last: str | None) -> None:
    found = parse(text)
    assert found is not None
    assert (found.first, found.last) == days(first, last)


@pytest.mark.parametrize("text", ["", "foo", "1858-02-30", "2012-13", "2012-00-04", "/", "../..", "2013/2012", "[]"])
def test_what_is_no_time_is_none(text: str) -> None:
    assert parse(text) is None


def test_an_open_end_is_not_an_unknown_one() -> None:
    open_, unknown = parse("1989/.."), parse("/2024")
    assert open_
    assert unknown
    assert (open_.begins, open_.ends) == (Edge.KNOWN, Edge.OPEN)
    assert (unknown.begins, unknown.ends) == (Edge.UNKNOWN, Edge.KNOWN)


@pytest.mark.parametrize(
    ("text", "is_so"), [("1983~", True), ("1983?/1990", True), ("1983/1990%", True), ("1983", False)]
)
def test_a_time_that_is_not_certain_says_so(text: str, is_so: bool) -> None:
    found = parse(text)
    assert found
    assert found.is_approximate is is_so


def test_days_are_counted_before_the_first_year_too() -> None:
    assert ordinal(0, 12, 31) == 0
    assert ordinal(1, 1, 1) == 1
    leap = parse("0000-02")
    before = parse("-0043")
    assert leap
    assert before
    assert (leap.first, leap.last) == (ordinal(0, 2, 1), ordinal(0, 2, 29))
    assert before.last == ordinal(-43, 12, 31) == ordinal(-42, 1, 1) - 1
