"""Lists in RDF (RDF Schema, 5.2): a chain of cells, each of which has a member and leads to the next."""

from collections.abc import Callable, Collection, Iterator, Mapping

from axisld.terms import RDF

FIRST, REST, NIL = f"<{RDF}first>", f"<{RDF}rest>", f"<{RDF}nil>"

About = Callable[[str], Mapping[str, Collection[str]]]  # what is said of a node: values by property


def members(head: str, about: About) -> Iterator[str]:
    """The members of the list that starts at the node `head`, in order, as far as it is well-formed."""
    return (member for member, _ in _cells(head, about))


def whole(head: str, about: About) -> list[str] | None:
    """All members of the list that starts at `head`; None where it is no well-formed list (RDF 1.1 Semantics, D.3)."""
    cells = list(_cells(head, about))
    end = cells[-1][1] if cells else head
    return [member for member, _ in cells] if end == NIL else None


def _cells(head: str, about: About) -> Iterator[tuple[str, str]]:
    """The member of each cell, and what comes next."""
    seen: set[str] = set()
    while head != NIL and head not in seen:
        seen.add(head)
        said = about(head)
        first, rest = said.get(FIRST, ()), said.get(REST, ())
        if len(first) != 1 or len(rest) != 1:
            return
        (member,), (head,) = first, rest
        yield member, head
