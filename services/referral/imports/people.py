"""Teams, staff, children and exclusions in bulk."""

from libs.common.imports import Done, ImportKind
from libs.common.uow import UnitOfWork
from services.referral.commands.children import ChildRow, prepare_children, record_child
from services.referral.commands.exclusions import (
    ExclusionRow,
    prepare_exclusions,
    record_exclusion,
)
from services.referral.commands.staff import (
    StaffRow,
    TeamRow,
    record_staff_member,
    record_team,
)


async def _team(uow: UnitOfWork, row: TeamRow) -> Done:
    return (await record_team(uow, row.code, row))[1]


async def _staff_member(uow: UnitOfWork, row: StaffRow) -> Done:
    return (await record_staff_member(uow, row.reference, row))[1]


async def _child(uow: UnitOfWork, row: ChildRow) -> Done:
    return (await record_child(uow, row.scheme, row.reference, row))[1]


async def _exclusion(uow: UnitOfWork, row: ExclusionRow) -> Done:
    return (await record_exclusion(uow, row.reference, row))[1]


KINDS = (
    ImportKind("teams", TeamRow, "team.write", _team),
    ImportKind("staff", StaffRow, "staff.write", _staff_member),
    ImportKind("children", ChildRow, "child.write", _child, prepare_children),
    ImportKind("exclusions", ExclusionRow, "exclusion.write", _exclusion, prepare_exclusions),
)
