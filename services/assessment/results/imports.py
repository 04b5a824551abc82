"""What results take in bulk: the single calls' functions, a row a call."""

from collections.abc import Sequence
from typing import Any, Final

from libs.common.imports import CommandOutcome, ImportKind, named_by
from libs.common.persistence.uow import UnitOfWork
from services.assessment.known import KnownChild
from services.assessment.results.commands import (
    CorrectionRow,
    RecordResult,
    VoidRow,
    correct_result,
    record_result,
    void_result,
)
from services.assessment.results.domain import Result, ResultVersion
from services.assessment.windows.domain import Windows


async def _result(uow: UnitOfWork, row: RecordResult) -> CommandOutcome:
    return (await record_result(uow, row, in_file=True))[1]


async def _correction(uow: UnitOfWork, row: CorrectionRow) -> CommandOutcome:
    return (await correct_result(uow, row.assessment_id, row))[1]


async def _void(uow: UnitOfWork, row: VoidRow) -> CommandOutcome:
    return (await void_result(uow, row.assessment_id, row))[1]


async def _load_results(uow: UnitOfWork, rows: Sequence[RecordResult]) -> None:
    await uow.preload(Result, "reference", [row.reference for row in rows])
    await uow.preload(KnownChild, "child_id", [row.child_id for row in rows])
    await uow.preload(Windows, "academic_year", {row.academic_year for row in rows})


async def _load_changes(uow: UnitOfWork, rows: Sequence[CorrectionRow | VoidRow]) -> None:
    ids = [row.assessment_id for row in rows]
    found = await uow.preload(Result, "id", ids)
    await uow.preload(Windows, "academic_year", {result.academic_year for result in found})
    await uow.preload(ResultVersion, "result_id", ids)


KINDS: Final[tuple[ImportKind[Any], ...]] = (
    ImportKind(
        "results",
        RecordResult,
        "result.load",
        _result,
        named_by("reference", "child_id"),
        _load_results,
    ),
    ImportKind(
        "corrections",
        CorrectionRow,
        "result.correct",
        _correction,
        named_by("assessment_id"),
        _load_changes,
    ),
    ImportKind(
        "voids",
        VoidRow,
        "result.correct",
        _void,
        named_by("assessment_id"),
        _load_changes,
    ),
)
