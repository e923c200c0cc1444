"""Ask a SPARQL endpoint of somebody else, patiently: who asks is named, one request at a time, longer pauses when told.

Knows nothing of what is asked. The manners are those that query.wikidata.org wants of programs (User-Agent policy of
the Wikimedia Foundation; Wikidata Query Service, "Query limits").
"""

import json
import random
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPResponse
from time import monotonic, sleep
from typing import NamedTuple
from urllib.error import HTTPError, URLError

from SPARQLWrapper import JSON, POST, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

from axisld import __version__
from axisld.errors import AxisError
from axisld.iris import to_url

REQUEST_SECONDS = 65.0  # for one answer; query.wikidata.org itself gives up after 60
TOTAL_SECONDS = 900.0  # for everything, pauses included
ATTEMPTS = 5  # at one query
FIRST_PAUSE_SECONDS = 5.0  # doubled for each further attempt
THROTTLED_PAUSE_SECONDS = 60.0  # after 429 Too Many Requests without Retry-After
MOST_ANSWER_BYTES = 64 << 20
_READ_BYTES = 1 << 16
_JSON_TYPES = frozenset({"application/sparql-results+json", "application/json"})
_BUSY_STATUSES = frozenset({429, 500, 502, 503, 504})


class EndpointError(AxisError):
    """An endpoint that does not answer, or nothing that can be used."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url} {reason}")


class _BusyError(Exception):
    """The endpoint may well answer later."""

    def __init__(self, reason: str, pause_seconds: float | None = None) -> None:
        super().__init__(reason)
        self.pause_seconds = pause_seconds  # what the endpoint asks for


class Cell(NamedTuple):
    """A term in an answer."""

    value: str  # IRI or lexical form
    language: str  # tag; "" when there is none


Row = dict[str, Cell]  # by variable


@dataclass(frozen=True)
class Endpoint:
    """An endpoint and how long to wait for it; its time runs from when this is made."""

    url: str
    agent: str  # the User-Agent header
    request_seconds: float = REQUEST_SECONDS
    total_seconds: float = TOTAL_SECONDS
    pause: Callable[[float], None] = sleep  # for so many seconds
    _began: float = field(default_factory=monotonic, init=False)

    def select(self, query: str) -> list[Row]:
        """The answers to a SELECT query. Raises EndpointError after ATTEMPTS, or when no time is left."""
        for attempt in range(ATTEMPTS):
            try:
                return self._answer(query)
            except _BusyError as busy:
                seconds = _pause_seconds(attempt) if busy.pause_seconds is None else busy.pause_seconds
                reason = ""
                if attempt + 1 == ATTEMPTS:
                    reason = f"{busy}, {ATTEMPTS} times in a row"
                elif seconds > self._left_seconds:
                    reason = f"{busy}; to wait {seconds:.0f} s would pass the limit of {self.total_seconds:.0f} s"
                if reason:
                    raise EndpointError(self.url, f"{reason}; try again later") from busy
                self.pause(seconds)
        raise AssertionError("the last attempt returns or raises")

    @property
    def _left_seconds(self) -> float:
        return self._began + self.total_seconds - monotonic()

    def _answer(self, query: str) -> list[Row]:
        until = monotonic() + min(self.request_seconds, self._left_seconds)
        wrapper = SPARQLWrapper(self.url, agent=self.agent)
        wrapper.setMethod(POST)  # a batch does not fit into a URL (SPARQL 1.1 Protocol, 2.1.2)
        wrapper.setReturnFormat(JSON)
        wrapper.setOnlyConneg(True)
        # not setTimeout: it cuts to whole seconds, of which 0 means for ever
        wrapper.timeout = max(until - monotonic(), 0.001)  # type: ignore[assignment]
        wrapper.setQuery(query)
        try:
            with closing(wrapper.query().response) as response:
                self._refuse_strange(response)
                return self._rows(self._body(response, until))
        except (SPARQLWrapperException, OSError, HTTPException) as error:
            raise self._failure(error) from error

    def _failure(self, error: Exception) -> Exception:
        """What the failure of a request means: come again later, or do not."""
        refusal = error.__context__ if isinstance(error, SPARQLWrapperException) else error
        if isinstance(refusal, HTTPError):
            with closing(refusal):
                return self._refusal(refusal)
        cause = error.reason if isinstance(error, URLError) else error
        if isinstance(cause, TimeoutError):
            return _BusyError("does not answer in time")
        if isinstance(cause, ConnectionRefusedError):
            return EndpointError(self.url, "refuses the connection; is the address right, and the endpoint running?")
        if isinstance(cause, (ConnectionError, HTTPException)):
            return _BusyError("breaks the connection off")
        return EndpointError(self.url, f"cannot be reached: {cause}")

    def _refusal(self, error: HTTPError) -> Exception:
        said = f"answers {error.code} {error.reason}"
        if error.code in _BUSY_STATUSES:
            told = retry_after_seconds(error.headers.get("Retry-After", ""), datetime.now(UTC))
            throttled = THROTTLED_PAUSE_SECONDS if error.code == 429 else None
            return _BusyError(said, throttled if told is None else told)
        if "Location" in error.headers:
            where = error.headers["Location"]
            return EndpointError(self.url, f"redirects to {where} ({error.code}) and gets nowhere; name the endpoint")
        return EndpointError(self.url, f"{said}; is it a SPARQL endpoint?")

    def _refuse_strange(self, response: HTTPResponse) -> None:
        media_type = response.headers.get_content_type()
        if response.url != self.url:  # what was a POST arrived there as a GET, without the query (RFC 9110, 15.4.3)
            raise EndpointError(self.url, f"redirects to {response.url}; if that is the endpoint, name it instead")
        if media_type not in _JSON_TYPES:
            raise EndpointError(self.url, f"answers with {media_type}, not with SPARQL results in JSON")

    def _body(self, response: HTTPResponse, until: float) -> bytes:
        """What the endpoint says. Its trickle may not go on for longer than one answer may take."""
        body = bytearray()
        while chunk := response.read1(_READ_BYTES):
            body += chunk
            if monotonic() > until:
                raise TimeoutError
            if len(body) > MOST_ANSWER_BYTES:
                raise EndpointError(self.url, f"answers with more than {MOST_ANSWER_BYTES} bytes")
        return bytes(body)

    def _rows(self, body: bytes) -> list[Row]:
        try:
            found = json.loads(body)["results"]["bindings"]
            return [
                {name: Cell(cell["value"], cell.get("xml:lang", "")) for name, cell in row.items()} for row in found
            ]
        except json.JSONDecodeError as error:
            raise EndpointError(self.url, f"answers with JSON that is cut or broken ({error})") from error
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            reason = "answers with JSON that is not in the SPARQL 1.1 Query Results JSON Format"
            raise EndpointError(self.url, reason) from error


def user_agent(contact: str) -> str:
    """How axisld names itself: program, version, whom to write to (RFC 9110, 10.1.5)."""
    about = f" ({to_url(contact)})" if contact else ""
    return f"axisld/{__version__}{about} SPARQLWrapper"


def retry_after_seconds(header: str, now: datetime) -> float | None:
    """How long a Retry-After header asks to wait: a number or a date (RFC 9110, 10.2.3); None for anything else."""
    if header.strip().isdecimal():
        return float(header)
    try:
        then = parsedate_to_datetime(header)
    except ValueError:
        return None
    return max(0.0, (then.replace(tzinfo=then.tzinfo or UTC) - now).total_seconds())


def _pause_seconds(attempt: int) -> float:
    """Longer each time, and with jitter, so that many who failed together do not come back together."""
    return FIRST_PAUSE_SECONDS * 2.0**attempt * random.uniform(0.75, 1.25)  # noqa: S311 - no secret
