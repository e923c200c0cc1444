"""The access log in the Combined Log Format of Apache (Common Log Format, with referrer and user agent)."""

import asyncio
import contextlib
import queue
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO

_FLUSH_SECONDS = 0.5  # lines are written together, so that a log costs look-ups little
_MOST_BATCHES = 120  # that wait while nobody reads the log, or the disk is full: about a minute; then lines are lost
_CLOSE_SECONDS = 1.0  # for the last lines


class AccessLog:
    """Where lines go, from any thread, once it is told of the event loop, which never waits for who reads the log."""

    def __init__(self, destination: str) -> None:
        """`destination` is a file that is appended to, "-" for standard output, "" for nothing."""
        self._file: IO[str] | None = None
        if destination == "-":
            self._file = sys.stdout
        elif destination:
            self._file = Path(destination).open("a", encoding="ascii", errors="backslashreplace")  # noqa: SIM115
        self._lines: list[str] = []
        self._lost = 0
        self._batches: queue.Queue[list[str] | None] = queue.Queue(_MOST_BATCHES)
        self._writer = threading.Thread(target=self._write_batches, name="access-log", daemon=True)
        if self._file is not None:
            self._writer.start()
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._second, self._stamp = 0, ""

    @property
    def is_on(self) -> bool:
        return self._file is not None

    def flush_in(self, loop: asyncio.AbstractEventLoop) -> None:
        """From now on, `loop` writes the lines a moment after they were noted."""
        self._loop = loop

    def write(self, client: str, request_line: str, status: int, size: int, headers: Mapping[bytes, bytes]) -> None:
        """Note one request. What a client sent cannot end a quoted field or a line."""
        if self._file is None:
            return
        referrer, agent = _field(headers.get(b"referer")), _field(headers.get(b"user-agent"))
        line = _quoted(request_line)
        now = int(time.time())
        with self._lock:
            if now != self._second:
                self._second, self._stamp = now, time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now))
            if not self._lines and self._loop:
                self._loop.call_soon_threadsafe(self._loop.call_later, _FLUSH_SECONDS, self.flush)
            self._lines.append(f'{client} - - [{self._stamp}] "{line}" {status} {size or "-"} "{referrer}" "{agent}"\n')

    def flush(self) -> None:
        """Hand over what was noted. What cannot be kept is lost, and the log says how much that was."""
        with self._lock:
            lines, self._lines = self._lines, []
        if self._lost:
            lines.append(f"# {self._lost} lines were lost: the log was not read in time, or could not be written\n")
        try:
            self._batches.put_nowait(lines)
            self._lost = 0
        except queue.Full:
            self._lost += len(lines)

    def close(self) -> None:
        """Write what is left, as far as that takes no longer than a moment."""
        if self._file is not None:
            self.flush()
            with contextlib.suppress(queue.Full):
                self._batches.put(None, timeout=_CLOSE_SECONDS)
                self._writer.join(_CLOSE_SECONDS)

    def _write_batches(self) -> None:
        assert self._file is not None
        while (lines := self._batches.get()) is not None:
            try:
                self._file.write("".join(lines))
                self._file.flush()
            except OSError:  # a full disk, a reader that went away: the requests go on
                self._lost += len(lines)


def _field(value: bytes | None) -> str:
    return _quoted(value.decode("latin-1")) if value else "-"


def _quoted(text: str) -> str:
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return "".join(c if c.isascii() and c.isprintable() else f"\\x{ord(c) & 0xFF:02x}" for c in escaped)
