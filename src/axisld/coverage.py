"""Hold a text against the positions that a publication names in it: has every sentence a claim, every entry a thing?

The text is plain, a paragraph, heading or list item on each line. It is split as follows; nothing else is known of it.

- A line that begins with `12. ^`, as encyclopedias print their notes, is an item of a list, and so is a line with a
  bullet inside such a list. The number 1 begins a list. The last list is that of references, others are notes.
- Any other line without the end of a sentence is a heading; above the first sentence, a line of the infobox.
- A sentence ends with . ! ? or their Arabic kin, quotation marks and brackets that close there, and citation marks such
  as [12] or [b]; then white space and a word that does not begin in lower case. A line's end ends a sentence, so a
  colon before a block quotation does too. Sentences within a quotation count one by one.
- Three dots are a cut in a quotation and end nothing. After an abbreviation or an initial a sentence goes on; after
  one with inner dots (U.S.) it goes on unless a citation mark follows.
"""

import hashlib
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, field
from enum import StrEnum
from itertools import pairwise
from pathlib import Path

from axisld import asserted
from axisld.asserted import Asserted
from axisld.errors import AxisError, Finding, PublicationError

PASSAGES_FILE = "ontology/checks/passages.rq"
_NEEDED = frozenset({"passage", "start", "end", "sha256", "line", "claim", "entry", "reason"})

_FIRST_WORDS = 8
_ITEM = re.compile(r"\s*(?P<number>\d+)\.\s*\^\s+(?:a b(?: [c-z])*\s+)?")  # "35. ^ a b c ": letters lead back to marks
_BULLET = re.compile(r"\s*[•*]\s+")
_MARK = r"\[[^\[\]\n]{1,40}\]"
_CITATION_MARKS = re.compile(rf"(?<=\S)(?:{_MARK})+")
_CLOSING = r"[\"'”’»)\]]*"
_STOP = re.compile(rf"(?P<stops>[.!?؟۔]+){_CLOSING}(?P<marks>(?:{_MARK})*)(?=\s|$)")
_OPENING = re.compile(r"\s+[\"'“‘«(\[]*(?P<first>\w)")
_LAST_WORD = re.compile(r"[\w.]*$")
_INITIALS = re.compile(r"[^\W\d_]|(?:[^\W\d_]{1,2}\.)+[^\W\d_]{1,2}")
_ABBREVIATION = re.compile(
    "(?i:adm|approx|arch|ave|brig|ca|capt|cf|ch|co|col|corp|cpl|dept|dr|ed|eds|est|etc|fig|ft|gen|gov|hon|inc|jr|lt|ltd"
    "|maj|messrs|mr|mrs|ms|mt|op|p|pp|pres|prof|rep|rev|sec|sen|sgt|sr|st|trans|univ|viz|vol|vols|vs"
    "|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)|Nos?"  # "no" in lower case is a word
)


class Kind(StrEnum):
    """What a part of the text is."""

    SENTENCE = "sentence"
    INFOBOX = "infobox line"
    HEADING = "heading"
    NOTE = "note"
    REFERENCE = "reference entry"


class TextError(AxisError):
    """A source text that cannot be read."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")


@dataclass(frozen=True, slots=True)
class Span:
    """A part of the text that wants to be covered."""

    kind: Kind
    line: int  # 1 is the first
    start: int  # Unicode code points before it, as oa:start counts (Web Annotation Data Model, 4.2.5)
    end: int  # likewise, before what follows it
    first_words: str


@dataclass(slots=True)
class Passage:
    """A position that the publication names."""

    iri: str
    start: int
    end: int
    sha256: str  # hexadecimal, of the UTF-8 text; "" when the publication gives none
    line: int  # 0 likewise
    reason: str  # why nothing is claimed on it; "" when it ought to be
    claims: set[str] = field(default_factory=set)  # what is claimed on it, as IRIs
    entries: set[str] = field(default_factory=set)  # the entries of a list that stand there, as IRIs


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was looked for and what was missing."""

    spans: tuple[Span, ...]
    uncovered: tuple[Span, ...]
    findings: tuple[Finding, ...]  # positions that do not fit the text

    @property
    def is_whole(self) -> bool:
        return not (self.uncovered or self.findings)

    def counts(self) -> dict[str, tuple[int, int]]:
        """By kind: how many spans are covered, how many there are."""
        found = {kind: [span for span in self.spans if span.kind is kind] for kind in Kind}
        missing = set(self.uncovered)
        return {kind.value: (len(set(spans) - missing), len(spans)) for kind, spans in found.items()}


def coverage(root: Path, source: Path) -> Coverage:
    """How far the publication at `root` covers the text in the file `source`.

    Raises TextError for a file that is no text, PublicationError for a publication that does not bring PASSAGES_FILE.
    """
    text = _read(source)
    passages = _passages(asserted.read(root))
    wrong = {passage.iri: reason for passage in passages if (reason := _misfit(passage, text))}
    findings = tuple(
        Finding("Violation", wrong[passage.iri], source.name, passage.line, focus=passage.iri, step="coverage")
        for passage in passages
        if passage.iri in wrong
    )
    spans = tuple(split(text))
    good = [passage for passage in passages if passage.iri not in wrong]
    return Coverage(spans, tuple(_uncovered(text, spans, good)), findings)


@dataclass(frozen=True, slots=True)
class Location(Span):
    """A part of the text with what else a passage says of it."""

    sha256: str  # hexadecimal, of the UTF-8 text


