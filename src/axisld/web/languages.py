"""Which of several texts a reader is shown. Pure."""

import re
from collections.abc import Mapping

from axisld.representations.negotiation import choose_language

FALLBACK = "en"  # the language of the pages' own words
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")


def is_language_tag(text: str) -> bool:
    return _LANGUAGE_TAG.fullmatch(text) is not None


def pick(texts: Mapping[str, str], language: str) -> tuple[str, str]:
    """(language tag, text) of what suits a reader of `language`; ("", "") when there is nothing.

    Where that language is missing: English, then what has no tag, then the first.
    """
    tags = [tag for tag in texts if tag]
    for tag in (language, choose_language(language, tags) or choose_language(FALLBACK, tags), ""):
        if tag in texts:
            return tag, texts[tag]
    return next(iter(texts.items()), ("", ""))
