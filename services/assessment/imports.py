"""What the assessment service takes in bulk: the single calls' functions, a row a call."""

from collections.abc import Sequence

from sqlalchemy import select

from libs.common.imports import Done, ImportKind, imports_router, named_by
from libs.common.parts import parts
from libs.common.uow import UnitOfWork
from services.assessment.commands.known import prepare_known
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
    prepare_results,
    record_result,
    void_result,
)
from services.assessment.domain import Result, known_staff, known_team


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


async def _prepare_changes(uow: UnitOfWork, rows: Sequence[CorrectionRow | VoidRow]) -> None:
    held: list[Result] = uow.session.info.setdefault("prepared", [])
    for part in parts(row.assessment_id for row in rows):
        query = select(Result).where(Result.id.in_(part))
        held += (await uow.session.execute(query)).scalars()


async def _prepare_judgements(uow: UnitOfWork, rows: Sequence[JudgeTeaching]) -> None:
    await prepare_known(uow, known_staff, (row.staff_id for row in rows))


async def _prepare_dialogues(uow: UnitOfWork, rows: Sequence[HoldQualityDialogue]) -> None:
    await prepare_known(uow, known_team, (row.team_id for row in rows))


KINDS = (
    ImportKind(
        "results",
        RecordResult,
        "result.load",
        _result,
        named_by("reference", "child_id"),
        prepare_results,
    ),
    ImportKind(
        "corrections",
        CorrectionRow,
        "result.correct",
        _correction,
        named_by("assessment_id"),
        _prepare_changes,
    ),
    ImportKind(
        "voids",
        VoidRow,
        "result.correct",
        _void,
        named_by("assessment_id"),
        _prepare_changes,
    ),
    ImportKind(
        "teaching-judgements",
        JudgeTeaching,
        "teaching.judge",
        _judgement,
        named_by("staff_id"),
        _prepare_judgements,
    ),
    ImportKind(
        "dialogues",
        HoldQualityDialogue,
        "dialogue.hold",
        _dialogue,
        named_by("team_id"),
        _prepare_dialogues,
    ),
)

routes = imports_router(KINDS)
