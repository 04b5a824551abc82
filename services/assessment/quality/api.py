"""Teaching judgements and quality dialogues over HTTP."""

from datetime import date
from typing import Any
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from libs.common.core.fields import Identifier
from libs.common.http.requests import IfMatch, Read, Work, etag, permission, router
from services.assessment.quality.commands import (
    CorrectDialogue,
    CorrectJudgement,
    HoldQualityDialogue,
    JudgeTeaching,
    VoidDialogue,
    VoidJudgement,
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
    judgement: str
    evidence: list[str]
    judged_on: date
    void: bool

    @classmethod
    def of(cls, judgement: TeachingJudgement) -> "JudgementView":
        """Show a judgement."""
        return cls(
            judgement_id=judgement.id,
            staff_id=judgement.staff_id,
            academic_year=judgement.academic_year,
            judgement=judgement.judgement,
            evidence=judgement.evidence,
            judged_on=judgement.judged_on,
            void=judgement.void,
        )


class DialogueView(BaseModel):
    """A team's quality dialogue about a year."""

    dialogue_id: UUID
    team_id: UUID
    academic_year: str
    held_on: date
    key_areas: list[dict[str, Any]]
    void: bool

    @classmethod
    def of(cls, dialogue: QualityDialogue) -> "DialogueView":
        """Show a dialogue."""
        return cls(
            dialogue_id=dialogue.id,
            team_id=dialogue.team_id,
            academic_year=dialogue.academic_year,
            held_on=dialogue.held_on,
            key_areas=dialogue.key_areas,
            void=dialogue.void,
        )


@routes.post(
    "/v1/teaching-judgements",
    status_code=201,
    openapi_extra=permission("teaching.judge"),
    tags=["quality"],
)
async def post_judgement(command: JudgeTeaching, work: Work, response: Response) -> JudgementView:
    """Record a teacher's overall judgement for a year."""
    judgement, _ = await judge_teaching(work, command)
    etag(response, work, judgement)
    return JudgementView.of(judgement)


@routes.get(
    "/v1/teaching-judgements/{judgement_id}",
    openapi_extra=permission("teaching.read"),
    tags=["quality"],
)
async def get_judgement(judgement_id: Identifier, read: Read, response: Response) -> JudgementView:
    """Show a teacher's judgement."""
    judgement = await read.get(TeachingJudgement, judgement_id)
    etag(response, read, judgement)
    return JudgementView.of(judgement)


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
    etag(response, work, dialogue)
    return DialogueView.of(dialogue)


@routes.get(
    "/v1/quality-dialogues/{dialogue_id}",
    openapi_extra=permission("dialogue.read"),
    tags=["quality"],
)
async def get_dialogue(dialogue_id: Identifier, read: Read, response: Response) -> DialogueView:
    """Show a team's quality dialogue."""
    dialogue = await read.get(QualityDialogue, dialogue_id)
    etag(response, read, dialogue)
    return DialogueView.of(dialogue)


@routes.post(
    "/v1/teaching-judgements/{judgement_id}/corrections",
    openapi_extra=permission("teaching.judge"),
    tags=["quality"],
)
async def post_judgement_correction(
    judgement_id: Identifier,
    command: CorrectJudgement,
    version: IfMatch,
    work: Work,
    response: Response,
) -> JudgementView:
    """Correct a teacher's judgement: the whole of it is told again, with the reason."""
    judgement = await correct_judgement(work, judgement_id, command, version)
    etag(response, work, judgement)
    return JudgementView.of(judgement)


@routes.post(
    "/v1/teaching-judgements/{judgement_id}/void",
    openapi_extra=permission("teaching.judge"),
    tags=["quality"],
)
async def post_judgement_void(
    judgement_id: Identifier,
    command: VoidJudgement,
    version: IfMatch,
    work: Work,
    response: Response,
) -> JudgementView:
    """Void a teacher's judgement, so that it no longer counts."""
    judgement = await void_judgement(work, judgement_id, command, version)
    etag(response, work, judgement)
    return JudgementView.of(judgement)


@routes.post(
    "/v1/quality-dialogues/{dialogue_id}/corrections",
    openapi_extra=permission("dialogue.hold"),
    tags=["quality"],
)
async def post_dialogue_correction(
    dialogue_id: Identifier,
    command: CorrectDialogue,
    version: IfMatch,
    work: Work,
    response: Response,
) -> DialogueView:
    """Correct a team's dialogue: the whole of it is told again, with the reason."""
    dialogue = await correct_dialogue(work, dialogue_id, command, version)
    etag(response, work, dialogue)
    return DialogueView.of(dialogue)


@routes.post(
    "/v1/quality-dialogues/{dialogue_id}/void",
    openapi_extra=permission("dialogue.hold"),
    tags=["quality"],
)
async def post_dialogue_void(
    dialogue_id: Identifier,
    command: VoidDialogue,
    version: IfMatch,
    work: Work,
    response: Response,
) -> DialogueView:
    """Void a team's dialogue, so that it no longer counts."""
    dialogue = await void_dialogue(work, dialogue_id, command, version)
    etag(response, work, dialogue)
    return DialogueView.of(dialogue)
