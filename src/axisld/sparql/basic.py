"""The basic graph pattern that a query begins with (SPARQL 1.1 Query, 5.1), read from its tokens. All else stays text.

Only what is understood for certain is read: of any other query there is no Basic, and it runs as it was written.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from axisld.sparql.lexer import Outline, Token
from axisld.vocabulary import RDF_TYPE

_OPENING, _CLOSING = "open", "close"
_BEHIND = {"OPTIONAL", "MINUS", "BIND"}  # what may follow the triples: it is evaluated after them
_REPEATED = ("*", "+", "?")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A triple pattern, or one with a property path, as text."""

    subject: str
    predicate: str
    object: str
    steps: tuple[str, ...]  # the predicates of a path that is just a sequence; () for a variable and any other path

    @property
    def text(self) -> str:
        return f"{self.subject} {self.predicate} {self.object}"

    @property
    def variables(self) -> frozenset[str]:
        return frozenset(term[1:] for term in (self.subject, self.predicate, self.object) if is_variable(term))


@dataclass(frozen=True, slots=True)
class Basic:
    """A query whose group begins with triples, and has filters and what may follow them."""

    form: str
    head: str  # up to its group, "{" included
    patterns: tuple[Pattern, ...]
    filters: tuple[tuple[Token, ...], ...]  # each with its keyword
    behind: str  # OPTIONAL, MINUS and BIND
    tail: tuple[Token, ...]  # from the "}" on: ORDER BY, LIMIT …
    projection: tuple[Token, ...]  # between the form and the group
    prefixes: Mapping[str, str]  # namespace by prefix, ":" included
    is_in_graph: bool  # whether its group is GRAPH … {


def is_variable(term: str) -> bool:
    return term[0] in "?$"


def joined(tokens: Iterable[Token]) -> str:
    """Their text, each comment one line feed, for it hides what stands behind it in its line."""
    return "".join("\n" if token.startswith("#") else token for _, token in tokens).strip()


def read(shape: Outline) -> Basic | None:
    """The basic graph pattern that the query begins with; None where it has none that can be told apart for certain."""
    try:
        return _Reader(shape).query()
    except (_OtherError, IndexError):  # the latter: the text ends too early
        return None


class _OtherError(Exception):
    """Not what this module reads."""


