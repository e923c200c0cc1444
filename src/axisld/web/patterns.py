"""Triple patterns in URLs (Triple Pattern Fragments, 4.2; Hydra Core Vocabulary, "ExplicitRepresentation"). Pure."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from axisld import terms
from axisld.iris import is_valid_iri
from axisld.terms import Statement

VARIABLES = ("subject", "predicate", "object")
_LITERAL = re.compile(r'"(.*)"(?:@([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)|\^\^<?([^<>"]+)>?)?', re.DOTALL)
_BLANK = re.compile(r"[A-Za-z0-9]+")


class Pattern(NamedTuple):
    """Terms in the spelling of canonical N-Quads; "" is open."""

    subject: str
    predicate: str
    object: str


class PatternError(ValueError):
    """What a URL gives is no term."""


def pattern(given: Mapping[str, str], genid: str) -> Pattern:
    """The pattern that the parameters of a URL say; `genid` is what IRIs of blank nodes begin with.

    An IRI stands as it is, a literal as `"text"`, `"text"@language` or `"text"^^datatype`; empty and `?name` are open.
    """
    return Pattern(*(_term(variable, given.get(variable, ""), genid) for variable in VARIABLES))


def named(quad: Statement, genid: str) -> Statement:
    """The triple, with IRIs for its blank nodes (RDF 1.1 Concepts, 3.5), by which a client can ask on."""
    subject, object_ = (_named(term, genid) for term in (quad.subject, quad.object))
    return Statement(subject, quad.predicate, object_)


def written(term: str) -> str:
    """A term as it stands in a URL, or in a field of a form."""
    if not terms.is_literal(term):
        return terms.value(term)
    literal = terms.literal(term)
    if literal.language:
        return f'"{literal.lexical}"@{literal.language}'
    datatype = terms.value(literal.datatype)
    return f'"{literal.lexical}"' + (f"^^{datatype}" if literal.datatype != terms.XSD_STRING else "")


def _term(variable: str, text: str, genid: str) -> str:
    if not text or text.startswith(("?", "_:")):
        return ""
    if text.startswith('"'):
        match = _LITERAL.fullmatch(text)
        if match is None or variable != "object" or (match[3] and not is_valid_iri(match[3])):
            raise PatternError(
                f'{variable}={text} is no term: a literal is an object, such as "text"@en or "1"^^datatype.'
            )
        return terms.text(match[1], match[2] or "", match[3] or "")
    iri = text.removeprefix("<").removesuffix(">")
    if not is_valid_iri(iri):
        raise PatternError(f"{variable}={text} is no term: give an IRI, a literal in quotes, or nothing.")
    label = iri.removeprefix(genid)
    return f"_:{label}" if label != iri and _BLANK.fullmatch(label) else terms.iri(iri)


def _named(term: str, genid: str) -> str:
    return terms.iri(genid + term[2:]) if terms.is_blank(term) else term
