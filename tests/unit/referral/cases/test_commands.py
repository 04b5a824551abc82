"""Cases against what else is on record: the referral, other cases, plans, staff and reviews."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from libs.common.core.corrections import Withdrawal
from libs.common.core.errors import Rejected
from libs.common.imports import CommandOutcome
from libs.common.persistence.recorded import AlreadyRecorded
from libs.common.persistence.uow import UnitOfWork, Units
from services.referral.cases.commands import (
    AllocateTeacher,
    AlreadySupported,
    CorrectEnding,
    EndSupport,
    NotDiscontinued,
    StartSupport,
    SupportNotAgreed,
    allocate_teacher,
    correct_ending,
    end_support,
    start_support,
    void_case,
    void_ending,
)
from services.referral.cases.domain import Case
from services.referral.visits.commands import RecordVisits, record_visits
from tests.unit.referral.made import (
    AGREED,
    CASE,
    CHILD,
    OTHER_CHILD,
    OTHER_TEACHER,
    REFERRAL,
    START,
    TEACHER,
    a_case,
    a_child,
    a_plan,
    a_review,
    a_teacher,
    agreed,
    checked,
    keep,
)
from tests.unit.refused import refused
from tests.worlds import request_context

DAY = timedelta(days=1)
ENDED = date(2019, 7, 19)
SECOND = UUID(int=21)


async def _start(
    units: Units, on: date, referral: UUID = REFERRAL, staff: UUID = TEACHER
) -> CommandOutcome:
    command = StartSupport(referral_id=referral, staff_id=staff, started_on=on)
    async with units.work(request_context()) as uow:
        return (await start_support(uow, command))[1]


async def _end(units: Units, reason: str) -> CommandOutcome:
    command = EndSupport.model_validate(
        {"ended_on": ENDED, "reason": reason, "although_named": "other"}
    )
    async with units.work(request_context()) as uow:
        return (await end_support(uow, CASE, command))[1]


async def test_support_starts_on_the_day_it_was_agreed_at_the_earliest(units: Units) -> None:
    await keep(units, agreed())
    with refused(Rejected, "/started_on"):
        await _start(units, AGREED - DAY)
    assert (await _start(units, AGREED)).outcome == "created"


async def test_all_that_bars_a_start_is_told_at_once(units: Units) -> None:
    """Before it was agreed, by who is not in post yet, and without a plan in force."""
    new = a_teacher(id=UUID(int=42), reference="S4", appointed_on=START + DAY)
    later = a_plan(id=UUID(int=31), child_id=OTHER_CHILD, starts_on=START + DAY)
    child = a_child(id=OTHER_CHILD, reference="C2")
    await keep(units, child, later, agreed(child_id=OTHER_CHILD), new)
    with refused(Rejected, "/started_on", "/staff_id", "/started_on"):
        await _start(units, AGREED - DAY, staff=new.id)


async def test_support_starts_only_once_it_was_agreed(units: Units) -> None:
    await keep(units, checked())
    with refused(SupportNotAgreed):
        await _start(units, START)


async def test_support_again_starts_after_the_last_day_of_the_support_before(
    units: Units,
) -> None:
    before = a_case(ended_on=ENDED, end_reason="moved-out")
    await keep(units, agreed(), before, agreed(id=SECOND, reference="R2"))
    with refused(Rejected, "/started_on"):
        await _start(units, ENDED, SECOND)
    assert (await _start(units, ENDED + DAY, SECOND)).outcome == "created"


async def test_a_child_has_one_open_case(units: Units) -> None:
    await keep(units, agreed(), a_case(), agreed(id=SECOND, reference="R2"))
    with refused(AlreadySupported, "/started_on"):
        await _start(units, date(2020, 9, 1), SECOND)


async def test_a_child_of_two_records_has_one_open_case(units: Units) -> None:
    merged = a_child(id=OTHER_CHILD, reference="C2", merged_into=CHILD)
    of_the_other = {"child_id": OTHER_CHILD, "referral_id": SECOND}
    second = agreed(id=SECOND, reference="R2", child_id=OTHER_CHILD)
    await keep(units, merged, agreed(), second, a_case(**of_the_other))
    with refused(AlreadySupported, "/started_on"):
        await _start(units, date(2020, 9, 1), REFERRAL)


@pytest.mark.parametrize(
    "plan",
    [{"names_service": False}, {"starts_on": START + DAY}, {"ends_on": START - DAY}],
    ids=str,
)
async def test_support_rests_on_a_plan_in_force_that_names_the_service(
    units: Units, plan: dict[str, object]
) -> None:
    other = a_plan(**{"id": UUID(int=31), "child_id": OTHER_CHILD, **plan})
    await keep(units, a_child(id=OTHER_CHILD, reference="C2"), other, agreed(child_id=OTHER_CHILD))
    with refused(Rejected, "/started_on"):
        await _start(units, START)


async def test_a_case_is_given_to_staff_who_are_in_post_that_day(units: Units) -> None:
    gone = a_teacher(id=UUID(int=41), reference="S3", left_on=START - DAY)
    new = a_teacher(id=UUID(int=42), reference="S4", appointed_on=START + DAY)
    await keep(units, agreed(), gone, new)
    for staff in (gone, new):
        with refused(Rejected, "/staff_id"):
            await _start(units, START, staff=staff.id)
    case = (await _start(units, START)).id
    assert case is not None

    async def allocate(staff: UUID, on: date) -> str:
        command = AllocateTeacher(staff_id=staff, allocated_on=on)
        async with units.work(request_context()) as uow:
            return (await allocate_teacher(uow, case, command))[1].outcome

    with refused(Rejected, "/staff_id"):
        await allocate(gone.id, START + DAY)
    assert await allocate(new.id, START + DAY) == "updated"
    assert await allocate(new.id, START + DAY) == "unchanged"
    with refused(AlreadyRecorded, "/staff_id"):
        await allocate(OTHER_TEACHER, START)


@pytest.mark.parametrize("decision", [None, "continue", "discontinue"])
async def test_criteria_are_no_longer_met_once_that_was_decided_after_a_review(
    units: Units, decision: str | None
) -> None:
    """Domain brief 1.2, R7 and R8."""
    await keep(units, agreed(), a_case(), a_review(decision=decision))
    if decision != "discontinue":
        with refused(NotDiscontinued):
            await _end(units, "criteria-no-longer-met")
        assert (await _end(units, "moved-out")).outcome == "updated"
    else:
        assert (await _end(units, "criteria-no-longer-met")).outcome == "updated"
        assert (await _end(units, "criteria-no-longer-met")).outcome == "unchanged"


async def test_a_week_recorded_wrongly_is_put_right_after_the_end(units: Units) -> None:
    await keep(units, agreed(), a_case(ended_on=ENDED, end_reason="moved-out"))
    outcomes = []
    for week in (
        {"planned": 1, "attended": 1},
        {"planned": 1, "attended": 0, "missed": ["child-absent"]},
    ):
        async with units.work(request_context()) as uow:
            command = RecordVisits.model_validate(week)
            visits, done = await record_visits(uow, CASE, date(2019, 7, 15), command)
            outcomes.append((done.outcome, visits.attended, visits.missed))
    assert outcomes == [("created", 1, []), ("updated", 0, ["child-absent"])]


async def _put_right(units: Units, doing: Callable[[UnitOfWork, int], Awaitable[Any]]) -> None:
    async with units.work(request_context()) as uow:
        await doing(uow, (await uow.get(Case, CASE)).row_version)


async def test_a_case_is_opened_again_unless_the_child_has_another(units: Units) -> None:
    before = a_case(ended_on=ENDED, end_reason="moved-out")
    await keep(units, agreed(), before, agreed(id=SECOND, reference="R2"))
    mistaken = Withdrawal(reason="entry-error")
    later = {"ended_on": ENDED + 30 * DAY, "end_reason": "moved-out", "reason": "typing-error"}
    right = CorrectEnding.model_validate(later)
    await _start(units, ENDED + DAY, SECOND)
    for doing in (
        lambda uow, version: void_ending(uow, CASE, mistaken, version),
        lambda uow, version: correct_ending(uow, CASE, right, version),
    ):
        with refused(AlreadySupported, "/started_on"):
            await _put_right(units, doing)
    async with units.work(request_context()) as uow:
        [other] = await uow.chosen(select(Case).where(Case.id != CASE))
        await void_case(uow, other.id, mistaken, other.row_version)
    await _put_right(units, lambda uow, version: void_ending(uow, CASE, mistaken, version))
    async with units.work(request_context()) as uow:
        assert (await uow.get(Case, CASE)).state == "active"
