"""What a figure and a statement are."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from fractions import Fraction

from services.reporting.figures.year import YearFacts
from services.reporting.presentation import Unit


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure's exact value in its unit, and the counts behind it where it is a share."""

    value: Fraction | str | None
    basis: tuple[int, int] | None = None


def count(number: int | None) -> Measure:
    """Return a count, or that it is not known."""
    return Measure(None if number is None else Fraction(number))


def share(part: int, of: int) -> Measure:
    """Return a share in per cent; of nothing there is none (0/0 is not 0%)."""
    return Measure(Fraction(100 * part, of) if of else None, (part, of) if of else None)


def mean(total: int, of: int) -> Measure:
    """Return a mean; of nothing there is none."""
    return Measure(Fraction(total, of) if of else None)


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
