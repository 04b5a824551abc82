"""What was published, for who keeps a copy: values in committed order, and what proves it whole."""

import json
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.contracts.reporting import (
    EditionPublished,
    FigurePublished,
    FigureRestated,
    PublishedCell,
    RestatedCell,
)
from libs.common.http.change_feed_api import ChangesDigest
from libs.common.messaging.feed import Change, Mark, Only, changes, digest, latest, resume

Kind = Literal["edition", "value", "restatement"]

_KINDS: Final[dict[str, Kind]] = {
    EditionPublished.type(): "edition",
    FigurePublished.type(): "value",
    FigureRestated.type(): "restatement",
}


_ONLY: Final = Only(types=_KINDS.keys())


class ValueChange(BaseModel):
    """An edition, the values of one of its figures, or what it restates of one.

    A value is known again by edition, figure, ``by`` and ``label``. ``cursor`` is the place behind.
    """

    cursor: str
    event_id: UUID
    kind: Kind
    academic_year: str
    edition: str
    link: str
    at: datetime
    figure: str | None
    method: int | None
    cells: list[PublishedCell | RestatedCell]

    @classmethod
    def of(cls, change: Change) -> "ValueChange":
        """Show a change."""
        row, said = change.row, json.loads(change.row.data)
        return cls(
            cursor=str(change.mark),
            event_id=row.id,
            kind=_KINDS[row.type],
            academic_year=said["academic_year"],
            edition=said["number"],
            link=f"/reporting/v1/editions/{said['academic_year']}/{said['number']}",
            at=row.time,
            figure=said.get("figure"),
            method=said.get("method"),
            cells=[_cell(one) for one in said.get("cells", ())],
        )


class ValueChanges(BaseModel):
    """Some changes in their order. Ask after ``next`` for those behind them, now or at any time."""

    items: list[ValueChange]
    next: str
    more: bool


async def value_changes(connection: AsyncConnection, after: str | None, limit: int) -> ValueChanges:
    """Return up to ``limit`` changes behind a place; raises CursorExpired."""
    cursor = await resume(connection, Mark.parse(after) if after else None)
    found = await changes(connection, cursor, limit + 1, _ONLY)
    more = len(found) > limit
    end = found[limit - 1].mark if more else await latest(connection)
    return ValueChanges(
        items=[ValueChange.of(one) for one in found[:limit]], next=str(end), more=more
    )


async def value_digest(
    connection: AsyncConnection, after: str | None, until: str | None
) -> ChangesDigest:
    """Count and hash the changes of a range; raises CursorExpired."""
    end = Mark.parse(until) if until else await latest(connection)
    begin = await resume(connection, Mark.parse(after) if after else None)
    found = await digest(connection, begin, await resume(connection, end), _ONLY)
    return ChangesDigest(until=str(end), count=found.count, sha256=found.sha256)


def _cell(said: dict[str, Any]) -> PublishedCell | RestatedCell:
    kind = RestatedCell if "became" in said else PublishedCell
    return kind.model_validate(said)
