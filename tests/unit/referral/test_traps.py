"""Mistakes that are easy to make with children, schools and plans (domain brief 11, by number)."""

from contextlib import nullcontext
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from libs.common.core.errors import Rejected
from libs.common.persistence.uow import Units
from services.referral.cases.commands import (
    CorrectEnding,
    EndSupport,
    StartSupport,
    correct_ending,
    end_support,
    push_child,
    start_support,
)
from services.referral.cases.domain import Case
from services.referral.cases.prompts import end_of_next_term, named_on, prompt
from services.referral.cases.reads import reviews_due
from services.referral.children.commands import RecordChild
from services.referral.children.domain import Child, Plan
from services.referral.children.queries import plans_on, school_on
from services.referral.children.years import derived_year, year_of_age
from services.referral.referrals.commands import CheckEligibility, check_eligibility
from services.referral.referrals.domain import Referral
from services.referral.schools.domain import RegisterRow, School
from services.referral.tables import Owned
from tests.unit.referral.made import (
    CASE,
    CHILD,
    OTHER_SCHOOL,
    PLAN,
    REFERRAL,
    SCHOOL,
    START,
    TEACHER,
    a_case,
    a_plan,
    a_referral,
    a_review,
    agreed,
    keep,
)
from tests.unit.refused import refused
from tests.worlds import request_context

BEFORE, AFTER = date(2019, 8, 31), date(2019, 9, 10)
TAKEN = date(2018, 9, 1)
"""The day of the register's extract."""


def _register() -> list[Owned]:
    """Return a junior school, and what the extract said of it and of the child's primary school."""
    rows = [
        RegisterRow(900001, 830, 9001, "Madeup Primary", "01", 2, 1, 4, 11, None, None),
        RegisterRow(900002, 830, 9002, "Madeup Junior", "01", 2, 1, 7, 11, None, None),
    ]
    primary, junior = (
        School.of(id_, row, TAKEN) for id_, row in zip((SCHOOL, OTHER_SCHOOL), rows, strict=True)
    )
    return [
        junior,
        *(of.extract(row, TAKEN) for of, row in zip((primary, junior), rows, strict=True)),
    ]


async def _push(units: Units, **said: Any) -> None:
    async with units.work(request_context()) as uow:
        await push_child(uow, "county", "C1", RecordChild.model_validate(said))


async def _rule(units: Units, day: date, rule: str) -> str:
    """Return what a check of the referral answers to a rule, as of a day."""
    async with units.work(request_context()) as uow:
        _, tested, _ = await check_eligibility(uow, REFERRAL, CheckEligibility(checked_on=day))
    return str(next(one.answer for one in tested if one.rule == rule))


@pytest.mark.parametrize(
    ("born_on", "group"),
    [
        (date(2012, 8, 31), "2"),
        (date(2012, 9, 1), "1"),
        (date(2012, 2, 29), "2"),
        (date(2016, 2, 29), "N1"),
    ],
    ids=str,
)
def test_trap_5_a_day_of_birth_decides_the_academic_year(born_on: date, group: str) -> None:
    """Of 31 August and 1 September they are a year apart; one of 29 February is like any other."""
    assert year_of_age(born_on, date(2018, 9, 1)) == year_of_age(born_on, BEFORE) == group
    assert derived_year(born_on, date(2019, 9, 1)) == derived_year(born_on, BEFORE) + 1


async def test_traps_11_and_12_a_move_in_the_year_or_to_the_juniors_goes_on(units: Units) -> None:
    """Case and plan go on; each day has its school; it is no new referral, and eligible there."""
    await keep(units, a_referral(), a_case(), *_register())
    await _push(units, effective_on="2019-09-01", school_urn=900002, year_group="4")
    async with units.read(request_context()) as read:
        case, [plan] = await read.get(Case, CASE), await read.all(Plan, child_id=CHILD)
        assert (case.state, plan.ends_on) == ("active", None)
        assert len(await read.all(Referral, child_id=CHILD)) == 1
        assert await school_on(read, CHILD, BEFORE) == case.school_id
        assert await school_on(read, CHILD, AFTER) == OTHER_SCHOOL != case.school_id
    assert {await _rule(units, day, "school-covered") for day in (BEFORE, AFTER)} == {"yes"}


DUE = date(2019, 3, 8)
REVIEWS: list[tuple[dict[str, Any], dict[str, Any] | None, date | None]] = [
    ({}, None, DUE),
    ({"ends_on": date(2019, 3, 7), "cease_reason": "deceased"}, None, None),
    ({}, {"held_on": date(2019, 4, 1), "due_on": DUE}, None),
    ({"review_due_on": date(2020, 4, 1)}, {"held_on": date(2019, 4, 1)}, date(2020, 4, 1)),
]


@pytest.mark.parametrize(
    ("plan", "review", "due"),
    REVIEWS,
    ids=["awaited, and overdue", "ceased before", "held late", "told anew"],
)
async def test_traps_20_and_21_a_review_is_awaited_until_its_plan_ceases_or_it_is_held(
    units: Units, plan: dict[str, Any], review: dict[str, Any] | None, due: date | None
) -> None:
    """One that is late is that cycle's; the next is due on the day that is told with the plan."""
    other = a_plan(id=UUID(int=81), reference="PL-9", **{"review_due_on": DUE, **plan})
    reviews = [] if review is None else [a_review(**review)]
    await keep(units, agreed(), a_case(), other, *reviews)
    async with units.read(request_context()) as read:
        assert await reviews_due(read, [CASE]) == {CASE: due}


