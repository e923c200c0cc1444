"""How a name sounds, roughly: one key for the ways to write an Arabic or Persian name in Latin letters. Pure.

Soleimani, Suleimani and Sulaymani share a key, as do Abdullah, Abdallah and Abdollah; Hussein, Husayn and Hossein
(but not Hassan); Quds and Qods; Mohammad, Muhammad and Mohammed. The rules, in their order:

1. the Arabic article (al-, el-, ul-, also assimilated: ash-, an- …) is left out, but joins a preceding "abd": Abd al-,
   Abdul, Abdel
2. one sign for sounds that are transliterated alike: k for q, k, g, c, gh, kh; s for s, z, ts, and c before e, i, y;
   x for sh, ch; j for dj, zh; t for th; d for dh; f for ph; b for p, which Arabic lacks; v for w
3. doubled letters are single; h is silent after a vowel at the end of a word
4. every run of vowels is one "a"; a diphthong that begins with a or e and has i, y or e in it (ei, ai, ay, ey, ae)
   is one "i"; w and y count as vowels after a vowel unless another follows

Words of other scripts, and words with digits, sound as they are spelled.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

ARTICLES = frozenset(("al", "el", "ul", "ol", "il", "as", "ash", "an", "ar", "ad", "at", "az", "ad"))
_ARABIC_ARTICLE = "ال"
_KEPT = 65_536  # keys in memory
_SHORT = 4  # letters of a word, or of its key, that say little: "gas" may sound like anything
_SHORTEST_STEM = 3  # of an Arabic word without its article
_LATIN = re.compile("[a-z]+")
_SPELLINGS = (
    (re.compile("x"), "ks"),
    (re.compile("sch|tch|sh|ch"), "x"),
    (re.compile("dj|zh"), "j"),
    (re.compile("[gk]h"), "k"),
    (re.compile("th"), "t"),
    (re.compile("dh"), "d"),
    (re.compile("ph"), "f"),
    (re.compile("ts|tz|z|c(?=[eiy])"), "s"),
    (re.compile("ck|[qgc]"), "k"),
    (re.compile("p"), "b"),
    (re.compile(r"([b-df-hj-np-tv-z])\1+"), r"\1"),
    (re.compile("(?<=[aeiou])h$"), ""),
    (re.compile("(?<=[aeou])[wv](?![aeiouy])"), "u"),  # Rowhani as Rouhani
    (re.compile("w"), "v"),
    (re.compile("(?<![aeiou])y(?=[aeiou])|(?<=[aeiou])y(?=[aeiou])"), "Y"),  # a consonant, as in Yemen and Sayed
)
_CONSONANT = re.compile("[^ai]")
_VOWELS = re.compile("[aeiouy]+")
_DIPHTHONG = re.compile("[ae]+[iy]|ae")


@lru_cache(_KEPT)
def sound(word: str) -> str:
    """The key of one word as `spelling.words` gives it; the word itself where the key would say too little."""
    if not _LATIN.fullmatch(word):
        return _without_article(word)
    heard = word
    for pattern, sign in _SPELLINGS:
        heard = pattern.sub(sign, heard)
    heard = _VOWELS.sub(lambda run: "i" if _DIPHTHONG.match(run[0]) else "a", heard).lower()
    says_enough = len(_CONSONANT.findall(heard)) > 1 and (len(word) > _SHORT or len(heard) >= _SHORT)
    return heard if says_enough else word


def sounds(words: Sequence[str]) -> list[str]:
    """The keys of the words of a name, its articles left out."""
    return [sound(word) for word in _joined_to_abd(words)]


def pairs(words: Sequence[str]) -> list[str]:
    """The keys of neighbours written as one word: Ansar Allah as Ansarallah, حزب الله as حزبالله."""
    return [sound(first + second) for first, second in pairwise(_joined_to_abd(words))]


def _joined_to_abd(words: Sequence[str]) -> list[str]:
    """The words without articles, unless there is nothing else."""
    joined: list[str] = []
    for word in words:
        if word in ARTICLES:
            if joined and joined[-1] == "abd":
                joined[-1] = f"abd{word}"
        else:
            joined.append(word)
    return joined or list(words)


def _without_article(word: str) -> str:
    stem = word.removeprefix(_ARABIC_ARTICLE)
    return stem if len(stem) >= _SHORTEST_STEM else word
