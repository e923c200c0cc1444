"""The answer to a query by GET straight from its process, with the headers that the app would give. Without Flask.

Anything else than an answer in a format for programs is left to the app: pages, conditions, errors.
"""

from collections.abc import Mapping
from email.utils import format_datetime

from axisld.errors import AxisError
from axisld.representations import formats
from axisld.sparql import protocol
from axisld.sparql.protocol import Question
from axisld.store.sandbox import SPOOL_BYTES, Cancellation
from axisld.web import conditions
from axisld.web.bodies import SpooledBody
from axisld.web.cache import Answer
from axisld.web.encoding import coding_for, encoded
from axisld.web.headers import DATA_SECURITY, SHARING, cache_control
from axisld.web.site import Site

_ENDPOINT = "sparql.sparql"  # the name of the app's view: both are one resource in the statistics
_SHARED = [(name.lower().encode(), value.encode()) for name, value in (DATA_SECURITY | SHARING).items()]
_CONDITIONAL = [name.lower().encode() for name in conditions.HEADERS]


def question(here: Site, query_string: bytes, headers: Mapping[bytes, bytes], client: str) -> Question | None:
    """The question in a URL; None where the app has to answer."""
    if any(name in headers for name in _CONDITIONAL):
        return None
    accept = headers.get(b"accept")
    asked = protocol.Request(
        method="GET",
        query_string=query_string,
        accept=None if accept is None else accept.decode("latin-1"),
        client=client,
    )
    try:
        found = read(here, asked)
    except AxisError:
        return None  # the app says what is wrong
    return found if found.choice.format is not formats.HTML and is_lasting(here, found) else None


def answer(here: Site, asked: Question, headers: Mapping[bytes, bytes], cancellation: Cancellation) -> Answer:
    """The answer to a question. Raises what `Queries.run` does."""
    found = here.queries.run(asked.query, cancellation)
    body = found.read() if found.size <= SPOOL_BYTES else SpooledBody(found.body, found.size)
    return answer_of(here, asked, headers, body)


def answer_of(here: Site, asked: Question, headers: Mapping[bytes, bytes], body: bytes | SpooledBody) -> Answer:
    """The answer that has this body."""
    accepted = headers.get(b"accept-encoding", b"").decode("latin-1") or None
    fields = {
        "Content-Type": asked.choice.content_type,
        "Vary": "Accept",
        "Cache-Control": cache_control(here.config),
        "ETag": entity_tag(here, asked, coding_for(accepted)),
    }
    if here.release.issued:
        fields["Last-Modified"] = format_datetime(here.release.issued, usegmt=True)
    if isinstance(body, bytes):
        body, coding = encoded(body, accepted)
        fields |= {"Vary": "Accept, Accept-Encoding"} | ({"Content-Encoding": coding} if coding else {})
    fields["Content-Length"] = str(len(body) if isinstance(body, bytes) else body.size)
    own = [(name.lower().encode(), value.encode("latin-1")) for name, value in fields.items()]
    made = Answer(200, [*own, *_SHARED], body, _ENDPOINT)
    made.etag, made.last_modified = fields["ETag"].encode(), here.release.issued
    made.vary = (b"accept", b"accept-encoding")
    return made


def is_lasting(here: Site, question: Question) -> bool:
    """Whether asking again gets the same answer, as long as the release is the same."""
    return not question.is_volatile and bool(here.release.issued)


def entity_tag(here: Site, question: Question, coding: str) -> str:
    """Of the answer to a question whose answer is lasting; known before it is answered."""
    seen = "" if sees_union(here) else "-declared"
    return f'"{here.record.digest[:16]}-{question.digest}{seen}{coding and f"-{coding}"}"'


def sees_union(here: Site) -> bool:
    """Whether a query without GRAPH and FROM sees all graphs together."""
    return (here.config.default_graph or here.record.default_graph) == "union"


def read(here: Site, asked: protocol.Request) -> Question:
    """The question in a request, within this site's limits. Raises AxisError."""
    return protocol.read(
        asked,
        most_text_bytes=here.config.query_text_bytes,
        most_nesting=here.config.query_nesting,
        most_seconds=here.config.query_seconds,
        counted=here.counted,
    )
