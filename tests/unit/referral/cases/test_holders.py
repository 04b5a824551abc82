"""What is recorded of a day is of whoever held the case then, in whatever order it is told."""

import json
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from libs.common.core.clock import SystemClock, local_day
from libs.common.core.corrections import Withdrawal
from libs.common.persistence import tables
from libs.common.persistence.uow import Access, RequestContext, UnitOfWork, Units
from libs.common.security import Actor, Reach, Role, first_handed_over
from services.referral.caseload import held
from services.referral.cases.commands import (
    AllocateColleague,
    AllocateTeacher,
    CorrectAllocation,
    NotYourEntry,
    PauseSupport,
    ResumeSupport,
    VoidColleague,
    allocate_colleague,
    allocate_teacher,
    correct_allocation,
    pause_support,
    resume_support,
    void_allocation,
    void_colleague,
)
from services.referral.cases.domain import (
    Case,
    CaseColleague,
    CaseHolder,
    Pause,
    Review,
    RiskAssessment,
    VisitWeek,
)
from services.referral.reviews.commands import (
    CorrectReview,
    DecideContinuation,
    ReviewPlan,
    SeparationOfDuty,
    correct_review,
    decide_continuation,
    review_plan,
)
from services.referral.risk.commands import AssessRisk, assess_risk
from services.referral.visits.commands import (
    CorrectVisits,
    RecordVisits,
    correct_visits,
    record_visits,
)
from tests.unit.referral.made import (
    CASE,
    OTHER_TEACHER,
    TEACHER,
    TEAM,
    a_case,
    a_teacher,
    agreed,
    keep,
)
from tests.unit.refused import refused
from tests.worlds import request_context

THIRD = UUID(int=43)
START, FEBRUARY, SEPTEMBER = date(2019, 1, 7), date(2019, 2, 11), date(2019, 9, 2)
TODAY = local_day(SystemClock().now())
NOBODY: frozenset[UUID] = frozenset()
Doing = Callable[[UnitOfWork], Awaitable[Any]]


@pytest.fixture
async def started(units: Units) -> Units:
    """Return units of work on a case that the first teacher has held since January."""
    case = a_case(started_on=START, allocated_on=START)
    await keep(units, agreed(), case, a_teacher(id=THIRD, reference="S3"))
    return units


def _allocate(staff: UUID, on: date) -> Doing:
    command = AllocateTeacher(staff_id=staff, allocated_on=on)
    return lambda uow: allocate_teacher(uow, CASE, command)


def _visit(monday: date) -> Doing:
    return lambda uow: record_visits(uow, CASE, monday, RecordVisits(planned=1, attended=1))


def _review(held: date) -> Doing:
    said = {"held_on": held, "recommendation": "continue", "recommended_on": held}
    return lambda uow: review_plan(uow, CASE, ReviewPlan.model_validate(said))


def _risk(on: date) -> Doing:
    said = AssessRisk.model_validate({"level": "high", "assessed_on": on})
    return lambda uow: assess_risk(uow, CASE, said)


def _pause(on: date) -> Doing:
    said = PauseSupport(paused_on=on, reason="child-unwell")

    async def do(uow: UnitOfWork) -> Any:
        case = await uow.get(Case, CASE)
        return await pause_support(uow, CASE, said, case.row_version)

    return do


def _resume(on: date) -> Doing:
    async def do(uow: UnitOfWork) -> Any:
        case = await uow.get(Case, CASE)
        return await resume_support(uow, CASE, ResumeSupport(resumed_on=on), case.row_version)

    return do


async def _do(units: Units, *doing: Doing) -> None:
    for one in doing:
        async with units.work(request_context()) as uow:
            await one(uow)


async def _rows(units: Units, kind: type[Any], leaving: tuple[str, ...] = ()) -> list[Any]:
    """Return what stands of a kind, but for what counts changes or is drawn."""
    left = {"_sa_instance_state", "row_version", "event_version", "id", *leaving}
    async with units.work(request_context()) as uow:
        things = await uow.chosen(select(kind))
        shown = [
            {
                name: value
                for name, value in vars(one).items()
                if name[0] != "_" and name not in left
            }
            for one in things
            if not one.void
        ]
    return sorted(shown, key=str)


async def _credited(units: Units) -> dict[str, str]:
    """Return whose each week and review is, as it was published last."""
    query = select(tables.event.c.data).order_by(tables.event.c.position)
    async with units.database.reading() as connection:
        told = [json.loads(data) for data in (await connection.execute(query)).scalars()]
    weeks = {one["week_beginning"]: one["staff_id"] for one in told if "week_beginning" in one}
    return weeks | {one["held_on"]: one["recommended_by"] for one in told if "held_on" in one}


