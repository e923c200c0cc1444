"""The import map: who may know whom. A change that needs another arrow changes this table, on purpose."""

import ast
from functools import cache
from pathlib import Path

import pytest

import axisld

SOURCE = Path(axisld.__file__).parent

GROUND = {"config", "errors", "iris", "lists", "terms", "vocabulary"}
MAY_IMPORT = {
    "config": set[str](),
    "edtf": set[str](),
    "errors": set[str](),
    "terms": set[str](),
    "iris": set[str](),
    "lists": {"terms"},
    "vocabulary": {"terms"},
    "canonical": GROUND,
    "store": GROUND,
    "release": GROUND | {"store"},
    "publication": GROUND | {"release", "store"},
    "remote": GROUND | {"release", "store"},
    "querying": GROUND | {"publication", "representations", "sparql", "store"},
    "loading": GROUND | {"canonical", "release", "remote", "store"},
    "diff": GROUND | {"release"},
    "reader": GROUND | {"store"},
    "roles": GROUND | {"store"},
    "representations": GROUND,
    "database": GROUND,
    "search": GROUND | {"database", "store"},
    "overviews": GROUND | {"database", "edtf", "roles", "store"},
    "schema_org": GROUND | {"release"},
    "sparql": GROUND | {"representations", "store"},
    "dump_notes": GROUND | {"release"},
    "verify": GROUND | {"canonical", "dump_notes", "release"},
    "pipeline": GROUND
    | {"canonical", "overviews", "reader", "release", "representations", "roles", "search", "sparql", "store"}
    | {"verify"},
    "asserted": GROUND | {"pipeline"},
    "coverage": GROUND | {"asserted"},
    "links": GROUND | {"asserted"},
    "watching": GROUND | {"pipeline"},
    "web": GROUND
    | {"edtf", "overviews", "publication", "reader", "release", "remote", "representations", "roles", "schema_org"}
    | {"search", "sparql", "store"},
    "static": GROUND | {"release", "representations", "web"},
    "cli": GROUND
    | {
        "canonical",
        "coverage",
        "diff",
        "links",
        "loading",
        "pipeline",
        "querying",
        "reader",
        "release",
        "remote",
        "static",
        "store",
    }
    | {"verify", "watching", "web"},
    "__main__": {"cli"},
}
ONLY_IN = {  # a library that one part of the program keeps from the others
    "flask": {"web"},
    "granian": {"web"},
    "click": {"cli"},
    "rich": {"cli"},
    "pyshacl": {"pipeline"},
    "reasonable": {"pipeline"},
    "rdflib": {"pipeline"},
    "sqlite3": {"database", "overviews", "search"},
    "SPARQLWrapper": {"links", "store"},
}


def part_of(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


@cache
def imports_of(path: Path) -> set[str]:
    """Dotted names; `from axisld import x` counts as axisld.x."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module == "axisld":
            found |= {f"axisld.{name.name}" for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


MODULES = sorted(path for path in SOURCE.rglob("*.py") if path.name != "__init__.py" or path.parent != SOURCE)


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_imports_run_one_way(module: Path) -> None:
    own = {name.split(".")[1] for name in imports_of(module) if name.startswith("axisld.")}
    assert own - {part_of(module), "__version__"} <= MAY_IMPORT[part_of(module)]


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_stays_in_its_part(library: str) -> None:
    users = {part_of(path) for path in MODULES if any(name.split(".")[0] == library for name in imports_of(path))}
    assert users == ONLY_IN[library]


def test_the_map_names_just_the_parts_that_there_are() -> None:
    assert {part_of(path) for path in MODULES} == set(MAY_IMPORT)


def test_the_map_has_no_cycle() -> None:
    done: set[str] = set()
    while ready := {part for part, known in MAY_IMPORT.items() if part not in done and known <= done}:
        done |= ready
    assert done == set(MAY_IMPORT)


def test_the_program_knows_nothing_of_this_publication() -> None:
    words = ("w3id.org/axisld", "resistance", "hezbollah", "iran")
    knowing = [
        f"{path.relative_to(SOURCE)}: {word}"
        for path in SOURCE.rglob("*")
        if path.suffix in {".py", ".rq", ".html", ".css"}
        for word in words
        if word in path.read_text("utf-8").lower()
    ]
    assert knowing == []
