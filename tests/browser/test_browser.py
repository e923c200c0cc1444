"""The pages of this publication in a real browser: what readers do, in their language, with and without scripts."""

import json
import shutil
import subprocess
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visiting
from tests.conftest import ROOT, skip_aloud
from tests.published import Published
from tests.running import JAVA

pytestmark = pytest.mark.browser

PACKAGES = ROOT / "tests" / "javascript" / "node_modules"
QUERY = """PREFIX ax: <ontology#>
CONSTRUCT { ?one ax:memberOf ?other } WHERE { ?one ax:memberOf ?other }"""
PAGES = {
    "home": "/",
    "about": "/about",
    "thing": "/doc/hezbollah",
    "claim": "/doc/claim/origin-first-use-2002",
    "entry": "/doc/ref/40",
    "search": "/search?q=Hezbollah",
    "browse": "/browse",
    "timeline": "/timeline",
    "network": "/network",
    "conflicts": "/conflicts",
    "sources": "/sources",
    "coverage": "/coverage",
    "report": "/report",
    "ontology": "/ontology",
    "term": "/ontology?term=Claim",
    "shapes": "/shapes",
    "dataset": "/dataset",
    "dumps": "/dumps/",
    "graph": "/graph/data",
    "editor": "/sparql",
    "answer": f"/sparql?query={quote(QUERY)}",
}
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}
every_page = pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)


def typed(page: Page, text: str) -> None:
    """Put text in place of the query, as somebody types it."""
    page.get_by_role("textbox", name="Query").click()
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


@every_page
def test_a_page_asks_nobody_else_keeps_nothing_and_fits_a_phone(visit: Visiting, path: str) -> None:
    page = visit(viewport=DESKTOP).open(path)
    page.wait_for_load_state("networkidle")
    assert page.locator("h1").count() == 1
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@every_page
def test_everybody_can_use_a_page(visit: Visiting, path: str) -> None:
    begun = visit(viewport=DESKTOP, bypass_csp=True)
    page = begun.open(path)
    found = {"light": violations(page)}
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(PHONE)
    found["dark, on a phone"] = violations(page)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(DESKTOP)
    page.goto(f"{begun.address}{path}{'&' if '?' in path else '?'}ui=fa")
    found["from right to left"] = violations(page)
    assert {look: problems for look, problems in found.items() if problems} == {}


def violations(page: Page) -> list[str]:
    """What axe-core finds against WCAG 2.2 AA and good practice."""
    script = PACKAGES / "axe-core" / "axe.min.js"
    if not script.is_file():
        skip_aloud("axe-core is not installed: npm ci in tests/javascript")
    if not page.evaluate("'axe' in window"):
        page.evaluate(script.read_text("utf-8"))
    found = page.evaluate("axe.run({resultTypes: ['violations']}).then(({violations}) => violations)")
    return [
        f"{rule['id']}: {rule['help']}: " + " ".join(node["html"][:160] for node in rule["nodes"][:3]) for rule in found
    ]


def test_every_page_is_valid_html(publication: Published, tmp_path: Path) -> None:
    checker = PACKAGES / "vnu-jar" / "build" / "dist" / "vnu.jar"
    if not (checker.is_file() and shutil.which("java")):
        skip_aloud("the Nu Html Checker or Java is not installed: npm ci in tests/javascript")
    for name, path in {**PAGES, "problem": "/doc/nothing"}.items():
        for language in ("en", "ar"):
            address = f"{path}{'&' if '?' in path else '?'}ui={language}"
            (tmp_path / f"{name}.{language}.html").write_bytes(publication.get(address, "text/html").body)
    command = [*JAVA, "-Xss4m", "-jar", checker, "--format", "json", "--errors-only", "--exit-zero-always", tmp_path]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    messages = json.loads(done.stderr or done.stdout)["messages"]
    assert [f"{found['url'].rpartition('/')[2]}: {found['message']}: {found['extract']}" for found in messages] == []


@pytest.mark.parametrize(
    ("language", "names"),
    [pytest.param("ar", "العربية", id="Arabic"), pytest.param("fa", "فارسی", id="Persian")],
)
def test_a_reader_from_right_to_left_sees_pages_mirrored(visit: Visiting, language: str, names: str) -> None:
    begun = visit(viewport=DESKTOP)
    page = begun.open("/doc/hezbollah")

    def left_of(selector: str) -> float:
        box = page.locator(selector).first.bounding_box()
        assert box
        return box["x"] + box["width"] / 2

    places = ("header .home", "h1", "footer p")
    before = {selector: page.locator(selector).first.bounding_box() for selector in places[:1]}
    page.get_by_role("navigation").get_by_role("link", name=names).first.click()
    page.wait_for_url(f"**ui={language}**")
    assert page.evaluate("[document.documentElement.dir, document.documentElement.lang]") == ["rtl", language]
    home = before["header .home"]
    assert home
    assert home["x"] < DESKTOP["width"] / 2 < left_of("header .home")
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).textAlign") in ("start", "right")
    assert page.evaluate("document.documentElement.scrollWidth") <= DESKTOP["width"]