async def test_what_is_typed_late_is_the_teachers_of_then_who_does_not_decide_on_it(
    started: Units,
) -> None:
    await _do(started, _allocate(OTHER_TEACHER, SEPTEMBER))
    await _do(started, _visit(FEBRUARY), _review(FEBRUARY + timedelta(1)), _visit(SEPTEMBER))
    assert await _credited(started) == {
        "2019-02-11": str(TEACHER),
        "2019-02-12": str(TEACHER),
        "2019-09-02": str(OTHER_TEACHER),
    }
    [review] = await _rows(started, Review)
    assert review["recommended_by"] == TEACHER
    said = {"decision": "continue", "decided_on": "2019-10-01", "reason": "criteria-met"}
    decide = DecideContinuation.model_validate(said)
    async with started.work(_as(Role.HEAD_OF_SERVICE, TEACHER, Reach.COUNTY)) as uow:
        [found] = await uow.chosen(select(Review))
        with refused(SeparationOfDuty):
            await decide_continuation(uow, found.id, decide)
    async with started.work(_as(Role.HEAD_OF_SERVICE, OTHER_TEACHER, Reach.COUNTY)) as uow:
        assert (await decide_continuation(uow, found.id, decide))[1].outcome == "updated"


def _as(role: Role, staff: UUID, reach: Reach) -> RequestContext:
    actor = Actor(f"who-{staff}", frozenset({role}), NOBODY, NOBODY, NOBODY, staff)
    return RequestContext(Access(actor, "a.test", frozenset({reach}), TODAY))


ENTRIES: dict[str, tuple[Doing, ...]] = {
    "allocations": (
        _allocate(OTHER_TEACHER, date(2019, 3, 4)),
        _allocate(THIRD, date(2019, 5, 6)),
        _allocate(TEACHER, SEPTEMBER),
        _visit(date(2019, 3, 11)),
        _review(date(2019, 6, 3)),
    ),
    "visits": (_visit(FEBRUARY), _visit(date(2019, 3, 11)), _visit(date(2019, 6, 3))),
    "risk and reviews": (
        _risk(FEBRUARY),
        _risk(date(2019, 6, 3)),
        _review(FEBRUARY),
        _review(date(2019, 6, 3)),
    ),
}
KINDS = (Case, CaseHolder, VisitWeek, Review, RiskAssessment, Pause)


@pytest.mark.parametrize("name", ENTRIES)
async def test_any_order_of_entry_gives_the_same_state(
    units_of_order: Callable[[], Awaitable[Units]], name: str
) -> None:
    entries = ENTRIES[name]
    orders = [entries, entries[::-1], *list(permutations(entries))[7:-1:31]]
    found = []
    for order in orders:
        units = await units_of_order()
        await _do(units, *order)
        rows = [await _rows(units, kind) for kind in KINDS]
        found.append((rows, await _credited(units)))
    assert len(found) > 1
    assert all(one == found[0] for one in found)


async def test_pauses_are_told_in_any_order(
    units_of_order: Callable[[], Awaitable[Units]],
) -> None:
    first = (_pause(date(2019, 2, 4)), _resume(date(2019, 2, 25)))
    second = (_pause(date(2019, 5, 6)), _resume(date(2019, 5, 20)))
    third = (_pause(date(2019, 7, 1)),)
    found = []
    for order in (
        (*first, *second, *third),
        (*third, *second, *first),
        (second[0], *first, second[1], *third),
        (third[0], second[0], second[1], *first),
    ):
        units = await units_of_order()
        await _do(units, *order)
        found.append([await _rows(units, kind) for kind in (Case, Pause)])
    assert all(one == found[0] for one in found)
    [case] = found[0][0]
    assert case["paused_on"] == date(2019, 7, 1)


async def test_a_transfer_put_right_or_withdrawn_takes_its_records_along(started: Units) -> None:
    await _do(started, _allocate(OTHER_TEACHER, date(2019, 3, 4)))
    weeks = [date(2019, 2, 25), date(2019, 3, 4), date(2019, 3, 11)]
    await _do(started, *map(_visit, weeks), _review(date(2019, 3, 12)))

    async def credited() -> list[str]:
        found = await _credited(started)
        return [found[str(day)] for day in (*weeks, date(2019, 3, 12))]

    a, b, c = map(str, (TEACHER, OTHER_TEACHER, THIRD))
    assert await credited() == [a, b, b, b]
    later = {"staff_id": THIRD, "allocated_on": date(2019, 3, 11), "reason": "typing-error"}
    async with started.work(request_context()) as uow:
        case = await uow.get(Case, CASE)
        right = CorrectAllocation.model_validate(later)
        await correct_allocation(uow, CASE, date(2019, 3, 4), right, case.row_version)
    assert await credited() == [a, a, c, c]
    async with started.work(request_context()) as uow:
        case = await uow.get(Case, CASE)
        mistaken = Withdrawal(reason="did-not-happen")
        await void_allocation(uow, CASE, date(2019, 3, 11), mistaken, case.row_version)
        assert (case.staff_id, case.allocated_on) == (TEACHER, START)
    assert await credited() == [a, a, a, a]


