"""Compliments over HTTP."""

from datetime import date
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from libs.common.http.correcting import put_right
from libs.common.http.requests import Work, etag, permission, router
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
    reference: str
    received_on: date
    source: str
    text: str | None
    void: bool

    @classmethod
    def of(cls, compliment: Compliment) -> "ComplimentView":
        """Show a compliment."""
        return cls(
            compliment_id=compliment.id,
            reference=compliment.reference,
            received_on=compliment.received_on,
            source=compliment.source,
            text=compliment.text,
            void=compliment.void,
        )


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
    etag(response, work, compliment)
    return ComplimentView.of(compliment)


put_right(
    routes,
    "/v1/compliments/{compliment_id}",
    permission("compliment.correct"),
    ComplimentView,
    tag="feedback",
    corrections=correct_compliment,
    void=void_compliment,
)
