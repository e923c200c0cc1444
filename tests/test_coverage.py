"""A text is held against the positions of a publication: every sentence, note and entry wants its own."""

import hashlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from axisld.cli import cli
from axisld.coverage import PASSAGES_FILE, Coverage, Kind, TextError, coverage, split
from axisld.errors import PublicationError

from .conftest import ROOT

TEXT = """Old Bridge
LengthThirty metres

The U.S. engineer J. B. Smith built the bridge in 1858.[1] He wrote: "It stands. It will stand."[2]

Later years

It fell in 1901.[a]

  1. ^ Others say 1902.

  1. ^ Survey, 1858.
  2. ^ a b Sources:
    • Atlas, 1903
"""
PARTS = {
    "title": "Old Bridge",
    "length": "LengthThirty metres",
    "built": "The U.S. engineer J. B. Smith built the bridge in 1858.[1]",
    "quoted": 'He wrote: "It stands. It will stand."[2]',
    "heading": "Later years",
    "fell": "It fell in 1901.",
    "note": "Others say 1902.",
    "survey": "Survey, 1858.",
    "sources": "Sources:",
    "atlas": "Atlas, 1903",
}
REASONS = {"title": "A title.", "heading": "A heading."}
ENTRIES = {"survey", "sources", "atlas"}
CLAIMS = {"length": 1, "built": 1, "quoted": 2, "fell": 1, "note": 1}
QUERY = """# Which passages does the publication name?
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX : <urn:test:>
SELECT ?passage ?start ?end ?sha256 ?line ?claim ?entry ?reason
WHERE {
  ?passage oa:start ?start ; oa:end ?end .
  OPTIONAL { ?passage :sum ?sha256 }
  OPTIONAL { ?passage :line ?line }
  OPTIONAL { ?passage :because ?reason }
  OPTIONAL { ?claim a :Claim ; :at ?passage }
  OPTIONAL { ?entry a :Entry ; :at ?passage }
}
"""


def passage(name: str, text: str = TEXT) -> str:
    start = text.index(PARTS[name])
    line = text.count("\n", 0, start) + 1
    checksum = hashlib.sha256(PARTS[name].encode()).hexdigest()
    reason = f'; :because "{REASONS[name]}"' if name in REASONS else ""
    return f':{name} oa:start {start} ; oa:end {start + len(PARTS[name])} ; :sum "{checksum}" ; :line {line} {reason} .'


@pytest.fixture
def turtle() -> list[str]:
    """What the publication says of the text; a test may leave out or change statements."""
    return [
        *map(passage, PARTS),
        *(f":entry-{name} a :Entry ; :at :{name} ." for name in PARTS if name in ENTRIES),
        *(f":claim-{name}-{number} a :Claim ; :at :{name} ." for name in CLAIMS for number in range(CLAIMS[name])),
    ]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "text.txt"
    path.write_bytes(TEXT.encode())
    return path


def published(site: Path, turtle: list[str]) -> Path:
    query = site / PASSAGES_FILE
    query.parent.mkdir(exist_ok=True)
    query.write_text(QUERY)
    prefixes = "@prefix : <urn:test:> .\n@prefix oa: <http://www.w3.org/ns/oa#> .\n"
    (site / "data" / "passages.ttl").write_text(prefixes + "\n".join(turtle), "utf-8")
    return site


def missing(found: Coverage) -> list[tuple[str, int, str]]:
    return [(span.kind.value, span.line, span.first_words) for span in found.uncovered]


SENTENCES = [
    pytest.param("One stands. Two fell.", ["One stands.", "Two fell."], id="at a full stop"),
    pytest.param("Does it? It does! So", ["Does it?", "It does!", "So"], id="at other marks"),
    pytest.param("هل سقط؟ نعم سقط.", ["هل سقط؟", "نعم سقط."], id="in scripts without capitals"),
    pytest.param("The U.S. Army and Gen. Lee met Dr. No.", None, id="not after an abbreviation"),
    pytest.param("George W. Bush, i.e. Bush, spoke.", None, id="not after an initial"),
    pytest.param("He left the U.S.[1] Then it rained.", ["He left the U.S.[1]", "Then it rained."], id="after a mark"),
    pytest.param("It fell in the US. The Rhine rose.", ["It fell in the US.", "The Rhine rose."], id="after capitals"),
    pytest.param("It fell.[1][b] It rose.", ["It fell.[1][b]", "It rose."], id="behind citation marks"),
    pytest.param("It fell.[better source needed] Oh.", ["It fell.[better source needed]", "Oh."], id="behind a tag"),
    pytest.param('He said "no". Then he left.', ['He said "no".', "Then he left."], id="behind a quotation mark"),
    pytest.param('"It fell. It rose," he said.', ['"It fell.', 'It rose," he said.'], id="within a quotation"),
    pytest.param("the highway... Syria is near.", None, id="not at a cut"),
    pytest.param("It measures 31.60 m and more.", None, id="not within a number"),
    pytest.param("He then said:", ["He then said:"], id="at a colon before a block"),
    pytest.param("It fell. (It rose.) Oh.", ["It fell.", "(It rose.)", "Oh."], id="at brackets"),
]


