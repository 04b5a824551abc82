"""Exceptions to disclosure over HTTP."""

from datetime import date
from typing import Annotated, Final
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from libs.common.core.fields import Identifier, of_codes
from libs.common.http.correcting import put_right
from libs.common.http.requests import IfMatch, Work, permission, router
from libs.common.reading import with_steps
from services.reporting.exceptions.access import STEPS
from services.reporting.exceptions.commands import (
    AskException,
    Grounds,
    allow_exception,
    ask_exception,
    void_exception,
)
from services.reporting.exceptions.domain import DisclosureException

routes = router()


class ExceptionView(BaseModel):
    """A place of a year, why and until when it is shown, who asked for that and who allowed it."""

    exception_id: UUID
    academic_year: str
    place: str
    by: str | None
    label: str | None
    grounds: Annotated[str, of_codes(Grounds)]
    until: date
    state: str
    asked_by: str
    asked_as: str
    allowed_by: str | None
    allowed_as: str | None
    allowed_on: date | None
    allowed: list[str]

    @classmethod
    def of(cls, asked: DisclosureException, may: list[str]) -> "ExceptionView":
        """Show an exception, and what the caller may do with it."""
        return cls(
            exception_id=asked.id,
            academic_year=asked.academic_year,
            place=asked.place,
            by=asked.by or None,
            label=asked.label or None,
            grounds=asked.grounds,
            until=asked.until,
            state=asked.state,
            asked_by=asked.asked_by,
            asked_as=asked.asked_as,
            allowed_by=asked.allowed_by,
            allowed_as=asked.allowed_as,
            allowed_on=asked.allowed_on,
            allowed=may,
        )


EXCEPTION: Final = with_steps(ExceptionView, DisclosureException, STEPS)


@routes.post(
    "/v1/exceptions",
    status_code=201,
    openapi_extra=permission("exception.sign"),
    tags=["disclosure"],
)
async def post_exception(command: AskException, work: Work, response: Response) -> ExceptionView:
    """Ask for a place to be shown that the disclosure gate withholds."""
    asked = await ask_exception(work, command)
    return await EXCEPTION.shown(work, asked, response)


@routes.post(
    "/v1/exceptions/{exception_id}/allowance",
    openapi_extra=permission("exception.sign"),
    tags=["disclosure"],
)
async def post_allowance(
    exception_id: Identifier, version: IfMatch, work: Work, response: Response
) -> ExceptionView:
    """Allow an exception: another person, of the other role."""
    asked = await allow_exception(work, exception_id, version)
    return await EXCEPTION.shown(work, asked, response)


put_right(
    routes,
    "/v1/exceptions/{exception_id}",
    permission("exception.sign"),
    EXCEPTION.shown,
    tag="disclosure",
    void=void_exception,
)
