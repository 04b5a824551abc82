"""Progress: who gained how much on which scale, what that is worth, and the service's outcome.

The rules are the domain brief's 5.3 to 5.7. Everything is exact: tenths are whole numbers, means
and shares are fractions.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from uuid import UUID

SOON_DAYS = 42
"""A first assessment this soon after support began can serve as the baseline: six weeks."""


@dataclass(frozen=True, slots=True)
class Result:
    """A moderated result that is not void."""

    child: UUID
    year: str
    term: str
    subject: str
    scale: str
    value_tenths: int | None
    assessed_on: date
    recorded_at: str


@dataclass(frozen=True, slots=True)
class Spell:
    """A span on the caseload; both days count."""

    started_on: date
    ended_on: date | None

    def touches(self, first: date, last: date) -> bool:
        """Say whether any day of the span is between the two."""
        return self.started_on <= last and (self.ended_on is None or self.ended_on >= first)


@dataclass(frozen=True, slots=True)
class Criteria:
    """How progress is judged: thresholds closed below, shares in whole per cent."""

    progress: Sequence[tuple[str, str, int]]
    """Scale, grade and the least gain in tenths."""
    cohort: Sequence[tuple[str, int, int]]
    """Outcome, least share of expected or better, least share of good or better."""
    minimum_months: int
    minimum_terms: int
    minimum_judged: int


@dataclass(frozen=True, slots=True)
class Gain:
    """What a child gained in a subject over the year, in tenths on one scale."""

    child: UUID
    subject: str
    scale: str
    tenths: int


@dataclass(frozen=True, slots=True)
class Window:
    """A year as progress looks at it: its label, the year before, and its terms."""

    year: str
    before: str
    terms: tuple[tuple[date, date], ...]


def gains(
    results: Iterable[Result],
    spells: Mapping[UUID, Sequence[Spell]],
    window: Window,
    criteria: Criteria,
) -> list[Gain]:
    """Return the gain of each child and subject that can be matched (domain brief 5.4, 5.5).

    From the baseline (last summer's point, else the first within six weeks of the start of
    support) to this summer's, on one scale, long enough apart, with enough terms on the caseload.
    """
    points = _points(results)
    found = []
    for (child, subject), mine in sorted(points.items(), key=lambda item: str(item[0])):
        end = mine.get((window.year, "summer"))
        own = spells.get(child, ())
        start = _baseline(mine, own, window, end) if end else None
        if end and start and _matched(start, end, own, window, criteria):
            assert end.value_tenths is not None
            assert start.value_tenths is not None
            found.append(Gain(child, subject, end.scale, end.value_tenths - start.value_tenths))
    return found


def _points(
    results: Iterable[Result],
) -> dict[tuple[UUID, str], dict[tuple[str, str], Result]]:
    """Keep one result a child, subject and window: the latest, ties by when it was recorded."""
    points: dict[tuple[UUID, str], dict[tuple[str, str], Result]] = defaultdict(dict)
    for result in sorted(results, key=lambda one: (one.assessed_on, one.recorded_at)):
        points[result.child, result.subject][result.year, result.term] = result
    return points


def _baseline(
    points: Mapping[tuple[str, str], Result],
    spells: Sequence[Spell],
    window: Window,
    end: Result,
) -> Result | None:
    if (window.before, "summer") in points:
        return points[window.before, "summer"]
    early = [
        point
        for point in points.values()
        if point.assessed_on < end.assessed_on
        and any(
            spell.started_on <= point.assessed_on <= spell.started_on + timedelta(days=SOON_DAYS)
            for spell in spells
        )
    ]
    return min(early, key=lambda point: (point.assessed_on, point.recorded_at), default=None)


def _matched(
    start: Result, end: Result, spells: Sequence[Spell], window: Window, criteria: Criteria
) -> bool:
    if start.scale != end.scale or start.value_tenths is None or end.value_tenths is None:
        return False
    terms = sum(any(spell.touches(first, last) for spell in spells) for first, last in window.terms)
    long_enough = months_between(start.assessed_on, end.assessed_on) >= criteria.minimum_months
    return long_enough and terms >= criteria.minimum_terms


def months_between(start: date, end: date) -> int:
    """Return the whole months from one day to a later one."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - (end.day < start.day)


def mean_gain(found: Iterable[Gain], scale: str) -> Fraction | None:
    """Return the mean over children of each one's mean over subjects, in levels (5.7)."""
    by_child: dict[UUID, list[int]] = defaultdict(list)
    for gain in found:
        if gain.scale == scale:
            by_child[gain.child].append(gain.tenths)
    means = [Fraction(sum(tenths), 10 * len(tenths)) for tenths in by_child.values()]
    return sum(means, Fraction()) / len(means) if means else None


def grade(tenths: int, scale: str, criteria: Criteria) -> str:
    """Return a gain's grade: the best whose threshold it reaches, else ``below`` (5.4)."""
    reached = [
        (least, name)
        for of_scale, name, least in criteria.progress
        if of_scale == scale and tenths >= least
    ]
    return max(reached)[1] if reached else "below"


GOOD = frozenset({"good", "outstanding"})
EXPECTED = GOOD | {"expected"}


def outcome(grades: Sequence[str], criteria: Criteria) -> str | None:
    """Return the service's outcome: the first whose shares are both reached (5.6).

    Shares are compared exactly, the boundary included; too few judged are not reported.
    """
    judged = len(grades)
    if judged < max(1, criteria.minimum_judged):
        return None
    expected = sum(one in EXPECTED for one in grades)
    good = sum(one in GOOD for one in grades)
    for name, least_expected, least_good in criteria.cohort:
        if 100 * expected >= least_expected * judged and 100 * good >= least_good * judged:
            return name
    return None
