"""From sources to a release: rules, reasoning, shapes, and what a build leaves behind."""

import hashlib
import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from axisld import canonical, pipeline
from axisld.errors import BuildError, Finding, FindingsError
from axisld.pipeline import Built
from axisld.pipeline.publish import Content, published
from axisld.release import current_link, open_release, read_record
from tests.conftest import skip_aloud

BRIDGES = "https://example.org/bridges/"


def violations(site: Path) -> list[Finding]:
    return [finding for finding in pipeline.check(site) if finding.severity == "Violation"]


def add(site: Path, file: str, turtle: str) -> None:
    with (site / file).open("a", encoding="utf-8") as target:
        target.write(f"\n{turtle}\n")


def dump(built: Built, file: str) -> str:
    return (built.path / "dumps" / file).read_text("utf-8")


def test_a_rule_speaks_in_the_derived_graph(built: Built) -> None:
    assert "<http://127.0.0.1:8000/id/caf\u00e9> <http://127.0.0.1:8000/ontology#openedIn>" in dump(built, "derived.nq")
    assert "id/old-bridge> <http://127.0.0.1:8000/ontology#openedIn>" not in dump(built, "derived.nq")


def test_what_a_rule_copies_keeps_the_spelling_of_its_author(site: Path) -> None:
    rule = "CONSTRUCT { ?s <urn:copied> ?o } WHERE { ?s <https://example.org/bridges/ontology#inventoryNumber> ?o }"
    (site / "ontology" / "rules" / "copy.rq").write_text(f"# copies\n{rule}\n")
    built = pipeline.build(site, site / "releases")
    assert '<urn:copied> "007"^^' in dump(built, "derived.nq")


def test_what_is_written_in_two_spellings_is_copied_in_neither_wrong_one(site: Path) -> None:
    add(site, "data/bridges.ttl", "<one> br:inventoryNumber 7 .")  # beside "007"
    rule = "CONSTRUCT { ?s <urn:copied> ?o } WHERE { ?s <https://example.org/bridges/ontology#inventoryNumber> ?o }"
    (site / "ontology" / "rules" / "copy.rq").write_text(f"# copies\n{rule}\n")
    built = pipeline.build(site, site / "releases")
    assert f'<{BRIDGES}id/one> <urn:copied> "7"^^' in dump(built, "derived.nq")
    assert "inventoryNumber" not in dump(built, "inferred.nq")


def test_a_tag_in_capitals_is_not_inferred_again_in_small_letters(built: Built) -> None:
    assert "@en-gb" not in dump(built, "inferred.nq")


RULES = [
    pytest.param("CONSTRUCT { ?s ?p } WHERE { ?s ?p ?o }", "not SPARQL", id="not SPARQL"),
    pytest.param(
        "CONSTRUCT WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SERVICE is not allowed",
        id="that calls others",
    ),
    pytest.param("SELECT * WHERE { ?s ?p ?o }", "not a CONSTRUCT query", id="not a CONSTRUCT query"),
    pytest.param(
        "CONSTRUCT { ?s <urn:next> [ <urn:next> ?s ] } WHERE { ?s <urn:next> ?o }",
        "new blank node",
        id="that makes blank nodes",
    ),
]


@pytest.mark.parametrize(("rule", "reason"), RULES)
def test_a_rule_that_cannot_run_is_named(site: Path, rule: str, reason: str) -> None:
    (site / "ontology" / "rules" / "wrong.rq").write_text(rule)
    add(site, "data/bridges.ttl", "<urn:x> <urn:next> <urn:x> .")
    [finding] = violations(site)
    assert finding.path == "ontology/rules/wrong.rq"
    assert reason in finding.message


def test_a_rule_that_cannot_be_read_is_named_and_an_editors_file_is_passed_over(site: Path) -> None:
    rules = site / "ontology" / "rules"
    (rules / "latin.rq").write_bytes("# caf\xe9".encode("latin-1"))
    (rules / "gone.rq").symlink_to("nowhere")
    (rules / ".#labels.rq").symlink_to("nowhere")
    assert [(finding.path, finding.message.split(";")[0].split(":")[0]) for finding in violations(site)] == [
        ("ontology/rules/gone.rq", "cannot be read"),
        ("ontology/rules/latin.rq", "is not UTF-8"),
    ]


def test_releases_that_are_no_folder_are_a_clear_error(site: Path) -> None:
    with pytest.raises(BuildError, match=r"dataset\.ttl: File exists"):
        pipeline.build(site, site / "data" / "dataset.ttl")


