"""Which blank nodes can be written in the place where they are used, as `[ … ]` or `( … )`, without a label."""

from collections.abc import Iterable
from itertools import islice

from axisld.lists import FIRST, NIL, REST
from axisld.representations.subjects import Properties, subjects
from axisld.terms import Statement

MOST_STATEMENTS = 200_000  # about blank nodes; with more of them none is nested, so that memory stays small
DEEPEST = 24  # a node nested deeper has a label: recursive parsers stop at some depth


class BlankNodes:
    """The blank nodes of some statements that are used once, in the graph that describes them.

    A node that is shared, part of a cycle, the name of a graph, or spread over graphs is not among them.
    """

    def __init__(self, statements: Iterable[Statement] = (), *, graphs: bool = False) -> None:
        """`statements` in the order and with the `graphs` in which they will be written; read once, to the end."""
        self._properties: dict[str, Properties] = {}
        self._lists: dict[str, list[str]] = {}
        self._unused: set[str] = set()
        uses = _Uses()
        if not uses.count(statements, graphs=graphs):
            return
        self._properties, self._unused = uses.described_once()
        heads = self._find_lists(uses)
        labelled = set(_too_deep(self._properties, uses, heads))
        for node in list(self._properties):
            if heads.get(node, node) in labelled:
                del self._properties[node]
                self._lists.pop(node, None)

    def __contains__(self, node: str) -> bool:
        return node in self._properties

    def needs_label(self, node: str) -> bool:
        """Whether a node that is not nested is used anywhere, so that its description must say which node it is."""
        return node not in self._unused

    def properties(self, node: str) -> Properties:
        """What is said about a node that is nested."""
        return self._properties[node]

    def items(self, node: str) -> list[str] | None:
        """The members of the well-formed RDF list that starts at `node`, or None (RDF 1.1 Semantics, D.3)."""
        return self._lists.get(node)

    def lists_only(self) -> "BlankNodes":
        """The cells of lists: what stays nested where everything else has a label."""
        lists = BlankNodes()
        lists._lists = self._lists
        for node in self._lists:
            cell = node
            while cell != NIL:
                lists._properties[cell] = self._properties[cell]
                cell = self._properties[cell][REST][0]
        return lists

    def _find_lists(self, uses: "_Uses") -> dict[str, str]:
        """The head of each cell that is not a head itself. Works upwards from the cells that end a list."""
        cells = {
            node: values
            for node, values in self._properties.items()
            if values.keys() == {FIRST, REST} and len(values[FIRST]) == len(values[REST]) == 1
        }
        heads: dict[str, str] = {}
        for end in [node for node, values in cells.items() if values[REST] == [NIL]]:
            members, head = [end], end
            while uses.predicate(head) == REST and uses.subject(head) in cells:
                head = uses.subject(head)
                members.append(head)
            self._lists[head] = [cells[member][FIRST][0] for member in reversed(members)]
            heads.update(dict.fromkeys(members[:-1], head))
        return heads


class _Uses:
    """Where blank nodes occur."""

    def __init__(self) -> None:
        self._use: dict[str, Statement | None] = {}  # the one statement that has the node as object; None: several
        self._about: list[Statement] = []
        self._graph_names: set[str] = set()

    def count(self, statements: Iterable[Statement], *, graphs: bool) -> bool:
        """Whether there are few enough of them to go on."""
        last = None
        for quad in statements:
            if not (quad[2].startswith("_:") or quad[0].startswith("_:") or (graphs and quad[3].startswith("_:"))):
                continue
            statement = quad if graphs else Statement(*quad[:3])
            if statement == last:
                continue
            last = statement
            if statement.object.startswith("_:"):
                self._use[statement.object] = None if statement.object in self._use else statement
            if statement.subject.startswith("_:"):
                self._about.append(statement)
            if statement.graph.startswith("_:"):
                self._graph_names.add(statement.graph)
            if max(len(self._about), len(self._use)) > MOST_STATEMENTS:
                return False
        return True

    def subject(self, node: str) -> str:
        use = self._use[node]
        return use.subject if use else ""

    def predicate(self, node: str) -> str:
        use = self._use[node]
        return use.predicate if use else ""

    def described_once(self) -> tuple[dict[str, Properties], set[str]]:
        """What is said about the nodes used once, in the graph that uses them; and the nodes never used."""
        found: dict[str, Properties] = {node: {} for node, use in self._use.items() if use}
        unused: set[str] = set()
        elsewhere = set(self._graph_names)
        for graph, node, properties in subjects(self._about, graphs=True):
            use = self._use.get(node)
            if node not in self._use and node not in unused:
                unused.add(node)
            elif use and use.graph == graph and not found[node]:
                found[node] = properties
            else:
                elsewhere.add(node)
        return {node: found[node] for node in found if node not in elsewhere}, unused - elsewhere


def _too_deep(nodes: dict[str, Properties], uses: _Uses, heads: dict[str, str]) -> list[str]:
    """The nodes that must have a label after all: those of a cycle, and each that is DEEPEST levels below the last."""
    depths: dict[str, int] = {}
    labelled = []
    for start in nodes:
        path: dict[str, None] = {}
        node = heads.get(start, start)
        while node in nodes and node not in depths and node not in path:
            path[node] = None
            owner = uses.subject(node)
            node = heads.get(owner, owner)
        cycle = set(islice(path, list(path).index(node), None)) if node in path else set()
        depth = depths.get(node, 0)
        for member in reversed(path):
            depth = 0 if member in cycle or depth == DEEPEST else depth + 1
            depths[member] = depth
            if depth == 0:
                labelled.append(member)
    return labelled
