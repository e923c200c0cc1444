"""Counts of statements that are not true: whatever numbers a plan is made by, the answers must be the same."""

import hashlib

from axisld.store.cardinalities import Cardinalities


class _AnyNumbers(Cardinalities):
    """Numbers that look like chance, and are the same each time."""

    def __init__(self) -> None:
        pass

    def count(self, subject: str = "", predicate: str = "", object: str = "") -> int:
        return 1 + hashlib.sha256(f"{subject} {predicate} {object}".encode()).digest()[0]

    def subjects(self, predicate: str) -> int:
        return self.count(subject="subjects", predicate=predicate)

    def objects(self, predicate: str) -> int:
        return self.count(predicate=predicate, object="objects")


ANY_NUMBERS = _AnyNumbers()
