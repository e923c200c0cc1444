"""What search finds, in which order, and what it can be narrowed by; over a small publication of this file."""

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pyoxigraph as ox
import pytest

from axisld import database, terms
from axisld.errors import QueryLimitError, ReleaseError, StoreError
from axisld.iris import Names
from axisld.pipeline import Built
from axisld.release import METADATA, SEARCH, open_release
from axisld.search import asking
from axisld.search.asking import Found, Index
from axisld.search.building import write_index
from axisld.store.disk import BY_OBJECT, BY_SUBJECT, DiskStore, turned
from axisld.store.table import write_table

BASE = "https://example.org/"
PREFIXES = f"""
@prefix ex: <{BASE}ontology#> . @prefix id: <{BASE}id/> . @prefix exsh: <{BASE}shapes#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix dcterms: <http://purl.org/dc/terms/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix dash: <http://datashapes.org/dash#> .
"""
PEOPLE = """
id:soleimani a ex:Person ; skos:prefLabel "Qasem Soleimani"@en , "قاسم سلیمانی"@fa ;
    skos:altLabel "Qassim Suleimani"@en ; dcterms:description "A general."@en .
id:suleiman a ex:Person ; skos:prefLabel "Michel Suleiman"@en ; dcterms:description "A president of Lebanon."@en .
id:hezbollah a ex:Group , ex:Party ; skos:prefLabel "حزب الله"@ar , "Hezbollah"@en , "حزب‌الله لبنان"@fa .
id:convoy a ex:Event ; skos:prefLabel "Hezbollah convoy"@en ; dcterms:description "Buses on their way."@en .
id:ansar-allah a ex:Group ; skos:prefLabel "أنصار الله"@ar , "Ansar Allah"@en ; skos:altLabel "Houthi movement"@en .
id:qaeda a ex:Group ; skos:prefLabel "القاعدة"@ar , "Al-Qaeda"@en .
id:report a ex:Work ; dcterms:title "Hezbollah and the Lebanese state"@en .
id:war a ex:Event ; skos:prefLabel "A war"@en ; ex:note "It concerned Hezbollah."@en ; ex:about id:hezbollah .
id:visit a ex:Event ; skos:prefLabel "Visit to Moscow"@en ; ex:about id:hezbollah , id:soleimani .
id:1 a ex:Work ; ex:pages "12–14" .
"""
Asked = tuple[str, ...]


@contextmanager
def index_of(folder: Path, turtle: str, seconds: float = 5) -> Iterator[Index]:
    """The index of some Turtle, all of it in one graph."""
    graph = ox.NamedNode(f"{BASE}graph/data")
    quads = [ox.Quad(*quad.triple, graph) for quad in ox.parse((PREFIXES + turtle).encode(), ox.RdfFormat.TURTLE)]
    lines = ox.serialize(quads, format=ox.RdfFormat.N_QUADS).splitlines(keepends=True)
    by_object = [turned(terms.statement(line.decode())) for line in lines]
    write_table(folder / BY_SUBJECT, sorted(lines))
    write_table(
        folder / BY_OBJECT, sorted(terms.line(q).encode() for q in by_object if not terms.is_literal(q.subject))
    )
    with closing(DiskStore(folder)) as store:
        write_index(folder / SEARCH, store, Names(BASE), {f"<{BASE}graph/shapes>"})
    with closing(Index(folder / SEARCH, seconds)) as index:
        yield index


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with index_of(tmp_path_factory.mktemp("people"), PEOPLE) as index:
        yield index


def slugs(found: Found) -> list[str]:
    return [hit.iri.removeprefix(f"{BASE}id/") for hit in found.hits]


def first(index: Index, text: str) -> tuple[str, int]:
    found = index.search(text)
    return slugs(found)[0], found.hits[0].match


