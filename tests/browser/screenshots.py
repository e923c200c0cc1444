"""Take the pictures of the README anew, in docs/screenshots/ (make screenshots)."""

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

from playwright.sync_api import sync_playwright

from axisld import pipeline
from tests.conftest import ROOT
from tests.live import serving
from tests.running import free_port

FOLDER = ROOT / "docs" / "screenshots"
MOST_BYTES = 60_000  # of a picture
DESKTOP = {"width": 800, "height": 440}
PHONE = {"width": 360, "height": 480}
QUERY = """PREFIX ax: <ontology#>

SELECT ?group ?ideology
WHERE { ?group a ax:ArmedGroup ; ax:adheresTo ?ideology }
ORDER BY ?group"""
PICTURES: dict[str, tuple[str, dict[str, Any]]] = {
    "thing": ("/doc/hezbollah", {"viewport": DESKTOP}),
    "conflict": ("/doc/claim/origin-first-use-2002#conflicts", {"viewport": DESKTOP}),
    "timeline": ("/timeline", {"viewport": DESKTOP}),
    "network": ("/network", {"viewport": DESKTOP, "color_scheme": "dark"}),
    "editor": (f"/sparql?query={quote(QUERY)}", {"viewport": DESKTOP}),
    "persian": ("/doc/hezbollah?ui=fa", {"viewport": PHONE}),
}


def main() -> None:
    program = shutil.which("chromium")
    if program is None:
        sys.exit("Chromium is not installed: apt-get install chromium")
    FOLDER.mkdir(exist_ok=True)
    port = free_port()
    with tempfile.TemporaryDirectory() as releases:
        release = pipeline.build(ROOT, Path(releases), f"http://127.0.0.1:{port}/").path
        with serving(release, port=port), sync_playwright() as playwright:
            as_root = [] if os.geteuid() else ["--no-sandbox"]
            browser = playwright.chromium.launch(executable_path=program, args=as_root)
            for name, (path, looks) in PICTURES.items():
                page = browser.new_page(**looks)
                page.goto(f"http://127.0.0.1:{port}{path}", wait_until="networkidle")
                picture = page.screenshot(path=FOLDER / f"{name}.png", animations="disabled")
                print(f"docs/screenshots/{name}.png", len(picture))
                if len(picture) > MOST_BYTES:
                    sys.exit(f"{name}.png is larger than {MOST_BYTES} bytes; show less in it")


if __name__ == "__main__":
    main()
