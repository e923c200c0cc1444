"""A file of sorted lines, looked up by prefix: the order itself is the index. Knows nothing of RDF.

Beside the file stands its block index, the beginning of a line every `BLOCK_BYTES`; a look-up bisects it in memory,
then the block in the mapped file, so it costs the same in a file of a kilobyte and in one of a hundred gigabytes.
"""

import mmap
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from pathlib import Path

BLOCK_BYTES = 32 * 1024
_KEY_BYTES = 512  # of a line, in the block index
_CHUNK_BYTES = 256 * 1024


def write_table(path: Path, lines: Iterable[bytes]) -> None:
    """Write sorted lines, each ending in a newline, and the block index beside them."""
    position, next_block = 0, 0
    with path.open("wb", buffering=1 << 20) as table, index_path(path).open("wb") as index:
        for line in lines:
            if position >= next_block:
                index.write(b"%d\t%s\n" % (position, line[:_KEY_BYTES].rstrip(b"\n")))
                next_block = position + BLOCK_BYTES
            table.write(line)
            position += len(line)


def index_path(path: Path) -> Path:
    return path.with_name(path.name + ".index")


class SortedTable:
    """Prefix look-ups in a file that `write_table` wrote."""

    def __init__(self, path: Path) -> None:
        """Raises OSError when the file or its index cannot be read."""
        entries = [entry.split(b"\t", 1) for entry in index_path(path).read_bytes().split(b"\n") if entry]
        self._offsets = [int(offset) for offset, _ in entries]
        self._keys = [key for _, key in entries]
        self._size = path.stat().st_size
        self._map: mmap.mmap | bytes = b""
        if self._size:  # an empty file cannot be mapped
            with path.open("rb") as file:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def close(self) -> None:
        if isinstance(self._map, mmap.mmap):
            self._map.close()

    def lines(self, prefix: bytes, *, skip: int = 0) -> Iterator[bytes]:
        """The lines that begin with `prefix`, newline included, without the first `skip` of them."""
        position = self._after_lines(self.position(prefix), skip)
        while position < self._size and self._map[position : position + len(prefix)] == prefix:
            end = self._map.find(b"\n", position) + 1
            yield self._map[position:end]
            position = end

    def count(self, prefix: bytes) -> int:
        """How many lines begin with `prefix`."""
        start, end = self.position(prefix), self.position(_successor(prefix))
        return sum(
            self._map[chunk : min(chunk + _CHUNK_BYTES, end)].count(b"\n") for chunk in range(start, end, _CHUNK_BYTES)
        )

    def position(self, key: bytes) -> int:
        """The offset of the first line that is not less than `key`; the size of the file when there is none."""
        block = max(bisect_left(self._keys, key) - 1, 0)
        while block > 0 and key.startswith(self._keys[block]):  # a cut key says less than its line
            block -= 1
        low = self._offsets[block] if self._offsets else self._size
        high = self._size
        following = bisect_left(self._keys, key, lo=block)
        if following < len(self._offsets):
            high = self._offsets[following]
        while low < high:
            middle = self._map.rfind(b"\n", low, (low + high) // 2) + 1 or low
            if self._map[middle : middle + len(key)] < key:
                low = self._map.find(b"\n", middle) + 1
            elif middle == low:
                return low
            else:
                high = middle
        return low

    def _after_lines(self, position: int, skip: int) -> int:
        while skip > 0 and position < self._size:
            chunk = self._map[position : position + _CHUNK_BYTES]
            newlines = chunk.count(b"\n")
            if newlines <= skip and newlines:
                skip -= newlines
                position += chunk.rfind(b"\n") + 1
            elif newlines:
                for _ in range(skip):
                    position = self._map.find(b"\n", position) + 1
                return position
            else:  # one line longer than a chunk
                position = self._map.find(b"\n", position) + 1
                skip -= 1
        return position


def _successor(prefix: bytes) -> bytes:
    """The least key above every line that begins with `prefix`."""
    stem = prefix.rstrip(b"\xff")
    return stem[:-1] + bytes([stem[-1] + 1]) if stem else b"\xff" * (_KEY_BYTES + 1)