FIRST = [
    pytest.param("Hezbollah", "hezbollah", asking.LABEL, id="a label"),
    pytest.param("qassim suleimani", "soleimani", asking.LABEL, id="another name"),
    pytest.param("حزب الله", "hezbollah", asking.LABEL, id="an Arabic label"),
    pytest.param("حزب‌الله لبنان", "hezbollah", asking.LABEL, id="a Persian label with its non-joiner"),
    pytest.param("حزب الله لبنان", "hezbollah", asking.LABEL, id="and without"),
    pytest.param("قاسم سليماني", "soleimani", asking.LABEL, id="a Persian label in Arabic spelling"),
    pytest.param("القاعده", "qaeda", asking.LABEL, id="an Arabic label in Persian spelling"),
    pytest.param("Soleimani", "soleimani", asking.PREFIX, id="a word of a label"),
    pytest.param("hezb", "hezbollah", asking.PREFIX, id="the beginning of a label"),
    pytest.param("president lebanon", "suleiman", asking.WORDS, id="words of a description"),
    pytest.param("12–14", "1", asking.WORDS, id="any other text, of a thing without a name"),
    pytest.param("Hizbullah", "hezbollah", asking.SOUNDS, id="another transliteration"),
    pytest.param("Kassem Sulaymani", "soleimani", asking.SOUNDS, id="of two words"),
    pytest.param("Ansarullah", "ansar-allah", asking.SOUNDS, id="two words written as one"),
    pytest.param("Hezb Allah", "hezbollah", asking.SOUNDS, id="one word written as two"),
    pytest.param("انصارالله", "ansar-allah", asking.SOUNDS, id="two Arabic words written as one"),
    pytest.param("قاعدة", "qaeda", asking.SOUNDS, id="an Arabic word without its article"),
    pytest.param("Qaida", "qaeda", asking.SOUNDS, id="a name without its article"),
    pytest.param("Mosocw", "visit", asking.TYPOS, id="two letters swapped"),
    pytest.param("Hezbllah", "hezbollah", asking.TYPOS, id="a letter left out"),
    pytest.param("buses moscow visit", "visit", asking.SOME, id="some of the words where nothing has all"),
    pytest.param(f"{BASE}id/war", "war", asking.LABEL, id="an IRI"),
]


@pytest.mark.parametrize(("text", "slug", "match"), FIRST)
def test_finds_first(people: Index, text: str, slug: str, match: int) -> None:
    assert first(people, text) == (slug, match)


def test_a_label_comes_before_names_that_have_it_before_titles_before_other_texts(people: Index) -> None:
    found = people.search("Hezbollah")
    assert slugs(found) == ["hezbollah", "report", "convoy", "war"]
    assert found.hits[-1].match == asking.WORDS


def test_what_is_pointed_at_more_comes_first_then_the_name_decides(tmp_path: Path) -> None:
    turtle = """
    id:b skos:prefLabel "river B" . id:a skos:prefLabel "river A" . id:c skos:prefLabel "river C" .
    id:x skos:prefLabel "x" ; ex:of id:c . id:y skos:prefLabel "y" ; ex:of id:c , id:b . id:z skos:prefLabel "z" .
    """
    with index_of(tmp_path, turtle) as index:
        assert slugs(index.search("river")) == ["c", "b", "a"]


def test_the_weight_of_a_text_decides_among_things_with_all_words(tmp_path: Path) -> None:
    turtle = """
    id:text skos:prefLabel "one" ; ex:note "stone bridge" .
    id:title skos:prefLabel "two" ; dcterms:title "bridge of stone" .
    id:description skos:prefLabel "three" ; dcterms:description "bridge of stone" . id:other skos:prefLabel "four" ;
        skos:altLabel "bridge of stone" . id:label skos:prefLabel "bridge of stone" .
    """
    with index_of(tmp_path, turtle) as index:
        assert slugs(index.search("stone bridge")) == ["label", "other", "title", "description", "text"]


def test_a_typo_is_named(people: Index) -> None:
    assert people.search("Hezbllah").instead == {"hezbllah": ("hezbollah",)}
    assert people.search("Hezbollah").instead == {}


