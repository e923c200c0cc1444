"""Which spellings are the same to a reader, how names sound, and how far a typo may go."""

import pytest

from axisld.search.sounds import pairs, sounds
from axisld.search.spelling import initial, key, order, words
from axisld.search.typos import distance, nearest, trigrams

SAME = [
    pytest.param("Hezbollah", "HEZBOLLAH", id="case"),
    pytest.param("Straße", "STRASSE", id="full case folding"),
    pytest.param("İstanbul", "istanbul", id="the Turkish dotted I"),
    pytest.param("Miḥwar al-Muqāwamah", "mihwar al muqawamah", id="a scholarly transliteration"),
    pytest.param("Mehvar-e Moqâvemat", "Mehvar-e Moqavemat", id="a circumflex"),
    pytest.param("Miguel Díaz-Canel", "Miguel Diaz Canel", id="an acute accent and a hyphen"),
    pytest.param("e\u0301lan", "\u00e9lan", id="composed or not"),
    pytest.param("Ægir Łódź Øre", "AEgir Lodz Ore", id="letters that do not decompose"),
    pytest.param("ʿAlī", "Ali", id="the sign of ʿayn"),
    pytest.param("Baʿth", "Ba'th", id="ʿayn or apostrophe"),
    pytest.param("Ba’ath", "Baath", id="a typographic apostrophe or none"),
    pytest.param("Khamenei’s", "Khamenei", id="an English genitive"),
    pytest.param("l'Irlande", "Irlande", id="a French elision"),
    pytest.param("قاسم سليماني", "قاسم سلیمانی", id="an Arabic and a Persian spelling: ya"),
    pytest.param("كتائب", "کتائب", id="an Arabic and a Persian spelling: kaf"),
    pytest.param("أنصار الله", "انصار الله", id="hamza on alif"),
    pytest.param("آستان", "استان", id="madda on alif"),
    pytest.param("ٱلله", "الله", id="wasla on alif"),
    pytest.param("إيران", "ایران", id="hamza under alif, and the Persian ya"),
    pytest.param("القاعدة", "القاعده", id="ta marbuta or ha"),
    pytest.param("خامنئي", "خامنیی", id="hamza on ya"),
    pytest.param("مؤتمر", "موتمر", id="hamza on waw"),
    pytest.param("سماء", "سما", id="hamza at the end"),
    pytest.param("مُحَمَّد", "محمد", id="short vowels and shadda"),
    pytest.param("مـحـمـد", "محمد", id="the tatweel"),
    pytest.param("ﷲ", "الله", id="a ligature"),
    pytest.param("ﻣﺤﻤﺪ", "محمد", id="presentation forms"),
    pytest.param("على", "علي", id="alif maqsura"),
    pytest.param("حزب‌الله لبنان", "حزب الله لبنان", id="a zero-width non-joiner ends a word"),
    pytest.param("\u200fحماس\u200e", "حماس", id="marks of direction"),
    pytest.param("۱۴۰۲", "1402", id="Persian digits"),
    pytest.param("٢٠٢٣", "2023", id="Arabic digits"),
    pytest.param("Σίσυφος", "σισυφος", id="Greek accents and the final sigma"),
    pytest.param("Ёлка", "елка", id="Cyrillic io"),
    pytest.param("שָׁלוֹם", "שלום", id="Hebrew vowels"),
    pytest.param("Ｔｅｈｒａｎ", "Tehran", id="full width"),
]


@pytest.mark.parametrize(("first", "second"), SAME)
def test_is_spelled_the_same(first: str, second: str) -> None:
    assert words(first) == words(second) != []


WORDS = [
    pytest.param("al-Qaeda (in 2004), “base”", ["al", "qaeda", "in", "2004", "base"], id="punctuation parts words"),
    pytest.param("Shi'a Ba'ath", ["shia", "baath"], id="apostrophes inside words do not"),
    pytest.param("東京タワー", ["東", "京", "タ", "ワ", "ー"], id="a word for each letter of a script without spaces"),
    pytest.param("ガス", ["ガ", "ス"], id="a voiced kana is one letter"),
    pytest.param("ที่ abc", ["ที่", "abc"], id="a Thai letter keeps its marks"),
    pytest.param("हिन्दी", ["हिन्दी"], id="vowel signs of Devanagari stay"),
    pytest.param("한국어", ["한국어"], id="Korean words stay whole"),
    pytest.param('" * ( ) : ^ -', [], id="nothing that means something to the engine is left"),
    pytest.param("", [], id="nothing"),
]


@pytest.mark.parametrize(("text", "expected"), WORDS)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


