"""The interface in the reader's language and direction, apart from the language of labels."""

import re
from pathlib import Path

import flask
import html5rdf
import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from axisld.web import interface
from axisld.web.interface import LANGUAGES
from tests.live import Server
from tests.test_pages import BROWSER, PAGES, Elements

TEXTS = Path(interface.__file__).parent / "locale"


def html_of(page: str) -> dict[str, str]:
    return Elements(page).all("html")[0]


@pytest.mark.parametrize(
    ("header", "language", "direction"),
    [
        pytest.param("", "en", "ltr", id="nothing asked for"),
        pytest.param("ar-EG,ar;q=0.9,en;q=0.5", "ar", "rtl", id="Arabic of Egypt"),
        pytest.param("fa", "fa", "rtl", id="Persian"),
        pytest.param("de, fa;q=0.5", "fa", "rtl", id="the second choice"),
        pytest.param("de", "en", "ltr", id="a language that there is not"),
    ],
)
@pytest.mark.parametrize("path", ["/doc/old-bridge", "/id/atlantis"])
def test_the_interface_is_in_the_language_of_the_browser(
    server: Server, path: str, header: str, language: str, direction: str
) -> None:
    answer = server.get(path, BROWSER, Accept_Language=header)
    assert html_of(answer.text) == {"lang": language, "dir": direction}
    assert language in answer.headers["content-language"].split(", ")
    assert "Accept-Language" in answer.headers["vary"]


def test_the_reader_changes_the_language_and_keeps_it_while_going_on(server: Server) -> None:
    page = server.get("/doc/old-bridge?page=1", BROWSER, Accept_Language="en").text
    switch = {
        link["hreflang"]: link["href"] for link in Elements(page).all("a") if link.get("href", "").find("ui=") > 0
    }
    assert switch == {language: f"?page=1&ui={language}" for language in LANGUAGES}
    persian = server.get("/doc/old-bridge?page=1&ui=fa", BROWSER, Accept_Language="en")
    assert html_of(persian.text) == {"lang": "fa", "dir": "rtl"}
    assert "Accept-Language" not in persian.headers["vary"]
    elements = Elements(persian.text)
    assert {"/?ui=fa", "/ontology?ui=fa#Bridge"} <= {link.get("href") for link in elements.all("a")}
    assert {"type": "hidden", "name": "ui", "value": "fa"} in elements.all("input")
    assert not any("ui=" in link["href"] for link in elements.all("a") if "type" in link)  # files of data
    led = server.get("/id/old-bridge?ui=fa", BROWSER)
    assert led.headers["location"].endswith("/doc/old-bridge?ui=fa")


def test_a_name_that_has_a_query_is_found_in_any_language(server: Server) -> None:
    plain = server.get("/doc?iri=https%3A%2F%2Fexample.net%2Frivers%2Frhine", BROWSER)
    persian = server.get("/doc?iri=https%3A%2F%2Fexample.net%2Frivers%2Frhine&ui=fa", BROWSER)
    assert (plain.status, persian.status) == (200, 200)


def test_the_language_of_labels_is_chosen_apart(server: Server) -> None:
    answer = server.get("/doc/old-bridge?ui=ar&lang=de", BROWSER)
    assert html_of(answer.text)["lang"] == "ar"
    assert '<h1 lang="de" dir="auto">Alte Brücke</h1>' in answer.text
    assert answer.headers["content-language"] == "de, ar"
    assert '<h1 lang="en-GB" dir="auto">Old Bridge</h1>' in server.get("/doc/old-bridge?ui=ar&lang=en", BROWSER).text
    assert "<h1>الجسر القديم</h1>" in server.get("/doc/old-bridge?ui=ar", BROWSER).text.replace(' dir="rtl"', "")


def test_caches_tell_the_languages_apart(server: Server) -> None:
    for _ in range(2):  # from the app, then from memory
        asked = [server.get("/doc/old-bridge.html?lang=en", Accept_Language=language) for language in LANGUAGES]
        assert [html_of(answer.text)["lang"] for answer in asked] == list(LANGUAGES)
        assert len({answer.headers["etag"] for answer in asked}) == len(LANGUAGES)
        led = [server.get("/id/rhine", BROWSER, Accept_Language=language) for language in LANGUAGES]
        assert [html_of(answer.text)["lang"] for answer in led] == list(LANGUAGES)
    assert "Accept-Language" not in server.get("/doc/old-bridge", "text/turtle").headers["vary"]


@pytest.mark.parametrize("language", LANGUAGES[1:])
@pytest.mark.parametrize("path", [*PAGES, "/search?q=bridge", "/search?q=%EF%B7%90%EF%B7%91", "/browse", "/about"])
def test_every_page_is_valid_in_every_language(server: Server, path: str, language: str) -> None:
    page = server.get(path, BROWSER, Accept_Language=language).text
    html5rdf.HTMLParser(strict=True).parse(page)
    assert html_of(page) == {"lang": language, "dir": "rtl"}
    assert len(page.encode()) < 100 * 1024
    current = [link["hreflang"] for link in Elements(page).all("a") if "hreflang" in link and "aria-current" in link]
    assert language in current
    assert not re.search("[\ufdd0\ufdd1]", page)


