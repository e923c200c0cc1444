"""The pages of ontologies and shapes: small, complete, and every name leads to its term."""

import re
from urllib.parse import quote

import html5rdf
import pytest

from axisld import terms
from axisld.web import diagrams, hierarchies
from axisld.web.diagrams import Relation
from tests.conftest import BASE
from tests.live import Server
from tests.published import Published
from tests.test_pages import BROWSER, Elements, text_of

KIBIBYTES = 1024
BELOW = "<http://www.w3.org/2000/01/rdf-schema#subClassOf>"
CLASS = "<http://www.w3.org/2002/07/owl#Class>"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"


def definitions(page: str) -> dict[str, str]:
    """What stands at each term of an index."""
    return {
        name: text_of(f"<main{text}").strip()
        for name, text in re.findall(r'<li id="([^"]+)">(.*?)(?=<li|</li)', page, re.S)
    }


def test_the_index_has_every_term_at_its_fragment_with_its_definition(server: Server) -> None:
    found = definitions(server.get("/ontology.html?lang=en").text)
    assert {"Bridge", "Claim", "River", "Structure", "crosses", "openedIn"} <= found.keys()
    assert found["Bridge"] == "bridge 9 A structure that carries a way over a river."


def test_narrower_terms_stand_below_broader_ones(server: Server) -> None:
    page = server.get("/ontology.html?lang=en").text
    html5rdf.HTMLParser(strict=True).parse(page)
    assert re.search(r'<li id="Structure">[^<]*<a[^>]*>structure</a>.*?<ul>\n<li id="Bridge">', page, re.S)


def test_the_page_of_a_class_says_what_it_is_what_it_has_and_where_it_is_used(server: Server) -> None:
    text = text_of(server.get("/doc/ontology/Bridge?lang=en", BROWSER).text)
    for expected in (
        "A structure that carries a way over a river.",
        "Kind of structure",
        "What such things have crosses",
        "9 things are of this class.",
        "Rules for it",
    ):
        assert expected in text, expected
    assert "Kinds of it bridge" in text_of(server.get("/doc/ontology/Structure?lang=en", BROWSER).text)


def test_the_page_of_a_property_says_what_it_relates_with_an_example(server: Server) -> None:
    text = text_of(server.get("/doc/ontology/crosses?lang=en", BROWSER).text)
    for expected in (
        "Leads from bridge",
        "Leads to river",
        "1 statement has this property.",
        "Old Bridge – Rhine",
        "A bridge beside a river does not cross it.",
    ):
        assert expected in text, expected


def test_a_shape_says_what_it_asks_for(server: Server) -> None:
    assert "BridgeShape" in definitions(server.get("/shapes.html").text)
    assert "Rules for it" not in server.get("/doc/shapes/BridgeShape", BROWSER).text
    assert "Parts" in text_of(server.get("/doc/shapes/BridgeShape?lang=en", BROWSER).text)


def test_the_page_of_a_term_is_data_about_that_term(server: Server) -> None:
    answer = server.get("/doc/ontology/Bridge", "text/turtle")
    assert answer.headers["content-location"] == f"{BASE}doc/ontology/Bridge.ttl"
    assert server.get("/doc/ontology/Bridge.ttl").body == answer.body
    assert "A structure that carries a way over a river." in answer.text
    assert "The bridge passes over the river." not in answer.text
    assert "The bridge passes over the river." in server.get("/ontology", "text/turtle").text


def test_a_term_has_one_page_whatever_address_it_is_asked_at(server: Server) -> None:
    asked = server.get(f"/doc?iri={quote(f'{BASE}ontology#Bridge', safe='')}", BROWSER)
    assert [link["href"] for link in Elements(asked.text).all("link") if link["rel"] == "canonical"] == [
        f"{BASE}doc/ontology/Bridge"
    ]
    assert "9 things are of this class." in text_of(asked.text)


def test_what_points_to_a_term_is_listed(publication: Published) -> None:
    page = publication.get("/doc/ontology/memberOf?lang=en", BROWSER).text
    (listed,) = [link["href"] for link in Elements(page).all("a") if "via=ax:predicate" in link["href"]]
    assert "Hezbollah is one of the most notable members of the Axis." in publication.get(listed, BROWSER).text


def test_individuals_are_told_of_as_other_things_are(publication: Published) -> None:
    page = publication.get("/doc/ontology/OwnVoice", BROWSER)
    assert page.status == 200
    assert f'rel="canonical" href="{publication.base}doc/ontology/OwnVoice"' in page.text
    (following,) = [link["href"] for link in Elements(page.text).all("a") if "via=ax:stance" in link["href"]][:1]
    assert publication.get(following, BROWSER).status == 200


