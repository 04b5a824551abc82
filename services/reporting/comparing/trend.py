"""A figure over years: a line that stops where the years are not comparable."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Final, NamedTuple

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.core.clock import AcademicYear
from services.reporting import facts
from services.reporting.evaluate import Figure
from services.reporting.holders import AREA_OF_TEAM, held_on
from services.reporting.presentation import NOT_COMPARABLE, exact
from services.reporting.published.queries import PublishedBefore, published_before
from services.reporting.queries import Years, figure_in
from services.reporting.readers import Reader
from services.reporting.views import AS_PUBLISHED, AsPublished, FigureOfYear
from services.reporting.year import YearFacts

MOVED: Final = "not comparable: the team, or the teams of the area, changed since the year before"


class Point(BaseModel):
    """A figure of one year; ``stops`` says why no line leads to it from the year before.

    A year that has not ``ended`` is told as far as it went. A value that was published before there
    was this product is ``marked``, and says in which ``source``.
    """

    academic_year: str
    ended: bool
    value: str | None
    printed: str
    series: str
    stops: str | None
    marked: AsPublished | None = None
    source: str | None = None


class Trend(BaseModel):
    """A figure over years, the earliest first."""

    figure_id: str
    words: str
    unit: str
    by: str | None
    label: str | None
    known_at: date | None
    points: list[Point]


class Asked(NamedTuple):
    """Which years, the earliest first, which group, and the day at whose end it was known so."""

    years: Sequence[AcademicYear]
    by: str | None = None
    label: str | None = None
    known_at: date | None = None


def years_until(last: str, many: int) -> list[AcademicYear]:
    """Return so many academic years, the earliest first, of which one is the last."""
    found = [AcademicYear.parse(last)]
    while len(found) < many:
        found.append(found[-1].previous())
    return found[::-1]


async def trend(connection: AsyncConnection, figure: Figure, asked: Asked, reader: Reader) -> Trend:
    """Return a figure, or a group of it, over years, as the reader may see it."""
    years, by, label, known_at = asked
    read = Years(connection, reader)
    found = [await figure_in(read, figure, year, by, known_at) for year in years]
    at = known_at or reader.latest
    until = min(reader.today, at + timedelta(days=1)) if at else reader.today
    moved = await _moved(read, asked, at) if by in {"team", "area"} else {}
    published = {} if by else await published_before(connection, figure.id)
    points = [
        _point(one, label, ended=year.last_day < until, before=published.get(year.label))
        for year, one in zip(years, found, strict=True)
    ]
    for before, point in pairwise(points):
        point.stops = _stops(before, point, moved.get(point.academic_year, ""))
    return Trend(
        figure_id=figure.id,
        words=figure.words,
        unit=figure.unit,
        by=by,
        label=label,
        known_at=at,
        points=points,
    )


def _point(
    found: FigureOfYear, label: str | None, *, ended: bool, before: PublishedBefore | None
) -> Point:
    shown = found.shown(label)
    if before and shown and shown.value is None and not shown.withheld:
        return Point(
            academic_year=found.academic_year,
            ended=True,
            value=exact(before.value),
            printed=before.printed,
            series="",
            stops=None,
            marked=AS_PUBLISHED,
            source=before.source,
        )
    return Point(
        academic_year=found.academic_year,
        ended=ended,
        value=shown.value if shown else None,
        printed=shown.printed if shown else "nobody in this group",
        series=found.figure.series,
        stops=None,
    )


def _stops(before: Point, point: Point, moved: str) -> str | None:
    """Return why a point is not to be joined with the one before (traps 35, 51 and 70)."""
    if before.value is None or point.value is None:
        return f"no value: {(point if point.value is None else before).printed}"
    if before.marked != point.marked:
        return f"not comparable: one of the two is {AS_PUBLISHED}"
    return moved or (NOT_COMPARABLE if before.series != point.series else None)


async def _moved(read: Years, asked: Asked, at: date | None) -> Mapping[str, str]:
    """Return the years in which a team or an area was not made up as the year before."""
    years, by, label, _ = asked
    made_up = [await _made_up(await read.known(year, at), by, label) for year in years]
    return {
        year.label: MOVED
        for year, (before, now) in zip(years[1:], pairwise(made_up), strict=True)
        if before != now
    }


async def _made_up(year: YearFacts, by: str | None, label: str | None) -> frozenset[Any]:
    """Return the teams at work at the end of a year, with the area of each: those of a group."""
    team = facts.known(facts.team, year.at)
    query = select(team.c.team_id, team.c.formed_on, team.c.disbanded_on)
    areas = {_text(one): spans for one, spans in (await AREA_OF_TEAM.spans(year)).items()}
    day = year.year.last_day
    found = set()
    for id_, formed, disbanded in await year.connection.execute(query):
        span = held_on(areas.get(_text(id_), ()), day)
        at_work = (formed or date.max) <= day <= (disbanded or date.max)
        if at_work and label == (str(id_) if by == "team" else span and span.holder):
            found.add((str(id_), span and span.holder))
    return frozenset(found)


def _text(kept: Any) -> str:
    """Return an id as the select of areas has it: without hyphens on one database."""
    return str(kept).replace("-", "")
