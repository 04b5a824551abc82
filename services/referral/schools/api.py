"""Schools over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from pydantic import BaseModel

from libs.common.core.fields import Day, Identifier
from libs.common.http.requests import Read, etag, permission, router
from services.referral.schools.domain import School
from services.referral.schools.queries import school_of_day

routes = router()


class SchoolView(BaseModel):
    """A school, as it is in the register, or as it was there on the day that is asked for.

    ``snapshot_on`` is the day of the extract that says so. The school ``successor_id`` carries on
    from the day ``succeeded_on``.
    """

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
    successor_id: UUID | None
    succeeded_on: date | None


@routes.get("/v1/schools/{school_id}", openapi_extra=permission("school.read"), tags=["schools"])
async def get_school(
    school_id: Identifier,
    read: Read,
    response: Response,
    as_of: Annotated[Day | None, Query()] = None,
) -> SchoolView:
    """Show a school, as it was on a day if one is given."""
    school = await read.get(School, school_id)
    etag(response, read, school)
    said = school if as_of is None else await school_of_day(read, school, as_of)
    return SchoolView(
        school_id=school.id,
        urn=school.urn,
        name=school.name,
        la_code=said.la_code,
        establishment_type=said.establishment_type,
        phase=said.phase,
        status=said.status,
        kind=said.kind,
        opened_on=school.opened_on,
        closed_on=school.closed_on,
        snapshot_on=said.snapshot_on,
        successor_id=school.successor_id,
        succeeded_on=school.succeeded_on,
    )
