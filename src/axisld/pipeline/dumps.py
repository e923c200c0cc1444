"""The dumps of a release: each part in each format, plain and compressed, with checksums and how to verify them."""

import gzip
import hashlib
import os
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import NamedTuple, Protocol

import zstandard

from axisld import canonical, terms
from axisld.errors import UnrepresentableError
from axisld.pipeline.parse import statements
from axisld.release import WHOLE, Dump, Part
from axisld.representations import formats
from axisld.representations.blank_nodes import BlankNodes
from axisld.representations.formats import RdfFormat
from axisld.representations.writing import Layout
from axisld.verify import write_digests, write_notes, write_sums

_GZIP_LEVEL = 6
_ZSTANDARD_LEVEL = 10
_BLOCK_BYTES = 1 << 20


def write_dumps(
    folder: Path,
    parts: Sequence[Part],
    others: Path,
    prefixes: dict[str, str],
    base: str,
    advanced: Callable[[int, int], None],
    pool: Executor,
) -> tuple[tuple[Dump, ...], dict[str, str]]:
    """Write every part in every format beside its N-Quads and N-Triples, which stand in `folder` already.

    `others` holds what stands in no part but the whole, graph by graph, the default graph first.
    Gives the files, and the reason for each that a format cannot hold: it is left out whole, never in part.
    """
    dumps: list[Dump] = []
    without: dict[str, str] = {}
    graphs = [others, *(folder / f"{part.name}.nq" for part in parts if part.name != WHOLE)]
    tasks = [
        _Task(folder, part.name, format, graphs if part.name == WHOLE else [folder / f"{part.name}.nq"], prefixes)
        for part in parts
        for format in formats.DUMPS
    ]
    for number, (written, reason) in enumerate(pool.map(_dump, tasks), 1):
        dumps += written
        if reason:
            without[tasks[number - 1].path.name] = reason
        advanced(number, len(tasks))
    write_digests(folder, parts)
    write_notes(folder, parts, without, base)
    write_sums(folder)
    return tuple(dumps), without


class _Task(NamedTuple):
    """A part to be written in a format."""

    folder: Path
    part: str
    format: RdfFormat
    graphs: Sequence[Path]  # of the part, for formats with graph names
    prefixes: dict[str, str]

    @property
    def path(self) -> Path:
        return self.folder / f"{self.part}.{self.format.suffix}"


def _dump(task: _Task) -> tuple[list[Dump], str]:
    """The files that were written, or why the format cannot hold the part."""
    try:
        if task.format not in (formats.N_QUADS, formats.N_TRIPLES):
            _write(task.path, task.format, task.folder / f"{task.part}.nq", task.graphs, task.prefixes)
    except UnrepresentableError as error:
        task.path.unlink()
        return [], error.reason
    return _with_compressed(task.path, task.part, task.format), ""


def _write(path: Path, format: RdfFormat, part: Path, graphs: Sequence[Path], prefixes: dict[str, str]) -> None:
    """A format with graph names takes one graph after the other; the others take the part in the order of its lines."""
    files = graphs if format.holds_graphs else [part]
    with_blanks = (terms.statement(line.decode()) for file in files for line in canonical.lines_with_blanks(file))
    layout = Layout(prefixes, BlankNodes(with_blanks, graphs=format.holds_graphs))
    with path.open("wb") as output:
        output.writelines(format.write(chain.from_iterable(map(statements, files)), layout))


def _with_compressed(path: Path, part: str, format: RdfFormat) -> list[Dump]:
    """The plain file and its compressed forms, made at the same time: the compressors run outside Python's lock."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        compressed = list(pool.map(lambda compress: compress(path), (_gzip, _zstandard)))
    return [
        Dump(file.name, part, format.suffix, compression, format.media_type, file.stat().st_size, _sha256(file))
        for file, compression in ((path, ""), *compressed)
    ]


def _gzip(path: Path) -> tuple[Path, str]:
    target = path.with_name(f"{path.name}.gz")
    # no name and no time in the header (RFC 1952, 2.3): the same content gives the same bytes
    with target.open("wb") as raw, gzip.GzipFile("", "wb", _GZIP_LEVEL, raw, mtime=0) as output:
        _copy(path, output)
    return target, "gz"


def _zstandard(path: Path) -> tuple[Path, str]:
    target = path.with_name(f"{path.name}.zst")
    compressor = zstandard.ZstdCompressor(level=_ZSTANDARD_LEVEL)
    with target.open("wb") as raw, compressor.stream_writer(raw, size=path.stat().st_size) as output:
        _copy(path, output)
    return target, "zst"


class Writable(Protocol):
    def write(self, data: bytes, /) -> int: ...


def _copy(path: Path, output: Writable) -> None:
    with path.open("rb") as source:
        shutil.copyfileobj(source, output, _BLOCK_BYTES)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def link_or_copy(source: Path, target: Path) -> None:
    """The same file under a second name, where the file system can; otherwise a copy."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
