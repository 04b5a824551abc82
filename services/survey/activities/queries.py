"""How often children were heard by each method."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, select

from libs.common.core.clock import AcademicYear
from libs.common.persistence.uow import ReadTransaction
from services.survey.activities.domain import Activity


class Held(NamedTuple):
    """How many activities by a method went on with a child's assent, how many were asked about."""

    method: str
    asked: int
    held: int


async def held_in(read: ReadTransaction, year: AcademicYear) -> Sequence[Held]:
    """Return by method what was held in a year with children whom the caller reaches."""
    stands = (Activity.void.is_(False), read.visible(read.access, Activity))
    days = Activity.held_on.between(year.first_day, year.last_day)
    by = (Activity.method, Activity.assent)
    query = select(*by, func.count()).where(*stands, days).group_by(*by)
    rows = (await read.connection.execute(query)).all()
    return [
        Held(
            method,
            sum(one[2] for one in rows if one[0] == method),
            sum(one[2] for one in rows if one[:2] == (method, "given")),
        )
        for method in sorted({one[0] for one in rows})
    ]
