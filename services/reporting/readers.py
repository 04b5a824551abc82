"""Who reads what of the figures: exact or gated, of which teams, and as known at which days."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.core.clock import AcademicYear
from libs.common.core.terms import default_ends
from libs.common.persistence.uow import ReadTransaction
from libs.common.security import Actor, Reach
from services.reporting import facts
from services.reporting.holding import hold


@dataclass(frozen=True, kw_only=True)
class Reader:
    """What somebody is shown.

    Who reads ``exact`` values sees everything, as known at any day. Others see what passed the
    gate, as known at the last reading day or an earlier one, so that nobody takes yesterday's table
    from today's; of the dimensions of ``mine`` they see those groups alone.
    """

    today: date
    exact: bool = False
    mine: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def latest(self) -> date | None:
        """The day as known at which they see what they ask for without a day; null is now."""
        return None if self.exact else last_reading_day(self.today)

    def may_read_at(self, day: date) -> bool:
        """Say whether they may see what was known at the end of a day."""
        return day < self.today and (self.exact or is_reading_day(day))


def is_reading_day(day: date) -> bool:
    """Say whether a day is one at which gated values are read: the last of a term, as in the law.

    They are the same for every county, however it sets its terms, and never move.
    """
    return day in default_ends(AcademicYear.of(day))


def last_reading_day(before: date) -> date:
    """Return the last reading day before a day."""
    year = AcademicYear.of(before)
    days = (*default_ends(year.previous()), *default_ends(year))
    return max(day for day in days if day < before)


def reading_days(before: date, since: date) -> list[date]:
    """Return the reading days before a day, from another on, the earliest first."""
    found: list[date] = []
    year = AcademicYear.of(before)
    while year.last_day >= since:
        found += [day for day in default_ends(year) if since <= day < before]
        year = year.previous()
    return sorted(found)


async def reader_of(read: ReadTransaction) -> Reader:
    """Return as whom the caller reads figures: over all their roles, the furthest.

    It comes first of all that is read of the facts; raises BeingRebuilt.
    """
    await hold(read.connection)
    today = read.today()
    if read.access.taking("report.read-exact").everything:
        return Reader(today=today, exact=True)
    if Reach.COUNTY in read.access.reaches:
        return Reader(today=today)
    return Reader(today=today, mine=await _theirs(read.connection, read.actor, today))


async def _theirs(
    connection: AsyncConnection, actor: Actor, today: date
) -> Mapping[str, frozenset[str]]:
    """Return the groups that a caller may see of the dimension that tells teams apart."""
    held = facts.known(facts.staff_team)
    latest = select(held.c.team_id).where(
        held.c.staff_id == actor.staff_id, held.c.from_on <= today
    )
    own = (await connection.execute(latest.order_by(held.c.from_on.desc()).limit(1))).scalar()
    return {"team": frozenset(map(str, actor.teams | ({own} if own else set())))}
