"""The answer to a query straight from its process, with the headers that the app would give. Without Flask.

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
from axisld.web.headers import DATA_SECURITY, NO_STORE, SHARING, cache_control
from axisld.web.site import Site

METHODS = ("GET", "POST", "QUERY")  # that ask a query
_ENDPOINT = "sparql.sparql"  # the name of the app's view: both are one resource in the statistics
_SHARED = [(name.lower().encode(), value.encode()) for name, value in (DATA_SECURITY | SHARING).items()]
_CONDITIONAL = [name.lower().encode() for name in conditions.HEADERS]


def question(here: Site, asked: protocol.Request, headers: Mapping[bytes, bytes]) -> Question | None:
    """The question in a request; None where the app has to answer."""
    if asked.method not in METHODS or any(name in headers for name in _CONDITIONAL):
        return None
    try:
        found = read(here, asked)
    except AxisError:
        return None  # the app says what is wrong
    return None if found.choice.format is formats.HTML else found


def answer(
    here: Site, method: str, asked: Question, headers: Mapping[bytes, bytes], cancellation: Cancellation
) -> Answer:
    """The answer to a question. Raises what `Queries.run` does."""
    found = here.queries.run(asked.query, cancellation)
    body = found.read() if found.size <= SPOOL_BYTES else SpooledBody(found.body, found.size)
    return answer_of(here, method, asked, headers, body)


def answer_of(
    here: Site, method: str, asked: Question, headers: Mapping[bytes, bytes], body: bytes | SpooledBody
) -> Answer:
    """The answer that has this body."""
    accepted = headers.get(b"accept-encoding", b"").decode("latin-1") or None
    fields = {"Content-Type": asked.choice.content_type, "Vary": "Accept"}
    etag = entity_tag(here, asked, coding_for(accepted)) if method == "GET" and is_lasting(here, asked) else ""
    fields |= {"Cache-Control": cache_control(here.config), "ETag": etag} if etag else {"Cache-Control": NO_STORE}
    if etag and here.release.issued:
        fields["Last-Modified"] = format_datetime(here.release.issued, usegmt=True)
    if isinstance(body, bytes):
        body, coding = encoded(body, accepted)
        fields |= {"Vary": "Accept, Accept-Encoding"} | ({"Content-Encoding": coding} if coding else {})
    fields["Content-Length"] = str(len(body) if isinstance(body, bytes) else body.size)
    own = [(name.lower().encode(), value.encode("latin-1")) for name, value in fields.items()]
    made = Answer(200, [*own, *_SHARED], body, _ENDPOINT)
    made.etag, made.last_modified = etag.encode(), here.release.issued if etag else None
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
