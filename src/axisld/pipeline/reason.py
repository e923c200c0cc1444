"""reason: what follows by OWL 2 RL from ontology, data and what was derived, without the noise; contradictions stop."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from itertools import chain, groupby
from pathlib import Path

import pyoxigraph as ox
import rdflib
import reasonable

from axisld import canonical, terms
from axisld.errors import Finding, FindingsError
from axisld.pipeline.derive import authored_spellings
from axisld.pipeline.entail import Entailment, defines
from axisld.pipeline.parse import statements
from axisld.pipeline.quiet import quiet_and_offline
from axisld.pipeline.sources import DATA, DERIVED, INFERRED, ONTOLOGY, Sources, locate
from axisld.terms import RDF, Statement
from axisld.vocabulary import OWL, RDF_TYPE, RDFS

_CONTRADICTIONS = files("axisld.pipeline") / "contradictions.rq"
_EXCLUDING = """
PREFIX owl: <http://www.w3.org/2002/07/owl#> PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
SELECT DISTINCT ?class WHERE {
    { VALUES ?class { owl:Nothing } }
    UNION { ?class owl:disjointWith|owl:complementOf|^owl:disjointWith|^owl:complementOf ?other }
    UNION { ?all a owl:AllDisjointClasses ; owl:members/rdf:rest*/rdf:first ?class }
}
"""
_READ = (ONTOLOGY, DATA, DERIVED)  # not the links: what follows for other publishers' things is theirs to say
_NOBODY = f"<{OWL}Nothing>"
_SAYS_NOTHING = {f"<{OWL}Thing>", f"<{OWL}Nothing>", f"<{RDFS}Resource>", f"<{RDFS}Literal>"}
_REFLEXIVE = {f"<{OWL}{name}>" for name in ("sameAs", "equivalentClass", "equivalentProperty")} | {
    f"<{RDFS}subClassOf>",
    f"<{RDFS}subPropertyOf>",
}


def reason(sources: Sources, *, is_large: bool = False) -> None:
    """Write what follows by OWL 2 RL (OWL 2 Profiles, 4.3) into the graph `inferred`.

    Left out: what is asserted already, what holds of everything, what is about literals or blank nodes; of a large
    publication what follows from no single statement and the ontology (see `entail`).
    Raises FindingsError for a thing that the ontology does not allow to exist.
    """
    if is_large:
        _reason_by_statement(sources)
        return
    asserted = {_folded(quad) for graph in _READ for quad in statements(sources.graph(graph))}
    if not asserted:
        return
    sources.authored.update(authored_spellings([sources.graph(graph) for graph in _READ]))
    subjects = {quad.subject for quad in asserted}
    inferred = sorted(
        quad
        for quad in _closure(sources, [sources.graph(graph) for graph in _READ])
        if _is_news(quad) and quad.subject in subjects and _folded(quad) not in asserted
    )
    with sources.graph(INFERRED).open("wb") as output:
        output.writelines(terms.line(quad).encode() for quad in dict.fromkeys(inferred))
    store = ox.Store()
    for graph in (*_READ, INFERRED):
        store.bulk_load(path=sources.graph(graph), format=ox.RdfFormat.N_TRIPLES)
    _check_consistency(sources, store)


def _reason_by_statement(sources: Sources) -> None:
    """The same for what does not fit into memory: sorted files instead, one thing after the other."""
    ontology = sources.folder / "vocabulary.nt"
    with ontology.open("wb") as output:
        output.writelines(sources.graph(ONTOLOGY).read_bytes().splitlines(keepends=True))
        for graph in (DATA, DERIVED):
            lines = (terms.line(quad).encode() for quad in statements(sources.graph(graph)) if defines(*quad[1:3]))
            output.writelines(lines)
    sources.authored.update(authored_spellings([ontology]))
    follows = list(_closure(sources, [ontology]))
    schema = [*statements(ontology), *follows]
    suspects = ox.Store()  # what could be found to contradict something
    suspects.bulk_extend(_quads(schema))
    excluding = _excluding_classes(suspects)
    with sources.graph(INFERRED).open("wb") as output:
        for thing, news in _things(sources, Entailment(schema), follows):
            output.writelines(terms.line(quad).encode() for quad in news)
            if _is_suspect([*thing, *news], excluding):
                suspects.extend(_quads([*thing, *news]))
    _check_consistency(sources, suspects)


def _things(
    sources: Sources, entailment: Entailment, follows: Iterable[Statement]
) -> Iterator[tuple[list[Statement], list[Statement]]]:
    """What is asserted of each thing, and the news that follow for it; in the order of canonical N-Quads."""

    def inferred() -> Iterator[bytes]:
        for quad in chain(follows, chain.from_iterable(entailment(*quad[:3]) for quad in _asserted(sources))):
            if _is_news(quad):
                yield terms.line(quad).encode()

    lines = chain.from_iterable(sources.graph(graph).open("rb") for graph in _READ)
    asserted = groupby(map(_read, canonical.sort_unique(lines, sources.folder)), _subject)
    following = groupby(map(_read, canonical.sort_unique(inferred(), sources.folder)), _subject)
    subject, news = next(following, _NOTHING)
    for thing, said in asserted:
        while subject < thing:
            subject, news = next(following, _NOTHING)
        held = list(said)
        known = set(map(_folded, held))
        yield held, [quad for quad in news if _folded(quad) not in known] if subject == thing else []


_NOTHING: tuple[bytes, Iterator[Statement]] = (b"\xff", iter(()))  # behind every subject


def _asserted(sources: Sources) -> Iterator[Statement]:
    return chain.from_iterable(statements(sources.graph(graph)) for graph in _READ)


def _subject(quad: Statement) -> bytes:
    return quad.subject.encode()


def _read(line: bytes) -> Statement:
    return terms.statement(line.decode())


def _excluding_classes(store: ox.Store) -> set[str]:
    """The classes of which the ontology says that they exclude another."""
    solutions: ox.QuerySolutions = store.query(_EXCLUDING)  # type: ignore[assignment]
    return {str(name) for (name,) in solutions}


def _is_suspect(thing: list[Statement], excluding: set[str]) -> bool:
    """Whether these statements about a thing could be among those that contradict one another."""
    excluded = {quad.object for quad in thing if quad.predicate == RDF_TYPE and quad.object in excluding}
    return len(excluded) > 1 or any(quad.predicate == f"<{OWL}differentFrom>" for quad in thing) or _NOBODY in excluded


def _quads(quads: Iterable[Statement]) -> Iterator[ox.Quad]:
    lines = "".join(terms.line(quad) for quad in quads)
    return iter(ox.parse(lines, ox.RdfFormat.N_QUADS))


def _closure(sources: Sources, files: Iterable[Path]) -> Iterator[Statement]:
    union = sources.folder / "reason.ttl"  # N-Triples are Turtle, and the reasoner goes by the name
    with union.open("wb") as output:
        for file in files:
            output.write(file.read_bytes())
    reasoner = reasonable.PyReasoner()
    reasoner.load_file(str(union))
    with quiet_and_offline(), _literals_kept():
        for subject, predicate, value in reasoner.reason():
            quad = Statement(
                *(
                    node.n3() if not isinstance(node, rdflib.Literal) else _literal(node)
                    for node in (subject, predicate, value)
                )
            )
            if quad.object.startswith('"') and '"@' in quad.object:  # tags come in lower case, all else as it was
                quad = quad._replace(object=sources.authored.get(quad.object, quad.object))
            yield quad


@contextmanager
def _literals_kept() -> Iterator[None]:
    """rdflib rewrites "01"^^xsd:integer to "1" unless told not to."""
    before, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False
    try:
        yield
    finally:
        rdflib.NORMALIZE_LITERALS = before


def _folded(quad: Statement) -> Statement:
    """The statement with a language tag in lower case, in which the reasoner gives it back."""
    text, at, tag = quad.object.rpartition('"@')
    return quad._replace(object=f"{text}{at}{tag.lower()}") if at and quad.object.startswith('"') else quad


def _literal(node: rdflib.Literal) -> str:
    return terms.text(str(node), node.language or "", str(node.datatype or ""))


def _is_news(quad: Statement) -> bool:
    return (
        terms.is_iri(quad.subject)
        and not terms.is_blank(quad.object)
        and quad.object not in _SAYS_NOTHING
        and not (quad.subject == quad.object and quad.predicate in _REFLEXIVE)
        and not quad.subject.startswith((f"<{OWL}", f"<{RDF}", f"<{RDFS}"))
    )


def _check_consistency(sources: Sources, store: ox.Store) -> None:
    findings = []
    solutions: ox.QuerySolutions = store.query(_CONTRADICTIONS.read_text("utf-8"))  # type: ignore[assignment]
    contradictions = list(solutions)
    places = locate(sources, {thing.value for thing, _, _ in contradictions})
    for thing, one, other in contradictions:
        path, line = places.get(thing.value, ("", 0))
        message = (
            f"cannot be both {_short(sources, one)} and {_short(sources, other)}: the ontology excludes it; "
            "take one of its types away, or mend the ontology"
        )
        findings.append(Finding("Violation", message, path, line, focus=thing.value, step="reason"))
    if findings:
        raise FindingsError(findings)


def _short(sources: Sources, node: ox.NamedNode) -> str:
    for prefix, namespace in sources.prefixes.items():
        if node.value.startswith(namespace):
            return f"{prefix}:{node.value[len(namespace) :]}"
    return str(node)
