"""The index of an ontology in a real browser: a name leads to its term, on whatever page of the index it stands."""

import pytest
from playwright.sync_api import Browser, expect

from tests.live import Server

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("name", "heading"), [("Bridge", "Bridges"), ("Kind899", "kind 899")])
def test_a_name_leads_to_its_term(browser: Browser, large: Server, name: str, heading: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{large.port}/ontology#{name}")
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    context.close()
