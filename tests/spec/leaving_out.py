"""What figures would be, were one event left out or another; and whether their lineage named it."""

from collections import defaultdict
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Hashable,
    Iterable,
    Sequence,
)
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from msgspec.structs import replace
from sqlalchemy import Table, delete, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.visitors import iterate

from libs.common.contracts import Recorded
from libs.common.core.clock import AcademicYear
from services.reporting import facts
from services.reporting.asked import AnyYear, Query
from services.reporting.evaluate import Cell, Figure, evaluate
from services.reporting.facts import subscriptions
from services.reporting.lineage.named import named
from services.reporting.members import Member
from services.reporting.year import YearFacts

T = TypeVar("T")
Told = dict[tuple[str, str, str, str], Any]
"""What each figure says of a year and, by a dimension, of each group."""


Key = tuple[str, str, str]
Names = dict[Key, set[str]]
"""Which events the lineages of each figure of a year and a breakdown name."""


@cache
def _read_by(query: Query, *, ever: bool) -> frozenset[str]:
    """Return the names of all tables that a select reads, whatever it says of them itself."""
    select_of = query._select(AnyYear(ever=ever))
    return frozenset(one.name for one in iterate(select_of) if isinstance(one, Table))


@dataclass
class KeptFacts(YearFacts):
    """A year of which is asked again only what reads a table that has changed since."""

    _read: dict[Hashable, set[str]] = field(default_factory=dict)
    _asking: list[set[str]] = field(default_factory=list)

    async def once(self, name: Hashable, ask: Callable[[], Awaitable[T]]) -> T:
        """Return what was asked before, or ask; keep which tables were read for it."""
        if name not in self._read:
            self._asking.append(set())
            self._kept[name] = await ask()
            self._read[name] = self._asking.pop()
        self._reads(self._read[name])
        kept: T = self._kept[name]
        return kept

    async def rows(self, query: Query, *, ever: bool = False) -> Sequence[Any]:
        """Return a query's rows."""
        self._reads(_read_by(query, ever=ever))
        return await super().rows(query, ever=ever)

    async def members(self, query: Query, *, ever: bool = False) -> Sequence[Member]:
        """Return a query's rows as members."""
        self._reads(_read_by(query, ever=ever))
        return await super().members(query, ever=ever)

    def _reads(self, tables: Iterable[str]) -> None:
        if self._asking:
            self._asking[-1].update(tables)

    async def but(self, changed: Collection[str]) -> "KeptFacts":
        """Return the year with what reads none of the tables that have changed."""
        now = await kept_facts(self.connection, self.year)
        if now.ends == self.ends:
            now._read = {name: read for name, read in self._read.items() if not read & {*changed}}
            now._kept = {name: self._kept[name] for name in now._read}
        return now


async def kept_facts(connection: AsyncConnection, year: AcademicYear) -> KeptFacts:
    """Return a year of which nothing has been asked."""
    return KeptFacts(connection, year, ends=(await YearFacts.read(connection, year)).ends)


