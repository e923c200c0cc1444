"""In which order a page tells what is said, under which headings and names, as the shapes of the publication say.

A property shape says so of its path by sh:name, sh:order and sh:group, for the things that its node shape targets
(SHACL, 2.3.2); a group has a label and an order of its own.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from axisld import terms
from axisld.store import Store
from axisld.terms import Statement
from axisld.vocabulary import RDFS, SH

_CLASSES_KEPT = 10_000
_MOST_ABOVE = 100  # classes above a class
_MOST_SHAPES = 1_000  # property shapes for a class
_LAST = math.inf  # the order of what has none


@dataclass(frozen=True, slots=True)
class Place:
    """Where a property stands on the page of a thing."""

    shape: str  # a term: its sh:name is what the property is called here
    order: float
    group: str  # a term; "" outside all groups
    group_order: float


class Layout:
    """The places that the shapes of a publication give; those of a class are worked out once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._of_class = lru_cache(_CLASSES_KEPT)(self._find)

    def places(self, classes: Iterable[str]) -> Mapping[str, Place]:
        """By property (a term), for a thing of these classes; the place that comes first where there are several."""
        found: dict[str, Place] = {}
        for class_ in classes:
            for name, place in self._of_class(class_).items():
                if name not in found or (place.order, place.shape) < (found[name].order, found[name].shape):
                    found[name] = place
        return found

    def _find(self, class_: str) -> Mapping[str, Place]:
        found: dict[str, Place] = {}
        for above in self._above(class_):
            shapes = [quad.subject for quad in self._store.incoming(above, f"<{SH}targetClass>")]
            properties = [
                quad.object for shape in (above, *shapes) for quad in self._store.about(shape, f"<{SH}property>")
            ]
            for shape in properties[:_MOST_SHAPES]:
                about = {quad.predicate: quad for quad in self._store.about(shape)}
                path = about.get(f"<{SH}path>")
                if path and terms.is_iri(path.object) and path.object not in found:
                    found[path.object] = self._place(shape, about)
        return found

    def _place(self, shape: str, about: Mapping[str, Statement]) -> Place:
        group = about[f"<{SH}group>"].object if f"<{SH}group>" in about else ""
        group_order = next((_number(quad) for quad in self._store.about(group, f"<{SH}order>")), _LAST) if group else 0
        order = about.get(f"<{SH}order>")
        return Place(shape, _number(order) if order else _LAST, group, group_order)

    def _above(self, class_: str) -> list[str]:
        """The class and those above it: a shape targets the things of subclasses too (SHACL, 2.1.3.2)."""
        found = {class_: None}
        queue = [class_]
        while queue and len(found) < _MOST_ABOVE:
            above = (quad.object for quad in self._store.about(queue.pop(), f"<{RDFS}subClassOf>"))
            new = [name for name in above if terms.is_iri(name) and name not in found]
            found |= dict.fromkeys(new)
            queue += new
        return list(found)


def _number(quad: Statement) -> float:
    try:
        return float(terms.value(quad.object))
    except ValueError:
        return _LAST
