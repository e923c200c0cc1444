"""What a publication wants to know of a SPARQL server when it starts: the `.rq` files beside this module."""

from collections.abc import Mapping, Sequence

from axisld import terms
from axisld.store.remote_client import Client, Row
from axisld.store.remote_questions import bound, question

_PAGE_ROWS = 100_000  # more would take too much memory here; a server may give fewer
Values = Mapping[str, Sequence[str]]  # terms by variable


class Questions:
    """Questions about everything: each may take `seconds`."""

    def __init__(self, client: Client, seconds: float) -> None:
        self._client = client
        self._seconds = seconds

    def rows(self, name: str, values: Values | None = None, *, everywhere: bool = False) -> list[Row]:
        """The rows of one of the files with these values, in no order."""
        asked = bound(question(name, __package__ or ""), **(values or {}))
        return self._client.all_rows(asked, _PAGE_ROWS, seconds=self._seconds, everywhere=everywhere)

    def counts(self, name: str, counted: str, values: Values | None = None) -> dict[str, int]:
        """From each value of the variable `counted` to the number beside it, the most frequent first."""
        found = {
            terms.value(row[counted]): int(terms.value(row["count"]))
            for row in self.rows(name, values)
            if counted in row
        }
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    def own_subjects(self, base: str) -> list[str]:
        """The IRIs under `base` that anything is stated about."""
        return [terms.value(row["subject"]) for row in self.rows("own_subjects", {"base": [terms.text(base)]})]
