"""The documents about things as files: every page of every one, in every format and language."""

from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import groupby

from axisld import terms
from axisld.iris import is_valid_iri
from axisld.representations import formats
from axisld.static.layout import file_of
from axisld.static.writer import Writer
from axisld.web.addresses import RESERVED
from axisld.web.signposting import linkset_url
from axisld.web.site import Site

_PROBLEMS = {"json": "application/json", "html": "text/html"}


def described(here: Site, nodes: Iterable[str]) -> Iterator[str]:
    """The IRIs that have a document at /doc/… or /doc?iri=…, sorted: everything that the publication mentions.

    `nodes` are all subjects and objects, sorted.
    """
    base = here.names.base
    used = sorted(terms.iri(property_) for property_ in here.record.properties)
    for node, _ in groupby(merge(nodes, used)):
        iri = terms.value(node)
        is_asked = terms.is_iri(node) and is_valid_iri(iri) and iri != here.endpoint
        if is_asked and _document(here, iri).startswith((f"{base}doc/", f"{base}doc?")):
            yield iri


def with_fragments(here: Site, nodes: Iterable[str]) -> list[str]:
    """The URLs below the base of documents of names with a "#"."""
    found: dict[str, bool] = {}
    for node in nodes:
        iri = terms.value(node)
        stem, _, fragment = iri.partition("#")
        if fragment and here.names.is_own(iri) and stem not in found:
            found[stem] = here.addresses.is_document(stem)
    return [stem[len(here.names.base) :] for stem, is_document in found.items() if is_document]


def write(here: Site, writer: Writer, iri: str) -> None:
    """Everything that can be asked about one thing."""
    base = here.names.base
    own = iri[len(base) :] if here.names.is_own(iri) else ""
    document = _document(here, iri)
    if "#" in own and document.startswith(f"{base}doc/"):
        writer.attempt(lambda: writer.files.write(f"assets/parts/{file_of(document[len(base) + 4 :])}", b""))
    elif own and not own.startswith("id/") and "#" not in own:
        _write_name(writer, own, document, is_hidden=document.startswith(f"{base}doc?"))
    if own and here.reader.replacements(iri) is not None:
        _write_withdrawn(writer, document[len(base) :], own)
        return
    page = 1
    while _write_page(here, writer, document, page):
        page += 1
    linkset = linkset_url(here, iri)[len(base) :]
    writer.keep(linkset, writer.asker.ask(linkset).body)


def _write_name(writer: Writer, own: str, document: str, *, is_hidden: bool) -> None:
    """Have the way found from a name that does not begin with id/ to its document."""
    if writer.asker.ask(own).status != 303:
        return  # it is answered by itself
    if is_hidden or own.partition("/")[0] in RESERVED:
        writer.told.elsewhere[own] = document
    else:
        writer.attempt(lambda: writer.files.write(f"assets/named/{file_of(own)}", b""))


def _document(here: Site, iri: str) -> str:
    """The URL of the document; of what is its own document, such as the dataset, that of what is said about it."""
    document = here.addresses.description(iri)
    return here.names.document(iri) if document == iri != here.names.base else document


def _write_page(here: Site, writer: Writer, document: str, page: int) -> bool:
    """Whether there is a page behind this one."""
    start = len(here.names.base)
    urls = [(format_, here.addresses.location(document, format_, page)[start:]) for format_ in formats.DOCUMENTS]
    answers = writer.representations((format_, url, url) for format_, url in urls)
    return bool(answers) and 'rel="next"' in answers[0].headers.get("Link", "")


def _write_withdrawn(writer: Writer, document: str, own: str) -> None:
    """What is said in place of the document."""
    for suffix, accept in _PROBLEMS.items():
        answer = writer.asker.ask(document, accept)
        writer.attempt(lambda suffix=suffix, answer=answer: writer.files.write(  # type: ignore[misc]
            f"assets/gone/{file_of(document)}.{suffix}", answer.body))  # fmt: skip
        for path in (own, document):
            writer.told.successors[path] = answer.headers.get("Link", "")
