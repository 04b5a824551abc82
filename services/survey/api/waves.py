"""Waves over HTTP."""

from datetime import date
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from libs.common.core.fields import Identifier
from libs.common.http.requests import IfMatch, Look, Work, etag, permission, router
from services.survey.commands.waves import DraftWave, close_wave, draft_wave, issue_wave
from services.survey.domain import Wave
from services.survey.queries import progress_of

routes = router()


class WaveView(BaseModel):
    """A wave; ``issued`` is null while it is a draft."""

    wave_id: UUID
    reference: str
    audience: str
    academic_year: str
    questionnaire: str
    questionnaire_version: int
    issued_on: date
    closes_on: date
    grace_days: int
    state: str
    listed: int
    issued: int | None
    closed_on: date | None

    @classmethod
    def of(cls, wave: Wave) -> "WaveView":
        """Show a wave."""
        return cls(
            wave_id=wave.id,
            reference=wave.reference,
            audience=wave.audience,
            academic_year=wave.academic_year,
            questionnaire=wave.questionnaire,
            questionnaire_version=wave.questionnaire_version,
            issued_on=wave.issued_on,
            closes_on=wave.closes_on,
            grace_days=wave.grace_days,
            state=wave.state,
            listed=wave.listed,
            issued=wave.issued,
            closed_on=wave.closed_on,
        )


class ProgressView(BaseModel):
    """The progress of a wave: counts of questionnaires, without void ones."""

    issued: int
    returned: int
    counted: int
    late: int
    duplicate: int


@routes.post("/v1/waves", openapi_extra=permission("wave.write"), tags=["waves"], status_code=201)
async def post_wave(command: DraftWave, work: Work, response: Response) -> WaveView:
    """Draft a wave under a reference. The same wave again is answered with 200."""
    wave, done = await draft_wave(work, command)
    response.status_code = 201 if done.outcome == "created" else 200
    etag(response, work, wave)
    return WaveView.of(wave)


@routes.get("/v1/waves/{wave_id}", openapi_extra=permission("wave.read"), tags=["waves"])
async def get_wave(wave_id: Identifier, look: Look, response: Response) -> WaveView:
    """Show a wave."""
    wave = await look.get(Wave, wave_id)
    etag(response, look, wave)
    return WaveView.of(wave)


@routes.post("/v1/waves/{wave_id}/issue", openapi_extra=permission("wave.write"), tags=["waves"])
async def post_issue(
    wave_id: Identifier, version: IfMatch, work: Work, response: Response
) -> WaveView:
    """Issue a draft to everybody on its list. The list can then no longer change."""
    wave = await issue_wave(work, wave_id, version)
    etag(response, work, wave)
    return WaveView.of(wave)


@routes.post("/v1/waves/{wave_id}/close", openapi_extra=permission("wave.write"), tags=["waves"])
async def post_close(
    wave_id: Identifier, version: IfMatch, work: Work, response: Response
) -> WaveView:
    """Close a wave today and delete its recipients' addresses."""
    wave = await close_wave(work, wave_id, version)
    etag(response, work, wave)
    return WaveView.of(wave)


@routes.get(
    "/v1/waves/{wave_id}/progress", openapi_extra=permission("wave.progress"), tags=["waves"]
)
async def get_progress(wave_id: Identifier, look: Look, response: Response) -> ProgressView:
    """Show how many questionnaires have been returned so far."""
    wave = await look.get(Wave, wave_id)
    progress = await progress_of(look, wave)
    etag(response, look, wave)
    return ProgressView.model_validate(progress, from_attributes=True)
