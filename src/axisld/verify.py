"""Check a folder of dumps against what it says of itself: checksums, compressed copies, counts and RDFC-1.0 digests.

The folder holds dumps (`data.ttl`, `data.ttl.gz`, `data.ttl.zst`), `SHA256SUMS`, `digests.json` and `README.txt`.
The build writes the last three with the functions below; whoever downloads the folder needs nothing else to verify it.
"""

import gzip
import hashlib
import json
import re
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from typing import IO, Any, cast

import pyoxigraph as ox
import zstandard

from axisld import canonical, dump_notes
from axisld.canonical import TangledBlankNodesError
from axisld.errors import Finding, ReleaseError
from axisld.release import Part

SUMS = "SHA256SUMS"
DIGESTS = "digests.json"
NOTES = "README.txt"
ALGORITHM = "RDFC-1.0 with SHA-256; language tags count in lower case"

_SUM = re.compile(r"([0-9a-f]{64}) [ *]([^/\\]+)")
_DUMP = re.compile(r"(?P<part>.+)\.(?P<format>ttl|nt|nq|trig|jsonld|rdf)(?P<compression>\.gz|\.zst)?")
_COUNTED = {"nq": "quads", "nt": "triples"}  # formats with a statement on each line, and which count theirs is
_CHUNK_BYTES = 1 << 20
_DAMAGED = (OSError, EOFError, zlib.error, zstandard.ZstdError)  # what a damaged compressed file raises

Advanced = Callable[[str, int, int], None]  # hears what is checked now, the number of this step, and of all
_Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """What was checked, and what was found to be wrong: nothing when the dumps are good."""

    files: int  # compared with their checksum
    dumps: int  # parsed, one of each part and format, and compared with the digest
    findings: tuple[Finding, ...]


def verify(
    folder: Path,
    advanced: Advanced = lambda _what, _step, _steps: None,
    *,
    ignore_missing: bool = False,
    work: Path | None = None,
) -> VerificationReport:
    """Check every file of `folder`; with `ignore_missing`, be content with those that were downloaded.

    Temporary files, about as large as the largest plain dump, go to `work` (None: where the system keeps such).
    Raises ReleaseError when the folder says nothing that could be checked.
    """
    sums, stated = _read_sums(folder), _read_digests(folder)
    names = [name for name in sums if (folder / name).exists() or not ignore_missing]
    steps, step = len(names) + len(_compressed(names)) + len(_dumps(names)), count(1)

    def tell(what: str) -> None:
        advanced(what, next(step), steps)

    findings = [*_unlisted(folder, sums), *_wrong_sums(folder, names, sums, tell)]
    wrong = {finding.path for finding in findings}
    good = [name for name in names if name not in wrong]  # what is damaged needs no second finding
    findings += _wrong_copies(folder, _compressed(good), sums, tell)
    with tempfile.TemporaryDirectory(dir=work) as temporary:
        findings += _wrong_content(folder, _dumps(good), stated, Path(temporary), tell)
    return VerificationReport(len(names), len(_dumps(good)), tuple(findings))


def write_digests(folder: Path, parts: Iterable[Part]) -> None:
    """Write what the content of the dumps is compared with."""
    stated = {part.name: {key: value for key, value in asdict(part).items() if key != "name"} for part in parts}
    document = {"algorithm": ALGORITHM, "parts": stated}
    (folder / DIGESTS).write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", "utf-8")


def write_notes(folder: Path, parts: Sequence[Part], without: Mapping[str, str], base: str) -> None:
    """Write what the dumps are, and the commands that verify them. No dates: the same dumps, the same notes."""
    (folder / NOTES).write_text(dump_notes.notes(parts, without, base), "utf-8")


def write_sums(folder: Path) -> None:
    """Write the checksums of all other files in the folder, as `sha256sum -c` reads them."""
    names = sorted(path.name for path in folder.iterdir() if path.is_file() and path.name != SUMS)
    lines = [f"{_file_sum(folder / name)}  {name}\n" for name in names]
    (folder / SUMS).write_text("".join(lines), "utf-8")


def _read_sums(folder: Path) -> dict[str, str]:
    """Checksums by file name. A name with a slash is refused: the list may come from a stranger."""
    try:
        lines = (folder / SUMS).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ReleaseError(folder, f"{SUMS} cannot be read ({error}); download it beside the dumps") from error
    matches = [_SUM.fullmatch(line) for line in lines]
    if not lines or None in matches:
        raise ReleaseError(folder, f"{SUMS} is not a list of SHA-256 checksums and file names; download it again")
    return {match[2]: match[1] for match in matches if match}


def _read_digests(folder: Path) -> dict[str, Part]:
    try:
        stated: dict[str, dict[str, Any]] = json.loads((folder / DIGESTS).read_text("utf-8"))["parts"]
        return {name: Part(name=name, **part) for name, part in stated.items()}
    except OSError as error:
        raise ReleaseError(folder, f"{DIGESTS} cannot be read ({error}); download it beside the dumps") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ReleaseError(folder, f"{DIGESTS} cannot be understood ({error!r}); download it again") from error


def _compressed(names: Iterable[str]) -> list[str]:
    return [name for name in names if (dump := _DUMP.fullmatch(name)) and dump["compression"]]