def located(source: Path, words: str) -> Iterator[Location]:
    """The parts of the text in the file `source` that hold these words, however they are spaced; TextError likewise."""
    text = _read(source)
    wanted = " ".join(words.split())
    for span in split(text):
        said = text[span.start : span.end]
        if wanted in " ".join(said.split()):
            kind, line, start, end, first_words = astuple(span)
            yield Location(kind, line, start, end, first_words, hashlib.sha256(said.encode()).hexdigest())


def split(text: str) -> Iterator[Span]:
    """The sentences, headings and list items of the text, in its order; how, the head of this module says."""
    lines = text.split("\n")
    items = [_ITEM.match(line) for line in lines]
    lists = sum(_begins_a_list(item) for item in items)
    kind, offset = Kind.INFOBOX, 0
    begun = 0  # lists
    for number, (line, item) in enumerate(zip(lines, items, strict=True), 1):
        begun += _begins_a_list(item)
        body = line.rstrip()
        if head := item or (_BULLET.match(line) if begun else None):
            part = Kind.REFERENCE if begun == lists else Kind.NOTE
            yield from _spans(part, number, offset, body, [(head.end(), len(body))])
        elif ends := _sentence_ends(body):
            kind = Kind.HEADING
            yield from _spans(Kind.SENTENCE, number, offset, body, pairwise([0, *ends]))
        else:
            yield from _spans(kind, number, offset, body, [(0, len(body))])
        offset += len(line) + 1


def _begins_a_list(item: re.Match[str] | None) -> bool:
    return item is not None and item["number"] == "1"


def _spans(kind: Kind, number: int, offset: int, line: str, parts: Iterable[tuple[int, int]]) -> Iterator[Span]:
    for begin, end in parts:
        said = line[begin:end].lstrip()
        if said:
            yield Span(kind, number, offset + end - len(said), offset + end, " ".join(said.split()[:_FIRST_WORDS]))


def _sentence_ends(line: str) -> list[int]:
    """Where the sentences of a line end; nowhere when it is a heading."""
    ends = [stop.end() for stop in _STOP.finditer(line) if _ends_a_sentence(line, stop)]
    return sorted({*ends, len(line)}) if ends or line.endswith(":") else []


def _ends_a_sentence(line: str, stop: re.Match[str]) -> bool:
    if stop.end() == len(line):
        return True
    following = _OPENING.match(line, stop.end())
    is_cut = set(stop["stops"]) == {"."} and len(stop["stops"]) > 1
    if following is None or following["first"].islower() or is_cut:
        return False
    word = _LAST_WORD.findall(line[: stop.start()])[0]
    is_abbreviated = stop["stops"] == "." and (_INITIALS.fullmatch(word) or _ABBREVIATION.fullmatch(word))
    return bool(stop["marks"]) or not is_abbreviated


def _read(source: Path) -> str:
    """The text as it stands: offsets count what universal newlines or a dropped byte order mark would shift."""
    try:
        return source.read_bytes().decode()
    except OSError as error:
        raise TextError(source, f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise TextError(source, f"is not UTF-8 at byte {error.start}; save it as UTF-8") from error


def _passages(publication: Asserted) -> list[Passage]:
    """The positions that the publication names, in the order of the text."""
    passages: dict[str, Passage] = {}
    for row in publication.ask_own(PASSAGES_FILE, _NEEDED):
        try:
            start, end, line = (int(row.get(name, 0)) for name in ("start", "end", "line"))
            new = Passage(row["passage"], start, end, row.get("sha256", ""), line, row.get("reason", ""))
        except (KeyError, ValueError) as error:
            reason = f"{PASSAGES_FILE}: ?passage must be bound and ?start ?end ?line be numbers: {row}"
            raise PublicationError(publication.root, reason) from error
        passage = passages.setdefault(new.iri, new)
        passage.claims.update(row[name] for name in ("claim",) if name in row)
        passage.entries.update(row[name] for name in ("entry",) if name in row)
    return sorted(passages.values(), key=lambda passage: (passage.start, passage.end, passage.iri))


def _misfit(passage: Passage, text: str) -> str:
    """Why the position does not fit the text; "" when it does."""
    if not 0 <= passage.start < passage.end <= len(text):
        return f"offsets {passage.start} to {passage.end} are no part of the text, which has {len(text)} characters"
    found = hashlib.sha256(text[passage.start : passage.end].encode()).hexdigest()
    if passage.sha256.lower() != found:
        return f"characters {passage.start} to {passage.end} have the SHA-256 {found}, not {passage.sha256 or 'none'}"
    line = text.count("\n", 0, passage.start) + 1
    if passage.line not in {0, line}:
        return f"begins on line {line}, not on line {passage.line}"
    return ""


def _uncovered(text: str, spans: Sequence[Span], passages: Sequence[Passage]) -> Iterator[Span]:
    """The spans of which a letter or digit, citation marks aside, lies in no passage that has what they want.

    A passage that holds several sentences covers them when it has as many claims at least, so that none hides.
    """
    starts, ends = [span.start for span in spans], [span.end for span in spans]
    claimed, entered = bytearray(len(text)), bytearray(len(text))
    for passage in passages:
        whole = slice(passage.start, passage.end)
        covered = b"\1" * (passage.end - passage.start)
        held = bisect_left(starts, passage.end) - bisect_right(ends, passage.start)
        if passage.reason or len(passage.claims) >= max(held, 1):
            claimed[whole] = covered
        if passage.reason or passage.entries:
            entered[whole] = covered
    for mark in _CITATION_MARKS.finditer(text):
        claimed[mark.start() : mark.end()] = entered[mark.start() : mark.end()] = b"\1" * len(mark[0])
    for span in spans:
        wanted = entered if span.kind is Kind.REFERENCE else claimed
        if any(text[place].isalnum() and not wanted[place] for place in range(span.start, span.end)):
            yield span
