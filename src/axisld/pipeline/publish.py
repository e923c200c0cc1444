"""Where a build works aside, and how what it made takes its place: by one rename, or not at all."""

import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

from axisld.errors import AxisError, BuildError
from axisld.release import current_link, open_release

_OUTSIDE = {
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EROFS,
    errno.EACCES,
    errno.EEXIST,
    errno.ENOTDIR,
}  # faults that the sources have no part in
_DIGITS = 16  # of the second digest
_BUILDING = ".axisld-building-"


@contextmanager
def workplace(releases: Path | None) -> Iterator[Path]:
    """A temporary folder beside the releases (None: where the system keeps such), gone afterwards whatever happens.

    What builds that were killed left behind is cleared away first. A full disk becomes a BuildError.
    """
    place = releases or Path(tempfile.gettempdir())
    try:
        place.mkdir(parents=True, exist_ok=True)
        with _locked(place):  # builds that start at the same moment must not take each other for remains
            _clear_remains(place)
            folder = Path(tempfile.mkdtemp(prefix=_BUILDING, dir=place))
            held = _lock(folder)  # by this process only: it ends with it, killed or not
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(held)
    except OSError as error:
        if error.errno not in _OUTSIDE and "No space left" not in str(error):  # the SPARQL store gives no number
            raise
        reason = error.strerror or os.strerror(errno.ENOSPC)
        raise BuildError(f"{place}: {reason}; what is served was not touched") from error


@dataclass(frozen=True, slots=True)
class Content:
    """What makes a release another one."""

    digest: str  # of all statements
    pages: str  # digest of the publication's own pages; "" without any
    generator: str  # "axisld 0.1.0"


def published(content: Content, releases: Path) -> Path | None:
    """The whole release with this content, if there is one already."""
    place = _place(content, releases)
    return place if place.exists() else None


def publish(release: Path, content: Content, base: str, releases: Path) -> tuple[Path, bool]:
    """Move a finished release to its place and set the link of `base` to it; False: it had been there before."""
    with _locked(releases):
        place = _place(content, releases)
        is_new = not place.exists()
        if is_new:
            _flush(release)
            release.rename(place)
        _set_current(place, base, releases)
    return place, is_new


def publish_again(place: Path, base: str, releases: Path) -> None:
    """Set the link of `base` to a release that is there."""
    with _locked(releases):
        _set_current(place, base, releases)


def _place(content: Content, releases: Path) -> Path:
    """Where the release with this content stands or is to stand.

    It is named by the digest, and by that of the publication's own pages where it has some. What another version of
    this program made of the same content stays as it is, for it may be served, and so does what is damaged: the new
    release then has the version in its name too, and a number if need be.
    """
    name = f"{content.digest}-{content.pages[:_DIGITS]}" if content.pages else content.digest
    version = f"{name}-{content.generator.replace(' ', '-')}"
    names = chain((name, version), (f"{version}-{number}" for number in count(2)))
    places = (releases / name for name in names)
    return next(place for place in places if not place.exists() or _is_whole(place, content.generator))


def _is_whole(place: Path, generator: str) -> bool:
    """Whether a release of this version of the program can be served from there: what a look at its files can say."""
    try:
        release = open_release(place)
        release.close()
        dumps = release.record.dumps
        has_dumps = all(release.dump(dump.file).stat().st_size == dump.size_bytes for dump in dumps)
        return has_dumps and release.sparql_store.is_dir() and release.record.generator == generator
    except (AxisError, OSError):
        return False


def _set_current(place: Path, base: str, releases: Path) -> None:
    link = current_link(releases, base)
    link.parent.mkdir(exist_ok=True)
    _set_link(link, Path("..") / place.name)
    _flush_folder(releases)


def _set_link(link: Path, target: Path) -> None:
    """Replace the link in one step (rename(2)): a reader sees the old one or the new one."""
    aside = link.with_name(f"{link.name}.{os.getpid()}")
    aside.unlink(missing_ok=True)
    aside.symlink_to(target)
    aside.replace(link)


def _clear_remains(place: Path) -> None:
    for folder in place.glob(f"{_BUILDING}*"):
        try:
            lock = _lock(folder)
        except BlockingIOError:  # its build lives
            continue
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _lock(folder: Path) -> int:
    """A descriptor that holds the folder's lock until it is closed; BlockingIOError when another process has it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise
    return descriptor


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Nobody else does this with the folder at the same time; waits until that is so."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _flush(folder: Path) -> None:
    """Every file of the folder is on the disk before its name says that it is whole."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
    for path in (*filter(Path.is_dir, folder.rglob("*")), folder):
        _flush_folder(path)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
