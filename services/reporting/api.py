"""The annual report and its figures over HTTP, and the report as a page."""

from typing import Annotated, Any

from fastapi import Path, Query, Request, Response
from fastapi.responses import HTMLResponse

from libs.common.core.clock import AcademicYear
from libs.common.core.fields import Day, YearLabel
from libs.common.http.requests import PUBLIC, Read, permission, router
from libs.common.messaging.asyncapi import asyncapi
from libs.common.pages.route import page_router
from services.reporting.dimensions import BREAKDOWNS
from services.reporting.pages import figure_page, report_page, reports_page
from services.reporting.queries import (
    check_asked,
    definitions,
    figure_named,
    figure_of_year,
    report,
    years_on_record,
)
from services.reporting.views import Definition, FigureOfYear, Report, definition

routes = router()
pages = page_router()

Year = Annotated[YearLabel, Path()]
YearAsked = Annotated[YearLabel, Query(examples=["2018-19"])]
FigureId = Annotated[str, Path(max_length=100, examples=["progress.p_levels.average"])]
KnownAt = Annotated[
    Day | None,
    Query(
        description="As it was known at the end of this day in London, which has to be over.",
        examples=["2019-12-02"],
    ),
]

By = Annotated[
    str | None,
    Query(description="By what it is broken down.", json_schema_extra={"enum": list(BREAKDOWNS)}),
]


@routes.get(
    "/v1/reports/{year}",
    openapi_extra=permission("report.read-exact", long=True),
    tags=["reports"],
)
async def get_report(year: Year, read: Read, known_at: KnownAt = None) -> Report:
    """Show the annual report of an academic year: exact values, and as they are printed."""
    check_asked(read.today(), known_at)
    return await report(read.connection, AcademicYear.parse(year), known_at)


@routes.get("/v1/figures", openapi_extra=permission("report.read-exact"), tags=["reports"])
async def get_figures(read: Read) -> list[Definition]:  # noqa: ARG001
    """Show what every figure counts, of whom, and by what it can be broken down."""
    return definitions()


@routes.get(
    "/v1/figures/{figure_id}",
    openapi_extra=permission("report.read-exact", long=True),
    tags=["reports"],
)
async def get_figure(
    figure_id: FigureId,
    year: YearAsked,
    read: Read,
    by: By = None,
    known_at: KnownAt = None,
) -> FigureOfYear:
    """Show one figure of an academic year, exact, and its cells where it is broken down.

    A member is in one cell: of whom held them on the member's day. "no span" holds those whom
    nothing on record held that day, "no team" those whose teacher was in none.
    """
    figure = figure_named(figure_id)
    check_asked(read.today(), known_at, figure, by)
    return await figure_of_year(read.connection, figure, AcademicYear.parse(year), by, known_at)


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
async def get_report_page(
    year: Year, read: Read, request: Request, known_at: KnownAt = None
) -> Response:
    """Show the same report as a page."""
    check_asked(read.today(), known_at)
    found = await report(read.connection, AcademicYear.parse(year), known_at)
    return report_page(found, request, known_at)


@pages.get(
    "/figures/{figure_id}",
    openapi_extra=permission("report.read-exact", long=True),
    response_class=HTMLResponse,
    tags=["reports"],
)
async def get_figure_page(
    figure_id: FigureId,
    year: YearAsked,
    read: Read,
    request: Request,
    by: By = None,
    known_at: KnownAt = None,
) -> Response:
    """Show one figure as a page: what it counts, of whom, and its groups where it has some."""
    figure = figure_named(figure_id)
    check_asked(read.today(), known_at, figure, by)
    asked = AcademicYear.parse(year)
    found = await figure_of_year(read.connection, figure, asked, by, known_at)
    return figure_page(found, definition(figure), request)


@routes.get("/asyncapi.json", openapi_extra=PUBLIC, tags=["events"])
async def get_asyncapi(request: Request) -> dict[str, Any]:
    """Show the catalogue of all events, as AsyncAPI 3."""
    return asyncapi(request.app.state.running.public_url)
