"""Where a build works aside, and how what it made takes its place: by one rename, or not at all."""

import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from axisld.errors import BuildError, ReleaseError
from axisld.release import Record, current_link, read_record

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


def publish(release: Path, record: Record, releases: Path) -> tuple[Path, bool]:
    """Move a finished release to its place and set the link of its base to it; False: it had been there before.

    The place is named by the digest, and by that of the publication's own pages where it has some. What another version
    of this program made of the same content stays as it is, for it may be served; the new release then has the version
    in its name too.
    """
    with _locked(releases):
        name = f"{record.digest}-{record.pages[:_DIGITS]}" if record.pages else record.digest
        place = releases / name
        if place.exists() and not _is_from(place, record.generator):
            place = releases / f"{name}-{record.generator.replace(' ', '-')}"
        is_new = not place.exists()
        if is_new:
            _flush(release)
            release.rename(place)
        link = current_link(releases, record.base)
        link.parent.mkdir(exist_ok=True)
        _set_link(link, Path("..") / place.name)
        _flush_folder(releases)
    return place, is_new


def _is_from(place: Path, generator: str) -> bool:
    try:
        return read_record(place).generator == generator
    except ReleaseError:
        return False


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
