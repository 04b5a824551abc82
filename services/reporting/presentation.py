"""How an exact figure is printed: rounded half up, once, here and nowhere else."""

from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction


class Unit(StrEnum):
    """What a figure is in, and with it how it is printed."""

    COUNT = "count"
    TENS = "count, to the nearest ten"
    FTE = "full-time equivalents"
    PER_CENT = "per cent"
    LEVELS = "P levels"
    MARK = "mark from 1 to 10"
    GRADE = "grade"
    ALL_TEAMS = "per cent of teams"
    NONE = "count, none in words"


# Why a figure has no value. None of these is a zero.
NO_DATA = "no data for this year"
NOT_RUN = "not run this year"
NO_RETURNS = "no returns"
NOT_ASKED = "not asked this year"
NOT_KNOWN = "not known"
NOT_REPORTED = "not reported: too few judged"
NO_CRITERIA = "not judged: no criteria adopted"
NO_THRESHOLDS = "not judged: no thresholds adopted for the year bands"
NO_COMPARISON = "no comparison available"
NOT_COMPARABLE = "not comparable: the questionnaire or the scheme changed"


def half_up(value: Fraction, decimals: int) -> Decimal:
    """Round an exact value half up (away from zero) to so many decimals."""
    scaled = abs(value) * 10**decimals
    whole = (scaled.numerator * 2 + scaled.denominator) // (scaled.denominator * 2)
    sign = -1 if value < 0 else 1
    exponent = Decimal(1).scaleb(-decimals)
    return (Decimal(sign * whole) * exponent).quantize(exponent, ROUND_HALF_UP)


def exact(value: Fraction | str | None) -> str | None:
    """Return a figure exactly: a whole number, ``n/d`` in lowest terms, or a word."""
    return str(value) if isinstance(value, Fraction) else value


def printed(
    value: Fraction | str | None, unit: Unit, decimals: int = 0, absent: str = NO_DATA
) -> str:
    """Return a figure as it is published; where there is no value, why."""
    if not isinstance(value, Fraction):
        return value or absent
    match unit:
        case Unit.PER_CENT:
            return f"{_trimmed(_unclaimed(value, decimals))}%"
        case Unit.ALL_TEAMS:
            return "all teams" if value == 100 else f"{_trimmed(_unclaimed(value, decimals))}%"
        case Unit.TENS:
            tens = half_up(value / 10, 0) * 10
            return f"approximately {tens}" if tens or not value else "fewer than 5"
        case Unit.NONE:
            return "none" if value == 0 else str(half_up(value, decimals))
        case _:
            return str(half_up(value, decimals))


def _unclaimed(per_cent: Fraction, decimals: int) -> Decimal:
    """Round a share, but never to 100 or 0 unless it is exactly that (domain brief, trap 53)."""
    rounded = half_up(per_cent, decimals)
    least = Decimal(1).scaleb(-decimals)
    if rounded == 100 and per_cent < 100:
        return Decimal(100) - least
    return least if rounded == 0 and per_cent != 0 else rounded


def _trimmed(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def change_printed(change: Fraction, decimals: int) -> str:
    """Return a change between two shares in words, with its direction."""
    if change == 0:
        return "no change"
    size = half_up(abs(change), decimals)
    word = "increase" if change > 0 else "decrease"
    if size == 0:
        least = _trimmed(Decimal(1).scaleb(-decimals))
        return f"{word} of less than {least} percentage {_points(least)}"
    return f"{word} of {_trimmed(size)} percentage {_points(_trimmed(size))}"


def _points(number: str) -> str:
    return "point" if number == "1" else "points"
