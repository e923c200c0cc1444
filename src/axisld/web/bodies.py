"""Bodies of answers that are not in memory: files, whole or in part (RFC 9110, 14), and spooled answers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

CHUNK_BYTES = 256 * 1024
_RANGE = re.compile(r"bytes\s*=\s*([0-9]*)\s*-\s*([0-9]*)\s*")
_MOST_DIGITS = 19  # a file's size has no more


@dataclass(frozen=True, slots=True)
class FileBody:
    """`length` bytes of the file at `path` from `start` on; iterable, as WSGI wants it.

    A server that knows this class can send the file in a better way.
    """

    path: Path
    start: int
    length: int
    size: int  # of the whole file
    etag: str  # of the whole file: '"<sha256>"'

    @property
    def is_whole(self) -> bool:
        return self.length == self.size

    def __iter__(self) -> Iterator[bytes]:
        with self.path.open("rb") as file:
            file.seek(self.start)
            left = self.length
            while left > 0 and (chunk := file.read(min(CHUNK_BYTES, left))):
                left -= len(chunk)
                yield chunk


@dataclass(frozen=True, slots=True)
class SpooledBody:
    """A finished answer too large for memory; iterable once, as WSGI wants it."""

    file: IO[bytes]  # at its beginning
    size: int

    def __iter__(self) -> Iterator[bytes]:
        while chunk := self.file.read(CHUNK_BYTES):
            yield chunk

    def close(self) -> None:
        self.file.close()


def part(range_header: str, size: int) -> tuple[int, int] | None:
    """(start, length) of the one range that is asked for, length 0 when it lies outside; None to ignore the header.

    Several ranges are ignored, as RFC 9110, 14.2 allows: nobody needs them of a dump, and many are an attack.
    """
    match = _RANGE.fullmatch(range_header)
    if match is None or not (match[1] or match[2]) or max(len(match[1]), len(match[2])) > _MOST_DIGITS:
        return None
    if not match[1]:  # the last bytes
        length = min(int(match[2]), size)
        return size - length, length
    start = int(match[1])
    end = min(int(match[2]), size - 1) if match[2] else size - 1
    if match[2] and int(match[2]) < start:
        return None  # invalid (RFC 9110, 14.1.2), thus ignored
    return (start, end - start + 1) if start < size else (size, 0)
