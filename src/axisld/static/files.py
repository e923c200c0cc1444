"""Files of an export: written once, compressed beside themselves, with times and checksums that the content decides."""

import hashlib
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from axisld.static.layout import NoFileError
from axisld.web.encoding import CODINGS, SMALLEST_BYTES

SUFFIXES = {"gzip": "gz", "br": "br", "zstd": "zst"}  # of the file that holds another in a content coding
_DAY_SECONDS = 86_400


class Files:
    """Writes below one folder; `written` has a line of SHA256SUMS for each file."""

    def __init__(self, folder: Path, issued: int, codings: Sequence[str]) -> None:
        """`issued` is the time of the release in seconds since 1970."""
        self._folder = folder
        self._issued = issued
        self._codings = codings
        self.written: list[str] = []
        self.bytes = 0

    def write(self, file: str, body: bytes, *, url: str = "", is_coded: bool = True) -> None:
        """Write a file, and it in each coding where that pays. Raises NoFileError where another is in the way."""
        path = self._folder / file
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._write(path, body)
        except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
            raise NoFileError(url or file, f"another file is where {file} would be") from error
        for coding in self._codings if is_coded and len(body) >= SMALLEST_BYTES else ():
            self._write(path.with_name(f"{path.name}.{SUFFIXES[coding]}"), CODINGS[coding](body))

    def link(self, file: str, source: Path, sha256: str) -> None:
        """Have a file that is there already, without a second copy where the file system allows."""
        path = self._folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(source, path)
        except OSError:  # another file system
            shutil.copy2(source, path)
        self._note(path, sha256, path.stat().st_size)

    def _write(self, path: Path, body: bytes) -> None:
        with path.open("xb") as file:
            file.write(body)
        digest = hashlib.sha256(body)
        # Web servers make entity tags of size and time: files of one size must not have one time.
        time = self._issued - int.from_bytes(digest.digest()[:4]) % _DAY_SECONDS
        os.utime(path, (time, time))
        self._note(path, digest.hexdigest(), len(body))

    def _note(self, path: Path, sha256: str, size: int) -> None:
        self.written.append(f"{sha256}  {path.relative_to(self._folder.parent).as_posix()}\n")
        self.bytes += size