def test_what_follows_by_owl_is_in_a_graph_of_its_own_without_noise(built: Built) -> None:
    inferred = dump(built, "inferred.nq")
    assert "id/rhine> <http://127.0.0.1:8000/ontology#isCrossedBy> <http://127.0.0.1:8000/id/old-bridge>" in inferred
    assert "owl#Thing" not in inferred
    asserted = {
        line.rsplit(" ", 2)[0]
        for part in ("data", "ontology", "derived")
        for line in dump(built, f"{part}.nq").splitlines()
    }
    assert asserted.isdisjoint(line.rsplit(" ", 2)[0] for line in inferred.splitlines())


def test_a_contradiction_stops_the_build_and_names_thing_and_classes(site: Path) -> None:
    add(site, "data/bridges.ttl", "<old-bridge> a br:River .")
    [finding] = violations(site)
    assert finding.focus == f"{BRIDGES}id/old-bridge"
    assert finding.path == "data/bridges.ttl"
    assert "br:Bridge" in finding.message
    assert "br:River" in finding.message


def test_a_violation_stops_the_build_with_file_line_thing_shape_and_message(site: Path) -> None:
    add(site, "data/bridges.ttl", "<nameless> a br:Bridge ; br:crosses <rhine> .")
    with pytest.raises(FindingsError) as stopped:
        pipeline.build(site, site / "releases")
    [finding] = [finding for finding in stopped.value.findings if finding.severity == "Violation"]
    lines = (site / "data" / "bridges.ttl").read_text("utf-8").splitlines()
    assert (finding.path, lines[finding.line - 1]) == (
        "data/bridges.ttl",
        "<nameless> a br:Bridge ; br:crosses <rhine> .",
    )
    assert finding.focus == f"{BRIDGES}id/nameless"
    assert finding.shape == f"{BRIDGES}shapes#BridgeShape-label"
    assert finding.message == "Give the bridge a skos:prefLabel, in data/bridges.ttl."
    assert not list((site / "releases").glob("[0-9a-f]*"))


def test_what_the_shapes_only_remark_is_published_as_a_report(built: Built) -> None:
    report = dump(built, "report.nq")
    remarks = [finding for finding in built.findings if finding.step == "validate"]
    assert report.count("<http://www.w3.org/ns/shacl#ValidationResult>") == len(remarks) > 0
    assert "<http://www.w3.org/ns/shacl#sourceShape> <http://127.0.0.1:8000/shapes#BridgeShape-river>" in report


UNUSABLE_SHAPES = [
    pytest.param("brsh:BridgeShape-label sh:path skos:altLabel .", id="two paths"),
    pytest.param('brsh:BridgeShape-label sh:minCount "x" .', id="a count that is no number"),
    pytest.param('brsh:BridgeShape-label sh:pattern "(" .', id="a pattern that is no regular expression"),
    pytest.param("brsh:BridgeShape sh:property [ sh:minCount 1 ] .", id="a property shape without a path"),
    pytest.param('brsh:BridgeShape sh:sparql [ sh:select "SELECT $this WHERE {" ] .', id="a query that is no SPARQL"),
    pytest.param(
        'brsh:BridgeShape sh:sparql [ sh:select "SELECT $this WHERE { SERVICE <urn:x> { $this a ?c } }" ] .',
        id="a query that calls others",
    ),
]


@pytest.mark.parametrize("turtle", UNUSABLE_SHAPES)
def test_a_shape_that_cannot_be_used_is_a_finding_not_a_crash(site: Path, turtle: str) -> None:
    add(site, "shapes/bridges.ttl", turtle)
    [finding] = violations(site)
    assert (finding.path, finding.step) == ("shapes", "validate")


def test_the_same_sources_give_the_same_bytes_in_any_order_of_files(site: Path, tmp_path: Path) -> None:
    first = pipeline.build(site, tmp_path / "one", "https://a.example/")
    (site / "data" / "bridges.ttl").rename(site / "data" / "zzz.ttl")
    second = pipeline.build(site, tmp_path / "two", "https://a.example/")
    assert first.path.name == second.path.name == first.record.digest
    names = sorted(path.name for path in (first.path / "dumps").iterdir())
    assert names == sorted(path.name for path in (second.path / "dumps").iterdir())
    differing = [
        name
        for name in names
        if (first.path / "dumps" / name).read_bytes() != (second.path / "dumps" / name).read_bytes()
    ]
    assert differing == []


def test_another_base_gives_another_digest_and_the_same_canonical_one(site: Path, tmp_path: Path) -> None:
    records = [
        pipeline.build(site, tmp_path / "releases", base).record
        for base in ("https://a.example/", "https://b.example/kb/", "")
    ]
    assert len({record.digest for record in records}) == len(records)
    assert {record.canonical_digest for record in records} == {records[-1].digest}
    assert records[-1].base == BRIDGES


def test_a_release_is_named_by_the_digest_of_its_n_quads(built: Built) -> None:
    lines = (built.path / "dumps" / "all.nq").read_bytes().splitlines(keepends=True)
    assert canonical.digest(iter(lines)) == built.record.digest == built.path.name


