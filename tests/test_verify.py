"""Whoever downloads the dumps can verify them, and learns what is wrong and what to do."""

import gzip
import json
import shutil
import subprocess

import pyoxigraph
import pytest
import zstandard

from axisld import canonical
from axisld.errors import ReleaseError
from axisld.release import Part
from axisld.verify import verify, write_digests, write_notes, write_sums

STATEMENTS = [
    '<https://example.org/id/a> <http://www.w3.org/2000/01/rdf-schema#label> "colour"@en-GB',
    "<https://example.org/id/a> <https://example.org/ontology#of> _:c14n0",
    '_:c14n0 <https://example.org/ontology#size> "01"^^<http://www.w3.org/2001/XMLSchema#integer>',
]


@pytest.fixture
def dumps(built, tmp_path):
    """A copy of the tiny publication's dumps that the test may damage."""
    return shutil.copytree(built.path / "dumps", tmp_path / "dumps")


@pytest.fixture
def small(tmp_path):
    """Dumps of three statements in every format, by pyoxigraph's writers."""
    folder = tmp_path / "small"
    folder.mkdir()
    lines = sorted(f"{statement} <https://example.org/graph/data> .\n".encode() for statement in STATEMENTS)
    digests = [
        canonical.digest(canonical.canonical(form, tmp_path)) for form in (lines, canonical.without_graphs(lines))
    ]
    for suffix in ("nq", "trig", "jsonld", "nt", "ttl", "rdf"):
        form = pyoxigraph.RdfFormat.from_extension(suffix)
        quads = pyoxigraph.parse(b"".join(lines), pyoxigraph.RdfFormat.N_QUADS)
        written = quads if form.supports_datasets else (quad.triple for quad in quads)
        pyoxigraph.serialize(written, str(folder / f"all.{suffix}"), form)
    parts = [Part("all", 3, 3, *digests)]
    write_digests(folder, parts)
    write_notes(folder, parts, {"all.rdf": "a reason"}, "https://example.org/")
    write_sums(folder)
    return folder


def found(folder, **options):
    """What is wrong, by file."""
    return {finding.path: finding.message for finding in verify(folder, **options).findings}


def test_the_dumps_of_a_build_are_good(built):
    steps = []
    report = verify(built.path / "dumps", lambda what, step, steps_in_all: steps.append((step, steps_in_all)))
    assert report.findings == ()
    assert report.files == len(built.record.dumps) + 2
    assert report.dumps == len({(dump.part, dump.format) for dump in built.record.dumps})
    assert steps == [(number, len(steps)) for number in range(1, len(steps) + 1)]


def test_dumps_by_other_programs_are_good_if_they_say_the_same(small):
    assert found(small) == {}


def test_a_changed_file_is_named_with_both_checksums(dumps):
    with (dumps / "data.ttl").open("a") as file:
        file.write("\n")
    assert list(found(dumps)) == ["data.ttl"]
    assert "SHA256SUMS says" in found(dumps)["data.ttl"]


def test_a_missing_file_is_to_be_downloaded_unless_missing_ones_are_ignored(dumps):
    (dumps / "data.trig").unlink()
    assert found(dumps) == {"data.trig": "It is listed in SHA256SUMS but is not here; download it."}
    assert found(dumps, ignore_missing=True) == {}


def test_a_compressed_file_alone_can_be_verified(dumps, tmp_path):
    for name in ("all.nq.zst", "SHA256SUMS", "digests.json"):
        (tmp_path / name).write_bytes((dumps / name).read_bytes())
    shutil.rmtree(dumps)
    report = verify(tmp_path, ignore_missing=True)
    assert (report.files, report.dumps, report.findings) == (2, 1, ())


def test_a_file_that_nobody_listed_is_pointed_out(dumps):
    (dumps / "more.ttl").write_text("")
    assert "not listed" in found(dumps)["more.ttl"]


