"""Visits in bulk."""

from collections.abc import Sequence

from libs.common.imports import CommandOutcome, ImportKind, named_by
from libs.common.persistence.uow import UnitOfWork
from services.referral.cases.domain import Case, VisitWeek
from services.referral.cases.imports import load_holders
from services.referral.visits.commands import VisitRow, record_visits


async def _visits(uow: UnitOfWork, row: VisitRow) -> CommandOutcome:
    return (await record_visits(uow, row.case_id, row.week_beginning, row))[1]


async def _load_visits(uow: UnitOfWork, rows: Sequence[VisitRow]) -> None:
    cases = await uow.preload(Case, "id", [row.case_id for row in rows])
    await load_holders(uow, cases, [(row.case_id, row.week_beginning) for row in rows])
    weeks = [(row.case_id, row.week_beginning) for row in rows]
    await uow.preload(VisitWeek, ("case_id", "week_beginning"), weeks)


KINDS = (
    ImportKind("visits", VisitRow, "visit.record", _visits, named_by("case_id"), _load_visits),
)
