"""Concerns over HTTP, for whoever follows them; a reader raises one where they read."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Final, Self
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from libs.common.core.fields import Identifier, of_codes, of_form
from libs.common.http.requests import IfMatch, Work, permission, router
from libs.common.persistence.uow import ReadTransaction
from libs.common.reading import allowed, answering
from services.survey.concerns.access import STEPS
from services.survey.concerns.codes import (
    ConcernOutcome,
    ConcernState,
    ConcernStep,
    PassedTo,
    Sign,
)
from services.survey.concerns.commands import (
    CloseConcern,
    PassConcernOn,
    ReopenConcern,
    acknowledge_concern,
    close_concern,
    pass_concern_on,
    reopen_concern,
)
from services.survey.concerns.domain import Concern, StepTaken
from services.survey.questionnaires.definition import ItemId

routes = router()
FOLLOW: Final = permission("concern.follow")


class StepTakenView(BaseModel):
    """A line of a concern's chronology."""

    step: Annotated[str, of_codes(ConcernStep)]
    at: datetime
    by: str
    passed_to: Annotated[str, of_codes(PassedTo)] | None
    passed_on: date | None
    outcome: Annotated[str, of_codes(ConcernOutcome)] | None
    note: str | None

    @classmethod
    def of(cls, taken: StepTaken) -> Self:
        """Show a line."""
        return cls.model_validate(taken, from_attributes=True)


class ConcernView(BaseModel):
    """A safeguarding concern: what was written, as it was then, and what was done about it.

    ``rule_version`` is null where a reader raised it, ``raised_by`` where the rule did.
    """

    concern_id: UUID
    response_id: UUID | None
    question: Annotated[str, of_form(ItemId)] | None
    complaint_id: UUID | None
    child_id: UUID | None
    school_id: UUID | None
    text: str
    signs: list[Annotated[str, of_codes(Sign)]]
    rule_version: int | None
    raised_by: str | None
    note: str | None
    raised_at: datetime
    raised_on: date
    state: Annotated[str, of_codes(ConcernState)]
    outcome: Annotated[str, of_codes(ConcernOutcome)] | None
    steps: list[StepTakenView]
    allowed: list[str]


class RaisedView(BaseModel):
    """That a concern was raised: who raised it does not hear what becomes of it here."""

    concern_id: UUID
    raised_at: datetime

    @classmethod
    def of(cls, concern: Concern) -> Self:
        """Say that it was raised."""
        return cls(concern_id=concern.id, raised_at=concern.raised_at)


async def concerns_shown(
    read: ReadTransaction, concerns: Sequence[Concern], _: date | None = None
) -> list[ConcernView]:
    """Show concerns with their chronologies."""
    may = await allowed(read, Concern, STEPS, {one.id: one.allowed for one in concerns})
    await read.rows.load(StepTaken, ("concern_id",), [(one.id,) for one in concerns], None)
    return [
        ConcernView.model_validate(
            {
                **{name: getattr(one, name, None) for name in ConcernView.model_fields},
                "concern_id": one.id,
                "steps": [
                    StepTakenView.of(taken)
                    for taken in sorted(
                        await read.all(StepTaken, concern_id=one.id), key=lambda step: step.number
                    )
                ],
                "allowed": may[one.id],
            }
        )
        for one in concerns
    ]


shown: Final = answering(ConcernView, concerns_shown)


@routes.post("/v1/concerns/{concern_id}/acknowledgement", openapi_extra=FOLLOW, tags=["concerns"])
async def acknowledge_a_concern(
    concern_id: Identifier, version: IfMatch, work: Work, response: Response
) -> ConcernView:
    """Say that one has read a concern and takes care of it."""
    return await shown(work, await acknowledge_concern(work, concern_id, version), response)


@routes.post("/v1/concerns/{concern_id}/passing-on", openapi_extra=FOLLOW, tags=["concerns"])
async def pass_a_concern_on(
    concern_id: Identifier,
    command: PassConcernOn,
    version: IfMatch,
    work: Work,
    response: Response,
) -> ConcernView:
    """Note to whom a concern was passed on; it stays open."""
    return await shown(work, await pass_concern_on(work, concern_id, command, version), response)


@routes.post("/v1/concerns/{concern_id}/closure", openapi_extra=FOLLOW, tags=["concerns"])
async def close_a_concern(
    concern_id: Identifier, command: CloseConcern, version: IfMatch, work: Work, response: Response
) -> ConcernView:
    """Close a concern, with why and what came of it."""
    return await shown(work, await close_concern(work, concern_id, command, version), response)


@routes.post("/v1/concerns/{concern_id}/reopening", openapi_extra=FOLLOW, tags=["concerns"])
async def reopen_a_concern(
    concern_id: Identifier,
    command: ReopenConcern,
    version: IfMatch,
    work: Work,
    response: Response,
) -> ConcernView:
    """Open a closed concern again, with the reason."""
    return await shown(work, await reopen_concern(work, concern_id, command, version), response)
