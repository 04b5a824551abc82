"""Responses over HTTP."""

from datetime import datetime
from typing import Self
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from libs.common.contracts.survey import CodedAnswer
from libs.common.core.fields import Identifier
from libs.common.http.correcting import put_right
from libs.common.http.paging import PAGE_DEFAULT, Cursor, Page, PageSize, page
from libs.common.http.requests import Read, Work, etag, permission, router
from libs.common.persistence.uow import UnitOfWork
from services.survey.responses import domain
from services.survey.responses.commands import (
    RecordResponse,
    correct_response,
    correct_wave,
    record_response,
    void_response,
    void_wave,
)
from services.survey.responses.queries import (
    progress_of,
    recipient_reference,
    responses_of,
    texts_of,
)
from services.survey.waves.api import WaveView
from services.survey.waves.domain import Wave

routes = router()


class ResponseView(BaseModel):
    """A response in codes; a free-text question shows only whether it was answered."""

    response_id: UUID
    wave_id: UUID
    reference: str
    recipient: str
    received_at: datetime
    channel: str
    assisted_by: str
    standing: str
    duplicate_of: UUID | None
    void_reason: str | None
    answers: tuple[CodedAnswer, ...]

    @classmethod
    def of(cls, response: domain.Response, recipient: str, **more: object) -> Self:
        """Show a response of the recipient with that reference."""
        return cls(
            response_id=response.id,
            wave_id=response.wave_id,
            reference=response.reference,
            recipient=recipient,
            received_at=response.received_at,
            channel=response.channel,
            assisted_by=response.assisted_by,
            standing=response.standing,
            duplicate_of=response.duplicate_of,
            void_reason=response.void_reason,
            answers=response.coded_answers,
            **more,
        )


class RawResponseView(ResponseView):
    """A response with its free text, by question, for the people who follow up comments."""

    texts: dict[str, str]


class ProgressView(BaseModel):
    """The progress of a wave: counts of questionnaires, without void ones."""

    issued: int
    returned: int
    counted: int
    late: int
    duplicate: int


@routes.post(
    "/v1/waves/{wave_id}/responses",
    openapi_extra=permission("response.record"),
    tags=["responses"],
    status_code=201,
)
async def post_response(
    wave_id: Identifier, command: RecordResponse, work: Work, response: Response
) -> ResponseView:
    """Record a response under its reference, and decide whether it counts."""
    recorded, done = await record_response(work, wave_id, command)
    response.status_code = 201 if done.outcome == "created" else 200
    etag(response, work, recorded)
    return ResponseView.of(recorded, command.recipient)


@routes.get(
    "/v1/waves/{wave_id}/responses",
    openapi_extra=permission("response.list"),
    tags=["responses"],
)
async def get_responses(
    wave_id: Identifier,
    read: Read,
    cursor: Cursor = None,
    limit: PageSize = PAGE_DEFAULT,
) -> Page[ResponseView]:
    """List a wave's responses in codes, a page at a time."""
    await read.get(Wave, wave_id)
    rows = await responses_of(read, wave_id, cursor, limit + 1)
    views = [ResponseView.of(response, recipient) for response, recipient in rows]
    return page(views, limit, lambda one: one.response_id)


@routes.get(
    "/v1/responses/{response_id}",
    openapi_extra=permission("response.read"),
    tags=["responses"],
)
async def get_response(response_id: Identifier, read: Read, response: Response) -> RawResponseView:
    """Show a response with its free text."""
    found = await read.get(domain.Response, response_id)
    etag(response, read, found)
    recipient = await recipient_reference(read, found)
    return RawResponseView.of(found, recipient, texts=await texts_of(read, found))


async def _shown(work: UnitOfWork, found: domain.Response, response: Response) -> ResponseView:
    etag(response, work, found)
    return ResponseView.of(found, await recipient_reference(work, found))


put_right(
    routes,
    "/v1/responses/{response_id}",
    permission("response.correct"),
    _shown,
    tag="responses",
    corrections=correct_response,
)

put_right(
    routes,
    "/v1/responses/{response_id}",
    permission("response.void"),
    _shown,
    tag="responses",
    void=void_response,
)


@routes.get(
    "/v1/waves/{wave_id}/progress", openapi_extra=permission("wave.progress"), tags=["waves"]
)
async def get_progress(wave_id: Identifier, read: Read, response: Response) -> ProgressView:
    """Show how many questionnaires have been returned so far."""
    wave = await read.get(Wave, wave_id)
    progress = await progress_of(read, wave)
    etag(response, read, wave)
    return ProgressView.model_validate(progress, from_attributes=True)


put_right(
    routes,
    "/v1/waves/{wave_id}",
    permission("wave.write"),
    WaveView,
    tag="waves",
    corrections=correct_wave,
    void=void_wave,
)
