"""A child stays on a teacher's caseload to the last day of support and while it is handed over."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from libs.common.contracts import Event
from libs.common.contracts.referral import (
    AllocationCorrected,
    AllocationVoided,
    CaseVoided,
    ChildRegistered,
    ChildrenMerged,
    ChildrenUnmerged,
    ColleagueAllocated,
    ColleagueVoided,
    EndingCorrected,
    EndingVoided,
    SupportEnded,
    TeacherAllocated,
)
from libs.common.core.clock import SystemClock, local_day
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


async def _statuses(taught: World, *staff: UUID) -> list[int]:
    """Return how each teacher's recording of a result is answered."""
    found = []
    for one in staff:
        teacher = taught.as_(Role.SUPPORT_TEACHER, staff_id=one)
        body = RESULT | {"reference": f"A-{one}", "moderated": False}
        answer = await call(taught, "POST", "/assessment/v1/results", body, headers=teacher)
        found.append(answer.status_code)
    return found


def _taken_over(on: date) -> TeacherAllocated:
    return TeacherAllocated(
        case_id=CASE, child_id=CHILD, staff_id=ANOTHER, team_id=TEAM, allocated_on=on
    )


TODAY = local_day(SystemClock().now())
WRONG: dict[str, Any] = {"reason": "entry-error"}
CASE_IDS: dict[str, Any] = {"case_id": CASE, "child_id": CHILD}
BESIDE: dict[str, Any] = {**CASE_IDS, "staff_id": ANOTHER, "from_on": DAY}


@pytest.mark.parametrize(("days", "status"), [(0, 201), (10, 201), (17, 404)])
async def test_who_led_the_case_before_reaches_it_until_it_was_handed_over(
    taught: World, days: int, status: int
) -> None:
    """Ten working days after their last day (domain brief 10)."""
    await handle(taught, _taken_over(TODAY - timedelta(days=days)))
    assert await _statuses(taught, STAFF, ANOTHER) == [status, 201]


LONG_AGO = date(2019, 1, 7)
PUT_RIGHT: dict[str, tuple[list[Event], list[int]]] = {
    "taken over": ([_taken_over(LONG_AGO)], [404, 201]),
    "not taken over": (
        [_taken_over(LONG_AGO), AllocationVoided(**CASE_IDS, allocated_on=LONG_AGO, **WRONG)],
        [201, 404],
    ),
    "taken over today": (
        [
            _taken_over(LONG_AGO),
            AllocationCorrected(**{**dict(_taken_over(TODAY)), "formerly_on": LONG_AGO, **WRONG}),
        ],
        [201, 201],
    ),
    "ended": ([_ended(LAST)], [404, 404]),
    "not ended": ([_ended(LAST), EndingVoided(**CASE_IDS, ended_on=LAST, **WRONG)], [201, 404]),
    "ended today": (
        [
            _ended(LAST),
            EndingCorrected(**CASE_IDS, ended_on=TODAY, end_reason="left-phase", **WRONG),
        ],
        [201, 404],
    ),
    "opened by mistake": ([CaseVoided(**CASE_IDS, **WRONG)], [404, 404]),
    "beside": ([ColleagueAllocated(**BESIDE, team_id=None, until_on=None)], [201, 201]),
    "no longer beside": ([ColleagueAllocated(**BESIDE, team_id=None, until_on=LAST)], [201, 404]),
    "never beside": (
        [
            ColleagueAllocated(**BESIDE, team_id=None, until_on=None),
            ColleagueVoided(**BESIDE, **WRONG),
        ],
        [201, 404],
    ),
}
"""What was told of the case, and how results of its teacher and of another are answered then."""


@pytest.mark.parametrize("name", PUT_RIGHT)
async def test_a_caseload_follows_what_is_put_right(taught: World, name: str) -> None:
    told, statuses = PUT_RIGHT[name]
    for event in told:
        await handle(taught, event)
    assert await _statuses(taught, STAFF, ANOTHER) == statuses


async def test_results_of_one_childs_two_records_are_read_together_while_they_are_merged(
    taught: World,
) -> None:
    again = UUID(int=77)
    await handle(
        taught,
        ChildRegistered(
            child_id=again, school_id=UUID(int=78), year_group="3", sex="U", registered_on=DAY
        ),
    )
    teacher = taught.as_(Role.SUPPORT_TEACHER, staff_id=STAFF)
    pair = {"merged_child_id": again, "child_id": CHILD}
    body = RESULT | {"child_id": str(again), "moderated": False}

    async def recorded(reference: str) -> int:
        told = body | {"reference": reference}
        who = teacher | {"Idempotency-Key": reference}
        return (await call(taught, "POST", "/assessment/v1/results", told, headers=who)).status_code

    statuses = [await recorded("M1")]
    await handle(taught, ChildrenMerged(**pair, merged_on=DAY))
    statuses.append(await recorded("M2"))
    listed = await call(taught, "GET", f"/assessment/v1/results?child_id={CHILD}", headers=teacher)
    assert str(again) in [one["child_id"] for one in listed.json()["items"]]
    await handle(taught, ChildrenUnmerged(**pair, unmerged_on=DAY))
    assert [*statuses, await recorded("M3")] == [404, 201, 404]
    assert await _listed(taught, CHILD) == []


async def _listed(world: World, child_id: UUID) -> list[str]:
    url = f"/assessment/v1/results?child_id={child_id}"
    return [one["child_id"] for one in (await call(world, "GET", url)).json()["items"]]