class _Reader:
    """Goes through the tokens once."""

    def __init__(self, shape: Outline) -> None:
        self._form = shape.form
        self._tokens = shape.tokens
        self._at = 0
        self._skip_blanks()

    def query(self) -> Basic:
        prefixes = dict(self._prologue())
        start = self._at + 1  # behind the form
        while self._text != "{":
            self._skip_bracketed()
        projection = self._tokens[start : self._at]
        if self._form not in ("SELECT", "ASK"):
            projection = self._template()
        self._next()
        if is_in_graph := self._word == "GRAPH":
            self._next()
            self._term()
            self._open()
        head = self._joined(0, self._at)
        patterns, filters, behind = self._group()
        end = self._at
        if is_in_graph:
            self._next()
            if self._group()[0]:  # joined with more
                raise _OtherError
        return Basic(
            form=self._form,
            head=head,
            patterns=tuple(patterns),
            filters=tuple(filters),
            behind=" ".join(behind),
            tail=self._tokens[end:],
            projection=projection,
            prefixes=prefixes,
            is_in_graph=is_in_graph,
        )

    def _group(self) -> tuple[list[Pattern], list[tuple[Token, ...]], list[str]]:
        """Its patterns, its filters and what stands behind them, up to its end."""
        patterns: list[Pattern] = []
        filters, behind = [], []
        while self._text != "}":
            word = self._word
            start = self._at
            if word == "FILTER":
                self._next()
                self._constraint()
                filters.append(self._tokens[start : self._at])
            elif word in _BEHIND:
                self._next()
                self._skip_bracketed()
                behind.append(self._joined(start, self._at))
            elif self._text == ".":
                self._next()
            elif behind or word not in ("", "TRUE", "FALSE"):
                raise _OtherError
            else:
                patterns += self._triples()
        return patterns, filters, behind

    def _prologue(self) -> Iterator[tuple[str, str]]:
        while self._word != self._form:
            if self._word != "PREFIX":
                raise _OtherError
            self._next()
            prefix = self._text
            self._next()
            yield prefix, self._text[1:-1]
            self._next()

    def _template(self) -> tuple[Token, ...]:
        """Past the template of a CONSTRUCT, to the group behind WHERE."""
        start = self._at
        if self._form != "CONSTRUCT" or any(token.upper() == "WHERE" for _, token in self._tokens[:start]):
            raise _OtherError
        self._skip_bracketed()
        template = self._tokens[start : self._at]
        if self._word == "WHERE":
            self._next()
        if self._text != "{":
            raise _OtherError
        return template

    def _open(self) -> None:
        if self._text != "{":
            raise _OtherError
        self._next()

    def _constraint(self) -> None:
        """Past `(…)`, `EXISTS {…}`, `NOT EXISTS {…}` or a function with its arguments."""
        while self._kind != _OPENING:
            self._next()
        self._skip_bracketed()

    def _triples(self) -> Iterator[Pattern]:
        """Of one subject."""
        subject = self._term()
        while True:
            predicate, steps = self._verb()
            yield Pattern(subject, predicate, self._term(), steps)
            while self._text == ",":
                self._next()
                yield Pattern(subject, predicate, self._term(), steps)
            if self._text != ";":
                break
            while self._text == ";":
                self._next()
            if self._text in (".", "}"):
                break
        if self._text not in (".", "}") and self._word not in ("FILTER", *_BEHIND):
            raise _OtherError

    def _term(self) -> str:
        """A variable, an IRI or a literal; no blank node, whose label may be used in one pattern only."""
        start, kind = self._at, self._kind
        is_name = kind == "name" and not self._text.startswith("_:")
        if kind in ("variable", "iri") or is_name or self._word in ("TRUE", "FALSE"):
            self._next()
        elif kind == "string":
            self._next()
            if self._kind == "language":
                self._next()
            elif self._text == "^^":
                self._next()
                self._next()
        elif kind == "number" or self._text in ("+", "-"):
            if kind != "number":
                self._next()
            if self._kind != "number":
                raise _OtherError
            self._next()
        else:
            raise _OtherError
        return self._joined(start, self._at)

    def _verb(self) -> tuple[str, tuple[str, ...]]:
        """A predicate or a path, and its steps where it is a sequence."""
        start = self._at
        if self._kind == "variable":
            return self._term(), ()
        steps, is_sequence = [], True
        while True:
            while self._text in ("^", "!"):
                is_sequence = False
                self._next()
            if self._text == "(":
                is_sequence = False
                self._skip_bracketed()
            elif self._text == "a" or self._kind in ("iri", "name"):
                steps.append(f"<{RDF_TYPE[1:-1]}>" if self._text == "a" else self._text)
                self._next()
            else:
                raise _OtherError
            if self._text in _REPEATED:
                is_sequence = False
                self._next()
            if self._text not in ("/", "|"):
                break
            is_sequence &= self._text == "/"
            self._next()
        return self._joined(start, self._at), tuple(steps) if is_sequence else ()

    def _skip_bracketed(self) -> None:
        """Past the token that is looked at, and past all that it opens."""
        depth = 0
        while True:
            depth += (self._kind == _OPENING) - (self._kind == _CLOSING)
            self._next()
            if depth <= 0:
                return

    @property
    def _kind(self) -> str:
        return self._tokens[self._at][0]

    @property
    def _text(self) -> str:
        return self._tokens[self._at][1]

    @property
    def _word(self) -> str:
        """The keyword that is looked at; "" where it is none."""
        kind, text = self._tokens[self._at]
        return text.upper() if kind == "words" else ""

    def _next(self) -> None:
        self._at += 1
        self._skip_blanks()

    def _skip_blanks(self) -> None:
        while self._at < len(self._tokens) and self._tokens[self._at][0] == "blank":
            self._at += 1

    def _joined(self, start: int, end: int) -> str:
        return joined(self._tokens[start:end])
