"""Tell the author of data/dataset.ttl what catalogues and search engines will miss. None of it stops a build."""

from collections.abc import Container, Iterator, Sequence

from axisld import terms
from axisld.errors import Finding
from axisld.terms import Statement
from axisld.vocabulary import DCAT, DCTERMS, FOAF, LABEL_PROPERTIES, RDF_TYPE, SKOS

# What only the author can say of the dataset, and why.
_WANTED = {
    f"{DCTERMS}title": "every catalogue and search engine requires it",
    f"{DCTERMS}description": "DCAT-AP 3.0 and search engines require it; write 50 to 5000 characters",
    f"{DCTERMS}publisher": "DCAT-AP 3.0 requires it: a foaf:Agent with a foaf:name, described in the same file",
    f"{DCTERMS}license": "without it nobody may use the data",
    f"{DCTERMS}creator": "who quotes the data needs it",
    f"{DCAT}contactPoint": "DCAT-AP 3.0 recommends it: a vcard:Kind with vcard:fn and vcard:hasEmail or vcard:hasURL",
    f"{DCAT}keyword": "DCAT-AP 3.0 recommends it",
    f"{DCAT}theme": "DCAT-AP 3.0 recommends it: a skos:Concept with a skos:prefLabel, such as a data theme of the EU",
}
# What has to be said of the values of a property: any of these properties, with this value or with any ("").
_NAMES = frozenset((name, "") for name in (f"<{FOAF}name>", *LABEL_PROPERTIES))
_WANTED_OF_VALUES = (
    (f"{DCTERMS}publisher", _NAMES, "Name the publisher here with foaf:name; DCAT-AP 3.0 requires it."),
    (f"{DCTERMS}creator", _NAMES, "Name the creator here with foaf:name; DCAT-AP 3.0 requires it."),
    (f"{DCAT}theme", {(f"<{SKOS}prefLabel>", "")}, "Name the theme here with skos:prefLabel; DCAT-AP 3.0 requires it."),
    (
        f"{DCTERMS}source",
        {(RDF_TYPE, f"<{DCAT}Dataset>")},
        "Say prov:wasDerivedFrom instead: DCAT-AP 3.0 takes the value of dcterms:source for a dcat:Dataset.",
    ),
)


def advise(dataset: str, authored: Sequence[Statement], path: str = "data/dataset.ttl") -> Iterator[Finding]:
    """What the description of the dataset lacks; `authored` is what the file at `path` says."""
    about = terms.iri(dataset)
    said = {quad.predicate for quad in authored if quad.subject == about}
    for name, reason in _WANTED.items():
        if terms.iri(name) not in said:
            yield _finding(dataset, name, f"Say {_short(name)}: {reason}.", path)
    for name, accepted, message in _WANTED_OF_VALUES:
        for quad in authored:
            if quad[:2] == (about, terms.iri(name)) and not _says_any(authored, quad.object, accepted):
                yield _finding(terms.value(quad.object), name, message, path)


def _says_any(authored: Sequence[Statement], subject: str, accepted: Container[tuple[str, str]]) -> bool:
    return any(
        (quad.predicate, "") in accepted or (quad.predicate, quad.object) in accepted
        for quad in authored
        if quad.subject == subject
    )


def _finding(focus: str, name: str, message: str, path: str) -> Finding:
    return Finding("Info", message, path, focus=focus, property=_short(name), step="metadata")


def _short(name: str) -> str:
    prefix, namespace = ("dcat", DCAT) if name.startswith(DCAT) else ("dcterms", DCTERMS)
    return f"{prefix}:{name.removeprefix(namespace)}"
