"""A real browser, and this publication served for it."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, sync_playwright

from tests.conftest import ROOT, skip_aloud
from tests.published import Published

BUILT = ROOT / "src" / "axisld" / "web" / "built"
_MILLISECONDS = 20_000  # that anything may take before a test gives up


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    program = shutil.which("chromium")
    if program is None:
        skip_aloud("Chromium is not installed: apt-get install chromium")
    if not (BUILT / "editor.js").is_file():
        skip_aloud("the pages' scripts are not built: they need Node (make test)")
    with sync_playwright() as playwright:
        yield _launched(playwright, str(program))


def _launched(playwright: Playwright, program: str) -> Browser:
    as_root = [] if os.geteuid() else ["--no-sandbox"]
    return playwright.chromium.launch(executable_path=program, args=as_root)


@dataclass
class Visit:
    """A reader at the site: a context of the browser, and what the browser complained of."""

    address: str  # of the site, without a slash at the end
    context: BrowserContext
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """A new page there."""
        page = self.context.new_page()
        page.goto(self.address + path)
        return page


Visiting = Callable[..., Any]


@pytest.fixture
def visit(browser: Browser, publication: Published) -> Iterator[Visiting]:
    """Begin a visit to this publication, with options of a browser's context.

    In the end nobody else was asked for anything, no cookie was set and the browser found nothing to complain of.
    """
    address = f"http://127.0.0.1:{publication.port}"
    visits: list[Visit] = []

    def begin(**options: Any) -> Visit:
        context = browser.new_context(**options)
        context.set_default_timeout(_MILLISECONDS)
        begun = Visit(address, context)
        context.on("console", lambda said: begun.complaints.append(said.text) if _is_complaint(said) else None)
        context.on("weberror", lambda error: begun.complaints.append(str(error.error)))
        context.on("request", lambda sent: begun.complaints.append(sent.url) if _is_elsewhere(sent.url, address) else 0)
        visits.append(begun)
        return begun

    yield begin
    found = [(begun.complaints, begun.context.cookies()) for begun in visits]
    for begun in visits:
        begun.context.close()
    assert found == [([], [])] * len(visits)


def _is_complaint(said: ConsoleMessage) -> bool:
    """Whether the browser says that something is wrong, beside a query that is."""
    return said.type == "error" and "the server responded with a status of 400" not in said.text


def _is_elsewhere(url: str, address: str) -> bool:
    return not url.startswith((f"{address}/", "data:", "blob:"))
