"""A figure over years as a page shows it: the years that say something, and their line."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import dropwhile
from typing import Final

from libs.common.documents.lines import LineChart, Spot
from services.reporting.comparing.trend import Point, Trend
from services.reporting.outlets.document import MOST
from services.reporting.outlets.labels import label
from services.reporting.outlets.numbers import number
from services.reporting.presentation import WITHHELD, Unit

YEARS: Final = 5
"""Over so many years, the last of which is asked for, a figure's page tells of it."""
_LONGEST: Final = 8
"""So many letters find a place beside a spot on the narrowest screen."""


@dataclass(frozen=True, kw_only=True)
class Year:
    """A line of the table: a year, its value, and whether it compares with the year before.

    ``note`` says that the year goes on, or that the value was published and by whom.
    """

    label: str
    printed: str
    compares: str
    note: str


@dataclass(frozen=True, kw_only=True)
class Years:
    """A figure's years as a table, and as a line where some have numbers."""

    rows: Sequence[Year]
    chart: LineChart | None


def of_trend(trend: Trend) -> Years | None:
    """Return a figure's years from the first that has a value or withholds one; None of one."""
    points = list(dropwhile(_says_nothing, trend.points))
    if len(points) < 2:
        return None
    rows = [_row(one, is_first=place == 0) for place, one in enumerate(points)]
    return Years(rows=rows, chart=_chart(trend, points))


def _says_nothing(point: Point) -> bool:
    return point.value is None and point.printed != WITHHELD


def _row(point: Point, *, is_first: bool) -> Year:
    compares = "-" if is_first else (point.stops or "comparable")
    return Year(
        label=point.academic_year, printed=point.printed, compares=compares, note=_note(point)
    )


def _note(point: Point) -> str:
    if point.marked:
        return f"{point.marked}: {point.source}"
    return "" if point.ended else "so far: the year has not ended"


def _chart(trend: Trend, points: Sequence[Point]) -> LineChart | None:
    spots = [_spot(one, is_first=place == 0) for place, one in enumerate(points)]
    if all(spot.value is None for spot in spots):
        return None
    most, scale = MOST.get(Unit(trend.unit), (None, trend.unit))
    return LineChart(
        id="chart-trend",
        title=f"{label(trend.figure_id, trend.words)}, {scale}, by academic year",
        spots=spots,
        most=most,
    )


def _spot(point: Point, *, is_first: bool) -> Spot:
    told = point.printed.replace("approximately ", "≈")
    return Spot(
        label=point.academic_year,
        value=number(point.value),
        printed=", ".join(filter(None, (point.printed, _note(point)))),
        mark=told if len(told) <= _LONGEST else "-",
        stops="" if is_first else point.stops or "",
    )