def _dumps(names: Iterable[str]) -> dict[tuple[str, str], str]:
    """The file to read for each part and format: the plain one where it is there."""
    found: dict[tuple[str, str], str] = {}
    for name in sorted(names):  # all.nt before all.nt.gz
        if dump := _DUMP.fullmatch(name):
            found.setdefault((dump["part"], dump["format"]), name)
    return found


def _unlisted(folder: Path, sums: Mapping[str, str]) -> Iterator[Finding]:
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.name != SUMS and path.name not in sums:
            message = f"It is not listed in {SUMS}, so nothing vouches for it; remove it from the folder."
            yield Finding("Warning", message, path.name, step="verify")


def _wrong_sums(folder: Path, names: Iterable[str], sums: Mapping[str, str], tell: _Tell) -> Iterator[Finding]:
    for name in names:
        tell(name)
        try:
            found = _file_sum(folder / name)
        except FileNotFoundError:
            yield _violation(name, f"It is listed in {SUMS} but is not here; download it.")
        except OSError as error:
            yield _violation(name, f"It cannot be read: {error}.")
        else:
            if found != sums[name]:
                yield _violation(name, f"Its SHA-256 is {found}, {SUMS} says {sums[name]}; download it again.")


def _wrong_copies(folder: Path, names: Iterable[str], sums: Mapping[str, str], tell: _Tell) -> Iterator[Finding]:
    for name in names:
        tell(f"{name}, decompressed")
        plain = name.rpartition(".")[0]
        try:
            with _opened(folder / name) as file:
                found = _sum(file)
        except _DAMAGED as error:
            yield _violation(
                name, f"It cannot be decompressed ({error}); tell the publisher, for its checksum is right."
            )
        else:
            if found != sums.get(plain):
                yield _violation(name, f"It does not decompress to {plain} as {SUMS} lists it; tell the publisher.")


def _wrong_content(
    folder: Path, dumps: Mapping[tuple[str, str], str], stated: Mapping[str, Part], work: Path, tell: _Tell
) -> Iterator[Finding]:
    for (part, form), name in dumps.items():
        tell(f"{name}, statements")
        if part not in stated:
            yield _violation(name, f"{DIGESTS} says nothing of “{part}”; tell the publisher.")
        elif message := _wrong_statements(folder / name, form, stated[part], work):
            yield _violation(name, message)


def _wrong_statements(path: Path, form: str, part: Part, work: Path) -> str:
    """What is wrong with the statements of one dump; "" when they are those that were stated."""
    try:
        found = canonical.digest(canonical.canonical(_lines(path, form), work))
        counted = _COUNTED.get(form, "")
        lines = _count_lines(path) if counted else 0
    except SyntaxError as error:
        return f"It is not of its format: {error.msg}; tell the publisher."
    except _DAMAGED as error:
        return f"It cannot be read: {error}."
    except TangledBlankNodesError as error:
        return f"Its digest cannot be worked out: {error}"
    expected = part.digest if _holds_graphs(form) else part.triples_digest
    if found != expected:
        return f"The RDFC-1.0 digest of its statements is {found}, {DIGESTS} says {expected}; tell the publisher."
    if counted and lines != getattr(part, counted):
        return f"It holds {lines} {counted}, {DIGESTS} says {getattr(part, counted)}; tell the publisher."
    return ""


def _lines(path: Path, form: str) -> Iterator[bytes]:
    """The statements of a dump as lines of N-Quads. Raises SyntaxError."""
    parser = ox.RdfFormat.STREAMING_JSON_LD if form == "jsonld" and _is_streamable(path) else _parser(form)
    with _opened(path) as file:
        for quad in ox.parse(file, parser):
            yield f"{quad} .\n".encode()


def _is_streamable(path: Path) -> bool:
    """Whether the parser can read this JSON-LD as a stream; otherwise it needs several times the file in memory.

    That takes an order of keys (Streaming JSON-LD, 3: https://www.w3.org/TR/json-ld11-streaming/), which shows only in
    reading it: an error halfway would leave statements behind whose blank nodes come again under other names.
    """
    with _opened(path) as file:
        try:
            return all(True for _ in ox.parse(file, ox.RdfFormat.STREAMING_JSON_LD))
        except SyntaxError:
            return False


def _parser(form: str) -> ox.RdfFormat:
    parser = ox.RdfFormat.from_extension(form)
    if parser is None:
        raise AssertionError(f"no parser for {form}")
    return parser


def _holds_graphs(form: str) -> bool:
    return _parser(form).supports_datasets


def _count_lines(path: Path) -> int:
    with _opened(path) as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(_CHUNK_BYTES), b""))


def _opened(path: Path) -> IO[bytes]:
    """The content of a dump, compressed or not."""
    if path.suffix == ".gz":
        return cast("IO[bytes]", gzip.open(path, "rb"))
    if path.suffix == ".zst":
        decompressor = zstandard.ZstdDecompressor()
        return decompressor.stream_reader(path.open("rb"), read_across_frames=True, closefd=True)
    return path.open("rb")


def _file_sum(path: Path) -> str:
    with path.open("rb") as file:
        return _sum(file)


def _sum(file: IO[bytes]) -> str:
    hashed = hashlib.sha256()
    while chunk := file.read(_CHUNK_BYTES):
        hashed.update(chunk)
    return hashed.hexdigest()


def _violation(name: str, message: str) -> Finding:
    return Finding("Violation", message, name, step="verify")
