"""How an IRI is shortened by a prefix, so that every reader lengthens it to the same IRI again."""

import re
from collections.abc import Mapping

from axisld.iris import is_valid_iri

_KEPT = 200_000  # short names in memory at once
# Turtle 1.1, PN_PREFIX and PN_LOCAL; NCName of XML Namespaces; JSON-LD 1.1 terms: what is plainly right in all of them.
_PREFIX = re.compile(r"[A-Za-z](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")


def by_namespace(prefixes: Mapping[str, str]) -> dict[str, str]:
    """The prefix of each namespace, without what no format can declare. Of two prefixes, the first in the alphabet."""
    return {
        namespace: prefix
        for prefix, namespace in sorted(prefixes.items(), reverse=True)
        if (not prefix or _PREFIX.fullmatch(prefix)) and is_valid_iri(namespace)
    }


class PrefixedNames:
    """`ax:crosses` for `<https://…#crosses>`, by a table of prefixes."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self.used: set[str] = set()  # the prefixes given out so far
        self._prefixes = by_namespace(prefixes)
        self.declared = frozenset(self._prefixes.values())
        # A namespace that ends elsewhere than at "/" or "#", such as http://purl.obolibrary.org/obo/GO_: longest first.
        self._odd = sorted((name for name in self._prefixes if not name.endswith(("/", "#"))), key=len, reverse=True)
        self._cache: dict[str, str] = {}

    def __call__(self, term: str) -> str:
        """The prefixed name of an IRI term, or the term as it is."""
        name = self._cache.get(term)
        if name is None:
            if len(self._cache) >= _KEPT:
                self._cache.clear()
            name = self._cache[term] = self._shorten(term)
        return name

    def _shorten(self, term: str) -> str:
        namespace, local = self._split(term[1:-1])
        prefix = self._prefixes.get(namespace)
        if prefix is None or (local and not _LOCAL.fullmatch(local)):
            return term
        self.used.add(prefix)
        return f"{prefix}:{local}"

    def _split(self, iri: str) -> tuple[str, str]:
        for namespace in self._odd:
            if iri.startswith(namespace):
                return namespace, iri[len(namespace) :]
        cut = max(iri.rfind("/"), iri.rfind("#")) + 1
        return iri[:cut], iri[cut:]
