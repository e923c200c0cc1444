"""Answers as files: asked for, and written where `layout` says."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from axisld.representations import formats
from axisld.representations.formats import Format
from axisld.static.asking import Answer, Asker
from axisld.static.files import Files
from axisld.static.layout import NoFileError, file_of


@dataclass
class Told:
    """What configurations, and people, must know of what was written, beside the files."""

    left_out: list[str] = field(default_factory=list)  # why no file holds something
    successors: dict[str, str] = field(default_factory=dict)  # Link header by path, of things that have been withdrawn
    elsewhere: dict[str, str] = field(
        default_factory=dict
    )  # URL by path, of things whose path begins as the server's own do
    links: dict[str, str] = field(default_factory=dict)  # Link header by path, of what is no document about a thing
    types: dict[str, str] = field(default_factory=dict)  # Content-Type by path, of what is in one format

    def add(self, other: "Told") -> None:
        self.left_out += other.left_out
        for mine, others in ((self.successors, other.successors), (self.elsewhere, other.elsewhere)):
            mine.update(others)
        self.links.update(other.links)
        self.types.update(other.types)


class Writer:
    """Writes what one app answers into one folder."""

    def __init__(self, asker: Asker, files: Files, languages: Mapping[str, str]) -> None:
        """`languages` are those that pages come in, each with the query that asks for it: {"fa": "ui=fa"}."""
        self.asker = asker
        self.files = files
        self._queries = {"": ""} | dict(languages)  # first the page for those who ask for no language that there is
        self.told = Told()

    def representations(self, asked: Iterable[tuple[Format, str, str]]) -> list[Answer]:
        """Write a resource in each format that it comes in: (format, URL below the base to ask, URL to be found at)."""
        answers = []
        for format_, location, url in asked:
            for language, query in self._queries.items() if format_ is formats.HTML else (("", ""),):
                answer = self.asker.ask(with_query(location, query))
                if answer.status != 200 or answer.media_type != format_.media_type:
                    break  # this format cannot hold it, or it does not come in it
                self.keep(url, answer.body, language)
                answers.append(answer)
        return answers

    def keep(self, url: str, body: bytes, language: str = "") -> None:
        """Write the answer of a URL below the base, or note why there can be no file of it."""
        self.attempt(lambda: self.files.write(file_of(url, language), body, url=url))

    def attempt(self, write: Callable[[], None]) -> None:
        try:
            write()
        except NoFileError as error:
            self.told.left_out.append(str(error))


def with_query(url: str, query: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}{query}" if query else url
