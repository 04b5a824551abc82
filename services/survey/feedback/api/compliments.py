"""Compliments over HTTP."""

from datetime import date
from typing import Annotated, Final
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from libs.common.contracts.survey import Audience
from libs.common.core.fields import Reference, of_codes, of_form
from libs.common.http.correcting import put_right
from libs.common.http.requests import Work, permission, router
from libs.common.reading import with_steps
from services.survey.feedback.access import COMPLIMENT_STEPS
from services.survey.feedback.commands import (
    RecordCompliment,
    correct_compliment,
    record_compliment,
    void_compliment,
)
from services.survey.feedback.domain import Compliment

routes = router()


class ComplimentView(BaseModel):
    """A compliment."""

    compliment_id: UUID
    reference: Annotated[str, of_form(Reference)]
    received_on: date
    source: Annotated[str, of_codes(Audience)]
    text: str | None
    void: bool
    allowed: list[str]

    @classmethod
    def of(cls, compliment: Compliment, may: list[str]) -> "ComplimentView":
        """Show a compliment, and what the caller may do with it."""
        return cls(
            compliment_id=compliment.id,
            reference=compliment.reference,
            received_on=compliment.received_on,
            source=compliment.source,
            text=compliment.text,
            void=compliment.void,
            allowed=may,
        )


COMPLIMENT: Final = with_steps(ComplimentView, Compliment, COMPLIMENT_STEPS)


@routes.post(
    "/v1/compliments",
    openapi_extra=permission("compliment.record"),
    tags=["feedback"],
    status_code=201,
)
async def post_compliment(
    command: RecordCompliment, work: Work, response: Response
) -> ComplimentView:
    """Enter a compliment in the register."""
    compliment, done = await record_compliment(work, command)
    response.status_code = 201 if done.outcome == "created" else 200
    return await COMPLIMENT.shown(work, compliment, response)


put_right(
    routes,
    "/v1/compliments/{compliment_id}",
    permission("compliment.correct"),
    COMPLIMENT.shown,
    tag="feedback",
    corrections=correct_compliment,
    void=void_compliment,
)
