"""Children in bulk."""

from collections.abc import Sequence

from libs.common.imports import CommandOutcome, ImportKind, named_by
from libs.common.persistence.uow import UnitOfWork
from services.referral.children.commands import ChildRow, record_child
from services.referral.children.domain import Child, Parent, Plan
from services.referral.children.history import (
    ChildCharacteristics,
    ChildSchool,
    ListedPlans,
    PlanSays,
)
from services.referral.schools.domain import School


async def _child(uow: UnitOfWork, row: ChildRow) -> CommandOutcome:
    return (await record_child(uow, row.scheme, row.reference, row))[1]


async def _load_children(uow: UnitOfWork, rows: Sequence[ChildRow]) -> None:
    named = [(row.scheme, row.reference) for row in rows]
    children = await uow.preload(Child, ("scheme", "reference"), named, lock="update")
    ids = {(child.scheme, child.reference): child.id for child in children}
    pushed = [
        (ids[row.scheme, row.reference], row) for row in rows if (row.scheme, row.reference) in ids
    ]
    known = [child.id for child in children]
    parents = [(id_, parent.reference) for id_, row in pushed for parent in row.parents if id_]
    await uow.preload(Parent, ("child_id", "reference"), parents)
    plans = await uow.preload(Plan, "child_id", known)
    for kind in (ChildSchool, ChildCharacteristics, ListedPlans):
        await uow.preload(kind, "child_id", known)
    await uow.preload(PlanSays, "plan_id", [plan.id for plan in plans])
    await uow.preload(School, "urn", [row.school_urn or 0 for row in rows])
    await uow.preload(Child, "upn", [row.upn for row in rows if row.upn is not None])


KINDS = (
    ImportKind(
        "children",
        ChildRow,
        "child.write",
        _child,
        named_by(("scheme", "reference"), "upn"),
        _load_children,
    ),
)
