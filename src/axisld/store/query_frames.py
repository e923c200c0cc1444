"""How the server and its query processes talk: frames on a socket, each a kind, a length and bytes."""

import json
import socket
import struct
from typing import Any

REQUEST, READY, DATA, END, ERROR = range(5)
DATA_BYTES = 64 * 1024  # of one DATA frame
MOST_BYTES = 1024 * 1024  # of any frame to the server, which does not trust its processes
_HEADER = struct.Struct("!BI")


def send(connection: socket.socket, kind: int, body: bytes) -> None:
    """Raises OSError when the other side is gone."""
    connection.sendall(_HEADER.pack(kind, len(body)) + body)


def send_facts(connection: socket.socket, kind: int, facts: dict[str, Any]) -> None:
    send(connection, kind, json.dumps(facts).encode())


def receive(connection: socket.socket, most_bytes: int | None = None) -> tuple[int, bytes]:
    """Raises EOFError when the other side is gone or sends too much, TimeoutError past the time-out of the socket."""
    kind, length = _HEADER.unpack(_exactly(connection, _HEADER.size))
    if most_bytes is not None and length > most_bytes:
        raise EOFError
    return kind, _exactly(connection, length)


def facts(body: bytes) -> dict[str, Any]:
    """What `send_facts` sent."""
    read: dict[str, Any] = json.loads(body)
    return read


def _exactly(connection: socket.socket, length: int) -> bytes:
    pieces = []
    while length:
        try:
            piece = connection.recv(length)
        except ConnectionError:
            piece = b""
        if not piece:
            raise EOFError
        pieces.append(piece)
        length -= len(piece)
    return b"".join(pieces)
