"""The canonical form of a dataset (RDFC-1.0, https://www.w3.org/TR/rdf-canon/) and its digest, at any size.

Only statements with blank nodes need the algorithm: it gives labels, and these depend on no other statement. Everything
else is sorting, which happens in temporary files. Lines are those of `terms.line`: canonical N-Quads, newline included.
"""

import hashlib
import io
import mmap
import re
import signal
import subprocess
import sys
import tempfile
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO

import pyoxigraph

from axisld import terms
from axisld.errors import AxisError, BuildError

RUN_BYTES = 32 * 1024 * 1024  # of lines sorted in memory at a time; Python needs two to three times as much for them
_READ_BYTES = 256 * 1024  # of each run held in memory while runs are merged
_MAX_RUNS = 64  # open at a time: far below any system's limit of open files
_HARMLESS_NODES = 5  # alike, which are labelled in no time however they are tangled, in so many statements
_HARMLESS_STATEMENTS = 2000
_LABEL_SECONDS = 60.0  # a second does about 150,000 statements that are not tangled
_STATEMENTS_PER_EXTRA_SECOND = 10_000
_HASH_LINES = 4096  # given to the hash at a time
_TAG_WITH_CAPITALS = re.compile(rb'"@[a-z0-9-]*[A-Z]')


class TangledBlankNodesError(AxisError):
    """Blank nodes too alike for RDFC-1.0 to label in reasonable time (its clause 7.1, "Dataset Poisoning")."""


def canonical(lines: Iterable[bytes], folder: Path) -> Iterator[bytes]:
    """The canonical document of the statements in `lines`, which may come in any order and more than once.

    Language tags stay as their author wrote them; `digest` lower-cases them. Temporary files go to `folder`.
    """

    def labelled() -> Iterator[bytes]:
        with_blanks = []
        for line in lines:
            if has_blank(line):
                with_blanks.append(line)
            else:
                yield line
        yield from canonicalize(with_blanks)

    return sort_unique(labelled(), folder)


def digest(lines: Iterable[bytes]) -> str:
    """SHA-256, hexadecimal, of the canonical document whose sorted lines these are.

    Language tags count in lower case, their form in the value space (RDF 1.1 Concepts, 3.3).
    """
    hashed = hashlib.sha256()
    lowered = _lower_tags(lines)
    while chunk := b"".join(islice(lowered, _HASH_LINES)):
        hashed.update(chunk)
    return hashed.hexdigest()


def digest_of_file(path: Path, folder: Path) -> str:
    """The digest of the statements in a file of sorted lines, whose blank nodes may have any labels.

    Where there are none, and no capitals in language tags, it is that of the file. Temporary files go to `folder`.
    """
    with path.open("rb") as lines:
        if any(True for _ in lines_with_blanks(path)):
            return digest(canonical(lines, folder))
        if _has_tag_with_capitals(path):
            return digest(lines)
        return hashlib.file_digest(lines, "sha256").hexdigest()


def lines_with_blanks(path: Path) -> Iterator[bytes]:
    """Those lines of a file that mention a blank node, found without reading the others line by line."""
    with _mapped(path) as text:
        position = text.find(b"_:")
        while position >= 0:
            start, end = text.rfind(b"\n", 0, position) + 1, text.find(b"\n", position) + 1
            if has_blank(line := text[start:end]):
                yield line
            position = text.find(b"_:", end)


