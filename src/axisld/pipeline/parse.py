"""parse: every file of the publication is read, every error of every file reported, before anything else happens."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

import pyoxigraph as ox

from axisld import terms
from axisld.errors import Finding, FindingsError, PublicationError
from axisld.iris import Names
from axisld.pipeline.sources import (
    DATA,
    DATASET,
    DATASET_FILE,
    GRAPHS,
    PREFIX_FILE,
    QUAD_SUFFIXES,
    SourceFile,
    Sources,
    files_of,
)
from axisld.terms import Statement
from axisld.vocabulary import COMMON_PREFIXES, DCAT, RDF_TYPE, SD, SH, VANN, VOID

_FORMATS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".trig": ox.RdfFormat.TRIG,
    ".nq": ox.RdfFormat.N_QUADS,
}
_QUADS = "as-read.nq"  # what TriG and N-Quads say, before it is known whether their default graph is kept
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
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


def parse(root: Path, folder: Path, advanced: Callable[[int, int], None]) -> Sources:
    """Read the publication at `root`; its graphs go into files in `folder`.

    `advanced` hears how many files of how many are read. Raises FindingsError with every error of every file,
    PublicationError when the folder is no publication or does not say its base IRI.
    """
    files = files_of(root)
    findings: list[Finding] = []
    prefixes: dict[str, dict[str, str]] = {}
    bases: dict[str, str] = {}
    with ExitStack() as opened:
        outputs = {graph: opened.enter_context((folder / f"{graph}.nt").open("wb")) for graph in GRAPHS}
        quads = opened.enter_context((folder / _QUADS).open("wb"))
        for number, file in enumerate(files, 1):
            output = quads if file.name.endswith(QUAD_SUFFIXES) else outputs[file.graph]
            prefixes[file.name], bases[file.name] = _read(file, output, findings)
            advanced(number, len(files))
    if findings:
        raise FindingsError(findings)
    default_graph = _default_graph(folder)
    dataset, base = _dataset_and_base(root, folder)
    names = Names(base)
    sources = Sources(root, folder, files, names, dataset, _prefixes(folder, prefixes), prefixes, bases, default_graph)
    _sort_quads(folder / _QUADS, sources)
    return sources


def _read(file: SourceFile, output: BinaryIO, findings: list[Finding]) -> tuple[dict[str, str], str]:
    """Append the file's statements to `output`; what is wrong with it goes into `findings`."""
    try:
        text = file.path.read_bytes().removeprefix(_BYTE_ORDER_MARK)
    except OSError as error:
        findings.append(Finding("Violation", f"cannot be read: {error.strerror}", file.name))
        return {}, ""
    undecodable = _first_undecodable_line(text)
    if undecodable:
        findings.append(Finding("Violation", "is not UTF-8 here; save the file as UTF-8", file.name, undecodable))
        return {}, ""
    parser = ox.parse(text, _FORMATS[file.path.suffix], rename_blank_nodes=True)
    tags = _authored_tags(text.decode()) if re.search(rb'["\']\s*@[a-z0-9-]*[A-Z]', text) else {}
    for line in _lines(parser, file.name, findings):
        output.write(_with_authored_tag(line, tags) if tags else line)
    return dict(parser.prefixes), parser.base_iri or ""


def _lines(parser: ox.QuadParser, name: str, findings: list[Finding]) -> Iterator[bytes]:
    """Lines of N-Quads. The parser goes on behind an error, so that one reading finds them all."""
    last_line: int | None = None
    while True:
        try:
            written = ox.serialize(parser, format=ox.RdfFormat.N_QUADS) or b""
        except SyntaxError as error:
            if error.lineno != last_line:  # what follows on the same line mostly follows from the first
                findings.append(_syntax_finding(name, error))
            last_line = error.lineno
            continue
        for line in written.splitlines(keepends=True):
            if _IN_RDF_12.search(line):
                findings.append(Finding("Violation", _RDF_12, name))
            if _IN_BLANK_GRAPH.search(line):
                findings.append(Finding("Violation", _BLANK_GRAPH, name))
            yield line
        return


_IN_RDF_12 = re.compile(rb'(?:\)>>|"@[a-z0-9-]+--(?:ltr|rtl))(?: <[^>]*>)? \.\n$')
_IN_BLANK_GRAPH = re.compile(rb'^\S+ \S+ (?:[^"\s]\S*|".*"\S*) _:\S+ \.\n$')
_BLANK_GRAPH = "has a graph named by a blank node, for which nobody can ask; name it by an IRI"
_RDF_12 = "uses triple terms or base directions of RDF 1.2, which most readers cannot parse yet; write RDF 1.1"


def _syntax_finding(name: str, error: SyntaxError) -> Finding:
    said = re.sub(r"^Parser error (at|between) line .*?: ", "", str(error.msg or error))
    said = re.sub(r" \(line \d+\)$", "", said)
    advice = next(
        (advice for part, advice in _ADVICE if part in said), "see https://www.w3.org/TR/turtle/#language-features"
    )
    return Finding("Violation", f"{said}; {advice}", name, error.lineno or 0, error.offset or 0)


