"""What `pip install` gives: a wheel that serves a publication without this repository."""

import json
import subprocess
import sys
import urllib.request
import venv
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT, SITE
from tests.running import free_port, running


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT]
    subprocess.run(build, check=True, capture_output=True)
    [path] = folder.glob("*.whl")
    return path


def test_the_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    source = ROOT / "src"
    files = {path.relative_to(source).as_posix() for path in source.rglob("*") if path.is_file()}
    assert {file for file in files if "__pycache__" not in file} <= held


def test_the_wheel_serves_a_publication_in_an_empty_environment(
    wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTHONPATH", raising=False)
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=False)
    python = environment / "bin" / "python"
    install = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", wheel]
    subprocess.run(install, check=True, capture_output=True)
    _lend_dependencies(environment)
    where = subprocess.run(
        [python, "-c", "import axisld; print(axisld.__file__)"], cwd=tmp_path, check=True, capture_output=True
    )
    assert str(environment) in where.stdout.decode()
    port = free_port()
    command = [environment / "bin" / "axisld", "serve", "--root", SITE, "--releases", tmp_path / "releases"]
    with running([*command, "--port", str(port), "--access-log", ""], port, cwd=tmp_path):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/id/old-bridge") as page:
            assert "Old Bridge" in page.read().decode()
        query = urllib.request.Request(
            f"http://127.0.0.1:{port}/sparql?query=ASK%7B%3Fs+%3Fp+%3Fo%7D", headers={"Accept": "application/json"}
        )
        with urllib.request.urlopen(query) as answer:
            assert json.load(answer)["boolean"] is True


def _lend_dependencies(environment: Path) -> None:
    """The third-party packages of the test run, but not our editable install: nothing is fetched twice."""
    [packages] = (environment / "lib").glob("python*/site-packages")
    (packages / "lent.pth").write_text("".join(f"{path}\n" for path in sys.path if path.endswith("site-packages")))
