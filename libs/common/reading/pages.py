"""A page of a listing: its rows in order, their versions, and where the next page begins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, literal, select, tuple_

from libs.common.persistence.uow import Access, ReadTransaction
from libs.common.reading import cursors
from libs.common.reading.filters import Filter, from_day, until_day
from libs.common.reading.listing import Listing

R = TypeVar("R")

LAST: dict[type, Any] = {date: date.max, int: 2**62}
"""What stands for nothing in an order: it comes after every value."""


@dataclass(frozen=True)
class Asked:
    """What a caller asks of a list; ``day`` is the one it is shown of, null for as it is now."""

    given: Mapping[str, Any]
    day: date | None
    ids: Sequence[UUID] | None = None
    sort: str | None = None
    cursor: str | None = None
    include_void: bool = False
    of: Sequence[ColumnElement[bool]] = ()
    """The conditions to be of what the address names."""
    access: Access | None = None
    """How far the caller reaches with this, where that is not as far as with reading."""


@dataclass(frozen=True)
class Found(Generic[R]):
    """Rows, the version of each, and the cursor after the last where there are more."""

    rows: Sequence[R]
    versions: Sequence[int]
    next: str | None = None


def chosen(listing: Listing[R, Any], read: ReadTransaction, asked: Asked) -> Select[R]:
    """Return the query for all that is asked for, in no order yet."""
    query = listing.rows(read, asked.access).where(*asked.of)
    if asked.ids is not None:
        query = query.where(listing.columns[0].in_(asked.ids))
    if listing.shows_void and not asked.include_void:
        query = query.where(~listing.kind.void)
    for name, value in asked.given.items():
        if value is not None:
            query = query.where(_conditions(listing)[name](value))
    if (condition := _of_the_day(listing, read, asked)) is not None:
        query = query.where(condition)
    return query


def _of_the_day(
    listing: Listing[R, Any], read: ReadTransaction, asked: Asked
) -> ColumnElement[bool] | None:
    """Return the condition to hold on the day, where one is asked for or nothing else is."""
    if listing.as_of is None:
        return None
    told = {name for name, value in asked.given.items() if value is not None}
    told |= {"ids"} if asked.ids is not None else set()
    if asked.day is None and told & listing.instead:
        return None
    return listing.as_of(asked.day or read.today())


def _conditions(listing: Listing[Any, Any]) -> dict[str, Any]:
    of_days = {
        f"{name}_{end}": make(column)
        for name, column in listing.days.items()
        for end, make in (("from", from_day), ("until", until_day))
    }
    return {name: one.where for name, one in listing.filters.items()} | of_days


def order(listing: Listing[Any, Any], sort: str | None) -> tuple[ColumnElement[Any], ...]:
    """Return by what the rows are in order: the column asked for, and in the end their key."""
    key = tuple(_expression(column) for column in listing.columns)
    if sort is None:
        return key
    by = _expression(listing.sorts[sort.removeprefix("-")])
    key = tuple(one for one in key if one is not by)
    if getattr(by, "nullable", True):
        by = func.coalesce(by, literal(LAST[by.type.python_type], by.type))
    return (by, *key)


def _expression(column: Any) -> ColumnElement[Any]:
    found: ColumnElement[Any] = getattr(column, "expression", column)
    return found


async def found(
    listing: Listing[R, Any], read: ReadTransaction, asked: Asked, limit: int
) -> Found[R]:
    """Return a page of up to so many rows, and the cursor after it."""
    keys = order(listing, asked.sort)
    back = (asked.sort or "").startswith("-")
    query = chosen(listing, read, asked)
    if asked.cursor is not None:
        after = cursors.read(asked.cursor, asked.sort or "", keys)
        place = tuple_(*(literal(v, k.type) for k, v in zip(keys, after, strict=True)))
        query = query.where(tuple_(*keys) < place if back else tuple_(*keys) > place)
    query = query.order_by(*(key.desc() if back else key for key in keys)).limit(limit + 1)
    rows = await read.with_more(query, listing.owner.row_version, *keys)
    shown = rows[:limit]
    return Found(
        [row for row, _ in shown],
        [more[0] for _, more in shown],
        cursors.written(asked.sort or "", shown[-1][1][1:]) if len(rows) > limit else None,
    )


async def one(
    listing: Listing[R, Any],
    read: ReadTransaction,
    columns: Mapping[str, Any],
    values: Mapping[str, Any],
) -> Found[R]:
    """Return the rows of an address: there is one, or none that the caller may see, or several."""
    at = [_is(columns[name], value) for name, value in values.items()]
    query = listing.rows(read).where(*at).limit(2)
    rows = await read.with_more(query, listing.owner.row_version)
    return Found([row for row, _ in rows], [more[0] for _, more in rows])


def _is(column: Any, value: Any) -> ColumnElement[bool]:
    if isinstance(column, Filter):
        return column.where(value)
    condition: ColumnElement[bool] = column == value
    return condition


async def total(listing: Listing[R, Any], read: ReadTransaction, asked: Asked) -> int:
    """Return how many rows there are in all."""
    query = chosen(listing, read, asked).with_only_columns(*listing.columns)
    counted = select(func.count()).select_from(query.subquery())
    number: int = (await read.connection.execute(counted)).scalar_one()
    return number
