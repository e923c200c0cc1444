"""Sorted statements, gathered by subject in the order in which a person reads them."""

from collections.abc import Iterable, Iterator

from axisld.terms import Statement
from axisld.vocabulary import LABEL_PROPERTIES, RDF_TYPE

Properties = dict[str, list[str]]  # the objects by predicate; all are terms

_FIRST = (RDF_TYPE, *LABEL_PROPERTIES)


def subjects(statements: Iterable[Statement], *, graphs: bool) -> Iterator[tuple[str, str, Properties]]:
    """(graph, subject, properties) for each run of statements about one subject, each statement once.

    `statements` come sorted by line, so that equal ones are neighbours; without `graphs` the graph is "" and
    the same triple of two graphs is one.
    """
    graph = subject = ""
    properties: Properties = {}
    for next_subject, predicate, value, named in statements:
        if next_subject != subject or (graphs and named != graph):
            if properties:
                yield graph, subject, _in_reading_order(properties)
            subject, properties = next_subject, {}
            graph = named if graphs else ""
        objects = properties.get(predicate)
        if objects is None:
            properties[predicate] = [value]
        elif objects[-1] != value:
            objects.append(value)
    if properties:
        yield graph, subject, _in_reading_order(properties)


def _in_reading_order(properties: Properties) -> Properties:
    """The type first, then labels, then the rest as sorted; literals of one predicate by language."""
    for objects in properties.values():
        if len(objects) > 1 and objects[-1][0] == '"':
            objects.sort(key=_language)
    leading = [predicate for predicate in _FIRST if predicate in properties]
    if not leading:
        return properties
    return {predicate: properties[predicate] for predicate in leading} | properties


def _language(term: str) -> str:
    return term[term.rindex('"') :] if term[0] == '"' else ""
