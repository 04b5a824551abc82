"""Extracts of the national register."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from fastapi import Query, Request, Response

from libs.common.core.errors import Rejected, ValidationError
from libs.common.core.fields import Day
from libs.common.http.requests import permission, router
from libs.common.imports import ImportKind, ImportView, Mode, named_by
from libs.common.persistence.uow import RequestContext, UnitOfWork
from services.referral.register.commands import follow
from services.referral.register.imports.carrying_out import Columns, taken_in
from services.referral.register.imports.cells import (
    Line,
    day,
    named,
    whole,
)
from services.referral.register.imports.opening import FILES
from services.referral.schools.commands import SchoolRow, record_school
from services.referral.schools.domain import RegisterRow, School, SchoolExtract

routes = router()

TYPE = "TypeOfEstablishment (code)"
NEEDED = (
    "URN",
    "LA (code)",
    "EstablishmentName",
    TYPE,
    "EstablishmentStatus (code)",
    "PhaseOfEducation (code)",
)
OTHERS = ("EstablishmentNumber", "StatutoryLowAge", "StatutoryHighAge", "OpenDate", "CloseDate")
SNAPSHOT = "snapshot_on"
"""The column of the day that is told of the whole extract."""


def _row(line: Line) -> SchoolRow:
    errors: list[ValidationError] = []
    row = RegisterRow(
        urn=whole(line, "URN", errors) or 0,
        la_code=whole(line, "LA (code)", errors) or 0,
        establishment_number=whole(line, "EstablishmentNumber", errors, needed=False),
        name=named(line, "EstablishmentName", errors),
        establishment_type=f"{whole(line, TYPE, errors, most=99) or 0:02}",
        phase=whole(line, "PhaseOfEducation (code)", errors) or 0,
        status=whole(line, "EstablishmentStatus (code)", errors) or 0,
        low_age=whole(line, "StatutoryLowAge", errors, needed=False),
        high_age=whole(line, "StatutoryHighAge", errors, needed=False),
        opened_on=day(line, "OpenDate", errors),
        closed_on=day(line, "CloseDate", errors),
    )
    if errors:
        raise Rejected(code="not-valid", errors=errors)
    return SchoolRow(row=row, snapshot_on=date.fromisoformat(line[SNAPSHOT] or ""))


async def _preload(uow: UnitOfWork, rows: Sequence[SchoolRow]) -> None:
    urns = [row.row.urn for row in rows]
    schools = await uow.preload(School, "urn", urns)
    taken = {row.row.urn: row.snapshot_on for row in rows}
    said = [(school.id, taken[school.urn]) for school in schools]
    await uow.preload(SchoolExtract, ("school_id", "snapshot_on"), said)


EXTRACTS = ImportKind(
    "school-extracts",
    SchoolRow,
    "school.write",
    record_school,
    named_by("row.urn"),
    _preload,
    ("URN",),
    line=_row,
    finish=follow,
)


@routes.post(
    "/v1/school-extracts",
    operation_id="importSchoolExtract",
    openapi_extra={
        **permission("school.write", own_transactions=True, streams=True),
        "requestBody": {"required": True, "content": FILES},
    },
    status_code=202,
    tags=["schools"],
)
async def post_school_extract(
    request: Request,
    response: Response,
    snapshot_on: Annotated[Day, Query()],
    mode: Annotated[Mode, Query()],
) -> ImportView:
    """Import an extract of the national register, in any order. No school is ever deleted.

    Read at the address in ``Location`` how far it is. Once it is done, children of schools that
    closed go on to the one school that carries on.
    """
    context: RequestContext = request.state.context
    if snapshot_on > context.access.today:  # every extract until then would pass for an older one
        detail = "This day is yet to come."
        raise Rejected(errors=[ValidationError("in-the-future", detail, parameter="snapshot_on")])
    columns, day_ = Columns(NEEDED, OTHERS), snapshot_on.isoformat()
    return await taken_in(request, response, EXTRACTS, columns, mode, snapshot_on=day_)
