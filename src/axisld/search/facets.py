"""What a search can be narrowed by: the type of a thing, and every property that the shapes mark as key information.

The mark is `dash:propertyRole dash:KeyInfoRole` on a property shape ("likely of special interest to a reader", DASH
Property Roles): what belongs into a summary of a thing is what one tells things apart by. The shape's sh:path is a
property, an inverse of one, or a sequence of these (SHACL, 2.3.1); its sh:name is the heading; sh:order orders. Paths
that end in the same property make one facet: a claim has the outlets of the works that it cites, a work has its own.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, islice

from axisld import lists, terms
from axisld.store import Store
from axisld.terms import XSD
from axisld.vocabulary import DASH, OWL, RDF_TYPE, RDFS, SH

TYPE = "type"
_UNTELLING = frozenset((f"<{OWL}Thing>", f"<{OWL}NamedIndividual>", f"<{RDFS}Resource>"))  # true of anything
_DATES = frozenset(f"<{XSD}{name}>" for name in ("date", "dateTime", "dateTimeStamp", "gYear", "gYearMonth"))
_YEAR = re.compile(r"(-?\d{4,9})(?:\D|$)")
_YEARS = 10  # in one value of a facet of dates
_MOST_VALUES = 1_000  # of one facet for one thing


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """From a thing to another by one property, or to where that property comes from."""

    predicate: str  # a term
    is_inverse: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """One thing to narrow a search by."""

    name: str  # "stance", as in /search?stance=…: the local name of the last property, with a number if it is taken
    shape: str  # the property shape, a term; "" for types
    paths: tuple[tuple[Step, ...], ...]  # ways to the values, all with the same last step

    @property
    def predicate(self) -> str:
        """The property that says what the values are."""
        return self.paths[0][-1].predicate


def facets_of(store: Store) -> list[Facet]:
    """The type, then what the shapes mark, in the order of sh:order."""
    found = [Facet(TYPE, "", ((Step(RDF_TYPE, False),),))]
    marked = {quad.subject for quad in store.incoming(f"<{DASH}KeyInfoRole>", f"<{DASH}propertyRole>")}
    for _, shape, path in sorted((_order(store, shape), shape, _path(store, shape)) for shape in marked):
        if not path:
            continue
        place = next((place for place, facet in enumerate(found) if facet.paths[0][-1] == path[-1]), None)
        if place is None:
            found.append(Facet(_free_name(path[-1].predicate, [facet.name for facet in found]), shape, (path,)))
        else:
            found[place] = replace(found[place], paths=(*found[place].paths, path))
    return found


def values_of(store: Store, thing: str, facet: Facet) -> set[str]:
    """The values of a facet for a thing, as terms; dates by the decade, as an interval of years: "2010/2019"."""
    nodes = {node for path in facet.paths for node in _ends(store, thing, path)}
    return {value for node in nodes if (value := _value(node)) and value not in _UNTELLING}


def _ends(store: Store, thing: str, path: tuple[Step, ...]) -> set[str]:
    nodes = {thing}
    for step in path:
        nodes = set(islice((node for start in nodes for node in _across(store, start, step)), _MOST_VALUES))
    return nodes


def _across(store: Store, node: str, step: Step) -> Iterator[str]:
    if step.is_inverse:
        return (quad.subject for quad in store.incoming(node, step.predicate))
    return (quad.object for quad in store.about(node, step.predicate))


def _value(node: str) -> str:
    if not terms.is_literal(node):
        return node if terms.is_iri(node) else ""
    literal = terms.literal(node)
    year = _YEAR.match(literal.lexical) if literal.datatype in _DATES else None
    if year is None:
        return terms.text(literal.lexical)
    first = int(year[1]) // _YEARS * _YEARS
    return terms.text(f"{first:04}/{first + _YEARS - 1:04}")


def _path(store: Store, shape: str) -> tuple[Step, ...]:
    """The steps of a shape's path; none for kinds of path that lead to no certain place."""
    for quad in store.about(shape, f"<{SH}path>"):
        return _steps(store, quad.object)
    return ()


def _steps(store: Store, path: str) -> tuple[Step, ...]:
    if terms.is_iri(path):
        return (Step(path, False),)
    about: Mapping[str, str] = {quad.predicate: quad.object for quad in store.about(path)}
    if f"<{SH}inversePath>" in about:
        steps = _steps(store, about[f"<{SH}inversePath>"])
        return tuple(Step(step.predicate, not step.is_inverse) for step in reversed(steps))
    parts = lists.whole(path, lambda cell: {quad.predicate: (quad.object,) for quad in store.about(cell)}) or []
    stretches = [_steps(store, part) for part in parts]
    return tuple(chain.from_iterable(stretches)) if all(stretches) else ()


def _order(store: Store, shape: str) -> float:
    for quad in store.about(shape, f"<{SH}order>"):
        return float(terms.value(quad.object))
    return 0


def _free_name(predicate: str, taken: list[str]) -> str:
    """A name for URLs that neither another facet nor a parameter of a search has."""
    local = re.split(r"[/#:]", terms.value(predicate))[-1]
    name = re.sub(r"\W", "", local, flags=re.ASCII) or "facet"
    reserved = {*taken, "q", "page", "lang", "format", "limit"}
    number = 2
    while name in reserved:
        name, number = f"{name.rstrip('0123456789')}{number}", number + 1
    return name
