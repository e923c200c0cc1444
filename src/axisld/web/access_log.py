"""The access log in the Combined Log Format of Apache (Common Log Format, with referrer and user agent)."""

import asyncio
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO

_FLUSH_SECONDS = 0.5  # lines are written together, so that a log costs look-ups little


class AccessLog:
    """Where lines go. Use it from the thread of the event loop."""

    def __init__(self, destination: str) -> None:
        """`destination` is a file that is appended to, "-" for standard output, "" for nothing."""
        self._file: IO[str] | None = None
        if destination == "-":
            self._file = sys.stdout
        elif destination:
            self._file = Path(destination).open("a", encoding="ascii", errors="backslashreplace")  # noqa: SIM115
        self._lines: list[str] = []
        self._second, self._stamp = 0, ""

    @property
    def is_on(self) -> bool:
        return self._file is not None

    def write(self, client: str, request_line: str, status: int, size: int, headers: Mapping[bytes, bytes]) -> None:
        """Note one request. What a client sent cannot end a quoted field or a line."""
        if self._file is None:
            return
        if not self._lines:
            asyncio.get_running_loop().call_later(_FLUSH_SECONDS, self.flush)
        now = int(time.time())
        if now != self._second:
            self._second, self._stamp = now, time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now))
        referrer, agent = _field(headers.get(b"referer")), _field(headers.get(b"user-agent"))
        line = _quoted(request_line)
        self._lines.append(f'{client} - - [{self._stamp}] "{line}" {status} {size or "-"} "{referrer}" "{agent}"\n')

    def flush(self) -> None:
        if self._file is not None and self._lines:
            self._file.write("".join(self._lines))
            self._file.flush()
            self._lines.clear()


def _field(value: bytes | None) -> str:
    return _quoted(value.decode("latin-1")) if value else "-"


def _quoted(text: str) -> str:
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return "".join(c if c.isascii() and c.isprintable() else f"\\x{ord(c) & 0xFF:02x}" for c in escaped)
