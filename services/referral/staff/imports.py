"""Teams and staff in bulk."""

from libs.common.imports import CommandOutcome, ImportKind, named_by
from libs.common.persistence.uow import UnitOfWork
from services.referral.staff.commands import StaffRow, TeamRow, record_staff_member, record_team


async def _team(uow: UnitOfWork, row: TeamRow) -> CommandOutcome:
    return (await record_team(uow, row.code, row))[1]


async def _staff_member(uow: UnitOfWork, row: StaffRow) -> CommandOutcome:
    return (await record_staff_member(uow, row.reference, row))[1]


KINDS = (
    ImportKind("teams", TeamRow, "team.write", _team, named_by("code")),
    ImportKind("staff", StaffRow, "staff.write", _staff_member, named_by("reference")),
)
