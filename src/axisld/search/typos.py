"""Words that are a typo or two away from another. Pure."""

from collections.abc import Iterable

_ONE, _TWO = 4, 8  # letters from which a word may have one typo, and two
_EDGE = "\x02"


def trigrams(word: str) -> set[str]:
    """All sequences of three letters in a word, its beginning and end included."""
    padded = f"{_EDGE}{word}{_EDGE}"
    return {padded[start : start + 3] for start in range(len(padded) - 2)}


def typos_allowed(word: str) -> int:
    """How many typos a word of this length may have and still be recognised; numbers are never mistaken."""
    if any(map(str.isdigit, word)):
        return 0
    return (len(word) >= _ONE) + (len(word) >= _TWO)


def nearest(word: str, candidates: Iterable[str]) -> list[str]:
    """The candidates with the fewest typos, if `typos_allowed` says that few enough."""
    best: list[str] = []
    fewest = typos_allowed(word)
    for candidate in candidates if fewest else ():
        typos = distance(word, candidate, fewest)
        if typos < fewest:
            best, fewest = [], typos
        if typos == fewest:
            best.append(candidate)
    return best


def distance(first: str, second: str, limit: int) -> int:
    """Letters added, left out, changed or swapped with a neighbour (optimal string alignment); `limit` + 1 for more."""
    if abs(len(first) - len(second)) > limit:
        return limit + 1
    before, above = list[int](), list(range(len(second) + 1))
    for row, letter in enumerate(first, 1):
        current = [row]
        for column, other in enumerate(second, 1):
            cost = min(current[-1] + 1, above[column] + 1, above[column - 1] + (letter != other))
            if row > 1 and column > 1 and letter == second[column - 2] and first[row - 2] == other:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        if min(current) > limit:
            return limit + 1
        before, above = above, current
    return min(above[-1], limit + 1)
