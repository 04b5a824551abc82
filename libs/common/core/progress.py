"""The progress of one child in one subject: from which point, how much, and what that is worth.

The rules are the domain brief's 5.4, 5.5 and 13.1 to 13.3. Everything is exact: tenths are whole
numbers. Assessment shows one child's by them, and reporting counts by them.
"""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

SOON = 42
"""A first point within so many days of the start of support can serve as the baseline."""

JOINED = timedelta(days=14)
"""A spell that begins this soon after another ended continues it."""


class Point(NamedTuple):
    """A moderated result that stands, in tenths on a scale of one version of a scheme.

    A row of results has the same attributes.
    """

    scheme: str
    scheme_version: int
    scale: str
    value_tenths: int
    day: date


@dataclass(frozen=True, slots=True)
class Criteria:
    """How progress is judged: thresholds closed below, shares in whole per cent."""

    progress: Sequence[tuple[str, str, int]] = ()
    """Scale, grade and the least gain in tenths."""
    cohort: Sequence[tuple[str, int, int]] = ()
    """Outcome, least share of expected or better, least share of good or better."""
    minimum_months: int = 6
    maximum_months: int = 15
    minimum_terms: int = 2
    minimum_judged: int = 10

    def judge(self, scale: str) -> bool:
        """Say whether they have thresholds for a scale; a gain on another is not judged."""
        return any(of_scale == scale for of_scale, _, _ in self.progress)


def gain(start: Point | None, end: Point, terms: int, criteria: Criteria) -> int | None:
    """Return how many tenths were gained since the baseline; None if that may not be told.

    ``terms`` is in how many of the year's terms the child was on the caseload. A fall is a
    negative gain; nothing is raised to zero (domain brief 5.4, 5.5).
    """
    if start is None or not matched(start, end, terms, criteria):
        return None
    return end.value_tenths - start.value_tenths


def matched(start: Point, end: Point, terms: int, criteria: Criteria) -> bool:
    """Say whether a gain may be told: one scale of one scheme, on the caseload, months apart.

    Neither too few months nor too many, both ends included (domain brief 13.3).
    """
    return (
        terms >= criteria.minimum_terms
        and start.scale == end.scale
        and (start.scheme, start.scheme_version) == (end.scheme, end.scheme_version)
        and start.day < end.day
        and months_after(start.day, criteria.minimum_months)
        <= end.day
        <= months_after(start.day, criteria.maximum_months)
    )


def first_days(spells: Iterable[tuple[date, date]], first: date, last: date) -> set[date]:
    """Return the first day of each spell of support that touches a span of days.

    A spell is its first and last day; one that begins within 14 days after another ended
    continues it. Of baselines alone: days between two spells are not on the caseload (13.1).
    """
    joined: list[tuple[date, date]] = []
    for began, ended in sorted(spells):
        if joined and (began - joined[-1][1]) <= JOINED:
            joined[-1] = (joined[-1][0], max(ended, joined[-1][1]))
        else:
            joined.append((began, ended))
    return {began for began, ended in joined if began <= last and ended >= first}


@cache
def months_after(day: date, months: int) -> date:
    """Return the same day some months later; where that month is shorter, its last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def grade(tenths: int, scale: str, criteria: Criteria) -> str | None:
    """Return a gain's grade: the best whose threshold it reaches, else ``below`` (5.4).

    On a scale without thresholds there is none: it is not judged, and not below.
    """
    if not criteria.judge(scale):
        return None
    reached = [
        (least, name)
        for of_scale, name, least in criteria.progress
        if of_scale == scale and tenths >= least
    ]
    return max(reached)[1] if reached else "below"
