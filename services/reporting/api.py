"""The annual report over HTTP and as a page, and the events set aside."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Response
from fastapi.responses import HTMLResponse
from pydantic import AfterValidator, BaseModel
from pydantic_core import PydanticCustomError
from sqlalchemy import select

from libs.common import tables
from libs.common.applying import release
from libs.common.clock import AcademicYear
from libs.common.errors import NotFound
from libs.common.events.catalogue import asyncapi
from libs.common.fields import Code, Identifier
from libs.common.http import PUBLIC, Look, Work, permission, router
from services.reporting.pages import report_page, style_sheet
from services.reporting.projections import subscriptions
from services.reporting.queries import Report, report

routes = router()


def _year(text: str) -> str:
    try:
        return AcademicYear.parse(text).label
    except ValueError:
        raise PydanticCustomError("year_not_valid", "is not an academic year") from None


Year = Annotated[str, Path(), AfterValidator(_year)]


class ParkedView(BaseModel):
    """An event set aside: where it stands on the bus and why. Its data are not shown."""

    topic: str
    partition: int
    offset: int
    source: str | None
    subject: UUID | None
    sequence: int | None
    reason: str


class Released(BaseModel):
    """How many events were applied, and how many of the aggregate are still set aside."""

    applied: int
    still_parked: int


@routes.get("/v1/reports/{year}", openapi_extra=permission("report.read-exact"), tags=["reports"])
async def get_report(year: Year, look: Look) -> Report:
    """Give the annual report of an academic year, exact and as it is printed."""
    return await report(await look.session.connection(), AcademicYear.parse(year))


@routes.get(
    "/reports/{year}",
    openapi_extra=permission("report.read-exact"),
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


@routes.get("/v1/parked", openapi_extra=permission("parked.read"), tags=["parked"])
async def get_parked(look: Look) -> list[ParkedView]:
    """List the first 200 events set aside, with the reason for each."""
    table = tables.parked
    query = select(table).order_by(table.c.topic, table.c.partition, table.c.offset).limit(200)
    return [
        ParkedView(
            topic=row.topic,
            partition=row.partition,
            offset=row.offset,
            source=row.source,
            subject=row.subject,
            sequence=row.sequence,
            reason=row.reason,
        )
        for row in await look.session.execute(query)
    ]


@routes.post(
    "/v1/parked/{source}/{subject}/release",
    openapi_extra=permission("parked.release"),
    tags=["parked"],
)
async def post_release(
    source: Annotated[Code, Path()], subject: Identifier, work: Work
) -> Released:
    """Try an aggregate's events again that were set aside, in their order."""
    connection = await work.session.connection()
    mine = (tables.parked.c.source == source) & (tables.parked.c.subject == subject)
    if (await connection.execute(select(tables.parked.c.offset).where(mine))).first() is None:
        raise NotFound(code="not-parked", detail="Nothing of this aggregate is set aside.")
    applied = await release(connection, subscriptions, source, subject)
    left = (await connection.execute(select(tables.parked.c.offset).where(mine))).all()
    return Released(applied=applied, still_parked=len(left))
