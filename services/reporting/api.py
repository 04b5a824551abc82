"""The annual report and its figures over HTTP."""

from typing import Annotated, Any, Final

from fastapi import Depends, Path, Query, Request, Response

from libs.common.core.clock import AcademicYear
from libs.common.core.fields import Day, YearLabel
from libs.common.http.requests import PUBLIC, Read, permission, router
from libs.common.messaging.asyncapi import asyncapi
from services.reporting.dimensions import BREAKDOWNS
from services.reporting.outlets.document import of_report
from services.reporting.outlets.files import (
    FORMS,
    JSON,
    Table,
    file_of,
    table_of,
    table_of_figure,
    wanted,
)
from services.reporting.queries import (
    check_asked,
    definitions,
    figure_named,
    figure_of_year,
    report,
)
from services.reporting.readers import reader_of
from services.reporting.views import Definition, FigureOfYear, Report

routes = router()


FILES: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "content": {
            one.media: {"schema": {"type": "string", "format": "binary"}}
            for one in FORMS.values()
            if one.media != JSON
        },
        "description": "In JSON or, where `Accept` asks for one of these, as a file of rows.",
    }
}

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
Label = Annotated[
    str | None, Query(max_length=100, description="Which group, where it is broken down.")
]
Form = Annotated[
    str,
    Path(
        max_length=10,
        description="The kind of file, by the end of its name.",
        json_schema_extra={"enum": list(FORMS)},
    ),
]


async def _report(
    year: Annotated[YearLabel, Path()], read: Read, known_at: KnownAt = None
) -> Report:
    reader = await reader_of(read)
    check_asked(reader, known_at)
    return await report(read.connection, AcademicYear.parse(year), known_at, reader)


async def _figure(
    figure_id: Annotated[str, Path(max_length=100, examples=["progress.p_levels.average"])],
    year: Annotated[YearLabel, Query(examples=["2018-19"])],
    read: Read,
    by: By = None,
    known_at: KnownAt = None,
) -> FigureOfYear:
    figure = figure_named(figure_id)
    reader = await reader_of(read)
    check_asked(reader, known_at, figure, by)
    return await figure_of_year(
        read.connection, figure, AcademicYear.parse(year), by, known_at, reader
    )


AskedReport = Annotated[Report, Depends(_report)]
AskedFigure = Annotated[FigureOfYear, Depends(_figure)]


async def taken(request: Request, table: Table, end: str) -> Response:
    """Return a table as a file, and have the audit say that it was taken away."""
    request.state.outcome = "exported"
    return await file_of(table, end)


@routes.get(
    "/v1/reports/{year}",
    openapi_extra=permission("report.read", long=True),
    response_model=Report,
    responses=FILES,
    tags=["reports"],
)
async def get_report(asked: AskedReport, request: Request) -> Any:
    """Show the annual report of an academic year: exact values, and as they are printed.

    The Head of Service sees all; others what passed the disclosure gate, as known at the end of a
    term. A value that is withheld says by which rule.
    """
    end = wanted(request.headers.get("accept", ""))
    return await taken(request, table_of(of_report(asked)), end) if end else asked


@routes.get("/v1/figures", openapi_extra=PUBLIC, tags=["reports"])
async def get_figures() -> list[Definition]:
    """Show what every figure counts, of whom, and by what it can be broken down."""
    return definitions()


@routes.get(
    "/v1/figures/{figure_id}",
    openapi_extra=permission("report.read", long=True),
    response_model=FigureOfYear,
    responses=FILES,
    tags=["reports"],
)
async def get_figure(found: AskedFigure, request: Request) -> Any:
    """Show one figure of an academic year, and its cells where it is broken down.

    The Head of Service sees exact values, others what passed the disclosure gate, as known at the
    end of a term; of teams and areas, an area manager and a teacher see their own.

    A member is in one cell: of whom held them on the member's day. "no span" holds those whom
    nothing on record held that day, "no team" those whose teacher was in none.
    """
    end = wanted(request.headers.get("accept", ""))
    return await taken(request, table_of_figure(found), end) if end else found


@routes.get("/asyncapi.json", openapi_extra=PUBLIC, tags=["events"])
async def get_asyncapi(request: Request) -> dict[str, Any]:
    """Show the catalogue of all events, as AsyncAPI 3."""
    return asyncapi(request.app.state.running.public_url)
