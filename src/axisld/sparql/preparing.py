"""What is known of a query before it is run, from its text and from what the release counts.

Programs send queries that differ in strings and IRIs only. Reading one is most of the work that a light query is, so
what was read of one serves for all that have the same skeleton: its text without strings and IRIs.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import chain, zip_longest

from axisld.errors import AxisError
from axisld.sparql import basic, light
from axisld.sparql.basic import Basic, Pattern
from axisld.sparql.lexer import Outline, Token, check_size, outline
from axisld.sparql.plan import planned
from axisld.store.cardinalities import Cardinalities

_KEPT = 512  # skeletons
_CLOSING = {"<": ">", '"': '"'}
_KINDS = ("string", "iri")  # of tokens
_MOST_CHARACTERS = 2_048  # of a query with a skeleton that is kept
# A string without escapes, or an absolute IRI that cannot be anything else: `?a<b:c>?d` has no such characters. What
# follows "x: " is the namespace of a prefix: that belongs to the skeleton.
_CONSTANT = re.compile(r'("[^"\\\r\n]*"|(?<!:)(?<!: )<[A-Za-z][A-Za-z0-9+.-]*:[\w/.#~:@%+-]*>)')
_MARK = "\ue000"  # stands around the number of a constant
_MARKED = re.compile(f"{_MARK}([0-9]+){_MARK}")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A query that may be run."""

    shape: Outline
    plan: str  # the same query as the engine does it best; "" where nothing is known to be better
    is_light: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """What queries are judged by."""

    known: Cardinalities
    most_light: int = 0  # statements that a light query may look at


@dataclass(frozen=True, slots=True)
class _Skeleton:
    """What holds for all queries of one skeleton. In its texts, marks stand for what a query has in their places."""

    shape: Outline
    query: Basic | None  # where each has to be judged by itself, for its patterns differ
    prepared: Prepared  # where not


def prepare(text: str, *, most_bytes: int, most_nesting: int, counted: Counted | None = None) -> Prepared:
    """What is known of the query in `text`. Raises QueryLimitError, UpdateRefusedError, QueryError like `outline`."""
    check_size(text, most_bytes)
    if len(text) <= _MOST_CHARACTERS and _MARK not in text:
        parts = _CONSTANT.split(text)
        constants = parts[1::2]
        kinds = "".join([constant[0] for constant in constants])
        if skeleton := _skeleton(tuple(parts[::2]), kinds, most_nesting, counted):
            return _of_skeleton(skeleton, text, constants, counted)
    return judged(outline(text, most_bytes=most_bytes, most_nesting=most_nesting), counted)


def judged(shape: Outline, counted: Counted | None) -> Prepared:
    """What is known of a query that was read."""
    return _judged(shape, basic.read(shape), counted)


def _judged(shape: Outline, query: Basic | None, counted: Counted | None) -> Prepared:
    if query is None or counted is None:
        return Prepared(shape, "", is_light=False)
    is_light = light.is_light(query, counted.known, counted.most_light)
    return Prepared(shape, planned(query, counted.known), is_light)


def _of_skeleton(skeleton: _Skeleton, text: str, constants: Sequence[str], counted: Counted | None) -> Prepared:
    kept = skeleton.shape
    normal = _filled(kept.normal, constants)
    shape = Outline(text, kept.form, kept.declares_dataset, kept.is_volatile, normal, ())
    if skeleton.query:
        return _judged(shape, _with_constants(skeleton.query, constants), counted)
    return Prepared(shape, _filled(skeleton.prepared.plan, constants), skeleton.prepared.is_light)


@lru_cache(_KEPT)
def _skeleton(parts: tuple[str, ...], kinds: str, most_nesting: int, counted: Counted | None) -> _Skeleton | None:
    """What holds for every text of these parts with strings and IRIs between them, whatever these say.

    None where something between quotation marks or angle brackets is no string and no IRI to the lexer: a comparison,
    or part of a comment or of a longer string; and where two stand side by side, for `""` and `"x"` make `\"""x"`.
    """
    examples = [f"{kind}{_MARK}{index}{_MARK}{_CLOSING[kind]}" for index, kind in enumerate(kinds)]
    text = "".join(chain.from_iterable(zip_longest(parts, examples, fillvalue="")))
    if not all(parts[1:-1]):
        return None
    try:
        shape = outline(text, most_bytes=4 * len(text), most_nesting=most_nesting)
    except AxisError:
        return None  # what is wrong is told of the text that the client wrote
    if shape.text != text or examples != [token for kind, token in shape.tokens if kind in _KINDS and _MARK in token]:
        return None
    query = basic.read(shape)
    differs = query is not None and any(_MARK in found for found in (query.head, *(of.text for of in query.patterns)))
    return _Skeleton(shape, query if differs else None, _judged(shape, None if differs else query, counted))


def _with_constants(query: Basic, constants: Sequence[str]) -> Basic:
    fill = partial(_filled, constants=constants)

    def filled(tokens: Sequence[Token]) -> tuple[Token, ...]:
        return tuple((kind, fill(token)) for kind, token in tokens)

    return replace(
        query,
        head=fill(query.head),
        patterns=tuple(
            Pattern(fill(found.subject), fill(found.predicate), fill(found.object), tuple(map(fill, found.steps)))
            for found in query.patterns
        ),
        filters=tuple(map(filled, query.filters)),
        behind=fill(query.behind),
        tail=filled(query.tail),
        prefixes={prefix: fill(namespace) for prefix, namespace in query.prefixes.items()},
    )


def _filled(text: str, constants: Sequence[str]) -> str:
    """The text with what the constants hold for their marks."""
    if _MARK not in text:
        return text
    return _MARKED.sub(lambda mark: constants[int(mark[1])][1:-1], text)
