"""What is of a day follows what is told of that day later; what somebody said stays.

So it does where that is pushed, and where it is put right.
"""

import json
from collections.abc import Awaitable, Callable
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from libs.common.contracts.base import Event
from libs.common.contracts.referral import (
    AllocationCorrected,
    PlanReviewed,
    ReferralCorrected,
    ReviewCorrected,
)
from libs.common.core.corrections import Withdrawal
from libs.common.persistence import tables
from libs.common.persistence.uow import UnitOfWork, Units
from services.referral.cases.commands import (
    followed_by_cases,
    followed_by_teams,
    push_child,
)
from services.referral.cases.domain import Case, CaseHolder
from services.referral.children.commands import RecordChild
from services.referral.children.corrections import CorrectMove, VoidMove, correct_move, void_move
from services.referral.children.domain import Child, Plan
from services.referral.children.plan_corrections import CorrectPlan, correct_plan, void_plan
from services.referral.referrals.commands import CorrectReferral, correct_referral
from services.referral.referrals.domain import Referral
from services.referral.reviews.commands import ReviewPlan, review_plan
from services.referral.staff.commands import (
    CorrectContract,
    correct_contract,
    void_contract,
)
from services.referral.staff.domain import StaffContract, StaffMember
from tests.unit.referral.made import (
    CASE,
    CHILD,
    OTHER_SCHOOL,
    REFERRAL,
    SCHOOL,
    TEACHER,
    TEAM,
    a_case,
    a_plan,
    a_referral,
    a_school,
    a_teacher,
    a_team,
    agreed,
    keep,
)
from tests.worlds import request_context

Doing = Callable[[UnitOfWork], Awaitable[Any]]
WHY: dict[str, Any] = {"reason": "entry-error"}
VOID = Withdrawal(reason="entry-error")
OTHER, OTHER_TEAM, LAST_TEAM = UUID(int=71), UUID(int=72), UUID(int=73)
HELD = date(2019, 3, 12)


async def do(units: Units, act: Doing) -> None:
    """Do something in a transaction of its own."""
    async with units.work(request_context()) as uow:
        await act(uow)


async def told(units: Units, of: type[Event]) -> list[dict[str, Any]]:
    """Return what events of a type say, the first first."""
    event = tables.event.c
    query = select(event.data).where(event.type == of.type()).order_by(event.position)
    async with units.database.reading() as connection:
        return [json.loads(data) for data in (await connection.execute(query)).scalars()]


async def test_a_school_that_somebody_named_stays(units: Units) -> None:
    """A referral is put right to another school; an earlier move that is told later leaves it."""
    others = a_school(id=OTHER_SCHOOL, urn=900002), a_school(id=UUID(int=77), urn=900003)
    await keep(units, a_referral(), *others)
    said = {"school_id": OTHER_SCHOOL, "submitted_on": date(2018, 9, 3), "evidence": {}}
    right = CorrectReferral.model_validate({**said, "reason": "entry-error"})
    async with units.work(request_context()) as uow:
        version = (await uow.get(Referral, REFERRAL)).row_version
        await correct_referral(uow, REFERRAL, right, version)
    moved = RecordChild.model_validate({"effective_on": "2018-09-02", "school_urn": 900003})
    async with units.work(request_context()) as uow:
        await push_child(uow, "county", "C1", moved)
    async with units.read(request_context()) as read:
        assert (await read.get(Referral, REFERRAL)).school_id == OTHER_SCHOOL


def moved(on: str, was: str = "2018-09-02") -> Doing:
    """Return what says that the child moved on another day."""
    said = {"formerly_on": was, "moved_on": on, "school_urn": 900002}
    right = CorrectMove.model_validate({**said, **WHY})

    async def act(uow: UnitOfWork) -> None:
        version = (await uow.get(Child, CHILD)).row_version
        await followed_by_cases(correct_move)(uow, CHILD, right, version)

    return act


async def did_not_move(uow: UnitOfWork) -> None:
    """Say that the child did not move."""
    wrong = VoidMove.model_validate({"moved_on": "2018-09-02", **WHY})
    version = (await uow.get(Child, CHILD)).row_version
    await followed_by_cases(void_move)(uow, CHILD, wrong, version)


@pytest.mark.parametrize(
    ("puts_right", "asked_at", "begun_at"),
    [
        (moved("2018-09-20"), SCHOOL, OTHER_SCHOOL),
        (moved("2018-10-20"), SCHOOL, SCHOOL),
        (did_not_move, SCHOOL, SCHOOL),
    ],
    ids=["after it was asked", "after it began", "never"],
)
async def test_what_was_asked_and_begun_follows_a_move_put_right(
    units: Units, puts_right: Doing, asked_at: UUID, begun_at: UUID
) -> None:
    """The child moved the day before the referral; then it is said to have been otherwise."""
    await keep(units, agreed(), a_case(), a_school(id=OTHER_SCHOOL, urn=900002))
    push = RecordChild.model_validate({"effective_on": "2018-09-02", "school_urn": 900002})
    await do(units, lambda uow: push_child(uow, "county", "C1", push))
    await do(units, puts_right)
    async with units.read(request_context()) as read:
        assert (await read.get(Referral, REFERRAL)).school_id == asked_at
        assert (await read.get(Case, CASE)).school_id == begun_at
    assert [one["reason"] for one in await told(units, ReferralCorrected)] == [
        "told-later",
        "entry-error",
    ]


def corrected(**says: Any) -> Doing:
    """Return what puts the other plan right."""
    said: dict[str, Any] = {"plan_type": "GRIP", "names_service": True, **says, **WHY}
    right = CorrectPlan.model_validate({**said, "effective_on": says["starts_on"]})

    async def act(uow: UnitOfWork) -> None:
        version = (await uow.get(Plan, OTHER)).row_version
        await followed_by_cases(correct_plan)(uow, OTHER, right, version)

    return act


