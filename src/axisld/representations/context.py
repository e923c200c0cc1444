"""The context of JSON-LD: the prefixes, and which properties hold IRIs, dates or a language (JSON-LD 1.1, 4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from axisld.representations.prefixes import PrefixedNames
from axisld.terms import iri

_GENERIC_DELIMITERS = tuple(":/?#[]@")


@dataclass(frozen=True, slots=True)
class Coercion:
    """What the plain strings of a property stand for; one of the two."""

    type: str = ""  # "@id" for IRIs, or the IRI of a datatype
    language: str = ""  # "en"


@dataclass(frozen=True)
class Context:
    """How names are shortened, and where the context can be fetched."""

    prefixes: Mapping[str, str]  # namespace IRI by prefix
    coercions: Mapping[str, Coercion] = field(default_factory=dict)  # by the IRI of the property
    url: str = ""  # where `document` is served; empty: documents hold it themselves

    def document(self) -> dict[str, Any]:
        """What is served at `url`."""
        definitions: dict[str, Any] = {"@version": 1.1}
        for prefix, namespace in sorted(self.usable_prefixes.items()):
            definitions[prefix] = _prefix_definition(namespace)
        for name, coercion in self.named_coercions.items():
            if coercion.type:
                definitions[name] = {"@type": self._name(coercion.type) if coercion.type != "@id" else "@id"}
            else:
                definitions[name] = {"@language": coercion.language}
        return {"@context": definitions}

    @cached_property
    def usable_prefixes(self) -> dict[str, str]:
        """Without the empty one and those that are schemes of IRIs in the context itself (JSON-LD 1.1 API, 4.2)."""
        named = (*self.prefixes.values(), *self.coercions, *(coercion.type for coercion in self.coercions.values()))
        schemes = {name.partition(":")[0] for name in named}
        names = PrefixedNames(self.prefixes)
        return {prefix: self.prefixes[prefix] for prefix in names.declared if prefix and prefix not in schemes}

    @cached_property
    def named_coercions(self) -> dict[str, Coercion]:
        """The coercions by the key that a document uses for the property."""
        return {self._name(property_): self.coercions[property_] for property_ in sorted(self.coercions)}

    def _name(self, name: str) -> str:
        short = self._names(iri(name))
        return name if short.startswith("<") else short

    @cached_property
    def _names(self) -> PrefixedNames:
        return PrefixedNames(self.usable_prefixes)


def _prefix_definition(namespace: str) -> str | dict[str, Any]:
    """A namespace that ends in no generic delimiter must say that it is one (JSON-LD 1.1, 4.4)."""
    return namespace if namespace.endswith(_GENERIC_DELIMITERS) else {"@id": namespace, "@prefix": True}
