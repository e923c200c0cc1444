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


def answer(
    here: Site, query_string: bytes, headers: Mapping[bytes, bytes], client: str, cancellation: Cancellation
) -> Answer | None:
    """The answer to the query of a URL; None where the app has to answer. Raises AxisError once the query has run."""
    if any(name in headers for name in _CONDITIONAL):
        return None
    question = _question(here, query_string, headers, client)
    if question is None or question.choice.format is formats.HTML or not is_lasting(here, question):
        return None
    found = here.queries.run(question.query, cancellation)
    accepted = headers.get(b"accept-encoding", b"").decode("latin-1") or None
    fields = {
        "Content-Type": question.choice.content_type,
        "Vary": "Accept",
        "Cache-Control": cache_control(here.config),
        "ETag": entity_tag(here, question, coding_for(accepted)),
    }
    if here.release.issued:
        fields["Last-Modified"] = format_datetime(here.release.issued, usegmt=True)
    body: bytes | SpooledBody = SpooledBody(found.body, found.size)
    if found.size <= SPOOL_BYTES:
        body, coding = encoded(found.read(), accepted)
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


def _question(here: Site, query_string: bytes, headers: Mapping[bytes, bytes], client: str) -> Question | None:
    accept = headers.get(b"accept")
    asked = protocol.Request(
        method="GET",
        query_string=query_string,
        accept=None if accept is None else accept.decode("latin-1"),
        client=client,
    )
    try:
        return read(here, asked)
    except AxisError:
        return None  # the app says what is wrong


def read(here: Site, asked: protocol.Request) -> Question:
    """The question in a request, within this site's limits. Raises AxisError."""
    return protocol.read(
        asked,
        most_text_bytes=here.config.query_text_bytes,
        most_nesting=here.config.query_nesting,
        most_seconds=here.config.query_seconds,
    )