async def test_a_case_begins_under_the_plan_that_a_correction_brings_into_force(
    units: Units,
) -> None:
    """Of two plans in force on a day it is the first: the other is said to have begun before."""
    other = a_plan(id=OTHER, reference="PL-2", plan_type="GRIP", starts_on=date(2018, 3, 1))
    await keep(units, agreed(), a_case(), other)
    await do(units, corrected(starts_on="2018-01-03"))
    async with units.read(request_context()) as read:
        case = await read.get(Case, CASE)
        assert (case.plan_id, case.plan_type) == (OTHER, "GRIP")


async def replace(uow: UnitOfWork) -> None:
    """Push that the plan ended and another began before the review."""
    ended = {"reference": "PL-1", "ends_on": "2019-01-31", "cease_reason": "replaced"}
    next_ = {"reference": "PL-2", "plan_type": "GRIP", "names_service": True}
    plans = [ended, {**next_, "starts_on": "2019-02-01"}]
    push = RecordChild.model_validate({"effective_on": "2019-02-01", "plans": plans})
    await push_child(uow, "county", "C1", push)


async def take_out(uow: UnitOfWork) -> None:
    """Say that there never was the other plan."""
    version = (await uow.get(Plan, OTHER)).row_version
    await followed_by_cases(void_plan)(uow, OTHER, VOID, version)


@pytest.mark.parametrize(
    ("acts", "reasons"),
    [
        ((replace,), ["told-later"]),
        ((corrected(starts_on="2018-01-03"),), ["entry-error"]),
        ((corrected(starts_on="2018-01-03"), take_out), ["entry-error", "entry-error"]),
        ((corrected(starts_on="2018-04-01"),), []),
    ],
    ids=["pushed", "corrected", "taken out", "nothing to follow"],
)
async def test_a_review_is_told_anew_of_the_plan_that_is_told_later(
    units: Units, acts: tuple[Doing, ...], reasons: list[str]
) -> None:
    """Its plan's review is then the one that was due."""
    beside = a_plan(id=OTHER, reference="PL-0", plan_type="GRIP", starts_on=date(2018, 3, 1))
    await keep(units, agreed(), a_case(), *([] if acts == (replace,) else [beside]))
    said = {"held_on": HELD, "recommendation": "continue", "recommended_on": HELD}
    await do(units, lambda uow: review_plan(uow, CASE, ReviewPlan.model_validate(said)))
    for act in acts:
        await do(units, act)
    async with units.read(request_context()) as read:
        plans = {str(one.id) for one in await read.all(Plan, child_id=CHILD, unseen=True)}
    [first] = await told(units, PlanReviewed)
    again = await told(units, ReviewCorrected)
    assert [one["reason"] for one in again] == reasons
    ids = [one["plan_id"] for one in (first, *again)]
    assert all(was != now for was, now in pairwise(ids))
    assert {*ids} <= plans


def a_contract(from_on: date, team_id: UUID, **other: Any) -> StaffContract:
    """Return a contract of the teacher."""
    given = {"staff_id": TEACHER, "from_on": from_on, "team_id": team_id}
    return StaffContract(**{**given, "fte_hundredths": 80, **other})


def contract(command: Any, on: date, right: Any) -> Doing:
    """Return what puts the contract of a day right."""

    async def act(uow: UnitOfWork) -> None:
        version = (await uow.get(StaffMember, TEACHER)).row_version
        await followed_by_teams(command)(uow, TEACHER, on, right, version)

    return act


FIRST, SECOND, THIRD = date(2015, 9, 1), date(2018, 9, 10), date(2019, 9, 1)


def put(on: date, team: str) -> CorrectContract:
    """Return a contract as it should have been."""
    said = {"from_on": on, "team_code": team, "fte": "0.8"}
    return CorrectContract.model_validate({**said, **WHY})


CONTRACTS: dict[str, tuple[Doing, UUID]] = {
    "of another team": (contract(correct_contract, SECOND, put(SECOND, "T3")), LAST_TEAM),
    "of a later day": (contract(correct_contract, SECOND, put(date(2018, 11, 5), "T2")), TEAM),
    "never": (contract(void_contract, SECOND, VOID), TEAM),
    "the latest": (contract(void_contract, THIRD, VOID), OTHER_TEAM),
}


@pytest.mark.parametrize("what", CONTRACTS)
async def test_what_somebody_leads_follows_a_contract_put_right(units: Units, what: str) -> None:
    """Support began under the second of three contracts, each for another team."""
    puts_right, team_id = CONTRACTS[what]
    teams = [
        a_team(),
        a_team(id=OTHER_TEAM, code="T2", name="South"),
        a_team(id=LAST_TEAM, code="T3", name="East"),
    ]
    contracts = [
        a_contract(FIRST, TEAM),
        a_contract(SECOND, OTHER_TEAM),
        a_contract(THIRD, LAST_TEAM),
    ]
    teacher = a_teacher(team_id=LAST_TEAM, contract_on=THIRD)
    of_then = a_case(team_id=OTHER_TEAM)
    await keep(units, agreed(), *teams, of_then, *contracts, teacher=teacher)
    await do(units, puts_right)
    async with units.read(request_context()) as read:
        [holder] = await read.all(CaseHolder, case_id=CASE)
        assert holder.team_id == (await read.get(Case, CASE)).team_id == team_id
    again = await told(units, AllocationCorrected)
    expected = [] if team_id == OTHER_TEAM else [(str(team_id), "entry-error")]
    assert [(one["team_id"], one["reason"]) for one in again] == expected
