"""How exact figures are printed (domain brief 1.5 and traps 50 to 54)."""

from fractions import Fraction

import pytest

from services.reporting.presentation import Unit, change_printed, half_up, printed


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        (Fraction(25, 2), 0, "13"),
        (Fraction(1, 4), 1, "0.3"),
        (Fraction(-25, 2), 0, "-13"),
        (Fraction(8745, 100), 0, "87"),
        (Fraction(21800, 249), 0, "88"),
        (Fraction(17, 13), 2, "1.31"),
    ],
)
def test_half_is_rounded_up_once(value: Fraction, places: int, shown: str) -> None:
    assert str(half_up(value, places)) == shown


@pytest.mark.parametrize(
    ("value", "unit", "places", "shown"),
    [
        (Fraction(47800, 479), Unit.PER_CENT, 1, "99.8%"),
        (Fraction(99_999, 1000), Unit.PER_CENT, 1, "99.9%"),
        (Fraction(1, 1000), Unit.PER_CENT, 1, "0.1%"),
        (Fraction(100), Unit.PER_CENT, 1, "100%"),
        (Fraction(0), Unit.PER_CENT, 0, "0%"),
        (Fraction(425, 61), Unit.PER_CENT, 1, "7%"),
        (Fraction(80), Unit.APPROXIMATE, 0, "approximately 80"),
        (Fraction(75), Unit.APPROXIMATE, 0, "approximately 75"),
        (Fraction(0), Unit.NONE, 0, "none"),
        (Fraction(100), Unit.ALL_TEAMS, 0, "all teams"),
        (None, Unit.PER_CENT, 0, "no data for this year"),
        ("Good", Unit.GRADE, 0, "Good"),
    ],
)
def test_a_figure_is_printed_as_its_unit_asks(
    value: Fraction | str | None, unit: Unit, places: int, shown: str
) -> None:
    assert printed(value, unit, places) == shown


@pytest.mark.parametrize(
    ("change", "places", "shown"),
    [
        (Fraction(2), 0, "increase of 2 percentage points"),
        (Fraction(1), 0, "increase of 1 percentage point"),
        (Fraction(-21, 10), 1, "decrease of 2.1 percentage points"),
        (Fraction(0), 0, "no change"),
        (Fraction(1, 100), 1, "increase of less than 0.1 percentage points"),
    ],
)
def test_a_change_says_its_direction_and_kind(change: Fraction, places: int, shown: str) -> None:
    assert change_printed(change, places) == shown
