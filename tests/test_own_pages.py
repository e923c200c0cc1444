"""A publication brings templates, style sheets and pictures of its own, in pages/."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from axisld import pipeline
from axisld.errors import FindingsError
from axisld.pipeline import Built
from tests.conftest import BASE
from tests.live import Server, serving
from tests.test_pages import BROWSER

_THING = """{% extends "axisld/thing.html" %}
{% block head %}
{{ super() }}
<link rel="stylesheet" href="{{ asset('bridges.css') }}">
{% endblock %}
{% block main %}
<p>{{ _("Home") }} of all bridges</p>
{{ super() }}
{% endblock %}
"""
_BASE = """{% extends "axisld/base.html" %}
{% block footer %}
<footer>The Bridge Society</footer>
{% endblock %}
"""
_FILES = {
    "thing.html": _THING, "base.html": _BASE, "bridges.css": "h1 { color: rebeccapurple; }\n",
    "icon.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>\n", "README.md": "# For those who work here\n",
}  # fmt: skip


@pytest.fixture
def own(site: Path) -> Path:
    """The tiny publication with pages of its own."""
    (site / "pages").mkdir()
    for name, text in _FILES.items():
        (site / "pages" / name).write_text(text, "utf-8")
    return site


@pytest.fixture
def shown(own: Path, tmp_path: Path) -> Iterator[Server]:
    with serving(pipeline.build(own, tmp_path / "releases", BASE).path) as running:
        yield running


def test_its_templates_and_assets_come_before_those_of_the_program(shown: Server) -> None:
    page = shown.get("/doc/old-bridge", BROWSER)
    assert page.status == 200
    assert "<p>Home of all bridges</p>" in page.text
    assert "Old Bridge</h1>" in page.text  # what the program's template shows
    assert "<footer>The Bridge Society</footer>" in page.text
    assert "<footer>The Bridge Society</footer>" in shown.get("/id/atlantis", BROWSER).text
    [sheet] = re.findall(r'href="(/assets/[0-9a-f]{16}/bridges\.css)"', page.text)
    answer = shown.get(sheet)
    assert (answer.text, answer.media_type) == (_FILES["bridges.css"], "text/css")
    assert "immutable" in answer.headers["cache-control"]
    [icon] = re.findall(r'href="(/assets/[0-9a-f]{16}/icon\.svg)"', page.text)
    assert shown.get(icon).text == _FILES["icon.svg"]
    [style] = re.findall(r'href="(/assets/[0-9a-f]{16}/style\.css)"', page.text)
    assert "--paper" in shown.get(style).text
    for hidden in ("thing.html", "README.md", "..%2Frelease.json"):
        assert shown.get(f"/assets/{'0' * 16}/{hidden}").status == 404


def test_pages_are_part_of_the_release_and_of_its_name(own: Path, built: Built, tmp_path: Path) -> None:
    releases = tmp_path / "releases"
    first = pipeline.build(own, releases, BASE)
    assert first.record.digest == built.record.digest  # of what is said, which is the same
    assert not pipeline.build(own, releases, BASE).is_new
    (own / "pages" / "bridges.css").write_text("h1 { color: teal; }\n", "utf-8")
    second = pipeline.build(own, releases, BASE)
    assert second.is_new
    assert (first.path / "pages" / "bridges.css").read_text() == _FILES["bridges.css"]
    assert (second.path / "pages" / "bridges.css").read_text() == "h1 { color: teal; }\n"
    assert not (second.path / "pages" / "README.md").exists()
    assert built.record.pages == ""


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        pytest.param(
            "thing.html", "<p>\n{% if %}", "pages/thing.html:2: Violation: This is no template", id="no Jinja"
        ),
        pytest.param("my sheet.css", "", "pages/my sheet.css: Violation: The name stands in addresses", id="a space"),
        pytest.param("more/x.css", "", "pages/more: Violation: Folders are not looked into", id="a folder"),
    ],
)
def test_what_the_server_could_not_use_stops_the_build(
    site: Path, tmp_path: Path, name: str, text: str, found: str
) -> None:
    file = site / "pages" / name
    file.parent.mkdir(parents=True)
    file.write_text(text, "utf-8")
    with pytest.raises(FindingsError) as error:
        pipeline.build(site, tmp_path / "releases", BASE)
    assert found in str(error.value)
