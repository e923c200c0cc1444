"""/network: relations between things, from everything or from one thing on; programs and the script get elements."""

from typing import Any

from flask import Blueprint, Response

from axisld import terms
from axisld.overviews.asking import MOST_STEPS, Relations, Stated
from axisld.web.interface import Message
from axisld.web.problems import Problem
from axisld.web.site import site
from axisld.web.views import questions
from axisld.web.views.asked import Asked, answer, asked
from axisld.web.views.circle import draw, shortened
from axisld.web.views.telling import Telling, badge_heading, terms_of
from axisld.web.views.timeline import filter_of

routes = Blueprint("network", __name__)
_THINGS = 48  # in a drawing
_ROWS = 120  # of the table: a page is to stay small

_Group = tuple[str, list[tuple[str, list[list[Stated]]]]]  # a subject, its predicates, their statements by object


@routes.get("/network")
def network() -> Response:
    """Relations: a page with a drawing and a table, or JSON for cytoscape.js."""
    question = asked(site(), "network")
    found = _found(question)
    return answer(
        question, lambda: _said(question, found), lambda language: _shown(question, found, language),
        query=questions.network(question),
    )  # fmt: skip


def _found(question: Asked) -> Relations:
    """404 for a thing without relations."""
    start, wanted = question.term("around"), filter_of(question)
    if not start:
        return question.overviews.relations(wanted, things=_THINGS)
    found = question.overviews.around(start, _depth(question), wanted, things=_THINGS)
    if not found.things and wanted == filter_of(Asked(question.here, question.view, ())):
        raise Problem(404, Message("Nothing is related to %(iri)s here. Begin at /network.", iri=terms.value(start)))
    return found


def _depth(question: Asked) -> int:
    depth = question.text("depth") or "1"
    if depth not in map(str, range(1, MOST_STEPS + 1)):
        raise Problem(
            400, Message("%(given)s is no number of steps from 1 to %(most)s.", given=f"depth={depth}", most=MOST_STEPS)
        )
    return int(depth)


def _said(question: Asked, found: Relations) -> dict[str, Any]:
    """The elements of cytoscape.js (its "Elements JSON")."""
    telling, addresses = Telling(question.here, "", terms_of(found.statements)), question.here.addresses
    nodes = [
        {"data": {**(telling.said(thing) or {}), "url": addresses.document(terms.value(thing))}}
        for thing in found.things
    ]
    edges = [
        {
            "data": {
                "id": f"{terms.value(stated.node)} {number}",
                "source": terms.value(stated.subject),
                "target": terms.value(stated.object),
                "predicate": telling.said(stated.predicate),
                "badge": telling.said(stated.badge),
                "place": telling.place(stated.badge),
                "claim": telling.said(stated.node) if stated.is_claim else None,
                "time": stated.time or None,
            }
        }
        for number, stated in enumerate(found.statements)
    ]
    return {"elements": {"nodes": nodes, "edges": edges}, "isPart": found.is_part}


def _shown(question: Asked, found: Relations, language: str) -> dict[str, Any]:
    choices = {
        name: question.overviews.choices(f"relation{end}") for name, end in (("predicate", ""), ("badge", "-badge"))
    }
    heading, start = badge_heading(question.here, dict(choices["badge"])), question.term("around")
    named = {term for counted in choices.values() for term, _ in counted} | {heading, start} | set(found.things)
    telling = Telling(question.here, language, terms_of(found.statements) | named)
    groups, left_out = _first(_grouped(found), _ROWS)
    return {
        "telling": telling,
        "found": found,
        "drawing": draw(found, telling.place, centre=start),
        "shortened": shortened,
        "groups": groups,
        "left_out": left_out,
        "start": telling.node(start) if start else None,
        "depths": range(1, MOST_STEPS + 1),
        "choices": {name: telling.choices(question, name, counted) for name, counted in choices.items()},
        "badge_heading": telling.node(heading) if heading else None,
    }


def _grouped(found: Relations) -> list[_Group]:
    """(subject, (predicate, statements by object)), in the order of the things."""
    grouped: dict[str, dict[str, dict[str, list[Stated]]]] = {thing: {} for thing in found.things}
    for stated in found.statements:
        grouped[stated.subject].setdefault(stated.predicate, {}).setdefault(stated.object, []).append(stated)
    return [
        (subject, [(predicate, list(objects.values())) for predicate, objects in sorted(by_predicate.items())])
        for subject, by_predicate in grouped.items()
        if by_predicate
    ]


def _first(groups: list[_Group], rows: int) -> tuple[list[_Group], int]:
    """(the first groups that have so many rows together, how many rows are left out)."""
    kept: list[_Group] = []
    for group in groups:
        if kept and sum(len(found) for _, found in kept) + len(group[1]) > rows:
            break
        kept.append(group)
    return kept, sum(len(found) for _, found in groups[len(kept) :])
