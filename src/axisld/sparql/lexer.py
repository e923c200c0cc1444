"""Find out, without parsing it, what kind of query a text is and whether it may be handed to the engine at all.

Linear in the length of the text. It accepts whatever might be SPARQL 1.1 or 1.2: the engine's parser, in a process that
may die of it, has the last word on syntax.
"""

import re
from dataclasses import dataclass

from axisld.errors import QueryError, QueryLimitError
from axisld.sparql.errors import UpdateRefusedError

_FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
_UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"})
_VOLATILE = frozenset({"NOW", "RAND", "UUID", "STRUUID", "BNODE"})  # BNODE makes another node each time
_PROLOGUE = frozenset({"BASE", "PREFIX", "VERSION"})

# SPARQL 1.1 Query, 19.8 "Grammar", terminals. A quantifier with + behind never goes back, so that time stays linear.
_ESCAPE = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_CHARACTER = rf"[\w\u00B7\u0300-\u036F\u203F\u2040]|{_ESCAPE}"  # of a name
_RUN = rf"(?![0-9.-])(?:{_CHARACTER}|[.-])++"  # a prefix, or words with dots between them
_LOCAL = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]"
_TOKEN = re.compile(
    rf"""
    (?P<blank>    [ \t\r\n]++ | \#[^\r\n]*+ )
  | (?P<string>   \"\"\"(?:[^"\\]|\\.|"(?!""))*+\"\"\" | '''(?:[^'\\]|\\.|'(?!''))*+'''
                | "(?!"")(?:[^"\\\r\n]|\\.)*+" | '(?!'')(?:[^'\\\r\n]|\\.)*+' )
  | (?P<open>     <<\(? | \{{\|? | \( | \[ )
  | (?P<close>    \)>> | >> | \|?\}} | \) | \] )
  | (?P<iri>      <(?:[^<>"{{}}|^`\\\x00-\x20]|{_ESCAPE})*+> )
  | (?P<variable> [?$](?:{_CHARACTER})++ )
  | (?P<language> @[A-Za-z]++(?:--?[A-Za-z0-9]++)*+ )
  | (?P<number>   [0-9]++\.[0-9]*+[eE][+-]?[0-9]++ | \.?[0-9]++[eE][+-]?[0-9]++ | [0-9]*+\.[0-9]++ | [0-9]++ )
  | (?P<name>     (?:{_RUN})?+:(?![.-])(?:{_CHARACTER}|[:-]|{_LOCAL}|\.++(?=[\w:%\\-]))*+ )
  | (?P<words>    {_RUN} )
  | (?P<other>    \^\^ | . )
    """,
    re.VERBOSE | re.DOTALL,
)
_ENDS_OPERAND = frozenset({"string", "iri", "variable", "language", "number", "name", "close"})
_LESS_THAN = re.compile("<=?")

_SERVICE = (
    "SERVICE is not allowed here: queries cannot call other endpoints. Send that part to the other endpoint itself."
)

# What a bracket holds decides what "<" means in it: only in an expression can it be an operator.
_PATTERN, _EXPRESSION, _LIST = range(3)


Token = tuple[str, str]  # kind, one of the names in _TOKEN, and text


@dataclass(frozen=True, slots=True)
class Outline:
    """What a query's text says of itself on the surface."""

    text: str  # to hand on: escapes in names resolved, the rest as it came
    form: str  # "SELECT", "ASK", "CONSTRUCT" or "DESCRIBE"
    declares_dataset: bool  # whether it has FROM or FROM NAMED
    is_volatile: bool  # whether it asks for the time or for chance: its answer is good for one time
    normal: str  # the same query without comments and with single spaces: the name of its answer in a cache
    tokens: tuple[Token, ...]  # of `text`, which they make up; comments and white space are of the kind "blank"


def outline(text: str, *, most_bytes: int, most_nesting: int) -> Outline:
    """The outline of a query that may be run.

    Raises QueryLimitError past a limit, UpdateRefusedError for an update, QueryError for SERVICE and for a text that
    cannot be a query.
    """
    check_size(text, most_bytes)
    return _Reader(text, most_nesting).read()


def check_size(text: str, most_bytes: int) -> None:
    """Raises QueryLimitError for a text of more bytes in UTF-8."""
    size = len(text.encode(errors="surrogatepass"))
    if size > most_bytes:
        message = (
            f"The query has {size:,} bytes; the limit here is {most_bytes:,}. Shorten it, for instance its VALUES."
        )
        raise QueryLimitError("text", message)


@dataclass(slots=True)
class _Bracket:
    """An open bracket, or the query as a whole."""

    holds: int
    is_select: bool = False  # whether SELECT stood here: every "(" but that of VALUES holds an expression
    next_holds: int | None = None  # what the next "(" holds where a keyword decides it: FILTER, BIND, VALUES