def test_a_reader_gets_the_language_of_the_browser(visit: Visiting) -> None:
    page = visit(locale="ar-LB").open("/")
    assert page.evaluate("document.documentElement.dir") == "rtl"


@every_page
def test_a_page_can_be_read_without_scripts(visit: Visiting, path: str) -> None:
    page = visit(java_script_enabled=False).open(path)
    expect(page.locator("main")).to_be_visible()
    assert len(page.locator("main").inner_text()) > 100


def test_search_works_without_scripts(visit: Visiting) -> None:
    page = visit(java_script_enabled=False).open("/")
    field = page.locator("input[type=search]:visible").first
    field.fill("حزب الله")
    field.press("Enter")
    expect(page.get_by_role("link", name="Hezbollah", exact=True).first).to_be_visible()


def test_a_query_can_be_asked_without_scripts(visit: Visiting) -> None:
    page = visit(java_script_enabled=False).open("/sparql")
    page.get_by_label("Query").fill("SELECT ?group { ?group a <ontology#ArmedGroup> } ORDER BY ?group")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("link", name="Hezbollah", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Network")).to_be_hidden()
    page.get_by_label("Query").fill("SELECT * {")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_text("Line 1, column")).not_to_have_count(0)


def test_somebody_writes_a_query_runs_it_and_shares_it(visit: Visiting) -> None:
    begun = visit(viewport=DESKTOP)
    page = begun.open("/sparql")
    typed(page, "SELECT ?group { ?group a armedg")
    page.get_by_role("listbox").get_by_role("option", name="ax:ArmedGroup").click()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("link", name="Hezbollah", exact=True)).to_be_visible()
    query = page.locator("#query").input_value()
    assert query.startswith(f"PREFIX ax: <{begun.address}/ontology#>")
    shared = page.get_by_role("link", name="Link to this query").get_attribute("href") or ""
    other = visit().open(shared.removeprefix(begun.address))
    expect(other.locator("#query")).to_have_value(query)


def test_an_answer_can_be_seen_as_a_network(visit: Visiting) -> None:
    page = visit(viewport=DESKTOP).open(f"/sparql#query={quote(QUERY)}")
    page.get_by_role("button", name="Run").click()
    page.get_by_role("button", name="Network").click()
    expect(page.locator(".network").get_by_role("link", name="Hezbollah", exact=True)).to_be_visible()
    page.get_by_role("button", name="Table").click()
    expect(page.get_by_role("table")).to_be_visible()


def test_the_network_is_drawn_and_can_be_zoomed(visit: Visiting) -> None:
    page = visit(viewport=DESKTOP).open("/network")
    expect(page.locator("[data-network] canvas").first).to_be_visible()
    before = page.locator("[data-network] .canvas").screenshot()
    page.locator("[data-network] .tools button").first.click()
    expect(page.locator("[data-network] canvas").first).to_be_visible()
    assert page.locator("[data-network] .canvas").screenshot() != before


def test_an_answer_with_dates_can_be_seen_on_a_timeline(visit: Visiting) -> None:
    query = "PREFIX ax: <ontology#> SELECT ?claim ?when { ?claim a ax:Claim ; ax:when ?when } ORDER BY ?claim LIMIT 30"
    page = visit(viewport=DESKTOP).open(f"/sparql?query={quote(query)}")
    page.get_by_role("button", name="Timeline").click()
    assert page.locator(".timeline svg a").count() == 30


def test_a_reader_goes_from_home_through_search_to_a_conflict_and_its_source(visit: Visiting) -> None:
    page = visit(viewport=DESKTOP).open("/")
    field = page.locator("input[type=search]:visible").first
    field.fill("first to use the term")
    field.press("Enter")
    page.get_by_role("main").get_by_role("link", name="was the first to use the term").first.click()
    expect(page.get_by_role("heading", name="It conflicts with 1 other claim")).to_be_visible()
    sides = page.locator(".versus .side")
    expect(sides).to_have_count(2)
    expect(sides.nth(1)).to_contain_text("2010")
    sides.nth(0).locator(".cite a").first.click()
    page.locator("li:target").get_by_role("link", name="entry").click()
    expect(page.locator("h1")).to_contain_text("Anti-US Rhetoric from Tripoli")
