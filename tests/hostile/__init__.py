"""Reads the hostile queries of this folder, and builds the store that they are sent to."""

import re
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph
from pyoxigraph import Literal, NamedNode, Quad

FOLDER = Path(__file__).parent
NAMESPACE = "http://example.org/"
NODES = 300


@dataclass(frozen=True, slots=True)
class Case:
    """One hostile query."""

    name: str
    outcomes: tuple[str, ...]  # any of these is right
    text: str


def cases(pattern: str = "*.rq", listener: str = "http://127.0.0.1:1/") -> list[Case]:
    """The queries of the files that match, `LISTENER` in them replaced by an address."""
    found = []
    for file in sorted(FOLDER.glob(pattern)):
        for piece in file.read_text("utf-8").split("=== ")[1:]:
            heading, _, text = piece.partition("\n")
            name, _, outcomes = heading.rpartition(": ")
            whole = _expanded(text.removesuffix("\n")).replace("LISTENER", listener).replace("␀", "\0")
            found.append(Case(f"{file.stem}: {name}", tuple(outcomes.split(" or ")), whole))
    return found


def build_store(folder: Path, nodes: int = NODES) -> Path:
    """A store on disk: nodes in a ring, each knowing three others, in two named graphs and the default one."""
    store = pyoxigraph.Store(str(folder))
    quads = []
    for number in range(nodes):
        node, graph = _name(f"n{number}"), _name(f"graph/{'even' if number % 2 == 0 else 'odd'}")
        quads.append(Quad(node, _name("next"), _name(f"n{(number + 1) % nodes}"), graph))
        quads.append(Quad(node, _name("label"), Literal(f"node {number}", language="en"), graph))
        quads.append(Quad(node, _name("number"), Literal(number), graph))
        quads += [Quad(node, _name("knows"), _name(f"n{(number + step) % nodes}"), graph) for step in (3, 7, 11)]
    quads.append(Quad(_name("apart"), _name("label"), Literal("in the default graph")))
    store.bulk_extend(quads)
    store.flush()
    return folder


def _name(local: str) -> NamedNode:
    return NamedNode(NAMESPACE + local)


def _expanded(text: str) -> str:
    """`⟪x⟫3` written out, `§` in it being 0, 1, 2."""

    def repeat(match: re.Match[str]) -> str:
        return "".join(match[1].replace("§", str(turn)) for turn in range(int(match[2])))

    return re.sub(r"⟪(.*?)⟫([0-9]+)", repeat, text, flags=re.DOTALL)
