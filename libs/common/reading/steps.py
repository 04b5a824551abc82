"""Records shown with the steps that their state and the caller's role both allow."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from typing import Any, Generic, NamedTuple, TypeVar

from fastapi import Response
from pydantic import BaseModel

from libs.common.http.requests import etag
from libs.common.persistence.uow import ReadTransaction
from libs.common.reading.fields import allowed
from libs.common.reading.listing import PartOf, Views

V = TypeVar("V", bound=BaseModel)


class OnRecord(NamedTuple, Generic[V]):
    """How a kind of record is shown: in a list, and as what a command answers, with its ETag."""

    view: type[V]
    views: Views[Any, V]
    shown: Callable[[ReadTransaction, Any, Response], Awaitable[V]]


def with_steps(
    view: type[V], kind: type[Any], steps: Mapping[str, str], part_of: PartOf | None = None
) -> OnRecord[V]:
    """Return how records of a kind are shown, each with what may be done.

    ``view.of`` takes the record and its steps; ``steps`` names the permission that each step
    needs; what its state allows the record says (``allowed``). A part is of whom its whole is,
    and has the ETag of that.
    """
    made: Any = view  # with `of`
    whole, by = (part_of.kind, part_of.by.key) if part_of else (kind, "id")

    async def views(
        read: ReadTransaction, rows: Sequence[Any], _: date | None = None
    ) -> Sequence[V]:
        states = {row.id: row.allowed for row in rows}
        whose = {row.id: getattr(row, by) for row in rows}
        may = await allowed(read, whole, steps, states, whose)
        return [made.of(row, may[row.id]) for row in rows]

    return OnRecord(view, views, answering(view, views, part_of))


def answering(
    view: type[V], views: Callable[..., Awaitable[Sequence[V]]], part_of: PartOf | None = None
) -> Callable[[ReadTransaction, Any, Response], Awaitable[V]]:
    """Return what shows the record of a command, and sets the ETag that it has now."""

    async def shown(read: ReadTransaction, row: Any, response: Response) -> V:
        whole = row
        if part_of is not None:
            whole = await read.get(part_of.kind, getattr(row, part_of.by.key))
        etag(response, read, whole)
        [one] = await views(read, [row], None)
        return one

    shown.__annotations__["return"] = view  # as what the operation's document names it
    return shown
