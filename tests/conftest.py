"""What many tests need: the tiny publication in tests/site, its release, and servers on real ports."""

import gc
import os
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from axisld import pipeline, static
from axisld.config import Config
from axisld.pipeline import Built
from tests import static_hosts
from tests.live import Server, serving
from tests.once import once
from tests.published import Published, published_once

ROOT = Path(__file__).parent.parent
SITE = ROOT / "tests" / "site"
SHARED = ROOT.parent / "shared"
BASE = "http://127.0.0.1:8000/"  # where the release of the fixtures believes to be
LONGEST = (
    "browser/test_browser.py", "test_shapes.py", "test_static.py", "test_pipeline.py", "test_server.py",
    "test_sandbox_hostile.py", "test_ontology.py", "test_sparql_w3c.py", "test_growth.py", "test_publication.py",
    "test_remote.py", "test_loading.py", "test_sandbox.py", "test_pages.py", "test_endpoint_soak.py",
    "test_questions.py", "test_web_documents.py", "test_watching.py", "test_representations_properties.py",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files come first, so that at the end no process of the tests waits for the others."""
    places = {ROOT / "tests" / file: place for place, file in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


def pytest_collection_finish() -> None:
    """What has been loaded stays to the end: that it is not looked at for garbage saves a tenth of the time."""
    gc.freeze()


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A copy of the tiny publication that the test may change."""
    return Path(shutil.copytree(SITE, tmp_path / "site"))


@pytest.fixture(scope="session")
def common(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that all processes of the tests have in common."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def built(common: Path) -> Built:
    """The tiny publication as a release on BASE, read-only."""
    return once(common / "built", lambda folder: pipeline.build(SITE, folder, BASE))


@pytest.fixture(scope="session")
def server(built: Built) -> Iterator[Server]:
    """A server of the tiny publication, on another port than the one it believes to be on."""
    with serving(built.path) as running:
        yield running


@pytest.fixture(scope="session")
def publication(common: Path) -> Iterator[Published]:
    """The publication in this repository: one release and one server for all processes of the tests."""
    with published_once(ROOT, common) as published:
        yield published


@pytest.fixture(scope="session")
def exported(built: Built, common: Path) -> Path:
    """The release of the tiny publication as files for a static host, read-only."""
    folder = common / "exported"
    once(folder, lambda empty: static.export(built.path, empty, Config(), ("gzip",)))
    return folder


@pytest.fixture(scope="session", params=["axisld", "nginx", "apache"])
def host(request: pytest.FixtureRequest) -> Iterator[Server]:
    """The server, and web servers that have nothing but the files of an export: what all of them hold to."""
    if request.param == "axisld":
        yield request.getfixturevalue("server")
        return
    with web_server(request.param, request.getfixturevalue("exported")) as running:
        yield running


@pytest.fixture(scope="session")
def large(common: Path) -> Iterator[Server]:
    """A server of an ontology that is too large for one page: a kind of a kind of a kind, and so on, in tens."""
    with serving(once(common / "large", _build_large).path) as running:
        yield running


def _build_large(folder: Path) -> Built:
    root = Path(shutil.copytree(SITE, folder / "site"))
    kinds = "".join(
        f"br:Kind{n} a owl:Class ; rdfs:subClassOf br:{f'Kind{n // 10}' if n else 'Structure'} ;"
        f' skos:prefLabel "kind {n}"@en ; skos:definition "{"Long. " * 60}"@en .\n'
        for n in range(900)
    )
    with (root / "ontology" / "bridges.ttl").open("a", encoding="utf-8") as ontology:
        ontology.write(kinds)
    return pipeline.build(root, folder / "releases", BASE)


def web_server(name: str, export: Path) -> AbstractContextManager[Server]:
    """nginx or Apache httpd on an export, from the Debian package."""
    program, package, start = {
        "nginx": ("nginx", "nginx-light", static_hosts.nginx),
        "apache": ("apache2", "apache2-bin", static_hosts.apache),
    }[name]
    if not static_hosts.find(program):
        skip_aloud(f"{program} is not installed ({package} of Debian)")
    return start(export)


def skip_aloud(reason: str) -> None:
    """Skip, saying why; fail instead where everything is said to be there (AXISLD_TEST_EVERYTHING, set by .ci/run)."""
    if os.environ.get("AXISLD_TEST_EVERYTHING"):
        pytest.fail(f"{reason}, but AXISLD_TEST_EVERYTHING says that all is installed")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def shared() -> Path:
    """This team's yardsticks, which a user's clone does not have."""
    if not SHARED.is_dir():
        skip_aloud("../shared, this team's yardsticks, is not here")
    return SHARED