class LeavingOut:
    """A read model of a log, in which one aggregate at a time is told another history."""

    def __init__(
        self,
        connection: AsyncConnection,
        log: Iterable[Recorded[Any]],
        figures: Sequence[Figure],
        years: Sequence[AcademicYear],
        by: Sequence[str] = (),
    ) -> None:
        self._connection = connection
        self._figures, self._years, self._by = figures, years, ("", *by)
        self._lives: dict[UUID, list[Recorded[Any]]] = defaultdict(list)
        for one in log:
            self._lives[one.event.aggregate_id].append(one)
        self._kept: list[KeptFacts] = []

    async def told(self) -> Told:
        """Return what all figures say, read anew."""
        self._kept = [await kept_facts(self._connection, year) for year in self._years]
        return await self._said(self._kept)

    async def _said(self, years: Iterable[KeptFacts]) -> Told:
        found: Told = {}
        for year in years:
            for figure, by in self._asked():
                for label, said in (await _said(figure, year, by)).items():
                    found[figure.id, year.year.label, by, label] = said
        return found

    async def named(self, wanted: Collection[Key] = ()) -> Names:
        """Return which events the lineages of each figure of a year name, in all its groups.

        They are all, or those that are wanted.
        """
        found: Names = {}
        for year in self._years:
            facts_of_year = await YearFacts.read(self._connection, year)
            for figure, by in self._asked():
                key = figure.id, year.label, by
                if wanted and key not in wanted:
                    continue
                cells = await evaluate(figure, facts_of_year, by)
                one = next(iter(cells.values()), None)
                events = await named(figure, facts_of_year, one, by)
                found[key] = {text(event.event) for event in events}
        return found

    async def without(self, left_out: Recorded[Any]) -> Told:
        """Return what all figures say had an event not been: later ones are numbered on."""
        life = self._lives[left_out.event.aggregate_id]
        rest = [one for one in life if one.id != left_out.id]
        return await self._as_if(life, rest)

    async def with_other(self, other: Recorded[Any]) -> Told:
        """Return what all figures say had an event of this id said this."""
        life = self._lives[other.event.aggregate_id]
        return await self._as_if(life, [other if one.id == other.id else one for one in life])

    async def named_with_other(self, other: Recorded[Any], wanted: Collection[Key]) -> Names:
        """Return what some lineages name had an event of this id said this."""
        life = self._lives[other.event.aggregate_id]
        told = [other if one.id == other.id else one for one in life]
        async with self._otherwise(life, told):
            return await self.named(wanted)

    async def _as_if(self, life: Sequence[Recorded[Any]], told: Sequence[Recorded[Any]]) -> Told:
        numbered = [replace(o, sequence=n) for n, o in enumerate(told, start=1)]
        async with self._otherwise(life, numbered) as changed:
            return await self._said([await one.but(changed) for one in self._kept])

    @asynccontextmanager
    async def _otherwise(
        self, life: Sequence[Recorded[Any]], told: Sequence[Recorded[Any]]
    ) -> AsyncIterator[set[str]]:
        """Have an aggregate live otherwise, until the end; yield the tables that it changes."""
        async with self._connection.begin_nested() as point:
            before, events = await self._filled_by(life), [one.id for one in life]
            for name in before:
                table = facts.metadata.tables[name]
                await self._connection.execute(delete(table).where(table.c.event_id.in_(events)))
            await subscriptions.apply(self._connection, told)
            yield before | await self._filled_by(life)
            await point.rollback()

    async def _filled_by(self, life: Sequence[Recorded[Any]]) -> set[str]:
        """Return the tables in which there are rows of an aggregate's events."""
        events = [one.id for one in life]
        filled = (
            select(literal(table.name)).where(
                select(table.c.event_id).where(table.c.event_id.in_(events)).exists()
            )
            for table in facts.metadata.sorted_tables
        )
        return set((await self._connection.execute(union_all(*filled))).scalars())

    def _asked(self) -> Iterable[tuple[Figure, str]]:
        return ((f, by) for f in self._figures for by in self._by if not by or by in f.dimensions)


async def _said(figure: Figure, year: KeptFacts, by: str) -> dict[str, Any]:
    """Return what a figure of a year says of each group, once for what it read."""

    async def ask() -> dict[str, Any]:
        cells = await evaluate(figure, year, by)
        return {label: _in_full(cell) for label, cell in cells.items()}

    return await year.once(("said", figure, by), ask)


def _in_full(cell: Cell) -> Any:
    folded = cell.folded
    return (cell.value, cell.absent, folded.basis, dict(folded.counts), folded.judged_by)


def text(kept: Any) -> str:
    """Return an id, however the database keeps it."""
    return str(UUID(str(kept)))


def unnamed(before: Told, after: Told, named: Names, event: UUID) -> set[Key]:
    """Return the figures that changed though their lineage did not name the event."""
    changed = {key[:3] for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    return {key for key in changed if str(event) not in named.get(key, set())}
