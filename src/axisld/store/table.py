"""A file of sorted lines, looked up by prefix: the order itself is the index. Knows nothing of RDF.

Beside the file stands its block index: offset, line number and beginning of a line every `BLOCK_BYTES`. A look-up, a
count or a leap bisects that in memory, then one block of the mapped file, so it costs the same in a file of a kilobyte
and in one of a hundred gigabytes.
"""

import mmap
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from pathlib import Path

BLOCK_BYTES = 32 * 1024
_KEY_BYTES = 512  # of a line, in the block index


def write_table(path: Path, lines: Iterable[bytes]) -> None:
    """Write sorted lines, each ending in a newline, and the block index beside them."""
    position, next_block = 0, 0
    with path.open("wb", buffering=1 << 20) as table, index_path(path).open("wb") as index:
        for number, line in enumerate(lines):
            if position >= next_block:
                index.write(b"%d\t%d\t%s\n" % (position, number, line[:_KEY_BYTES].rstrip(b"\n")))
                next_block = position + BLOCK_BYTES
            table.write(line)
            position += len(line)


def index_path(path: Path) -> Path:
    return path.with_name(path.name + ".index")


class SortedTable:
    """Prefix look-ups in a file that `write_table` wrote."""

    def __init__(self, path: Path) -> None:
        """Raises OSError when the file or its index cannot be read."""
        entries = [entry.split(b"\t", 2) for entry in index_path(path).read_bytes().split(b"\n") if entry]
        self._offsets = [int(offset) for offset, _, _ in entries]
        self._numbers = [int(number) for _, number, _ in entries]
        self._keys = [key for _, _, key in entries]
        self._size = path.stat().st_size
        if self._offsets and self._size <= self._offsets[-1]:
            raise ValueError(f"{path.name} is shorter than its index says")
        self._map: mmap.mmap | bytes = b""
        if self._size:  # an empty file cannot be mapped
            with path.open("rb") as file:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            if self._map[-1:] != b"\n":
                raise ValueError(f"{path.name} ends in the middle of a line")

    def close(self) -> None:
        if isinstance(self._map, mmap.mmap):
            self._map.close()

    def lines(self, prefix: bytes, *, skip: int = 0) -> Iterator[bytes]:
        """The lines that begin with `prefix`, newline included, without the first `skip` of them."""
        position = self.position(prefix)
        if skip:
            position = self._offset_of(self._number_at(position) + skip)
        while position < self._size:
            end = self._map.find(b"\n", position) + 1
            line = self._map[position:end]
            if not line.startswith(prefix):
                return
            yield line
            position = end

    def count(self, prefix: bytes) -> int:
        """How many lines begin with `prefix`."""
        return self._count(self.position(prefix), self.position(_successor(prefix)))

    def groups(self, prefix: bytes) -> Iterator[tuple[bytes, int]]:
        """The words that follow `prefix` up to a space, in order, each with the number of lines that have it there."""
        position, end = self.position(prefix), self.position(_successor(prefix))
        while position < end:
            word_end = self._map.find(b" ", position + len(prefix))
            group = self._map[position:word_end]
            following = self.position(_successor(group + b" "))
            yield group[len(prefix) :], self._count(position, following)
            position = following

    def _count(self, start: int, end: int) -> int:
        return self._number_at(end) - self._number_at(start)

    def _number_at(self, position: int) -> int:
        """The number of the line that begins at `position`; 0 is the first."""
        if not self._offsets:
            return 0
        block = bisect_right(self._offsets, position) - 1
        return self._numbers[block] + self._map[self._offsets[block] : position].count(b"\n")

    def _offset_of(self, number: int) -> int:
        """Where the line with this number begins; the size of the file when there is none."""
        block = bisect_right(self._numbers, number) - 1
        position = self._offsets[block] if block >= 0 else self._size
        for _ in range(number - self._numbers[block] if block >= 0 else 0):
            position = self._map.find(b"\n", position) + 1
            if not 0 < position < self._size:
                return self._size
        return position

    def position(self, key: bytes) -> int:
        """The offset of the first line that is not less than `key`; the size of the file when there is none."""
        following = bisect_left(self._keys, key)
        block = max(following - 1, 0)
        while block > 0 and key.startswith(self._keys[block]):  # a cut key says less than its line
            block -= 1
        low = self._offsets[block] if self._offsets else self._size
        high = self._offsets[following] if following < len(self._offsets) else self._size
        while low < high:
            middle = self._map.rfind(b"\n", low, (low + high) // 2) + 1 or low
            if self._map[middle : middle + len(key)] < key:
                low = self._map.find(b"\n", middle) + 1
            elif middle == low:
                return low
            else:
                high = middle
        return low


def _successor(prefix: bytes) -> bytes:
    """The least key above every line that begins with `prefix`."""
    stem = prefix.rstrip(b"\xff")
    return stem[:-1] + bytes([stem[-1] + 1]) if stem else b"\xff" * (_KEY_BYTES + 1)
