"""A child stays on a teacher's caseload to the last day of support and while it is handed over."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from libs.common.contracts.referral import SupportEnded, TeacherAllocated
from libs.common.persistence.uow import Access
from libs.common.security import Actor, Reach, Role
from services.assessment.caseload import on_caseload
from tests.journeys.casework import call
from tests.unit.assessment.conftest import ANOTHER, CASE, CHILD, DAY, RESULT, STAFF, TEAM, handle
from tests.worlds import World

LAST = date(2019, 7, 19)


def _ended(on: date) -> SupportEnded:
    return SupportEnded(case_id=CASE, child_id=CHILD, ended_on=on, reason="left-phase")


@pytest.mark.parametrize(
    ("today", "reached"),
    [
        (LAST - timedelta(days=30), True),
        (LAST, True),
        (LAST + timedelta(days=14), True),
        (LAST + timedelta(days=15), False),
    ],
)
async def test_support_that_ended_is_reached_for_ten_working_days_more(
    taught: World, today: date, reached: bool
) -> None:
    await handle(taught, _ended(LAST))
    nobody: frozenset[UUID] = frozenset()
    actors = {
        Reach.OWN: Actor("t", frozenset({Role.SUPPORT_TEACHER}), nobody, nobody, nobody, STAFF),
        Reach.TEAM: Actor(
            "a", frozenset({Role.AREA_MANAGER}), frozenset({TEAM}), nobody, nobody, None
        ),
    }
    async with taught.database("assessment").reading() as connection:
        for reach, actor in actors.items():
            access = Access(actor, "result.read", frozenset({reach}), today)
            query = select(on_caseload(access, CHILD))
            assert (await connection.execute(query)).scalar_one() is reached


async def test_support_with_an_end_to_come_takes_its_teachers_results(taught: World) -> None:
    await handle(taught, _ended(date(2199, 7, 19)))
    teacher = taught.as_(Role.SUPPORT_TEACHER, staff_id=STAFF)
    body = RESULT | {"moderated": False}
    answer = await call(taught, "POST", "/assessment/v1/results", body, headers=teacher)
    assert answer.status_code == 201, answer.text


async def test_whoever_had_the_case_before_reaches_it_no_more(taught: World) -> None:
    await handle(
        taught,
        TeacherAllocated(
            case_id=CASE, child_id=CHILD, staff_id=ANOTHER, team_id=TEAM, allocated_on=DAY
        ),
    )
    for staff, status in ((STAFF, 404), (ANOTHER, 201)):
        teacher = taught.as_(Role.SUPPORT_TEACHER, staff_id=staff)
        body = RESULT | {"moderated": False}
        answer = await call(taught, "POST", "/assessment/v1/results", body, headers=teacher)
        assert answer.status_code == status, answer.text
