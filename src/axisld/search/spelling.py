"""Texts as search compares them: one spelling for what readers hold to be the same. Pure.

What is folded, so that a Persian spelling finds an Arabic one and a plain keyboard finds a scholarly transliteration:

- Unicode compatibility forms (NFKC: Arabic presentation forms, full-width letters, ligatures) and case
- diacritics of Latin, Greek, Cyrillic, Hebrew, Arabic and Syriac: ā é ḥ ş, harakat, niqqud, hamza above a letter
- Arabic letters: أ إ آ ٱ to ا, ى ی to ي, ک to ك, ة ہ ۀ to ه, ؤ to و, ئ to ي; ء and the tatweel to nothing
- digits of every script to 0–9
- apostrophes and the signs of ʿayn and hamza (ʿ ʾ ’ ') to nothing, with the s of an English genitive (Iraq's) and an
  elided French article (l'Irak)
- everything else that is neither letter nor digit, zero-width non-joiners included, to the end of a word

Scripts written without spaces (Chinese, Japanese, Thai …) give a word for each letter.
"""

import re
import unicodedata

_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0711\u0730-\u074a"
    "\u08d3-\u08ff\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
_UNSPACED = re.compile(  # a letter with its vowel signs and tone marks
    "[\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]"
    "[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u102b-\u103e\u17b6-\u17d3]*"
)
_NOTHING = frozenset(
    "'`\u00b4\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u2018\u2019\u201b\u2032"  # apostrophes, ʿayn, hamza
    "\u0621\u0640\u00ad\u061c\u200d\u200e\u200f\u2060\ufeff"  # the letter hamza, tatweel, what has no width
)
_APOSTROPHES = "['\u2018\u2019\u02bc\uff07]"
_ELISION = re.compile(rf"\b(?:[cdjlmnst]|qu){_APOSTROPHES}(?=\w)")
_GENITIVE = re.compile(rf"(?<=\w){_APOSTROPHES}s\b")
_LETTERS = {
    **dict.fromkeys("ٱٲٳٵ", "ا"), **dict.fromkeys("ىیېےۍ", "ي"), **dict.fromkeys("کڪګڬ", "ك"),
    **dict.fromkeys("ةہھەۃ", "ه"), **dict.fromkeys("ۆۇۈۉۋ", "و"), "ڤ": "ف",
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "ə": "e", "ŋ": "n",
    "·": " ", "_": " ",
}  # fmt: skip
# In the order of the Persian alphabet, letters that Unicode puts behind all those that it shares with the Arabic.
_PERSIAN_ORDER = str.maketrans({"پ": "ب\uffff", "چ": "ج\uffff", "ژ": "ز\uffff", "گ": "ك\uffff"})


def words(text: str) -> list[str]:
    """The words of a text in the spelling in which they are compared; they hold letters, digits and marks only."""
    lowered = unicodedata.normalize("NFKC", text).casefold()
    if not lowered.isascii() or "'" in lowered:
        lowered = _GENITIVE.sub(" ", _ELISION.sub(" ", lowered))
    plain = unicodedata.normalize("NFD", lowered).translate(_PLAIN)
    if not plain.isascii():
        plain = _UNSPACED.sub(r" \g<0> ", unicodedata.normalize("NFC", plain))
    return plain.split()


def key(text: str) -> str:
    """The words, joined by spaces: equal for names that differ in nothing that search minds."""
    return " ".join(words(text))


def order(key_: str) -> str:
    """What to sort a key by, for an index from A to Z."""
    return key_.translate(_PERSIAN_ORDER)


def initial(key_: str) -> tuple[str, str]:
    """(script, letter) under which an index from A to Z lists a key: ("latin", "h"); digits under ("", "0")."""
    letter = key_[:1]
    if not letter.isalpha():
        return "", "0"
    return unicodedata.name(letter, "").partition(" ")[0].lower(), letter


class _Plain(dict[int, str]):
    """What becomes of a character, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = plain = _plain(chr(code))
        return plain


_PLAIN = _Plain()


def _plain(character: str) -> str:
    if character in _LETTERS:
        return _LETTERS[character]
    if character in _NOTHING or _MARKS.match(character):
        return ""
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    return character if category[0] in "LNM" else " "