def test_a_term_that_there_is_not_is_404_and_says_which(server: Server) -> None:
    answer = server.get("/doc/ontology/Atlantis", BROWSER)
    assert answer.status == 404
    assert f"{BASE}doc/ontology/Atlantis" in answer.text


def test_every_link_of_the_pages_of_terms_leads_somewhere(server: Server) -> None:
    for document in ("/ontology", "/shapes"):
        for term in definitions(server.get(document, BROWSER).text):
            page = server.get(f"/doc{document}/{quote(term, safe='')}", BROWSER)
            assert page.status == 200
            html5rdf.HTMLParser(strict=True).parse(page.text)
            for link in Elements(page.text).all("a"):
                href = link["href"].replace(BASE, "/")
                path = href.partition("#")[0]
                if path.startswith("/") and not path.startswith("/sparql"):
                    assert server.get(path, BROWSER).status in (200, 303, 410), (term, href)


@pytest.mark.parametrize("language", ["en", "ar", "fa"])
@pytest.mark.parametrize("document", ["/ontology", "/shapes"])
def test_a_real_ontology_fits_one_small_page(publication: Published, document: str, language: str) -> None:
    page = publication.get(f"{document}?lang={language}&ui={language}", BROWSER).text
    html5rdf.HTMLParser(strict=True).parse(page)
    assert len(page.encode()) < 100 * KIBIBYTES
    written = {term["@id"] for term in publication.get(f"{document}.expanded.jsonld").json if "#" in term["@id"]}
    here = {iri.partition("#")[2] for iri in written if iri.startswith(f"{publication.base}{document[1:]}#")}
    assert here == set(definitions(page))


def test_the_terms_that_are_used_most_have_small_pages(publication: Published) -> None:
    for path in ("/doc/ontology/Claim", "/doc/ontology/Agent", "/doc/ontology/subject", "/doc/shapes/ClaimShape"):
        answer = publication.get(path, BROWSER)
        html5rdf.HTMLParser(strict=True).parse(answer.text)
        assert len(answer.body) < 100 * KIBIBYTES


def test_the_diagram_shows_the_main_classes_and_says_the_same_in_words(publication: Published) -> None:
    page = publication.get("/ontology?lang=en", BROWSER).text
    drawing = page.partition("<svg")[2].partition("</svg>")[0]
    for expected in (">Claim</text>", ">Agent</text>", "attributed to → Agent"):
        assert expected in drawing, expected
    words = text_of("<main" + page.partition("in words")[2].partition("</details>")[0])
    assert "attributed to → Agent" in words


def test_an_index_too_large_for_a_page_is_paged_and_no_name_is_lost(large: Server) -> None:
    pages, path = [], "/ontology?lang=en"
    while path:
        answer = large.get(path, BROWSER)
        html5rdf.HTMLParser(strict=True).parse(answer.text)
        assert len(answer.body) < 100 * KIBIBYTES
        pages.append(answer.text)
        following = [link["href"] for link in Elements(answer.text).all("link") if link["rel"] == "next"]
        path = following[0] if following else ""
    assert len(pages) > 1
    found = [name for page in pages for name in definitions(page)]
    assert len(found) == len(set(found))
    assert {f"Kind{n}" for n in range(900)} <= set(found)
    assert all("terms.js" in page for page in pages)
    assert large.get(f"/ontology?page={len(pages) + 1}", BROWSER).status == 404


def test_the_data_of_a_large_ontology_is_one_document(large: Server) -> None:
    assert large.get("/ontology.nt").text.count('#prefLabel> "kind ') == 900


def test_terms_in_a_circle_are_each_named() -> None:
    names = [terms.iri(f"https://example.org/#{letter}") for letter in "abc"]
    circle = zip(names, [*names[1:], names[0]], strict=True)
    statements = [terms.Statement(lower, BELOW, upper) for lower, upper in circle]
    statements += [terms.Statement(name, TYPE, CLASS) for name in names]
    rows = hierarchies.rows(statements, names, order=str)
    assert [hierarchies.fragment(row.term) for row in rows if not row.is_repeated] == ["a", "c", "b"]


def test_lines_join_neighbours_and_boxes_do_not_overlap() -> None:
    classes = [f"c{n}" for n in range(20)]
    relations = [Relation(one, other, "knows") for one in classes for other in classes[::3]]
    drawn = diagrams.diagram(relations, {"c1": ["c0"]}, {name: f"Class {name}" for name in classes})
    assert drawn.boxes
    assert drawn.lines
    for box in drawn.boxes:
        assert box.y + box.height <= drawn.height
        assert box.x + box.width <= drawn.width
        below = [other for other in drawn.boxes if other.x == box.x and other.y > box.y]
        assert all(other.y > box.y + box.height for other in below)
    assert not diagrams.diagram([], {}, {}).boxes
