"""Progress by the rules of docs/figures.md: matched results, gains, grades, and their outcome."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from deploy.demo.oracle.reading import Case, Figure, bounds, cases, day
from deploy.demo.records import County, Record
from deploy.demo.terms import year_before

SUBJECTS = ("reading", "writing", "mathematics")
FIRST_POINT = timedelta(days=42)
SAME_SPELL = timedelta(days=14)
MOST_MONTHS = 15
GOOD = ("good", "outstanding")
EXPECTED = ("expected", *GOOD)
P_BELOW_4 = {"1i": 10, "1ii": 15, "2i": 20, "2ii": 25, "3i": 30, "3ii": 35}
UNJUDGED: Record = {"minimum_months": 6, "minimum_terms_on_caseload": 2, "minimum_judged": 10}


@dataclass(frozen=True)
class Point:
    """A result that stands."""

    child: str
    subject: str
    year: str
    term: str
    scale: str
    tenths: int
    on: date
    recorded: int


@dataclass(frozen=True)
class Gain:
    """What one child gained in one subject, in tenths of the scale both results are on."""

    child: str
    subject: str
    scale: str
    tenths: int


def progress_figures(county: County, year: str) -> dict[str, Figure]:
    """Return the outcome in each subject on year bands, and the average gain in P levels."""
    criteria = _criteria(county, year)
    gains = _gains(county, year, criteria or UNJUDGED)
    outcomes: dict[str, Figure] = {
        f"progress.nc.{subject}.judgement": _outcome(
            [g.tenths for g in gains if (g.subject, g.scale) == (subject, "N")], criteria
        )
        for subject in SUBJECTS
    }
    return {**outcomes, "progress.p_levels.average": _average(gains)}


def _criteria(county: County, year: str) -> Record | None:
    """Return the highest version signed within the year or before it, or else the first signed."""
    agreed = [one for one in county.criteria if one["academic_year"] == year]
    in_time = [one for one in agreed if _signed(one) <= bounds(year)[1]]
    if in_time:
        return max(in_time, key=lambda one: one["version"])
    return min(agreed, key=lambda one: (_signed(one), one["version"]), default=None)


def _signed(criteria: Record) -> date:
    """Return the later of the two signatures' days; that of the second may not be told."""
    return max(day(criteria, "adopted_on"), day(criteria, "signed_on", date.min))


def _average(gains: list[Gain]) -> Fraction | None:
    """Return the mean over children of each one's mean over subjects, in P levels."""
    by_child: dict[str, list[int]] = {}
    for gain in gains:
        if gain.scale == "P":
            by_child.setdefault(gain.child, []).append(gain.tenths)
    means = [Fraction(sum(of), 10 * len(of)) for of in by_child.values()]
    return sum(means, Fraction(0)) / len(means) if means else None


def _outcome(gains: list[int], criteria: Record | None) -> str | None:
    """Return the service's outcome; the first whose two shares are reached, or else the last."""
    if criteria is None or len(gains) < max(1, criteria["minimum_judged"]):
        return None
    grades = [_grade(gain, criteria["progress"]) for gain in gains]
    expected = sum(grade in EXPECTED for grade in grades)
    good = sum(grade in GOOD for grade in grades)
    for outcome in criteria["cohort"]:
        if 100 * expected >= outcome["expected_or_better"] * len(grades) and 100 * good >= outcome[
            "good_or_better"
        ] * len(grades):
            return str(outcome["outcome"]).replace("-", " ").capitalize()
    return "Inadequate"


def _grade(gain: int, thresholds: list[dict[str, Any]]) -> str:
    reached = [t for t in thresholds if t["scale"] == "N" and gain >= t["at_least_tenths"]]
    return str(max(reached, key=lambda t: t["at_least_tenths"])["grade"]) if reached else "below"