def test_style_sheets_run_both_ways_and_take_their_colours_from_the_tokens() -> None:
    sheets = sorted(file for file in (TEXTS.parent / "assets").iterdir() if file.suffix == ".css")
    for sheet in sheets:
        rules = re.sub(r"--[\w-]+:[^;}]*|/\*.*?\*/", "", sheet.read_text("utf-8"), flags=re.DOTALL)
        assert not re.search(
            r"(?:margin|padding|border)-(?:left|right)|(?:float|text-align|clear): ?(?:left|right)", rules
        )
        assert not re.search(r":[^;{}]*(?:#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\()", rules), sheet.name


def rendered(template: str, language: str) -> str:
    """What a page of this template is to a reader of the language."""
    app = flask.Flask(__name__)
    interface.register(app)
    app.add_url_rule("/", view_func=lambda: flask.render_template_string(template), endpoint="page")
    app.after_request(lambda response: interface.finish(response, "/") or response)
    return app.test_client().get(f"/?ui={language}").text


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", "1,234.5 | October 3, 2024 | October 2024 | 622 | 2010–2019"),
        ("fa", "۱٬۲۳۴٫۵ | ۳ اکتبر ۲۰۲۴ | اکتبر ۲۰۲۴ | ۶۲۲ | ۲۰۱۰–۲۰۱۹"),
        ("ar", "1,234.5 | 3 أكتوبر 2024 | أكتوبر 2024 | 622 | 2010–2019"),
    ],
)
def test_numbers_and_dates_are_written_as_the_language_writes_them(language: str, shown: str) -> None:
    template = (
        "{{ 1234.5|number }} | {{ '2024-10-03T12:00:00Z'|date }} | {{ '2024-10'|date }} | {{ '0622'|date }} | "
        "{{ '2010–2019'|digits }}"
    )
    assert rendered(template, language) == shown


@pytest.mark.parametrize("odd", ["2024-13-45", "circa 2024", "-0044", "2024-02-30"])
def test_what_is_no_date_is_shown_as_it_is(odd: str) -> None:
    assert rendered("{{ '" + odd + "'|date }}", "en") == odd


def test_what_is_not_translated_yet_says_that_it_is_english() -> None:
    message = '{{ _("Unheard of %(what)s", what="<b>") }}'
    english = "Unheard of &lt;b&gt;"
    template = f'<title>{message}</title><p title="{message}">{message}</p>'
    assert rendered(template, "en") == f'<title>{english}</title><p title="{english}">{english}</p>'
    assert rendered(template, "fa") == (
        f'<title>{english}</title><p title="{english}"><span lang="en" dir="ltr">{english}</span></p>'
    )


def test_amounts_in_sentences_are_written_as_the_language_writes_them() -> None:
    template = (
        "{{ ngettext('%(num)s thing', '%(num)s things', 1234) }}, "
        "{% trans n=5, y='2010' %}{{ n }} of {{ y }}{% endtrans %}"
    )
    assert rendered(template, "en") == "1,234 things, 5 of 2010"


def catalogue(language: str) -> Catalog:
    with (TEXTS / language / "LC_MESSAGES" / "axisld.po").open("rb") as file:
        return read_po(file, language)


@pytest.fixture(scope="session")
def words() -> list[tuple[str, str | None, tuple[str, ...]]]:
    """(file and line, context, forms) of every message in the program."""
    methods = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
    options = {"**/templates/**.html": {"trimmed": "true", "silent": "false"}}
    found = extract_from_dir(TEXTS.parent, methods, options, keywords={**DEFAULT_KEYWORDS, "Message": None})
    return [
        (f"{file}:{line}", context, message if isinstance(message, tuple) else (message,))
        for file, line, message, _, context in found
    ]


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_word_of_the_interface_is_translated(
    language: str, words: list[tuple[str, str | None, tuple[str, ...]]]
) -> None:
    known = catalogue(language)
    wrong = []
    for place, context, forms in words:
        message = known.get(forms if len(forms) > 1 else forms[0], context)
        if message is None or message.fuzzy or not all(message.string if message.pluralizable else [message.string]):
            wrong.append(f"{place}: {forms[0]!r} is not translated")
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_translations_have_the_placeholders_of_their_messages(language: str) -> None:
    def placeholders(text: str) -> set[str]:
        return set(re.findall(r"%\((\w+)\)s|(%)", text.replace("%%", "")))

    for message in catalogue(language):
        forms = message.id if message.pluralizable else (message.id,)
        for translated in message.string if message.pluralizable else (message.string,):
            if message.id and translated:
                optional = {("num", "")} if message.pluralizable else set()  # "one claim" has no figure
                assert placeholders(translated) | optional == placeholders(forms[-1]) | optional, message.id
