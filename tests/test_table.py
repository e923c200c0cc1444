"""Sorted files: what a look-up, a count and a leap give, compared with reading the whole file."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axisld.store import table
from axisld.store.table import SortedTable, write_table

words = st.text("ab<", min_size=0, max_size=5)
lines = st.tuples(words, words, st.sampled_from(["", "x", "y" * 700])).map(
    lambda parts: " ".join(parts).encode() + b"\n"
)
prefixes = st.tuples(words, words).map(lambda parts: " ".join(parts).encode()) | words.filter(bool).map(str.encode)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "BLOCK_BYTES", 64)


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tables")


def opened(folder: Path, held: list[bytes]) -> SortedTable:
    write_table(folder / "table", held)
    return SortedTable(folder / "table")


@settings(max_examples=300, deadline=None)
@given(held=st.sets(lines, max_size=60), prefix=prefixes, skip=st.integers(0, 70))
def test_a_look_up_finds_what_reading_everything_finds(
    tmp_path_factory: pytest.TempPathFactory, held: set[bytes], prefix: bytes, skip: int
) -> None:
    sought = opened(tmp_path_factory.mktemp("tables"), sorted(held))
    expected = [line for line in sorted(held) if line.startswith(prefix)]
    assert list(sought.lines(prefix)) == expected
    assert list(sought.lines(prefix, skip=skip)) == expected[skip:]
    assert sought.count(prefix) == len(expected)
    sought.close()


def test_groups_count_the_lines_of_each_next_word(folder: Path) -> None:
    held = [f"hub p{number % 3} s{number:04}\n".encode() for number in range(100)] + [b"hub2 p9 s\n", b"a p s\n"]
    assert dict(opened(folder, sorted(held)).groups(b"hub ")) == {b"p0": 34, b"p1": 33, b"p2": 33}


def test_an_empty_file_answers_too(folder: Path) -> None:
    empty = opened(folder, [])
    assert list(empty.lines(b"a")) == []
    assert empty.count(b"a") == 0


@pytest.mark.parametrize("kept", [10, 200, -1])
def test_a_file_that_was_cut_is_refused(folder: Path, kept: int) -> None:
    write_table(folder / "table", [f"s{number:04} p o\n".encode() for number in range(100)])
    held = (folder / "table").read_bytes()
    (folder / "table").write_bytes(held[:kept])
    with pytest.raises(ValueError, match=r"table (is shorter|ends in the middle)"):
        SortedTable(folder / "table")
