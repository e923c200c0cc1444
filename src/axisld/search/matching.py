"""How well a name fits a thing: scores for the reconciliation of names. Pure."""

from collections.abc import Iterable
from difflib import SequenceMatcher

from axisld.search.asking import Name
from axisld.search.sounds import sounds
from axisld.search.spelling import words

EXACT = 99.0  # a score from which a name is the thing's own
_LABEL, _OTHER_NAME, _JOINED, _SOUND, _LIKE = 100.0, EXACT, 97.0, 90.0, 85.0


def likeness(asked: str, names: Iterable[Name]) -> float:
    """From 0 to 100: how well what was asked fits the best of the names.

    100 for a label, 99 for another name, 97 for either written in another number of words, 90 for one that sounds the
    same, less for names that have letters in common.
    """
    return max((_likeness(asked, name.text, name.is_label) for name in names), default=0.0)


def _likeness(asked: str, name: str, is_label: bool) -> float:
    first, second = words(asked), words(name)
    if first == second:
        return _LABEL if is_label else _OTHER_NAME
    if "".join(first) == "".join(second):
        return _JOINED
    heard, sounding = sounds(first), sounds(second)
    if sorted(heard) == sorted(sounding):
        return _SOUND
    written = SequenceMatcher(None, " ".join(first), " ".join(second), autojunk=False).ratio()
    common = 2 * len(set(heard) & set(sounding)) / (len(set(heard)) + len(set(sounding)))
    return round(_LIKE * max(written, common), 1)
