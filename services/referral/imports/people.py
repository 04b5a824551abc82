"""Teams, staff, children and exclusions in bulk."""

from collections.abc import Sequence

from libs.common.imports import Done, ImportKind, named_by
from libs.common.persistence.uow import UnitOfWork
from services.referral.commands.children import ChildRow, record_child
from services.referral.commands.exclusions import ExclusionRow, record_exclusion
from services.referral.commands.staff import (
    StaffRow,
    TeamRow,
    record_staff_member,
    record_team,
)
from services.referral.domain import Child, Exclusion, Parent, Plan, School


async def _team(uow: UnitOfWork, row: TeamRow) -> Done:
    return (await record_team(uow, row.code, row))[1]


async def _staff_member(uow: UnitOfWork, row: StaffRow) -> Done:
    return (await record_staff_member(uow, row.reference, row))[1]


async def _child(uow: UnitOfWork, row: ChildRow) -> Done:
    return (await record_child(uow, row.scheme, row.reference, row))[1]


async def _exclusion(uow: UnitOfWork, row: ExclusionRow) -> Done:
    return (await record_exclusion(uow, row.reference, row))[1]


async def _load_children(uow: UnitOfWork, rows: Sequence[ChildRow]) -> None:
    named = [(row.scheme, row.reference) for row in rows]
    children = await uow.preload(Child, ("scheme", "reference"), named, lock="update")
    ids = {(child.scheme, child.reference): child.id for child in children}
    pushed = [
        (ids[row.scheme, row.reference], row) for row in rows if (row.scheme, row.reference) in ids
    ]
    parents = [(id_, parent.reference) for id_, row in pushed for parent in row.parents if id_]
    plans = [(id_, plan.reference) for id_, row in pushed for plan in row.plans if id_]
    await uow.preload(Parent, ("child_id", "reference"), parents)
    await uow.preload(Plan, ("child_id", "reference"), plans)
    await uow.preload(School, "urn", [row.school_urn for row in rows])


async def _load_exclusions(uow: UnitOfWork, rows: Sequence[ExclusionRow]) -> None:
    await uow.preload(Child, "id", [row.child_id for row in rows])
    await uow.preload(School, "id", [row.school_id for row in rows])
    await uow.preload(Exclusion, "reference", [row.reference for row in rows])


KINDS = (
    ImportKind("teams", TeamRow, "team.write", _team, named_by("code")),
    ImportKind("staff", StaffRow, "staff.write", _staff_member, named_by("reference")),
    ImportKind(
        "children",
        ChildRow,
        "child.write",
        _child,
        named_by(("scheme", "reference"), "upn"),
        _load_children,
    ),
    ImportKind(
        "exclusions",
        ExclusionRow,
        "exclusion.write",
        _exclusion,
        named_by("reference", "child_id"),
        _load_exclusions,
    ),
)
