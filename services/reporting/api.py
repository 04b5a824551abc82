"""The annual report over HTTP and as a page."""

from typing import Annotated, Any

from fastapi import Path, Response
from fastapi.responses import HTMLResponse

from libs.common.clock import AcademicYear
from libs.common.events.catalogue import asyncapi
from libs.common.http import PUBLIC, Look, permission, router
from libs.common.years import YearLabel
from services.reporting.pages import report_page, style_sheet
from services.reporting.queries import Report, report

routes = router()


Year = Annotated[YearLabel, Path()]


@routes.get(
    "/v1/reports/{year}",
    openapi_extra=permission("report.read-exact", long=True),
    tags=["reports"],
)
async def get_report(year: Year, look: Look) -> Report:
    """Give the annual report of an academic year, exact and as it is printed."""
    return await report(await look.session.connection(), AcademicYear.parse(year))


@routes.get(
    "/reports/{year}",
    openapi_extra=permission("report.read-exact", long=True),
    response_class=HTMLResponse,
    tags=["reports"],
)
async def get_report_page(year: Year, look: Look) -> HTMLResponse:
    """Show the same report as a page."""
    found = await report(await look.session.connection(), AcademicYear.parse(year))
    return HTMLResponse(report_page(found))


@routes.get("/style.css", openapi_extra=PUBLIC, include_in_schema=False)
async def get_style() -> Response:
    """Give the pages' style sheet."""
    return Response(style_sheet(), media_type="text/css")


@routes.get("/asyncapi.json", openapi_extra=PUBLIC, tags=["events"])
async def get_asyncapi() -> dict[str, Any]:
    """Give the catalogue of all events as AsyncAPI 3."""
    return asyncapi()