def test_a_tag_without_capitals_makes_the_digest_that_of_the_file(site: Path) -> None:
    text = (site / "data" / "bridges.ttl").read_text("utf-8").replace("@en-GB", "@en")
    (site / "data" / "bridges.ttl").write_text(text, "utf-8")
    built = pipeline.build(site, site / "releases")
    assert hashlib.sha256((built.path / "dumps" / "all.nq").read_bytes()).hexdigest() == built.record.digest


AS_WRITTEN = ['"007"^^', '"31.60"^^', '"Old Bridge"@en-GB', "\\u0007", "\\r"]


@pytest.mark.parametrize("spelling", AS_WRITTEN)
@pytest.mark.parametrize("suffix", ["nq", "nt", "ttl", "trig"])
def test_a_dump_spells_literals_as_their_author_did(built: Built, spelling: str, suffix: str) -> None:
    assert spelling in dump(built, f"data.{suffix}")


def test_a_dump_that_a_format_cannot_hold_is_left_out_whole_and_says_why(built: Built) -> None:
    assert "all.rdf" in built.record.without
    assert not (built.path / "dumps" / "all.rdf").exists()
    assert (built.path / "dumps" / "ontology.rdf").exists()


def test_an_unchanged_publication_keeps_its_release(site: Path) -> None:
    first = pipeline.build(site, site / "releases")
    issued = read_record(first.path).issued
    second = pipeline.build(site, site / "releases")
    assert (first.is_new, second.is_new) == (True, False)
    assert second.path == first.path
    assert second.record.issued == issued


class Dumps:
    """Hears how many dumps a build writes."""

    written = 0
    step = ""

    def started(self, step: str) -> None:
        self.step = step

    def advanced(self, done: int, total: int) -> None:
        self.written += self.step == "pack"

    def finished(self, step: str, seconds: float) -> None: ...


def test_a_release_that_is_there_is_not_written_again(site: Path) -> None:
    first, second = Dumps(), Dumps()
    record = pipeline.build(site, site / "releases", watcher=first).record
    assert first.written >= len({(dump.part, dump.format) for dump in record.dumps})
    assert pipeline.build(site, site / "releases", watcher=second).record == record
    assert second.written == 0


@pytest.mark.parametrize("file", ["dumps/all.nq", "dumps/all.ttl.gz", "search.sqlite", "by-object.txt", "store"])
def test_a_release_that_lost_a_part_does_not_count_as_published(built: Built, tmp_path: Path, file: str) -> None:
    place = shutil.copytree(built.path, tmp_path / built.path.name)
    content = Content(built.record.digest, built.record.pages, built.record.generator)
    assert published(content, tmp_path) == place
    (place / file).rename(place / "lost")
    assert published(content, tmp_path) is None


def test_beside_a_damaged_release_a_new_one_is_made_and_served(site: Path) -> None:
    first = pipeline.build(site, site / "releases")
    (first.path / "search.sqlite").unlink()
    for is_new in (True, False):
        again = pipeline.build(site, site / "releases")
        assert again.is_new == is_new
        assert again.path.name == f"{first.path.name}-{first.record.generator.replace(' ', '-')}"
        assert current_link(site / "releases", BRIDGES).resolve() == again.path.resolve()


def test_what_another_version_of_the_program_made_of_the_same_content_stays_as_it_is(site: Path) -> None:
    first = pipeline.build(site, site / "releases")
    record = first.path / "release.json"
    record.write_text(record.read_text("utf-8").replace(first.record.generator, "axisld 0.0.1"), "utf-8")
    second = pipeline.build(site, site / "releases")
    assert read_record(first.path).generator == "axisld 0.0.1"
    assert second.path.name == f"{first.path.name}-{second.record.generator.replace(' ', '-')}"
    assert current_link(site / "releases", BRIDGES).resolve() == second.path.resolve()


def test_a_line_separator_in_a_title_does_no_harm(site: Path) -> None:
    add(site, "data/dataset.ttl", '<https://example.org/bridges/dataset> dcterms:title "one\u2028two\u0085three"@fr .')
    release = open_release(pipeline.build(site, site / "releases").path)
    assert any("one\u2028two" in quad.object for quad in release.metadata())
    release.close()


def test_the_link_of_a_base_leads_to_its_newest_release(site: Path) -> None:
    releases = site / "releases"
    pipeline.build(site, releases)
    add(site, "data/bridges.ttl", '<new-bridge> a br:Bridge ; skos:prefLabel "New Bridge"@en .')
    built = pipeline.build(site, releases)
    release = open_release(current_link(releases, BRIDGES))
    assert release.path == built.path.resolve()
    release.close()


