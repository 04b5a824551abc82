"""Cases, allocations and endings in bulk."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from libs.common.imports import CommandOutcome, ImportKind, named_by, part_of
from libs.common.persistence.uow import UnitOfWork
from services.referral.cases.commands import (
    NO_LONGER_MET,
    AllocationRow,
    ColleagueRow,
    EndingRow,
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
from services.referral.cases.domain import Case, CaseColleague, CaseHolder, Pause, Review, VisitWeek
from services.referral.children.commands import ChildRow
from services.referral.children.domain import Child, Plan
from services.referral.children.history import ChildSchool, PlanSays
from services.referral.children.imports import about, load_children
from services.referral.referrals.domain import Referral
from services.referral.staff.commands import StaffRow
from services.referral.staff.domain import StaffMember


async def _case(uow: UnitOfWork, row: StartSupport) -> CommandOutcome:
    return (await start_support(uow, row))[1]


async def _staff_member(uow: UnitOfWork, row: StaffRow) -> CommandOutcome:
    return (await push_staff_member(uow, row.reference, row))[1]


async def _allocation(uow: UnitOfWork, row: AllocationRow) -> CommandOutcome:
    return (await allocate_teacher(uow, row.case_id, row))[1]


async def _ending(uow: UnitOfWork, row: EndingRow) -> CommandOutcome:
    return (await end_support(uow, row.case_id, row))[1]


async def _load_starts(uow: UnitOfWork, rows: Sequence[StartSupport]) -> None:
    referred = await uow.preload(Referral, "id", [row.referral_id for row in rows])
    children = [referral.child_id for referral in referred]
    await uow.preload(Case, "child_id", children)
    await load_plans(uow, children)
    await uow.preload(StaffMember, "id", [row.staff_id for row in rows])
    await uow.preload(Child, "id", children)
    await uow.preload(Child, "merged_into", children)
    await uow.preload(ChildSchool, "child_id", children)


async def load_plans(uow: UnitOfWork, children: Iterable[UUID]) -> None:
    """Load the plans of children, with what each said from which day on."""
    plans = await uow.preload(Plan, "child_id", [*children])
    await uow.preload(PlanSays, "plan_id", [plan.id for plan in plans])


async def load_holders(
    uow: UnitOfWork, cases: Iterable[Case], days: Iterable[tuple[UUID, date]]
) -> None:
    """Load who led those cases of which a day before their last change is recorded."""
    since = {case.id: case.allocated_on for case in cases}
    earlier = [case for case, day in days if day < since.get(case, date.min)]
    await uow.preload(CaseHolder, "case_id", earlier)


async def _load_allocations(uow: UnitOfWork, rows: Sequence[AllocationRow]) -> None:
    ids = [row.case_id for row in rows]
    cases = await uow.preload(Case, "id", ids)
    for kind in (CaseHolder, VisitWeek):
        await uow.preload(kind, "case_id", ids)
    reviewed = {review.case_id for review in await uow.preload(Review, "case_id", ids)}
    await load_plans(uow, [case.child_id for case in cases if case.id in reviewed])
    await uow.preload(StaffMember, "id", [row.staff_id for row in rows])


async def _load_endings(uow: UnitOfWork, rows: Sequence[EndingRow]) -> None:
    cases = [row.case_id for row in rows]
    ending = await uow.preload(Case, "id", cases)
    await load_plans(uow, [case.child_id for case in ending])
    await uow.preload(CaseHolder, "case_id", cases)
    await uow.preload(Pause, "case_id", cases)
    discontinued = [row.case_id for row in rows if row.reason == NO_LONGER_MET]
    await uow.preload(Review, "case_id", discontinued)


async def _colleague(uow: UnitOfWork, row: ColleagueRow) -> CommandOutcome:
    return (await allocate_colleague(uow, row.case_id, row))[1]


async def _load_pauses(uow: UnitOfWork, rows: Sequence[PauseRow | ResumptionRow]) -> None:
    cases = [row.case_id for row in rows]
    await uow.preload(Case, "id", cases)
    await uow.preload(Pause, "case_id", cases)


async def _load_colleagues(uow: UnitOfWork, rows: Sequence[ColleagueRow]) -> None:
    await uow.preload(Case, "id", [row.case_id for row in rows])
    await uow.preload(StaffMember, "id", [row.staff_id for row in rows])
    spans = [(row.case_id, row.staff_id, row.from_on) for row in rows]
    await uow.preload(CaseColleague, ("case_id", "staff_id", "from_on"), spans)


async def _child(uow: UnitOfWork, row: ChildRow) -> CommandOutcome:
    return (await push_child(uow, row.scheme, row.reference, row))[1]


async def _load_children(uow: UnitOfWork, rows: Sequence[ChildRow]) -> None:
    known = await load_children(uow, rows)
    await uow.preload(Referral, "child_id", known)
    cases = await uow.preload(Case, "child_id", known)
    await uow.preload(Review, "case_id", [case.id for case in cases])


CHILDREN = ImportKind("children", ChildRow, "child.write", _child, about, _load_children)
"""Their referrals, cases and reviews are of the school and plan that is told of their days."""

BY_CASE = named_by("case_id")
BY_CHILD = part_of("referral_id", Referral.id, Referral.child_id)
"""A child has one open case at most, whichever referral it is opened on."""

STAFF = ImportKind("staff", StaffRow, "staff.write", _staff_member, named_by("reference"))
"""Who has a case of a later day cannot have left; they are told before there are any."""

KINDS = (
    ImportKind("cases", StartSupport, "case.start", _case, BY_CHILD, _load_starts),
    ImportKind(
        "allocations",
        AllocationRow,
        "case.allocate",
        _allocation,
        BY_CASE,
        _load_allocations,
    ),
    ImportKind("colleagues", ColleagueRow, "case.allocate", _colleague, BY_CASE, _load_colleagues),
    ImportKind("pauses", PauseRow, "case.pause", pause_in_file, BY_CASE, _load_pauses),
    ImportKind("resumptions", ResumptionRow, "case.pause", resume_in_file, BY_CASE, _load_pauses),
)


ENDINGS = (ImportKind("endings", EndingRow, "case.end", _ending, BY_CASE, _load_endings),)