def without_graphs(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The distinct triples of sorted lines of quads, sorted.

    Blank nodes keep the labels that they have among the quads: `canonical` gives them those of the triples.
    """
    previous = b""
    for line in lines:
        end = object_end(line)
        triple = line if line[end:] == b" .\n" else line[:end] + b" .\n"
        if triple != previous:
            yield triple
            previous = triple


def has_blank(line: bytes) -> bool:
    """Whether subject, object or graph is a blank node."""
    if b"_:" not in line:
        return False
    if line.startswith(b"_:") or line.split(b" ", 2)[2].startswith(b"_:"):
        return True
    last = line.rsplit(b" ", 2)[-2]  # the graph, or the object, or what a literal has after its last space
    return last.startswith(b"_:") and b'"' not in last


def sort_unique(lines: Iterable[bytes], folder: Path, run_bytes: int = RUN_BYTES) -> Iterator[bytes]:
    """The lines in the order of their bytes, which is that of code points, each once.

    Memory is bounded by `run_bytes`: sorted runs go to temporary files in `folder`, which vanish with the process.
    """
    runs: list[IO[bytes]] = []
    try:
        for run in _runs(lines, run_bytes):
            if len(runs) == _MAX_RUNS:
                merged = _written(_merged(runs), folder)
                _close(runs)
                runs = [merged]
            runs.append(_written(run, folder))
        yield from _merged(runs)
    finally:
        _close(runs)


def canonicalize(lines: Iterable[bytes]) -> list[bytes]:
    """These statements with their blank nodes labelled by RDFC-1.0, sorted, each once.

    They must be all the statements of the dataset that mention a blank node; others change nothing and cost time.
    Raises TangledBlankNodesError instead of taking hours.
    """
    statements = [terms.statement(line.decode()) for line in lines]
    nodes = {term for quad in statements for term in quad if terms.is_blank(term)}
    if not nodes:
        return sorted({terms.line(quad).encode() for quad in statements})
    document = "".join(map(terms.line, statements)).encode()
    if len(statements) <= _HARMLESS_STATEMENTS and _alike(statements) <= _HARMLESS_NODES:
        labelled = _label(document)
    else:
        seconds = _LABEL_SECONDS + len(statements) / _STATEMENTS_PER_EXTRA_SECOND
        try:
            labelled = _label_aside(document, seconds)
        except TimeoutError as error:
            raise TangledBlankNodesError(
                f"{len(nodes)} blank nodes are linked so much alike that they got no canonical labels within "
                f"{seconds:.0f} s. Give those that have statements such as {_tangled_example(statements)} an IRI each."
            ) from error
    return sorted(_respelled(labelled, statements))


def _alike(statements: Iterable[terms.Statement]) -> int:
    """How many blank nodes are not told from all others by what their own statements say, but for labels.

    For these alone RDFC-1.0 tries what labels they may have (4.8, "Hash N-Degree Quads").
    """
    said: dict[str, set[tuple[object, ...]]] = defaultdict(set)
    for quad in statements:
        for node in filter(terms.is_blank, quad):
            said[node].add((_unlabelled(quad), *(term == node for term in quad)))
    nodes = Counter(map(frozenset, said.values()))
    return sum(number for number in nodes.values() if number > 1)


def _label(document: bytes) -> bytes:
    # lenient: what the sources may say is the parser's business, not that of the labels
    dataset = pyoxigraph.Dataset(pyoxigraph.parse(document, pyoxigraph.RdfFormat.N_QUADS, lenient=True))
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    written = io.BytesIO()
    pyoxigraph.serialize(dataset, written, pyoxigraph.RdfFormat.N_QUADS)
    return written.getvalue()


def _label_aside(document: bytes, seconds: float) -> bytes:
    """`_label` in a process that can be stopped: it holds the interpreter's lock and looks at no signal."""
    # -P: a module of the folder we happen to stand in must not be taken for one of ours
    command = [sys.executable, "-P", "-m", "axisld.canonical", str(int(seconds) + 1)]
    try:
        done = subprocess.run(command, input=document, stdout=subprocess.PIPE, timeout=seconds, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise TimeoutError from error
    if done.returncode:
        raise BuildError(
            f"the process that labels {len(document)} bytes of statements with blank nodes ended with status "
            f"{done.returncode}: give it more memory, or give the blank nodes IRIs"
        )
    return done.stdout


def _respelled(labelled: bytes, statements: Iterable[terms.Statement]) -> set[bytes]:
    """The labelled lines with each literal as its author spelled it: pyoxigraph lower-cases language tags.

    Where two statements differ in nothing but labels and the case of a tag, both get the spelling that sorts first.
    """
    spelling: dict[terms.Statement, str] = {}
    for quad in statements:
        key = _unlabelled(quad)
        spelling[key] = min(quad.object, spelling.get(key, quad.object))
    lines = set()
    for line in labelled.decode().split("\n")[:-1]:
        quad = terms.statement(line)
        if terms.is_literal(quad.object):
            quad = quad._replace(object=spelling[_unlabelled(quad)])
        lines.add(terms.line(quad).encode())
    return lines


def _unlabelled(quad: terms.Statement) -> terms.Statement:
    """What is the same before and after labelling."""
    subject, predicate, value, graph = ("_:" if terms.is_blank(term) else term for term in quad)
    if terms.is_literal(value):
        lexical, language, datatype = terms.literal(value)
        value = f"{lexical}\n{language.lower()}\n{datatype}"
    return terms.Statement(subject, predicate, value, graph)


def _tangled_example(statements: Iterable[terms.Statement]) -> str:
    """The property that links most blank nodes to one another."""
    links = Counter(
        quad.predicate for quad in statements if terms.is_blank(quad.subject) and terms.is_blank(quad.object)
    )
    predicate = links.most_common(1)[0][0] if links else "…"
    return f"“_:x {predicate} _:y”"


def _has_tag_with_capitals(path: Path) -> bool:
    with _mapped(path) as text:
        return bool(_TAG_WITH_CAPITALS.search(text))


@contextmanager
def _mapped(path: Path) -> Iterator[mmap.mmap | bytes]:
    with path.open("rb") as file:
        if not path.stat().st_size:  # cannot be mapped
            yield b""
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
            yield text


def _lower_tags(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The sorted lines with language tags in lower case, again sorted and each once.

    A line only moves behind others that have the same subject, predicate and text, and a language tag.
    """
    moving: set[bytes] = set()
    prefix = b""  # of the lines among which those in `moving` find their place
    for line in lines:
        if moving and not line.startswith(prefix):
            yield from sorted(moving)
            moving.clear()
        before, _, after = line.rpartition(b'"')
        if after.startswith(b"@") and (moving or after.partition(b" ")[0] != after.partition(b" ")[0].lower()):
            tag, space, graph = after.partition(b" ")
            prefix = before + b'"@'
            moving.add(before + b'"' + tag.lower() + space + graph)
        else:
            yield line
    yield from sorted(moving)


def object_end(line: bytes) -> int:
    """Where the object of the statement ends."""
    quote = line.rfind(b'"')
    if quote > 0:
        return line.index(b" ", quote)
    return line.index(b" ", line.index(b" ", line.index(b" ") + 1) + 1)


def _runs(lines: Iterable[bytes], run_bytes: int) -> Iterator[list[bytes]]:
    """The lines in sorted lists of about `run_bytes` bytes, no line twice in one."""
    run: list[bytes] = []
    size = 0
    for line in lines:
        run.append(line)
        size += len(line)
        if size >= run_bytes:
            yield _in_order(run)
            run, size = [], 0
    if run:
        yield _in_order(run)


def _written(lines: Iterable[bytes], folder: Path) -> IO[bytes]:
    run: IO[bytes] = tempfile.TemporaryFile(dir=folder, buffering=_READ_BYTES)  # noqa: SIM115 (outlives this function)
    run.writelines(lines)
    return run


def _merged(runs: Iterable[IO[bytes]]) -> Iterator[bytes]:
    """The lines of sorted runs, sorted, each once.

    Block by block: list.sort merges sorted stretches in C, ten times as fast as heapq.merge takes line after line.
    """
    for run in runs:
        run.seek(0)
    blocks = [(run, block) for run in runs if (block := run.readlines(_READ_BYTES))]
    while blocks:
        last = min(block[-1] for _, block in blocks)  # up to here every run is in memory
        ready: list[bytes] = []
        following = []
        for run, block in blocks:
            end = bisect_right(block, last)
            ready += block[:end]
            if rest := block[end:] or run.readlines(_READ_BYTES):
                following.append((run, rest))
        blocks = following
        yield from _in_order(ready)


def _in_order(lines: list[bytes]) -> list[bytes]:
    lines.sort()
    return list(dict.fromkeys(lines))  # a set would lose the order, and with it the speed of sorting what is sorted


def _close(runs: Iterable[IO[bytes]]) -> None:
    for run in runs:
        run.close()


if __name__ == "__main__":  # the process of _label_aside
    if hasattr(signal, "alarm"):
        signal.alarm(int(sys.argv[1]))  # the kernel ends this process even if nobody is left to do so
    sys.stdout.buffer.write(_label(sys.stdin.buffer.read()))
