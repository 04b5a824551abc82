"""What the survey service does when referral's events arrive.

It learns which children there are and whose caseload they are on, and by which references the
county knows teams, staff and schools. When a child has died, nobody is asked about them any more:
their recipients on drafts and open waves are cancelled.
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
from libs.common.persistence.db import upsert
from services.survey.known import known_case, known_child, known_school, known_staff, known_team
from services.survey.waves.domain import Recipient, Wave

subscriptions = Subscriptions("survey")


@subscriptions.on(ChildRegistered)
async def child_registered(
    connection: AsyncConnection, recorded: Sequence[Recorded[ChildRegistered]]
) -> None:
    """Know a child, so that a wave may list them."""
    await upsert(connection, known_child, [{"child_id": one.event.child_id} for one in recorded])


@subscriptions.on(SchoolRecorded)
async def school_recorded(
    connection: AsyncConnection, recorded: Sequence[Recorded[SchoolRecorded]]
) -> None:
    """Know a school by its reference number."""
    rows = [{"school_id": one.event.school_id, "urn": one.event.urn} for one in recorded]
    await upsert(connection, known_school, rows)


@subscriptions.on(TeamFormed)
async def team_formed(
    connection: AsyncConnection, recorded: Sequence[Recorded[TeamFormed]]
) -> None:
    """Know a team by its code."""
    rows = [{"team_id": one.event.team_id, "code": one.event.code} for one in recorded]
    await upsert(connection, known_team, rows)


@subscriptions.on(StaffAppointed)
async def staff_appointed(
    connection: AsyncConnection, recorded: Sequence[Recorded[StaffAppointed]]
) -> None:
    """Know a member of staff by the county's reference."""
    await _know_staff(connection, [one.event for one in recorded])


@subscriptions.on(StaffReferenceRecorded)
async def staff_reference_recorded(
    connection: AsyncConnection, recorded: Sequence[Recorded[StaffReferenceRecorded]]
) -> None:
    """Know a member of staff whose appointment did not tell the reference."""
    await _know_staff(connection, [one.event for one in recorded])


async def _know_staff(
    connection: AsyncConnection, told: Sequence[StaffAppointed | StaffReferenceRecorded]
) -> None:
    rows = [{"staff_id": one.staff_id, "reference": one.reference} for one in told]
    await upsert(connection, known_staff, rows)


@subscriptions.on(SupportStarted)
async def support_started(
    connection: AsyncConnection, recorded: Sequence[Recorded[SupportStarted]]
) -> None:
    """Know a case and its child."""
    rows = [{"case_id": one.event.case_id, "child_id": one.event.child_id} for one in recorded]
    await upsert(connection, known_case, rows)


@subscriptions.on(TeacherAllocated)
async def teacher_allocated(
    connection: AsyncConnection, recorded: Sequence[Recorded[TeacherAllocated]]
) -> None:
    """Know whose own caseload a case is on."""
    rows = [
        {
            "case_id": one.event.case_id,
            "child_id": one.event.child_id,
            "staff_id": one.event.staff_id,
            "team_id": one.event.team_id,
        }
        for one in recorded
    ]
    await upsert(connection, known_case, rows)


@subscriptions.on(SupportEnded)
async def support_ended(
    connection: AsyncConnection, recorded: Sequence[Recorded[SupportEnded]]
) -> None:
    """Take a case off the caseload, and cancel what would still be sent about a child who died."""
    rows = [
        {
            "case_id": one.event.case_id,
            "child_id": one.event.child_id,
            "ended_on": one.event.ended_on,
            "end_reason": one.event.reason,
        }
        for one in recorded
    ]
    await upsert(connection, known_case, rows)
    for one in recorded:
        if one.event.reason == "deceased":
            await _cancel_recipients(connection, one.event)


async def _cancel_recipients(connection: AsyncConnection, ended: SupportEnded) -> None:
    going_on = select(Wave.id).where(Wave.state.in_(("draft", "issued")))
    await connection.execute(
        update(Recipient)
        .where(
            Recipient.child_id == ended.child_id,
            Recipient.cancelled_on.is_(None),
            Recipient.wave_id.in_(going_on),
        )
        .values(cancelled_on=ended.ended_on, address=None)
    )
