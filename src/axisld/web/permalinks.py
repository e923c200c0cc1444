"""Links that say which release a reader saw, and what they lead to once another is served."""

import re

from flask import request

from axisld.web.interface import Message
from axisld.web.problems import Problem
from axisld.web.site import Site

_DIGITS = 12  # of the digest in a link
_DIGEST = re.compile(r"[0-9a-f]{12,64}")


def permalink(here: Site, url: str) -> str:
    """The URL of a document that says which release was read; the URL itself where nothing was released."""
    digest = here.record.digest[:_DIGITS]
    return f"{url}{'&' if '?' in url else '?'}release={digest}" if digest else url


def other_release(here: Site) -> str:
    """The release that the link of this request was made for, if it is another than the one served; else "".

    A citation leads its reader to the thing, whatever release answers, and the page says which one does; so do the
    other formats, by prov:wasDerivedFrom. Raises Problem 400 for what is no digest.
    """
    named = request.args.get("release", "").lower()
    if named and not _DIGEST.fullmatch(named):
        raise Problem(
            400, Message("Name a release by its digest, in 12 to 64 hexadecimal digits: ?release=0123456789ab.")
        )
    return "" if here.record.digest.startswith(named) else named[:_DIGITS]
