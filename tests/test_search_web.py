"""Search and suggestions over HTTP: for readers without scripts, and for programs."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

import html5rdf
import pytest

from axisld.config import Config
from axisld.pipeline import Built
from axisld.release import Release, open_release
from axisld.web.application import create_app
from axisld.web.site import Site
from tests.live import Answer, Server
from tests.naming import BASE, serving_names

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving_names(tmp_path_factory.mktemp("names"), search_results=3) as server:
        yield server


class Elements(HTMLParser):
    """The start tags of a page with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for found, attributes in self.found if found == tag]


def searched(server: Server, query: str, **parameters: str) -> Answer:
    given = {"q": query, **parameters}
    return server.get("/kb/search?" + "&".join(f"{name}={quote(value)}" for name, value in given.items() if value))


def page_of(server: Server, path: str, **headers: str) -> str:
    answer = server.get(path, BROWSER, **headers)
    assert (answer.status, answer.media_type) == (200, "text/html")
    html5rdf.HTMLParser(strict=True).parse(answer.text)
    ids = [attributes["id"] for _, attributes in Elements(answer.text).found if "id" in attributes]
    assert len(ids) == len(set(ids))
    return answer.text


def iris(answer: Answer) -> list[str]:
    return [result["id"].removeprefix(f"{BASE}id/") for result in answer.json["results"]]


def test_a_program_gets_json_with_labels_in_every_language(names: Server) -> None:
    answer = searched(names, "Hizbullah")
    assert (answer.status, answer.media_type) == (200, "application/json")
    first = answer.json["results"][0]
    assert first["id"] == f"{BASE}id/hezbollah"
    assert first["url"] == f"{BASE}doc/hezbollah"
    assert first["labels"] == {"ar": "حزب الله", "en": "Hezbollah", "fa": "حزب‌الله لبنان"}
    assert first["descriptions"] == {"en": "A party and armed group."}
    assert first["match"] == "folded"
    assert first["facets"]["type"] == ["ex:Agent", "ex:Group", "ex:Party", "ex:Top", "schema:Thing"]


@pytest.mark.parametrize("query", ["Hezbollah", "حزب الله", "حزب‌الله لبنان", "hezbolah", "Hisbollah"])
def test_a_group_is_found_in_three_languages_and_any_spelling(names: Server, query: str) -> None:
    assert iris(searched(names, query))[0] == "hezbollah"


@pytest.mark.parametrize("query", ["Qasem Soleimani", "Suleimani Qassim", "Ghasem Sulaymani", "قاسم سليماني"])
def test_a_person_is_found_by_any_transliteration(names: Server, query: str) -> None:
    assert iris(searched(names, query))[0] == "soleimani"


def test_a_browser_gets_a_page_that_links_to_what_was_found(names: Server) -> None:
    page = page_of(names, f"/kb/search?q={quote('حزب الله')}")
    assert '<a href="/kb/doc/hezbollah">Hezbollah</a>' in page
    assert '<span lang="ar" dir="rtl">حزب الله</span>' in page
    assert "A party and armed group." in page


def test_a_page_speaks_the_readers_language(names: Server) -> None:
    page = page_of(names, "/kb/search?q=hezbollah", Accept_Language="ar")
    assert '<a href="/kb/doc/hezbollah">حزب الله</a>' in page
    named = page_of(names, "/kb/search?q=hezbollah&lang=ar", Accept_Language="ar")
    assert page == named.replace("&amp;lang=ar", "").replace('<input type="hidden" name="lang" value="ar">\n', "")
    assert '<a href="/kb/doc/hezbollah" lang="ar" dir="rtl">حزب الله</a>' in page_of(
        names, "/kb/search?q=hezbollah&lang=ar"
    )


def test_what_was_typed_and_what_was_found_stay_text(names: Server) -> None:
    page = page_of(names, f"/kb/search?q={quote('<script>alert café')}")
    assert "<script" not in page.partition("<main")[2]
    assert "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; café" in page
    assert 'value="&lt;script&gt;alert café"' in page


def test_what_a_mistyped_word_was_taken_for_is_said(names: Server) -> None:
    assert searched(names, "Hezbllah").json["instead"] == {"hezbllah": ["hezbollah"]}
    page = page_of(names, "/kb/search?q=Hezbllah")
    assert 'Nothing has <q dir="auto">hezbllah</q>; this is what there is with <q dir="auto">hezbollah</q>.' in page


