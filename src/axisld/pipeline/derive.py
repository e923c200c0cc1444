"""derive: the publication's own rules (CONSTRUCT queries) are applied until they say nothing new."""

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pyoxigraph as ox

from axisld import terms
from axisld.errors import Finding, FindingsError, QueryError, QueryLimitError
from axisld.pipeline.parse import statements
from axisld.pipeline.sources import DATA, DERIVED, LINKED, ONTOLOGY, RULES, Sources
from axisld.sparql.lexer import outline
from axisld.terms import XSD

_MOST_NESTING = 100  # of brackets in a rule
_MOST_ROUNDS = 100
_MOST_GROWTH = 20  # derived statements for each that the rules were given
# Literals that a store may rewrite: their canonical forms it leaves alone (XML Schema 1.1 Datatypes, 2.3).
_CANONICAL = re.compile(
    rf'"(?:0|-?[1-9]\d*)"\^\^<{XSD}(?:integer|int|long|short|byte|nonNegativeInteger|positiveInteger)>'
    rf'|"(?:true|false)"\^\^<{XSD}boolean>|"\d{{4}}-\d\d-\d\d"\^\^<{XSD}date>|"\d{{4}}"\^\^<{XSD}gYear>'
    rf'|".*"(?:@[a-z0-9-]+|\^\^<{XSD}anyURI>)?',
    re.DOTALL,
)


def derive(sources: Sources, advanced: Callable[[int, int], None]) -> None:
    """Write what the rules in ontology/rules/*.rq say into the graph `derived`; `sources.rules` keeps which says what.

    The rules see ontology, data, links and what was derived before. `advanced` hears the number of rounds and of rules.
    Raises FindingsError for rules that cannot be run or find no end.
    """
    rules = _read(sources)
    if not rules:
        return
    store = ox.Store(sources.folder / "rules")
    for graph in (ONTOLOGY, DATA, LINKED):
        # not bulk_load: it gives blank nodes other labels than they have in the files
        store.bulk_extend(
            ox.Quad(*triple) for triple in ox.parse(path=sources.graph(graph), format=ox.RdfFormat.N_TRIPLES)
        )
    sources.authored.update(authored_spellings([sources.graph(graph) for graph in (ONTOLOGY, DATA, LINKED)]))
    _check(sources, rules, store)
    room = _MOST_GROWTH * (len(store) + _MOST_ROUNDS)
    with sources.graph(DERIVED).open("wb") as output:
        for round_number in range(1, _MOST_ROUNDS + 1):
            new = {path: _news(sources, store, path, rule) for path, rule in rules.items()}
            said = [triple for triples in new.values() for triple in triples]
            for path, triples in new.items():
                sources.rules.setdefault(path, Counter()).update(triple.predicate.value for triple in triples)
            room -= len(said)
            advanced(round_number, round_number + 1)
            output.writelines(spelled_as_authored(said, sources.authored))
            if not said:
                return
            if room < 0:
                break
    raise FindingsError([_finding(sources, path, _ENDLESS) for path, triples in new.items() if triples])


_ENDLESS = "finds no end: what it says makes it say more, round after round; do not make new IRIs from what rules say"
_MAKES_BLANK_NODES = "makes a new blank node each time it runs, so it finds no end; name what it makes, with IRI(…)"


def _read(sources: Sources) -> dict[Path, str]:
    """The texts of the rules. Raises FindingsError for those that cannot be read."""
    rules, findings = {}, []
    for path in sorted((sources.root / RULES).rglob("*.rq")):
        if path.name.startswith("."):  # an editor's
            continue
        try:
            rules[path] = path.read_text("utf-8")
        except OSError as error:
            findings.append(_finding(sources, path, f"cannot be read: {error.strerror}"))
        except UnicodeDecodeError:
            findings.append(_finding(sources, path, "is not UTF-8; save the file as UTF-8"))
    if findings:
        raise FindingsError(findings)
    return rules


def _news(sources: Sources, store: ox.Store, path: Path, rule: str) -> list[ox.Triple]:
    """What the rule says that the store does not hold yet; put into the store."""
    said: Iterable[ox.Triple] = store.query(rule)  # type: ignore[assignment]  # _check saw that it is a CONSTRUCT
    new = list(dict.fromkeys(triple for triple in said if ox.Quad(*triple) not in store))
    if any(isinstance(triple.subject, ox.BlankNode) and not _describes(store, triple.subject) for triple in new):
        raise FindingsError([_finding(sources, path, _MAKES_BLANK_NODES)])
    store.extend(ox.Quad(*triple) for triple in new)
    return new


def _describes(store: ox.Store, node: ox.BlankNode) -> bool:
    return any(True for _ in store.quads_for_pattern(node, None, None))


def _check(sources: Sources, rules: dict[Path, str], store: ox.Store) -> None:
    findings = []
    for path, rule in rules.items():
        try:
            outline(
                rule, most_bytes=sys.maxsize, most_nesting=_MOST_NESTING
            )  # refuses SERVICE: a build calls no other machine
            constructs = isinstance(store.query(rule), ox.QueryTriples)
        except (QueryError, QueryLimitError) as error:
            findings.append(_finding(sources, path, f"not a rule: {error}"))
            continue
        except SyntaxError as error:
            place = re.search(r"(\d+):(\d+)", str(error))
            line, column = (int(place[1]), int(place[2])) if place else (0, 0)
            findings.append(_finding(sources, path, f"not SPARQL: {error}", line, column))
            continue
        if not constructs:
            findings.append(_finding(sources, path, "is not a CONSTRUCT query; write CONSTRUCT { … } WHERE { … }"))
    if findings:
        raise FindingsError(findings)


def _finding(sources: Sources, rule: Path, message: str, line: int = 0, column: int = 0) -> Finding:
    return Finding("Violation", message, rule.relative_to(sources.root).as_posix(), line, column, step="derive")


def authored_spellings(files: Sequence[Path]) -> dict[str, str]:
    """From each literal as a store rewrites it to the spelling of its authors, where they all have the same.

    Why: a rule or a reasoner that copies `"01"^^xsd:integer` must not publish `"1"`.
    """
    literals = (quad.object for path in files for quad in statements(path) if terms.is_literal(quad.object))
    authored = {literal for literal in literals if not _CANONICAL.fullmatch(literal)}
    rewritten: dict[str, str] = {}
    ambiguous: set[str] = set()
    store = ox.Store()
    subject = ox.NamedNode("urn:x")
    for spelling in authored:
        literal = next(iter(ox.parse(f"<urn:x> <urn:x> {spelling} .".encode(), ox.RdfFormat.N_TRIPLES))).object
        store.clear()
        store.add(ox.Quad(subject, subject, literal))
        stored = str(next(iter(store)).object)
        if stored in rewritten and rewritten[stored] != spelling:
            ambiguous.add(stored)
        rewritten[stored] = spelling
    ambiguous |= {quad.object for path in files for quad in statements(path) if quad.object in rewritten}
    return {stored: spelling for stored, spelling in rewritten.items() if stored not in ambiguous}


def spelled_as_authored(triples: Iterable[ox.Triple], authored: dict[str, str]) -> list[bytes]:
    """The triples as lines of N-Triples, literals in the spelling of their authors."""
    quads = (terms.statement(f"{triple} .") for triple in triples)
    return [terms.line(quad._replace(object=authored.get(quad.object, quad.object))).encode() for quad in quads]
