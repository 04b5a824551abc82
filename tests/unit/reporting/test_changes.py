"""Changes: their kind, and how sure one may be of them."""

from decimal import Decimal
from fractions import Fraction

import pytest

from services.reporting.disclosure.changes import wilson
from services.reporting.presentation import absolute_change_printed


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [
        (81, 263, "0.2553", "0.3662"),
        (15, 148, "0.0624", "0.1605"),
        (0, 20, "0.0000", "0.1611"),
        (1, 29, "0.0061", "0.1718"),
    ],
)
def test_an_interval_is_that_of_the_literature(count: int, of: int, low: str, high: str) -> None:
    """Newcombe 1998, table I, method 3."""
    places = Decimal("0.0001")
    found = tuple(abs(end.quantize(places)) for end in wilson(count, of))
    assert found == (Decimal(low), Decimal(high))


@pytest.mark.parametrize(
    ("change", "decimals", "printed"),
    [
        (Fraction(1, 13), 2, "increase of 0.08"),
        (Fraction(-1, 13), 2, "decrease of 0.08"),
        (Fraction(0), 2, "no change"),
        (Fraction(1, 1000), 2, "increase of less than 0.01"),
    ],
)
def test_an_absolute_change_says_which_way(change: Fraction, decimals: int, printed: str) -> None:
    """Domain brief 5.7, example A: 1.23 to 1.31."""
    assert absolute_change_printed(change, decimals) == printed
