"""The worked examples of the domain brief, 5.4 to 5.7, and the edges between them."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.common.core.progress import Criteria, Point, gain, grade, months_after
from services.reporting.figures.progress import mean_gain, outcome
from services.reporting.presentation import half_up

CRITERIA = Criteria(
    progress=[
        ("N", "expected", 30),
        ("N", "approaching", 20),
        ("N", "outstanding", 50),
        ("N", "good", 40),
    ],
    cohort=[("requires-improvement", 65, 0), ("good", 80, 50), ("outstanding", 90, 75)],
)
START, END = date(2018, 6, 20), date(2019, 6, 20)


def point(tenths: int, day: date, scale: str = "P", scheme: str = "S", version: int = 1) -> Point:
    return Point(scheme, version, scale, tenths, day)


def gained(start: int, end: int, terms: int = 3) -> int | None:
    return gain(point(start, START), point(end, END), terms, CRITERIA)


@pytest.mark.parametrize(
    ("tenths", "mean", "printed"),
    [
        ([20, 10, 10, 15, 10, 20, 10, 5, 10, 15, 20, 15, 10], Fraction(17, 13), "1.31"),
        ([20, 10, 10, 15, 10, 20, 10, 5, 10, 15, 10, 15, 10], Fraction(16, 13), "1.23"),
    ],
)
def test_example_a_thirteen_children(tenths: list[int], mean: Fraction, printed: str) -> None:
    found = mean_gain(enumerate(tenths))
    assert found == (mean, 13)
    assert str(half_up(mean, 2)) == printed


def test_example_b_the_mean_of_pupil_means() -> None:
    gains = [("ann", 10), ("ann", 10), ("ann", 20), ("bob", 20)]
    assert mean_gain(gains) == (Fraction(5, 3), 2)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [(40, 90, "outstanding"), (40, 70, "expected"), (120, 160, "good")],
)
def test_example_c_year_bands(start: int, end: int, expected: str) -> None:
    assert grade(end - start, "N", CRITERIA) == expected


def test_examples_d_and_e_steps_within_a_level() -> None:
    assert gained(46, 52) == 6  # P5c to P6e
    assert gained(35, 40) == 5  # P3ii to P4
    assert gained(10, 15) == 5  # P1i to P1ii


def test_example_f_the_boundary_is_included() -> None:
    grades = ["below"] * 20 + ["expected"] * 30 + ["good"] * 70 + ["outstanding"] * 80
    assert outcome(grades, CRITERIA) == "outstanding"
    grades[50] = "expected"
    assert outcome(grades, CRITERIA) == "good"


@pytest.mark.parametrize(
    ("tenths", "expected"),
    [
        (-10, "below"),
        (19, "below"),
        (20, "approaching"),
        (29, "approaching"),
        (30, "expected"),
        (39, "expected"),
        (40, "good"),
        (50, "outstanding"),
    ],
)
def test_a_threshold_is_closed_below(tenths: int, expected: str) -> None:
    assert grade(tenths, "N", CRITERIA) == expected


def test_a_scale_without_thresholds_is_not_judged_least_of_all_by_anothers() -> None:
    assert grade(60, "P", CRITERIA) is None
    assert grade(-10, "P", CRITERIA) is None


@pytest.mark.parametrize(("judged", "expected"), [(9, None), (10, "outstanding")])
def test_too_few_judged_have_no_outcome(judged: int, expected: str | None) -> None:
    assert outcome(["good"] * judged, CRITERIA) == expected


def test_nobody_judged_has_no_outcome_whatever_the_criteria_ask() -> None:
    assert outcome([], Criteria(cohort=CRITERIA.cohort, minimum_judged=0)) is None


def test_where_no_share_is_reached_it_is_inadequate() -> None:
    assert outcome(["below"] * 10, CRITERIA) == "inadequate"
    assert outcome(["expected"] * 65 + ["below"] * 35, CRITERIA) == "requires-improvement"
    assert outcome(["expected"] * 64 + ["below"] * 36, CRITERIA) == "inadequate"


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2018, 8, 31), 6, date(2019, 2, 28)),
        (date(2019, 8, 31), 6, date(2020, 2, 29)),
        (date(2018, 12, 31), 6, date(2019, 6, 30)),
        (date(2018, 6, 15), 6, date(2018, 12, 15)),
        (date(2018, 11, 1), 1, date(2018, 12, 1)),
        (date(2018, 12, 1), 1, date(2019, 1, 1)),
        (date(2018, 6, 20), 0, date(2018, 6, 20)),
    ],
)
def test_months_are_calendar_months(day: date, months: int, expected: date) -> None:
    assert months_after(day, months) == expected


def test_no_baseline_and_too_few_terms_give_no_gain() -> None:
    assert gain(None, point(60, END), 3, CRITERIA) is None
    assert [gained(40, 60, terms) for terms in range(4)] == [None, None, 20, 20]


def test_scales_and_schemes_are_never_mixed() -> None:
    for other in ({"scale": "N"}, {"scheme": "T"}, {"version": 2}):
        assert gain(point(40, START), point(60, END, **other), 3, CRITERIA) is None


@given(st.lists(st.integers(-80, 80), min_size=1, max_size=30))
def test_the_mean_is_exact_and_lies_between_the_gains(tenths: list[int]) -> None:
    found = mean_gain(enumerate(tenths))
    assert found
    assert found[0] * 10 * len(tenths) == sum(tenths)
    assert min(tenths) <= found[0] * 10 <= max(tenths)