def test_some_of_the_words_are_better_than_nothing_and_it_says_so(names: Server) -> None:
    assert "Nothing has all these words" in page_of(names, "/kb/search?q=hezbollah+founded+helicopters")


def test_nothing_found_is_an_answer(names: Server) -> None:
    assert searched(names, "Atlantis").json | {"query": ""} == {
        "query": "", "total": 0, "page": 1, "pages": 0, "instead": {}, "results": [], "facets": [],
    }  # fmt: skip
    assert "Try fewer words" in page_of(names, "/kb/search?q=Atlantis")


@pytest.mark.parametrize("path", ["/kb/search", "/kb/search?q=", "/kb/search?q=%20%20"])
def test_without_a_question_there_is_the_form_for_readers_and_400_for_programs(names: Server, path: str) -> None:
    assert [form["action"] for form in Elements(page_of(names, path)).all("form")] == ["/kb/search"]
    answer = names.get(path)
    assert (answer.status, answer.media_type) == (400, "application/problem+json")
    assert "/search?q=" in answer.json["detail"]


@pytest.mark.parametrize("accept", [BROWSER, "application/json", ""])
@pytest.mark.parametrize("path", ["search?q=", "suggest?q=", "reconcile/suggest/entity?prefix="])
def test_a_text_that_is_too_long_is_refused_with_the_limit(names: Server, path: str, accept: str) -> None:
    answer = names.get(f"/kb/{path}{'a' * 201}", accept)
    assert (answer.status, "longer than 200 characters" in answer.text) == (400, True)


def test_long_answers_come_in_pages_with_links(names: Server) -> None:
    first = searched(names, "village")
    assert (first.json["total"], first.json["pages"], len(first.json["results"])) == (7, 3, 3)
    assert first.links("next") == [f"{BASE}search?q=village&page=2"] == [first.json["next"]]
    second = names.get(urlsplit(first.json["next"]).path + "?" + urlsplit(first.json["next"]).query)
    assert second.links("prev") == [f"{BASE}search?q=village&page=1"]
    assert second.links("last") == second.links("next") == [f"{BASE}search?q=village&page=3"]
    found = [*iris(first), *iris(second), *iris(searched(names, "village", page="3"))]
    assert sorted(found) == [f"village-{number}" for number in range(7)]
    page = page_of(names, "/kb/search?q=village&page=2")
    assert 'rel="next" href="http://127.0.0.1:8000/kb/search?q=village&amp;page=3"' in page


@pytest.mark.parametrize("number", ["4", "0", "-1", "x", "²", "99999999999"])
def test_a_page_that_is_not_there_is_404(names: Server, number: str) -> None:
    assert searched(names, "village", page=number).status == 404


def test_facets_have_names_counts_and_links_that_narrow(names: Server) -> None:
    facets = {facet["name"]: facet for facet in searched(names, "Soleimani").json["facets"]}
    assert list(facets) == ["type", "stance", "born"]
    assert facets["stance"]["labels"] == {"en": "how it is said"}
    assert facets["stance"]["values"] == [
        {"value": "ex:Attributed", "labels": {"en": "attributed"}, "count": 1},
        {"value": "ex:Denied", "labels": {"en": "denied"}, "count": 1},
    ]
    assert facets["born"]["values"] == [{"value": "1950/1959", "labels": {}, "count": 1}]
    page = page_of(names, "/kb/search?q=Soleimani")
    assert '<a href="?q=Soleimani&amp;stance=ex%3ADenied"><span>denied</span></a> <small class="note">1</small>' in page
    assert "schema:Thing" not in page.partition('class="facets"')[2].partition("</section>")[0]


NARROWED = [
    pytest.param({"stance": "ex:Denied"}, ["claim/1"], id="by a prefixed name"),
    pytest.param({"stance": f"{BASE}ontology#Denied"}, ["claim/1"], id="by an IRI"),
    pytest.param({"type": "ex:Person", "born": "1950/1959"}, ["soleimani"], id="by type and decade"),
    pytest.param({"type": "ex:Nothing"}, [], id="by a type of nothing"),
    pytest.param({"colour": "blue"}, ["soleimani", "claim/1", "claim/2"], id="not by what is no facet"),
]


@pytest.mark.parametrize(("filters", "expected"), NARROWED)
def test_narrowed(names: Server, filters: dict[str, str], expected: list[str]) -> None:
    assert sorted(iris(searched(names, "Soleimani", **filters))) == sorted(expected)


def test_filters_alone_list_everything_that_has_them(names: Server) -> None:
    assert sorted(iris(names.get("/kb/search?stance=ex:Denied"))) == ["claim/1", "claim/3"]


