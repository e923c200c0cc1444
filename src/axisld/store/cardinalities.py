"""How many statements fit a pattern, as a planner of queries asks it: the same few patterns, again and again."""

from collections.abc import Mapping
from functools import lru_cache

from axisld.store.patterns import Patterns

_KEPT = 4096  # counts


class Cardinalities:
    """Counts of one release. Terms are spelled as in N-Triples; a statement that stands in two graphs counts twice."""

    def __init__(self, patterns: Patterns, subjects: Mapping[str, int], objects: Mapping[str, int]) -> None:
        """`subjects` and `objects`: how many distinct ones each property has, by its IRI."""
        self._subjects = subjects
        self._objects = objects

        @lru_cache(_KEPT)
        def count(subject: str, predicate: str, object: str) -> int:
            return patterns.matching(subject, predicate, object).count

        self._count = count

    def count(self, subject: str = "", predicate: str = "", object: str = "") -> int:
        """The statements with these terms; "" is open."""
        return self._count(subject, predicate, object)

    def subjects(self, predicate: str) -> int:
        """The distinct subjects of a property; where they were not counted, as many as it has statements."""
        return self._subjects.get(predicate[1:-1]) or max(1, self.count(predicate=predicate))

    def objects(self, predicate: str) -> int:
        """The distinct objects of a property; likewise."""
        return self._objects.get(predicate[1:-1]) or max(1, self.count(predicate=predicate))
