"""Rows as objects: each row once in a transaction, found by its keys, compared with what was read.

The classes are SQLAlchemy's declarative ones; its session is not used (ADR 0024). A row is loaded
by the values of columns that never change: its id, a natural key, or whose it is.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from operator import attrgetter, itemgetter
from typing import Any, Generic, Literal, TypeVar, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, bindparam, inspect, select
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.core.chunks import chunked
from libs.common.core.errors import Conflict
from libs.common.persistence.among import among, among_parameters
from libs.common.persistence.db import Aggregate
from libs.common.persistence.statements import Statement

A = TypeVar("A", bound=Aggregate)
R = TypeVar("R")
Lock = Literal["update", "share"]
"""``update``: nobody else locks or changes the row meanwhile; ``share``: nobody changes it."""

Values = tuple[Any, ...]


def already_there() -> Conflict:
    """Return the refusal of what has the key of another record."""
    refusal = Conflict(
        code="already-there", detail="Another record with the same key is there already."
    )
    refusal.at = "reference"
    return refusal


class ReferenceTaken(Conflict):
    """A reference is of something that the caller may not see, and hears no more of."""

    at = "reference"
    detail = "This reference is taken."


@dataclass(frozen=True, eq=False)
class Shape(Generic[R]):
    """What a class is as rows: its table, its attributes in the order of the columns, its key."""

    kind: type[R]
    table: Table
    names: tuple[str, ...]
    key: tuple[str, ...]
    values: Callable[[R], Values]
    new: Callable[[], Any]

    def made(self, values: Iterable[Any]) -> R:
        """Return the object of a row."""
        thing: R = self.new()
        thing.__dict__.update(zip(self.names, values, strict=False))
        return thing


@cache
def reader(*names: str) -> Callable[[Any], Values]:
    """Return what reads these attributes of an object, always as a tuple; made once."""
    if len(names) > 1:
        return attrgetter(*names)
    [name] = names
    return lambda thing: (getattr(thing, name),)


_SHAPES: dict[Any, Shape[Any]] = {}


def shape_of(kind: type[R]) -> Shape[R]:
    """Return what a class is as rows; it is found out once."""
    if kind not in _SHAPES:
        _SHAPES[kind] = _shape(kind)
    return _SHAPES[kind]


def _shape(kind: type[R]) -> Shape[R]:
    mapper = inspect(kind)
    table = cast("Table", mapper.local_table)
    names = tuple(mapper.get_property_by_column(column).key for column in table.c)
    key = tuple(mapper.get_property_by_column(column).key for column in table.primary_key)
    return Shape(kind, table, names, key, _values_by(names), mapper.class_manager.new_instance)


def _values_by(names: tuple[str, ...]) -> Callable[[Any], Values]:
    """Return what reads all attributes of an object: where they lie, which is several times faster.

    A default that nobody asked for yet does not lie there.
    """
    asked, lying = reader(*names), itemgetter(*names)
    if len(names) == 1:
        return asked

    def values(thing: Any) -> Values:
        try:
            return lying(thing.__dict__)  # type: ignore[no-any-return]  # every table has columns
        except KeyError:
            return asked(thing)

    return values


@dataclass(eq=False)
class Row(Generic[R]):
    """An object and what its row was when it was last read or written; None if it was not yet."""

    shape: Shape[R]
    thing: R
    was: Values | None
    seen: bool
    """Whether the caller may see it."""

    @property
    def changed(self) -> bool:
        """Whether the object differs from what was read or written."""
        return self.was != self.shape.values(self.thing)

    @property
    def key(self) -> str:
        """The values of the row's key, as the change log names them."""
        return ",".join(map(str, reader(*self.shape.key)(self.thing)))

    def restore(self) -> None:
        """Make the object what was read or written."""
        assert self.was is not None
        self.thing.__dict__.update(zip(self.shape.names, self.was, strict=True))


