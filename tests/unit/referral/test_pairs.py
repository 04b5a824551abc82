"""Of two records either may be typed in first: what is on record then is the same.

Or one of them is refused until the other is there, and the refusal says so; or they contradict each
other, and whichever comes second is refused.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from libs.common.core.errors import DomainError
from libs.common.persistence import tables
from libs.common.persistence.uow import UnitOfWork, Units
from services.referral.cases.commands import (
    AllocateColleague,
    AllocateTeacher,
    EndSupport,
    PauseRow,
    ResumptionRow,
    StartSupport,
    allocate_colleague,
    allocate_teacher,
    end_support,
    pause_in_file,
    push_child,
    push_staff_member,
    resume_in_file,
    start_support,
)
from services.referral.cases.domain import Case, Review
from services.referral.children.commands import RecordChild
from services.referral.exclusions.commands import RecordExclusion, record_exclusion
from services.referral.referrals.commands import SubmitReferral, submit_referral
from services.referral.reviews.commands import (
    DecideContinuation,
    ReviewPlan,
    decide_continuation,
    review_plan,
)
from services.referral.staff.commands import RecordStaffMember
from services.referral.tables import metadata
from services.referral.visits.commands import RecordVisits, record_visits
from tests.unit.referral.made import (
    CHILD,
    OTHER_SCHOOL,
    OTHER_TEACHER,
    REFERRAL,
    TEACHER,
)
from tests.worlds import request_context

Doing = Callable[[UnitOfWork], Awaitable[Any]]
START = date(2018, 10, 1)


async def _case(uow: UnitOfWork) -> UUID:
    """Return the child's case; where there is none yet, an id that none has."""
    found = await uow.all(Case, child_id=CHILD)
    return found[0].id if found else UUID(int=99)


def _push(**told: Any) -> Doing:
    said = RecordChild.model_validate(told)
    return lambda uow: push_child(uow, "county", "C1", said)


async def _start(uow: UnitOfWork) -> None:
    said = StartSupport(referral_id=REFERRAL, staff_id=TEACHER, started_on=START)
    await start_support(uow, said)


async def _allocate(uow: UnitOfWork) -> None:
    said = AllocateTeacher(staff_id=OTHER_TEACHER, allocated_on=date(2019, 3, 4))
    await allocate_teacher(uow, await _case(uow), said)


async def _visits(uow: UnitOfWork) -> None:
    said = RecordVisits(planned=1, attended=1)
    await record_visits(uow, await _case(uow), date(2019, 3, 11), said)


async def _review(uow: UnitOfWork) -> None:
    said = {"held_on": "2019-03-12", "recommendation": "continue", "recommended_on": "2019-03-12"}
    await review_plan(uow, await _case(uow), ReviewPlan.model_validate(said))


async def _decide(uow: UnitOfWork) -> None:
    found = await uow.all(Review, case_id=await _case(uow))
    said = {"decision": "continue", "decided_on": "2019-03-20", "reason": "criteria-met"}
    await decide_continuation(
        uow, found[0].id if found else UUID(int=98), DecideContinuation.model_validate(said)
    )


async def _pause(uow: UnitOfWork) -> None:
    said = {"paused_on": "2019-03-18", "reason": "child-unwell", "case_id": await _case(uow)}
    await pause_in_file(uow, PauseRow.model_validate(said))


async def _resume(uow: UnitOfWork) -> None:
    said = {"resumed_on": "2019-03-25", "case_id": await _case(uow)}
    await resume_in_file(uow, ResumptionRow.model_validate(said))


async def _colleague(uow: UnitOfWork) -> None:
    said = AllocateColleague(staff_id=OTHER_TEACHER, from_on=date(2019, 2, 4))
    await allocate_colleague(uow, await _case(uow), said)


async def _end(uow: UnitOfWork) -> None:
    said = {"ended_on": "2019-03-06", "reason": "moved-out"}
    await end_support(uow, await _case(uow), EndSupport.model_validate(said))


async def _exclude(uow: UnitOfWork) -> None:
    said = {"child_id": CHILD, "school_id": OTHER_SCHOOL, "category": "SUSP"}
    said |= {"starts_on": date(2019, 3, 5), "half_days": 2}
    await record_exclusion(uow, "E1", RecordExclusion.model_validate(said))


async def _refer(uow: UnitOfWork) -> None:
    said = {"reference": "R9", "child_id": CHILD, "submitted_on": date(2018, 9, 28), "evidence": {}}
    await submit_referral(uow, SubmitReferral.model_validate(said))


