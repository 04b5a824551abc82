"""How a figure changed since a year before: always of a kind, and uncertain where few answered."""

from decimal import Decimal
from fractions import Fraction
from typing import Final

from services.reporting.evaluate import Figure, Folded
from services.reporting.presentation import Unit, absolute_change_printed, change_printed
from services.reporting.views import Change

FEW: Final = 100
"""Of fewer than so many, a difference of shares is told with its uncertainty."""

Z: Final = Decimal("1.959964")
"""How many standard errors a 95% interval reaches to each side."""

BY_CHANCE: Final = (
    "The 95% intervals of the two years overlap: chance alone could make such a difference."
)
NOT_BY_CHANCE: Final = (
    "The 95% intervals of the two years lie apart: chance alone seldom makes such a difference."
)


def since(year: str) -> str:
    """Return what names a year that is not the year before, after a value."""
    return f" in {year}" if year else ""


def change_of(figure: Figure, now: Folded, last: Folded, last_of: str) -> Change | None:
    """Return how a figure changed, where that is told: of shares, where the figure says so.

    Of other shares both years are printed and no change, as in the publication.
    """
    if not (isinstance(now.value, Fraction) and isinstance(last.value, Fraction)):
        return None
    change = now.value - last.value
    after = f" since {last_of}" if last_of else ""
    if figure.change_decimals is not None:
        return Change(
            value=str(change),
            printed=change_printed(change, figure.change_decimals) + after,
            uncertainty=uncertainty(now, last),
        )
    if figure.unit in {Unit.PER_CENT, Unit.ALL_TEAMS}:
        return None
    return Change(
        value=str(change),
        printed=absolute_change_printed(change, figure.decimals) + after,
        kind="absolute",
    )


def uncertainty(now: Folded, last: Folded) -> str | None:
    """Say whether chance alone could make a difference of shares, where one is of few."""
    if not now.basis or not last.basis or min(now.basis[1], last.basis[1]) >= FEW:
        return None
    (low, high), (low_then, high_then) = wilson(*now.basis), wilson(*last.basis)
    return BY_CHANCE if low <= high_then and low_then <= high else NOT_BY_CHANCE


def wilson(count: int, of: int) -> tuple[Decimal, Decimal]:
    """Return the 95% Wilson interval of a share, both ends from 0 to 1 (Wilson 1927)."""
    n, share = Decimal(of), Decimal(count) / Decimal(of)
    square = Z * Z / n
    middle = (share + square / 2) / (1 + square)
    half = Z / (1 + square) * (share * (1 - share) / n + square / (4 * n)).sqrt()
    return middle - half, middle + half
