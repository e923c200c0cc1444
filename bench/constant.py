"""The ceiling: a WSGI callable that answers each path with the bytes of the file of that name in $CONSTANT."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

_ANSWERS = {f"/{path.name}": path.read_bytes() for path in Path(os.environ["CONSTANT"]).iterdir()}


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    body = _ANSWERS[environ["PATH_INFO"]]
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]
