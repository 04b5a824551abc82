"""Progress, as drawn tables: results in, gains, means and outcomes out (domain brief 5.4-5.7)."""

from datetime import date
from fractions import Fraction
from uuid import UUID

import pytest

from services.assessment.schemes import scheme_on
from services.reporting.figures.progress import (
    Criteria,
    Gain,
    Result,
    Spell,
    Window,
    gains,
    grade,
    mean_gain,
    months_between,
    outcome,
)

CHILD, OTHER = UUID(int=1), UUID(int=2)
CRITERIA = Criteria(
    progress=[("N", "outstanding", 50), ("N", "good", 40), ("N", "expected", 30)],
    cohort=[("outstanding", 90, 75), ("good", 80, 50), ("requires-improvement", 65, 0)],
    minimum_months=6,
    minimum_terms=2,
    minimum_judged=10,
)
WINDOW = Window(
    "2018-19",
    "2017-18",
    (
        (date(2018, 9, 1), date(2018, 12, 31)),
        (date(2019, 1, 1), date(2019, 3, 31)),
        (date(2019, 4, 1), date(2019, 8, 31)),
    ),
)
ALWAYS = {CHILD: [Spell(date(2016, 9, 5), None)]}
TERM_DAYS = {"autumn": (12, 3), "spring": (3, 25), "summer": (6, 17)}


def result(year: str, term: str, place: str, day: date | None = None, at: str = "1") -> Result:
    month, number = TERM_DAYS[term]
    default = date(int(year[:4]) + (month < 9), month, number)
    found = (scheme_on(date(2018, 9, 1)) or pytest.fail("no scheme")).find(place)
    assert found is not None
    scale, position = found
    when = day or default
    return Result(CHILD, year, term, "reading", scale.scale, position.value_tenths, when, at)


@pytest.mark.parametrize(
    ("before", "after", "tenths"),
    [
        ("Y1.4", "Y2.3", 50),  # example C: five steps
        ("Y1.4", "Y2.1", 30),
        ("Y2.6", "Y3.4", 40),
        ("P5c", "P6e", 6),  # example D: sub-steps
        ("P3ii", "P4", 5),  # example E: half a level, not one
        ("P1i", "P1ii", 5),
        ("Y2.3", "Y2.1", -20),  # a loss is kept
    ],
)
def test_a_gain_is_the_difference_on_one_scale(before: str, after: str, tenths: int) -> None:
    results = [result("2017-18", "summer", before), result("2018-19", "summer", after)]
    assert [gain.tenths for gain in gains(results, ALWAYS, WINDOW, CRITERIA)] == [tenths]


@pytest.mark.parametrize(
    ("before", "after"), [("P8", "Y1.2"), ("EM", "EM"), ("PK4", "PK5"), ("P4", "PK4")]
)
def test_scales_are_never_mixed_nor_counted_without_values(before: str, after: str) -> None:
    results = [result("2017-18", "summer", before), result("2018-19", "summer", after)]
    assert gains(results, ALWAYS, WINDOW, CRITERIA) == []


@pytest.mark.parametrize(
    ("days", "matched"), [(0, True), (20, True), (42, True), (43, False)], ids=str
)
def test_a_first_point_within_six_weeks_serves_as_baseline(days: int, matched: bool) -> None:
    started = date(2018, 9, 10)
    early = result("2018-19", "autumn", "Y1.1", date.fromordinal(started.toordinal() + days))
    spells = {CHILD: [Spell(started, None)]}
    found = gains([early, result("2018-19", "summer", "Y1.6")], spells, WINDOW, CRITERIA)
    assert bool(found) is matched


@pytest.mark.parametrize(
    ("spell", "matched"),
    [
        (Spell(date(2016, 9, 1), date(2019, 1, 1)), True),  # a day of the spring term is two
        (Spell(date(2016, 9, 1), date(2018, 12, 31)), False),
        (Spell(date(2019, 3, 31), None), True),
        (Spell(date(2019, 4, 1), None), False),
    ],
)
def test_two_terms_on_the_caseload_are_needed(spell: Spell, matched: bool) -> None:
    results = [result("2017-18", "summer", "Y1.1"), result("2018-19", "summer", "Y1.6")]
    assert bool(gains(results, {CHILD: [spell]}, WINDOW, CRITERIA)) is matched


def test_the_latest_of_a_window_counts_and_ties_go_to_the_later_recorded() -> None:
    day = date(2019, 6, 20)
    results = [
        result("2017-18", "summer", "Y1.1"),
        result("2018-19", "summer", "Y6.6", date(2019, 6, 10), "9"),
        result("2018-19", "summer", "Y2.1", day, "2"),
        result("2018-19", "summer", "Y1.6", day, "1"),
    ]
    assert [gain.tenths for gain in gains(results, ALWAYS, WINDOW, CRITERIA)] == [60]


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2018, 12, 17), date(2019, 6, 17), 6),
        (date(2018, 12, 18), date(2019, 6, 17), 5),
        (date(2018, 6, 18), date(2019, 6, 17), 11),
    ],
)
def test_months_are_whole(start: date, end: date, months: int) -> None:
    assert months_between(start, end) == months


def test_the_mean_is_over_children_of_each_ones_mean() -> None:
    found = [  # example B: 4/3 and 2, not 6/4
        *(
            Gain(CHILD, subject, "P", tenths)
            for subject, tenths in zip("rwm", (10, 10, 20), strict=True)
        ),
        Gain(OTHER, "r", "P", 20),
        Gain(OTHER, "w", "N", 60),
    ]
    assert mean_gain(found, "P") == Fraction(5, 3)
    assert mean_gain([], "P") is None


@pytest.mark.parametrize(
    ("tenths", "name"), [(29, "below"), (30, "expected"), (40, "good"), (50, "outstanding")]
)
def test_thresholds_are_closed_below(tenths: int, name: str) -> None:
    assert grade(tenths, "N", CRITERIA) == name


def test_the_boundary_belongs_to_the_better_outcome() -> None:
    judged = ["below"] * 20 + ["expected"] * 30 + ["good"] * 70 + ["outstanding"] * 80
    assert outcome(judged, CRITERIA) == "outstanding"  # example F: exactly 90% and 75%
    judged[judged.index("good")] = "expected"
    assert outcome(judged, CRITERIA) == "good"
    assert outcome(["outstanding"] * 9, CRITERIA) is None
