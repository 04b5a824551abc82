"""Making returns anonymous over HTTP: how many that would be, done, and that it was done."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from libs.common.core.fields import Reference, of_form
from libs.common.http.requests import Work, permission, router
from services.survey.retention.commands import AnonymiseReturns, Done, anonymise_returns
from services.survey.retention.domain import Anonymisation
from services.survey.waves.commands.waves import YearLabel

routes = router()


class OfWaveView(BaseModel):
    """How many of a wave lose whose they are, are deleted, and stay because they may be quoted."""

    wave_id: UUID
    reference: Annotated[str, of_form(Reference)]
    recipients: int
    responses: int
    texts_deleted: int
    quotes_kept: int


class AnonymisationView(BaseModel):
    """That the returns about a year were made anonymous."""

    anonymisation_id: UUID
    academic_year: Annotated[str, of_form(YearLabel)]
    done_at: datetime
    done_by: str
    waves: list[OfWaveView]

    @classmethod
    def of(cls, record: Anonymisation) -> "AnonymisationView":
        """Show a record."""
        return cls(
            anonymisation_id=record.id,
            academic_year=record.academic_year,
            done_at=record.done_at,
            done_by=record.done_by,
            waves=[OfWaveView.model_validate(one) for one in record.waves],
        )


class AnonymisedView(BaseModel):
    """What was made anonymous, or would be: then there is no ``anonymisation_id``.

    ``not_over`` are the waves that still take answers, or have some that wait to be mixed, or forms
    that are keyed and neither recorded nor void: their returns stay as they are. Close the waves,
    resolve or void the forms, and do it once more.
    """

    anonymisation_id: UUID | None
    academic_year: Annotated[str, of_form(YearLabel)]
    waves: list[OfWaveView]
    not_over: list[Annotated[str, of_form(Reference)]]

    @classmethod
    def of(cls, year: str, done: Done) -> "AnonymisedView":
        """Show what was done, or would be."""
        waves: list[Any] = list(done.waves)
        return cls(
            anonymisation_id=done.record.id if done.record else None,
            academic_year=year,
            waves=[OfWaveView.model_validate(one, from_attributes=True) for one in waves],
            not_over=list(done.not_over),
        )


@routes.post(
    "/v1/anonymisations",
    openapi_extra=permission("return.anonymise"),
    tags=["responses"],
    status_code=201,
)
async def post_anonymisation(
    command: AnonymiseReturns, work: Work, response: Response
) -> AnonymisedView:
    """Make the returns about a year anonymous for good; with `dry_run` say how many there are.

    They lose whose they are and what was written, but for what may be quoted. Counts stay.
    """
    done = await anonymise_returns(work, command)
    response.status_code = 201 if done.record else 200
    return AnonymisedView.of(command.academic_year, done)