async def test_a_teacher_puts_their_own_entries_right_and_no_others(started: Units) -> None:
    await _do(started, _visit(FEBRUARY), _review(FEBRUARY), _allocate(OTHER_TEACHER, SEPTEMBER))
    said = {"week_beginning": FEBRUARY, "planned": 2, "attended": 2, "reason": "typing-error"}
    wrong = {"held_on": FEBRUARY, "recommendation": "discontinue", "recommended_on": FEBRUARY}
    async with started.work(_as(Role.SUPPORT_TEACHER, OTHER_TEACHER, Reach.OWN)) as uow:
        case = await uow.get(Case, CASE)
        [review] = await uow.chosen(select(Review))
        with refused(NotYourEntry):
            right = CorrectVisits.model_validate(said)
            await correct_visits(uow, CASE, FEBRUARY, right, case.row_version)
        with refused(NotYourEntry):
            await record_visits(uow, CASE, FEBRUARY, RecordVisits(planned=2, attended=2))
        with refused(NotYourEntry):
            put = CorrectReview.model_validate({**wrong, "reason": "typing-error"})
            await correct_review(uow, review.id, put, case.row_version)


CUTOFF = first_handed_over(TODAY)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("after_cutoff", "reached"), [(None, True), (1, True), (0, False), (60, True)], ids=str
)
@pytest.mark.parametrize("reach", [Reach.OWN, Reach.TEAM])
async def test_a_case_that_was_taken_over_is_reached_until_it_was_handed_over(
    units: Units, after_cutoff: int | None, reached: bool, reach: Reach
) -> None:
    """Ten working days after the last day as its teacher (domain brief 10)."""
    taken_over_on = None if after_cutoff is None else CUTOFF + after_cutoff * DAY
    start = CUTOFF - 30 * DAY
    await keep(units, agreed(), a_case(started_on=start, allocated_on=start, team_id=TEAM))
    if taken_over_on is not None:
        await _do(units, _allocate(OTHER_TEACHER, taken_over_on))
    assert await _reaches(units, TEACHER, reach) is reached
    if taken_over_on is not None and reach is Reach.OWN:
        assert await _reaches(units, OTHER_TEACHER, reach)
        async with units.work(request_context()) as uow:
            case = await uow.get(Case, CASE)
            why = Withdrawal(reason="did-not-happen")
            await void_allocation(uow, CASE, taken_over_on, why, case.row_version)
        assert await _reaches(units, TEACHER, reach)
        assert not await _reaches(units, OTHER_TEACHER, reach)


async def _reaches(units: Units, staff: UUID, reach: Reach) -> bool:
    actor = Actor("t", frozenset(), frozenset({TEAM}), NOBODY, NOBODY, staff)
    access = Access(actor, "case.read", frozenset({reach}), TODAY)
    async with units.database.reading() as connection:
        found = await connection.execute(select(Case.id).where(held(access, Case)))
        return bool(found.all())


@pytest.mark.parametrize(("before_cutoff", "reached"), [(None, True), (0, True), (1, False)])
async def test_a_colleague_reaches_the_case_beside_its_lead(
    units: Units, before_cutoff: int | None, reached: bool
) -> None:
    until_on = None if before_cutoff is None else CUTOFF - before_cutoff * DAY
    start = CUTOFF - 30 * DAY
    await keep(units, agreed(), a_case(started_on=start, allocated_on=start))
    beside = AllocateColleague(staff_id=OTHER_TEACHER, from_on=start, until_on=until_on)
    for outcome in ("created", "unchanged"):
        async with units.work(request_context()) as uow:
            case = await uow.get(Case, CASE)
            done = await allocate_colleague(uow, CASE, beside, case.row_version)
            assert done[1].outcome == outcome
    assert case.staff_id == TEACHER
    assert await _reaches(units, OTHER_TEACHER, Reach.OWN) is reached
    assert await _reaches(units, TEACHER, Reach.OWN)
    async with units.work(request_context()) as uow:
        case = await uow.get(Case, CASE)
        why = VoidColleague(from_on=start, reason="did-not-happen")
        await void_colleague(uow, CASE, OTHER_TEACHER, why, case.row_version)
    assert not await _reaches(units, OTHER_TEACHER, Reach.OWN)
    assert await _rows(units, CaseColleague) == []
