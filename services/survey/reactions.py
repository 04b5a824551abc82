"""What the survey service does when referral's events arrive.

It learns which children there are and whose caseload they are on, and by which references the
county knows teams, staff and schools. When a child has died, nobody is asked about them any more:
their recipients are cancelled on drafts, on open waves and on closed ones that may be opened again.
A wave that was issued keeps its count, and a return to it counts (domain brief 13.12).
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.contracts.base import Recorded
from libs.common.contracts.cases import (
    AllocationCorrected,
    AllocationVoided,
    CaseVoided,
    ColleagueAllocated,
    ColleagueVoided,
    EndingCorrected,
    EndingVoided,
)
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
    known_colleague,
    known_holder,
    known_school,
    known_staff,
    known_team,
)
from services.survey.waves.domain import Recipient, Wave

subscriptions = Subscriptions("survey")
learn = subscriptions.learn
Rows = Iterable[dict[str, Any]]

learn(ChildRegistered, known_child, "child_id")
learn(SchoolRecorded, known_school, "school_id", "urn")
learn(TeamFormed, known_team, "team_id", "code")
learn(StaffAppointed, known_staff, "staff_id", "reference")
learn(StaffReferenceRecorded, known_staff, "staff_id", "reference")
learn(SupportEnded, known_case, "case_id", "child_id", "ended_on", end_reason="reason")
learn(EndingCorrected, known_case, "case_id", "child_id", "ended_on", "end_reason")


# A case's last day may be to come.
@subscriptions.fills(EndingVoided, known_case)
def ending_voided(_: Recorded[EndingVoided]) -> Rows:
    """A case that is open again."""
    yield {"ended_on": None, "end_reason": None}


@subscriptions.fills(SupportStarted, known_case)
def support_started(_: Recorded[SupportStarted]) -> Rows:
    """A case, which may have been withdrawn before."""
    yield {"void": False}


@subscriptions.fills(CaseVoided, known_case)
def case_voided(_: Recorded[CaseVoided]) -> Rows:
    """A case that never was."""
    yield {"void": True}


@subscriptions.fills(TeacherAllocated, known_holder)
def teacher_allocated(e: Recorded[TeacherAllocated]) -> Rows:
    """Who leads a case from a day on."""
    yield {"from_on": e.event.allocated_on, "void": False}


@subscriptions.fills(AllocationCorrected, known_holder)
def allocation_corrected(e: Recorded[AllocationCorrected]) -> Rows:
    """Who leads a case from a day on, and from which day nobody does."""
    yield {"from_on": e.event.allocated_on, "void": False}
    if e.event.formerly_on is not None:
        yield {"from_on": e.event.formerly_on, "void": True}


@subscriptions.fills(AllocationVoided, known_holder)
def allocation_voided(e: Recorded[AllocationVoided]) -> Rows:
    """A day from which nobody took a case over."""
    yield {"from_on": e.event.allocated_on, "void": True}


@subscriptions.fills(ColleagueAllocated, known_colleague)
def colleague_allocated(_: Recorded[ColleagueAllocated]) -> Rows:
    """Who works on a case beside its lead."""
    yield {"void": False}


@subscriptions.fills(ColleagueVoided, known_colleague)
def colleague_voided(_: Recorded[ColleagueVoided]) -> Rows:
    """Who did not work on a case beside its lead."""
    yield {"void": True}


@subscriptions.on(SupportEnded)
async def support_ended(
    connection: AsyncConnection, recorded: Sequence[Recorded[SupportEnded]]
) -> None:
    """Cancel what would still be sent about a child who died."""
    for one in recorded:
        if one.event.reason == DECEASED:
            await _cancel_recipients(connection, one.event)


@subscriptions.on(EndingCorrected)
async def ending_corrected(
    connection: AsyncConnection, recorded: Sequence[Recorded[EndingCorrected]]
) -> None:
    """Cancel what would still be sent where it was learned that the child died."""
    for one in recorded:
        if one.event.end_reason == DECEASED:
            await _cancel_recipients(connection, one.event)


async def _cancel_recipients(
    connection: AsyncConnection, ended: SupportEnded | EndingCorrected
) -> None:
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
