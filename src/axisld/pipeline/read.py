"""Read one file of RDF, however large: its statements as lines of N-Quads, every mistake as a finding."""

import mmap
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pyoxigraph as ox

from axisld import terms
from axisld.errors import Finding
from axisld.pipeline.sources import SourceFile

_FORMATS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".trig": ox.RdfFormat.TRIG,
    ".nq": ox.RdfFormat.N_QUADS,
}
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_BLOCK_BYTES = 1 << 20
_ADVICE = (
    ("has not been declared", "declare it at the top of the file: @prefix name: <namespace> ."),
    ("No scheme found", "write the whole IRI, or declare @base <…> at the top of the file"),
    (
        "Unexpected end of file",
        'close what is open: a string with ", a list with ), a block with ], a statement with .',
    ),
    ("Invalid IRI", "percent-encode what an IRI may not hold (a space is %20)"),
    ("language", "write a tag of BCP 47 after the @, such as @en or @fa-Latn"),
    ("escape", r"write \\ for a backslash, \" for a quotation mark"),
)


def read(file: SourceFile, output: BinaryIO, findings: list[Finding]) -> tuple[dict[str, str], str]:
    """Append the file's statements to `output`; gives its prefixes and its last base IRI.

    What is wrong goes into `findings`; what was appended is of no use then. Memory does not grow with the file, but
    with its literals whose language tag has capitals.
    """
    try:
        with file.path.open("rb") as source:
            if undecodable := _first_undecodable_line(source):
                message = "is not UTF-8 here; save the file as UTF-8"
                findings.append(Finding("Violation", message, file.name, undecodable))
                return {}, ""
            lines = _Lines(file.name, output, _authored_tags(source), findings)
            source.seek(0)
            source.seek(len(_BYTE_ORDER_MARK) if source.read(len(_BYTE_ORDER_MARK)) == _BYTE_ORDER_MARK else 0)
            parser = ox.parse(source, _FORMATS[file.path.suffix], rename_blank_nodes=True)
            _convert(parser, lines, file.name, findings)
            return dict(parser.prefixes), parser.base_iri or ""
    except OSError as error:
        if Path(error.filename or "") != file.path:  # the disk that is written to, not the file that is read
            raise
        findings.append(Finding("Violation", f"cannot be read: {error.strerror}", file.name))
        return {}, ""


def _convert(parser: ox.QuadParser, lines: "_Lines", name: str, findings: list[Finding]) -> None:
    """The parser goes on behind an error, so that one reading finds them all."""
    last_line: int | None = None
    while True:
        try:
            ox.serialize(parser, lines, format=ox.RdfFormat.N_QUADS)  # type: ignore[arg-type]
        except SyntaxError as error:
            if error.lineno != last_line:  # what follows on the same line mostly follows from the first
                findings.append(_syntax_finding(name, error))
            last_line = error.lineno
            continue
        return


_IN_RDF_12 = re.compile(rb'(?:\)>>|"@[a-z0-9-]+--(?:ltr|rtl))(?: <[^>\n]*>)? \.\n')
_IN_BLANK_GRAPH = re.compile(rb'^\S+ \S+ (?:[^"\s]\S*|".*"\S*) _:\S+ \.\n', re.MULTILINE)
_BLANK_GRAPH = "has a graph named by a blank node, for which nobody can ask; name it by an IRI"
_RDF_12 = "uses triple terms or base directions of RDF 1.2, which most readers cannot parse yet; write RDF 1.1"


class _Lines:
    """Where the parser's statements go: looked through for what cannot be published, tags as authors wrote them."""

    def __init__(self, name: str, output: BinaryIO, tags: dict[str, str], findings: list[Finding]) -> None:
        self._name, self._output, self._tags, self._findings = name, output, tags, findings
        self._rest = b""  # of a line whose end has not come yet

    def write(self, data: bytes) -> int:
        lines, newline, rest = data.rpartition(b"\n")
        if newline:
            self._take(self._rest + lines + newline)
            self._rest = rest
        else:
            self._rest += rest
        return len(data)

    def flush(self) -> None:
        """Every line was passed on when its end came."""

    def _take(self, lines: bytes) -> None:
        self._findings += (Finding("Violation", _RDF_12, self._name) for _ in _IN_RDF_12.finditer(lines))
        if b" _:" in lines:
            self._findings += (Finding("Violation", _BLANK_GRAPH, self._name) for _ in _IN_BLANK_GRAPH.finditer(lines))
        if self._tags:
            for line in lines.splitlines(keepends=True):
                self._output.write(_with_authored_tag(line, self._tags))
        else:
            self._output.write(lines)


def _syntax_finding(name: str, error: SyntaxError) -> Finding:
    said = re.sub(r"^Parser error (at|between) line .*?: ", "", str(error.msg or error))
    said = re.sub(r" \(line \d+\)$", "", said)
    advice = next(
        (advice for part, advice in _ADVICE if part in said), "see https://www.w3.org/TR/turtle/#language-features"
    )
    return Finding("Violation", f"{said}; {advice}", name, error.lineno or 0, error.offset or 0)


def _first_undecodable_line(source: BinaryIO) -> int:
    """The number of the first line that is not UTF-8; 0 when all are."""
    before = 0
    while lines := source.readlines(_BLOCK_BYTES):  # whole ones, and so whole characters
        block = b"".join(lines)
        try:
            block.decode()
        except UnicodeDecodeError as error:
            return before + block.count(b"\n", 0, error.start) + 1
        before += len(lines)
    return 0


_TAG_WITH_CAPITALS = re.compile(rb'["\']\s*@[a-z0-9-]*[A-Z]')
# Strings, IRIs, comments and escapes in names of Turtle (RDF 1.1 Turtle, 6.5): an @ inside one of them begins no tag.
_TOKEN = re.compile(
    rb'<[^<>"{}|^`\\\x00-\x20]*>|#[^\n]*|\\.'
    rb'|(?P<quote>"""|\'\'\'|"|\')(?P<lexical>(?:(?!(?P=quote))(?:\\.|[^\\]))*)(?P=quote)'
    rb"(?:\s*@(?P<tag>[A-Za-z]+(?:-[A-Za-z0-9]+)*))?",
    re.DOTALL,
)


def _authored_tags(source: BinaryIO) -> dict[str, str]:
    """From a literal with a lower-case tag, as the parser gives it, to the same with the tag that the author wrote."""
    with _mapped(source) as text:
        if not _TAG_WITH_CAPITALS.search(text):
            return {}
        return dict(_literals_with_capitals(text))


def _literals_with_capitals(text: mmap.mmap | bytes) -> Iterator[tuple[str, str]]:
    for token in _TOKEN.finditer(text):
        tag = (token["tag"] or b"").decode()
        if tag != tag.lower():
            lexical = terms.unescape(token["lexical"].decode())
            yield terms.text(lexical, tag.lower()), terms.text(lexical, tag)


@contextmanager
def _mapped(source: BinaryIO) -> Iterator[mmap.mmap | bytes]:
    """The bytes of the file, of which the system keeps in memory what it has room for."""
    if not Path(source.name).stat().st_size:  # cannot be mapped
        yield b""
        return
    with mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ) as text:
        yield text


def _with_authored_tag(line: bytes, tags: dict[str, str]) -> bytes:
    quad = terms.statement(line.decode())
    return terms.line(quad._replace(object=tags.get(quad.object, quad.object))).encode()
