"""What all writers share: what they are told beside the statements, and how text leaves in chunks of bytes."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from axisld.representations.blank_nodes import BlankNodes
from axisld.representations.context import Context
from axisld.terms import Statement

_CHUNK_PIECES = 512


@dataclass(frozen=True, slots=True)
class Layout:
    """How to write statements, beside their order."""

    prefixes: Mapping[str, str] = field(default_factory=dict)  # namespace IRI by prefix
    blank_nodes: BlankNodes = field(default_factory=BlankNodes)  # those to write where they are used
    context: Context | None = None  # of JSON-LD; None: the prefixes, written into the document
    whole: bool = False  # hold the text until it is complete, to declare only the prefixes that it uses


# Statements sorted by line (formats with graph names: by graph, then by line) to the bytes of a file, in UTF-8.
Writer = Callable[[Iterable[Statement], Layout], Iterator[bytes]]


def chunks(pieces: Iterable[str]) -> Iterator[bytes]:
    """The pieces as UTF-8, many at a time."""
    gathered: list[str] = []
    for piece in pieces:
        gathered.append(piece)
        if len(gathered) == _CHUNK_PIECES:
            yield "".join(gathered).encode()
            gathered.clear()
    if gathered:
        yield "".join(gathered).encode()
