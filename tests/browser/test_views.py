"""The views of this publication in a real browser: a timeline that is zoomed, a network that grows."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Visiting

pytestmark = pytest.mark.browser


def width_of(shape: Locator) -> float:
    box = shape.bounding_box()
    assert box
    return box["width"]


def test_a_reader_zooms_into_the_timeline_and_goes_on_from_there(visit: Visiting) -> None:
    page = visit().open("/timeline")
    link = page.locator(".chart").get_by_role("link", name=re.compile("first to use the term"))
    bar = link.locator("rect")
    before = width_of(bar)
    page.get_by_role("button", name="Zoom in").click()
    assert width_of(bar) > before * 1.5
    link.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("first to use the term")


def test_times_without_a_known_end_fade_away_and_open_ones_have_an_arrow(visit: Visiting) -> None:
    chart = visit().open("/timeline?about=id:ali-khamenei").locator(".chart")
    since = chart.get_by_role("link", name=re.compile("Supreme Leader of Iran since 1989"))
    expect(since.locator("path.arrow")).to_have_attribute("d", re.compile("^M"))
    chart = visit().open("/timeline?about=id:ali-akbar-mohtashamipur").locator(".chart")
    expect(chart.locator("rect").first).to_have_css("fill", re.compile("fade-out"))


def test_a_reader_chooses_a_thing_in_the_network_and_makes_it_grow(visit: Visiting) -> None:
    page = visit().open("/network?around=id:yemen")
    things = page.get_by_role("combobox", name="Choose a thing to see its relations.")
    before = things.locator("option").count()
    things.select_option("Ansar Allah")
    page.get_by_role("button", name="Show its relations").click()
    expect(things.locator("option")).not_to_have_count(before)
    expect(page.get_by_role("link", name="Open its page")).to_have_attribute("href", "/doc/ansar-allah")


def test_the_network_is_drawn_without_scripts_too(visit: Visiting) -> None:
    page = visit(java_script_enabled=False).open("/network")
    page.locator("svg.circle").get_by_role("link", name="Hezbollah", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Network: Hezbollah")
