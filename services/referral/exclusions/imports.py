"""Exclusions in bulk."""

from collections.abc import Sequence

from libs.common.imports import CommandOutcome, ImportKind, named_by
from libs.common.persistence.uow import UnitOfWork
from services.referral.children.domain import Child
from services.referral.exclusions.commands import ExclusionRow, record_exclusion
from services.referral.exclusions.domain import Exclusion
from services.referral.schools.domain import School


async def _exclusion(uow: UnitOfWork, row: ExclusionRow) -> CommandOutcome:
    return (await record_exclusion(uow, row.reference, row))[1]


async def _load_exclusions(uow: UnitOfWork, rows: Sequence[ExclusionRow]) -> None:
    await uow.preload(Child, "id", [row.child_id for row in rows])
    await uow.preload(School, "id", [row.school_id for row in rows])
    await uow.preload(Exclusion, "reference", [row.reference for row in rows])


KINDS = (
    ImportKind(
        "exclusions",
        ExclusionRow,
        "exclusion.write",
        _exclusion,
        named_by("reference", "child_id"),
        _load_exclusions,
    ),
)
