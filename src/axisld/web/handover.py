"""How a serving process leaves while another takes over, without dropping a connection."""

import contextlib
import os
import socket
from pathlib import Path


def stop_accepting(listener: int) -> None:
    """Accept no connections in this process any more; those it has, and other processes, go on.

    A connection accepted just before the end would be closed unanswered. The server has copies of the descriptor that
    cannot be reached otherwise: each becomes one of a socket that nobody knows.
    """
    listening = os.fstat(listener)
    descriptors = [int(path.name) for path in Path("/dev/fd").iterdir()]
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        nobody.setblocking(False)
        for descriptor in descriptors:
            with contextlib.suppress(OSError):  # that of the list itself is gone
                if os.path.samestat(os.fstat(descriptor), listening):
                    os.dup2(nobody.fileno(), descriptor)
