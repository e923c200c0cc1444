"""The record of a publication that a SPARQL server holds: what `axisld load` left there, else what can be asked."""

from collections.abc import Iterable, Iterator, Sequence

from axisld import __version__, terms
from axisld.config import Config
from axisld.errors import PublicationError
from axisld.iris import Names
from axisld.release import WHOLE, Part, Record
from axisld.remote.questions import Questions
from axisld.store.remote_client import Access, Client, Row
from axisld.terms import XSD, Statement
from axisld.vocabulary import COMMON_PREFIXES, DCAT, DCTERMS, LABEL_PROPERTIES, RDF_TYPE, SPDX, VOID

# Graphs that servers have for themselves (Virtuoso 7).
_OF_SERVERS = (
    "http://www.openlinksw.com/",
    "http://localuriqaserver/",
    "http://www.w3.org/ns/ldp#",
    "http://www.w3.org/2002/07/owl#",
    "urn:",
)
_MOST_GRAPHS = 200  # named in every question
NO_DUMPS = "this publication is served from a SPARQL server, which has no dumps here"
_WITHOUT_DESCRIPTION = "Name the base IRI with --base-iri"


def metadata_graph(base: str) -> str:
    """The graph in which `axisld load` leaves what a release says of itself (VoID, 7.2 for the name)."""
    return f"{base}.well-known/void"


def base_of(config: Config) -> str:
    """The base IRI of the publication: as configured, else as the one dataset says that is described there."""
    if config.base_iri:
        return Names(config.base_iri).base
    client = Client(_access(config, ()))
    try:
        questions = Questions(client, config.endpoint_start_seconds)
        rows = questions.rows("bases", everywhere=True) or questions.rows("bases_default", everywhere=True)
    finally:
        client.close()
    bases = sorted({terms.value(row["base"]) for row in rows})
    if len(bases) != 1:
        found = f"it describes datasets under {', '.join(bases)}" if bases else "it describes no dcat:Dataset"
        raise PublicationError(config.endpoint, f"{found} with a void:uriSpace. {_WITHOUT_DESCRIPTION}")
    return Names(bases[0]).base


def graphs_of(config: Config, base: str) -> Access:
    """Which graphs are published: as configured; else those that a release makes; else all; else the default graph."""
    if config.endpoint_graphs:
        return _access(config, tuple(config.endpoint_graphs.split()))
    client = Client(_access(config, ()))
    try:
        rows = Questions(client, config.endpoint_start_seconds).rows("graph_counts", everywhere=True)
    finally:
        client.close()
    graphs = sorted(terms.value(row["graph"]) for row in rows)
    chosen = [graph for graph in graphs if graph.startswith(Names(base).graph(""))] or [
        graph for graph in graphs if not graph.startswith(_OF_SERVERS) and graph != metadata_graph(base)
    ]
    if len(chosen) > _MOST_GRAPHS:
        raise PublicationError(
            config.endpoint, f"it has {len(chosen)} named graphs; name those to publish with --endpoint-graphs"
        )
    return _access(config, tuple(chosen))


def record_of(questions: Questions, access: Access, base: str) -> tuple[Record, tuple[Statement, ...]]:
    """The record, and the description of the publication."""
    names = Names(base)
    parts = _parts(questions, access, names)
    described = _description(questions, names) or _least_description(names, parts[0])
    dataset = _dataset(described, names)
    digest, canonical_digest = _digests(described, names, parts)
    record = Record(
        digest=digest,
        canonical_digest=canonical_digest,
        base=base,
        canonical_base=base,
        issued=next(iter(_texts(described, dataset, f"{DCTERMS}issued").values()), "") if digest else "",
        generator=f"axisld {__version__}",
        dataset=dataset,
        title=_texts(described, dataset, f"{DCTERMS}title"),
        description=_texts(described, dataset, f"{DCTERMS}description"),
        license=next(iter(_texts(described, dataset, f"{DCTERMS}license").values()), ""),
        prefixes=COMMON_PREFIXES | _prefixes(questions),
        languages=tuple(questions.counts("languages", "language", {"label": LABEL_PROPERTIES})),
        parts=parts,
        dumps=(),
        without={WHOLE: NO_DUMPS},
        classes=questions.counts("classes", "class"),
        properties=questions.counts("properties", "property"),
    )
    return record, described


