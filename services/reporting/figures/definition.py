"""What a figure and a statement are."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from services.reporting.figures.year import YearFacts
from services.reporting.presentation import NO_DATA, Unit


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure's exact value in its unit, and the counts behind it.

    A share has its part and whole as ``basis``; ``counts`` says what a mean or a grade is of. Where
    there is no value, ``absent`` says why. Two years' values can be compared only if they are of
    one ``series``: the same questionnaire, the same scheme. ``judged_by`` says by what a grade was
    given, as a sentence.
    """

    value: Fraction | str | None
    basis: tuple[int, int] | None = None
    absent: str = NO_DATA
    series: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    judged_by: str = ""


def count(number: int | None, *, absent: str = NO_DATA) -> Measure:
    """Return a count, or why there is none."""
    return Measure(None if number is None else Fraction(number), absent=absent)


def share(part: int, of: int, *, absent: str = NO_DATA, series: str = "") -> Measure:
    """Return a share in per cent; of nothing there is none (0/0 is not 0%)."""
    if not of:
        return Measure(None, absent=absent, series=series)
    return Measure(Fraction(100 * part, of), (part, of), series=series)


def mean(total: int, of: int) -> Measure:
    """Return a mean, with how many answers it is of; of nothing there is none."""
    return Measure(Fraction(total, of), counts={"answers": of}) if of else Measure(None)


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One figure of the report: what it counts, in words, and the query that counts it.

    ``change_decimals`` is set where the change on last year is told, in percentage points of the
    unrounded shares; ``shows_last_year`` where last year's value is.
    """

    id: str
    words: str
    unit: Unit
    decimals: int = 0
    base: str = ""
    shows_last_year: bool = False
    change_decimals: int | None = None
    query: Callable[[YearFacts], Awaitable[Measure]]


@dataclass(frozen=True, slots=True)
class Claim:
    """Whether a statement holds in a year, how it is put, and the counts behind it."""

    holds: bool
    printed: str
    counts: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement of the report, which is made only by a stated method."""

    id: str
    words: str
    method: str
    query: Callable[[YearFacts], Awaitable[Claim]]