async def _team(uow: UnitOfWork) -> None:
    said = RecordStaffMember(team_code="T1", effective_on=date(2018, 9, 17))
    await push_staff_member(uow, "S1", said)


async def _other_team(uow: UnitOfWork) -> None:
    said = RecordStaffMember(team_code="T1", effective_on=date(2019, 1, 7))
    await push_staff_member(uow, "S2", said)


async def _left(uow: UnitOfWork) -> None:
    await push_staff_member(uow, "S2", RecordStaffMember(left_on=date(2019, 1, 31)))


STEPS: Mapping[str, Doing] = {
    "start": _start,
    "allocation": _allocate,
    "visits": _visits,
    "review": _review,
    "decision": _decide,
    "pause": _pause,
    "resumption": _resume,
    "colleague": _colleague,
    "end": _end,
    "exclusion": _exclude,
    "referral": _refer,
    "team": _team,
    "other team": _other_team,
    "left": _left,
    "move": _push(effective_on="2018-09-24", school_urn=900002),
    "later move": _push(effective_on="2019-03-01", school_urn=900001),
    "later needs": _push(effective_on="2019-03-01", needs=["SLCN"]),
    "plan": _push(
        effective_on="2018-09-24",
        plans=[
            {"reference": "PL-1", "ends_on": "2018-09-25", "cease_reason": "replaced"},
            {
                "reference": "PL-2",
                "plan_type": "GRIP",
                "names_service": True,
                "starts_on": "2018-09-26",
            },
        ],
    ),
}
BEFORE: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("allocation", "visits", "review", "pause", "colleague", "end"), ("start",)),
    "decision": ("start", "review"),
    "resumption": ("start", "pause"),
}
"""What has to be on record before a step; it says so where it is not."""

CONTRARY = {
    ("allocation", "left"): "nobody takes a case on after they have left",
    ("colleague", "left"): "nobody works on a case after they have left",
    **{
        (step, "end"): "it is of a day after the end"
        for step in ("visits", "review", "decision", "pause", "resumption")
    },
}
"""What cannot both be: whichever is told second is refused."""

DRAWN = {"id", "row_version", "event_version", "case_id", "review_id", "plan_id", "parts_version"}
TOLD_AGAIN = {"from_on", "until_on"}
"""A school told again of a later day is a span or two: each day of which it was told counts."""


async def _done(units: Units, name: str) -> str:
    """Take a step; return what it is refused for, or nothing."""
    try:
        async with units.work(request_context(subject=f"who-does-{name}")) as uow:
            await STEPS[name](uow)
    except DomainError as refusal:
        return refusal.code
    return ""


async def _state(units: Units) -> set[str]:
    """Return all that is on record, but for ids that are drawn and versions."""
    found = set()
    async with units.database.reading() as connection:
        for table in metadata.sorted_tables:
            if table.name in tables.metadata.tables or table.name.startswith("import"):
                continue
            for row in (await connection.execute(select(table))).mappings():
                kept = {k: v for k, v in row.items() if k not in DRAWN}
                days = {kept.pop(k) for k in TOLD_AGAIN} if kept.keys() >= TOLD_AGAIN else {""}
                found |= {f"{table.name} {kept} {day}" for day in days}
    return found


async def _told(units: Units, *names: str) -> tuple[dict[str, str], set[str], set[str]]:
    """Return what was refused, what was when it was tried again, and what is on record then."""
    refused = {name: why for name in names if (why := await _done(units, name))}
    again = {name for name in refused if await _done(units, name)}
    return refused, again, await _state(units)


@pytest.mark.parametrize("first", STEPS)
async def test_either_of_two_records_may_be_typed_in_first(
    units_before: Callable[[], Awaitable[Units]], first: str
) -> None:
    wrong = []
    for second in list(STEPS)[list(STEPS).index(first) + 1 :]:
        needed = dict.fromkeys((*BEFORE.get(first, ()), *BEFORE.get(second, ())))
        before = [name for name in needed if name not in {first, second}]
        if first in BEFORE.get(second, ())[:-1]:
            continue  # what comes between needs it too
        one = await _told(await units_before(), *before, first, second)
        other = await _told(await units_before(), *before, second, first)
        if (first, second) in CONTRARY:
            fits = bool(one[1] and other[1])
        elif first in BEFORE.get(second, ()):
            fits = not one[0] and {*other[0]} == {second} and not other[1] and one[2] == other[2]
        else:
            fits = not one[0] and not other[0] and one[2] == other[2]
        if not fits:
            wrong.append(f"{first}, {second}: {one[:2]} {other[:2]} {sorted(one[2] ^ other[2])}")
    assert not wrong, "\n".join(wrong)