@dataclass
class Rows:
    """The rows of one transaction.

    ``condition`` gives what the rows of a class fulfil which the caller may see; None if all do.
    """

    connection: AsyncConnection
    condition: Callable[[type[Any]], ColumnElement[bool] | None]
    one_state: bool = True
    """Whether all that is read has to be of one moment, so that a transaction is begun for it."""
    _kept: dict[type[Any], dict[Values, Row[Any]]] = field(default_factory=dict)
    _found: dict[type[Any], dict[Any, dict[Values, list[Row[Any]]]]] = field(default_factory=dict)
    _new: dict[type[Any], dict[Values, dict[Values, list[Row[Any]]]]] = field(default_factory=dict)
    """What was added and is not written yet, by the columns that somebody asked by."""
    _new_ids: set[UUID] = field(default_factory=set)
    """Of what is not written yet: nothing that is written refers to it, so nobody need be asked."""

    async def by(
        self, kind: type[R], names: tuple[str, ...], value: Values, lock: Lock | None
    ) -> list[Row[R]]:
        """Return the rows with these values, asking the database at most once."""
        found = self._index(kind, names, lock)
        if value not in found:
            await self.load(kind, names, [value], lock)
        return found[value]

    async def load(
        self, kind: type[R], names: tuple[str, ...], values: Iterable[Values], lock: Lock | None
    ) -> list[Row[R]]:
        """Load all rows with one of these values, so that ``by`` need not ask for them."""
        index = self._index(kind, names, lock)
        values = dict.fromkeys(values)
        for value in values:
            if value not in index and not self._new_ids.isdisjoint(value):
                index[value] = self._new_with(kind, names, value)
        wanted = [value for value in values if value not in index]
        read = reader(*names)
        for chunk in chunked(wanted):
            for value in chunk:
                index[value] = self._new_with(kind, names, value)
            for values_ in await self._selected(kind, names, chunk, lock):
                found = shape_of(kind).made(values_)
                index[read(found)].append(self._kept_row(found, values_))
        return [row for value in values for row in index[value]]

    def _index(
        self, kind: type[R], names: tuple[str, ...], lock: Lock | None
    ) -> dict[Values, list[Row[R]]]:
        return self._found.setdefault(kind, {}).setdefault((names, lock), {})

    async def _selected(
        self, kind: type[R], names: tuple[str, ...], values: list[Values], lock: Lock | None
    ) -> Iterable[Any]:
        """Ask the database; for a lock, which lasts as long as one, a transaction is begun."""
        shape, condition = shape_of(kind), self.condition(kind)
        is_ = {f"is_{name}": one for name, one in zip(names, values[0], strict=True)}
        if len(values) == 1 and not (self.one_state or lock or condition is not None):
            return await _by_value(shape, names).run(self.connection, is_)
        is_sqlite = self.connection.dialect.name == "sqlite"
        statement = _by_values(shape, names, len(values) > 1, lock, is_sqlite)
        if condition is not None:
            statement = statement.add_columns(condition.label("seen_by_caller"))
        if len(values) == 1:
            return await self.connection.execute(statement, is_)
        are = among_parameters(values, is_sqlite=is_sqlite)
        return await self.connection.execute(statement, are)

    def _kept_row(self, found: R, values: Any) -> Row[R]:
        """Return the row that was kept before; if there is none, keep what was found now."""
        shape = shape_of(type(found))
        kept = self._kept.setdefault(shape.kind, {})
        key = reader(*shape.key)(found)
        if key not in kept:
            seen = len(values) == len(shape.names) or bool(values[-1])
            kept[key] = Row(shape, found, tuple(values[: len(shape.names)]), seen)
        return kept[key]

    def _new_with(self, kind: type[R], names: tuple[str, ...], value: Values) -> list[Row[R]]:
        """Return what was added with these values and is not written yet."""
        by_names = self._new.setdefault(kind, {})
        if names not in by_names:
            its = by_names[names] = {}
            for row in self._kept.get(kind, {}).values():
                if row.was is None:
                    its.setdefault(reader(*names)(row.thing), []).append(row)
        return [*by_names[names].get(value, ())]

    async def chosen(self, query: Select[R]) -> list[R]:
        """Return the objects of a query for one class, in its order."""
        return [thing for thing, _ in await self.with_more(query, ())]

    async def with_more(
        self, query: Select[R], more: Iterable[ColumnElement[Any]]
    ) -> list[tuple[R, Values]]:
        """Return the objects of a query for one class, each with the values of further columns."""
        shape: Shape[R] = shape_of(query.column_descriptions[0]["entity"])
        only = query.with_only_columns(*shape.table.c, *more, maintain_column_froms=True)
        width = len(shape.names)
        rows = [tuple(row) for row in await self.connection.execute(only)]
        return [(self._kept_row(shape.made(row), row[:width]).thing, row[width:]) for row in rows]

    def add(self, thing: R) -> None:
        """Keep a new object, for whoever looks for it and until it is written."""
        row = Row(shape_of(type(thing)), thing, None, seen=True)
        key = reader(*row.shape.key)(thing)
        if self._kept.setdefault(type(thing), {}).setdefault(key, row) is not row:
            raise already_there()
        if isinstance(thing, Aggregate):
            self._new_ids.add(thing.id)
        for names, its in self._new.get(type(thing), {}).items():
            its.setdefault(reader(*names)(thing), []).append(row)
        for (names, _), index in self._found.get(type(thing), {}).items():
            if (rows := index.get(reader(*names)(thing))) is not None:
                rows.append(row)

    def row_of(self, thing: R) -> Row[R]:
        """Return the row of an object that was loaded or added here."""
        return self._kept[type(thing)][reader(*shape_of(type(thing)).key)(thing)]

    def pending(self) -> list[Row[Any]]:
        """Return the rows that differ from what was read or written."""
        return [row for row in self._all() if row.changed]

    def settle(self, rows: Iterable[Row[Any]]) -> None:
        """Take what these objects are now for what is written."""
        for row in rows:
            row.was = row.shape.values(row.thing)
        self._new.clear()
        self._new_ids.clear()

    def undo(self) -> None:
        """Make every object what was read or written, and forget those that were not."""
        self._new.clear()
        for row in list(self._all()):
            if row.was is None:
                self._forget(row)
            elif row.changed:
                row.restore()

    def _all(self) -> Iterator[Row[Any]]:
        return (row for rows in self._kept.values() for row in rows.values())

    def _forget(self, row: Row[Any]) -> None:
        kind = row.shape.kind
        del self._kept[kind][reader(*row.shape.key)(row.thing)]
        for index in self._found.get(kind, {}).values():
            for rows in index.values():
                if row in rows:
                    rows.remove(row)


@cache
def _by_value(shape: Shape[Any], names: tuple[str, ...]) -> Statement:
    return Statement(_by_values(shape, names, many=False, lock=None, is_sqlite=False))


@cache
def _by_values(
    shape: Shape[Any], names: tuple[str, ...], many: bool, lock: Lock | None, is_sqlite: bool
) -> Select[Any]:
    """Return the statement for the rows with one value, or with one of many; made once."""
    table = shape.table
    columns = [table.c[name] for name in names]
    if many:
        wanted = [among(columns, is_sqlite=is_sqlite)]
    else:
        wanted = [
            column == bindparam(f"is_{name}", type_=column.type)
            for name, column in zip(names, columns, strict=True)
        ]
    statement = select(*table.c).where(*wanted).order_by(*table.primary_key)
    if lock is None:
        return statement
    return statement.with_for_update(read=lock == "share", key_share=lock == "update")
