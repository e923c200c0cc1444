"""How a publication is cited: as text, BibTeX and CSL-JSON. Pure.

The text has the parts that DataCite recommends, in its order: creators, year, title, version, publisher, kind, address.
"""

import json
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from axisld.representations.formats import Format

BIBTEX = Format("BibTeX", "bib", "application/x-bibtex", ("text/x-bibtex",))
CSL_JSON = Format("CSL-JSON", "csl", "application/vnd.citationstyles.csl+json", ("application/json",))
SHORT_DIGEST = 12  # characters of a digest that stand for it where it is read
_SPECIAL = {character: f"\\{character}" for character in "&%$#_{}"}
_SPECIAL |= {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}


@dataclass(frozen=True, slots=True)
class Citation:
    """What is cited; empty where nobody said it."""

    title: str
    creators: tuple[str, ...]
    publisher: str
    issued: str  # day of the release, an xsd:date or xsd:dateTime
    version: str  # as the author counts: "1.0.0"
    digest: str  # of the release, hexadecimal
    url: str  # where the newest release is
    permalink: str  # where just this release is, for as long as it is served
    language: str = ""  # tag of the title

    @property
    def text(self) -> str:
        """ "The survey (2026). Bridges. Version 1, release 0123456789ab. The survey. Data set. https://…" """
        release = f"release {self.digest[:SHORT_DIGEST]}" if self.digest else ""
        version = ", ".join(filter(None, (f"version {self.version}" if self.version else "", release)))
        who = "; ".join(self.creators)
        year = f"({self.issued[:4]})" if self.issued else ""
        parts = (" ".join(filter(None, (who, year))), self.title, _begun(version), self.publisher, "Data set")
        return " ".join(part if part[-1] in ".?!" else f"{part}." for part in parts if part) + f" {self.url}"

    @property
    def attribution(self) -> str:
        """What a licence asks to be named (Creative Commons licences 4.0, 3(a)(1)): title, who made it, where it is."""
        return ", ".join(filter(None, (self.title, "; ".join(self.creators), self.url)))

    def bibtex(self) -> str:
        """An entry that BibTeX and biblatex both read; names in a second pair of braces are taken whole."""
        fields = {
            "author": " and ".join(f"{{{_escaped(name)}}}" for name in self.creators),
            "title": f"{{{_escaped(self.title)}}}",
            "year": self.issued[:4],
            "version": _escaped(self.version),
            "publisher": _escaped(self.publisher),
            "howpublished": "Data set",
            "note": f"Release {self.digest}" if self.digest else "",
            "url": self.permalink or self.url,
        }
        lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
        return f"@misc{{{self._key},\n" + ",\n".join(lines) + "\n}\n"

    def csl(self) -> str:
        """An array with one item (Citation Style Language, schema of input data 1.0)."""
        item: dict[str, Any] = {
            "id": self.url,
            "type": "dataset",
            "title": self.title,
            "author": [{"literal": name} for name in self.creators],
            "issued": {"date-parts": [_date_parts(self.issued)]} if self.issued else "",
            "version": self.version,
            "publisher": self.publisher,
            "language": self.language,
            "URL": self.permalink or self.url,
            "note": f"Release {self.digest}" if self.digest else "",
        }
        return json.dumps([{name: value for name, value in item.items() if value}], ensure_ascii=False, indent=2) + "\n"

    @property
    def _key(self) -> str:
        who = re.sub(r"[^a-z0-9]+", "-", (self.creators[0] if self.creators else self.title).lower()).strip("-")
        return "-".join(filter(None, (who or "dataset", self.issued[:4])))


def _begun(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _escaped(text: str) -> str:
    return "".join(_SPECIAL.get(character, character) for character in text)


def _date_parts(issued: str) -> list[int]:
    day = date.fromisoformat(issued[:10])
    return [day.year, day.month, day.day]
