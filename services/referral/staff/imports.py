"""Teams in bulk. Staff are of `cases`: who has one cannot have left before."""

from libs.common.imports import CommandOutcome, ImportKind, named_by
from libs.common.persistence.uow import UnitOfWork
from services.referral.staff.commands import TeamRow, record_team


async def _team(uow: UnitOfWork, row: TeamRow) -> CommandOutcome:
    return (await record_team(uow, row.code, row))[1]


KINDS = (ImportKind("teams", TeamRow, "team.write", _team, named_by("code")),)
