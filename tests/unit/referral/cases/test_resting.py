"""What a case rests on is put right: the case is as it then began, or it is refused."""

import json
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from libs.common.core.corrections import Withdrawal
from libs.common.core.errors import DomainError, Rejected
from libs.common.persistence import tables
from libs.common.persistence.uow import Units
from services.referral.cases.commands import (
    PlanInUse,
    followed_by_cases,
    push_staff_member,
    while_in_post,
)
from services.referral.cases.domain import Case
from services.referral.children.corrections import CorrectMove, correct_move
from services.referral.children.domain import Child, Plan
from services.referral.children.plan_corrections import CorrectPlan, correct_plan, void_plan
from services.referral.reviews.commands import (
    CorrectReview,
    ReviewPlan,
    correct_review,
    review_plan,
)
from services.referral.staff.commands import (
    CorrectAppointment,
    CorrectLeaving,
    RecordStaffMember,
    correct_appointment,
    correct_leaving,
)
from services.referral.staff.domain import StaffMember
from tests.unit.referral.made import (
    CASE,
    CHILD,
    PLAN,
    START,
    TEACHER,
    a_case,
    a_plan,
    a_school,
    a_teacher,
    agreed,
    keep,
)
from tests.unit.refused import refused
from tests.worlds import request_context

DAY = timedelta(days=1)
OTHER = UUID(int=71)
WHY: dict[str, Any] = {"reason": "entry-error"}
SAYS: dict[str, Any] = {
    "plan_type": "EHC",
    "names_service": True,
    "starts_on": "2018-01-10",
    "effective_on": "2018-01-10",
}
OF_TWO = a_plan(id=OTHER, reference="PL-2", plan_type="GRIP", starts_on=date(2018, 3, 1))

# What is told of the plan instead, or None where it is void; whether the child has another; the
# plan and its type that the case has then, or None where it is refused.
PLANS: list[tuple[dict[str, Any] | None, bool, tuple[UUID, str] | None]] = [
    (None, False, None),
    (None, True, (OTHER, "GRIP")),
    ({"plan_type": "GRIP"}, False, (PLAN, "GRIP")),
    ({"review_due_on": "2019-06-03"}, True, (PLAN, "EHC")),
    ({"names_service": False}, False, None),
    ({"names_service": False}, True, (OTHER, "GRIP")),
    ({"starts_on": str(START + DAY)}, False, None),
    ({"ends_on": str(START - DAY)}, True, (OTHER, "GRIP")),
    ({"ends_on": str(START + DAY)}, False, (PLAN, "EHC")),
]


@pytest.mark.parametrize(("said", "another", "has"), PLANS, ids=range(len(PLANS)))
@pytest.mark.parametrize("void", [False, True])
async def test_a_case_begins_under_a_plan_that_there_was(
    units: Units,
    said: dict[str, Any] | None,
    another: bool,
    has: tuple[UUID, str] | None,
    void: bool,
) -> None:
    await keep(units, agreed(), a_case(void=void), *([OF_TWO] if another else []))

    async def act() -> None:
        async with units.work(request_context()) as uow:
            version = (await uow.get(Plan, PLAN)).row_version
            if said is None:
                why = Withdrawal.model_validate(WHY)
                await followed_by_cases(void_plan)(uow, PLAN, why, version)
            else:
                command = CorrectPlan.model_validate({**SAYS, **said, **WHY})
                await followed_by_cases(correct_plan)(uow, PLAN, command, version)

    if has is None and not void:
        with refused(PlanInUse, ""):
            await act()
    else:
        await act()
    expected = (PLAN, "EHC") if has is None or void else has
    async with units.read(request_context()) as read:
        case, plan = await read.get(Case, CASE), await read.get(Plan, PLAN)
        assert (case.plan_id, case.plan_type) == expected
        assert plan.void is (said is None and (void or has is not None))


