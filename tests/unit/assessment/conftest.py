"""The assessment service alone, embedded, and how it learns of children, staff and cases."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from libs.common.contracts.base import Event, Recorded
from libs.common.contracts.referral import (
    ChildRegistered,
    StaffAppointed,
    SupportStarted,
    TeacherAllocated,
    TeamFormed,
)
from libs.common.persistence.uow import Units
from libs.common.security import Role
from services.assessment.reactions import subscriptions
from services.assessment.service import SERVICE
from tests.imports import imported as sent
from tests.worlds import EMBEDDED, World, units_of, world_of

DAY = date(2018, 9, 3)
TEAM, STAFF, CHILD, ANOTHER, CASE = (UUID(int=number) for number in range(1, 6))
RESULT = {
    "reference": "A1",
    "child_id": str(CHILD),
    "academic_year": "2018-19",
    "term": "summer",
    "subject": "reading",
    "position": "Y1.2",
    "assessed_on": "2019-06-17",
    "moderated": True,
}


@pytest.fixture
async def assessment(tmp_path: Path) -> AsyncIterator[World]:
    """Return the service at work, with nothing in it."""
    async with world_of(EMBEDDED, tmp_path, [SERVICE]) as world:
        yield world


@pytest.fixture
async def units(tmp_path: Path) -> AsyncIterator[Units]:
    """Return units of work of the service, with nothing in its database."""
    async with units_of(tmp_path, SERVICE) as units:
        yield units


@pytest.fixture
async def taught(assessment: World) -> World:
    """Return the service at work; it knows two children, a team, and who teaches the one."""
    await handle(
        assessment,
        *(
            ChildRegistered(
                child_id=one, school_id=TEAM, year_group="3", sex="U", registered_on=DAY
            )
            for one in (CHILD, ANOTHER)
        ),
        TeamFormed(team_id=TEAM, code="T1", area="A", formed_on=DAY),
        StaffAppointed(
            staff_id=STAFF,
            post="specialist-teacher",
            team_id=TEAM,
            fte_hundredths=100,
            appointed_on=DAY,
        ),
        *a_case(CASE, CHILD, STAFF),
    )
    return assessment


def a_case(case_id: UUID, child_id: UUID, staff_id: UUID) -> tuple[Event, Event]:
    """Return that support of a child started, and who teaches them."""
    started = SupportStarted(
        case_id=case_id,
        child_id=child_id,
        referral_id=case_id,
        school_id=TEAM,
        plan_id=case_id,
        plan_type="EHC",
        started_on=DAY,
    )
    allocated = TeacherAllocated(
        case_id=case_id, child_id=child_id, staff_id=staff_id, team_id=TEAM, allocated_on=DAY
    )
    return started, allocated


def area(world: World) -> dict[str, str]:
    """Return the headers of the team's area manager, who records results as the Head does not."""
    return world.as_(Role.AREA_MANAGER, teams=[TEAM])


async def handle(world: World, *events: Event) -> None:
    """Have the service handle events."""
    recorded: list[Recorded[Any]] = [
        Recorded(event, uuid4(), 1, datetime(2018, 9, 3, tzinfo=UTC), 0) for event in events
    ]
    async with world.database("assessment").writing() as connection:
        await subscriptions.apply(connection, recorded)


async def imported(
    world: World, kind: str, *rows: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """Import rows; return what became of each."""
    report = await sent(world, f"assessment/{kind}", list(rows), headers)
    outcomes: list[dict[str, Any]] = report["outcomes"]
    return outcomes
