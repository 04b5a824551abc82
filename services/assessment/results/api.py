"""Results over HTTP."""

from datetime import date
from typing import Annotated, Final
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from libs.common.contracts.assessment import Subject, Term
from libs.common.core.fields import Code, Reference, of_codes, of_form
from libs.common.http.correcting import put_right
from libs.common.http.requests import Work, permission, router
from libs.common.reading import with_steps
from services.assessment.results.access import STEPS
from services.assessment.results.commands import (
    RecordResult,
    correct_result,
    record_result,
    void_result,
)
from services.assessment.results.domain import Result

routes = router()


class ResultView(BaseModel):
    """A result; ``value_tenths`` is its value on its scale in tenths, null on an ordinal scale."""

    assessment_id: UUID
    reference: Annotated[str, of_form(Reference)]
    child_id: UUID
    academic_year: str
    term: Annotated[str, of_codes(Term)]
    subject: Annotated[str, of_codes(Subject)]
    scheme: Annotated[str, of_form(Code)]
    scheme_version: int
    scale: Annotated[str, of_form(Code)]
    position: Annotated[str, of_form(Code)]
    value_tenths: int | None
    assessed_on: date
    moderated: bool
    void: bool
    allowed: list[str]

    @classmethod
    def of(cls, result: Result, may: list[str]) -> "ResultView":
        """Show a result, and what the caller may do with it."""
        return cls(
            assessment_id=result.id,
            reference=result.reference,
            child_id=result.child_id,
            academic_year=result.academic_year,
            term=result.term,
            subject=result.subject,
            scheme=result.scheme,
            scheme_version=result.scheme_version,
            scale=result.scale,
            position=result.position,
            value_tenths=result.value_tenths,
            assessed_on=result.assessed_on,
            moderated=result.moderated,
            void=result.void,
            allowed=may,
        )


RESULT: Final = with_steps(ResultView, Result, STEPS)


@routes.post(
    "/v1/results", status_code=201, openapi_extra=permission("result.record"), tags=["results"]
)
async def post_result(command: RecordResult, work: Work, response: Response) -> ResultView:
    """Record a result."""
    result, _ = await record_result(work, command)
    return await RESULT.shown(work, result, response)


put_right(
    routes,
    "/v1/results/{result_id}",
    permission("result.correct"),
    RESULT.shown,
    tag="results",
    corrections=correct_result,
    void=void_result,
)
