"""What the assessment service takes in bulk: the single calls' functions, a row a call."""

from collections.abc import Sequence

from libs.common.imports import Done, ImportKind, imports_router, named_by
from libs.common.persistence.uow import UnitOfWork
from services.assessment.commands.quality import (
    HoldQualityDialogue,
    JudgeTeaching,
    hold_quality_dialogue,
    judge_teaching,
)
from services.assessment.commands.results import (
    CorrectionRow,
    RecordResult,
    VoidRow,
    correct_result,
    record_result,
    void_result,
)
from services.assessment.domain import (
    KnownChild,
    KnownStaff,
    KnownTeam,
    QualityDialogue,
    Result,
    ResultVersion,
    TeachingJudgement,
)


async def _result(uow: UnitOfWork, row: RecordResult) -> Done:
    return (await record_result(uow, row))[1]


async def _correction(uow: UnitOfWork, row: CorrectionRow) -> Done:
    return (await correct_result(uow, row.assessment_id, row))[1]


async def _void(uow: UnitOfWork, row: VoidRow) -> Done:
    return (await void_result(uow, row.assessment_id, row))[1]


async def _judgement(uow: UnitOfWork, row: JudgeTeaching) -> Done:
    return (await judge_teaching(uow, row))[1]


async def _dialogue(uow: UnitOfWork, row: HoldQualityDialogue) -> Done:
    return (await hold_quality_dialogue(uow, row))[1]


async def _load_results(uow: UnitOfWork, rows: Sequence[RecordResult]) -> None:
    await uow.preload(Result, "reference", [row.reference for row in rows])
    await uow.preload(KnownChild, "child_id", [row.child_id for row in rows])


async def _load_changes(uow: UnitOfWork, rows: Sequence[CorrectionRow | VoidRow]) -> None:
    ids = [row.assessment_id for row in rows]
    await uow.preload(Result, "id", ids)
    await uow.preload(ResultVersion, "result_id", ids)


async def _load_judgements(uow: UnitOfWork, rows: Sequence[JudgeTeaching]) -> None:
    await uow.preload(KnownStaff, "staff_id", [row.staff_id for row in rows])
    years = [(row.staff_id, row.academic_year) for row in rows]
    await uow.preload(TeachingJudgement, ("staff_id", "academic_year"), years)


async def _load_dialogues(uow: UnitOfWork, rows: Sequence[HoldQualityDialogue]) -> None:
    await uow.preload(KnownTeam, "team_id", [row.team_id for row in rows])
    years = [(row.team_id, row.academic_year) for row in rows]
    await uow.preload(QualityDialogue, ("team_id", "academic_year"), years)


KINDS = (
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
    ImportKind(
        "teaching-judgements",
        JudgeTeaching,
        "teaching.judge",
        _judgement,
        named_by("staff_id"),
        _load_judgements,
    ),
    ImportKind(
        "dialogues",
        HoldQualityDialogue,
        "dialogue.hold",
        _dialogue,
        named_by("team_id"),
        _load_dialogues,
    ),
)

routes = imports_router(KINDS)
