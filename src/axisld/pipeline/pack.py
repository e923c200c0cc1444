"""pack: the graphs of a publication become the files of a release. Writes into a folder that nobody serves yet."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, NamedTuple

import pyoxigraph as ox

from axisld import __version__, canonical, terms
from axisld.iris import Names
from axisld.overviews.building import write_overviews
from axisld.pipeline.dumps import link_or_copy, write_dumps
from axisld.pipeline.metadata import statements as metadata_statements
from axisld.pipeline.pages import copy_pages
from axisld.pipeline.parse import statements
from axisld.pipeline.publish import Content
from axisld.pipeline.rebase import Rebase
from axisld.pipeline.scale import Scale
from axisld.pipeline.sources import DATASET, GRAPHS, ONTOLOGY, REPORT, RULES, SHAPES, Sources
from axisld.pipeline.statistics import Counts, Statistics, measure, split
from axisld.reader import own_documents
from axisld.release import (
    DOCUMENTS,
    DUMPS,
    METADATA,
    OVERVIEWS,
    SEARCH,
    STORE,
    WHOLE,
    Dump,
    Part,
    Record,
    Rule,
    write_record,
)
from axisld.search.building import write_index
from axisld.store.disk import BY_OBJECT, BY_PREDICATE, BY_SUBJECT, DiskStore, turned_lines
from axisld.store.patterns import lines_by_predicate, object_bytes
from axisld.store.table import write_table
from axisld.terms import Statement
from axisld.vocabulary import DCTERMS

_PIECE_BYTES = 16 * 1024 * 1024  # of lines that the SPARQL store takes at once
_ALONE = Scale(processes=1)


def write_content(sources: Sources, base: str, release: Path) -> Content:
    """Write what decides whether a release is a new one into the empty folder `release`: every statement on `base`,
    sorted, and the publication's own pages.
    """
    whole = release / BY_SUBJECT
    write_table(whole, canonical.canonical(_lines(sources, Rebase(sources.names.base, base)), sources.folder))
    with whole.open("rb") as lines:
        digest = canonical.digest(lines)
    return Content(digest, copy_pages(sources.root, release), f"axisld {__version__}")


def pack(
    sources: Sources,
    base: str,
    content: Content,
    release: Path,
    advanced: Callable[[int, int], None],
    scale: Scale = _ALONE,
) -> Record:
    """Write the rest of the release, beside its content, into the folder `release`, its record last.

    The same sources on the same base give the same bytes, but for the date in the record and the metadata.
    `advanced` hears how many dumps of how many are written.
    """
    rebase = Rebase(sources.names.base, base)
    prefixes = {name: rebase.plain(namespace) for name, namespace in sources.prefixes.items()}
    with scale.pool() as pool:
        packed = _write_files(sources, Names(base), content, prefixes, release, advanced, pool)
    authored = list(statements(release / DUMPS / f"{DATASET}.nq"))
    dataset = rebase.plain(sources.dataset)
    record = Record(
        digest=content.digest,
        canonical_digest=packed.canonical_digest,
        base=base,
        canonical_base=sources.names.base,
        issued=datetime.now(UTC).isoformat(timespec="seconds"),
        generator=content.generator,
        dataset=dataset,
        title=_texts(authored, dataset, f"<{DCTERMS}title>"),
        description=_texts(authored, dataset, f"<{DCTERMS}description>"),
        license=next(iter(_texts(authored, dataset, f"<{DCTERMS}license>").values()), ""),
        prefixes=prefixes,
        languages=packed.statistics.languages,
        parts=packed.parts,
        dumps=packed.dumps,
        without=packed.without,
        classes=dict(packed.statistics.whole.classes),
        properties={name: use.triples for name, use in packed.statistics.whole.properties.items()},
        subjects={name: use.subjects for name, use in packed.statistics.whole.properties.items()},
        objects=packed.objects,
        default_graph=sources.default_graph,
        pages=content.pages,
        rules=tuple(_rules(sources, rebase)),
        other_graphs={name: counts.triples for name, counts in packed.statistics.graphs.items() if name not in GRAPHS},
    )
    metadata = metadata_statements(record, packed.statistics, authored, documents=packed.documents)
    (release / METADATA).write_text("".join(map(terms.line, metadata)), "utf-8", newline="\n")
    write_record(release, record)
    return record


class _Packed(NamedTuple):
    """What is known once the files are written."""

    statistics: Statistics
    objects: dict[str, int]  # distinct ones, by property IRI
    parts: tuple[Part, ...]
    dumps: tuple[Dump, ...]
    without: dict[str, str]  # formats that a dump does not come in, with the reason
    documents: int
    canonical_digest: str


def _write_files(
    sources: Sources,
    names: Names,
    content: Content,
    prefixes: dict[str, str],
    release: Path,
    advanced: Callable[[int, int], None],
    pool: Executor,
) -> _Packed:
    """Tables, store, indexes and dumps, as far as possible side by side."""
    others = sources.folder / "others.nq"
    by_object = pool.submit(_write_by_object, release, sources.folder)
    by_predicate = pool.submit(_write_by_predicate, release, sources.folder)
    store = pool.submit(_fill_store, release, sources.folder)
    documents = pool.submit(_list_documents, release, names, sources.folder)
    canonical_digest = pool.submit(_canonical_digest, sources, content, names.base)
    statistics = _measure(release, names)
    parts = _write_parts(release, names, content, statistics, others, pool)
    by_object.result()
    objects = by_predicate.result()
    index = pool.submit(_write_index, release, names)
    overviews = pool.submit(_write_overviews, release, names, set(statistics.whole.properties))
    dumps, without = write_dumps(release / DUMPS, parts, others, prefixes, names.base, advanced, pool)
    for written in (store, index, overviews):
        written.result()
    return _Packed(statistics, objects, parts, dumps, without, documents.result(), canonical_digest.result())


def _rules(sources: Sources, rebase: Rebase) -> Iterator[Rule]:
    """What each rule derived, in the order of their names."""
    for path, made in sorted(sources.rules.items()):
        first, _, _ = path.read_text("utf-8").partition("\n")
        says = first.lstrip("#").strip() if first.startswith("#") else ""
        name = path.relative_to(sources.root / RULES).with_suffix("").as_posix()
        if made:
            yield Rule(name, says, {rebase.plain(predicate): count for predicate, count in sorted(made.items())})


def _fill_store(release: Path, work: Path) -> None:
    """Fill the SPARQL store, piece by piece: what is loaded at once is in memory at once, at several times its size.

    Statements with blank nodes are one piece, for a node is the same within a piece only.
    """
    store, whole = ox.Store(release / STORE), release / BY_SUBJECT
    if whole.stat().st_size <= _PIECE_BYTES:
        store.bulk_load(path=whole, format=ox.RdfFormat.N_QUADS)
        return
    with_blanks = work / "with-blank-nodes.nq"
    with whole.open("rb") as lines, with_blanks.open("wb") as apart:
        while piece := lines.readlines(_PIECE_BYTES):
            plain = b"".join(line for line in piece if not canonical.has_blank(line))
            store.bulk_load(input=plain, format=ox.RdfFormat.N_QUADS)
            apart.writelines(line for line in piece if canonical.has_blank(line))
    store.bulk_load(path=with_blanks, format=ox.RdfFormat.N_QUADS)
    store.optimize()  # or every look-up asks each piece


def _lines(sources: Sources, rebase: Rebase) -> Iterator[bytes]:
    """Every statement of every graph, as lines of N-Quads on the new base."""
    for name in GRAPHS:
        graph = rebase.iri(terms.iri(sources.names.graph(name)))
        ending = f" {graph} .\n".encode()
        with sources.graph(name).open("rb") as lines:
            for line in lines:
                yield rebase(line).removesuffix(b" .\n") + ending
    with sources.quads.open("rb") as lines:
        yield from map(rebase, lines)


def _write_by_object(release: Path, work: Path) -> None:
    with (release / BY_SUBJECT).open("rb") as lines:
        write_table(release / BY_OBJECT, canonical.sort_unique(turned_lines(lines), work))


def _write_by_predicate(release: Path, work: Path) -> dict[str, int]:
    """Write the file by predicate, and say how many distinct objects each property has, by its IRI."""
    objects = Counter[bytes]()
    with (release / BY_SUBJECT).open("rb") as lines:
        ordered = canonical.sort_unique(lines_by_predicate(lines), work)
        write_table(release / BY_PREDICATE, _counting_objects(ordered, objects))
    return {predicate[1:-1].decode(): count for predicate, count in objects.items()}


def _counting_objects(lines: Iterable[bytes], objects: Counter[bytes]) -> Iterator[bytes]:
    last = b""
    for line in lines:
        predicate, _, rest = line.partition(b" ")
        both = line[: len(predicate) + 1 + object_bytes(rest)]
        objects[predicate] += both != last
        last = both
        yield line


def _list_documents(release: Path, names: Names, work: Path) -> int:
    """Write the documents that there are, and say how many."""
    found = own_documents(statements(release / BY_SUBJECT), names)
    count = 0
    with (release / DOCUMENTS).open("wb") as output:
        for document in canonical.sort_unique((f"{document}\n".encode() for document in found), work):
            output.write(document)
            count += 1
    return count


def _write_index(release: Path, names: Names) -> None:
    """Write the search index of what the publication is about: shapes and what they report are about its data."""
    with closing(DiskStore(release)) as store:
        write_index(release / SEARCH, store, names, {terms.iri(names.graph(name)) for name in (SHAPES, REPORT)})


def _write_overviews(release: Path, names: Names, in_use: Collection[str]) -> None:
    """Write the tables of what the publication is about."""
    left_out = {terms.iri(names.graph(name)) for name in (DATASET, ONTOLOGY, REPORT, SHAPES)}
    with closing(DiskStore(release)) as store:
        write_overviews(release / OVERVIEWS, store, names, left_out=left_out, report=names.graph(REPORT), in_use=in_use)


def _measure(release: Path, names: Names) -> Statistics:
    with (release / BY_SUBJECT).open("rb") as lines:
        return measure(lines, names)


def _write_parts(
    release: Path, names: Names, content: Content, statistics: Statistics, others: Path, pool: Executor
) -> tuple[Part, ...]:
    """The N-Quads and N-Triples of the whole and of each graph that holds anything, and what they are worth.

    What stands in the default graph and in graphs that authors named goes to `others`, graph by graph.
    """
    folder = release / DUMPS
    folder.mkdir()
    link_or_copy(release / BY_SUBJECT, folder / f"{WHOLE}.nq")
    with ExitStack() as opened:
        files = {
            terms.iri(names.graph(name)).encode(): opened.enter_context((folder / f"{name}.nq").open("wb"))
            for name in GRAPHS
        }
        lines = opened.enter_context((release / BY_SUBJECT).open("rb"))
        by_graph = canonical.sort_unique(_shared_out(lines, files), others.parent)
        with others.open("wb") as output:
            output.writelines(line.partition(b"\t")[2] for line in by_graph)
    parts = [pool.submit(_part, folder, WHOLE, statistics.whole, others.parent, content.digest)]
    for name in GRAPHS:
        if (folder / f"{name}.nq").stat().st_size:
            parts.append(pool.submit(_part, folder, name, statistics.graphs[name], others.parent))
        else:
            (folder / f"{name}.nq").unlink()
    return tuple(part.result() for part in parts)


def _shared_out(lines: Iterable[bytes], files: Mapping[bytes, IO[bytes]]) -> Iterator[bytes]:
    """Write each line to the file of its graph; those of graphs without a file, behind the graph and a tab."""
    for line in lines:
        graph = split(line)[-1]
        if file := files.get(graph):
            file.write(line)
        else:
            yield graph + b"\t" + line


def _part(folder: Path, name: str, counted: Counts, work: Path, quads_digest: str = "") -> Part:
    """Write the part as N-Triples too, and say what it is worth; `quads_digest` is given where it is known already."""
    quads, triples = folder / f"{name}.nq", folder / f"{name}.nt"
    with quads.open("rb") as lines, triples.open("wb") as output:
        output.writelines(canonical.without_graphs(lines))
    digests = (quads_digest or canonical.digest_of_file(quads, work), canonical.digest_of_file(triples, work))
    return Part(name, counted.quads, counted.triples, *digests)


def _canonical_digest(sources: Sources, content: Content, base: str) -> str:
    """The digest of the same content on the publication's own base."""
    own = sources.names.base
    if base == own:
        return content.digest
    return canonical.digest(canonical.canonical(_lines(sources, Rebase(own, own)), sources.folder))


def _texts(authored: Sequence[Statement], subject: str, predicate: str) -> dict[str, str]:
    """The values by language tag, "" for those without one; the first of each language."""
    texts: dict[str, str] = {}
    for quad in authored:
        if quad.subject == terms.iri(subject) and quad.predicate == predicate:
            language = terms.literal(quad.object).language if terms.is_literal(quad.object) else ""
            texts.setdefault(language, terms.value(quad.object))
    return texts
