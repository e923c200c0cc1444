"""What is not about one thing as files: the home page, the dataset, graphs, ontologies, dumps, files for machines."""

from collections.abc import Iterable, Iterator
from urllib.parse import quote

from axisld.release import Dump
from axisld.representations import formats
from axisld.representations.formats import Format
from axisld.static.writer import Writer
from axisld.web.dumps import NOTES
from axisld.web.site import Site

_PAGE, _JSON = "text/html", Format("JSON", "json", "application/json")
_OFFERED = (formats.HTML, _JSON, *formats.RDF)
# Parts of the app that answer what nobody can have asked beforehand, and pages that are made here in another way.
_ASKED = ("browse", "fragments", "reconciliation", "search", "sparql")
_OTHERWISE = ("doc", "id/", "linkset", "metrics", ".well-known/void")
_PROBLEMS = {
    404: "Nothing is known here about this address.",
    406: "None of the formats here is acceptable to you.",
    410: "What had this address has been withdrawn.",
}


def steps(here: Site, writer: Writer, with_fragments: Iterable[str]) -> Iterator[None]:
    """Write it all, documents of names with a "#" included; one step for each thing, for those who show progress."""
    paths = [path for path in writer.asker.paths(_ASKED) if path not in _OTHERWISE]
    graphs = [f"graph/{part.name}" for part in here.record.parts[1:]]
    for path in dict.fromkeys([*paths, *with_fragments, *graphs]):
        _write_resource(here, writer, path)
        yield
    number = 1
    while (part := writer.asker.ask(f"sitemap/{number}.xml")).status == 200:
        _write_fixed(writer, f"sitemap/{number}.xml", part.body, part.headers["Content-Type"])
        number += 1
        yield
    for name in here.assets:
        url = f"assets/{here.assets.digest(name)}/{name}"
        answer = writer.asker.ask(url)
        _write_fixed(writer, url, answer.body, answer.headers["Content-Type"])
        yield
    for dump in here.record.dumps:
        _link_dump(here, writer, dump)
        yield
    _write_notes(here, writer)
    for iri in here.record.other_graphs:
        if here.names.is_own(iri):
            path = iri[len(here.names.base) :]
            writer.told.elsewhere[path] = f"{here.names.base}doc?iri={quote(iri, safe='')}"
    _write_problems(writer)
    yield


def count(here: Site) -> int:
    """About how many steps there are."""
    return len(here.record.dumps) + len(here.record.parts) + len(list(here.assets))


def _write_resource(here: Site, writer: Writer, path: str) -> None:
    """Something with one URL: in all its formats where it has several."""
    first = writer.asker.ask(path, _PAGE)
    if first.status != 200:
        return
    if first.media_type != _PAGE:
        _write_fixed(writer, path, first.body, first.headers["Content-Type"])
        return
    writer.told.links[path] = first.headers.get("Link", "")
    stem = f"{path}index" if path in ("", "dumps/") else path
    dumps = {dump.format: dump for dump in here.record.dumps if path == f"graph/{dump.part}" and not dump.compression}
    writer.representations(
        (format_, f"{path}?format={format_.suffix}", f"{stem}.{format_.suffix}")
        for format_ in _OFFERED
        if format_.suffix not in dumps
    )
    for suffix, dump in dumps.items():
        writer.files.link(f"{stem}.{suffix}", here.release.dump(dump.file), dump.sha256)


def _write_fixed(writer: Writer, url: str, body: bytes, content_type: str) -> None:
    writer.keep(url, body)
    writer.told.types[url] = content_type


def _link_dump(here: Site, writer: Writer, dump: Dump) -> None:
    writer.files.link(f"dumps/{dump.file}", here.release.dump(dump.file), dump.sha256)


def _write_notes(here: Site, writer: Writer) -> None:
    """What stands beside the dumps, and the links that all of them have."""
    if not here.record.dumps:
        return
    for name in NOTES:
        answer = writer.asker.ask(f"dumps/{name}")
        writer.files.write(f"dumps/{name}", answer.body, is_coded=False)
        writer.told.types[f"dumps/{name}"] = answer.headers["Content-Type"]
    smallest = min(here.record.dumps, key=lambda dump: dump.size_bytes)
    writer.told.links["dumps/*"] = writer.asker.ask(f"dumps/{smallest.file}").headers["Link"]


def _write_problems(writer: Writer) -> None:
    """What is said where there is no answer; many hosts show 404.html by themselves."""
    for status, detail in _PROBLEMS.items():
        writer.files.write(f"assets/problems/{status}.html", writer.asker.problem(status, detail, _PAGE))
        writer.files.write(f"assets/problems/{status}.json", writer.asker.problem(status, detail, _JSON.media_type))
    writer.files.write("404.html", writer.asker.problem(404, _PROBLEMS[404], _PAGE))