@pytest.mark.parametrize(
    ("damage", "file", "expected"),
    [
        pytest.param(
            lambda text: text.replace("colour", "color"),
            "all.ttl",
            "RDFC-1.0 digest of its statements",
            id="another literal",
        ),
        pytest.param(
            lambda text: text + "<broken", "all.nt", "not of its format: Parser error at line 4", id="no N-Triples"
        ),
        pytest.param(lambda text: text.replace("{", ""), "all.jsonld", "not of its format", id="no JSON"),
        pytest.param(
            lambda text: text + text[-1:], "all.nq", "It holds 4 quads, digests.json says 3", id="a line too many"
        ),
    ],
)
def test_a_publisher_who_lists_a_wrong_file_is_found_out(small, damage, file, expected):
    (small / file).write_text(damage((small / file).read_text()))
    write_sums(small)
    assert list(found(small)) == [file]
    assert expected in found(small)[file]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("all.nq.gz", gzip.compress(b"something else"), id="gzip of something else"),
        pytest.param("all.nq.gz", gzip.compress(b"cut" * 9)[:-9], id="gzip, cut short"),
        pytest.param("all.nq.zst", zstandard.compress(b"something else"), id="Zstandard of something else"),
        pytest.param("all.nq.zst", b"nonsense", id="not Zstandard at all"),
    ],
)
def test_a_compressed_file_must_hold_the_plain_one(small, name, content):
    (small / name).write_bytes(content)
    write_sums(small)
    assert list(found(small)) == [name]


def test_the_case_of_a_language_tag_makes_no_difference_but_its_letters_do(small):
    for text, expected in (("@EN-gb", set()), ("@en-us", {"all.nt"})):
        lines = (small / "all.nt").read_text().replace("@en-gb", text)
        (small / "all.nt").write_text(lines)
        write_sums(small)
        assert set(found(small)) == expected
        (small / "all.nt").write_text(lines.replace(text, "@en-gb"))


@pytest.mark.parametrize(
    ("file", "content", "expected"),
    [
        pytest.param("SHA256SUMS", None, "SHA256SUMS cannot be read", id="no checksums"),
        pytest.param("SHA256SUMS", "", "not a list of SHA-256 checksums", id="empty checksums"),
        pytest.param("SHA256SUMS", f"{'0' * 64}  ../../etc/passwd\n", "not a list", id="a path that leads elsewhere"),
        pytest.param("digests.json", None, "digests.json cannot be read", id="no digests"),
        pytest.param("digests.json", "[]", "digests.json cannot be understood", id="digests that are none"),
    ],
)
def test_a_folder_that_says_nothing_of_itself_is_an_error(small, file, content, expected):
    (small / file).unlink()
    if content is not None:
        (small / file).write_text(content)
    with pytest.raises(ReleaseError, match=expected):
        verify(small)


def test_a_part_that_is_not_stated_is_found_out(small):
    (small / "extra.nt").write_text("")
    write_sums(small)
    assert "digests.json says nothing" in found(small)["extra.nt"]


def test_sha256sum_reads_the_checksums(dumps):
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=dumps, capture_output=True, check=False
    )
    assert done.returncode == 0


def test_the_notes_name_the_digest_and_a_command_that_prints_it(dumps):
    notes = (dumps / "README.txt").read_text()
    assert "@en-GB" in (dumps / "all.nq").read_text()  # a tag that the command has to lower-case
    command = next(line for line in notes.splitlines() if "| sha256sum" in line)
    printed = subprocess.run(command, shell=True, cwd=dumps, capture_output=True, text=True, check=True).stdout
    digest = json.loads((dumps / "digests.json").read_text())["parts"]["all"]["digest"]
    assert printed.split()[0] == digest
    assert digest in notes


def test_the_notes_say_which_dumps_are_not_there_and_why(small):
    assert "all.rdf: a reason" in (small / "README.txt").read_text()
