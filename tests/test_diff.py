"""`axisld diff`: what changed from one release to another, whatever its blank nodes are called there."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from axisld import pipeline
from axisld.cli import cli
from axisld.diff import NotComparableError, diff
from axisld.pipeline import Built
from axisld.terms import is_literal, value

from .conftest import BASE

NOTES = """
@prefix : <https://example.org/bridges/id/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:pair rdfs:seeAlso [ rdfs:comment "%s" ; rdfs:seeAlso [ rdfs:comment "deep" ] ] , [ rdfs:comment "other" ] .
"""


@pytest.fixture
def build(site: Path, tmp_path: Path):
    """Build the tiny publication with a note in it."""

    def build_with(note: str, base: str = BASE) -> Built:
        (site / "data" / "notes.ttl").write_text(NOTES % note, "utf-8")
        return pipeline.build(site, tmp_path / "releases", base)

    return build_with


def test_what_was_written_anew_is_added_and_deleted_and_the_rest_is_not_mentioned(build) -> None:
    old, new = build("before").path, build("after").path
    changes = [change for change in diff(old, new) if change.quad.graph.endswith("/graph/data>")]
    words = sorted((change.kind, value(change.quad.object)) for change in changes if is_literal(change.quad.object))
    assert words == [("A", "after"), ("D", "before")]


def test_a_release_does_not_differ_from_itself(build) -> None:
    release = build("same").path
    assert list(diff(release, release)) == []


def test_releases_on_two_bases_are_not_compared(build) -> None:
    with pytest.raises(NotComparableError, match="build both on one"):
        list(diff(build("same").path, build("same", "https://elsewhere.example/").path))


def test_the_patch_names_both_releases_and_the_exit_status_says_whether_they_differ(build) -> None:
    old, new = build("before"), build("after")
    result = CliRunner().invoke(cli, ["diff", str(old.path), str(new.path)])
    lines = result.stdout.splitlines()
    assert lines[:3] == [
        f"H prev <urn:sha256:{old.record.digest}> .",
        f"H id <urn:sha256:{new.record.digest}> .",
        "TX .",
    ]
    assert lines[-1] == "TC ."
    assert {line[:2] for line in lines[3:-1]} == {"A ", "D "}
    assert result.exit_code == 1
    assert CliRunner().invoke(cli, ["diff", str(old.path), str(old.path)]).exit_code == 0
