"""parse: what is read, and what a mistake's message says."""

from pathlib import Path

import pytest

from axisld import pipeline
from axisld.errors import Finding, PublicationError


def findings_of(site: Path) -> list[Finding]:
    return [finding for finding in pipeline.check(site) if finding.severity == "Violation"]


MISTAKES = [
    pytest.param("<x> <y> <z> .", 1, "declare @base", id="a relative IRI without a base"),
    pytest.param('<urn:x> <urn:y> "open .', 1, "close what is open", id="a string that is not closed"),
    pytest.param("\n\n<urn:x> ex:y <urn:z> .", 3, "declare it at the top", id="a prefix that is not declared"),
    pytest.param("<urn:x> <urn:y> <http://e/a b> .", 1, "%20", id="a space in an IRI"),
    pytest.param('<urn:x> <urn:y> "\\q" .', 1, "backslash", id="an escape that Turtle does not know"),
    pytest.param('<urn:x> <urn:y> "x"@1 .', 1, "BCP 47", id="a language tag that is none"),
    pytest.param("<urn:x> <urn:y> <<( <urn:a> <urn:b> <urn:c> )>> .", 0, "RDF 1.1", id="a triple term of RDF 1.2"),
]


@pytest.mark.parametrize(("turtle", "line", "advice"), MISTAKES)
def test_a_mistake_names_file_line_and_what_to_do(site: Path, turtle: str, line: int, advice: str) -> None:
    (site / "data" / "wrong.ttl").write_text(turtle, "utf-8")
    [finding] = findings_of(site)
    assert (finding.path, finding.line) == ("data/wrong.ttl", line)
    assert advice in finding.message


def test_all_errors_of_all_files_come_at_once(site: Path) -> None:
    (site / "data" / "one.ttl").write_text("<urn:a> a:b <urn:c> .\n<urn:a> <urn:b> <urn:c> .\n<urn:d> d:e <urn:f> .\n")
    (site / "shapes" / "two.ttl").write_text("<urn:a> <urn:b> .\n")
    assert [(finding.path, finding.line) for finding in findings_of(site)] == [
        ("data/one.ttl", 1),
        ("data/one.ttl", 3),
        ("shapes/two.ttl", 1),
    ]


def test_a_file_that_is_not_utf_8_is_named_with_the_line(site: Path) -> None:
    (site / "data" / "latin.ttl").write_bytes("# fine\n# caf\xe9\n".encode("latin-1"))
    [finding] = findings_of(site)
    assert (finding.path, finding.line) == ("data/latin.ttl", 2)
    assert "save the file as UTF-8" in finding.message


def test_a_byte_order_mark_does_no_harm(site: Path) -> None:
    (site / "data" / "marked.ttl").write_text("\ufeff<urn:a> <urn:b> <urn:c> .\n", "utf-8")
    assert findings_of(site) == []


FOLDERS = [
    pytest.param("data", "there is nothing to publish", id="no data"),
    pytest.param("data/dataset.ttl", "data/dataset.ttl is missing", id="no description of the publication"),
]


@pytest.mark.parametrize(("missing", "reason"), FOLDERS)
def test_a_folder_that_is_no_publication_says_what_is_missing(site: Path, missing: str, reason: str) -> None:
    path = site / missing
    for file in sorted(path.rglob("*.ttl")) if path.is_dir() else [path]:
        file.unlink()
    with pytest.raises(PublicationError, match=reason):
        pipeline.check(site)


def test_a_publication_needs_neither_shapes_nor_an_ontology(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "dataset.ttl").write_text(
        "<https://example.org/d/dataset> a <http://www.w3.org/ns/dcat#Dataset> .\n"
    )
    built = pipeline.build(tmp_path, tmp_path / "releases")
    assert built.record.base == "https://example.org/d/"


BASES = [
    pytest.param(
        "kb/dataset", '; <http://rdfs.org/ns/void#uriSpace> "https://example.org/kb/"', "", id="void:uriSpace"
    ),
    pytest.param("kb/dataset", "", "", id="the dataset's IRI up to the last slash"),
    pytest.param("kb/about#it", "", "", id="the dataset's IRI without its fragment"),
    pytest.param("catalogue/7", "", "<https://example.org/kb/id/x> a <urn:y> .", id="what stands before /id/"),
]


@pytest.mark.parametrize(("dataset", "said", "things"), BASES)
def test_the_base_iri_is_found(tmp_path: Path, dataset: str, said: str, things: str) -> None:
    (tmp_path / "data").mkdir()
    described = f"<https://example.org/{dataset}> a <http://www.w3.org/ns/dcat#Dataset> {said} .\n"
    (tmp_path / "data" / "dataset.ttl").write_text(described)
    (tmp_path / "data" / "things.ttl").write_text(things)
    assert pipeline.build(tmp_path, tmp_path / "releases").record.base == "https://example.org/kb/"


TAGS = [
    pytest.param('<urn:a> <urn:b> "x"@en-GB .', id="behind the quotation mark"),
    pytest.param('<urn:a> <urn:b> "x" @en-GB .', id="behind a space"),
    pytest.param("<urn:a> <urn:b> 'it\\'s'@en-GB .", id="behind an escaped quotation mark"),
    pytest.param("@prefix e: <urn:> . e:a e:it\\'s 'x'@en-GB .", id="behind a name with an escaped apostrophe"),
    pytest.param('# it\'s\n<urn:a> <urn:b> """x"y"""@en-GB .', id="in a long string behind a comment"),
]


@pytest.mark.parametrize("turtle", TAGS)
def test_a_language_tag_keeps_its_capitals(site: Path, turtle: str) -> None:
    (site / "data" / "tagged.ttl").write_text(turtle, "utf-8")
    built = pipeline.build(site, site / "releases")
    tagged = [
        line
        for line in (built.path / "dumps" / "data.nt").read_text("utf-8").splitlines()
        if line.startswith("<urn:a>")
    ]
    assert all(line.endswith("@en-GB .") for line in tagged)
    assert len(tagged) == 1
