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
from services.assessment.known import known_case, known_child, known_school, known_staff, known_team

subscriptions = Subscriptions("assessment")


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


@subscriptions.on(StaffAppointed)
async def staff_appointed(
    connection: AsyncConnection, recorded: Sequence[Recorded[StaffAppointed]]
) -> None:
    """Learn of staff and their teams."""
    rows = [
        {
            "staff_id": e.event.staff_id,
            "team_id": e.event.team_id,
            "team_on": e.event.appointed_on,
            "reference": e.event.reference,
        }
        for e in recorded
    ]
    await upsert(connection, known_staff, rows)


@subscriptions.on(StaffReferenceRecorded)
async def staff_reference_recorded(
    connection: AsyncConnection, recorded: Sequence[Recorded[StaffReferenceRecorded]]
) -> None:
    """Learn the reference of staff whose appointment did not tell it."""
    rows = [{"staff_id": e.event.staff_id, "reference": e.event.reference} for e in recorded]
    await upsert(connection, known_staff, rows)


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


@subscriptions.on(TeamFormed)
async def team_formed(
    connection: AsyncConnection, recorded: Sequence[Recorded[TeamFormed]]
) -> None:
    """Learn of teams, and the county's codes of them."""
    rows = [{"team_id": e.event.team_id, "code": e.event.code} for e in recorded]
    await upsert(connection, known_team, rows)


@subscriptions.on(SchoolRecorded)
async def school_recorded(
    connection: AsyncConnection, recorded: Sequence[Recorded[SchoolRecorded]]
) -> None:
    """Learn of schools by their reference numbers."""
    rows = [{"school_id": e.event.school_id, "urn": e.event.urn} for e in recorded]
    await upsert(connection, known_school, rows)


@subscriptions.on(SupportStarted)
async def support_started(
    connection: AsyncConnection, recorded: Sequence[Recorded[SupportStarted]]
) -> None:
    """Learn of cases: whose child is on whose caseload."""
    rows = [{"case_id": e.event.case_id, "child_id": e.event.child_id} for e in recorded]
    await upsert(connection, known_case, rows)


@subscriptions.on(TeacherAllocated)
async def teacher_allocated(
    connection: AsyncConnection, recorded: Sequence[Recorded[TeacherAllocated]]
) -> None:
    """Learn who teaches the child of a case now."""
    rows = [
        {
            "case_id": e.event.case_id,
            "child_id": e.event.child_id,
            "staff_id": e.event.staff_id,
            "team_id": e.event.team_id,
        }
        for e in recorded
    ]
    await upsert(connection, known_case, rows)


@subscriptions.on(SupportEnded)
async def support_ended(
    connection: AsyncConnection, recorded: Sequence[Recorded[SupportEnded]]
) -> None:
    """Learn a case's last day, which may be to come."""
    rows = [
        {
            "case_id": e.event.case_id,
            "child_id": e.event.child_id,
            "ended_on": e.event.ended_on,
            "end_reason": e.event.reason,
        }
        for e in recorded
    ]
    await upsert(connection, known_case, rows)
