"""The statements of a SPARQL server elsewhere, their literals in the spelling that it keeps, not in their author's."""

import hashlib
import math
import re
import threading
import time
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import islice
from typing import Generic, TypeVar

from axisld import terms
from axisld.errors import StoreAnswerError
from axisld.store.remote_client import Client, Row
from axisld.store.remote_questions import bound, can_be_written, page, question
from axisld.terms import Statement, line

SORTED_ROWS = 10_000  # statements at one node beyond which sorting takes a server too long, or is refused
_FIRST_ROWS = 128  # of a list that is read from its beginning, mostly not to its end
_TOGETHER = 100  # nodes that one question asks about
_KEPT_STATEMENTS = 200_000
_KEPT_COUNTS = 50_000
_BLANK_NODES_KEPT = 100_000
_NAMED_BLANK = "_:nodeID://"  # Virtuoso gives blank nodes names that it understands in a question
_BLANK_OF_VIRTUOSO = "_:nodeID"  # the labels made of them
_NO_BLANK = "<nodeID://none>"  # but not in VALUES of one name alone

V = TypeVar("V")
Counts = Mapping[str, tuple[int, int]]  # by predicate: statements of named things, of blank nodes


class RemoteStore:
    """A Store on a SPARQL server.

    Answers are kept for `cache_seconds`. A blank node is described with what leads to it, for outside of one answer it
    has no name (SPARQL 1.1 Query, 4.1.4); its label here tells from which answer it came.
    """

    def __init__(
        self,
        client: Client,
        base: str,
        *,
        page_rows: int = 2000,
        cache_seconds: float = 60.0,
        start_seconds: float = 120.0,
    ) -> None:
        self._client = client
        self._base = base
        self._page_rows = page_rows
        self._start_seconds = start_seconds
        self._about: _Recent[tuple[Statement, ...]] = _Recent(cache_seconds, _KEPT_STATEMENTS)
        self._counts: _Recent[Counts] = _Recent(cache_seconds, _KEPT_COUNTS)
        # By the label of a blank node, which tells its answer: what is stated about it, what leads to it.
        self._blank: _Recent[tuple[Statement, ...]] = _Recent(math.inf, _BLANK_NODES_KEPT)
        self._held: _Recent[tuple[Statement, ...]] = _Recent(math.inf, _BLANK_NODES_KEPT)

    def about(self, subject: str, predicate: str = "") -> Iterator[Statement]:
        found = self._about_blank(subject) if terms.is_blank(subject) else self._about.get(subject)
        if found is None:
            found = self._fetched([subject]).get(subject, ())
        return (quad for quad in found if not predicate or quad.predicate == predicate)

    def expect(self, nodes: Iterable[str]) -> None:
        """Fetch what is stated about these IRIs with few questions."""
        wanted = [node for node in dict.fromkeys(nodes) if self._about.get(node) is None]
        for start in range(0, len(wanted), _TOGETHER):
            self._fetched(wanted[start : start + _TOGETHER])

    def subjects_under(self, prefix: str) -> Iterator[Statement]:
        """Only for a prefix that ends in "#": any other would make the server read all it has."""
        graphs = self._documents.get(prefix.removesuffix("#"), set())
        if not graphs:
            return iter(())
        asked = bound(question("remote_subjects_under"), prefix=[terms.text(prefix)])
        if "" not in graphs:
            asked = bound(asked, graph=graphs)
        by_subject = defaultdict(list)
        for row in self._all_rows(asked):
            by_subject[row["subject"]].append(_statement(row))
        found = self._with_blank_nodes(by_subject)
        return iter(self._ordered(quad for statements in found.values() for quad in statements))

    def incoming(self, node: str, predicate: str = "", *, offset: int = 0) -> Iterator[Statement]:
        """Named things first, then blank nodes; of more than SORTED_ROWS, in the order of the server."""
        if terms.is_blank(node):
            yield from islice((quad for quad in self._holders(node) if predicate in ("", quad.predicate)), offset, None)
            return
        counts = self._counts_at(node)
        wanted = [counts[predicate]] if predicate in counts else [] if predicate else list(counts.values())
        named, blank = (sum(numbers) for numbers in zip(*wanted, strict=True)) if wanted else (0, 0)
        if offset < named:
            yield from self._named_subjects(node, predicate, offset, is_ordered=named <= SORTED_ROWS)
        if blank:
            found = (quad for quad in self._blank_subjects(node) if predicate in ("", quad.predicate))
            yield from islice(found, max(0, offset - named), None)

    def incoming_count(self, node: str, predicate: str) -> int:
        return sum(self._counts_at(node).get(predicate, (0, 0)))

    def incoming_counts(self, node: str) -> tuple[tuple[str, int], ...]:
        return tuple((predicate, sum(numbers)) for predicate, numbers in sorted(self._counts_at(node).items()))

    def is_known(self, node: str) -> bool:
        if any(True for _ in self.about(node)):
            return True
        known = self._counts.get(node)
        if known is None and can_be_written(node):
            rows = self._client.rows(page(bound(question("remote_is_object"), object=[node]), 1))
            if rows:
                return True
            self._counts.put(node, {})
            return False
        return bool(known)

    def known(self, nodes: Iterable[str]) -> set[str]:
        """Meant for names that hardly anything points at: the server may read all that points at them."""
        wanted = [node for node in nodes if can_be_written(node)]
        self.expect(wanted)
        known = {node for node in wanted if self._about.get(node) or self._counts.get(node)}
        unclear = [node for node in wanted if node not in known and self._counts.get(node) is None]
        for start in range(0, len(unclear), _TOGETHER):
            asked = unclear[start : start + _TOGETHER]
            objects = {row["object"] for row in self._all_rows(bound(question("remote_objects"), object=asked))}
            known |= objects
            for node in set(asked) - objects:
                self._counts.put(node, {})
        return known

    def close(self) -> None:
        self._client.close()

    def check_rows(self, total: int) -> None:
        """Find out how many rows the server gives at a time; it holds `total` statements.

        Raises StoreAnswerError where it gives fewer than it is asked for and does not say so.
        """
        self._client.learn_limit()
        rows = len(self._client.rows(page(question("remote_sample"), self._page_rows)))
        if rows < min(self._page_rows, total) and not self._client.most_rows:
            raise StoreAnswerError(
                f"The SPARQL server {self._client.access.endpoint} cut an answer at {rows} rows and does not say so. "
                f"Set endpoint_page_rows to {rows} or less."
            )

    @cached_property
    def _documents(self) -> Mapping[str, set[str]]:
        """The graphs (terms) of each document with "#" names: asked once, for it is a question about everything."""
        documents = defaultdict(set)
        asked = bound(question("remote_documents"), base=[terms.text(self._base)])
        for row in self._all_rows(asked, seconds=self._start_seconds):
            documents[terms.value(row["document"])].add(row.get("graph", ""))
        return documents

    def _all_rows(self, query: str, *, seconds: float = 0.0) -> list[Row]:
        """Every row of an answer, however many the server gives at a time."""
        return self._client.all_rows(query, self._page_rows, seconds=seconds)

    def _fetched(self, nodes: Iterable[str]) -> dict[str, tuple[Statement, ...]]:
        """What is stated about each of these IRIs, asked anew and kept."""
        askable = [node for node in nodes if can_be_written(node)]
        if not askable:
            return {}
        by_subject = defaultdict(list)
        for row in self._all_rows(bound(question("remote_about"), subject=askable)):
            by_subject[row["subject"]].append(_statement(row))
        fetched = self._with_blank_nodes({node: by_subject[node] for node in askable})
        for node, found in fetched.items():
            self._about.put(node, found, weight=1 + len(found))
        return fetched

    def _with_blank_nodes(self, by_subject: Mapping[str, list[Statement]]) -> dict[str, tuple[Statement, ...]]:
        """The statements about nodes; those about the blank nodes that they lead to are kept for `about`."""
        unnamed = [node for node, found in by_subject.items() if any(_has_unnamed_object(quad) for quad in found)]
        known = {node: self._ordered(map(_labelled, found)) for node, found in by_subject.items()}
        for start in range(0, len(unnamed), _TOGETHER):
            anchors = unnamed[start : start + _TOGETHER]
            rows_of = defaultdict(list)
            for row in self._all_rows(bound(question("remote_blank_objects"), anchor=anchors)):
                rows_of[row["anchor"]].append(row)
            known |= {anchor: self._taken_apart(anchor, rows_of[anchor])[anchor] for anchor in anchors}
        return known

    def _about_blank(self, label: str) -> tuple[Statement, ...]:
        if not label.startswith(_BLANK_OF_VIRTUOSO):
            return self._blank.get(label) or ()
        rows = self._all_rows(bound(question("remote_about"), subject=[_name(label), _NO_BLANK]))
        return self._ordered(_labelled(_statement(row)) for row in rows)

    def _taken_apart(self, anchor: str, rows: Iterable[Row]) -> dict[str, tuple[Statement, ...]]:
        """The statements of one answer by subject, blank nodes labelled by the answer and kept for `about`."""
        answer = hashlib.sha256(anchor.encode()).hexdigest()[:12]
        by_subject: dict[str, list[Statement]] = defaultdict(list)
        by_subject[anchor] = []
        for row in rows:
            quad = _statement(row)
            scoped = quad._replace(subject=_scoped(answer, quad.subject), object=_scoped(answer, quad.object))
            by_subject[scoped.subject].append(scoped)
        ordered = {subject: self._ordered(found) for subject, found in by_subject.items()}
        by_object: dict[str, list[Statement]] = defaultdict(list)
        for subject, found in ordered.items():
            if terms.is_blank(subject):
                self._blank.put(subject, found)
            for quad in found:
                by_object[quad.object].append(quad)
        for label, holders in by_object.items():
            if terms.is_blank(label):
                self._held.put(label, tuple(sorted(holders, key=_turned_key)))
        return ordered

    def _named_subjects(self, node: str, predicate: str, offset: int, *, is_ordered: bool) -> Iterator[Statement]:
        if predicate:
            asked = bound(question("remote_incoming_by"), object=[node], predicate=[predicate])
        else:
            asked = bound(question("remote_incoming"), object=[node])
        size = _FIRST_ROWS
        while True:
            rows = self._client.rows(page(asked, size, offset, is_ordered=is_ordered))
            yield from sorted(map(_statement, rows), key=_turned_key) if is_ordered else map(_statement, rows)
            if not self._client.is_full(rows, size):
                return
            offset += len(rows)
            size = min(size * 4, self._page_rows)

    def _blank_subjects(self, node: str) -> list[Statement]:
        """The statements by which blank nodes point at a node."""
        if self._client.is_virtuoso:
            rows = self._all_rows(bound(question("remote_incoming_blank"), object=[node]))
            found = [_labelled(_statement(row)) for row in rows]
        else:
            rows = self._all_rows(bound(question("remote_blank_subjects"), anchor=[node]))
            apart = self._taken_apart(f"to {node}", rows)
            found = [quad for statements in apart.values() for quad in statements if quad.object == node]
        return sorted({quad for quad in found if terms.is_blank(quad.subject)}, key=_turned_key)

    def _holders(self, label: str) -> Iterable[Statement]:
        """The statements that lead to a blank node."""
        if not label.startswith(_BLANK_OF_VIRTUOSO):
            return self._held.get(label) or ()
        rows = self._all_rows(bound(question("remote_holders"), object=[_name(label), _NO_BLANK]))
        return sorted({_labelled(_statement(row)) for row in rows}, key=_turned_key)

    def _counts_at(self, node: str) -> Counts:
        known = self._counts.get(node)
        if known is not None or not can_be_written(node):
            return known or {}
        named: dict[str, int] = defaultdict(int)
        blank: dict[str, int] = defaultdict(int)
        for row in self._client.rows(bound(question("remote_incoming_counts"), object=[node])):
            is_blank = terms.literal(row["isBlank"]).lexical in ("true", "1")
            (blank if is_blank else named)[row["predicate"]] += int(terms.literal(row["count"]).lexical)
        counts = {predicate: (named[predicate], blank[predicate]) for predicate in {*named, *blank}}
        self._counts.put(node, counts)
        return counts

    @staticmethod
    def _ordered(statements: Iterable[Statement]) -> tuple[Statement, ...]:
        return tuple(sorted(set(statements), key=lambda quad: line(quad).encode()))