def test_a_chosen_value_is_marked_and_can_be_given_up(names: Server) -> None:
    page = page_of(names, "/kb/search?q=Soleimani&stance=ex:Denied&born=")
    assert '<a href="?q=Soleimani" aria-current="true"><span>denied</span></a>' in page
    assert '<input type="hidden" name="stance" value="ex:Denied">' in page


def test_an_answer_can_be_kept_asked_for_again_and_read_from_anywhere(names: Server) -> None:
    answer = searched(names, "Hezbollah")
    assert answer.headers["cache-control"].startswith("public, max-age=")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert {"accept", "accept-encoding"} <= {name.strip().lower() for name in answer.headers["vary"].split(",")}
    assert names.get("/kb/search?q=Hezbollah", If_None_Match=answer.headers["etag"]).status == 304
    page = names.get("/kb/search?q=Hezbollah", BROWSER)
    assert "accept-language" in page.headers["vary"].lower()
    assert "script-src 'self'" in page.headers["content-security-policy"]


def test_the_format_may_be_named(names: Server) -> None:
    assert names.get("/kb/search?q=x&format=json", BROWSER).media_type == "application/json"
    assert names.get("/kb/search?q=x&format=html").media_type == "text/html"
    assert names.get("/kb/search?q=x", "text/turtle").status == 406


def test_every_page_has_one_form_that_searches_and_tells_browsers_how(names: Server) -> None:
    for path in ("/kb/", "/kb/doc/hezbollah", "/kb/search?q=x", "/kb/browse"):
        elements = Elements(page_of(names, path))
        assert len([form for form in elements.all("form") if form.get("role") == "search"]) == 1
        assert [link["href"] for link in elements.all("link") if link["rel"] == "search"] == ["/kb/opensearch.xml"]


def test_the_script_that_suggests_is_the_sites_own_and_found(names: Server) -> None:
    [script] = [found for found in Elements(page_of(names, "/kb/")).all("script") if "src" in found]
    answer = names.get(script["src"] or "")
    assert (answer.status, answer.media_type) == (200, "text/javascript")


def test_suggestions_are_names_with_types_and_addresses(names: Server) -> None:
    answer = names.get("/kb/suggest?q=hez")
    assert answer.media_type == "application/x-suggestions+json"
    text, suggested, types, addresses = answer.json
    assert (text, suggested[:2]) == ("hez", ["Hezbollah", "Hezbollah convoy"])
    assert types[0] == "group, party, agent"
    assert addresses[0] == f"{BASE}doc/hezbollah"
    assert names.get("/kb/suggest").json == ["", [], [], []]


@pytest.mark.parametrize(
    ("typed", "name"), [("حز", "حزب الله"), ("قاسم سلي", "قاسم سلیمانی"), ("sulei", "Qassim Suleimani")]
)
def test_suggestions_come_in_every_script(names: Server, typed: str, name: str) -> None:
    assert name in names.get(f"/kb/suggest?q={quote(typed)}").json[1]


def test_the_description_for_browsers_is_opensearch(names: Server) -> None:
    answer = names.get("/kb/opensearch.xml")
    assert answer.media_type == "application/opensearchdescription+xml"
    space = "{http://a9.com/-/spec/opensearch/1.1/}"
    root = ElementTree.fromstring(answer.text)
    assert root.tag == f"{space}OpenSearchDescription"
    assert len(root.findtext(f"{space}ShortName") or "") in range(1, 17)
    templates = {url.get("type"): url.get("template") or "" for url in root.findall(f"{space}Url")}
    page = templates["text/html"].replace("{searchTerms}", "Hezbollah").replace("{startPage?}", "1")
    assert page_of(names, re.sub(r"^http://[^/]*", "", page))
    assert templates["application/x-suggestions+json"] == f"{BASE}suggest?q={{searchTerms}}"


class Unindexed(Release):
    """A publication without an index, as one on a server elsewhere."""

    search_index = None


def test_a_publication_without_an_index_says_so_and_has_no_form(built: Built) -> None:
    opened = open_release(built.path)
    client = create_app(Site(Unindexed(opened.path, opened.record, opened.store), Config())).test_client()
    for path in ("/search?q=x", "/suggest?q=x", "/browse", "/opensearch.xml", "/reconcile", "/reconcile/preview?id=x"):
        assert (path, client.get(path).status_code) == (path, 501)
    home = client.get("/", headers={"Accept": BROWSER}).text
    assert "<form" not in home
    assert "opensearch" not in home
