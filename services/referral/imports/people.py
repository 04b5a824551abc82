"""Teams, staff, children and exclusions in bulk."""

from libs.common.imports import Done, ImportKind, named_by
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
    ImportKind("teams", TeamRow, "team.write", _team, named_by("code")),
    ImportKind("staff", StaffRow, "staff.write", _staff_member, named_by("reference")),
    ImportKind(
        "children",
        ChildRow,
        "child.write",
        _child,
        named_by(("scheme", "reference"), "upn"),
        prepare_children,
    ),
    ImportKind(
        "exclusions",
        ExclusionRow,
        "exclusion.write",
        _exclusion,
        named_by("reference", "child_id"),
        prepare_exclusions,
    ),
)
