"""What the survey service does when referral's events arrive.

It learns which children there are and whose caseload they are on, and by which references the
county knows teams, staff and schools. When a child has died, nobody is asked about them any more:
their recipients are cancelled on drafts, on open waves and on closed ones that may be opened again.
A wave that was issued keeps its count, and a return to it counts (domain brief 13.12).
"""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.contracts.base import Recorded
from libs.common.contracts.referral import (
    ChildRegistered,
    SchoolRecorded,
    StaffAppointed,
    StaffReferenceRecorded,
    SupportEnded,
    SupportStarted,
    TeacherAllocated,
    TeamFormed,
)
from libs.common.messaging.subscriptions import Subscriptions
from services.survey.known import (
    DECEASED,
    known_case,
    known_child,
    known_school,
    known_staff,
    known_team,
)
from services.survey.waves.domain import Recipient, Wave

subscriptions = Subscriptions("survey")
learn = subscriptions.learn

learn(ChildRegistered, known_child, "child_id")
learn(SchoolRecorded, known_school, "school_id", "urn")
learn(TeamFormed, known_team, "team_id", "code")
learn(StaffAppointed, known_staff, "staff_id", "reference")
learn(StaffReferenceRecorded, known_staff, "staff_id", "reference")
learn(SupportStarted, known_case, "case_id", "child_id")
learn(TeacherAllocated, known_case, "case_id", "child_id", "staff_id", "team_id")
learn(SupportEnded, known_case, "case_id", "child_id", "ended_on", end_reason="reason")


@subscriptions.on(SupportEnded)
async def support_ended(
    connection: AsyncConnection, recorded: Sequence[Recorded[SupportEnded]]
) -> None:
    """Cancel what would still be sent about a child who died."""
    for one in recorded:
        if one.event.reason == DECEASED:
            await _cancel_recipients(connection, one.event)


async def _cancel_recipients(connection: AsyncConnection, ended: SupportEnded) -> None:
    going_on = select(Wave.id).where(Wave.state != "closed")
    await connection.execute(
        update(Recipient)
        .where(
            Recipient.child_id == ended.child_id,
            Recipient.cancelled_on.is_(None),
            Recipient.wave_id.in_(going_on) | Recipient.address.is_not(None),
        )
        .values(cancelled_on=ended.ended_on, address=None)
    )
