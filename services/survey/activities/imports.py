"""What activities take in bulk: the single call's function, a row a call."""

from collections.abc import Sequence
from typing import Any, Final

from libs.common.imports import CommandOutcome, ImportKind, named_by
from libs.common.persistence.uow import UnitOfWork
from services.survey.activities.commands import RecordActivity, record_activity
from services.survey.activities.domain import Activity
from services.survey.known import KnownCase, KnownChild


async def _activity(uow: UnitOfWork, row: RecordActivity) -> CommandOutcome:
    return (await record_activity(uow, row, in_file=True))[1]


async def _load_activities(uow: UnitOfWork, rows: Sequence[RecordActivity]) -> None:
    await uow.preload(Activity, "reference", [row.reference for row in rows])
    children = [row.child_id for row in rows]
    await uow.preload(KnownChild, "child_id", children)
    if not uow.access.everything:
        await uow.preload(KnownCase, "child_id", children)


KINDS: Final[tuple[ImportKind[Any], ...]] = (
    ImportKind(
        "activities",
        RecordActivity,
        "activity.record",
        _activity,
        named_by("reference"),
        _load_activities,
    ),
)
