"""Where in a source something stands: the passage, the parts that hold it, the whole, and where to read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from axisld import terms
from axisld.vocabulary import FOAF, SCHEMA
from axisld.web.nodes import Node, Reading
from axisld.web.site import Site

_PAGES = (f"<{FOAF}page>", f"<{SCHEMA}url>", f"<{FOAF}homepage>")
_MOST_VALUES = 50  # statements of one node looked through


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a source, from the passage up to the whole."""

    steps: tuple[Node, ...]
    page: Node | None  # where the source can be read


def place_of(here: Site, reading: Reading, topic: str, counts: Sequence[tuple[str, int]]) -> Place | None:
    """Where the topic, or the passage that it points to, stands; None for what stands nowhere.

    `counts` says how many statements point at the topic, by predicate: those that point at passages make it one.
    """
    roles = here.roles.properties("passage")
    is_passage = any(name in roles for name, _ in counts)
    passages = [] if is_passage else reading.objects(topic, *roles)[:1]
    if not passages and not is_passage:
        return None
    steps = [*passages, *_way_up(here, passages[0] if passages else topic)]
    if not steps:
        return None
    reading.add_labels(here.reader.label_statements(steps))
    told = islice(here.release.store.about(steps[-1]), _MOST_VALUES)
    page = next((quad.object for quad in told if quad.predicate in _PAGES), "")
    return Place(tuple(map(reading.node, steps)), reading.node(page) if page else None)


def _way_up(here: Site, passage: str) -> list[str]:
    """From a passage to its source, perhaps over the part that holds it."""
    whole = here.roles.properties("whole")
    about = [quad for quad in islice(here.release.store.about(passage), _MOST_VALUES) if terms.is_iri(quad.object)]
    for quad in about:
        if quad.predicate in whole:
            return [quad.object]
    for quad in about:
        for found in here.roles.values(quad.object, "whole"):
            return [quad.object, found]
    return []
