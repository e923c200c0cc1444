"""What many tests need: the tiny publication in tests/site, its release, and servers on real ports."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from axisld import pipeline, static
from axisld.config import Config
from axisld.pipeline import Built
from axisld.release import current_link
from tests import static_hosts
from tests.live import Server, serving

ROOT = Path(__file__).parent.parent
SITE = ROOT / "tests" / "site"
SHARED = ROOT.parent / "shared"
BASE = "http://127.0.0.1:8000/"  # where the release of the fixtures believes to be


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A copy of the tiny publication that the test may change."""
    return Path(shutil.copytree(SITE, tmp_path / "site"))


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The tiny publication as a release on BASE, read-only."""
    return pipeline.build(SITE, tmp_path_factory.mktemp("releases"), BASE)


@pytest.fixture(scope="session")
def server(built: Built) -> Iterator[Server]:
    """A server of the tiny publication, on another port than the one it believes to be on."""
    with serving(built.path) as running:
        yield running


@pytest.fixture(scope="session")
def own_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The publication in this repository as a release on BASE, read-only: built once for all processes of the tests."""
    is_alone = "PYTEST_XDIST_WORKER" not in os.environ
    folder = tmp_path_factory.getbasetemp() if is_alone else tmp_path_factory.getbasetemp().parent
    with (folder / "publication.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        link = current_link(folder / "publication", BASE)
        return link.resolve() if link.exists() else pipeline.build(ROOT, folder / "publication", BASE).path


@pytest.fixture(scope="session")
def publication(own_release: Path) -> Iterator[Server]:
    """A server of the publication in this repository."""
    with serving(own_release) as running:
        yield running


@pytest.fixture(scope="session")
def exported(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release of the tiny publication as files for a static host."""
    folder = tmp_path_factory.mktemp("export") / "bridges"
    static.export(built.path, folder, Config(), ("gzip",))
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
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of an ontology that is too large for one page: a kind of a kind of a kind, and so on, in tens."""
    root = Path(shutil.copytree(SITE, tmp_path_factory.mktemp("large") / "site"))
    kinds = "".join(
        f"br:Kind{n} a owl:Class ; rdfs:subClassOf br:{f'Kind{n // 10}' if n else 'Structure'} ;"
        f' skos:prefLabel "kind {n}"@en ; skos:definition "{"Long. " * 60}"@en .\n'
        for n in range(900)
    )
    with (root / "ontology" / "bridges.ttl").open("a", encoding="utf-8") as ontology:
        ontology.write(kinds)
    with serving(pipeline.build(root, root.parent / "releases", BASE).path) as running:
        yield running


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
