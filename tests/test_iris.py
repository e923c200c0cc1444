"""How names, documents and URLs find each other."""

import pytest

from axisld.iris import Names, is_valid_iri, spellings, to_url

NAMES = Names("https://example.org/kb/")

DOCUMENTS = [
    pytest.param("id/x", "doc/x", id="a thing"),
    pytest.param("id/claim/x-1", "doc/claim/x-1", id="a name with a slash"),
    pytest.param("x", "doc/x", id="a name without id/"),
    pytest.param("ontology#Term", "ontology", id="a name with a fragment"),
    pytest.param("id/x?y=1", "doc?iri=https%3A%2F%2Fexample.org%2Fkb%2Fid%2Fx%3Fy%3D1", id="a name with a query"),
]


@pytest.mark.parametrize(("name", "document"), DOCUMENTS)
def test_a_name_has_its_document(name: str, document: str) -> None:
    assert NAMES.document(NAMES.base + name) == NAMES.base + document


def test_a_name_of_others_has_a_document_here_too() -> None:
    assert NAMES.document("urn:isbn:1") == "https://example.org/kb/doc?iri=urn%3Aisbn%3A1"


@pytest.mark.parametrize(
    "base", ["", "example.org/", "https://example.org", "ftp://e.org/", "https://e.org/?x/", "https://e.org/a#/"]
)
def test_a_base_that_is_none_is_refused(base: str) -> None:
    with pytest.raises(ValueError, match="is no base IRI"):
        Names(base)


SPELLINGS = [
    pytest.param("id/caf%C3%A9", "id/café", True, id="non-ASCII may be percent-encoded"),
    pytest.param("id/a%2Bb%26c%40d", "id/a+b&c@d", True, id="so may + & @"),
    pytest.param("id/a+b", "id/a+b", True, id="a plus is a plus"),
    pytest.param("id/100%25", "id/100%25", True, id="a percent sign stays escaped"),
    pytest.param("id/a%2Fb", "id/a/b", False, id="an escaped slash is no slash"),
    pytest.param("id/a%23b", "id/a#b", False, id="an escaped hash sign is none"),
    pytest.param("id/%FF", "id/%FF", True, id="what is not UTF-8 stays as it is"),
    pytest.param("id/%D7%B3%E6%BC%A2", "id/׳漢", True, id="Hebrew and Han"),
]


@pytest.mark.parametrize(("raw", "meant", "is_meant"), SPELLINGS)
def test_a_path_means(raw: str, meant: str, is_meant: bool) -> None:
    assert (meant in spellings(raw)) == is_meant


def test_an_iri_travels_as_a_uri() -> None:
    assert to_url("https://example.org/id/café+a%2Fb?x=é#y") == "https://example.org/id/caf%C3%A9+a%2Fb?x=%C3%A9#y"


@pytest.mark.parametrize(
    ("text", "valid"), [("urn:x", True), ("http://e/é", True), ("http://e/a b", False), ("x", False)]
)
def test_an_iri_is_valid_by_its_characters(text: str, valid: bool) -> None:
    assert is_valid_iri(text) is valid
