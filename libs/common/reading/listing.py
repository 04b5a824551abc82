"""The declaration of a thing that is read: its rows, its view, and by what it is found."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, create_model
from sqlalchemy import ColumnElement, Select, select

from libs.common.persistence.db import Aggregate
from libs.common.persistence.loading import shape_of
from libs.common.persistence.uow import Access, ReadTransaction
from libs.common.reading.fields import Fields
from libs.common.reading.filters import Column, Filter

R = TypeVar("R")
V = TypeVar("V", bound=BaseModel)

Views = Callable[[ReadTransaction, Sequence[R], date | None], Awaitable[Sequence[V]]]
"""Shows rows as they are or, where a day is given, as they were: in a fixed number of queries."""


def each(of: Callable[[R], V]) -> Views[R, V]:
    """Return what shows each row by itself, as it is now."""

    async def views(_: ReadTransaction, rows: Sequence[R], __: date | None) -> Sequence[V]:
        return [of(row) for row in rows]

    return views


@dataclass(frozen=True)
class PartOf:
    """The aggregate whose part a thing is: who sees it sees the part, and its version is both's."""

    kind: type[Aggregate]
    by: Column
    """The part's column that holds the aggregate's id."""


@dataclass(frozen=True)
class Key:
    """The county's own key: where it stands in the address, and the columns that hold it."""

    path: str
    columns: Mapping[str, tuple[Column, Any]]
    """Of each parameter of the path, its column (or a filter) and its type."""


@dataclass(frozen=True)
class Within:
    """Where else a thing is listed: under the address of one that it is of, of that one alone.

    The first parameter of the address is that one's id.
    """

    kind: type[Aggregate]
    path: str
    at: Mapping[str, Column]


@dataclass(frozen=True, kw_only=True)
class Listing(Generic[R, V]):
    """A thing that is read: `/v1/<things>`, `/v1/<things>/{id}` and by the county's own key.

    The caller needs the `permission` and sees the rows that it reaches. `filters` are parameters,
    `days` columns of days of which a first and a last may be asked; `sorts` are columns too, none
    of them personal. Where a thing is dated, `as_of` is the condition to hold on a day; it is asked
    for today where no day is given, unless one of `instead` is asked for.
    """

    things: str
    one: str
    kind: type[Any]
    view: type[V]
    views: Views[R, V]
    permission: str
    tag: str
    summary: str
    part_of: PartOf | None = None
    item: str | None = ""
    """The address of one, where it is not by an id of its own; None where there is none."""
    at: Mapping[str, tuple[Column, Any]] = field(default_factory=dict)
    """The parameters of that address, their columns and types."""
    keys: Sequence[Key] = ()
    within: Sequence[Within] = ()
    filters: Mapping[str, Filter] = field(default_factory=dict)
    days: Mapping[str, Column] = field(default_factory=dict)
    sorts: Mapping[str, Column] = field(default_factory=dict)
    dated: bool = False
    """Whether it is shown as it was on a day."""
    as_of: Callable[[date], ColumnElement[bool]] | None = None
    instead: frozenset[str] = frozenset()
    fields: Fields = field(default_factory=dict)

    @cached_property
    def item_view(self) -> Any:
        """The model of an item of a list: what is shown of one, and its version."""
        words = f"{self.view.__doc__}\n\n``etag`` is its version, as If-Match takes it."
        name = f"Listed{self.view.__name__}"
        return create_model(name, __base__=self.view, __doc__=words, etag=(str, ...))

    @property
    def path(self) -> str:
        """Where the list is."""
        return f"/v1/{self.things}"

    @property
    def owner(self) -> type[Any]:
        """The aggregate that says who sees a row, and in which version it is."""
        return self.part_of.kind if self.part_of else self.kind

    @property
    def shows_void(self) -> bool:
        """Whether what was withdrawn is shown where a caller asks for it, and otherwise not."""
        return "void" in shape_of(self.kind).names and self.as_of is None

    @property
    def columns(self) -> tuple[Column, ...]:
        """The key of a row, by which lists are sorted in the end."""
        return tuple(getattr(self.kind, name) for name in shape_of(self.kind).key)

    def rows(self, read: ReadTransaction, access: Access | None = None) -> Select[R]:
        """Return the query for all rows that the caller may see."""
        query = select(self.kind)
        if self.part_of is not None:
            query = query.join(self.part_of.kind, self.part_of.kind.id == self.part_of.by)
            # A part may have a condition of its own besides: who is on a wave's list.
            query = query.where(read.visible(access or read.access, self.kind))
        return query.where(read.visible(access or read.access, self.owner))

    def owner_id(self, row: R) -> UUID:
        """Return the id of the aggregate that a row is, or is part of."""
        name = self.part_of.by.key if self.part_of else "id"
        found: UUID = getattr(row, name)
        return found