@pytest.mark.parametrize(("line", "sentences"), SENTENCES)
def test_a_sentence_ends(line: str, sentences: list[str] | None) -> None:
    spans = list(split(f"{line}\n"))
    assert [line[span.start : span.end] for span in spans] == (sentences or [line])
    assert {span.kind for span in spans} == {Kind.SENTENCE}


def test_each_line_is_what_it_looks_like() -> None:
    kinds = [(span.kind.value, TEXT[span.start : span.end]) for span in split(TEXT)]
    assert kinds == [
        ("infobox line", "Old Bridge"),
        ("infobox line", "LengthThirty metres"),
        ("sentence", PARTS["built"]),
        ("sentence", 'He wrote: "It stands.'),
        ("sentence", 'It will stand."[2]'),
        ("heading", "Later years"),
        ("sentence", "It fell in 1901.[a]"),
        ("note", "Others say 1902."),
        ("reference entry", "Survey, 1858."),
        ("reference entry", "Sources:"),
        ("reference entry", "Atlas, 1903"),
    ]


def test_a_text_is_covered_when_claims_entries_and_reasons_lie_on_all_of_it(site, source, turtle) -> None:
    found = coverage(published(site, turtle), source)
    assert (found.findings, found.uncovered) == ((), ())
    assert found.is_whole
    assert found.counts()["sentence"] == (4, 4)


UNCOVERED = [
    pytest.param(":claim-built-0", [("sentence", 4, "The U.S. engineer J. B. Smith built the")], id="a sentence"),
    pytest.param(":claim-length-0", [("infobox line", 2, "LengthThirty metres")], id="an infobox line"),
    pytest.param(":claim-note-0", [("note", 10, "Others say 1902.")], id="a note"),
    pytest.param(":entry-atlas", [("reference entry", 14, "Atlas, 1903")], id="an entry"),
    pytest.param(":heading", [("heading", 6, "Later years")], id="a heading"),
    pytest.param(
        ":claim-quoted-1",
        [("sentence", 4, 'He wrote: "It stands.'), ("sentence", 4, 'It will stand."[2]')],
        id="two sentences with one claim between them",
    ),
]


@pytest.mark.parametrize(("without", "expected"), UNCOVERED)
def test_it_is_said_what_is_not_covered(site, source, turtle, without, expected) -> None:
    kept = [statement for statement in turtle if not statement.startswith(f"{without} ")]
    assert len(kept) == len(turtle) - 1
    assert missing(coverage(published(site, kept), source)) == expected


def test_passages_of_clauses_cover_a_sentence_together(site, source, turtle) -> None:
    start, end = (TEXT.index(part) for part in ("The U.S.", " built"))
    whole = PARTS["built"]
    parts = [(start, end), (end, start + len(whole))]
    turtle = [statement for statement in turtle if not statement.startswith(":built ")]
    for number, (begin, stop) in enumerate(parts):
        checksum = hashlib.sha256(TEXT[begin:stop].encode()).hexdigest()
        turtle.append(f':clause-{number} oa:start {begin} ; oa:end {stop} ; :sum "{checksum}" .')
        turtle.append(f":claim-clause-{number} a :Claim ; :at :clause-{number} .")
    assert coverage(published(site, turtle), source).is_whole
    assert missing(coverage(published(site, turtle[:-1]), source))[0][1] == 4


def changed(turtle: list[str], before: str, after: str) -> list[str]:
    assert any(before in statement for statement in turtle)
    return [statement.replace(before, after) for statement in turtle]


WRONG = [
    pytest.param(":line 8", ":line 9", "begins on line 8, not on line 9", id="line"),
    pytest.param(f':sum "{hashlib.sha256(PARTS["fell"].encode()).hexdigest()}"', ':sum "00"', "not 00", id="checksum"),
    pytest.param(f"oa:start {TEXT.index('It fell')}", "oa:start 1", "have the SHA-256", id="start"),
    pytest.param(f"oa:start {TEXT.index('It fell')}", "oa:start -1", "are no part of the text", id="negative start"),
    pytest.param(f"oa:start {TEXT.index('It fell')}", "oa:start 99999", "are no part of the text", id="start far out"),
]


