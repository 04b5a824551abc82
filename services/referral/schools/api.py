"""Schools, as they are listed, found and shown."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Final
from uuid import UUID

from pydantic import BaseModel, Field

from libs.common.contracts.referral import SchoolKind
from libs.common.core.fields import Identifier, of_codes, of_form
from libs.common.http.requests import router
from libs.common.persistence.uow import ReadTransaction
from libs.common.reading import Key, Listing, add_reads, equal
from services.referral.schools.commands import EstablishmentType
from services.referral.schools.domain import School, SchoolExtract
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
    establishment_type: Annotated[str, of_form(EstablishmentType)]
    phase: int
    status: int
    kind: Annotated[str, of_codes(SchoolKind)]
    opened_on: date | None
    closed_on: date | None
    snapshot_on: date
    successor_id: UUID | None
    succeeded_on: date | None


async def _views(
    read: ReadTransaction, schools: Sequence[School], day: date | None
) -> list[SchoolView]:
    if day is not None:
        ids = [(school.id,) for school in schools]
        await read.rows.load(SchoolExtract, ("school_id",), ids, None)
    return [await _view(read, school, day) for school in schools]


async def _view(read: ReadTransaction, school: School, day: date | None) -> SchoolView:
    said = school if day is None else await school_of_day(read, school, day)
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


Number = Annotated[int, Field(ge=0, le=999_999)]

SCHOOLS: Final = Listing(
    things="schools",
    one="school",
    kind=School,
    view=SchoolView,
    views=_views,
    permission="school.read",
    tag="schools",
    summary="List schools, as in the newest extract or as on a day.",
    keys=[Key("by-urn/{urn}", {"urn": (School.urn, Number)})],
    filters={
        "la_code": equal(School.la_code, Number),
        "urn": equal(School.urn, Number),
        "phase": equal(School.phase, Number),
        "status": equal(School.status, Number),
        "kind": equal(School.kind),
        "successor": equal(School.successor_id, Identifier, "Which this school carries on."),
    },
    days={"opened_on": School.opened_on, "closed_on": School.closed_on},
    sorts={"urn": School.urn},
    dated=True,
)
add_reads(routes, SCHOOLS)
