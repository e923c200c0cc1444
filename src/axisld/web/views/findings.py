"""What the validation found about a thing, from the graph of its report."""

from collections.abc import Iterator
from itertools import islice

from axisld.overviews.asking import Result
from axisld.store import Store
from axisld.vocabulary import SH

_MOST = 500  # about one thing
_FOCUS = f"<{SH}focusNode>"


def findings_about(store: Store, thing: str) -> list[Result]:
    """The findings about a thing (a term); the first few hundred, where there are more."""
    found = []
    for quad in islice(store.incoming(thing, _FOCUS), _MOST):
        severity, shape = (next(_values(store, quad.subject, name), "") for name in ("resultSeverity", "sourceShape"))
        found.append(Result(quad.subject, severity, shape, thing))
    return list(dict.fromkeys(found))


def messages(store: Store, finding: str) -> list[str]:
    """What a finding says: literals."""
    return list(dict.fromkeys(_values(store, finding, "resultMessage")))


def _values(store: Store, finding: str, name: str) -> Iterator[str]:
    return (quad.object for quad in store.about(finding, f"<{SH}{name}>"))
