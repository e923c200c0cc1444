"""Which terms of a document stand below which, and how many fit a page. Pure: statements in, rows out."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from axisld import terms
from axisld.terms import RDF, Statement
from axisld.vocabulary import OWL, RDF_TYPE, RDFS, SH, SKOS

BROADER = (f"<{RDFS}subClassOf>", f"<{RDFS}subPropertyOf>", f"<{SKOS}broader>")
NARROWER = (f"<{SH}property>", f"<{SKOS}narrower>")  # said from above
CLASSES, PROPERTIES, INDIVIDUALS, SHAPES, CONCEPTS, OTHERS = KINDS = (
    "classes", "properties", "individuals", "shapes", "concepts", "others",
)  # fmt: skip
# The kinds in the order of the page, with the types whose terms they hold; a term is of the first that fits.
_TYPES: Mapping[str, frozenset[str]] = {
    CLASSES: frozenset((f"<{OWL}Class>", f"<{RDFS}Class>")),
    PROPERTIES: frozenset(
        f"<{name}>"
        for name in (
            f"{OWL}ObjectProperty",
            f"{OWL}DatatypeProperty",
            f"{OWL}AnnotationProperty",
            f"{RDF}Property",
        )
    ),
    INDIVIDUALS: frozenset((f"<{OWL}NamedIndividual>",)),
    SHAPES: frozenset((f"<{SH}NodeShape>", f"<{SH}PropertyShape>")),
    CONCEPTS: frozenset((f"<{SKOS}Concept>", f"<{SKOS}ConceptScheme>")),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A term at its place in the hierarchy."""

    kind: str  # one of KINDS
    term: str
    depth: int  # 0 at the top
    is_repeated: bool = False  # it stands at another place too, which comes first, or on the page before


def kind_of(types: Iterable[str]) -> str:
    """The kind of a term of these types (terms)."""
    found = set(types)
    return next((kind for kind, fitting in _TYPES.items() if found & fitting), OTHERS)


def rows(statements: Iterable[Statement], members: Iterable[str], order: Callable[[str], str]) -> list[Row]:
    """Every one of `members` below all that it stands directly below, in the order of the kinds, then as `order` says.

    What a term says twice on its way down, or in a circle, is said once and then only named.
    """
    own = dict.fromkeys(members)
    types: dict[str, set[str]] = defaultdict(set)
    below: dict[str, set[str]] = defaultdict(set)
    above: dict[str, set[str]] = defaultdict(set)
    for quad in statements:
        if quad.predicate == RDF_TYPE:
            types[quad.subject].add(quad.object)
        elif (
            quad.predicate in BROADER + NARROWER
            and quad.subject != quad.object
            and {quad.subject, quad.object} <= own.keys()
        ):
            upper, lower = (quad.object, quad.subject) if quad.predicate in BROADER else (quad.subject, quad.object)
            below[upper].add(lower)
            above[lower].add(upper)
    kinds = {term: kind_of(types[term]) for term in own}
    found: list[Row] = []
    done: set[str] = set()

    def descend(top: str, kind: str) -> None:
        waiting = [(top, 0)]
        while waiting:
            term, depth = waiting.pop()
            found.append(Row(kind, term, depth, term in done))
            if term not in done:
                done.add(term)
                waiting += [(lower, depth + 1) for lower in sorted(below[term], key=order, reverse=True)]

    for kind in KINDS:
        of_kind = sorted((term for term in own if kinds[term] == kind), key=order)
        for term in of_kind:
            if not any(kinds[upper] == kind for upper in above[term]):
                descend(term, kind)
        for term in of_kind:  # what is only reached in a circle
            if term not in done:
                descend(term, kind)
    return found


def paged(found: Sequence[Row], size: Callable[[Row], int], most: int) -> list[list[Row]]:
    """The rows in pages of which none is larger than `most`; each begins with what its first row stands below."""
    pages: list[list[Row]] = [[]]
    held = 0
    for number, row in enumerate(found):
        if held + size(row) > most and pages[-1]:
            pages.append(list(_path(found, number)))
            held = sum(map(size, pages[-1]))
        pages[-1].append(row)
        held += size(row)
    return pages


def _path(found: Sequence[Row], number: int) -> Iterator[Row]:
    """What the row stands below, from the top, as repeated rows."""
    path: list[Row] = []
    depth = found[number].depth
    for row in reversed(found[:number]):
        if not depth:
            break
        if row.depth < depth:
            path.append(Row(row.kind, row.term, row.depth, is_repeated=True))
            depth = row.depth
    yield from reversed(path)


def fragment(term: str) -> str:
    """What stands behind the `#` of a name."""
    return terms.value(term).partition("#")[2]
