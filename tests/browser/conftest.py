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

    def end(self) -> tuple[list[str], Any]:
        """The complaints, and what the site keeps in the browser; then it is as if nobody had been here."""
        left = self.complaints.copy(), self.context.storage_state()
        for page in self.context.pages:
            page.close()
        self.complaints.clear()
        return left


Visiting = Callable[..., Visit]


@pytest.fixture(scope="session")
def visitors(browser: Browser, publication: Published) -> Iterator[Visiting]:
    """Who visits this publication, by the options of a context: to make one takes longer than to look at a page."""
    visitors: dict[str, Visit] = {}

    def visitor(**options: Any) -> Visit:
        known = repr(sorted(options.items()))
        if known not in visitors:
            visitors[known] = _visitor(browser.new_context(**options), f"http://127.0.0.1:{publication.port}")
        return visitors[known]

    yield visitor
    for begun in visitors.values():
        begun.context.close()


def _visitor(context: BrowserContext, address: str) -> Visit:
    context.set_default_timeout(_MILLISECONDS)
    begun = Visit(address, context)
    context.on("console", lambda said: begun.complaints.append(said.text) if _is_complaint(said) else None)
    context.on("weberror", lambda error: begun.complaints.append(str(error.error)))
    context.on("request", lambda sent: begun.complaints.append(sent.url) if _is_elsewhere(sent.url, address) else 0)
    return begun


@pytest.fixture
def visit(visitors: Visiting) -> Iterator[Visiting]:
    """Begin a visit to this publication, with options of a browser's context.

    In the end nobody else was asked for anything, nothing was kept and the browser found nothing to complain of.
    """
    visits: list[Visit] = []

    def begin(**options: Any) -> Visit:
        visits.append(visitors(**options))
        return visits[-1]

    yield begin
    nothing: tuple[list[str], Any] = [], {"cookies": [], "origins": []}
    assert [begun.end() for begun in visits] == [nothing] * len(visits)


def _is_complaint(said: ConsoleMessage) -> bool:
    """Whether the browser says that something is wrong, beside a query that is."""
    return said.type == "error" and "the server responded with a status of 400" not in said.text


def _is_elsewhere(url: str, address: str) -> bool:
    return not url.startswith((f"{address}/", "data:", "blob:"))