ALIKE = [
    ("Soleimani", "Suleimani", "Sulaymani", "Soleymani", "Sulaimani"),
    ("Hezbollah", "Hizballah", "Hizbullah", "Hizbollah", "Hezbullah", "Hisbollah"),
    ("Hussein", "Husayn", "Hossein", "Husain", "Hosein", "Hussain"),
    ("Quds", "Qods", "Kuds"),
    ("Mohammad", "Muhammad", "Mohammed", "Mohamed", "Muḥammad"),
    ("Qasem", "Qassem", "Qassim", "Kassem", "Ghasem", "Qāsim"),
    ("Khamenei", "Khamene'i", "Khamenai", "Khāmeneʾi"),
    ("Houthi", "Huthi", "Ḥūthī"),
    ("Assad", "Asad", "al-Asad", "el-Assad"),
    ("Rouhani", "Ruhani", "Rohani", "Rowhani"),
    ("al-Qaeda", "al-Qa'ida", "Al Qaida"),
    ("Nasrallah", "Nasrollah", "Naṣrullāh"),
    ("Sayyid", "Seyyed", "Sayed", "Sayyed"),
    ("an-Nusra", "al-Nusra", "al-Nuṣrah"),
    ("Abdul-Malik", "Abd al-Malik", "Abdel Malek", "Abdol Malek"),
    ("Sheikh", "Shaykh", "Cheikh", "Sheykh"),
    ("القاعدة", "قاعدة"),
]


@pytest.mark.parametrize("names", ALIKE, ids=lambda names: names[0])
def test_sound_alike(names: tuple[str, ...]) -> None:
    assert len({tuple(sounds(words(name))) for name in names}) == 1


DIFFERENT = [("Hussein", "Hassan"), ("Hamas", "Homs"), ("Iran", "Iraq"), ("Khamenei", "Khomeini"), ("Ali", "Oil")]


@pytest.mark.parametrize(("first", "second"), DIFFERENT)
def test_do_not_sound_alike(first: str, second: str) -> None:
    assert sounds(words(first)) != sounds(words(second))


def test_neighbours_may_be_written_as_one_word() -> None:
    assert pairs(words("Ansar Allah")) == sounds(words("Ansarullah"))
    assert pairs(words("أنصار الله")) == sounds(words("انصارالله"))


def test_a_name_of_articles_alone_still_sounds() -> None:
    assert sounds(["al", "an"]) == ["al", "an"]


def test_an_index_knows_script_and_letter() -> None:
    keys = map(key, ("Élan", "حزب", "Ёлка", "漢", "7 October"))
    assert list(map(initial, keys)) == [("latin", "e"), ("arabic", "ح"), ("cyrillic", "е"), ("cjk", "漢"), ("", "0")]


def test_persian_letters_stand_in_persian_order() -> None:
    names = ["بیر", "پیر", "تیر", "کار", "گاز", "لار"]
    assert sorted(map(key, reversed(names)), key=order) == list(map(key, names))


DISTANCES = [
    pytest.param("moscow", "moscow", 0, id="none"),
    pytest.param("moscow", "mosocw", 1, id="neighbours swapped"),
    pytest.param("moscow", "mosow", 1, id="a letter left out"),
    pytest.param("moscow", "moskow", 1, id="a letter changed"),
    pytest.param("moscow", "mmosscow", 2, id="two added"),
    pytest.param("moscow", "warsaw", 3, id="more than the limit is the limit and one"),
    pytest.param("moscow", "mo", 3, id="much shorter"),
]


@pytest.mark.parametrize(("first", "second", "typos"), DISTANCES)
def test_typos_are_counted(first: str, second: str, typos: int) -> None:
    assert distance(first, second, 2) == distance(second, first, 2) == typos


NEAREST = [
    pytest.param("sulimani", ["suleimani", "salmani", "somalia"], ["suleimani"], id="the fewest typos win"),
    pytest.param("tehren", ["tehran"], ["tehran"], id="one typo in a short word"),
    pytest.param("tahren", ["tehran"], [], id="two are too many in a short word"),
    pytest.param("iraq", ["iran", "irak"], ["irak", "iran"], id="all that are as near"),
    pytest.param("abc", ["abd"], [], id="three letters may be anything"),
    pytest.param("2023", ["2024"], [], id="a number is not another number"),
]


@pytest.mark.parametrize(("word", "candidates", "expected"), NEAREST)
def test_the_nearest_words(word: str, candidates: list[str], expected: list[str]) -> None:
    assert sorted(nearest(word, candidates)) == expected


def test_words_with_a_typo_share_trigrams() -> None:
    assert len(trigrams("tehran") & trigrams("tehren")) == 3
    assert len(trigrams("ab")) == 2
