"""What figures would be, were one event left out or another; and whether their lineage named it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from msgspec.structs import replace
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.contracts import Recorded
from libs.common.core.clock import AcademicYear
from services.reporting import facts
from services.reporting.evaluate import Cell, Figure, evaluate
from services.reporting.facts import subscriptions
from services.reporting.lineage.named import named
from services.reporting.year import YearFacts

Told = dict[tuple[str, str, str, str], Any]
"""What each figure says of a year and, by a dimension, of each group."""


Names = dict[tuple[str, str, str], set[str]]
"""Which events the lineages of each figure of a year and a breakdown name."""


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

    async def told(self) -> Told:
        """Return what all figures say."""
        found: Told = {}
        for year in self._years:
            facts_of_year = await YearFacts.read(self._connection, year)
            for figure, by in self._asked():
                for label, cell in (await evaluate(figure, facts_of_year, by)).items():
                    found[figure.id, year.label, by, label] = _said(cell)
        return found

    async def named(self) -> Names:
        """Return which events the lineages of each figure of a year name, in all its groups."""
        found: Names = {}
        for year in self._years:
            facts_of_year = await YearFacts.read(self._connection, year)
            for figure, by in self._asked():
                cells = await evaluate(figure, facts_of_year, by)
                one = next(iter(cells.values()), None)
                events = await named(figure, facts_of_year, one, by)
                found[figure.id, year.label, by] = {text(event.event) for event in events}
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

    async def named_with_other(self, other: Recorded[Any]) -> Names:
        """Return what lineages name had an event of this id said this."""
        life = self._lives[other.event.aggregate_id]
        await self._tell(life, [other if one.id == other.id else one for one in life])
        try:
            return await self.named()
        finally:
            await self._tell(life, life)

    async def _as_if(self, life: Sequence[Recorded[Any]], told: Sequence[Recorded[Any]]) -> Told:
        await self._tell(life, [replace(o, sequence=n) for n, o in enumerate(told, start=1)])
        try:
            return await self.told()
        finally:
            await self._tell(life, life)

    async def _tell(self, life: Sequence[Recorded[Any]], told: Sequence[Recorded[Any]]) -> None:
        events = [one.id for one in life]
        for table in facts.metadata.sorted_tables:
            await self._connection.execute(delete(table).where(table.c.event_id.in_(events)))
        await subscriptions.apply(self._connection, told)

    def _asked(self) -> Iterable[tuple[Figure, str]]:
        return ((f, by) for f in self._figures for by in self._by if not by or by in f.dimensions)


def _said(cell: Cell) -> Any:
    folded = cell.folded
    return (cell.value, cell.absent, folded.basis, dict(folded.counts), folded.judged_by)


def text(kept: Any) -> str:
    """Return an id, however the database keeps it."""
    return str(UUID(str(kept)))


def unnamed(before: Told, after: Told, named: Names, event: UUID) -> set[tuple[str, str, str]]:
    """Return the figures that changed though their lineage did not name the event."""
    changed = {key[:3] for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    return {key for key in changed if str(event) not in named.get(key, set())}
