"""parse: every file of the publication is read, every error of every file reported, before anything else happens."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from axisld import terms
from axisld.errors import Finding, FindingsError, PublicationError
from axisld.iris import Names
from axisld.pipeline.read import read
from axisld.pipeline.sources import (
    DATA,
    DATASET,
    DATASET_FILE,
    GRAPHS,
    PREFIX_FILE,
    QUAD_SUFFIXES,
    Sources,
    files_of,
)
from axisld.terms import Statement
from axisld.vocabulary import COMMON_PREFIXES, DCAT, RDF_TYPE, SD, SH, VANN, VOID

_QUADS = "as-read.nq"  # what TriG and N-Quads say, before it is known whether their default graph is kept


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
            prefixes[file.name], bases[file.name] = read(file, output, findings)
            advanced(number, len(files))
    if findings:
        raise FindingsError(findings)
    default_graph = _default_graph(folder)
    dataset, base = _dataset_and_base(root, folder)
    names = Names(base)
    sources = Sources(root, folder, files, names, dataset, _prefixes(folder, prefixes), prefixes, bases, default_graph)
    _sort_quads(folder / _QUADS, sources)
    return sources


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