def _first_undecodable_line(text: bytes) -> int:
    """The number of the first line that is not UTF-8; 0 when all are."""
    try:
        text.decode()
    except UnicodeDecodeError as error:
        return text.count(b"\n", 0, error.start) + 1
    return 0


# Strings, IRIs, comments and escapes in names of Turtle (RDF 1.1 Turtle, 6.5): an @ inside one of them begins no tag.
_TOKEN = re.compile(
    r'<[^<>"{}|^`\\\x00-\x20]*>|#[^\n]*|\\.'
    r'|(?P<quote>"""|\'\'\'|"|\')(?P<lexical>(?:(?!(?P=quote))(?:\\.|[^\\]))*)(?P=quote)'
    r"(?:\s*@(?P<tag>[A-Za-z]+(?:-[A-Za-z0-9]+)*))?",
    re.DOTALL,
)


def _authored_tags(text: str) -> dict[str, str]:
    """From a literal with a lower-case tag, as the parser gives it, to the same with the tag that the author wrote."""
    tags = {}
    for token in _TOKEN.finditer(text):
        tag = token["tag"]
        if tag and tag != tag.lower():
            lexical = terms.unescape(token["lexical"])
            tags[terms.text(lexical, tag.lower())] = terms.text(lexical, tag)
    return tags


def _with_authored_tag(line: bytes, tags: dict[str, str]) -> bytes:
    quad = terms.statement(line.decode())
    return terms.line(quad._replace(object=tags.get(quad.object, quad.object))).encode()


def statements(path: Path) -> Iterator[Statement]:
    with path.open(encoding="utf-8", newline="\n") as lines:
        yield from map(terms.statement, lines)


def _default_graph(folder: Path) -> str:
    """ "declared" where data/dataset.ttl describes a default graph (SPARQL 1.1 Service Description, 3.2.7)."""
    describes = any(quad.predicate == f"<{SD}defaultGraph>" for quad in statements(folder / f"{DATASET}.nt"))
    return "declared" if describes else "union"


def _sort_quads(read: Path, sources: Sources) -> None:
    """What TriG and N-Quads say goes where it belongs: with Turtle's, if it is in no graph of theirs."""
    with sources.graph(DATA).open("ab") as data, sources.quads.open("wb") as quads, read.open("rb") as lines:
        for line in lines:
            is_plain = sources.default_graph == "union" and not terms.statement(line.decode()).graph
            (data if is_plain else quads).write(line)
    read.unlink()


def _dataset_and_base(root: Path, folder: Path) -> tuple[str, str]:
    """The IRI of the described dataset, and the base IRI that it names (void:uriSpace) or lets guess."""
    described = list(statements(folder / f"{DATASET}.nt"))
    datasets = [quad.subject for kind in (f"<{DCAT}Dataset>", f"<{VOID}Dataset>")
                for quad in described if quad.predicate == RDF_TYPE and quad.object == kind]  # fmt: skip
    spaces = {quad.subject: terms.value(quad.object) for quad in described if quad.predicate == f"<{VOID}uriSpace>"}
    own = next((dataset for dataset in datasets if dataset in spaces), datasets[0] if datasets else "")
    if not terms.is_iri(own):
        raise PublicationError(
            root, f"{DATASET_FILE} describes no dcat:Dataset with an IRI; write: <…/dataset> a dcat:Dataset"
        )
    base = spaces.get(own) or _guessed_base(terms.value(own), folder)
    try:
        Names(base)
    except ValueError as error:
        raise PublicationError(root, f'{DATASET_FILE}: {error}; name it with void:uriSpace "https://…/"') from error
    return terms.value(own), base


def _guessed_base(dataset: str, folder: Path) -> str:
    """Where most things have `…/id/…`, that; otherwise the dataset's IRI up to its last slash."""
    bases = Counter(
        quad.subject[1:].partition("/id/")[0] + "/"
        for quad in statements(folder / f"{DATA}.nt")
        if "/id/" in quad.subject
    )
    return bases.most_common(1)[0][0] if bases else dataset.partition("#")[0].rpartition("/")[0] + "/"


def _prefixes(folder: Path, by_file: dict[str, dict[str, str]]) -> dict[str, str]:
    """What the publication declares with sh:declare, or else what its files use; then the common prefixes."""
    declared: dict[str, dict[str, str]] = {}
    keys = {f"<{SH}prefix>": "prefix", f"<{SH}namespace>": "namespace",
            f"<{VANN}preferredNamespacePrefix>": "prefix", f"<{VANN}preferredNamespaceUri>": "namespace"}  # fmt: skip
    for graph in ("ontology", "shapes"):
        for quad in statements(folder / f"{graph}.nt"):
            if quad.predicate in keys:
                declared.setdefault(quad.subject, {})[keys[quad.predicate]] = terms.value(quad.object)
    table = {
        pair["prefix"]: pair["namespace"] for pair in declared.values() if len(pair) == len({"prefix", "namespace"})
    }
    if PREFIX_FILE not in by_file:
        for prefixes in by_file.values():
            table = {name: space for name, space in prefixes.items() if name} | table
    taken = set(table.values())
    return table | {name: space for name, space in COMMON_PREFIXES.items() if name not in table and space not in taken}
