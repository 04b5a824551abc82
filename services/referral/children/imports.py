"""Children in bulk: what a chunk of rows needs, and what its rows have in common."""

from collections.abc import Hashable, Mapping, Sequence
from uuid import UUID

from libs.common.imports import named_by
from libs.common.persistence.uow import ReadTransaction, UnitOfWork
from services.referral.children.commands import ChildRow
from services.referral.children.domain import Child, Plan
from services.referral.children.history import (
    ChildCharacteristics,
    ChildSchool,
    ListedPlans,
    PlanSays,
)
from services.referral.parents.domain import Person, Relationship
from services.referral.schools.domain import School
from services.referral.tables import folded


async def load_children(uow: UnitOfWork, rows: Sequence[ChildRow]) -> list[UUID]:
    """Load what pushes of children ask for; return the ids of those who are there."""
    named = [(row.scheme, row.reference) for row in rows]
    children = await uow.preload(Child, ("scheme", "reference"), named, lock="update")
    known = [child.id for child in children]
    parents = [parent.reference for row in rows for parent in row.parents or ()]
    await uow.preload(Person, "reference", parents)
    await uow.preload(Relationship, "child_id", known)
    plans = await uow.preload(Plan, "child_id", known)
    for kind in (ChildSchool, ChildCharacteristics, ListedPlans):
        await uow.preload(kind, "child_id", known)
    await uow.preload(PlanSays, "plan_id", [plan.id for plan in plans])
    schools = await uow.preload(School, "urn", [row.school_urn or 0 for row in rows])
    at = {school.urn: school.id for school in schools}
    await uow.preload(Child, "upn", [row.upn for row in rows if row.upn is not None])
    await _load_likely_duplicates(uow, rows, at)
    return known


async def _load_likely_duplicates(
    uow: UnitOfWork, rows: Sequence[ChildRow], at: Mapping[int, UUID]
) -> None:
    born = [
        (row.born_on, at[row.school_urn])
        for row in rows
        if row.born_on is not None and row.school_urn is not None and row.school_urn in at
    ]
    await uow.preload(Child, ("born_on", "school_id"), born)
    await uow.preload(Child, "folded", [folded(row.reference) for row in rows])


async def about(reading: ReadTransaction, rows: Sequence[ChildRow]) -> list[list[Hashable]]:
    """Name a row by its child and by its parents, whom siblings in the same file share."""
    children = await named_by(("scheme", "reference"), "upn")(reading, rows)
    return [
        [*names, *(("parent", parent.reference) for parent in row.parents or ())]
        for names, row in zip(children, rows, strict=True)
    ]
