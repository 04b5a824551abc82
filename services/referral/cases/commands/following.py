"""What is of a day follows what is told of that day later: a school, a plan, a teacher's team.

So it makes no difference which of the two is typed in first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from libs.common.contracts.base import Event
from libs.common.contracts.referral import AllocationCorrected, ColleagueAllocated, ReviewCorrected
from libs.common.imports import CommandOutcome
from libs.common.persistence.uow import UnitOfWork
from services.referral.cases.domain import Case, CaseColleague, CaseHolder, Review, Under
from services.referral.cases.holding import plan_reviewed, team_on
from services.referral.children.commands import RecordChild, record_child
from services.referral.children.domain import Child
from services.referral.children.queries import plan_on, school_on
from services.referral.referrals.domain import Referral
from services.referral.staff.domain import StaffMember

Why = tuple[str, str | None]
"""Why what is on record is otherwise: a code, which is published, and a note."""

TOLD_LATER: Final[Why] = ("told-later", None)
"""Something of its day was told after it."""


@dataclass(frozen=True, slots=True)
class AsTold:
    """What is on record of a child, each with what was told of its day."""

    referrals: Sequence[tuple[Referral, UUID]]
    reviews: Sequence[tuple[Case, Review, Under]]


async def push_child(
    uow: UnitOfWork, scheme: str, reference: str, command: RecordChild
) -> tuple[Child, CommandOutcome]:
    """Record a child; what was asked for and begun on the days that are told is as they say."""
    known = await uow.find(Child, lock="update", scheme=scheme, reference=reference)
    was = None if known is None else await as_told(uow, known.id)
    child, done = await record_child(uow, scheme, reference, command)
    if was is not None and done.outcome != "unchanged":
        await follow_child(uow, child.id, was, TOLD_LATER)
    return child, done


async def as_told(uow: UnitOfWork, child_id: UUID) -> AsTold:
    """Return a child's referrals with the school of their days, and reviews with the plan."""
    asked = await uow.all(Referral, child_id=child_id, unseen=True)
    return AsTold(
        [(one, await school_on(uow, child_id, one.submitted_on)) for one in asked if not one.void],
        [
            (case, review, await _under(uow, case, review))
            for case in await _cases(uow, child_id)
            for review in await uow.all(Review, case_id=case.id, unseen=True)
            if not review.void
        ],
    )


async def follow_child(uow: UnitOfWork, child_id: UUID, was: AsTold, why: Why) -> None:
    """Have referrals, cases and reviews be of the school and plan of their days.

    ``was`` is what was told of those days before.
    """
    await _ask_again(uow, was.referrals, why)
    for case in await _cases(uow, child_id):
        await _begin_again(uow, case, why)
    await _review_again(uow, was.reviews, why)


async def _cases(uow: UnitOfWork, child_id: UUID) -> list[Case]:
    return [one for one in await uow.all(Case, child_id=child_id, unseen=True) if not one.void]


async def _under(uow: UnitOfWork, case: Case, review: Review) -> Under:
    then = await plan_reviewed(uow, case, review.held_on)
    return then or Under(case.plan_id, case.plan_type)


async def _ask_again(uow: UnitOfWork, asked: Iterable[tuple[Referral, UUID]], why: Why) -> None:
    """Have each referral be of the school of its day, unless somebody said that it is another's."""
    for referral, was in asked:
        school_id = await school_on(uow, referral.child_id, referral.submitted_on)
        if referral.school_id == was != school_id:
            uow.explain(referral, *why)
            uow.emit(referral, referral.follow(school_id, why[0]))


async def _begin_again(uow: UnitOfWork, case: Case, why: Why) -> None:
    """Have a case have begun at the school and under the plan of its first day.

    Where no plan of that day is left, it keeps the one it has: a push is not refused for that.
    """
    then = await plan_on(uow, case.child_id, case.started_on)
    plan = (case.plan_id, case.plan_type)
    told = plan if then is None else (then.plan.id, then.terms.plan_type)
    school_id = await school_on(uow, case.child_id, case.started_on)
    if (case.school_id, *plan) != (school_id, *told):
        case.school_id, (case.plan_id, case.plan_type) = school_id, told
        uow.explain(case, *why)
        uow.emit(case, case.correct_start(case.started_on, why[0]))


async def _review_again(
    uow: UnitOfWork, held: Iterable[tuple[Case, Review, Under]], why: Why
) -> None:
    """Tell anew of each review of whose day another plan was told."""
    for case, review, was in held:
        under = await _under(uow, case, review)
        if under != was:
            uow.explain(case, *why)
            told = case.tell_review(review, under)
            uow.emit(case, ReviewCorrected(**dict(told), reason=why[0]))


async def follow_contracts(uow: UnitOfWork, member: StaffMember, why: Why) -> None:
    """Have whatever somebody leads or works on be of their team of the day they began with it."""
    spans: list[CaseHolder | CaseColleague] = [
        *await uow.all(CaseHolder, staff_id=member.id),
        *await uow.all(CaseColleague, staff_id=member.id),
    ]
    for span in spans:
        team_id = await team_on(uow, member, span.from_on)
        if span.void or span.team_id == team_id:
            continue
        span.team_id = team_id
        [case] = await uow.all(Case, id=span.case_id, unseen=True)
        case.follow(await uow.all(CaseHolder, case_id=case.id))
        uow.explain(span, *why)
        uow.emit(case, _of_team(case, span, why[0]))


def _of_team(case: Case, span: CaseHolder | CaseColleague, reason: str) -> Event:
    of = {**case.named, "staff_id": span.staff_id, "team_id": span.team_id}
    if isinstance(span, CaseColleague):
        return ColleagueAllocated(**of, from_on=span.from_on, until_on=span.until_on)
    return AllocationCorrected(**of, allocated_on=span.from_on, formerly_on=None, reason=reason)