def _access(config: Config, graphs: Sequence[str]) -> Access:
    return Access(
        config.endpoint, config.endpoint_seconds, config.endpoint_user, config.endpoint_password, tuple(graphs)
    )


def _parts(questions: Questions, access: Access, names: Names) -> tuple[Part, ...]:
    """What the whole and each graph hold; graphs with names from elsewhere count in the whole only."""
    triples = sum(int(terms.value(row["count"])) for row in questions.rows("triples"))
    if not access.graphs:
        return (Part(WHOLE, triples, triples, "", ""),)
    counts = questions.counts("graph_counts", "graph")
    own = names.graph("")
    graphs = [
        Part(graph.removeprefix(own), count, count, "", "")
        for graph, count in sorted(counts.items())
        if graph.startswith(own)
    ]
    return (Part(WHOLE, sum(counts.values()), triples, "", ""), *graphs)


def _description(questions: Questions, names: Names) -> tuple[Statement, ...]:
    """What `axisld load` left, without the dumps that are not here; else what the authors say, and the counts."""
    for graph in (metadata_graph(names.base), names.graph("dataset")):
        rows = questions.rows("statements_in", {"graph": [terms.iri(graph)]}, everywhere=True)
        if rows:
            return _in_order(_without_dumps(map(_statement, rows), names))
    return ()


def _least_description(names: Names, whole: Part) -> tuple[Statement, ...]:
    """What can be said of a dataset that nobody described (VoID, 2 and 3)."""
    dataset = terms.iri(names.dataset)
    said = {
        RDF_TYPE: f"<{VOID}Dataset>",
        f"<{VOID}sparqlEndpoint>": terms.iri(f"{names.base}sparql"),
        f"<{VOID}triples>": terms.text(str(whole.triples), datatype=f"{XSD}integer"),
        f"<{VOID}uriSpace>": terms.text(names.base),
    }
    return _in_order(Statement(dataset, predicate, value) for predicate, value in said.items())


def _statement(row: Row) -> Statement:
    subject, object_ = (row[name].replace("_:nodeID://", "_:nodeID") for name in ("subject", "object"))
    return Statement(subject, row["predicate"], object_)


def _without_dumps(statements: Iterable[Statement], names: Names) -> Iterator[Statement]:
    parts = tuple(f"<{names.dataset}#{kind}-" for kind in ("dump", "sha256"))
    dumps = f"<{names.base}dumps/"
    for quad in statements:
        if not quad.subject.startswith(parts) and not quad.object.startswith((*parts, dumps)):
            yield quad


def _dataset(described: Sequence[Statement], names: Names) -> str:
    """The IRI of the dataset: the one that is described as such and is no part of another."""
    datasets = [quad.subject for quad in described if quad[1:3] == (RDF_TYPE, f"<{DCAT}Dataset>")]
    own = [dataset for dataset in datasets if not dataset.startswith(f"<{names.dataset}#")]
    return terms.value(own[0]) if own else names.dataset


def _digests(described: Sequence[Statement], names: Names, parts: Sequence[Part]) -> tuple[str, str]:
    """The digest of the content and its canonical digest; empty where they are not known, or not of this content."""
    said = {quad[:2]: terms.value(quad.object) for quad in described}
    for part in parts[1:]:
        counted = said.get((terms.iri(f"{names.dataset}#graph-{part.name}"), f"<{VOID}triples>"))
        if counted != str(part.triples):
            return "", ""
    value = f"<{SPDX}checksumValue>"
    digests = [said.get((terms.iri(f"{names.dataset}#{name}"), value), "") for name in ("digest", "canonical-digest")]
    return digests[0], digests[1]


def _prefixes(questions: Questions) -> dict[str, str]:
    rows = questions.rows("prefixes")
    return {terms.value(row["prefix"]): terms.value(row["namespace"]) for row in rows}


def _texts(described: Sequence[Statement], dataset: str, predicate: str) -> dict[str, str]:
    """The values by language tag, "" for those without one."""
    texts: dict[str, str] = {}
    for quad in described:
        if quad[:2] == (terms.iri(dataset), terms.iri(predicate)):
            language = terms.literal(quad.object).language if terms.is_literal(quad.object) else ""
            texts.setdefault(language, terms.value(quad.object))
    return texts


def _in_order(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    return tuple(sorted(set(statements), key=lambda quad: terms.line(quad).encode()))
