"""What the conditional headers of a request ask for (RFC 9110, 13). Pure."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

HEADERS = ("If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since")
NOT_IN_304 = ("Content-Type", "Content-Encoding", "Content-Length", "Content-Language", "Link")  # RFC 9110, 15.4.5
_ENTITY_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')


def given(header: Callable[[str], str | None]) -> dict[str, str]:
    """The conditional headers of a request, whose headers `header` gives by their names."""
    return {name: value for name in HEADERS if (value := header(name)) is not None}


def status(conditions: Mapping[str, str], etag: str, last_modified: datetime | None) -> int:
    """200 where the representation is to be sent, 304 where the client has it, 412 where it wants another.

    `conditions` has the request's headers by their name in `HEADERS`; the order is that of RFC 9110, 13.2.2.
    """
    if "If-Match" in conditions:
        if not _matches(conditions["If-Match"], etag, strongly=True):
            return 412
    elif "If-Unmodified-Since" in conditions and is_modified_since(conditions["If-Unmodified-Since"], last_modified):
        return 412
    if "If-None-Match" in conditions:
        return 304 if _matches(conditions["If-None-Match"], etag, strongly=False) else 200
    if "If-Modified-Since" in conditions and is_modified_since(conditions["If-Modified-Since"], last_modified) is False:
        return 304
    return 200


def wants_range(if_range: str | None, etag: str, last_modified: datetime | None) -> bool:
    """Whether a Range header counts, seen the If-Range beside it (RFC 9110, 13.1.5)."""
    if if_range is None:
        return True
    if '"' in if_range:
        return if_range.strip() == etag  # strong comparison: a weak tag never matches
    return last_modified is not None and _date(if_range) == last_modified.replace(microsecond=0)


def is_modified_since(date: str, last_modified: datetime | None) -> bool | None:
    """None where the date cannot be read or there is nothing to compare it with: the header is ignored."""
    since = _date(date)
    if since is None or last_modified is None:
        return None
    return last_modified.replace(microsecond=0) > since  # HTTP dates have whole seconds


def _matches(listed: str, etag: str, *, strongly: bool) -> bool:
    """RFC 9110, 8.8.3.2. Ours are strong, so a weak one in the list counts only in a weak comparison."""
    if listed.strip() == "*":
        return True
    return any(
        match[1] == etag and not (strongly and match[0].startswith("W/")) for match in _ENTITY_TAG.finditer(listed)
    )


def _date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
        return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
