"""Which views show something about one thing: the links on its page."""

from dataclasses import dataclass
from urllib.parse import urlencode

from axisld import terms
from axisld.web.short_names import short_name
from axisld.web.site import Site
from axisld.web.views.findings import findings_about


@dataclass(frozen=True, slots=True)
class Shown:
    """A view of a thing."""

    view: str  # "timeline", "network", "report"
    href: str
    count: int  # of times, relations, findings


def views_about(here: Site, thing: str) -> list[Shown]:
    """The views that show something about a thing (a term)."""
    if here.overviews is None or not terms.is_iri(thing):
        return []
    counts = here.overviews.counts_about(thing) | {"report": len(findings_about(here.release.store, thing))}
    named = short_name(thing, here.record.prefixes)
    return [
        Shown(view, f"{here.names.path}{view}?{urlencode({'around' if view == 'network' else 'about': named})}", count)
        for view, count in counts.items()
        if count
    ]