def _gains(county: County, year: str, criteria: Record) -> list[Gain]:
    """Return every gain that counts: same scale, months apart, terms on the caseload."""
    by_child: dict[str, list[Case]] = {}
    for case in cases(county):
        by_child.setdefault(case.child, []).append(case)
    points: dict[tuple[str, str], list[Point]] = {}
    for point in _points(county):
        points.setdefault((point.child, point.subject), []).append(point)
    gains = []
    for (child, subject), of in points.items():
        spells = by_child.get(child, [])
        start, end = _baseline(of, spells, year), _end(of, year)
        if (
            start is not None
            and end is not None
            and start.scale == end.scale
            and start.on < end.on
            and _months_on(start.on, criteria["minimum_months"]) <= end.on
            and end.on <= _months_on(start.on, MOST_MONTHS)
            and _terms(spells, year) >= criteria["minimum_terms_on_caseload"]
        ):
            gains.append(Gain(child, subject, end.scale, end.tenths - start.tenths))
    return gains


def _points(county: County) -> list[Point]:
    """Return the results that stand: corrected, not void, moderated, on a scale with values."""
    void = {one["result"] for one in county.voids}
    corrected = {one["result"]: one for one in county.corrections}
    points = []
    for number, result in enumerate(county.results):
        stands = {**result, **corrected.get(result["reference"], {})}
        scale, tenths = _value(stands["position"])
        if tenths is not None and stands["moderated"] and result["reference"] not in void:
            window = (result["academic_year"], result["term"])
            on = day(stands, "assessed_on")
            points.append(
                Point(result["child"], result["subject"], *window, scale, tenths, on, number)
            )
    return points


def _value(position: str) -> tuple[str, int | None]:
    """Return a position's scale, and its value in tenths where the scale has values."""
    if position.startswith("Y"):
        band, step = position[1:].split(".")
        return "N", 10 * (6 * (int(band) - 1) + int(step))
    if position.startswith("PK") or position == "EM":
        return position[:2], None
    level = position[1:]
    if level in P_BELOW_4:
        return "P", P_BELOW_4[level]
    fifths = " edcba".find(level[1:]) if level[1:] else 5
    base, each = (35, 1) if level[0] == "4" else (10 * (int(level[0]) - 1), 2)
    return "P", base + fifths * each


def _summer(points: list[Point], year: str) -> Point | None:
    """Return the summer's result: of several the latest, and of one day's the last recorded."""
    of = [point for point in points if (point.year, point.term) == (year, "summer")]
    return max(of, key=lambda point: (point.on, point.recorded), default=None)


def _baseline(points: list[Point], spells: list[Case], year: str) -> Point | None:
    """Return last summer's result, or else the first within six weeks of the start of a spell."""
    last = _summer(points, year_before(year))
    if last is not None:
        return last
    starts = [first for first, last in _joined(spells) if _touches(first, last, year)]
    first = [p for p in points if any(s <= p.on <= s + FIRST_POINT for s in starts)]
    return min(first, key=lambda point: (point.on, -point.recorded), default=None)


def _end(points: list[Point], year: str) -> Point | None:
    """Return this summer's result, of those of a day from 1 April to 31 August."""
    last = bounds(year)[1]
    return _summer([point for point in points if date(last.year, 4, 1) <= point.on <= last], year)


def _joined(cases_of_child: list[Case]) -> list[tuple[date, date]]:
    """Return the spells: a case that begins within 14 days after another ended continues it."""
    spells: list[tuple[date, date]] = []
    for case in sorted(cases_of_child, key=lambda case: case.started):
        before = [spell for spell in spells if _gap(spell[1], case.started) <= SAME_SPELL]
        first = min([case.started, *(spell[0] for spell in before)])
        last = max([case.ended, *(spell[1] for spell in before)])
        spells = [spell for spell in spells if spell not in before] + [(first, last)]
    return spells


def _gap(ended: date, began: date) -> timedelta:
    return max(began - ended, timedelta())


def _touches(first: date, last: date, year: str) -> bool:
    return first <= bounds(year)[1] and bounds(year)[0] <= last


def _months_on(start: date, months: int) -> date:
    """Return the same day some months on, or the month's last where it is shorter."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    after = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=start.day - 1), after - timedelta(days=1))


def _terms(spells: list[Case], year: str) -> int:
    """Return in how many of the year's terms the child was on the caseload."""
    first, last = bounds(year)
    new_year, easter = date(last.year, 1, 1), date(last.year, 4, 1)
    one = timedelta(days=1)
    terms = ((first, new_year - one), (new_year, easter - one), (easter, last))
    return sum(any(case.open_between(*term) for case in spells) for term in terms)