@pytest.mark.parametrize(("before", "after", "reason"), WRONG)
def test_a_position_that_does_not_fit_the_text_is_a_finding_and_covers_nothing(
    site, source, turtle, before, after, reason
) -> None:
    found = coverage(published(site, changed(turtle, before, after)), source)
    [finding] = found.findings
    assert reason in finding.message
    assert finding.focus == "urn:test:fell"
    assert missing(found) == [("sentence", 8, "It fell in 1901.[a]")]


def test_offsets_count_code_points_and_not_bytes_or_line_ends(site, tmp_path) -> None:
    text = "𓂀 Äß.\r\nIt fell in 1901.\r\n"
    source = tmp_path / "text.txt"
    source.write_bytes(text.encode())
    turtle = [passage("fell", text), ":claim a :Claim ; :at :fell ."]
    assert missing(coverage(published(site, turtle), source)) == [("sentence", 1, "𓂀 Äß.")]


def test_a_publication_that_names_no_passages_is_told_how_to(site, source) -> None:
    with pytest.raises(PublicationError, match=r"passages\.rq is missing; write there a SELECT query of \?claim \?end"):
        coverage(site, source)


BAD_QUERIES = [
    pytest.param("SELECT", "not SPARQL", id="is not SPARQL"),
    pytest.param("ASK { }", "is not a SELECT query", id="asks"),
    pytest.param(QUERY.replace("?sha256 ?line ?claim", "?line ?claim"), r"does not select \?sha256", id="selects less"),
]


@pytest.mark.parametrize(("query", "reason"), BAD_QUERIES)
def test_a_query_is_refused_that(site, source, turtle, query, reason) -> None:
    published(site, turtle)
    (site / PASSAGES_FILE).write_text(query)
    with pytest.raises(PublicationError, match=reason):
        coverage(site, source)


def test_an_offset_that_is_no_number_is_named(site, source, turtle) -> None:
    turtle = changed(turtle, f"oa:start {TEXT.index('It fell')}", 'oa:start "soon"')
    with pytest.raises(PublicationError, match=r"be numbers: .*soon"):
        coverage(published(site, turtle), source)


def test_a_source_that_is_no_text_is_refused(site, turtle, tmp_path) -> None:
    source = tmp_path / "text.txt"
    source.write_bytes(b"It fell \xff")
    with pytest.raises(TextError, match="is not UTF-8 at byte 8"):
        coverage(published(site, turtle), source)


def run(site: Path, source: Path, *options: str) -> Result:
    return CliRunner().invoke(cli, ["coverage", "--root", str(site), "--source", str(source), *options])


def test_the_command_says_what_is_covered_and_what_is_not(site, source, turtle) -> None:
    whole = run(published(site, turtle), source)
    assert whole.exit_code == 0
    assert "sentence            4 of 4 covered" in whole.stdout
    partial = run(published(site, turtle[:-1]), source)
    assert partial.exit_code == 1
    assert "note                0 of 1 covered" in partial.stdout
    assert "text.txt:10: note not covered: Others say 1902. …" in partial.stderr


def test_programs_get_json(site, source, turtle) -> None:
    said = json.loads(run(published(site, turtle[:-1]), source, "--json").stdout)
    assert said["isWhole"] is False
    assert said["counts"]["note"] == {"covered": 0, "total": 1}
    [span] = said["uncovered"]
    assert TEXT[span["start"] : span["end"]] == "Others say 1902."


def test_a_command_without_a_text_is_wrong_usage(site) -> None:
    assert run(site, site / "nothing.txt").exit_code == 2


@pytest.mark.yardstick
def test_this_publication_covers_its_article(shared) -> None:
    found = coverage(ROOT, shared / "source" / "article.txt")
    assert [str(finding) for finding in found.findings] == []
    assert missing(found) == []
    totals = {kind: total for kind, (_, total) in found.counts().items()}
    assert totals == {"sentence": 83, "infobox line": 12, "heading": 5, "note": 3, "reference entry": 99}


def test_words_are_located_as_a_passage_needs_it(source) -> None:
    found = CliRunner().invoke(cli, ["locate", "--source", str(source), "--json", "bridge  in 1858"])
    (place,) = json.loads(found.stdout)
    said = TEXT[place["start"] : place["end"]]
    assert said == PARTS["built"]
    assert place["sha256"] == hashlib.sha256(said.encode()).hexdigest()
    assert (place["kind"], place["line"], found.exit_code) == ("sentence", 4, 0)


def test_words_that_are_nowhere_are_said_to_be_nowhere(source) -> None:
    found = CliRunner().invoke(cli, ["locate", "--source", str(source), "no such words"])
    assert (found.exit_code, found.stdout) == (1, "")
    assert "has no such words" in found.stderr
