"""A release as files that any static host can serve, with configurations that answer as the server does.

layout         which file holds the answer of which URL
asking         the pages' own program, asked within this process
files          files, written once and compressed beside themselves
writer         answers as files
documents      what there is about things
publication    what there is beside
accept         negotiation as regular expressions
hosts          configurations of web servers; templates/ holds them
"""

import json
import os
import shutil
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from axisld.config import Config
from axisld.errors import AxisError
from axisld.release import Release, open_release
from axisld.static import documents, hosts, publication
from axisld.static.asking import Asker
from axisld.static.files import SUFFIXES, Files
from axisld.static.writer import Told, Writer
from axisld.web.interface import LANGUAGES, PARAMETER
from axisld.web.site import Site

CODINGS = tuple(SUFFIXES)  # content codings that files can be kept in
SITE, CHECKSUMS = "site", "SHA256SUMS"
_MARK = "export.json"  # stands in every folder that we made
_CHUNK = 50  # documents that one process writes at a time
_FEW = 200  # documents that are not worth a second process


class ExportError(AxisError):
    """A folder that cannot be written."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(f"{folder}: {reason}")


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export made."""

    files: int
    bytes: int  # of all files, those of dumps included that share their place on disk with the release
    left_out: tuple[str, ...]  # what no file can hold, with the reason


Progress = Callable[[int, int], None]  # done, of how many


def export(
    release: Path,
    folder: Path,
    config: Config,
    codings: Sequence[str] = ("gzip",),
    progress: Progress = lambda *_: None,
) -> Exported:
    """Write a release below `folder`, which must not exist, be empty, or be an export of before; that is then replaced.

    The same release gives the same bytes. Raises ExportError, and leaves what is there as it was, where that cannot be.
    """
    _refuse_foreign(folder)
    with closing(open_release(release)) as opened, _beside(folder) as aside:
        writing = _Writing(opened, config, aside / SITE, tuple(codings))
        with (aside / CHECKSUMS).open("w", encoding="utf-8") as checksums:
            total, told = 0, Told()
            for part in writing.parts(progress):
                checksums.writelines(part.written)
                total += part.bytes
                told.add(part.told)
        hosts.write(aside, writing.here, told, writing.languages)
        mark = {"release": opened.record.digest, "base": opened.record.base, "generator": opened.record.generator}
        (aside / _MARK).write_text(json.dumps(mark, indent=2) + "\n", "utf-8")
        files = sum(1 for _ in (aside / CHECKSUMS).open("rb"))
        _replace(folder, aside)
    return Exported(files, total, tuple(told.left_out))


@dataclass(frozen=True)
class _Part:
    """What was written by one process at one go."""

    written: list[str]  # lines of checksums
    bytes: int
    told: Told


class _Writing:
    """One release being written."""

    def __init__(self, release: Release, config: Config, site: Path, codings: tuple[str, ...]) -> None:
        self._release, self._config, self._site, self._codings = release, config, site, codings
        self.here = Site(release, config, is_live=False)
        self.languages = _languages(self.here)
        self._asker = Asker(self.here)

    def parts(self, progress: Progress) -> Iterator[_Part]:
        """Everything, part by part, always in the same order."""
        things = sum(1 for _ in self._described())
        total, done = things + publication.count(self.here), 0
        writer = self._writer()
        with_fragments = documents.with_fragments(self.here, self._release.store.nodes())
        for _ in publication.steps(self.here, writer, with_fragments):
            done += 1
            progress(done, total)
        yield _part(writer)
        iris = self._described()
        chunks = iter(lambda: tuple(islice(iris, _CHUNK)), ())
        made = map(self.write, chunks) if things <= _FEW else self._in_processes(chunks)
        for part in made:
            done = min(done + _CHUNK, total)
            progress(done, total)
            yield part
        progress(total, total)

    def write(self, iris: Iterable[str]) -> _Part:
        """Write the documents about some things."""
        writer = self._writer()
        for iri in iris:
            documents.write(self.here, writer, iri)
        return _part(writer)

    def _described(self) -> Iterator[str]:
        return documents.described(self.here, self._release.store.nodes())

    def _writer(self) -> Writer:
        issued = int(self._release.issued.timestamp())
        return Writer(self._asker, Files(self._site, issued, self._codings), self.languages)

    def _in_processes(self, chunks: Iterable[Sequence[str]]) -> Iterator[_Part]:
        """Likewise on all cores, never with more chunks under way than keep them busy."""
        processes = os.cpu_count() or 1
        given = (self._release.path, self._config, self._site, self._codings)
        with ProcessPoolExecutor(processes, get_context("spawn"), _begin, given) as pool:
            under_way: deque[Future[_Part]] = deque()
            for chunk in chunks:
                under_way.append(pool.submit(_go_on, chunk))
                if len(under_way) > 2 * processes:
                    yield under_way.popleft().result()
            yield from (future.result() for future in under_way)


_own: list[_Writing] = []  # of a process that writes for another


def _begin(release: Path, config: Config, site: Path, codings: tuple[str, ...]) -> None:
    _own.append(_Writing(open_release(release), config, site, codings))


def _go_on(iris: Sequence[str]) -> _Part:
    return _own[0].write(iris)


def _part(writer: Writer) -> _Part:
    return _Part(writer.files.written, writer.files.bytes, writer.told)


def _languages(here: Site) -> dict[str, str]:
    """The languages that pages come in, each with the query that asks for it."""
    labels = {tag: f"lang={tag}" for tag in here.record.languages}
    return labels | {tag: f"{PARAMETER}={tag}" for tag in LANGUAGES}


def _refuse_foreign(folder: Path) -> None:
    if not folder.exists():
        return
    if not folder.is_dir():
        raise ExportError(folder, "is a file; name a folder")
    if any(folder.iterdir()) and not (folder / _MARK).is_file():
        raise ExportError(folder, "holds files that are no export of before; name another folder, or empty it")


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """A new folder beside the one that it will become, gone afterwards whatever happens."""
    place = folder.absolute().parent
    try:
        place.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".axisld-export-", dir=place))
    except OSError as error:
        raise ExportError(folder, f"cannot be written: {error.strerror}") from error
    try:
        aside.chmod(0o755)
        yield aside
    except OSError as error:
        raise ExportError(folder, f"cannot be written: {error.strerror}; what was there is as it was") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _replace(folder: Path, aside: Path) -> None:
    """Put the new folder in the place of the old by renaming, so that no reader sees half of it."""
    old = aside.with_name(f"{aside.name}-old")
    if folder.exists():
        folder.rename(old)
    aside.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
