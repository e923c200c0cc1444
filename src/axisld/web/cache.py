"""Finished answers in memory, within a budget of bytes; the one not asked for the longest goes first."""

import math
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any

from axisld.web.bodies import FileBody, SpooledBody
from axisld.web.conditions import NOT_IN_304

_OVERHEAD_BYTES = 4096  # of an entry beside its body and headers: objects, keys, the 304
_LARGEST_SHARE = 8  # an answer above this part of the budget is not kept: it would push out too many others

_LEFT_OUT_WITHOUT_BODY = {name.lower().encode() for name in NOT_IN_304}

Headers = list[tuple[bytes, bytes]]
Key = tuple[bytes, ...]


@dataclass(slots=True)
class Answer:
    """An answer as it goes to the client, ready to be sent again and again."""

    status: int
    headers: Headers
    body: bytes | FileBody | SpooledBody
    endpoint: str  # what answered: the resource in the statistics
    etag: bytes = b""
    last_modified: datetime | None = None
    vary: tuple[bytes, ...] = ()  # names of request headers, in lower case
    made: float = field(default_factory=time.monotonic, init=False)  # when
    start: dict[str, Any] = field(init=False)  # the ASGI message of status and headers
    _without_body: "dict[int, Answer]" = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.start = {"type": "http.response.start", "status": self.status, "headers": self.headers}

    def without_body(self, status: int) -> "Answer":
        """The 304 or 412 that stands for this answer; made once."""
        if status not in self._without_body:
            headers = [header for header in self.headers if header[0] not in _LEFT_OUT_WITHOUT_BODY]
            self._without_body[status] = Answer(status, headers, b"", self.endpoint)
        return self._without_body[status]

    @property
    def size(self) -> int:
        """The bytes that it takes in memory."""
        body = self.body if isinstance(self.body, bytes) else b""
        return len(body) + sum(map(len, chain.from_iterable(self.headers))) + _OVERHEAD_BYTES


class Cache:
    """Answers by target and by the request headers that they varied on (RFC 9111, 4.1), for any thread."""

    def __init__(self, budget_bytes: int, seconds: float = math.inf) -> None:
        """Answers older than `seconds` are forgotten; those of a release never change."""
        self._lock = threading.Lock()
        self._budget = budget_bytes
        self._seconds = seconds
        self.used_bytes = 0
        self._answers: OrderedDict[Key, Answer] = OrderedDict()
        self._vary: dict[bytes, tuple[bytes, ...]] = {}  # by target
        self._variants: Counter[bytes] = Counter()  # answers kept, by target

    def get(self, target: bytes, headers: Mapping[bytes, bytes]) -> Answer | None:
        with self._lock:
            vary = self._vary.get(target)
            if vary is None:
                return None
            key = (target, *[headers.get(name, b"") for name in vary])
            answer = self._answers.get(key)
            if answer is None:
                return None
            if time.monotonic() - answer.made > self._seconds:
                self._drop(key)
                return None
            self._answers.move_to_end(key)
            return answer

    def put(self, target: bytes, headers: Mapping[bytes, bytes], answer: Answer) -> None:
        """Keep an answer, if it is not too large."""
        size = answer.size
        if size * _LARGEST_SHARE > self._budget:
            return
        with self._lock:
            # One answer of a target may vary on more than another: the page on the language, Turtle not.
            vary = tuple(sorted({*self._vary.get(target, ()), *answer.vary}))
            key = (target, *[headers.get(name, b"") for name in vary])
            self._drop(key)
            self._vary[target] = vary
            self._variants[target] += 1
            self._answers[key] = answer
            self.used_bytes += size
            while self.used_bytes > self._budget:
                self._drop(next(iter(self._answers)))

    def _drop(self, key: Key) -> None:
        answer = self._answers.pop(key, None)
        if answer is None:
            return
        self.used_bytes -= answer.size
        target = key[0]
        self._variants[target] -= 1
        if not self._variants[target]:
            del self._variants[target], self._vary[target]
