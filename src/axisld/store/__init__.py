"""Where statements live. One small protocol with the backends `memory`, `disk` and `remote`: any SPARQL 1.1 server.

Answering a visitor's SPARQL is not here: `sandbox` does that in processes of its own, `remote_queries` passes it on.
"""

from collections.abc import Iterable, Iterator
from typing import Protocol

from axisld.terms import Statement


class Store(Protocol):
    """What is stated about a node, in both directions; but for `remote` in the spelling of its author.

    Statements come in the order of canonical N-Quads, but `remote` orders only what it fetches at once; any method may
    raise StoreError.
    """

    def about(self, subject: str, predicate: str = "") -> Iterator[Statement]:
        """The statements with this subject, and this predicate if one is given."""
        ...

    def subjects_under(self, prefix: str) -> Iterator[Statement]:
        """The statements whose subject is an IRI that begins with `prefix`, an IRI without brackets."""
        ...

    def incoming(self, node: str, predicate: str = "", *, offset: int = 0) -> Iterator[Statement]:
        """The statements with this object, from the `offset`-th on (0 is the first), by predicate and subject."""
        ...

    def incoming_count(self, node: str, predicate: str) -> int:
        """How many statements have this predicate and object."""
        ...

    def incoming_counts(self, node: str) -> tuple[tuple[str, int], ...]:
        """The predicates of the statements with this object, in order, each with the number of its statements."""
        ...

    def is_known(self, node: str) -> bool:
        """Whether any statement has this node as subject or object."""
        ...

    def known(self, nodes: Iterable[str]) -> set[str]:
        """Those of these IRIs that are known."""
        ...

    def expect(self, nodes: Iterable[str]) -> None:
        """`about` will be asked for these IRIs: a store far away may fetch them together."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...
