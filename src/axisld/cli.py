"""The command line. Exit status 0: good, 1: findings, 2: wrong usage."""

import json
import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict, fields, replace
from functools import wraps
from pathlib import Path
from typing import Any, TextIO

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from axisld import __version__
from axisld.config import Config, environment_name, from_environment
from axisld.errors import AxisError, Finding, FindingsError
from axisld.iris import Names

_CHECK_SETTINGS = ("root", "large_statements", "build_processes")
_BUILD_SETTINGS = ("releases", "base_iri", *_CHECK_SETTINGS)
_ENDPOINT_SETTINGS = tuple(setting.name for setting in fields(Config) if setting.name.startswith("endpoint"))
_PAGE_SETTINGS = ("document_max_age_seconds", "page_statements", "page_links")
_QUERY_SETTINGS = ("query_seconds", "query_memory_bytes", "query_result_bytes")
_FILE_COLUMNS = 200  # of a table that goes into a file or to another program
_FINDINGS = 1


def main(arguments: Sequence[str] | None = None) -> None:
    """The entry of the `axisld` command."""
    cli.main(args=arguments, prog_name="axisld")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(__version__, message="axisld %(version)s")
def cli() -> None:
    """Publish a folder of Turtle as linked data that can be checked."""


def settings(*names: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Options for these settings; the command gets one `config`, from flags over environment over defaults."""

    def decorated(command: Callable[..., None]) -> Callable[..., None]:
        @wraps(command)
        def run(**given: Any) -> None:
            flags = {name: given.pop(name) for name in names}
            chosen = {name: value for name, value in flags.items() if value is not None}
            try:
                config = replace(from_environment(os.environ), **chosen)
                Names(config.base)
            except ValueError as error:
                raise click.UsageError(str(error)) from error
            _reporting_errors(lambda: command(config=config, **given))

        for setting in reversed([setting for setting in fields(Config) if setting.name in names]):
            run = click.option(
                f"--{setting.name.replace('_', '-')}",
                setting.name,
                type=type(setting.default),
                default=None,
                help=f"{setting.metadata['help']}  [{environment_name(setting.name)}; default: {setting.default!r}]",
            )(run)
        return run

    return decorated


_from_release = click.option(
    "--release",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder of a release; build nothing.",
)
_source = click.option(
    "--source",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="The plain text, in UTF-8, into which the positions of the publication point.",
)
_as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document for programs.")


@cli.command()
@settings(*_CHECK_SETTINGS)
@_as_json
def check(config: Config, as_json: bool) -> None:
    """Look for everything that is wrong with the publication; write nothing."""
    from axisld import pipeline

    with _Display(quiet=as_json) as display:
        findings = pipeline.check(Path(config.root), display, _scale(config))
    _print_findings(findings, as_json=as_json)
    sys.exit(_FINDINGS if _stops(findings) else 0)


@cli.command()
@settings(*_BUILD_SETTINGS)
@_as_json
def build(config: Config, as_json: bool) -> None:
    """Check the publication and make a release of it, on its own base IRI or on --base-iri."""
    built = _build(config, config.base_iri, quiet=as_json)
    if as_json:
        record = built.record
        facts = {"digest": record.digest, "canonicalDigest": record.canonical_digest, "base": record.base}
        held = {"quads": record.parts[0].quads, "release": str(built.path), "isNew": built.is_new}
        click.echo(json.dumps(facts | held | {"findings": [asdict(finding) for finding in built.findings]}, indent=2))
        return
    _print_findings(built.findings, as_json=False)
    state = "published" if built.is_new else "unchanged"
    click.echo(f"{state}: {built.path}\n{built.record.parts[0].quads} statements on {built.record.base}")


@cli.command()
@settings(*(setting.name for setting in fields(Config)))
@_from_release
@click.option("--watch", is_flag=True, help="Build anew whenever a file of the publication is saved.")
def serve(config: Config, release: Path | None, watch: bool) -> None:
    """Build the publication, if it changed, and serve it; or, with --endpoint, what a SPARQL server holds."""
    from axisld.release import current_link, read_record
    from axisld.web.serving import serve as start

    if config.endpoint:
        if release or watch:
            raise click.UsageError("--endpoint serves neither a --release nor sources that can be watched")
        start(config, None)
        return
    if release:
        read_record(release)
        start(config, release)
        return
    built = _build(config, config.base, quiet=False)
    _print_findings(built.findings, as_json=False)
    link = current_link(config.releases_folder, config.base)
    if not watch:
        start(config, link)
        return
    from axisld.watching import rebuilding

    with rebuilding(config):
        start(config, link)


@cli.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--ignore-missing", is_flag=True, help="Be content with the files that were downloaded.")
@_as_json
def verify(folder: Path, ignore_missing: bool, as_json: bool) -> None:
    """Verify the dumps in FOLDER: checksums, counts, and that every format says the same."""
    from axisld.verify import verify as verified

    def said(what: str, step: int, steps: int) -> None:
        if not as_json:
            click.echo(f"{step:>4}/{steps} {what}", err=True)

    report = _reporting_errors(lambda: verified(folder, said, ignore_missing=ignore_missing))
    _print_findings(report.findings, as_json=as_json)
    if not report.findings and not as_json:
        click.echo(f"verified: {report.files} files, {report.dumps} dumps")
    sys.exit(_FINDINGS if report.findings else 0)


@cli.command()
@settings("root")
@_source
@_as_json
def coverage(config: Config, source: Path, as_json: bool) -> None:
    """Look for sentences of a text without a claim, and for positions that do not fit it."""
    from axisld.coverage import coverage as measured

    found = measured(Path(config.root), source)
    if as_json:
        counts = {kind: {"covered": covered, "total": total} for kind, (covered, total) in found.counts().items()}
        uncovered, findings = ([asdict(item) for item in items] for items in (found.uncovered, found.findings))
        document = {"isWhole": found.is_whole, "counts": counts, "uncovered": uncovered, "findings": findings}
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        for kind, (covered, total) in found.counts().items():
            click.echo(f"{kind:<15} {covered:>5} of {total} covered")
        for span in found.uncovered:
            click.echo(f"{source.name}:{span.line}: {span.kind} not covered: {span.first_words} …", err=True)
        _print_findings(found.findings, as_json=False)
    sys.exit(0 if found.is_whole else _FINDINGS)


@cli.command()
@click.argument("words")
@_source
@_as_json
def locate(words: str, source: Path, as_json: bool) -> None:
    """Say where the sentences with WORDS stand in a text: line, offsets, checksum, as a passage needs them."""
    from axisld.coverage import located

    found = _reporting_errors(lambda: list(located(source, words)))
    if as_json:
        click.echo(json.dumps([asdict(place) for place in found], ensure_ascii=False, indent=2))
    else:
        for place in found:
            click.echo(f"{source.name}:{place.line}: {place.kind}: {place.first_words} …")
            click.echo(f"  oa:start {place.start} ; oa:end {place.end} ; SHA-256 {place.sha256}")
    if not found:
        click.echo(f"axisld: {source} has no such words in one sentence, line or entry: {words!r}", err=True)
    sys.exit(0 if found else _FINDINGS)


@cli.command()
@click.argument("old", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("new", type=click.Path(exists=True, file_okay=False, path_type=Path))
def diff(old: Path, new: Path) -> None:
    """Print what changed from the release in the folder OLD to that in NEW, as an RDF Patch; exit 1 if any did."""
    from axisld.diff import diff as compared
    from axisld.diff import patch

    counts: Counter[str] = Counter()
    changes = _reporting_errors(lambda: list(compared(old, new)))
    for line in patch(changes, old, new) if changes else ():
        counts[line[0]] += line[0] in "AD"
        click.echo(line)
    click.echo(f"{counts['A']} statements added, {counts['D']} deleted", err=True)
    sys.exit(_FINDINGS if changes else 0)


@cli.group()
def links() -> None:
    """Look after the links to other publications."""


def _http_address(_context: click.Context, _parameter: click.Parameter, address: str | None) -> str | None:
    if address is not None and not re.match(r"https?://[^/?#\s]+[^#\s]*$", address):
        raise click.BadParameter(f"{address!r} is no address of an endpoint: write http(s)://host/path")
    return address


@links.command("check")
@settings("root")
@click.option("--endpoint", callback=_http_address, help="The SPARQL endpoint to ask.  [default: that of Wikidata]")
@_as_json
def check_links(config: Config, endpoint: str | None, as_json: bool) -> None:
    """Ask Wikidata whether the links to it still hold; change nothing."""
    from axisld import links as wikidata
    from axisld.links.endpoint import Endpoint, user_agent

    publication = wikidata.read(Path(config.root))
    asked = Endpoint(endpoint or wikidata.WIKIDATA, user_agent(publication.contact))
    with _Display(quiet=as_json) as display:
        display.started("links")
        report = wikidata.check(publication, asked, display.advanced)
    if as_json:
        document = {"isGood": report.is_good, "isPartial": report.is_partial} | asdict(report)
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        _print_links(report, publication.base)
    if report.problem:
        click.echo(f"axisld: {report.problem}", err=True)
    sys.exit(0 if report.is_good else _FINDINGS)


def _print_links(report: Any, base: str) -> None:
    """A table of the links, those to look at first; then what has none."""
    table = Table(box=SIMPLE_HEAD, padding=0, pad_edge=False)
    for column in ("thing", "relation", "item", "status", "verdict", "why", "is a"):
        table.add_column(column, overflow="fold")  # an id that is cut is of no use
    for checked in sorted(report.checked, key=lambda checked: checked.verdict == "agreement"):
        link = checked.link
        names = (link.thing.removeprefix(base), *(re.split("[/#]", iri)[-1] for iri in (link.relation, link.item)))
        row = (*names, link.status, checked.verdict, "; ".join(checked.reasons), ", ".join(checked.types))
        table.add_row(*map(escape, row))
    Console(width=None if sys.stdout.isatty() else _FILE_COLUMNS).print(table)
    verdicts = Counter(checked.verdict.value for checked in report.checked)
    counts = [*sorted(verdicts.items()), ("missing", len(report.missing))]
    click.echo(", ".join(f"{name}: {count}" for name, count in counts))
    for thing, name in report.missing.items():
        click.echo(f"missing: {thing.removeprefix(base)} ({name})")


@cli.command()
@settings(*_BUILD_SETTINGS, *_ENDPOINT_SETTINGS)
@_from_release
@click.option("--graph-store", callback=_http_address, help="Its Graph Store Protocol service.")
@click.option("--update", callback=_http_address, help="Its SPARQL Update service.")
def load(config: Config, release: Path | None, graph_store: str | None, update: str | None) -> None:
    """Fill a SPARQL server with a release and verify it; without --release, build the publication first."""
    from axisld.loading import load as fill
    from axisld.release import open_release
    from axisld.store.remote_client import Access
    from axisld.store.remote_writing import Writer

    if not config.endpoint or not (graph_store or update):
        raise click.UsageError("name the server: --endpoint, and --graph-store or --update or both")
    path = release or _build(config, config.base_iri, quiet=False).path
    access = Access(config.endpoint, config.endpoint_start_seconds, config.endpoint_user, config.endpoint_password)
    with (
        closing(open_release(path)) as opened,
        closing(Writer(access, graph_store=graph_store or "", update=update or "")) as writer,
    ):
        loaded = fill(opened, access, writer, _step)
    for found in loaded:
        respelled = "; some literals are respelled" if found.is_respelled else ""
        click.echo(f"{found.graph}: {found.difference or f'{found.statements} statements{respelled}'}")
    sys.exit(_FINDINGS if any(found.difference for found in loaded) else 0)


@cli.command()
@settings(*_BUILD_SETTINGS, *_PAGE_SETTINGS)
@_from_release
@click.option(
    "--static",
    "folder",
    type=click.Path(path_type=Path),
    required=True,
    help="The folder to write; an export of before is replaced.",
)
@click.option(
    "--codings",
    default="gzip",
    show_default=True,
    help="Compress beside each file: gzip, br, zstd, several by commas; empty: none.",
)
def export(config: Config, release: Path | None, folder: Path, codings: str) -> None:
    """Write the publication as files for a static host on --base-iri, with configurations of web servers."""
    from axisld import static

    chosen = tuple(filter(None, codings.split(",")))
    if unknown := set(chosen) - set(static.CODINGS):
        raise click.UsageError(f"--codings: {', '.join(sorted(unknown))}: give some of {', '.join(static.CODINGS)}")
    path = release or _build(config, config.base_iri, quiet=False).path
    with _Display(quiet=False) as display:
        display.started("export")
        exported = static.export(path, folder, config, chosen, display.advanced)
    for reason in exported.left_out:
        click.echo(f"left out: {reason}", err=True)
    click.echo(f"{exported.files} files, {exported.bytes} bytes, in {folder}: README.md there says how to serve them")


@cli.command()
@click.argument("file", type=click.File(encoding="utf-8"))
@settings(*_BUILD_SETTINGS, *_ENDPOINT_SETTINGS, *_QUERY_SETTINGS)
@_from_release
@click.option("--format", "format_name", default="", help="table, json, xml, csv, tsv; for graphs ttl, jsonld, nt …")
def query(config: Config, file: TextIO, release: Path | None, format_name: str) -> None:
    """Run the query in FILE ("-": standard input): on the publication, on --release, or on --endpoint.

    The publication's prefixes need no declaration; IRIs on its canonical base mean those on the base that it has here.
    """
    from axisld import querying
    from axisld.release import open_release
    from axisld.remote import open_remote

    if config.endpoint:
        opened: Any = open_remote(config)
    else:
        opened = open_release(release or _build(config, config.base_iri, quiet=not sys.stderr.isatty()).path)
    with closing(opened):
        answer = querying.query(opened, config, file.read(), format_name)
    if isinstance(answer, bytes):
        sys.stdout.buffer.write(answer)
    elif isinstance(answer, bool):
        click.echo(str(answer).lower())
    else:
        _print_table(answer.columns, answer.rows)


def _step(what: str, step: int, steps: int) -> None:
    click.echo(f"{step:>4}/{steps} {what}", err=True)


def _print_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = Table(box=SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    for column in columns:
        table.add_column(escape(column), overflow="fold")
    for row in rows:
        table.add_row(*map(escape, row))
    Console(width=None if sys.stdout.isatty() else _FILE_COLUMNS).print(table)


def _build(config: Config, base: str, *, quiet: bool) -> Any:
    from axisld import pipeline

    with _Display(quiet=quiet) as display:
        return pipeline.build(Path(config.root), config.releases_folder, base, display, _scale(config))


def _scale(config: Config) -> Any:
    from axisld.pipeline.scale import Scale

    return Scale(config.large_statements, config.build_processes)


def _reporting_errors(run: Callable[[], Any]) -> Any:
    """Run, and turn what axisld reports into a message and exit status 1."""
    try:
        return run()
    except FindingsError as error:
        as_json = click.get_current_context().params.get("as_json", False)
        _print_findings(error.findings, as_json=as_json)
    except AxisError as error:
        if click.get_current_context().params.get("as_json", False):
            click.echo(
                json.dumps({"conforms": False, "error": str(error), "findings": []}, ensure_ascii=False, indent=2)
            )
        click.echo(f"axisld: {error}", err=True)
    sys.exit(_FINDINGS)


def _stops(findings: Sequence[Finding]) -> bool:
    return any(finding.severity == "Violation" for finding in findings)


def _print_findings(findings: Sequence[Finding], *, as_json: bool) -> None:
    if as_json:
        document = {"conforms": not _stops(findings), "findings": [asdict(finding) for finding in findings]}
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    for finding in findings:
        click.echo(str(finding), err=True)
    if findings:
        counts = Counter(finding.severity for finding in findings)
        click.echo(", ".join(f"{severity}: {count}" for severity, count in sorted(counts.items())), err=True)


class _Display:
    """The progress of a build, on the error stream."""

    def __init__(self, *, quiet: bool) -> None:
        columns = (TextColumn("{task.description:>9}"), BarColumn(30), MofNCompleteColumn(), TimeElapsedColumn())
        self._progress = Progress(*columns, console=Console(stderr=True), disable=quiet or not sys.stderr.isatty())
        self._quiet = quiet
        self._task = TaskID(0)

    def __enter__(self) -> "_Display":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def started(self, step: str) -> None:
        self._task = self._progress.add_task(step, total=None)

    def advanced(self, done: int, total: int) -> None:
        self._progress.update(self._task, completed=done, total=total)

    def finished(self, step: str, seconds: float) -> None:
        self._progress.update(self._task, completed=1, total=1)
        if self._progress.disable and not self._quiet:
            click.echo(f"{step:>9} {seconds:7.2f} s", err=True)
