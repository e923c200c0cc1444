"""Where answers wait to be sent: small ones in memory, large ones on disk, where there is room for a few at a time.

Otherwise clients that ask for much and read slowly would fill the disk.
"""

import tempfile
import threading
from collections import Counter

from axisld.errors import QueryLimitError

SPOOL_BYTES = 4 * 1024 * 1024  # of an answer in memory


class Shelf:
    """Room for `places` large answers, `share` of them for one client."""

    def __init__(self, places: int, share: int) -> None:
        self._places = places
        self._share = share
        self._lock = threading.Lock()
        self._taken: Counter[str] = Counter()  # by client

    def spool(self, client: str) -> "Spool":
        """An empty file for an answer to `client`."""
        return Spool(self, client)

    def take(self, client: str) -> None:
        with self._lock:
            if self._taken[client] >= self._share:
                message = "You have too many large answers on their way already. Read them first, or use LIMIT."
                raise QueryLimitError("share", message)
            if self._taken.total() >= self._places:
                raise QueryLimitError("queue", "The server is busy with too many large answers. Try later.")
            self._taken[client] += 1

    def leave(self, client: str) -> None:
        with self._lock:
            self._taken[client] -= 1
            if not self._taken[client]:
                del self._taken[client]


class Spool(tempfile.SpooledTemporaryFile[bytes]):
    """A file in memory that takes a place on the shelf when it moves to disk, and gives it back when it is closed."""

    def __init__(self, shelf: Shelf, client: str) -> None:
        super().__init__(SPOOL_BYTES)
        self._shelf = shelf
        self._client = client
        self._is_on_shelf = False

    def rollover(self) -> None:
        """Raises QueryLimitError where the shelf is full."""
        self._shelf.take(self._client)
        self._is_on_shelf = True
        super().rollover()

    def close(self) -> None:
        super().close()
        if self._is_on_shelf:
            self._is_on_shelf = False
            self._shelf.leave(self._client)
