"""The three terms of an academic year, by the last day of each."""

from datetime import date, timedelta
from typing import NamedTuple

from libs.common.core.clock import AcademicYear

Span = tuple[date, date]
"""A first day and a last one, both included."""


class TermEnds(NamedTuple):
    """The last day of each term; autumn begins with the year, each other when one has ended."""

    autumn_to: date
    spring_to: date
    summer_to: date


def default_ends(year: AcademicYear) -> TermEnds:
    """Return 31 December, 31 March and 31 August.

    On these days the terms end in the law on compulsory school age; so they cover the year and
    move with no Easter (domain brief 13.3).
    """
    last = year.last_day
    return TermEnds(date(year.first_day.year, 12, 31), date(last.year, 3, 31), last)


def terms_of(year: AcademicYear, ends: TermEnds | None = None) -> tuple[Span, Span, Span]:
    """Return the spans of autumn, spring and summer, by the ends given or else the default."""
    autumn, spring, summer = ends or default_ends(year)
    day = timedelta(days=1)
    return (year.first_day, autumn), (autumn + day, spring), (spring + day, summer)
