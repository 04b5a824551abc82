"""The annual report over HTTP and as a page."""

from typing import Annotated, Any

from fastapi import Path, Request, Response
from fastapi.responses import HTMLResponse

from libs.common.core.clock import AcademicYear
from libs.common.core.fields import YearLabel
from libs.common.http.requests import PUBLIC, Read, permission, router
from libs.common.messaging.asyncapi import asyncapi
from libs.common.pages.route import page_router
from services.reporting.pages import report_page, reports_page
from services.reporting.queries import Report, report, years_on_record

routes = router()
pages = page_router()

Year = Annotated[YearLabel, Path()]


@routes.get(
    "/v1/reports/{year}",
    openapi_extra=permission("report.read-exact", long=True),
    tags=["reports"],
)
async def get_report(year: Year, read: Read) -> Report:
    """Show the annual report of an academic year: exact values, and as they are printed."""
    return await report(read.connection, AcademicYear.parse(year))


@pages.get(
    "/reports",
    openapi_extra=permission("report.read-exact"),
    response_class=HTMLResponse,
    tags=["reports"],
)
async def get_reports_page(read: Read, request: Request) -> Response:
    """List the academic years that have records."""
    return reports_page(await years_on_record(read.connection), request)


@pages.get(
    "/reports/{year}",
    openapi_extra=permission("report.read-exact", long=True),
    response_class=HTMLResponse,
    tags=["reports"],
)
async def get_report_page(year: Year, read: Read, request: Request) -> Response:
    """Show the same report as a page."""
    found = await report(read.connection, AcademicYear.parse(year))
    return report_page(found, request)


@routes.get("/asyncapi.json", openapi_extra=PUBLIC, tags=["events"])
async def get_asyncapi(request: Request) -> dict[str, Any]:
    """Show the catalogue of all events, as AsyncAPI 3."""
    return asyncapi(request.app.state.running.public_url)