def served_before(site: Path) -> Path:
    """A first release, and a publication changed since."""
    pipeline.build(site, site / "releases")
    add(site, "data/bridges.ttl", '<new-bridge> a br:Bridge ; skos:prefLabel "New Bridge"@en .')
    return current_link(site / "releases", BRIDGES).resolve()


BUILD = [sys.executable, "-m", "axisld", "build"]


@pytest.mark.parametrize("step", ["parse", "derive", "reason", "validate", "pack"])
def test_a_build_killed_in_any_step_leaves_the_served_release_and_the_next_build_clears_up(
    site: Path, step: str
) -> None:
    before = served_before(site)
    killer = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from axisld import pipeline\n"
        "class Killer:\n"
        "    def started(self, step):\n"
        f"        if step == {step!r}: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    def advanced(self, done, total): ...\n"
        "    def finished(self, step, seconds): ...\n"
        "pipeline.build(Path(sys.argv[1]), Path(sys.argv[1]) / 'releases', '', Killer())\n"
    )
    killed = subprocess.run([sys.executable, "-c", killer, site], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert current_link(site / "releases", BRIDGES).resolve() == before
    assert list((site / "releases").glob(".axisld-building-*"))
    pipeline.build(site, site / "releases")
    assert not list((site / "releases").glob(".axisld-building-*"))


def test_a_build_killed_while_it_writes_leaves_the_served_release(site: Path) -> None:
    before = served_before(site)
    listing = {path: path.stat().st_mtime_ns for path in before.rglob("*")}
    building = subprocess.Popen([*BUILD, "--root", site], stderr=subprocess.PIPE)
    assert building.stderr
    while not list((site / "releases").glob(".axisld-building-*/release/dumps/all.ttl")):
        assert building.poll() is None, "the build ended before it could be killed"
    building.kill()
    building.wait()
    building.stderr.close()
    assert current_link(site / "releases", BRIDGES).resolve() == before
    assert {path: path.stat().st_mtime_ns for path in before.rglob("*")} == listing


def test_builds_that_run_at_the_same_time_do_not_disturb_each_other(site: Path) -> None:
    builds = [subprocess.Popen([*BUILD, "--root", site], stderr=subprocess.PIPE) for _ in range(4)]
    assert [(build.communicate()[1], build.returncode)[1] for build in builds] == [0] * len(builds)
    assert not list((site / "releases").glob(".axisld-building-*"))


@pytest.fixture(params=["200k", "700k", "1200k", "1800k"])
def small_disk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A file system that is full early or late in a build."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={request.param}", "tmpfs", folder]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        skip_aloud("only root can mount a small file system")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk_stops_the_build_with_a_clear_error_and_leaves_what_is_served(site: Path, small_disk: Path) -> None:
    (small_disk / "releases").mkdir()
    marker = small_disk / "releases" / "served"
    marker.write_text("as it was")
    with pytest.raises(BuildError, match="No space left on device; what is served was not touched"):
        pipeline.build(site, small_disk / "releases")
    assert [path.name for path in (small_disk / "releases").iterdir()] == ["served"]
    assert marker.read_text() == "as it was"


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "axisld", *arguments], check=False, capture_output=True, text=True)


def test_check_exits_with_0_when_nothing_stops_a_build_and_writes_nothing(site: Path) -> None:
    before = sorted(site.rglob("*"))
    assert run("check", "--root", site).returncode == 0
    assert sorted(site.rglob("*")) == before


def test_nothing_is_printed_but_findings_when_literals_are_ill_typed(site: Path) -> None:
    add(site, "data/bridges.ttl", '<odd> br:inventoryNumber "abc"^^xsd:integer ; br:on "2020-02-30"^^xsd:date .')
    assert "Traceback" not in run("check", "--root", site).stderr


def test_json_is_printed_even_when_there_is_no_publication(tmp_path: Path) -> None:
    done = run("check", "--root", tmp_path, "--json")
    assert done.returncode == 1
    assert "nothing to publish" in json.loads(done.stdout)["error"]


def test_check_exits_with_1_on_findings_and_says_them_as_json(site: Path) -> None:
    add(site, "data/bridges.ttl", "<nameless> a br:Bridge .")
    done = run("check", "--root", site, "--json")
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert report["conforms"] is False
    assert "data/bridges.ttl" in {finding["path"] for finding in report["findings"]}


@pytest.mark.parametrize(
    "arguments", [["check", "--wrong"], ["build", "--root"], ["nothing"], ["build", "--base-iri", "x"]]
)
def test_wrong_usage_exits_with_2(arguments: list[str]) -> None:
    assert run(*arguments).returncode == 2


def test_every_step_says_its_time(site: Path) -> None:
    done = run("build", "--root", site)
    assert [line.split()[0] for line in done.stderr.splitlines() if line.endswith(" s")] == list(pipeline.STEPS)
