"""Teaching judgements and quality dialogues over HTTP."""

from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from libs.common.contracts.assessment import EvidenceKind, Grade
from libs.common.core.fields import of_codes
from libs.common.http.correcting import put_right
from libs.common.http.requests import Work, permission, router
from libs.common.reading import with_steps
from services.assessment.quality.access import DIALOGUE_STEPS, JUDGEMENT_STEPS
from services.assessment.quality.commands import (
    HoldQualityDialogue,
    JudgeTeaching,
    correct_dialogue,
    correct_judgement,
    hold_quality_dialogue,
    judge_teaching,
    void_dialogue,
    void_judgement,
)
from services.assessment.quality.domain import QualityDialogue, TeachingJudgement

routes = router()


class JudgementView(BaseModel):
    """A teacher's overall judgement for a year."""

    judgement_id: UUID
    staff_id: UUID
    academic_year: str
    judgement: Annotated[str, of_codes(Grade)]
    evidence: list[Annotated[str, of_codes(EvidenceKind)]]
    judged_on: date
    void: bool
    allowed: list[str]

    @classmethod
    def of(cls, judgement: TeachingJudgement, may: list[str]) -> "JudgementView":
        """Show a judgement, and what the caller may do with it."""
        return cls(
            judgement_id=judgement.id,
            staff_id=judgement.staff_id,
            academic_year=judgement.academic_year,
            judgement=judgement.judgement,
            evidence=judgement.evidence,
            judged_on=judgement.judged_on,
            void=judgement.void,
            allowed=may,
        )


JUDGEMENT: Final = with_steps(JudgementView, TeachingJudgement, JUDGEMENT_STEPS)


class DialogueView(BaseModel):
    """A team's quality dialogue about a year."""

    dialogue_id: UUID
    team_id: UUID
    academic_year: str
    held_on: date
    key_areas: list[dict[str, Any]]
    void: bool
    allowed: list[str]

    @classmethod
    def of(cls, dialogue: QualityDialogue, may: list[str]) -> "DialogueView":
        """Show a dialogue, and what the caller may do with it."""
        return cls(
            dialogue_id=dialogue.id,
            team_id=dialogue.team_id,
            academic_year=dialogue.academic_year,
            held_on=dialogue.held_on,
            key_areas=dialogue.key_areas,
            void=dialogue.void,
            allowed=may,
        )


DIALOGUE: Final = with_steps(DialogueView, QualityDialogue, DIALOGUE_STEPS)


@routes.post(
    "/v1/teaching-judgements",
    status_code=201,
    openapi_extra=permission("teaching.judge"),
    tags=["quality"],
)
async def post_judgement(command: JudgeTeaching, work: Work, response: Response) -> JudgementView:
    """Record a teacher's overall judgement for a year."""
    judgement, _ = await judge_teaching(work, command)
    return await JUDGEMENT.shown(work, judgement, response)


@routes.post(
    "/v1/quality-dialogues",
    status_code=201,
    openapi_extra=permission("dialogue.hold"),
    tags=["quality"],
)
async def post_dialogue(
    command: HoldQualityDialogue, work: Work, response: Response
) -> DialogueView:
    """Record a team's quality dialogue about a year."""
    dialogue, _ = await hold_quality_dialogue(work, command)
    return await DIALOGUE.shown(work, dialogue, response)


put_right(
    routes,
    "/v1/teaching-judgements/{judgement_id}",
    permission("teaching.judge"),
    JUDGEMENT.shown,
    tag="quality",
    corrections=correct_judgement,
    void=void_judgement,
)

put_right(
    routes,
    "/v1/quality-dialogues/{dialogue_id}",
    permission("dialogue.hold"),
    DIALOGUE.shown,
    tag="quality",
    corrections=correct_dialogue,
    void=void_dialogue,
)
