"""Links between schools in the national register: which closed, and which carried on."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Query, Request, Response

from libs.common.core.errors import Rejected, ValidationError
from libs.common.http.requests import permission, router
from libs.common.imports import ImportKind, ImportView, Mode, named_by
from libs.common.persistence.uow import UnitOfWork
from services.referral.register.commands import LinkRow, follow, record_link
from services.referral.register.domain import SchoolLink
from services.referral.register.imports.carrying_out import Columns, taken_in
from services.referral.register.imports.cells import (
    Line,
    day,
    named,
    whole,
)
from services.referral.register.imports.opening import FILES
from services.referral.schools.domain import School

routes = router()

NEEDED = ("URN", "LinkURN", "LinkType")
OTHERS = ("LinkName", "LinkEstablishedDate")


def _row(line: Line) -> LinkRow:
    errors: list[ValidationError] = []
    row = LinkRow(
        urn=whole(line, "URN", errors) or 0,
        link_urn=whole(line, "LinkURN", errors) or 0,
        link_type=named(line, "LinkType", errors),
        link_name=named(line, "LinkName", errors) if line.get("LinkName") else None,
        established_on=day(line, "LinkEstablishedDate", errors),
    )
    if errors:
        raise Rejected(code="not-valid", errors=errors)
    return row


async def _preload(uow: UnitOfWork, rows: Sequence[LinkRow]) -> None:
    urns = [urn for row in rows for urn in (row.urn, row.link_urn)]
    await uow.preload(School, "urn", urns)
    keys = [(row.urn, row.link_urn, row.link_type) for row in rows]
    await uow.preload(SchoolLink, ("urn", "link_urn", "link_type"), keys)


LINKS = ImportKind(
    "school-links",
    LinkRow,
    "school.write",
    record_link,
    named_by("urn", "link_urn"),
    _preload,
    ("URN", "LinkURN"),
    line=_row,
    finish=follow,
)


@routes.post(
    "/v1/school-links",
    operation_id="importSchoolLinks",
    openapi_extra={
        **permission("school.write", own_transactions=True, streams=True),
        "requestBody": {"required": True, "content": FILES},
    },
    status_code=202,
    tags=["schools"],
)
async def post_school_links(
    request: Request, response: Response, mode: Annotated[Mode, Query()]
) -> ImportView:
    """Import the register's links. Children of a school that closed go on to its one successor."""
    return await taken_in(request, response, LINKS, Columns(NEEDED, OTHERS), mode)
