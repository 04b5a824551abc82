"""Schools over HTTP: extracts of the register are read in, schools are shown."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query, Request, Response
from pydantic import BaseModel

from libs.common.core.errors import Fault, Rejected, UnsupportedMediaType
from libs.common.core.fields import Day, Identifier
from libs.common.http.requests import Guard, Look, available, etag, permission, router
from libs.common.imports import Importer, ImportReport, gathered
from libs.common.persistence.uow import Asked
from services.referral.commands.schools import SCHOOLS, read_extract
from services.referral.domain import School

routes = router()


class SchoolView(BaseModel):
    """A school, as it is in the register."""

    school_id: UUID
    urn: int
    name: str
    la_code: int
    establishment_type: str
    phase: int
    status: int
    kind: str
    opened_on: date | None
    closed_on: date | None
    snapshot_on: date


@routes.post(
    "/v1/school-extracts",
    openapi_extra={
        **permission("school.write", own_transactions=True),
        "requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}},
    },
    tags=["schools"],
)
async def post_school_extract(
    request: Request,
    snapshot_on: Annotated[Day, Query()],
    mode: Annotated[Literal["check", "commit"], Query()],
) -> ImportReport:
    """Read an extract of the national register. No school is ever deleted."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "text/csv":
        raise UnsupportedMediaType(detail="Send text/csv.")
    asked: Asked = request.state.asked
    if snapshot_on > asked.access.today:  # every extract until then would pass for an older one
        detail = "This day is yet to come."
        raise Rejected(faults=[Fault("in-the-future", detail, parameter="snapshot_on")])
    rows = await gathered(read_extract(await request.body(), snapshot_on))
    guard: Guard = request.app.state.guard
    importer = Importer(guard, asked, SCHOOLS)
    async with available():
        await (importer.commit(rows) if mode == "commit" else importer.check(rows))
    return importer.report(mode)


@routes.get("/v1/schools/{school_id}", openapi_extra=permission("school.read"), tags=["schools"])
async def get_school(school_id: Identifier, look: Look, response: Response) -> SchoolView:
    """Show a school."""
    school = await look.get(School, school_id)
    etag(response, look, school)
    return SchoolView(
        school_id=school.id,
        urn=school.urn,
        name=school.name,
        la_code=school.la_code,
        establishment_type=school.establishment_type,
        phase=school.phase,
        status=school.status,
        kind=school.kind,
        opened_on=school.opened_on,
        closed_on=school.closed_on,
        snapshot_on=school.snapshot_on,
    )
