"""Times in words: what the Extended Date/Time Format can say, and what is no such time."""

import pytest
from flask import Flask

from axisld.web import edtf


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1985", "1985"),
        ("2012-03", "March 2012"),
        ("2023-10-07", "October 7, 2023"),
        ("1989/..", "since 1989"),
        ("1982/", "from 1982 on"),
        ("/2024", "until 2024"),
        ("../2024-04", "until April 2024"),
        ("1979/2013", "from 1979 to 2013"),
        ("1983~/2013~", "from about 1983 to about 2013"),
        ("201X", "the 2010s"),
        ("201X/..", "since the 2010s"),
        ("19XX", "the years 1900 to 1999"),
        ("1984?", "1984 (uncertain)"),
        ("1984%", "about 1984 (uncertain)"),
        ("2001-21", "spring of 2001"),
        ("2004-06-XX", "June 2004"),
        ("2004-06-11T10:30:00Z", "June 11, 2004"),
        ("-0043", "44 BCE"),
        ("Y17000", "17000"),
        ("1999-12-31", "December 31, 1999"),
    ],
)
def test_a_time_is_said_in_words(text: str, words: str) -> None:
    assert edtf.in_words(text) == words


@pytest.mark.parametrize(
    "text", ["", "/", "..", "../..", "March 2012", "2012-3", "1989/soon", "later/2001", "19X5", "[1667,1668]"]
)
def test_what_is_no_such_time_is_left_to_be_shown_as_it_is(text: str) -> None:
    assert edtf.in_words(text) == ""


def test_a_time_without_beginning_and_end_is_said_so() -> None:
    assert edtf.as_of("2012-03") == "as of March 2012"
    assert edtf.as_of("the flood") == "as of the flood"


def test_a_time_is_said_in_the_language_of_the_interface() -> None:
    with Flask(__name__).test_request_context("/?ui=fa"):
        assert "۱۹۸۹" in edtf.in_words("1989/..")
