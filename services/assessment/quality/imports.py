"""What is taken in bulk of the quality of teaching: the single calls' functions, a row a call."""

from collections.abc import Sequence
from typing import Any, Final

from libs.common.imports import CommandOutcome, ImportKind, named_by
from libs.common.persistence.uow import UnitOfWork
from services.assessment.known import KnownStaff, KnownTeam
from services.assessment.quality.commands import (
    HoldQualityDialogue,
    JudgeTeaching,
    hold_quality_dialogue,
    judge_teaching,
)
from services.assessment.quality.domain import QualityDialogue, TeachingJudgement


async def _judgement(uow: UnitOfWork, row: JudgeTeaching) -> CommandOutcome:
    return (await judge_teaching(uow, row, in_file=True))[1]


async def _dialogue(uow: UnitOfWork, row: HoldQualityDialogue) -> CommandOutcome:
    return (await hold_quality_dialogue(uow, row, in_file=True))[1]


async def _load_judgements(uow: UnitOfWork, rows: Sequence[JudgeTeaching]) -> None:
    await uow.preload(KnownStaff, "staff_id", [row.staff_id for row in rows])
    years = [(row.staff_id, row.academic_year) for row in rows]
    await uow.preload(TeachingJudgement, ("staff_id", "academic_year"), years)


async def _load_dialogues(uow: UnitOfWork, rows: Sequence[HoldQualityDialogue]) -> None:
    await uow.preload(KnownTeam, "team_id", [row.team_id for row in rows])
    years = [(row.team_id, row.academic_year) for row in rows]
    await uow.preload(QualityDialogue, ("team_id", "academic_year"), years)


KINDS: Final[tuple[ImportKind[Any], ...]] = (
    ImportKind(
        "teaching-judgements",
        JudgeTeaching,
        "teaching.judge",
        _judgement,
        named_by("staff_id"),
        _load_judgements,
        ("academic_year",),
    ),
    ImportKind(
        "dialogues",
        HoldQualityDialogue,
        "dialogue.hold",
        _dialogue,
        named_by("team_id"),
        _load_dialogues,
        ("academic_year",),
    ),
)
