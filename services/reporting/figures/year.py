"""The facts of one academic year, each asked of the database once."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.core.clock import AcademicYear
from services.reporting import facts

T = TypeVar("T")


def reference_date(year: AcademicYear) -> date:
    """Return the SEN2 reference date: the third Thursday of January (domain brief 6.1)."""
    first = date(year.last_day.year, 1, 1)
    return first + timedelta(days=(3 - first.weekday()) % 7 + 14)


@dataclass
class YearFacts:
    """One year as the figures look at it."""

    connection: AsyncConnection
    year: AcademicYear
    _kept: dict[str, Any] = field(default_factory=dict)

    async def once(self, name: str, ask: Callable[[], Awaitable[T]]) -> T:
        """Return what was asked before under this name, or ask."""
        if name not in self._kept:
            self._kept[name] = await ask()
        kept: T = self._kept[name]
        return kept

    async def rows(self, query: Any) -> Sequence[Row[Any]]:
        """Return a query's rows."""
        return (await self.connection.execute(query)).all()

    async def number(self, query: Any) -> int:
        """Return a query's one number, 0 where there is none."""
        return int((await self.connection.execute(query)).scalar_one() or 0)

    @property
    def terms(self) -> tuple[tuple[date, date], ...]:
        """The first and last day of autumn, spring and summer.

        They end on 31 December, 31 March and 31 August, the days on which the terms end in the
        law on compulsory school age; so they cover the year and move with no Easter.
        """
        first, last = self.year.first_day, self.year.last_day
        return (
            (first, date(first.year, 12, 31)),
            (date(last.year, 1, 1), date(last.year, 3, 31)),
            (date(last.year, 4, 1), last),
        )

    def within(self, day: ColumnElement[Any]) -> ColumnElement[bool]:
        """Return the condition that a day is in the year."""
        return and_(day >= self.year.first_day, day <= self.year.last_day)

    async def on_record(self, day: ColumnElement[Any]) -> bool:
        """Say whether a source has a record of a day of the year.

        Without one its counts are not known: a year without records is no year of zeros (domain
        brief 13.5).
        """
        query = select(func.count()).where(self.within(day))
        return await self.once(f"records of {day}", lambda: self.number(query)) > 0

    async def teams(self) -> set[UUID]:
        """Return the teams at work on the year's reference date."""
        return await self.once("teams", self._teams)

    async def _teams(self) -> set[UUID]:
        day, team = reference_date(self.year), facts.team.c
        query = select(team.team_id).where(
            team.formed_on <= day, or_(team.disbanded_on.is_(None), team.disbanded_on >= day)
        )
        return {row.team_id for row in await self.rows(query)}

    def on_caseload(self) -> ColumnElement[bool]:
        """Return the condition that a case was open on some day of the year."""
        case = facts.case.c
        return and_(
            case.started_on <= self.year.last_day,
            or_(case.ended_on.is_(None), case.ended_on >= self.year.first_day),
        )

    async def caseload(self) -> int:
        """Count the children on the caseload on any day of the year, each once."""
        query = select(func.count(facts.case.c.child_id.distinct())).where(self.on_caseload())
        return await self.once("caseload", lambda: self.number(query))

    async def at_risk(self) -> set[UUID]:
        """Return the children at risk of exclusion on some day of the year while on the caseload.

        A level holds from the day it was judged until the day before the case's next judgement,
        or the case's last day (domain brief 7.4 and trap 62).
        """
        return await self.once("at_risk", self._at_risk)

    async def _at_risk(self) -> set[UUID]:
        risk, case, first = facts.risk.c, facts.case.c, self.year.first_day
        following = func.lead(risk.assessed_on).over(
            partition_by=risk.case_id, order_by=risk.assessed_on
        )
        levels = (
            select(case.child_id, case.started_on, case.ended_on)
            .add_columns(risk.level, risk.assessed_on, following.label("until"))
            .join(facts.risk, risk.case_id == case.case_id)
            .where(self.on_caseload(), risk.assessed_on <= self.year.last_day)
            .subquery()
        )
        held = levels.c
        query = (
            select(held.child_id)
            .where(
                held.level.in_(("at-risk", "high")),
                or_(held.ended_on.is_(None), held.ended_on >= held.assessed_on),
                or_(
                    held.until.is_(None),
                    and_(held.until > first, held.until > held.started_on),
                ),
            )
            .distinct()
        )
        return {row.child_id for row in await self.rows(query)}

    async def excluded(self) -> list[UUID]:
        """Return the child of each permanent exclusion that counts in the year.

        Upheld, not rescinded, begun in the year, the child on the caseload that day (domain
        brief 7.3 and traps 60, 61).
        """
        return await self.once("excluded", self._excluded)

    async def _excluded(self) -> list[UUID]:
        exclusion = facts.exclusion.c
        query = (
            select(exclusion.exclusion_id, exclusion.child_id)
            .where(counted_exclusion(), self.within(exclusion.starts_on))
            .order_by(exclusion.exclusion_id)
        )
        return [row.child_id for row in await self.rows(query)]


def counted_exclusion() -> ColumnElement[bool]:
    """Return the condition that an exclusion is permanent, stands, and was from the caseload."""
    exclusion, case = facts.exclusion.c, facts.case.c
    on_caseload = select(case.case_id).where(
        case.child_id == exclusion.child_id,
        case.started_on <= exclusion.starts_on,
        or_(case.ended_on.is_(None), case.ended_on >= exclusion.starts_on),
    )
    return and_(
        exclusion.category == "PERM",
        exclusion.upheld_on.is_not(None),
        exclusion.rescinded_on.is_(None),
        on_caseload.exists(),
    )
