"""What the assessment service does when referral's events arrive: it learns what there is."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.contracts.base import Recorded
from libs.common.contracts.referral import (
    ChildMovedSchool,
    ChildRegistered,
    SchoolRecorded,
    StaffAppointed,
    StaffContractChanged,
    StaffReferenceRecorded,
    SupportEnded,
    SupportStarted,
    TeacherAllocated,
    TeamFormed,
)
from libs.common.messaging.subscriptions import Subscriptions
from libs.common.persistence.db import upsert
from services.assessment.known import (
    known_case,
    known_child,
    known_school,
    known_staff,
    known_team,
)

subscriptions = Subscriptions("assessment")
learn = subscriptions.learn

learn(SchoolRecorded, known_school, "school_id", "urn")
learn(TeamFormed, known_team, "team_id", "code")
learn(StaffAppointed, known_staff, "staff_id", "team_id", "reference", team_on="appointed_on")
learn(StaffReferenceRecorded, known_staff, "staff_id", "reference")
learn(SupportStarted, known_case, "case_id", "child_id")
learn(TeacherAllocated, known_case, "case_id", "child_id", "staff_id", "team_id")
# A case's last day may be to come.
learn(SupportEnded, known_case, "case_id", "child_id", "ended_on", end_reason="reason")


@subscriptions.on(ChildRegistered)
async def child_registered(
    connection: AsyncConnection, recorded: Sequence[Recorded[ChildRegistered]]
) -> None:
    """Learn of children, and of the school that each was registered at."""
    rows = {e.event.child_id: (e.event.school_id, e.event.registered_on) for e in recorded}
    await _at_schools(connection, rows)


@subscriptions.on(ChildMovedSchool)
async def child_moved_school(
    connection: AsyncConnection, recorded: Sequence[Recorded[ChildMovedSchool]]
) -> None:
    """Learn where children go to school now, unless they moved again from a later day on."""
    rows = {e.event.child_id: (e.event.school_id, e.event.moved_on) for e in recorded}
    await _at_schools(connection, rows)


async def _at_schools(
    connection: AsyncConnection, recorded: Mapping[UUID, tuple[UUID, date]]
) -> None:
    query = select(known_child.c.child_id, known_child.c.school_on).where(
        known_child.c.child_id.in_(recorded), known_child.c.school_on.is_not(None)
    )
    since = dict((await connection.execute(query)).all())
    rows = [
        {"child_id": child_id, "school_id": school_id, "school_on": on}
        for child_id, (school_id, on) in recorded.items()
        if on >= since.get(child_id, date.min)
    ]
    await upsert(connection, known_child, rows)


@subscriptions.on(StaffContractChanged)
async def staff_contract_changed(
    connection: AsyncConnection, recorded: Sequence[Recorded[StaffContractChanged]]
) -> None:
    """Learn that staff changed teams, unless they changed again from a later day on."""
    ids = {e.event.staff_id for e in recorded}
    query = select(known_staff.c.staff_id, known_staff.c.team_on).where(
        known_staff.c.staff_id.in_(ids), known_staff.c.team_on.is_not(None)
    )
    since = dict((await connection.execute(query)).all())
    rows = [
        {"staff_id": e.event.staff_id, "team_id": e.event.team_id, "team_on": e.event.changed_on}
        for e in recorded
        if e.event.changed_on >= since.get(e.event.staff_id, date.min)
    ]
    await upsert(connection, known_staff, rows)
