"""Schools over HTTP."""

from datetime import date
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from libs.common.core.fields import Identifier
from libs.common.http.requests import Read, etag, permission, router
from services.referral.schools.domain import School

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


@routes.get("/v1/schools/{school_id}", openapi_extra=permission("school.read"), tags=["schools"])
async def get_school(school_id: Identifier, read: Read, response: Response) -> SchoolView:
    """Show a school."""
    school = await read.get(School, school_id)
    etag(response, read, school)
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