class _Reader:
    """One pass over the tokens."""

    def __init__(self, text: str, most_nesting: int) -> None:
        self._text = text
        self._most_nesting = most_nesting
        self._form = ""
        self._declares_dataset = False
        self._is_volatile = False
        self._brackets = [_Bracket(_PATTERN, is_select=True)]
        self._position = 0  # of the token that is looked at
        self._ends_operand = False  # whether an operator may follow
        self._word = ""  # the last token where it was a keyword
        self._is_suspect = False  # whether the last token would be SERVICE and a name to the engine

    def read(self) -> Outline:
        tokens, normal = [], []
        while self._position < len(self._text):
            kind, token = self._next()
            end = self._position + len(token)
            if "\\" in token and kind in ("name", "words", "variable"):
                token = self._resolved(kind, token)
            if kind == "name" and "." in token and not token.startswith("_:"):
                token = _with_dots_escaped(token)
            tokens.append((kind, token))
            if kind != "blank":
                normal.append(token)
                self._take(kind, token)
            elif normal and normal[-1] != " ":
                normal.append(" ")
            self._position = end
        if not self._form:
            raise QueryError("The query is empty: it must be a SELECT, ASK, CONSTRUCT or DESCRIBE.", 1, 1)
        text, shortened = "".join(token for _, token in tokens), "".join(normal).rstrip()
        return Outline(text, self._form, self._declares_dataset, self._is_volatile, shortened, tuple(tokens))

    def _next(self) -> tuple[str, str]:
        """The kind and the text of the token that begins here."""
        if self._ends_operand and self._brackets[-1].holds == _EXPRESSION:
            operator = _LESS_THAN.match(self._text, self._position)
            if operator:  # else "?a<?b && ?c>?d" would be an IRI to us, as it is not to a parser
                return "other", operator[0]
        match = _TOKEN.match(self._text, self._position)
        assert match  # the last alternative takes anything
        return match.lastgroup or "", match[0]

    def _take(self, kind: str, token: str) -> None:
        if self._is_suspect and token.startswith("{"):  # `SERVICE:x{`: the engine does not take the longest token
            raise self._error(_SERVICE)
        self._is_suspect = kind == "name" and "SERVICE" in token.partition(":")[0].upper() and self._word != "GRAPH"
        self._word = ""
        self._ends_operand = kind in _ENDS_OPERAND
        if kind == "words":
            for part in filter(None, re.split("[.-]", token)):
                self._take_word(part)
        elif kind == "open":
            self._open(token)
        elif kind == "close" and len(self._brackets) > 1:
            self._brackets.pop()
        elif token in ('"', "'"):
            raise self._error("the string that starts here has no end")

    def _take_word(self, token: str) -> None:
        """Keywords count also inside a longer word: the engine's parser reads `trueSERVICE` as two."""
        word = self._word = token.upper()
        self._ends_operand = word in ("TRUE", "FALSE")
        if not self._form and word not in _PROLOGUE:
            self._form = self._form_of(word)
        if "SERVICE" in word:
            raise self._error(_SERVICE)
        self._is_volatile |= word in _VOLATILE
        bracket = self._brackets[-1]
        if word in ("FROM", "FROMNAMED"):  # to the engine the latter is two words
            self._declares_dataset = True
        elif word == "SELECT":
            bracket.is_select = True
        elif word in ("FILTER", "BIND"):
            bracket.next_holds = _EXPRESSION
        elif word == "VALUES":
            bracket.next_holds = _LIST

    def _form_of(self, word: str) -> str:
        if word in _UPDATES:
            raise UpdateRefusedError(word)
        if word not in _FORMS:
            raise self._error("a query starts with SELECT, ASK, CONSTRUCT or DESCRIBE, after its PREFIX lines")
        return word

    def _open(self, token: str) -> None:
        outer = self._brackets[-1]
        if token.startswith("{"):
            holds = _PATTERN
        elif token != "(":  # noqa: S105 a token of SPARQL
            holds = _LIST
        elif outer.next_holds is not None:
            holds = outer.next_holds
        else:
            holds = _EXPRESSION if outer.holds == _EXPRESSION or outer.is_select else _LIST
        outer.next_holds = None
        if len(self._brackets) > self._most_nesting:
            line, column = self._place()
            message = f"Line {line}, column {column}: brackets are nested deeper than {self._most_nesting} levels."
            raise QueryLimitError("nesting", message + " Write the query with fewer.")
        self._brackets.append(_Bracket(holds))

    def _resolved(self, kind: str, token: str) -> str:
        """The token without \\u escapes, which the engine knows in strings and IRIs only (SPARQL 1.1 Query, 19.2)."""
        try:
            plain = re.sub(_ESCAPE, lambda escape: chr(int(escape[0][2:], 16)), token)
        except ValueError:
            plain = ""
        match = _TOKEN.match(plain)
        if match is None or match.lastgroup != kind or match[0] != plain:
            raise self._error("a \\u escape outside of strings and IRIs can only stand for a character of a name")
        return plain

    def _error(self, message: str) -> QueryError:
        line, column = self._place()
        return QueryError(f"Line {line}, column {column}: {message}", line, column)

    def _place(self) -> tuple[int, int]:
        """Line and column of the token that is looked at, from 1."""
        before = self._text[: self._position]
        return before.count("\n") + 1, self._position - before.rfind("\n")


def _with_dots_escaped(name: str) -> str:
    """`x:a\\.b\\.c` for `x:a.b.c`, the same name: the engine's parser may end the latter before a dot."""
    prefix, colon, local = name.partition(":")
    return prefix + colon + re.sub(r"(?<!\\)\.", r"\\.", local)
