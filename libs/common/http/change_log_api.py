"""The change log over HTTP: what changed of a record, from what to what, by whom, when and why."""

import json
from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import Query, Request
from pydantic import BaseModel
from sqlalchemy import RowMapping, select

from libs.common.core.fields import Identifier
from libs.common.http.paging import PAGE_DEFAULT, PageSize
from libs.common.http.requests import Read, permission, router
from libs.common.persistence.tables import change_log
from libs.common.security import Grants, Reach, Role, reaches

GRANTS: Final[Grants] = {
    "change_log.read": {Role.HEAD_OF_SERVICE: Reach.COUNTY, Role.ADMINISTRATOR: Reach.COUNTY},
}
"""Who may do so, in every service that has records of its own."""


class ChangeView(BaseModel):
    """One field of a row: what it was, what it became, who changed it, when and why.

    ``row`` is the row's whole key: of a part of the record, such as a case's week of visits, the
    record's id and the part's own. ``reason`` and ``note`` are null where none was asked for. Of
    a change that is ``withheld`` the values are null: the caller may not see what was there before.
    """

    number: int
    at: datetime
    subject: str
    action: str
    thing: str
    row: str
    field: str
    was: Any
    became: Any
    reason: str | None
    note: str | None
    withheld: bool

    @classmethod
    def of(cls, change: RowMapping, confined: Collection[str]) -> "ChangeView":
        """Show a change, but not the values of a confined field."""
        withheld = change["field"] in confined
        same = ("number", "at", "subject", "action", "row", "field", "reason", "note")
        return cls(
            **{name: change[name] for name in same},
            thing=change["table"].removesuffix("_"),
            was=None if withheld else json.loads(change["was"]),
            became=None if withheld else json.loads(change["became"]),
            withheld=withheld,
        )


class Changes(BaseModel):
    """Some changes of a record, the latest first; ``next`` asks for those before them."""

    items: list[ChangeView]
    next: int | None


routes = router()


@routes.get("/v1/change-log", openapi_extra=permission("change_log.read"), tags=["change log"])
async def get_change_log(
    request: Request,
    read: Read,
    record_id: Annotated[Identifier, Query()],
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    limit: PageSize = PAGE_DEFAULT,
) -> Changes:
    """List what changed of a record and its parts, the latest first.

    A record's first values are not changes: they are what the earliest change says was there.
    """
    query = select(change_log).where(change_log.c.record == str(record_id))
    if before is not None:
        query = query.where(change_log.c.number < before)
    query = query.order_by(change_log.c.number.desc()).limit(limit + 1)
    service = request.app.state.running.service
    confined = {
        field
        for field, action in service.confined.items()
        if not reaches(service.grants, read.actor, action)
    }
    rows = (await read.connection.execute(query)).mappings()
    found = [ChangeView.of(row, confined) for row in rows]
    shown = found[:limit]
    return Changes(items=shown, next=shown[-1].number if len(found) > limit else None)
