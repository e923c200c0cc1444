"""A list is read to its end, or as far as it is one."""

import pytest

from axisld import lists
from axisld.lists import FIRST, NIL, REST

CELLS = {
    "_:1": {FIRST: ["a"], REST: ["_:2"]},
    "_:2": {FIRST: ["b"], REST: [NIL]},
    "_:round": {FIRST: ["c"], REST: ["_:again"]},
    "_:again": {FIRST: ["d"], REST: ["_:round"]},
    "_:forked": {FIRST: ["e"], REST: ["_:1", "_:2"]},
    "_:double": {FIRST: ["f", "g"], REST: [NIL]},
    "_:open": {FIRST: ["h"], REST: ["_:nothing"]},
}


@pytest.mark.parametrize(
    ("head", "members", "is_whole"),
    [
        ("_:1", ["a", "b"], True),
        (NIL, [], True),
        ("_:round", ["c", "d"], False),
        ("_:forked", [], False),
        ("_:double", [], False),
        ("_:open", ["h"], False),
        ("_:nothing", [], False),
    ],
)
def test_a_list_is_read_as_far_as_it_is_well_formed(head: str, members: list[str], is_whole: bool) -> None:
    def about(node: str) -> dict[str, list[str]]:
        return CELLS.get(node, {})

    assert list(lists.members(head, about)) == members
    assert lists.whole(head, about) == (members if is_whole else None)
