"""Hold a publication's links to Wikidata against what Wikidata says today. Looks and reports; never writes an id."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.resources import files
from pathlib import Path

from axisld import asserted
from axisld.asserted import Asserted
from axisld.links.endpoint import Endpoint, EndpointError, Row
from axisld.vocabulary import OWL, SKOS

WIKIDATA = "https://query.wikidata.org/sparql"
SUPPORT_FILE = "ontology/checks/links.rq"
BATCH_ITEMS = 100
BETWEEN_SECONDS = 1.0  # from one batch to the next
_SUPPORT = frozenset({"thing", "relation", "item", "status", "tooStrong"})
_ENTITY = re.compile(r"http://www\.wikidata\.org/entity/([LPQ][1-9]\d*)")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_SAME_NAME = frozenset({f"{OWL}sameAs", f"{SKOS}exactMatch", f"{SKOS}closeMatch"})  # the others link what differs


class Verdict(StrEnum):
    """What comes out for a link."""

    AGREEMENT = "agreement"
    DRIFT = "drift"
    UNKNOWN = "not asked"


@dataclass(frozen=True, slots=True)
class Link:
    """A link as the publication makes it."""

    thing: str  # IRI
    relation: str  # IRI of the property
    item: str  # IRI of the item of Wikidata
    status: str  # how well it is supported, in the publication's words; "" when it does not say
    is_too_strong: bool  # the relation, for this status


@dataclass(slots=True)
class Names:
    """What something is called."""

    labels: dict[str, str] = field(default_factory=dict)  # by language
    all: set[str] = field(default_factory=set)  # labels and other names, in every language

    @property
    def best(self) -> str:
        return self.labels.get("en") or next(iter(self.labels.values()), "")


@dataclass(slots=True)
class Entity:
    """What Wikidata says about an item."""

    names: Names = field(default_factory=Names)
    types: list[str] = field(default_factory=list)  # English labels
    redirect: str = ""  # the IRI of the item that it was merged into
    page: str = ""  # its article in the English Wikipedia
    is_known: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """A link, and what became of it."""

    link: Link
    name: str  # of the thing, in the publication
    verdict: Verdict
    reasons: tuple[str, ...]  # of a drift
    labels: Mapping[str, str]  # of the item, by language
    types: tuple[str, ...]
    redirect: str
    page: str


@dataclass(frozen=True, slots=True)
class LinkReport:
    """What there is to say about all links."""

    endpoint: str
    problem: str  # why not all items could be asked for; "" when they could
    checked: tuple[Checked, ...]
    missing: Mapping[str, str]  # things without a link, though others of their class have one: IRI to name

    @property
    def is_partial(self) -> bool:
        return bool(self.problem)

    @property
    def is_good(self) -> bool:
        return not self.problem and all(link.verdict is Verdict.AGREEMENT for link in self.checked)


@dataclass(frozen=True, slots=True)
class LinkedPublication:
    """The part of a publication that counts here."""

    base: str
    contact: str  # IRI of a page or mailbox; "" when it gives none
    links: tuple[Link, ...]
    names: Mapping[str, Names]  # by thing
    missing: tuple[str, ...]

    @property
    def languages(self) -> tuple[str, ...]:
        """Those of the linked things' names: primary subtags (BCP 47, 2.2.1)."""
        tags = {tag for link in self.links for tag in self.names[link.thing].labels}
        return tuple(sorted(tag for tag in tags if _LANGUAGE.fullmatch(tag))) or ("en",)

    @property
    def items(self) -> tuple[str, ...]:
        return tuple(sorted({link.item for link in self.links if _ENTITY.fullmatch(link.item)}))


def read(root: Path) -> LinkedPublication:
    """The links that the publication at `root` makes, by any of the relations in links.rq."""
    publication = asserted.read(root)
    support = _support(publication)
    made = [(row["thing"], row["relation"], row["item"]) for row in publication.ask(_text("links"))]
    links = tuple(Link(*link, *support.get(link, ("", False))) for link in made)
    linked = {link.thing for link in links}
    missing = tuple(row["thing"] for row in publication.ask(_text("linkable")) if row["thing"] not in linked)
    contact = next((row["contact"] for row in publication.ask(_text("contact"))), "")
    return LinkedPublication(publication.names.base, contact, links, _own_names(publication), missing)


