"""The case extract to take away, for who may see every case."""

from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi.responses import HTMLResponse

from libs.common.http.requests import Read, permission
from libs.common.pages.route import page_router
from services.reporting.api import Form, taken
from services.reporting.case_extract.api import extracted, table_of_cases
from services.reporting.case_extract.rows import CaseExtract
from services.reporting.pages import extracts_page
from services.reporting.queries import years_on_record

pages = page_router()


@pages.get(
    "/case-extracts",
    openapi_extra=permission("report.extract"),
    response_class=HTMLResponse,
    tags=["reports"],
)
async def get_case_extracts_page(read: Read, request: Request) -> Response:
    """List the years of which a row a case can be taken away, and say whose data that is."""
    return extracts_page(await years_on_record(read.connection), request)


@pages.get(
    "/case-extracts/{year}/files/{form}",
    openapi_extra=permission("report.extract", long=True),
    response_class=Response,
    tags=["reports"],
)
async def get_case_extract_file(
    found: Annotated[CaseExtract, Depends(extracted)], form: Form, request: Request
) -> Response:
    """Give a year's cases as a file, one row each, under pseudonyms."""
    return await taken(request, table_of_cases(found), form)
