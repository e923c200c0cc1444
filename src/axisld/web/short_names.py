"""Terms in URLs and in JSON: prefixed names where the publication has a prefix, else IRIs; literals as they are."""

from collections.abc import Mapping

from axisld import terms
from axisld.iris import is_valid_iri
from axisld.representations.prefixes import PrefixedNames


def short_name(term: str, prefixes: Mapping[str, str]) -> str:
    """How a term is named: `ax:Person`, `https://example.org/x`, `2010/2019`."""
    if not terms.is_iri(term):
        return terms.value(term)
    name = PrefixedNames(prefixes)(term)
    return terms.value(term) if name == term else name


def named_term(name: str, prefixes: Mapping[str, str]) -> str:
    """The term that `short_name` named; a name that is neither prefixed nor an IRI is a literal."""
    prefix, colon, local = name.partition(":")
    if colon and prefix in prefixes and not local.startswith("//"):
        return terms.iri(prefixes[prefix] + local)
    return terms.iri(name) if is_valid_iri(name) else terms.text(name)
