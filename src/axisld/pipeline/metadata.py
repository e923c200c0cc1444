"""Describe a release in VoID and DCAT 3 (being written)."""

from collections.abc import Sequence

from axisld.pipeline.statistics import Statistics
from axisld.release import Record
from axisld.terms import Statement


def statements(record: Record, statistics: Statistics, authored: Sequence[Statement]) -> list[Statement]:
    return [quad._replace(graph="") for quad in authored]
