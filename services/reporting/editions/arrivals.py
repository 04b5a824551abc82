"""What arrived when: the records of a year by the instant from which they are known."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Date, Table, false, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.core.clock import AcademicYear
from services.reporting import facts
from services.reporting.year import EPOCH, end_of

LATE_AFTER: Final = timedelta(days=42)
"""How long after its day a record is late: the office enters what took place every four weeks."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A record of a year: which fact it made, by which event, of which day, and known from when."""

    fact: str
    event_id: UUID
    day: date | None
    recorded_at: datetime
    stands: bool


async def arrivals(
    connection: AsyncConnection, year: AcademicYear, after: int, until: int | None = None
) -> list[Arrival]:
    """Return what is known of a year from after an instant on (and until another), in its order.

    A fact is of the year where one of its days is in it, or it names it. It is the last version of
    each that is told; instants are in microseconds since 1970.
    """
    found, days = [], (year.first_day, year.last_day)
    for table in facts.metadata.sorted_tables:
        if table.name.startswith("fact_"):
            told = (table.c.event_id, table.c.known_from, table.c.stands, *_days(table))
            query = select(*told).where(_of(table, year), table.c.known_from > after)
            if until is not None:
                query = query.where(table.c.known_from <= until)
            fact = table.name.removeprefix("fact_")
            found += [_arrival(fact, days, *row) for row in await connection.execute(query)]
    return sorted(found, key=lambda one: (one.recorded_at, one.fact, one.event_id.int))


async def late(connection: AsyncConnection, year: AcademicYear, known_at: date) -> list[Arrival]:
    """Return what was recorded long after its day, of what is known at the end of a day."""
    found = await arrivals(connection, year, end_of(year.first_day), end_of(known_at))
    return [
        one for one in found if one.day and one.recorded_at > _instant(end_of(one.day)) + LATE_AFTER
    ]


def by_fact(found: list[Arrival]) -> Mapping[str, list[Arrival]]:
    """Return arrivals by the fact that they made."""
    groups: dict[str, list[Arrival]] = {}
    for one in found:
        groups.setdefault(one.fact, []).append(one)
    return groups


def _of(table: Table, year: AcademicYear) -> ColumnElement[bool]:
    within = [one.between(year.first_day, year.last_day) for one in _days(table)]
    named = [table.c.academic_year == year.label] if "academic_year" in table.c else []
    return or_(false(), *within, *named)


def _days(table: Table) -> Iterator[Column[Any]]:
    return (column for column in table.columns if isinstance(column.type, Date))


def _arrival(
    fact: str,
    of_year: tuple[date, date],
    event_id: UUID,
    known_from: int,
    stands: bool,
    *told: date | None,
) -> Arrival:
    """The day of a fact is its last in the year: of a case that ended, the end."""
    recorded_at = _instant(known_from)
    first, last = of_year[0], min(of_year[1], recorded_at.date())
    day = max((one for one in told if one and first <= one <= last), default=None)
    return Arrival(fact, event_id, day, recorded_at, stands)


def _instant(micros: int) -> datetime:
    return EPOCH + timedelta(microseconds=micros)