def check(publication: LinkedPublication, endpoint: Endpoint, advanced: Callable[[int, int], None]) -> LinkReport:
    """Ask for every linked item and compare. What could not be asked for is said, and what could be is kept.

    `advanced` hears how many items of how many are known about.
    """
    entities: dict[str, Entity] = {}
    problem = ""
    items = publication.items
    try:
        for start in range(0, len(items), BATCH_ITEMS):
            if start:
                endpoint.pause(BETWEEN_SECONDS)
            entities |= _ask(endpoint, items[start : start + BATCH_ITEMS], publication.languages)
            advanced(len(entities), len(items))
    except EndpointError as error:
        problem = f"{error}\nOnly {len(entities)} of {len(items)} items could be asked for: this report is partial."
    if entities and not any(entity.is_known for entity in entities.values()):
        problem, entities = f"{endpoint.url} knows none of the items; is it an endpoint of Wikidata?", {}
    checked = tuple(_checked(link, publication.names[link.thing], entities) for link in publication.links)
    missing = {thing: publication.names[thing].best for thing in publication.missing}
    return LinkReport(endpoint.url, problem, checked, missing)


def _ask(endpoint: Endpoint, items: Sequence[str], languages: Iterable[str]) -> dict[str, Entity]:
    entities = {item: Entity() for item in items}
    # text and not bound terms: the protocol has no parameters; both have passed a pattern that leaves no way out
    tags = ", ".join(f'"{tag}"' for tag in ("mul", *languages))
    query = _text("entities").replace("wd:Q42", " ".join(f"<{item}>" for item in items)).replace('"mul", "en"', tags)
    for row in endpoint.select(query):
        if row.keys() >= {"item", "fact", "value"} and row["item"].value in entities:
            _learn(entities[row["item"].value], row)
    return entities


def _learn(entity: Entity, row: Row) -> None:
    fact, (value, language) = row["fact"].value, row["value"]
    entity.is_known = True
    if fact == "label":
        entity.names.labels[language] = value
    if fact in {"label", "alias"}:
        entity.names.all.add(value)
    elif fact == "type":
        entity.types.append(value)
    elif fact == "redirect":
        entity.redirect = value
    elif fact == "page":
        entity.page = value


def _checked(link: Link, names: Names, entities: Mapping[str, Entity]) -> Checked:
    asked = entities.get(link.item)
    reasons = tuple(_drifts(link, names, asked))
    verdict = Verdict.DRIFT if reasons else Verdict.AGREEMENT if asked else Verdict.UNKNOWN
    entity = asked or Entity()
    labels = dict(sorted(entity.names.labels.items()))
    return Checked(link, names.best, verdict, reasons, labels, tuple(entity.types), entity.redirect, entity.page)


def _drifts(link: Link, names: Names, entity: Entity | None) -> Iterator[str]:
    """What is wrong with the link, or no longer right."""
    if not _ENTITY.fullmatch(link.item):
        yield "is no id of Wikidata"
    if link.is_too_strong:
        yield f"the relation is too strong for a link that is {link.status!r}"
    if entity is None:
        return
    if not entity.is_known:
        yield "deleted, or never there"
    elif entity.redirect:
        yield f"redirected to {_short(entity.redirect)}"
    elif not entity.names.all:
        yield "has no label in the languages of the publication"
    elif link.relation in _SAME_NAME and not _folded(names.all) & _folded(entity.names.all):
        yield f"label differs in every language: {entity.names.best}"


def _short(item: str) -> str:
    return item.rpartition("/")[2]


# One letter for what Arabic and Persian keyboards write differently: yeh, kaf, teh marbuta.
_LETTERS = str.maketrans("يىكة", "ییکه")


def _folded(names: Iterable[str]) -> set[str]:
    """The names without what does not tell names apart: case, accents and vowel signs, hyphens, a first article."""
    return {_plain(name) for name in names}


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name).translate(_LETTERS).casefold()
    letters = (" " if unicodedata.category(sign)[0] in "PZ" else sign for sign in decomposed
               if unicodedata.category(sign) not in {"Mn", "Cf"})  # fmt: skip
    return " ".join("".join(letters).split()).removeprefix("the ")


def _own_names(publication: Asserted) -> defaultdict[str, Names]:
    found: defaultdict[str, Names] = defaultdict(Names)
    for row in publication.ask(_text("names")):
        names = found[row["thing"]]
        names.all.add(row["name"])
        if row["isLabel"] == "true":
            names.labels.setdefault(row["language"].partition("-")[0], row["name"])
    return found


def _support(publication: Asserted) -> dict[tuple[str, str, str], tuple[str, bool]]:
    """Status and "too strong" of the links that the publication describes: it alone knows which status allows what."""
    if not (publication.root / SUPPORT_FILE).exists():
        return {}
    return {
        (row["thing"], row["relation"], row["item"]): (row.get("status", ""), row.get("tooStrong") == "true")
        for row in publication.ask_own(SUPPORT_FILE, _SUPPORT)
    }


def _text(query: str) -> str:
    return (files(__package__) / f"{query}.rq").read_text("utf-8")