@pytest.mark.parametrize("text", ["hezb", "pres leb", "mos vis", "soleim", "nob", "qas sulaymani"])
def test_the_same_is_found_whether_few_or_many_words_begin_alike(
    people: Index, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    few = people.search(text)
    monkeypatch.setattr(asking, "_MOST_NAMED", 0)
    assert people.search(text) == few


def test_where_nothing_has_all_words_those_that_everything_has_tell_nothing(
    people: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert set(slugs(people.search("buses hezbollah moscow"))) == {"visit", "hezbollah", "report", "convoy", "war"}
    monkeypatch.setattr(asking, "_MOST_SOME", 2)
    assert set(slugs(people.search("buses hezbollah moscow"))) == {"visit", "convoy"}


def test_nothing_is_found_where_nothing_is(people: Index) -> None:
    assert people.search("Atlantis") == Found(0, ())


@pytest.mark.parametrize("text", ['"', "*", "NEAR(a b)", "label:x", "a AND", "^", "{", "' OR 1=1 --", "\x00", "\ud800"])
def test_what_means_something_to_the_engine_means_nothing_in_a_text(people: Index, text: str) -> None:
    assert people.search(text).total >= 0
    assert people.suggest(text) is not None


def test_without_words_everything_matches_in_order_of_importance(people: Index) -> None:
    found = people.search("", limit=2)
    assert (found.total, slugs(found)) == (10, ["hezbollah", "soleimani"])
    assert slugs(people.search("", limit=3, offset=9)) == ["visit"]


def test_shapes_are_not_searched(built: Built) -> None:
    with closing(Index(built.path / SEARCH, 5)) as index:
        message = "Give the bridge a skos:prefLabel, in data/bridges.ttl."
        assert all(hit.match == asking.SOME for hit in index.search(message).hits)


CLAIMS = """
exsh:stance a sh:PropertyShape ; sh:path ex:stance ; sh:order 1 ; dash:propertyRole dash:KeyInfoRole .
exsh:outlet a sh:PropertyShape ; sh:path ( ex:citation ex:work ex:outlet ) ; sh:order 2 ;
    dash:propertyRole dash:KeyInfoRole .
exsh:earliest a sh:PropertyShape ; sh:path ex:earliest ; sh:order 3 ; dash:propertyRole dash:KeyInfoRole .
exsh:answers a sh:PropertyShape ; sh:path [ sh:inversePath ex:answers ] ; sh:order 4 ;
    dash:propertyRole dash:KeyInfoRole .
exsh:any a sh:PropertyShape ; sh:path [ sh:zeroOrMorePath ex:answers ] ; dash:propertyRole dash:KeyInfoRole .
exsh:plain a sh:PropertyShape ; sh:path ex:plain .
id:c1 a ex:Claim ; skos:prefLabel "first claim" ; ex:stance ex:Denied ; ex:earliest "2012-03-01"^^xsd:date ;
    ex:citation [ ex:work id:w1 ] , [ ex:work id:w2 ] .
id:c2 a ex:Claim ; skos:prefLabel "second claim" ; ex:stance ex:Attributed ; ex:earliest "2019"^^xsd:gYear ;
    ex:citation [ ex:work id:w1 ] .
id:c3 a ex:Claim ; skos:prefLabel "third claim" ; ex:stance ex:Denied ; ex:earliest "1979"^^xsd:gYear ;
    ex:answers id:c1 .
exsh:work-outlet a sh:PropertyShape ; sh:path ex:outlet ; sh:order 9 ; dash:propertyRole dash:KeyInfoRole .
id:w1 a ex:Work ; skos:prefLabel "a work" ; ex:outlet id:gazette .
id:w2 a ex:Work ; skos:prefLabel "w2" ; ex:outlet id:herald .
"""


@pytest.fixture(scope="module")
def claims(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with index_of(tmp_path_factory.mktemp("claims"), CLAIMS) as index:
        yield index


def counts(found: Found) -> dict[str, Mapping[str, int]]:
    return {
        facet.name: {terms.value(value).removeprefix(BASE): n for value, n in facet.values} for facet in found.facets
    }


def test_facets_count_all_that_was_found(claims: Index) -> None:
    assert counts(claims.search("claim", limit=1)) == {
        "type": {"ontology#Claim": 3},
        "stance": {"ontology#Denied": 2, "ontology#Attributed": 1},
        "outlet": {"id/gazette": 2, "id/herald": 1},
        "earliest": {"2010/2019": 2, "1970/1979": 1},
        "answers": {"id/c3": 1},
    }


def test_facets_come_in_the_order_of_the_shapes_and_name_theirs(claims: Index) -> None:
    facets = claims.search("claim").facets
    assert [facet.name for facet in facets] == ["type", "stance", "outlet", "earliest", "answers"]
    assert (facets[1].shape, facets[1].predicate) == (f"<{BASE}shapes#stance>", f"<{BASE}ontology#stance>")


def test_paths_to_the_same_property_make_one_facet(claims: Index) -> None:
    assert slugs(claims.search("", {"outlet": [f"<{BASE}id/herald>"]})) == ["c1", "w2"]


NARROWED: list[tuple[dict[str, Sequence[str]], list[str]]] = [
    ({"stance": [f"<{BASE}ontology#Denied>"]}, ["c1", "c3"]),
    ({"stance": [f"<{BASE}ontology#Denied>"], "earliest": ['"2010/2019"']}, ["c1"]),
    ({"outlet": [f"<{BASE}id/gazette>", f"<{BASE}id/herald>"]}, ["c1"]),
    ({"type": [f"<{BASE}ontology#Work>"]}, []),
    ({"weather": ['"fine"']}, []),
]


@pytest.mark.parametrize(("filters", "expected"), NARROWED)
def test_filters_narrow_and_the_counts_follow(
    claims: Index, filters: dict[str, Sequence[str]], expected: list[str]
) -> None:
    found = claims.search("claim", filters)
    assert (slugs(found), found.total) == (expected, len(expected))
    assert counts(found).get("type", {}).get("ontology#Claim", 0) == len(expected)


def test_every_count_is_what_choosing_it_gives(claims: Index) -> None:
    for facet in claims.search("").facets:
        for value, count in facet.values:
            assert claims.search("", {facet.name: [value]}).total == count


SUGGESTED = [
    pytest.param(
        "h", ["Hezbollah", "Hezbollah convoy", "Houthi movement", "Hezbollah and the Lebanese state"], id="a letter"
    ),
    pytest.param("hezbollah", ["Hezbollah"], id="a whole name comes first"),
    pytest.param("sul", ["Qassim Suleimani", "Michel Suleiman"], id="any word of a name"),
    pytest.param("ح", ["حزب الله"], id="an Arabic letter"),
    pytest.param("قاسم سلي", ["قاسم سلیمانی"], id="a Persian name in Arabic spelling"),
    pytest.param("hizbul", ["Hezbollah"], id="another transliteration, unfinished"),
    pytest.param("", [], id="nothing"),
    pytest.param("...", [], id="nothing that is a word"),
]


@pytest.mark.parametrize(("text", "expected"), SUGGESTED)
def test_suggests(people: Index, text: str, expected: list[str]) -> None:
    suggested = [found.text for found in people.suggest(text)]
    assert suggested[:1] == expected[:1]
    assert set(expected) <= set(suggested)


def test_suggestions_can_be_continued_and_kept_to_a_space(people: Index) -> None:
    every = people.suggest("h", limit=10)
    assert people.suggest("h", limit=2) + people.suggest("h", limit=10, skip=2) == every
    assert people.suggest("h", space=f"{BASE}id/hez") == [found for found in every if "/hez" in found.iri]


def test_each_thing_is_suggested_once(people: Index) -> None:
    iris = [found.iri for found in people.suggest("q")]
    assert len(iris) == len(set(iris)) > 1


def test_the_index_from_a_to_z_has_a_part_for_each_script(people: Index) -> None:
    letters = people.letters()
    assert list(letters) == ["latin", "arabic", ""]
    assert dict(letters["latin"])["h"] == 3
    assert [entry.text for entry in people.entries("arabic", limit=9, offset=0)] == [
        "القاعدة", "أنصار الله", "حزب الله", "حزب‌الله لبنان", "قاسم سلیمانی",
    ]  # fmt: skip
    assert [entry.text for entry in people.entries("latin", "q", limit=9, offset=0)] == ["Qasem Soleimani"]


def test_the_index_of_a_type_has_only_its_things(people: Index) -> None:
    group = f"<{BASE}ontology#Group>"
    assert people.letters(group)["latin"] == [("a", 2), ("h", 1)]
    assert [entry.text for entry in people.entries("latin", "", group, limit=2, offset=1)] == [
        "Ansar Allah",
        "Hezbollah",
    ]
    assert people.types[group] == 3


def test_many_threads_may_ask_at_once(people: Index) -> None:
    answers: list[int] = []

    def ask() -> None:
        answers.extend(people.search(text).total for text in ("Hezbollah", "Soleimani", "Hizbullah") * 20)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8 * 60
    assert len(set(answers)) == 3


def test_a_search_past_its_time_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_STEPS", 1)
    with index_of(tmp_path, PEOPLE, seconds=0) as index, pytest.raises(QueryLimitError, match="longer than 0 s"):
        index.search("Hezbollah")


def test_the_index_cannot_be_written_by_asking(people: Index) -> None:
    with people._database.asking() as ask, pytest.raises(sqlite3.OperationalError, match="readonly"):
        ask("DELETE FROM thing")


def test_a_damaged_index_is_no_empty_answer(tmp_path: Path) -> None:
    (tmp_path / SEARCH).write_bytes(b"not a database" * 1000)
    with closing(Index(tmp_path / SEARCH, 5)) as index, pytest.raises(StoreError, match="cannot be read"):
        index.search("Hezbollah")


def test_a_release_without_its_index_is_not_opened(built: Built, tmp_path: Path) -> None:
    for name in ("release.json", METADATA):
        (tmp_path / name).write_bytes((built.path / name).read_bytes())
    with pytest.raises(ReleaseError, match=f"{SEARCH} is missing; build it again"):
        open_release(tmp_path)
