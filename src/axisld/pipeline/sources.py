"""What a publication's folder holds: which file goes into which named graph, and where in it a thing stands."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from axisld.errors import PublicationError
from axisld.iris import Names
from axisld.release import PAGES, VALIDATED

RDF_SUFFIXES = (".ttl", ".nt")
QUAD_SUFFIXES = (".trig", ".nq")  # of files that name graphs themselves: in data/ only
FOLDERS = ("ontology", "data", "shapes")
WATCHED = (*FOLDERS, PAGES)  # whose files make what is published
DATASET_FILE = "data/dataset.ttl"
PREFIX_FILE = "ontology/prefixes.ttl"
RULES = "ontology/rules"
LINKS = "data/links"
EXAMPLES = "docs/queries"

ONTOLOGY, DATA, LINKED, DATASET, SHAPES = "ontology", "data", "links", "dataset", "shapes"
DERIVED, INFERRED, REPORT = "derived", "inferred", "report"
_BLOCK_BYTES = 1 << 20
GRAPHS = (DATA, DATASET, DERIVED, INFERRED, LINKED, ONTOLOGY, REPORT, SHAPES)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of RDF that an author wrote."""

    path: Path
    name: str  # relative to the root, with "/": "data/places.ttl"
    graph: str  # "data"


@dataclass
class Sources:
    """The parsed publication. Each graph is a file of N-Triples lines in `folder`, as the authors spelled the terms.

    What stands in graphs that the authors named, and in a default graph of their own, is in `quads`.
    """

    root: Path
    folder: Path  # of the build's temporary files
    files: tuple[SourceFile, ...]
    names: Names  # on the canonical base
    dataset: str  # IRI of the dcat:Dataset
    prefixes: Mapping[str, str]
    file_prefixes: Mapping[str, Mapping[str, str]]  # by file name: as declared there
    file_bases: Mapping[str, str]  # by file name: its last @base
    default_graph: str = "union"  # what a query sees without GRAPH, or "declared": the publication has one of its own
    rules: dict[Path, Counter[str]] = field(default_factory=dict)  # statements by property that each rule derived
    authored: dict[str, str] = field(default_factory=dict)  # literal as a store rewrites it -> as its author wrote it

    def graph(self, name: str) -> Path:
        return self.folder / f"{name}.nt"

    @property
    def quads(self) -> Path:
        return self.folder / "quads.nq"

    @property
    def validated(self) -> Path:
        """What the next build of a large publication may know of its validation."""
        return self.folder / VALIDATED

    def count(self) -> int:
        """How many statements the graphs hold by now, in all."""
        return sum(_lines(path) for path in (*map(self.graph, GRAPHS), self.quads))


def _lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(_BLOCK_BYTES), b""))


def files_of(root: Path) -> tuple[SourceFile, ...]:
    """The files of RDF in the publication's folders, by name. Raises PublicationError when there are none."""
    if not root.is_dir():
        raise PublicationError(root, "there is no such folder; name the one that holds ontology/, data/ and shapes/")
    found = [
        SourceFile(path, name, _graph_of(name))
        for folder in FOLDERS
        for path in (root / folder).rglob("*")
        if path.suffix in _suffixes(folder) and path.is_file() and not _is_hidden(path.relative_to(root))
        for name in [path.relative_to(root).as_posix()]
    ]
    if not any(file.name.startswith("data/") for file in found):
        raise PublicationError(root, "there is nothing to publish; put Turtle files (*.ttl) into data/")
    if not any(file.name == DATASET_FILE for file in found):
        raise PublicationError(
            root,
            f"{DATASET_FILE} is missing; describe the publication there as a dcat:Dataset with dcterms:title, "
            'dcterms:license and void:uriSpace "https://…/" (the base IRI)',
        )
    return tuple(sorted(found, key=lambda file: file.name))


def _suffixes(folder: str) -> tuple[str, ...]:
    return RDF_SUFFIXES + QUAD_SUFFIXES if folder == DATA else RDF_SUFFIXES


def _graph_of(name: str) -> str:
    if name == DATASET_FILE:
        return DATASET
    if name.endswith(QUAD_SUFFIXES):
        return DATA
    if name.startswith(f"{LINKS}/"):
        return LINKED
    return name.split("/", 1)[0]


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


# What may be the spelling of a name in Turtle: an IRI, or anything with a colon in it that ends before a delimiter.
_NAME = re.compile(r"""<[^<>"{}|^`\\\s]*>|[^\s<>"'()\[\];,:]*:[^\s<>"'()\[\];,]*""")
_IN_WORD = re.compile(r"[\w-]")


def locate(sources: Sources, iris: Collection[str]) -> dict[str, tuple[str, int]]:
    """For each of these IRIs that a file describes, the file and the line where that begins.

    A line that begins with the name counts more than one that merely mentions it. Every file is read once.
    """
    begins: dict[str, tuple[str, int]] = {}
    mentions: dict[str, tuple[str, int]] = {}
    for file in sources.files if iris else ():
        prefixes, base = sources.file_prefixes[file.name], sources.file_bases.get(file.name, "")
        names = {name: iri for iri in iris for name in _spellings(iri, prefixes, base)}
        with file.path.open(encoding="utf-8", errors="replace") as lines:
            for number, line in enumerate(lines, 1):
                for start, iri in _named(line, names):
                    (mentions if start else begins).setdefault(iri, (file.name, number))
    return mentions | begins


def _named(line: str, names: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """Where in the line which IRIs are named: `br:a` is in `br:a.` and `br:a/b` too, not in `br:ab` and `br:a-b`."""
    for match in _NAME.finditer(line):
        word = match[0]
        if word in names:
            yield match.start(), names[word]
        for end in range(len(word) - 1, len(word) if word[0] == "<" else word.find(":"), -1):
            if word[:end] in names and not _IN_WORD.match(word, end):
                yield match.start(), names[word[:end]]


def _spellings(iri: str, prefixes: Mapping[str, str], base: str) -> list[str]:
    """How Turtle may spell an IRI under these prefixes and this base."""
    spelled = [f"<{iri}>"]
    if base and iri.startswith(base):
        spelled.append(f"<{iri[len(base) :]}>")
    spelled += [f"{prefix}:{iri[len(space) :]}" for prefix, space in prefixes.items() if iri.startswith(space)]
    return spelled
