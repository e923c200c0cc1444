"""How sources become a release: parse, derive, reason, validate, pack, publish."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Protocol

from axisld.errors import Finding, FindingsError
from axisld.pipeline.advice import advise
from axisld.pipeline.derive import derive
from axisld.pipeline.examples import add_examples
from axisld.pipeline.pack import pack, write_content
from axisld.pipeline.pages import check_pages
from axisld.pipeline.parse import parse, statements
from axisld.pipeline.publish import publish, publish_again, published, workplace
from axisld.pipeline.reason import reason
from axisld.pipeline.scale import Scale
from axisld.pipeline.sources import DATASET, Sources
from axisld.pipeline.validate import validate
from axisld.release import VALIDATED, Record, current_link, read_record

STEPS = ("parse", "derive", "reason", "validate", "pack")
_SCALE = Scale()


class Watcher(Protocol):
    """Who wants to know how a build goes."""

    def started(self, step: str) -> None: ...
    def advanced(self, done: int, total: int) -> None: ...
    def finished(self, step: str, seconds: float) -> None: ...


class _Nobody:
    def started(self, step: str) -> None: ...
    def advanced(self, done: int, total: int) -> None: ...
    def finished(self, step: str, seconds: float) -> None: ...


@dataclass(frozen=True, slots=True)
class Built:
    """What a build left behind."""

    path: Path  # of the release
    record: Record
    findings: tuple[Finding, ...]  # Warnings and Infos
    is_new: bool  # False when the same content had been published before


def check(root: Path, watcher: Watcher | None = None, scale: Scale = _SCALE) -> list[Finding]:
    """Everything that is wrong with the publication at `root`, or worth a look. Writes nothing that stays."""
    try:
        with workplace(None) as folder:
            return _checked(root, folder, watcher or _Nobody(), scale)[1]
    except FindingsError as error:
        return list(error.findings)


def build(root: Path, releases: Path, base: str = "", watcher: Watcher | None = None, scale: Scale = _SCALE) -> Built:
    """Publish the folder `root` as a release in `releases`, on the base IRI `base` or its own.

    Until the last step, a rename, nothing that is served is touched: a build that fails, is killed or meets a full disk
    leaves what was there. Raises FindingsError with everything that stops it, PublicationError, BuildError.
    """
    watcher = watcher or _Nobody()
    with workplace(releases) as folder:
        sources, findings = _checked(root, folder, watcher, scale, lambda own: current_link(releases, base or own))
        if any(finding.severity == "Violation" for finding in findings):
            raise FindingsError(findings)
        release = folder / "release"
        release.mkdir()
        base = base or sources.names.base
        with _timed("pack", watcher):
            content = write_content(sources, base, release)
            if path := published(content, releases):
                publish_again(path, base, releases)
                return Built(path, read_record(path), tuple(findings), is_new=False)
            pack(sources, base, content, release, watcher.advanced, scale.of(sources.count()))
            if sources.validated.exists():
                sources.validated.rename(release / VALIDATED)
        path, is_new = publish(release, content, base, releases)
        return Built(path, read_record(path), tuple(findings), is_new)


def _checked(
    root: Path, folder: Path, watcher: Watcher, scale: Scale, last: Callable[[str], Path] | None = None
) -> tuple[Sources, list[Finding]]:
    """`last` gives the last release of the publication with this base IRI."""
    with _timed("parse", watcher):
        sources = parse(root, folder, watcher.advanced)
        add_examples(sources)
    with _timed("derive", watcher):
        derive(sources, watcher.advanced)
    is_large = scale.is_large(sources.count())
    with _timed("reason", watcher):
        reason(sources, is_large=is_large)
    with _timed("validate", watcher):
        remembered = last(sources.names.base) / VALIDATED if last else None
        findings = validate(sources, scale, is_large=is_large, last=remembered)
    return sources, [*check_pages(root), *findings, *advise(sources.dataset, list(statements(sources.graph(DATASET))))]


@contextmanager
def _timed(step: str, watcher: Watcher) -> Iterator[None]:
    watcher.started(step)
    start = perf_counter()
    yield
    watcher.finished(step, perf_counter() - start)
