"""Results over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from pydantic import BaseModel
from sqlalchemy import or_, select

from libs.common.core.fields import Identifier
from libs.common.http.correcting import put_right
from libs.common.http.paging import PAGE_DEFAULT, Cursor, Page, PageSize, page
from libs.common.http.requests import Read, Work, etag, permission, router
from services.assessment.caseload import records_of
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


@routes.get("/v1/results/{result_id}", openapi_extra=permission("result.read"), tags=["results"])
async def get_result(result_id: Identifier, read: Read, response: Response) -> ResultView:
    """Show a result."""
    result = await read.get(Result, result_id)
    etag(response, read, result)
    return ResultView.of(result)


@routes.get("/v1/results", openapi_extra=permission("result.read"), tags=["results"])
async def get_results(
    read: Read,
    child_id: Annotated[Identifier, Query()],
    cursor: Cursor = None,
    limit: PageSize = PAGE_DEFAULT,
) -> Page[ResultView]:
    """List a child's results, of all records of the child, at most 200 at a time."""
    theirs = or_(Result.child_id == child_id, Result.child_id.in_(records_of(child_id)))
    query = select(Result).where(theirs, read.visible(read.access, Result))
    if cursor is not None:
        query = query.where(Result.id > cursor)
    found = await read.chosen(query.order_by(Result.id).limit(limit + 1))
    views = [ResultView.of(result) for result in found]
    return page(views, limit, lambda one: one.assessment_id)
