"""A child's progress in a year by subject: from where, how much, and why it has its grade."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from libs.common.core.clock import AcademicYear
from libs.common.core.progress import SOON, Criteria, Point, first_days, gain, grade, matched
from libs.common.core.terms import Span
from services.assessment.results.domain import Result

SUMMER: Final = "summer"
NO_RESULT: Final = "There is no moderated result of this summer on a scale with values."
NO_BASELINE: Final = (
    "There is no baseline: no result of the summer before, nor one within six weeks of the first"
    " day of support."
)
NO_GAIN: Final = "The two results cannot be compared: {}."
NO_CRITERIA: Final = "No criteria are adopted for this year."
NO_THRESHOLDS: Final = "The criteria have no thresholds for this scale."


@dataclass(frozen=True, slots=True)
class Scored:
    """A child's end point and baseline in a subject, the tenths gained, the grade, and why."""

    subject: str
    end: Result | None
    baseline: Result | None
    gain_tenths: int | None
    grade: str | None
    reason: str


def scored(
    year: AcademicYear,
    results: Sequence[Result],
    spells: Sequence[Span],
    terms: Sequence[Span],
    criteria: Criteria | None,
) -> list[Scored]:
    """Score each subject of a year, of results in the order in which they were first recorded.

    By the rules of the domain brief, 5.4 and 13.1 to 13.3, as reporting counts: only moderated
    results on a scale with values; of several the latest, and of one day the last recorded.
    """
    points = [one for one in results if one.moderated and not one.void and _has_value(one)]
    touched = sum(_touches(spells, *term) for term in terms)
    return [
        _of_subject(year, [one for one in points if one.subject == subject], spells, terms).judged(
            subject, touched, criteria
        )
        for subject in sorted({one.subject for one in results})
    ]


@dataclass(frozen=True, slots=True)
class _Ends:
    start: Result | None
    end: Result | None

    def judged(self, subject: str, terms: int, criteria: Criteria | None) -> Scored:
        """Say what was gained between them and what that is worth."""
        rules = criteria or Criteria()
        if self.end is None:
            return Scored(subject, None, self.start, None, None, NO_RESULT)
        if self.start is None:
            return Scored(subject, self.end, None, None, None, NO_BASELINE)
        start, end = _point(self.start), _point(self.end)
        tenths = gain(start, end, terms, rules)
        if tenths is None:
            reason = NO_GAIN.format("; ".join(_why_not(start, end, terms, rules)))
            return Scored(subject, self.end, self.start, None, None, reason)
        found = grade(tenths, end.scale, rules) if criteria else None
        return Scored(
            subject, self.end, self.start, tenths, found, _why(found, tenths, end, criteria)
        )


def _of_subject(
    year: AcademicYear, points: Sequence[Result], spells: Sequence[Span], terms: Sequence[Span]
) -> _Ends:
    first, last = terms[-1]
    summers = [one for one in points if one.term == SUMMER]
    ends = [o for o in summers if o.academic_year == year.label and first <= o.assessed_on <= last]
    before = [one for one in summers if one.academic_year == year.previous().label]
    return _Ends(_latest(before) or _first_of_support(year, points, spells), _latest(ends))


def _first_of_support(
    year: AcademicYear, points: Sequence[Result], spells: Sequence[Span]
) -> Result | None:
    """Return the first point of the six weeks after a spell began that touches the year."""
    began = first_days(spells, year.first_day, year.last_day)
    soon = [
        one
        for one in points
        if one.assessed_on <= year.last_day
        and any(day <= one.assessed_on <= day + timedelta(days=SOON) for day in began)
    ]
    earliest = min((one.assessed_on for one in soon), default=None)
    return next((one for one in reversed(soon) if one.assessed_on == earliest), None)


def _latest(points: Iterable[Result]) -> Result | None:
    return max(enumerate(points), key=lambda one: (one[1].assessed_on, one[0]), default=(0, None))[
        1
    ]


def _has_value(result: Result) -> bool:
    return result.value_tenths is not None


def _point(result: Result) -> Point:
    assert result.value_tenths is not None
    same = result.scheme, result.scheme_version, result.scale
    return Point(*same, result.value_tenths, result.assessed_on)


def _touches(spells: Iterable[Span], first: date, last: date) -> bool:
    return any(began <= last and ended >= first for began, ended in spells)


def _why_not(start: Point, end: Point, terms: int, rules: Criteria) -> list[str]:
    """Return which of the conditions of a gain are not met, each in words."""
    anywhere = rules.minimum_terms
    same = start._replace(scale=end.scale, scheme=end.scheme, scheme_version=end.scheme_version)
    why = []
    if same != start:
        why.append("they are not on one scale of one version of a scheme")
    if terms < rules.minimum_terms:
        why.append(f"support was in {terms} of the year's terms and has to be in {anywhere}")
    if not matched(same, end, max(terms, anywhere), rules):
        months = f"{rules.minimum_months} to {rules.maximum_months} months"
        why.append(f"they are not {months} apart")
    return why


def _why(found: str | None, tenths: int, end: Point, criteria: Criteria | None) -> str:
    if criteria is None:
        return NO_CRITERIA
    if found is None:
        return NO_THRESHOLDS
    least = {name: at for scale, name, at in criteria.progress if scale == end.scale}
    reached = f"at least {least[found]}" if found in least else f"less than {min(least.values())}"
    return f"A gain of {tenths} tenths on the scale {end.scale} is {reached}: {found}."
