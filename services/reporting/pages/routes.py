"""The addresses of the pages: the report and its figures for who is signed in, editions for all."""

from typing import Annotated, Final

from fastapi import Depends, Path, Request, Response
from fastapi.responses import HTMLResponse

from libs.common.http.requests import PUBLIC, PublicRead, Read, permission
from libs.common.pages.route import page_router
from services.reporting.api import AskedFigure, AskedReport, Form, taken
from services.reporting.comparing.api import get_reconciliation
from services.reporting.comparing.reconciled import ReconciliationView
from services.reporting.comparing.trend import Asked, trend, years_until
from services.reporting.editions.public_api import WantedNumber, Year
from services.reporting.editions.queries import edition, editions
from services.reporting.lineage.api import get_lineage
from services.reporting.lineage.shown import LineageView
from services.reporting.outlets.document import of_edition, of_report
from services.reporting.outlets.files import file_of, table_of, table_of_figure
from services.reporting.outlets.trends import YEARS
from services.reporting.pages import (
    FigureShown,
    edition_page,
    editions_page,
    figure_page,
    lineage_page,
    published_figure_page,
    reconciliation_page,
    report_page,
    reports_page,
)
from services.reporting.queries import figure_named, statements_beside, years_on_record
from services.reporting.readers import reader_of
from services.reporting.views import definition

pages = page_router()
_TAKEN: Final = PUBLIC | {"x-long": True}
"""For anybody too, among the requests that take longer."""


@pages.get(
    "/reports",
    openapi_extra=permission("report.read"),
    response_class=HTMLResponse,
    tags=["reports"],
)
async def get_reports_page(read: Read, request: Request) -> Response:
    """List the academic years that have records."""
    exact = (await reader_of(read)).exact
    return reports_page(await years_on_record(read.connection), request, reconciles=exact)


@pages.get(
    "/reconciliations/{year}",
    openapi_extra=permission("report.read-exact", long=True),
    response_class=HTMLResponse,
    tags=["reports"],
)
async def get_reconciliation_page(
    found: Annotated[ReconciliationView, Depends(get_reconciliation)], request: Request
) -> Response:
    """Show a year's populations side by side, and why they differ."""
    return reconciliation_page(found, request)


@pages.get(
    "/reports/{year}",
    openapi_extra=permission("report.read", long=True),
    response_class=HTMLResponse,
    tags=["reports"],
)
async def get_report_page(asked: AskedReport, request: Request) -> Response:
    """Show the same report as a page."""
    return report_page(of_report(asked), request)


@pages.get(
    "/reports/{year}/files/{form}",
    openapi_extra=permission("report.read", long=True),
    response_class=Response,
    tags=["reports"],
)
async def get_report_file(asked: AskedReport, form: Form, request: Request) -> Response:
    """Give the same report as a file, to whoever is signed in."""
    return await taken(request, table_of(of_report(asked)), form)


@pages.get(
    "/figures/{figure_id}",
    openapi_extra=permission("report.read", long=True),
    response_class=HTMLResponse,
    tags=["reports"],
)
async def get_figure_page(found: AskedFigure, read: Read, request: Request) -> Response:
    """Show one figure as a page: what it counts, of whom, its years, and its groups if asked."""
    figure, reader = figure_named(found.figure.id), await reader_of(read)
    over = Asked(years_until(found.academic_year, YEARS), known_at=found.known_at)
    shown = FigureShown(
        found=found,
        definition=definition(figure),
        trend=await trend(read.connection, figure, over, reader),
        statements=await statements_beside(read.connection, found, reader),
    )
    return figure_page(shown, request)


@pages.get(
    "/figures/{figure_id}/files/{form}",
    openapi_extra=permission("report.read", long=True),
    response_class=Response,
    tags=["reports"],
)
async def get_figure_file(found: AskedFigure, form: Form, request: Request) -> Response:
    """Give one figure as a file, with its groups where it is broken down."""
    return await taken(request, table_of_figure(found), form)


@pages.get(
    "/figures/{figure_id}/lineage",
    openapi_extra=permission("report.read", long=True),
    response_class=HTMLResponse,
    tags=["reports"],
)
async def get_lineage_page(
    found: Annotated[LineageView, Depends(get_lineage)], request: Request
) -> Response:
    """Show in words what a figure rests on: its sum, rules, records that count."""
    return lineage_page(found, request)


@pages.get("/editions", openapi_extra=PUBLIC, response_class=HTMLResponse, tags=["editions"])
async def get_editions_page(read: PublicRead, request: Request) -> Response:
    """List the published editions of all years, for anybody."""
    return editions_page(await editions(read), request)


@pages.get(
    "/editions/{academic_year}/{number}",
    openapi_extra=PUBLIC,
    response_class=HTMLResponse,
    tags=["editions"],
)
async def get_edition_page(
    academic_year: Year, number: WantedNumber, read: PublicRead, request: Request
) -> Response:
    """Show a published edition as a page, for anybody."""
    return edition_page(await edition(read, academic_year, number), request)


@pages.get(
    "/editions/{academic_year}/{number}/figures/{figure_id}",
    openapi_extra=PUBLIC,
    response_class=HTMLResponse,
    tags=["editions"],
)
async def get_published_figure_page(
    academic_year: Year,
    number: WantedNumber,
    figure_id: Annotated[str, Path(max_length=100, examples=["service.teams"])],
    read: PublicRead,
    request: Request,
) -> Response:
    """Show a figure of an edition: what it counts by which method, and what changed of it."""
    found = await edition(read, academic_year, number)
    return published_figure_page(found, figure_id, request)


@pages.get(
    "/editions/{academic_year}/{number}/files/{form}",
    openapi_extra=_TAKEN,
    response_class=Response,
    tags=["editions"],
)
async def get_edition_file(
    academic_year: Year, number: WantedNumber, form: Form, read: PublicRead
) -> Response:
    """Give a published edition as a file, to anybody."""
    return await file_of(table_of(of_edition(await edition(read, academic_year, number))), form)
