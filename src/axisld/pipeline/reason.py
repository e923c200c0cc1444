"""reason: what follows by OWL 2 RL from ontology, data and what was derived, without the noise; contradictions stop."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files

import pyoxigraph as ox
import rdflib
import reasonable

from axisld import terms
from axisld.errors import Finding, FindingsError
from axisld.pipeline.derive import authored_spellings
from axisld.pipeline.parse import statements
from axisld.pipeline.quiet import quiet_and_offline
from axisld.pipeline.sources import DATA, DERIVED, INFERRED, ONTOLOGY, Sources, locate
from axisld.terms import RDF, Statement
from axisld.vocabulary import OWL, RDFS

_CONTRADICTIONS = files("axisld.pipeline") / "contradictions.rq"
_READ = (ONTOLOGY, DATA, DERIVED)  # not the links: what follows for other publishers' things is theirs to say
_SAYS_NOTHING = {f"<{OWL}Thing>", f"<{OWL}Nothing>", f"<{RDFS}Resource>", f"<{RDFS}Literal>"}
_REFLEXIVE = {f"<{OWL}{name}>" for name in ("sameAs", "equivalentClass", "equivalentProperty")} | {
    f"<{RDFS}subClassOf>",
    f"<{RDFS}subPropertyOf>",
}


def reason(sources: Sources) -> None:
    """Write what follows by OWL 2 RL (OWL 2 Profiles, 4.3) into the graph `inferred`.

    Left out: what is asserted already, what holds of everything, what is about literals or blank nodes.
    Raises FindingsError for a thing that the ontology does not allow to exist.
    """
    asserted = {_folded(quad) for graph in _READ for quad in statements(sources.graph(graph))}
    if not asserted:
        return
    sources.authored.update(authored_spellings([sources.graph(graph) for graph in _READ]))
    subjects = {quad.subject for quad in asserted}
    inferred = sorted(
        quad
        for quad in _closure(sources)
        if _is_news(quad) and quad.subject in subjects and _folded(quad) not in asserted
    )
    with sources.graph(INFERRED).open("wb") as output:
        output.writelines(terms.line(quad).encode() for quad in dict.fromkeys(inferred))
    _check_consistency(sources)


def _closure(sources: Sources) -> Iterator[Statement]:
    union = sources.folder / "reason.ttl"  # N-Triples are Turtle, and the reasoner goes by the name
    with union.open("wb") as output:
        for graph in _READ:
            output.write(sources.graph(graph).read_bytes())
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


def _check_consistency(sources: Sources) -> None:
    store = ox.Store()
    for graph in (*_READ, INFERRED):
        store.bulk_load(path=sources.graph(graph), format=ox.RdfFormat.N_TRIPLES)
    findings = []
    solutions: ox.QuerySolutions = store.query(_CONTRADICTIONS.read_text("utf-8"))  # type: ignore[assignment]
    for thing, one, other in solutions:
        path, line = locate(sources, thing.value)
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
