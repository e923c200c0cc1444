"""`axisld serve --watch`: an editor saves, and what is served changes, unless the file is wrong."""

import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.running import free_port, running

_SECONDS = 60


def served(port: int) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/doc/rhine.ttl", timeout=10) as answer:
        text: str = answer.read().decode()
        return text


def becomes_true(condition) -> bool:
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def test_a_saved_file_changes_what_is_served_and_a_wrong_one_does_not(site: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "axisld", "serve", "--watch", "--root", site, "--port", str(port)]
    file = site / "data" / "bridges.ttl"
    good = file.read_text("utf-8")
    with running(command, port):
        assert "Rhine" in served(port)
        file.write_text("this is not Turtle", "utf-8")
        file.write_text(good.replace('"Rhine"@en', '"the Rhine again"@en'), "utf-8")
        assert becomes_true(lambda: "the Rhine again" in served(port))
        file.write_text("this is not Turtle", "utf-8")
        releases = set((site / "releases").glob("[0-9a-f]*"))
        time.sleep(1)  # there is no event for "nothing happened"
        assert "the Rhine again" in served(port)
        assert set((site / "releases").glob("[0-9a-f]*")) == releases


def test_a_folder_that_comes_later_is_watched_too(site: Path) -> None:
    port = free_port()
    (site / "shapes").rename(site / "later")
    command = [sys.executable, "-m", "axisld", "serve", "--watch", "--root", site, "--port", str(port)]

    def has_shapes() -> bool:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/graph/shapes", timeout=10).close()
        except urllib.error.HTTPError:
            return False
        return True

    with running(command, port):
        was_there = has_shapes()
        (site / "later").rename(site / "shapes")
        assert becomes_true(has_shapes)
        assert not was_there
