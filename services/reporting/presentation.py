"""How an exact figure is printed: rounded half up, once, here and nowhere else."""

from calendar import month_name
from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction


class Unit(StrEnum):
    """What a figure is in, and with it how it is printed."""

    COUNT = "count"
    APPROXIMATE = "count, to the nearest ten from 100 and five below"
    FTE = "full-time equivalents"
    PER_FTE = "pupils for each full-time equivalent"
    DAYS = "calendar days"
    STEPS = "steps of a year band"
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
NOT_ON_RECORD = "not on record"
WITHHELD = "c"
"""Confidential, as official statistics say: it is on record and not shown."""
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
        case Unit.APPROXIMATE:
            return about(value, "approximately")
        case Unit.NONE:
            return "none" if value == 0 else str(half_up(value, decimals))
        case _:
            return str(half_up(value, decimals))


def number_printed(value: Fraction | str | None, unit: Unit, decimals: int) -> Decimal | None:
    """Return the number that a figure is printed as; a word and a rough count have none."""
    if not isinstance(value, Fraction) or unit == Unit.APPROXIMATE:
        return None
    if unit in {Unit.PER_CENT, Unit.ALL_TEAMS}:
        return _unclaimed(value, decimals)
    return half_up(value, decimals)


def about(count: Fraction | int, word: str = "about") -> str:
    """Say about how many: to the nearest ten from 100, to five below, half up (13.10).

    Of one to four it says only that they are fewer than five.
    """
    if 0 < count < 5:
        return "fewer than 5"
    step = 10 if count >= 100 else 5
    return f"{word} {half_up(Fraction(count) / step, 0) * step}"


def day_printed(day: date) -> str:
    """Return a day as a person reads it: "1 October 2018"."""
    return f"{day.day} {month_name[day.month]} {day.year}"


def months_printed(months: Iterable[str]) -> str:
    """Return months ("2018-09", each once) as a person reads them, those in a row as one span."""
    spans: list[list[int]] = []
    for month in sorted(int(text[:4]) * 12 + int(text[5:]) - 1 for text in months):
        if spans and spans[-1][-1] == month - 1:
            spans[-1].append(month)
        else:
            spans.append([month])
    *others, last = [_span(span[0], span[-1]) for span in spans]
    return f"{', '.join(others)} and {last}" if others else last


def _span(first: int, last: int) -> str:
    begins, ends = month_name[first % 12 + 1], f"{month_name[last % 12 + 1]} {last // 12}"
    if first == last:
        return ends
    return (
        f"{begins} to {ends}" if first // 12 == last // 12 else f"{begins} {first // 12} to {ends}"
    )


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


def absolute_change_printed(change: Fraction, decimals: int) -> str:
    """Return a change of a count or a mean in words, in the figure's own unit."""
    if change == 0:
        return "no change"
    size = half_up(abs(change), decimals)
    word = "increase" if change > 0 else "decrease"
    return (
        f"{word} of less than {Decimal(1).scaleb(-decimals)}" if size == 0 else f"{word} of {size}"
    )


def _points(number: str) -> str:
    return "point" if number == "1" else "points"