class _Recent(Generic[V]):
    """What was asked lately, up to a weight in all; safe for threads."""

    def __init__(self, seconds: float, most_weight: int) -> None:
        self._seconds, self._most_weight = seconds, most_weight
        self._lock = threading.Lock()
        self._weight = 0
        self._held: OrderedDict[str, tuple[float, int, V]] = OrderedDict()

    def get(self, key: str) -> V | None:
        with self._lock:
            entry = self._held.get(key)
            return entry[2] if entry and time.monotonic() - entry[0] < self._seconds else None

    def put(self, key: str, value: V, weight: int = 1) -> None:
        with self._lock:
            if key in self._held:
                self._weight -= self._held.pop(key)[1]
            self._held[key] = time.monotonic(), weight, value
            self._weight += weight
            while self._weight > self._most_weight:
                self._weight -= self._held.popitem(last=False)[1][1]


def _statement(row: Row) -> Statement:
    return Statement(row["subject"], row["predicate"], row["object"], row.get("graph", ""))


def _labelled(quad: Statement) -> Statement:
    """With labels that N-Quads allows in the place of names such as nodeID://b10001."""
    subject, object_ = (term.replace(_NAMED_BLANK, _BLANK_OF_VIRTUOSO, 1) for term in (quad.subject, quad.object))
    return quad._replace(subject=subject, object=object_)


def _has_unnamed_object(quad: Statement) -> bool:
    return terms.is_blank(quad.object) and not quad.object.startswith(_NAMED_BLANK)


def _name(label: str) -> str:
    """The name behind a label that _labelled made."""
    return terms.iri(f"nodeID://{label.removeprefix(_BLANK_OF_VIRTUOSO)}")


def _scoped(answer: str, term: str) -> str:
    return f"_:a{answer}{re.sub('[^A-Za-z0-9]', '', term)}" if terms.is_blank(term) else term


def _turned_key(quad: Statement) -> tuple[str, str]:
    return quad.predicate, quad.subject
