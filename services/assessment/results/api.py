"""Results over HTTP."""

from datetime import date
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from libs.common.http.correcting import put_right
from libs.common.http.requests import Work, etag, permission, router
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
    reference: str
    child_id: UUID
    academic_year: str
    term: str
    subject: str
    scheme: str
    scheme_version: int
    scale: str
    position: str
    value_tenths: int | None
    assessed_on: date
    moderated: bool
    void: bool

    @classmethod
    def of(cls, result: Result) -> "ResultView":
        """Show a result."""
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
        )


@routes.post(
    "/v1/results", status_code=201, openapi_extra=permission("result.record"), tags=["results"]
)
async def post_result(command: RecordResult, work: Work, response: Response) -> ResultView:
    """Record a result."""
    result, _ = await record_result(work, command)
    etag(response, work, result)
    return ResultView.of(result)


put_right(
    routes,
    "/v1/results/{result_id}",
    permission("result.correct"),
    ResultView,
    tag="results",
    corrections=correct_result,
    void=void_result,
)
