"""How figures are printed: half up, once, and never a claim that is not exact."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reporting.presentation import Unit, change_printed, exact, half_up, printed


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        ("12.5", 0, "13"),
        ("-12.5", 0, "-13"),
        ("0.25", 1, "0.3"),
        ("87.45", 0, "87"),  # not 87.5 and then 88
        ("87.55", 0, "88"),
        ("2.675", 2, "2.68"),
        ("1.005", 2, "1.01"),
        ("-0.04", 1, "0.0"),
        ("9.375", 1, "9.4"),
    ],
)
def test_a_half_goes_away_from_nought_and_rounding_is_done_once(
    value: str, decimals: int, expected: str
) -> None:
    assert str(half_up(Fraction(value), decimals)) == expected


@given(st.fractions(-1000, 1000), st.integers(0, 3))
def test_rounding_is_within_half_a_unit(value: Fraction, decimals: int) -> None:
    away = abs(Fraction(half_up(value, decimals)) - value)
    assert away <= Fraction(1, 2 * 10**decimals)


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (Fraction(100 * 160, 218), 1, "73.4%"),
        (Fraction(100 * 142, 218), 1, "65.1%"),
        (Fraction(100 * 478, 479), 1, "99.8%"),
        (Fraction(100 * 457, 479), 1, "95.4%"),
        (Fraction(100 * 218, 249), 0, "88%"),
        (Fraction(7), 1, "7%"),
        (Fraction(100), 1, "100%"),
        (Fraction(0), 1, "0%"),
        (Fraction("99.95"), 1, "99.9%"),
        (Fraction("99.5"), 0, "99%"),
        (Fraction("0.04"), 1, "0.1%"),
        (Fraction("0.4"), 0, "1%"),
        (Fraction("100.2"), 0, "100%"),
    ],
)
def test_a_share_claims_all_or_none_only_where_it_is_exact(
    value: Fraction, decimals: int, expected: str
) -> None:
    assert printed(value, Unit.PER_CENT, decimals) == expected


@given(st.integers(1, 5000), st.data(), st.integers(0, 2))
def test_100_and_0_are_printed_if_and_only_if_exact(
    of: int, data: st.DataObject, decimals: int
) -> None:
    part = data.draw(st.integers(0, of))
    text = printed(Fraction(100 * part, of), Unit.PER_CENT, decimals)
    assert (text == "100%") == (part == of)
    assert (text == "0%") == (part == 0)


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "expected"),
    [
        (Fraction(218), Unit.COUNT, 0, "218"),
        (Fraction(80), Unit.APPROXIMATE, 0, "approximately 80"),
        (Fraction(75), Unit.APPROXIMATE, 0, "approximately 75"),
        (Fraction(72), Unit.APPROXIMATE, 0, "approximately 70"),
        (Fraction(4), Unit.APPROXIMATE, 0, "fewer than 5"),
        (Fraction(6660, 100), Unit.FTE, 1, "66.6"),
        (Fraction(67), Unit.FTE, 1, "67.0"),
        (Fraction(17, 13), Unit.LEVELS, 2, "1.31"),
        (Fraction(9), Unit.MARK, 1, "9.0"),
        (Fraction(100), Unit.ALL_TEAMS, 0, "all teams"),
        (Fraction(600, 7), Unit.ALL_TEAMS, 0, "86%"),
        (Fraction(0), Unit.NONE, 0, "none"),
        (Fraction(2), Unit.NONE, 0, "2"),
        ("Outstanding", Unit.GRADE, 0, "Outstanding"),
        (None, Unit.COUNT, 0, "no data for this year"),
    ],
)
def test_each_unit_has_its_own_words(
    value: Fraction | str | None, unit: Unit, decimals: int, expected: str
) -> None:
    assert printed(value, unit, decimals) == expected


def test_why_there_is_no_value_is_said_in_its_own_words() -> None:
    assert printed(None, Unit.PER_CENT, 1, "no returns") == "no returns"


@pytest.mark.parametrize(
    ("change", "decimals", "expected"),
    [
        ("9.95", 0, "increase of 10 percentage points"),
        ("-2.8", 1, "decrease of 2.8 percentage points"),
        ("2.02", 1, "increase of 2 percentage points"),
        ("1.04", 1, "increase of 1 percentage point"),
        ("0.04", 1, "increase of less than 0.1 percentage points"),
        ("-0.04", 1, "decrease of less than 0.1 percentage points"),
        ("-0.4", 0, "decrease of less than 1 percentage point"),
        ("0", 0, "no change"),
    ],
)
def test_a_change_names_its_direction_and_never_a_change_of_nought(
    change: str, decimals: int, expected: str
) -> None:
    assert change_printed(Fraction(change), decimals) == expected


def test_the_exact_value_is_in_lowest_terms() -> None:
    assert exact(Fraction(16000, 218)) == "8000/109"
    assert exact(Fraction(218)) == "218"
    assert exact("Good") == "Good"
    assert exact(None) is None


def test_printing_uses_no_binary_floats() -> None:
    assert isinstance(half_up(Fraction(1, 3), 2), Decimal)
