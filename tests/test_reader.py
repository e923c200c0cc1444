"""What is known about a thing, asked of the tiny publication without HTTP."""

from collections.abc import Iterator

import pytest

from axisld import pipeline, terms
from axisld.pipeline import Built
from axisld.reader import Reader
from axisld.release import open_release

ID = "http://127.0.0.1:8000/id/"


def reading(built: Built) -> Iterator[Reader]:
    release = open_release(built.path)
    yield Reader(release.store, release.names, page_statements=50, page_links=2)
    release.close()


@pytest.fixture
def reader(built: Built) -> Iterator[Reader]:
    yield from reading(built)


def lines(statements) -> str:
    return "".join(map(terms.line, statements))


def test_a_description_holds_both_directions_and_the_labels_of_all_it_mentions(reader: Reader) -> None:
    rhine = reader.describe(f"{ID}rhine")
    assert f"<{ID}rhine> <http://www.w3.org/2004/02/skos/core#prefLabel>" in lines(rhine.outgoing)
    assert f"<{ID}old-bridge> <http://127.0.0.1:8000/ontology#crosses> <{ID}rhine>" in lines(rhine.incoming.statements)
    assert '"Alte Brücke"@de' in lines(rhine.labels)


def test_what_the_shapes_mark_is_described_with_the_thing(reader: Reader) -> None:
    claims = lines(reader.describe(f"{ID}old-bridge").details)
    assert f"<{ID}claim/old-bridge-opened-atlas> <http://127.0.0.1:8000/ontology#openedIn>" in claims
    assert f"<{ID}claim/old-bridge-opened-survey> <http://127.0.0.1:8000/ontology#source>" in claims


def test_a_statement_from_inside_a_list_comes_with_the_thing_that_holds_the_list(reader: Reader) -> None:
    pages = [
        reader.describe(f"{ID}old-bridge", page) for page in range(1, reader.describe(f"{ID}old-bridge").pages + 1)
    ]
    everything = "".join(lines(page.statements()) for page in pages)
    assert f"<{ID}list> <http://127.0.0.1:8000/ontology#members> _:" in everything
    assert '"nested"' in everything


def test_the_pages_of_a_description_hold_each_statement_once(reader: Reader) -> None:
    first = reader.describe(f"{ID}old-bridge")
    pages = [reader.describe(f"{ID}old-bridge", page) for page in range(1, first.pages + 1)]
    links = [statement for page in pages for statement in page.incoming.statements]
    assert first.pages > 1
    assert len(links) == len(set(links)) == first.incoming.total
    assert reader.describe(f"{ID}old-bridge", first.pages + 1) is None


WITHDRAWALS = [
    pytest.param("owl:deprecated true", (), id="true"),
    pytest.param('owl:deprecated "1"^^xsd:boolean', (), id="1"),
    pytest.param('owl:deprecated "untrue rumours"', None, id="a text that has the word in it"),
    pytest.param("owl:deprecated false", None, id="false"),
    pytest.param("dcterms:isReplacedBy <rhine>", ("https://example.org/bridges/id/rhine",), id="a successor"),
    pytest.param("dcterms:isReplacedBy [ ]", None, id="a successor without a name"),
]


@pytest.mark.parametrize(("said", "replacements"), WITHDRAWALS)
def test_a_thing_is_withdrawn_by(site, said: str, replacements: tuple[str, ...] | None) -> None:
    with (site / "data" / "bridges.ttl").open("a", encoding="utf-8") as file:
        file.write(f'<old-name> a br:Structure ; skos:prefLabel "x"@en ; {said} .\n')
    for reader in reading(pipeline.build(site, site / "releases")):
        assert reader.replacements("https://example.org/bridges/id/old-name") == replacements


def test_withdrawn_things_have_no_document_in_the_sitemap(built: Built) -> None:
    release = open_release(built.path)
    documents = list(release.documents())
    release.close()
    assert "http://127.0.0.1:8000/doc/old-bridge" in documents
    assert "http://127.0.0.1:8000/doc/ferry" not in documents
