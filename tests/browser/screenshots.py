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
DESKTOP = {"viewport": {"width": 1000, "height": 560}, "device_scale_factor": 0.75}
PHONE = {"viewport": {"width": 360, "height": 480}}
QUERY = """PREFIX ax: <ontology#>

SELECT ?group ?ideology
WHERE { ?group a ax:ArmedGroup ; ax:adheresTo ?ideology }
ORDER BY ?group"""
# By name: the page, what stands at the top of the picture, and how the browser looks at it.
PICTURES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "thing": ("/doc/hezbollah", "main", DESKTOP),
    "conflict": ("/doc/claim/origin-first-use-2002", "#conflicts", DESKTOP),
    "timeline": ("/timeline", "[data-timeline]", DESKTOP),
    "network": ("/network", "[data-network]", DESKTOP | {"color_scheme": "dark", "device_scale_factor": 0.55}),
    "editor": (f"/sparql?query={quote(QUERY)}", "#query-label", DESKTOP),
    "persian": ("/doc/hezbollah?ui=fa", "body", PHONE),
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
            for name, (path, top, looks) in PICTURES.items():
                page = browser.new_page(**looks)
                page.goto(f"http://127.0.0.1:{port}{path}", wait_until="networkidle")
                page.locator(top).first.evaluate("element => element.scrollIntoView()")
                picture = page.screenshot(path=FOLDER / f"{name}.png", animations="disabled")
                print(f"docs/screenshots/{name}.png", len(picture))
                if len(picture) > MOST_BYTES:
                    sys.exit(f"{name}.png is larger than {MOST_BYTES} bytes; show less in it")


if __name__ == "__main__":
    main()
