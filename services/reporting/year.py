"""One academic year as the figures look at it: its days, and its facts as they are known."""

from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property
from typing import Any, TypeVar

from sqlalchemy import BigInteger, bindparam, func, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.core.clock import LONDON, AcademicYear, micros
from libs.common.core.terms import Span, TermEnds, terms_of
from libs.common.persistence.statements import Statement
from services.reporting import facts
from services.reporting.asked import Query
from services.reporting.members import Member

T = TypeVar("T")
Terms = tuple[tuple[date, date], ...]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def reference_date(year: AcademicYear) -> date:
    """Return the SEN2 reference date: the third Thursday of January (domain brief 6.1)."""
    first = date(year.last_day.year, 1, 1)
    return first + timedelta(days=(3 - first.weekday()) % 7 + 14)


def end_of(day: date) -> int:
    """Return the last microsecond of a day in London, since 1970."""
    return micros(datetime.combine(day + timedelta(days=1), time(), LONDON)) - 1


@cache
def _anything_recorded() -> Statement:
    """Return the question whether any fact was recorded by an instant, put together once."""
    known_from = (table.c.known_from for table in facts.metadata.sorted_tables)
    at = bindparam("at", type_=BigInteger)
    some = (select(one).where(one <= at).exists() for one in known_from)
    return Statement(select(or_(*some)))


@dataclass
class YearFacts:
    """One year of the facts, each asked of the database once.

    With ``at``, in microseconds since 1970, they are what was known at that instant.
    """

    connection: AsyncConnection
    year: AcademicYear
    at: int | None = None
    ends: TermEnds | None = None
    """When the terms of this year end, if the county has set it."""
    today: date = date.max
    """The day on which it is asked: what is to come by then is not missing."""
    _kept: dict[Hashable, Any] = field(default_factory=dict)

    @classmethod
    async def read(
        cls,
        connection: AsyncConnection,
        year: AcademicYear,
        at: int | None = None,
        today: date = date.max,
    ) -> "YearFacts":
        """Return a year with the county's own terms, as asked on a day."""
        windows = facts.known(facts.windows, at)
        ends = select(windows.c.autumn_to, windows.c.spring_to, windows.c.summer_to)
        query = ends.where(windows.c.academic_year == year.label)
        found = (await connection.execute(query)).first()
        return cls(connection, year, at, TermEnds(*found) if found else None, today)

    @property
    def until(self) -> date:
        """The year's last day, or today while the year has not ended."""
        return max(min(self.today, self.year.last_day), self.year.first_day)

    async def once(self, name: Hashable, ask: Callable[[], Awaitable[T]]) -> T:
        """Return what was asked before under this name, or ask."""
        if name not in self._kept:
            self._kept[name] = await ask()
        kept: T = self._kept[name]
        return kept

    async def rows(self, query: Query, *, ever: bool = False) -> Sequence[Any]:
        """Return a query's rows, as the driver gives them."""
        return await query.rows(self.connection, self._asked, ever=ever)

    async def members(self, query: Query, *, ever: bool = False) -> Sequence[Member]:
        """Return a query's rows as members; ``ever``, those that there ever might be."""
        return await query.members(self.connection, self._asked, ever=ever)

    @cached_property
    def _asked(self) -> dict[str, Any]:
        """The values of the parameters that a query may have."""
        return {
            "first_day": self.year.first_day,
            "last_day": self.year.last_day,
            "reference_date": reference_date(self.year),
            "summer_begins": self.terms[2][0],
            "summer_ends": self.terms[2][1],
            "first_month": f"{self.year.first_day:%Y-%m}",
            "last_month": f"{self.year.last_day:%Y-%m}",
            "label": self.year.label,
            "label_before": self.year.previous().label,
            "at": self.at,
        }

    async def on_record(self) -> bool:
        """Say whether anything was recorded by then; of now it is not asked."""
        return self.at is None or await self.once("on record", self._recorded)

    async def _recorded(self) -> bool:
        [[found]] = await _anything_recorded().run(self.connection, {"at": self.at})
        return bool(found)

    async def recorded_last(self) -> str | None:
        """Return when the latest of what is known was recorded."""
        tables = facts.metadata.sorted_tables
        latest = (
            select(func.max(table.c.known_from)).where(table.c.known_from <= self.at)
            for table in tables
        )
        each = (await self.connection.execute(union_all(*latest))).scalars()
        found = [one for one in each if one is not None]
        if not found:
            return None
        return (EPOCH + timedelta(microseconds=max(found))).isoformat()

    @property
    def terms(self) -> tuple[Span, Span, Span]:
        """The first and last day of autumn, spring and summer: the county's, else the default."""
        return terms_of(self.year, self.ends)
