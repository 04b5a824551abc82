"""Waves and their recipients over HTTP. Addresses are taken and never shown."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Final
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel, Field

from libs.common.contracts.survey import Audience
from libs.common.core.fields import Code, Identifier, Reference, of_codes, of_form
from libs.common.http.requests import IfMatch, Work, permission, router
from libs.common.imports import Outcome
from libs.common.persistence.uow import ReadTransaction
from libs.common.reading import allowed, with_steps
from services.survey.waves.access import RECIPIENT_STEPS, STEPS
from services.survey.waves.codes import State
from services.survey.waves.commands import (
    DraftWave,
    ListRecipient,
    ReopenWave,
    close_wave,
    draft_wave,
    issue_wave,
    list_recipients,
    reopen_wave,
)
from services.survey.waves.commands.waves import YearLabel
from services.survey.waves.domain import Recipient, Wave

routes = router()


class WaveView(BaseModel):
    """A wave; ``issued`` is null while it is a draft."""

    wave_id: UUID
    reference: Annotated[str, of_form(Reference)]
    audience: Annotated[str, of_codes(Audience)]
    academic_year: Annotated[str, of_form(YearLabel)]
    questionnaire: Annotated[str, of_form(Code)]
    questionnaire_version: int
    issued_on: date
    closes_on: date
    grace_days: int
    state: Annotated[str, of_codes(State)]
    listed: int
    issued: int | None
    closed_on: date | None
    void: bool
    anonymous: bool
    allowed: list[str]

    @classmethod
    def of(cls, wave: Wave, may: list[str]) -> "WaveView":
        """Show a wave, and what the caller may do with it."""
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
            void=wave.void,
            anonymous=wave.anonymous,
            allowed=may,
        )


WAVE: Final = with_steps(WaveView, Wave, STEPS)


class RecipientView(BaseModel):
    """A recipient, without the address."""

    recipient_id: UUID
    wave_id: UUID
    reference: Annotated[str, of_form(Reference)]
    parent_id: UUID | None
    child_id: UUID | None
    school_id: UUID | None
    cancelled_on: date | None
    allowed: list[str]

    @classmethod
    def of(cls, recipient: Recipient, may: list[str]) -> "RecipientView":
        """Show a recipient, and what the caller may do with it."""
        return cls(
            recipient_id=recipient.id,
            wave_id=recipient.wave_id,
            reference=recipient.reference,
            parent_id=recipient.parent_id,
            child_id=recipient.child_id,
            school_id=recipient.school_id,
            cancelled_on=recipient.cancelled_on,
            allowed=may,
        )


async def recipients_shown(
    read: ReadTransaction, recipients: Sequence[Recipient], _: date | None
) -> list[RecipientView]:
    """Show recipients, each with what the caller may do in the state of their wave."""
    await read.rows.load(Wave, ("id",), [(one.wave_id,) for one in recipients], None)
    waves = {
        one.wave_id: (await read.all(Wave, id=one.wave_id, unseen=True))[0] for one in recipients
    }
    states = {one.id: one.allowed(waves[one.wave_id]) for one in recipients}
    may = await allowed(read, Recipient, RECIPIENT_STEPS, states)
    return [RecipientView.of(one, may[one.id]) for one in recipients]


class ListedView(BaseModel):
    """The outcome for one recipient of a list."""

    recipient_id: UUID
    reference: Annotated[str, of_form(Reference)]
    outcome: Outcome


@routes.post("/v1/waves", openapi_extra=permission("wave.write"), tags=["waves"], status_code=201)
async def post_wave(command: DraftWave, work: Work, response: Response) -> WaveView:
    """Draft a wave under a reference. The same wave again is answered with 200."""
    wave, done = await draft_wave(work, command)
    response.status_code = 201 if done.outcome == "created" else 200
    return await WAVE.shown(work, wave, response)


@routes.post(
    "/v1/waves/{wave_id}/issue",
    operation_id="issueWave",
    openapi_extra=permission("wave.write"),
    tags=["waves"],
)
async def post_issue(
    wave_id: Identifier, version: IfMatch, work: Work, response: Response
) -> WaveView:
    """Issue a draft to everybody on its list. The list can then no longer change."""
    wave = await issue_wave(work, wave_id, version)
    return await WAVE.shown(work, wave, response)


@routes.post(
    "/v1/waves/{wave_id}/close",
    operation_id="closeWave",
    openapi_extra=permission("wave.write"),
    tags=["waves"],
)
async def post_close(
    wave_id: Identifier, version: IfMatch, work: Work, response: Response
) -> WaveView:
    """Close a wave today. Its recipients' addresses are deleted 14 days later."""
    wave = await close_wave(work, wave_id, version)
    return await WAVE.shown(work, wave, response)


@routes.post(
    "/v1/waves/{wave_id}/reopening", openapi_extra=permission("wave.write"), tags=["waves"]
)
async def post_reopening(
    wave_id: Identifier, command: ReopenWave, version: IfMatch, work: Work, response: Response
) -> WaveView:
    """Open a closed wave again, for a coded reason. Its last day stays as it is."""
    wave = await reopen_wave(work, wave_id, command, version)
    return await WAVE.shown(work, wave, response)


@routes.post(
    "/v1/waves/{wave_id}/recipients",
    operation_id="addRecipients",
    openapi_extra=permission("recipient.write"),
    tags=["waves"],
)
async def post_recipients(
    wave_id: Identifier,
    commands: Annotated[list[ListRecipient], Field(min_length=1, max_length=2_000)],
    work: Work,
) -> list[ListedView]:
    """Add recipients to a draft, all of them or none. The wave's ETag changes."""
    listed = await list_recipients(work, wave_id, commands)
    return [
        ListedView(recipient_id=recipient.id, reference=recipient.reference, outcome=done.outcome)
        for recipient, done in listed
    ]
