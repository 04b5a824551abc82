"""Responses over HTTP."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Final, Self
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from libs.common.contracts.survey import AssistedBy, Channel, ChosenAnswers, CodedAnswer, Help
from libs.common.core.fields import Identifier, Reference, of_codes, of_form
from libs.common.http.correcting import put_right
from libs.common.http.requests import Read, Work, etag, permission, router
from libs.common.persistence.uow import ReadTransaction
from libs.common.reading import allowed, answering
from services.survey.concerns.api import RaisedView
from services.survey.concerns.commands import RaiseConcernAboutResponse
from services.survey.responses import domain
from services.survey.responses.access import STEPS
from services.survey.responses.commands import (
    RecordResponse,
    correct_response,
    correct_wave,
    raise_concern_about_response,
    record_response,
    void_response,
    void_wave,
)
from services.survey.responses.queries import progress_of, texts_of
from services.survey.waves.api import WAVE
from services.survey.waves.domain import Recipient, Wave

routes = router()


class ResponseView(BaseModel):
    """A response in codes; a free-text question shows only whether it was answered.

    ``standing`` is null of one that was taken out: it counts as nothing, for its ``void_reason``.
    ``recipient`` is null of one to an anonymous wave, and of one that came by an open link.
    """

    response_id: UUID
    wave_id: UUID
    reference: Annotated[str, of_form(Reference)]
    recipient: Annotated[str, of_form(Reference)] | None
    received_at: datetime
    channel: Annotated[str, of_codes(Channel)]
    assisted_by: Annotated[str, of_codes(AssistedBy)]
    help: Annotated[str, of_codes(Help)] | None
    standing: str | None
    duplicate_of: UUID | None
    void_reason: str | None
    answers: tuple[CodedAnswer, ...]
    chosen: tuple[ChosenAnswers, ...] | None
    allowed: list[str]

    @classmethod
    def of(cls, response: domain.Response, recipient: str | None, may: list[str]) -> Self:
        """Show a response of the recipient with that reference, and what may be done with it."""
        void = response.void_reason is not None
        return cls(
            response_id=response.id,
            wave_id=response.wave_id,
            reference=response.reference,
            recipient=recipient,
            received_at=response.received_at,
            channel=response.channel,
            assisted_by=response.assisted_by,
            help=response.help,
            standing=None if void else response.standing,
            duplicate_of=None if void else response.duplicate_of,
            void_reason=response.void_reason,
            answers=response.coded_answers,
            chosen=response.chosen_answers,
            allowed=may,
        )


async def responses_shown(
    read: ReadTransaction, responses: Sequence[domain.Response], _: date | None = None
) -> list[ResponseView]:
    """Show responses in codes, each with what the caller may do with it."""
    ids = [(one.recipient_id,) for one in responses if one.recipient_id]
    rows = await read.rows.load(Recipient, ("id",), ids, None)
    asked: dict[UUID | None, str] = {row.thing.id: row.thing.reference for row in rows}
    states = {one.id: one.allowed for one in responses}
    may = await allowed(read, domain.Response, STEPS, states)
    return [ResponseView.of(one, asked.get(one.recipient_id), may[one.id]) for one in responses]


_shown: Final = answering(ResponseView, responses_shown)


class RawResponseView(ResponseView):
    """A response with its free text, by question, for the people who follow up comments."""

    texts: dict[str, str]


class ProgressView(BaseModel):
    """The progress of a wave: counts of questionnaires, without void ones.

    ``open_link`` is how many came by its open link, whatever they count as: no other count has
    them.
    """

    issued: int
    returned: int
    counted: int
    late: int
    duplicate: int
    open_link: int


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
    return await _shown(work, recorded, response)


@routes.get(
    "/v1/responses/{response_id}",
    openapi_extra=permission("response.read"),
    tags=["responses"],
)
async def get_response(response_id: Identifier, read: Read, response: Response) -> RawResponseView:
    """Show a response with its free text."""
    found = await read.get(domain.Response, response_id)
    etag(response, read, found)
    [shown] = await responses_shown(read, [found])
    return RawResponseView(**dict(shown), texts=await texts_of(read, found))


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


@routes.post(
    "/v1/responses/{response_id}/concerns",
    openapi_extra=permission("concern.raise"),
    tags=["concerns"],
    status_code=201,
)
async def raise_a_concern_about_a_response(
    response_id: Identifier, command: RaiseConcernAboutResponse, work: Work
) -> RaisedView:
    """Raise a safeguarding concern about what was written in a response: it is seen at once."""
    return RaisedView.of(await raise_concern_about_response(work, response_id, command))


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
    WAVE.shown,
    tag="waves",
    corrections=correct_wave,
    void=void_wave,
)
