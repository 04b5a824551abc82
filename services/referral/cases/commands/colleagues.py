"""Teachers who work on a case beside the one who leads it: no change of lead."""

from typing import Annotated
from uuid import UUID

from libs.common.contracts.referral import ColleagueAllocated, ColleagueVoided
from libs.common.core.corrections import Withdrawal
from libs.common.core.days import PlannedDay
from libs.common.core.errors import ValidationError
from libs.common.core.fields import Identifier, Strict
from libs.common.imports import CommandOutcome
from libs.common.persistence.recorded import refuse_ahead
from libs.common.persistence.uow import UnitOfWork
from services.referral.cases.commands.rows import explain, stand, that_stands
from services.referral.cases.domain import Case, CaseColleague
from services.referral.cases.holding import team_on
from services.referral.cases.keys import CaseOn
from services.referral.children.keys import ChildKey
from services.referral.staff.domain import StaffMember
from services.referral.staff.keys import StaffId


class AllocateColleague(Strict):
    """Have a teacher work on a case from a day on, until a last day where that is known."""

    staff_id: StaffId
    from_on: PlannedDay
    until_on: PlannedDay | None = None


class ColleagueRow(AllocateColleague):
    """Who works beside the lead as one row of an import."""

    case_id: Annotated[Identifier, CaseOn("child", ChildKey, on="from_on")]


class VoidColleague(Withdrawal):
    """Withdraw that a teacher worked on a case from a day on."""

    from_on: PlannedDay


async def allocate_colleague(
    uow: UnitOfWork, case_id: UUID, command: AllocateColleague, version: int | None = None
) -> tuple[Case, CommandOutcome]:
    """Record who works beside the lead from a day on, in place of what was recorded of that."""
    refuse_ahead(uow, command)
    case = await uow.get(Case, case_id, version=version)
    staff = await uow.get(StaffMember, command.staff_id)
    known = await _from(uow, case, command)
    if known is not None and not known.void and known.until_on == command.until_on:
        return case, CommandOutcome("unchanged", case.id)
    _check(uow, case, staff, command)
    team_id = await team_on(uow, staff, command.from_on)
    told = command.model_dump(include={"staff_id", "from_on", "until_on"})
    new = CaseColleague(case_id=case.id, team_id=team_id, **told)
    kept = stand(uow, [known] if known else [], new)
    uow.emit(case, ColleagueAllocated(**case.named, team_id=team_id, **told))
    return case, CommandOutcome("updated" if kept is known else "created", case.id)


async def _from(uow: UnitOfWork, case: Case, command: AllocateColleague) -> CaseColleague | None:
    staff_id, from_on = command.staff_id, command.from_on
    return await uow.find(CaseColleague, case_id=case.id, staff_id=staff_id, from_on=from_on)


def _check(uow: UnitOfWork, case: Case, staff: StaffMember, command: AllocateColleague) -> None:
    from_on = command.from_on
    with uow.faults:
        case.check_while_supported(from_on, from_on, "/from_on")
    with uow.faults:
        staff.check_in_post(from_on)
    if command.until_on is not None and command.until_on < from_on:
        early = "The last day cannot be before the first."
        uow.faults.add([ValidationError("before-first", early, "/until_on")])


async def void_colleague(
    uow: UnitOfWork, case_id: UUID, staff_id: UUID, command: VoidColleague, version: int
) -> tuple[Case, CommandOutcome]:
    """Withdraw that a teacher worked beside the lead from a day on."""
    refuse_ahead(uow, command)
    case, from_on = await uow.get(Case, case_id, version=version), command.from_on
    found = await uow.find(CaseColleague, case_id=case.id, staff_id=staff_id, from_on=from_on)
    colleague = that_stands(found, "colleague")
    colleague.void = True
    explain(uow, command, colleague)
    given = {"staff_id": staff_id, "from_on": from_on, "reason": command.reason}
    uow.emit(case, ColleagueVoided(**case.named | given))
    return case, CommandOutcome("updated", case.id)
