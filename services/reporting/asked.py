"""How a year's facts are asked for: a select of any year, put together once."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import starmap
from typing import Any, ClassVar, cast

from msgspec import defstruct
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    FromClause,
    Select,
    String,
    Table,
    and_,
    bindparam,
    func,
    null,
    select,
    true,
    type_coerce,
)
from sqlalchemy import cast as as_type
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from libs.common.persistence.statements import Statement
from services.reporting import facts
from services.reporting.members import EVENT, Row

Column = ColumnElement[Any]


class AnyYear:
    """An academic year as a select looks at it: its days and labels are the select's parameters.

    ``reference_date`` is that of SEN2, ``summer`` the first and last day of the summer term,
    ``months`` the first and last month ("2018-09").
    """

    first_day: ClassVar[Column] = bindparam("first_day", type_=Date)
    last_day: ClassVar[Column] = bindparam("last_day", type_=Date)
    reference_date: ClassVar[Column] = bindparam("reference_date", type_=Date)
    summer: ClassVar[tuple[Column, Column]] = (
        bindparam("summer_begins", type_=Date),
        bindparam("summer_ends", type_=Date),
    )
    months: ClassVar[tuple[Column, Column]] = (
        bindparam("first_month", type_=String),
        bindparam("last_month", type_=String),
    )
    label: ClassVar[Column] = bindparam("label", type_=String)
    label_before: ClassVar[Column] = bindparam("label_before", type_=String)

    def __init__(self, *, as_known: bool = False, ever: bool = False) -> None:
        """Look at the facts as they are now or ``as_known`` at an instant, a parameter too.

        With ``ever``, at every version that ever stood, and at whatever another record now puts
        aside: all rows that there would be, were any one change or record left out.
        """
        self._at = bindparam("at", type_=BigInteger) if as_known else None
        self._ever = ever
        self.looked_at: set[Table] = set()

    def known(self, table: Table) -> FromClause:
        """Return a fact's rows that stand, as they are known: those of merged children as of one.

        The one place where a child is looked up: whoever asks finds the record that stays, and in
        ``told_of`` the one that it was told of.
        """
        self.looked_at.add(table)
        held = (facts.ever if self._ever else facts.known)(table, self._at)
        if "child_id" not in table.c:
            return held
        merged = facts.known(facts.merged, self._at).alias("merged")
        child = func.coalesce(merged.c.child_id, held.c.child_id).label("child_id")
        columns = [child if column.name == "child_id" else column for column in held.c]
        joined = held.outerjoin(merged, merged.c.merged_child_id == held.c.child_id)
        told_of = held.c.child_id.label("told_of")
        return select(*columns, told_of).select_from(joined).subquery(table.name)

    def stands_first(self, place: Column) -> ColumnElement[bool]:
        """Return the condition that a row takes the first place, before those put aside by it."""
        return true() if self._ever else place == 1

    def until_next(self, next_on: Column) -> Column:
        """Return the day on which another record takes a row's place."""
        return as_type(null(), Date) if self._ever else next_on

    def latest(self, day: Column, latest: Column, until: Column) -> ColumnElement[bool]:
        """Return the condition that a row's day is the latest of those until a day."""
        return day <= until if self._ever else day == latest

    def some(self, query: Select[Any]) -> Select[Any]:
        """Return a query of which one row says all: which one, where none is put aside by it."""
        return query if self._ever else query.limit(1)

    def within(self, day: Column) -> ColumnElement[bool]:
        """Return the condition that a day is in the year."""
        return and_(day >= self.first_day, day <= self.last_day)


class Query:
    """A select of any year, put together once for each way in which its facts are looked at."""

    def __init__(self, select: Callable[[AnyYear], Select[Any]]) -> None:
        self._select = select
        self._statements: dict[tuple[bool, bool], Statement] = {}

    async def rows(
        self, connection: AsyncConnection, asked: Mapping[str, Any], *, ever: bool = False
    ) -> Sequence[Any]:
        """Return the rows, as the driver gives them; ``asked`` are the values of the parameters."""
        statement = self._statement(as_known=asked["at"] is not None, ever=ever)
        return await statement.run(connection, asked)

    async def members(
        self, connection: AsyncConnection, asked: Mapping[str, Any], *, ever: bool = False
    ) -> list[Row]:
        """Return the rows as members: a select's first columns are ``who`` and ``day``."""
        return list(starmap(self._row, await self.rows(connection, asked, ever=ever)))

    def _statement(self, *, as_known: bool, ever: bool) -> Statement:
        way = as_known, ever
        if way not in self._statements:
            self._statements[way] = Statement(self._select(AnyYear(as_known=as_known, ever=ever)))
        return self._statements[way]

    @cached_property
    def tables(self) -> frozenset[Table]:
        """The facts that it looks at."""
        year = AnyYear()
        self._select(year)
        return frozenset(year.looked_at)

    @cached_property
    def _row(self) -> Callable[..., Row]:
        """The class of the rows: an attribute a column."""
        _who, _day, *others = self._select(AnyYear()).selected_columns.keys()
        fields = [(str(name), Any) for name in others]
        made: Any = defstruct("Row", fields, bases=(Row,), frozen=True, gc=False)
        return cast("Callable[..., Row]", made)


class DaysAfter(FunctionElement[date]):
    """A day so many days after another, which the two databases write differently."""

    type = Date()
    inherit_cache = True


@compiles(DaysAfter)
def _days_after(added: DaysAfter, compiler: SQLCompiler, **options: Any) -> str:
    day, days = (compiler.process(one, **options) for one in added.clauses)
    return f"({day} + {days})"


@compiles(DaysAfter, "sqlite")
def _days_after_on_sqlite(added: DaysAfter, compiler: SQLCompiler, **options: Any) -> str:
    day, days = (compiler.process(one, **options) for one in added.clauses)
    return f"date({day}, {days} || ' days')"


def as_kept(column: Column) -> Column:
    """Return an id as the database keeps it: it is compared with others of its kind alone."""
    return type_coerce(column, String)


def rests_on(*known: FromClause) -> list[Column]:
    """Return the columns that say which event each of these facts rests on."""
    return [
        as_kept(one.c.event_id).label(EVENT + str(one.description).removeprefix("fact_"))
        for one in known
    ]