@pytest.mark.parametrize(
    ("held", "of"),
    [
        (date(2019, 1, 31), (PLAN, "EHC")),
        (date(2019, 2, 1), (OTHER, "GRIP")),
        (date(2019, 6, 1), (PLAN, "EHC")),
    ],
    ids=["last day of the first plan", "first day of the next", "after both"],
)
async def test_a_review_is_of_the_plan_of_its_day(
    units: Units, held: date, of: tuple[UUID, str]
) -> None:
    """Whenever it is recorded or put right (trap 26); where there is none, of the first day's."""
    await keep(units, agreed(), a_case())
    ends: dict[str, Any] = {"ends_on": "2019-01-31", "cease_reason": "replaced"}
    async with units.work(request_context()) as uow:
        version = (await uow.get(Plan, PLAN)).row_version
        right = CorrectPlan.model_validate({**SAYS, **ends, **WHY})
        await correct_plan(uow, PLAN, right, version)
        next_ = {"starts_on": date(2019, 2, 1), "ends_on": date(2019, 5, 31)}
        uow.add(a_plan(id=OTHER, reference="PL-2", plan_type="GRIP", **next_))
    said = {"held_on": held, "recommendation": "continue", "recommended_on": held}
    async with units.work(request_context()) as uow:
        review, _ = await review_plan(uow, CASE, ReviewPlan.model_validate(said))
    async with units.work(request_context()) as uow:
        version = (await uow.get(Case, CASE)).row_version
        other = CorrectReview.model_validate({**said, "recommendation": "discontinue", **WHY})
        await correct_review(uow, review.id, other, version)
    query = select(tables.event.c.data).order_by(tables.event.c.position)
    async with units.database.reading() as connection:
        told = [json.loads(data) for data in (await connection.execute(query)).scalars()]
    reviews = [one for one in told if "held_on" in one]
    assert [(UUID(one["plan_id"]), one["plan_type"]) for one in reviews] == [of, of]


async def test_a_case_of_a_first_day_has_the_school_of_that_day(units: Units) -> None:
    other = a_school(id=OTHER, urn=112_399)
    await keep(units, agreed(), a_case(), other)
    said = {"formerly_on": "2018-09-01", "moved_on": "2018-09-01", "school_urn": other.urn, **WHY}
    async with units.work(request_context()) as uow:
        version = (await uow.get(Child, CHILD)).row_version
        command = CorrectMove.model_validate(said)
        await followed_by_cases(correct_move)(uow, CHILD, command, version)
    async with units.read(request_context()) as read:
        assert (await read.get(Case, CASE)).school_id == OTHER


@pytest.mark.parametrize(
    ("command", "pointer", "error"),
    [
        (CorrectAppointment(post="specialist-teacher", appointed_on=START, **WHY), "", None),
        (
            CorrectAppointment(post="specialist-teacher", appointed_on=START + DAY, **WHY),
            "/appointed_on",
            Rejected,
        ),
        (CorrectLeaving(left_on=START, **WHY), "", None),
        (CorrectLeaving(left_on=START - DAY, **WHY), "/left_on", Rejected),
    ],
)
async def test_nobody_takes_a_case_on_out_of_post(
    units: Units,
    command: CorrectAppointment | CorrectLeaving,
    pointer: str,
    error: type[DomainError] | None,
) -> None:
    left = a_teacher(left_on=date(2019, 8, 31))
    await keep(units, agreed(), a_case(), teacher=left)
    wrong = correct_leaving if isinstance(command, CorrectLeaving) else correct_appointment

    async def act() -> None:
        async with units.work(request_context()) as uow:
            version = (await uow.get(StaffMember, TEACHER)).row_version
            await while_in_post(pointer)(wrong)(uow, TEACHER, command, version)

    if error is None:
        await act()
        return
    with refused(error, pointer):
        await act()


@pytest.mark.parametrize(("left_on", "refuses"), [(START, False), (START - DAY, True)])
async def test_nobody_has_left_before_a_case_of_theirs(
    units: Units, left_on: date, refuses: bool
) -> None:
    """By a push, which a row of an import is too."""
    teacher = a_teacher()
    await keep(units, agreed(), a_case(), teacher=teacher)
    told = {"effective_on": str(START), "left_on": str(left_on)}
    command = RecordStaffMember.model_validate(told)

    async def push() -> None:
        async with units.work(request_context()) as uow:
            await push_staff_member(uow, teacher.reference, command)

    if refuses:
        with refused(Rejected, "/left_on"):
            await push()
    else:
        await push()


async def test_somebody_whose_leaving_contradicts_a_case_is_renamed_all_the_same(
    units: Units,
) -> None:
    teacher = a_teacher(left_on=START - DAY)
    await keep(units, agreed(), a_case(), teacher=teacher)
    command = RecordStaffMember(name="Testcase Renamed")
    async with units.work(request_context()) as uow:
        member, _ = await push_staff_member(uow, teacher.reference, command)
    assert member.name == "Testcase Renamed"
