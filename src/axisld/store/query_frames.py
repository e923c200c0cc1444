"""How the server and its query processes talk: frames on a socket, each a kind, a length and bytes."""

import json
import socket
import struct
from typing import Any

REQUEST, READY, DATA, END, ERROR = range(5)
DATA_BYTES = 64 * 1024  # of one DATA frame
MOST_BYTES = 1024 * 1024  # of any frame to the server, which does not trust its processes
_HEADER = struct.Struct("!BI")
_PIECE_BYTES = DATA_BYTES + _HEADER.size


def packed(kind: int, body: bytes) -> bytes:
    return _HEADER.pack(kind, len(body)) + body


def packed_facts(kind: int, facts: dict[str, Any]) -> bytes:
    return packed(kind, json.dumps(facts).encode())


def facts(body: bytes) -> dict[str, Any]:
    """What `packed_facts` packed."""
    read: dict[str, Any] = json.loads(body)
    return read


class Incoming:
    """The frames that come out of a socket. A small answer comes whole, thus by one call of the system."""

    def __init__(self, connection: socket.socket, most_bytes: int | None = None) -> None:
        """`most_bytes`: of a frame; None where the other side is trusted."""
        self._connection = connection
        self._most_bytes = most_bytes
        self._pending = bytearray()

    def receive(self) -> tuple[int, bytes]:
        """The kind and the body of the next.

        Raises EOFError when the other side is gone or sends too much, TimeoutError past the time-out of the socket.
        """
        kind, length = _HEADER.unpack(self._exactly(_HEADER.size))
        if self._most_bytes is not None and length > self._most_bytes:
            raise EOFError
        return kind, self._exactly(length)

    def _exactly(self, length: int) -> bytes:
        while len(self._pending) < length:
            try:
                piece = self._connection.recv(_PIECE_BYTES)
            except ConnectionError:
                piece = b""
            if not piece:
                raise EOFError
            self._pending += piece
        taken = bytes(self._pending[:length])
        del self._pending[:length]
        return taken
