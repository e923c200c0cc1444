"""The templates and assets that a publication brings for its own pages, in the folder pages/.

Templates are Jinja's; a template is a program that runs in the server, as trusted as the configuration. Here it is only
seen to that the server can read it.
"""

import hashlib
import re
import shutil
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError

from axisld.errors import Finding
from axisld.release import PAGES

TEMPLATE_SUFFIX = ".html"
_NOTES = (".md",)  # for authors; not published
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")


def check_pages(root: Path) -> list[Finding]:
    """What is wrong with the publication's own pages."""
    return [finding for path in _entries(root) if (finding := _checked(path))]


def copy_pages(root: Path, release: Path) -> str:
    """Copy them into the release; a digest of all, "" where there are none."""
    paths = [path for path in _entries(root) if path.is_file()]
    if not paths:
        return ""
    (release / PAGES).mkdir()
    whole = hashlib.sha256()
    for path in paths:
        shutil.copyfile(path, release / PAGES / path.name)
        whole.update(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n".encode())
    return whole.hexdigest()


def _entries(root: Path) -> list[Path]:
    """What stands in the folder, by name."""
    folder = root / PAGES
    found = folder.iterdir() if folder.is_dir() else ()
    return sorted(path for path in found if not path.name.startswith(".") and path.suffix not in _NOTES)


def _checked(path: Path) -> Finding | None:
    name = f"{PAGES}/{path.name}"
    if path.is_dir():
        return Finding("Violation", f"Folders are not looked into: put the files into {PAGES}/ itself.", name)
    if not _NAME.fullmatch(path.name):
        return Finding("Violation", "The name stands in addresses: use letters, digits, “.”, “-” and “_” only.", name)
    if path.suffix != TEMPLATE_SUFFIX:
        return None
    try:
        Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(path.read_text("utf-8"))
    except TemplateSyntaxError as error:
        return Finding("Violation", f"This is no template of Jinja: {error.message}", name, error.lineno)
    except UnicodeDecodeError as error:
        return Finding("Violation", f"This is not UTF-8: {error.reason} at byte {error.start}", name)
    return None
