"""Describe a release in VoID (https://www.w3.org/TR/void/): counts, partitions, links, and where to get it.

There is no void:distinctObjects: `statistics` says why it is not counted.
"""

from collections.abc import Iterable

from axisld import terms
from axisld.pipeline.authorities import DUMP_FORMATS
from axisld.pipeline.description import Description, english, number, types
from axisld.pipeline.statistics import Counts, Links, Statistics
from axisld.release import WHOLE
from axisld.vocabulary import DCTERMS, VOID

_EXAMPLES = 3


def describe(about: Description, statistics: Statistics, documents: int | None) -> None:
    """Say what the dataset and each of its graphs holds; `documents` is the number of documents, None if unknown."""
    record, whole = about.record, statistics.whole
    about.add(
        record.dataset,
        types(f"{VOID}Dataset"),
        {
            f"{VOID}dataDump": _dumps(about, WHOLE),
            f"{VOID}feature": sorted({terms.iri(DUMP_FORMATS[dump.format].formats) for dump in record.dumps}),
            f"{VOID}sparqlEndpoint": terms.iri(f"{record.base}sparql"),
            f"{VOID}uriLookupEndpoint": terms.iri(f"{record.base}doc?iri="),
            f"{VOID}vocabulary": [terms.iri(name) for name in _vocabularies(about, whole)],
        },
    )
    about.complete(
        record.dataset,
        {
            f"{VOID}uriSpace": terms.text(record.base),
            f"{VOID}exampleResource": [terms.iri(entity) for entity in _examples(statistics)],
            f"{VOID}documents": number(documents) if documents is not None else "",
        },
        _counts(whole),
    )
    _describe_partitions(about, statistics)
    for name, counts in statistics.graphs.items():
        _describe_graph(about, name, counts)
    for links in statistics.links:
        _describe_links(about, links)


def _counts(counts: Counts) -> dict[str, str]:
    return {
        f"{VOID}triples": number(counts.triples),
        f"{VOID}entities": number(counts.entities),
        f"{VOID}classes": number(len(counts.classes)),
        f"{VOID}properties": number(len(counts.properties)),
        f"{VOID}distinctSubjects": number(counts.subjects),
    }


def _describe_partitions(about: Description, statistics: Statistics) -> None:
    """One for each class and property of the whole, however many there are (VoID, 4.6)."""
    dataset = about.record.dataset
    for name, instances in statistics.whole.classes.items():
        partition = about.own(f"class-{about.short(name)}")
        example = statistics.examples.get(name, "")
        about.add(dataset, {f"{VOID}classPartition": terms.iri(partition)})
        about.add(
            partition,
            types(f"{VOID}Dataset"),
            {
                f"{VOID}class": terms.iri(name),
                f"{VOID}entities": number(instances),
                f"{VOID}exampleResource": terms.iri(example) if example else "",
            },
        )
    objects = about.record.objects
    for name, use in statistics.whole.properties.items():
        partition = about.own(f"property-{about.short(name)}")
        about.add(dataset, {f"{VOID}propertyPartition": terms.iri(partition)})
        about.add(
            partition,
            types(f"{VOID}Dataset"),
            {
                f"{VOID}property": terms.iri(name),
                f"{VOID}triples": number(use.triples),
                f"{VOID}distinctSubjects": number(use.subjects),
                f"{VOID}distinctObjects": number(objects[name]) if name in objects else "",
            },
        )


def _describe_graph(about: Description, name: str, counts: Counts) -> None:
    graph = about.graph(name)
    about.add(about.record.dataset, {f"{VOID}subset": terms.iri(graph)})
    about.add(graph, types(f"{VOID}Dataset"), {f"{VOID}dataDump": _dumps(about, name)}, _counts(counts))


def _describe_links(about: Description, links: Links) -> None:
    """A linkset (VoID, 5), and the dataset that it leads to."""
    dataset, predicate = about.record.dataset, about.short(links.predicate)
    linkset = about.own(f"linkset-{predicate}-{about.short(links.target) if links.target else 'others'}")
    target = about.own(f"target-{about.short(links.target)}") if links.target else ""
    about.add(dataset, {f"{VOID}subset": terms.iri(linkset)})
    about.add(
        linkset,
        types(f"{VOID}Linkset"),
        {
            f"{VOID}linkPredicate": terms.iri(links.predicate),
            f"{VOID}subjectsTarget": terms.iri(dataset),
            f"{VOID}objectsTarget": terms.iri(target) if target else "",
            f"{VOID}triples": number(links.triples),
        },
    )
    if target:
        title = english(f"Things named under {links.target}")
        about.add(
            target, types(f"{VOID}Dataset"), {f"{VOID}uriSpace": terms.text(links.target), f"{DCTERMS}title": title}
        )


def _dumps(about: Description, part: str) -> Iterable[str]:
    return [terms.iri(f"{about.record.base}dumps/{dump.file}") for dump in about.record.dumps if dump.part == part]


def _examples(statistics: Statistics) -> list[str]:
    """An entity of each of the classes with most instances."""
    classes = statistics.whole.classes
    by_size = sorted(statistics.examples, key=lambda name: (-classes[name], name))
    return list(dict.fromkeys(statistics.examples[name] for name in by_size))[:_EXAMPLES]


def _vocabularies(about: Description, counts: Counts) -> set[str]:
    """The namespaces of the classes and properties in use."""
    known = sorted(about.record.prefixes.values(), key=len, reverse=True)
    return {
        next((namespace for namespace in known if name.startswith(namespace)), _namespace(name))
        for name in (*counts.classes, *counts.properties)
    }


def _namespace(name: str) -> str:
    return name[: max(name.rfind("#"), name.rfind("/")) + 1]
