"""Who is no longer asked because the child has died, and is asked again where that was wrong."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.survey.caseload import records_of
from services.survey.known import DECEASED, known_case, known_child
from services.survey.waves.domain import Recipient, Wave
from services.survey.waves.withdrawn import cancel_closed, cancel_withdrawn

STILL_ASKED = Recipient.wave_id.in_(
    select(Wave.id).where(Wave.state != "closed")
) | Recipient.address.is_not(None)
"""Drafts, open waves, and closed ones that may be opened again."""


async def cancel_deceased(connection: AsyncConnection, on: ColumnElement[bool]) -> None:
    """Cancel of the recipients ``on`` waves whose child has died, as of the day support ended."""
    case = known_case.alias()
    died = (
        select(case.c.case_id)
        .where(
            or_(
                case.c.child_id == Recipient.child_id,
                case.c.child_id.in_(records_of(Recipient.child_id)),
            ),
            case.c.end_reason == DECEASED,
            ~case.c.void,
        )
        .order_by(case.c.ended_on, case.c.case_id)
        .limit(1)
    )
    of_case: Any = died.scalar_subquery()
    day = died.with_only_columns(case.c.ended_on).scalar_subquery()
    await connection.execute(
        update(Recipient)
        .where(on, Recipient.cancelled_on.is_(None), died.exists())
        .values(cancelled_on=day, cancelled_by=of_case, address=None)
    )


async def follow_deaths(connection: AsyncConnection, children: Collection[UUID]) -> None:
    """Decide again who is asked about these children, under whichever record of theirs.

    Whom a death had cancelled that is none is asked again, but who has withdrawn meanwhile, or
    whose record is closed. Their address is forgotten, and they may answer. Whom a wave did not
    count stays out of it.
    """
    of_child = await _of_children(connection, children)
    query = select(Recipient.id).where(
        of_child, Recipient.cancelled_by.is_not(None), Recipient.sent
    )
    again = Recipient.id.in_((await connection.execute(query)).scalars().all())
    await connection.execute(
        update(Recipient).where(again).values(cancelled_on=None, cancelled_by=None)
    )
    await cancel_deceased(connection, (of_child & STILL_ASKED) | again)
    await cancel_withdrawn(connection, again)
    await cancel_closed(connection, again)


async def _of_children(
    connection: AsyncConnection, children: Collection[UUID]
) -> ColumnElement[bool]:
    """Return the condition that a recipient is asked about one of these, or of their records."""
    own = known_child.c.child_id.in_(children)
    stays = select(known_child.c.merged_into).where(own, known_child.c.merged_into.is_not(None))
    ones = {*children, *(await connection.execute(stays)).scalars()}
    merged = select(known_child.c.child_id).where(known_child.c.merged_into.in_(ones))
    return Recipient.child_id.in_(ones | {*(await connection.execute(merged)).scalars()})