LAST = date(2019, 7, 19)
ENDINGS: list[tuple[dict[str, Any], dict[str, Any], bool]] = [
    ({}, {}, False),
    ({}, {"reason": "plan-ceased"}, False),
    ({"effective_on": AFTER, "names_service": False}, {}, False),
    ({"effective_on": LAST + timedelta(days=1), "names_service": False}, {}, True),
    ({"effective_on": LAST, "ends_on": LAST}, {"reason": "plan-ceased"}, True),
    ({}, {"although_named": "amendment-decided"}, True),
    ({}, {"reason": "moved-out"}, True),
    ({}, {"reason": "deceased"}, True),
]


@pytest.mark.parametrize(("plan", "said", "taken"), ENDINGS)
async def test_trap_24_support_does_not_end_while_a_plan_names_it(
    units: Units, plan: dict[str, Any], said: dict[str, Any], taken: bool
) -> None:
    """The plan is amended first, or a code says why not; who leaves could have it no more."""
    await keep(units, agreed(), a_case(), *_register())
    if plan:
        plan = dict(plan)
        day = plan.pop("effective_on")
        await _push(units, effective_on=day, plans=[{"reference": "PL-1", **plan}])
    ending = EndSupport.model_validate({"ended_on": LAST, "reason": "parental-request", **said})
    with nullcontext() if taken else refused(Rejected, "/although_named"):
        async with units.work(request_context()) as uow:
            await end_support(uow, CASE, ending)
    if taken and not plan:
        said = {"end_reason": "other", "reason": "typing-error"}
        right = CorrectEnding.model_validate({"ended_on": LAST, **said})
        with refused(Rejected, "/although_named"):
            async with units.work(request_context()) as uow:
                version = (await uow.get(Case, CASE)).row_version
                await correct_ending(uow, CASE, right, version)


EYSEN = {"plan_type": "EYSEN-IF"}
PROMPTS: list[tuple[str, str, dict[str, Any], date, str | None]] = [
    ("N2", "2018-09-03", EYSEN, date(2019, 3, 31), None),
    ("N2", "2018-09-03", EYSEN, date(2019, 4, 1), "reception"),
    ("N2", "2018-09-03", EYSEN, date(2019, 9, 1), "reception"),
    ("N1", "2018-09-03", EYSEN, date(2019, 4, 1), None),
    ("R", "2018-09-03", EYSEN, date(2018, 10, 1), "reception"),
    ("R", "2018-09-03", {}, date(2019, 4, 1), None),
    ("N2", "2018-09-03", EYSEN | {"ends_on": date(2019, 8, 31)}, date(2019, 4, 1), "plan-ends"),
    ("N2", "2018-09-03", EYSEN | {"ends_on": date(2019, 8, 31)}, date(2019, 9, 1), "no-plan"),
    ("3", "2018-09-03", {"names_service": False}, date(2019, 1, 7), "no-plan"),
]


@pytest.mark.parametrize(("group", "told", "plan", "today", "prompted"), PROMPTS)
async def test_trap_25_a_plan_that_ends_at_reception_is_noticed_a_term_before(
    units: Units, group: str, told: str, plan: dict[str, Any], today: date, prompted: str | None
) -> None:
    """Until a plan is told that goes on, or support ends."""
    await keep(units, agreed(), a_case())
    async with units.work(request_context()) as uow:
        child, only = await uow.get(Child, CHILD), await uow.get(Plan, PLAN)
        child.year_group, child.characteristics_on = group, date.fromisoformat(told)
        for name, value in plan.items():
            setattr(only, name, value)
    assert await _prompted(units, today) == prompted
    async with units.work(request_context()) as uow:
        uow.add(a_plan(id=UUID(int=82), reference="PL-8", starts_on=START, ends_on=None))
    assert await _prompted(units, today) is None


async def _prompted(units: Units, today: date) -> str | None:
    async with units.read(request_context()) as read:
        query = select(prompt(today), named_on(end_of_next_term(today)))
        [(why, named)] = await read.connection.execute(query.where(Case.id == CASE))
    assert named is (why is None)
    found: str | None = why
    return found


async def test_trap_27_a_plan_that_names_the_service_no_more_fails_from_then_on(
    units: Units,
) -> None:
    await keep(units, a_referral(), a_case(), *_register())
    amended = {"reference": "PL-1", "names_service": False}
    await _push(units, effective_on="2019-09-01", plans=[amended])
    answers = [await _rule(units, day, "plan-names-service") for day in (BEFORE, AFTER)]
    assert answers == ["yes", "no"]
    async with units.read(request_context()) as read:
        case = await read.get(Case, CASE)
        assert (case.state, case.plan_type) == ("active", "EHC")
        [then] = await plans_on(read, CHILD, BEFORE)
        assert then.terms.names_service


async def test_trap_28_a_plan_of_another_authority_starts_no_clock_of_ours(units: Units) -> None:
    """It began years before the child came; the referral and the first day of support are ours."""
    await keep(units, agreed())
    since = {"reference": "PL-1", "starts_on": "2014-05-01"}
    await _push(units, effective_on="2018-09-24", plans=[since])
    said = StartSupport(referral_id=REFERRAL, staff_id=TEACHER, started_on=date(2018, 10, 1))
    async with units.work(request_context()) as uow:
        case, _ = await start_support(uow, said)
    assert case.started_on == date(2018, 10, 1)
    async with units.read(request_context()) as read:
        [plan] = await read.all(Plan, child_id=CHILD)
        assert plan.starts_on == date(2014, 5, 1)
        assert await reviews_due(read, [case.id]) == {case.id: None}
