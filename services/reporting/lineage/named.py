"""Which events a figure's lineage names: what counts, what is looked at, what is kept out.

A figure changes only where a row that it looks at does, or one that it would look at but for a
change or another record. The first are asked for as the figure asks; the others as `ever` does, of
every version that ever stood. So to alter or leave out an event that is not named changes nothing;
one that is named need not change anything either.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Table, and_, select

from services.reporting import facts
from services.reporting.asked import Query, as_kept
from services.reporting.dimensions import DIMENSIONS
from services.reporting.evaluate import Cell, Figure, Population, members
from services.reporting.members import Member
from services.reporting.year import YearFacts


class Why(IntEnum):
    """Why an event is named, the nearest to the figure first."""

    COUNTS = 0
    """A row that counts rests on it."""
    HELD = 1
    """It says who or what held whom, for a breakdown."""
    LOOKED_AT = 2
    """It is looked at, and no row that counts rests on it."""
    UNDONE = 3
    """It would be looked at, had not another change or record kept it out."""

    @property
    def word(self) -> str:
        """Return it as the interface shows it."""
        return self.name.lower().replace("_", "-")


@dataclass(frozen=True)
class Seeds:
    """Events by the fact that they fill, as rows name them, each with why it is named."""

    of_fact: dict[str, dict[Any, Why]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, fact: str, events: Iterable[Any], why: Why) -> None:
        """Name events; what is named already for a nearer reason stays so."""
        named = self.of_fact[fact]
        for event in events:
            named[event] = min(why, named.get(event, why))

    def add_rows(self, rows: Iterable[Member], why: Why) -> None:
        """Name the events that rows rest on."""
        for row in rows:
            for fact, events in row.events.items():
                self.add(fact, events, why)


@dataclass(frozen=True)
class Named:
    """An event that a lineage names: why, which facts it fills, and when it was recorded.

    ``recorded`` is in microseconds since 1970.
    """

    event: Any
    why: Why
    facts: tuple[str, ...]
    recorded: int


Concerns = Callable[[Any], bool]


def asked_of(population: Population) -> Iterator[tuple[Population, Concerns]]:
    """Yield the populations that are asked of the database, and which of their rows matter."""
    if isinstance(population.ask, Query):
        yield population, population.concerns
        return
    for one in population.made_of:
        for asked, concerns in asked_of(one):
            yield asked, _both(population.concerns, concerns)


def _both(one: Concerns, other: Concerns) -> Concerns:
    return lambda row: other(row) and one(row)


def _looked_at(figure: Figure) -> list[tuple[Population, Concerns]]:
    populations = figure.population, *(need.population for need in figure.needs)
    return [asked for one in populations for asked in asked_of(one)]


def tables_of(figure: Figure) -> frozenset[Table]:
    """Return the facts that a figure looks at; without a breakdown."""
    queries = [one.ask for one, _ in _looked_at(figure)]
    return frozenset(table for q in queries if isinstance(q, Query) for table in q.tables)


async def _rows(figure: Figure, year: YearFacts, *, ever: bool) -> list[Member]:
    """Return the rows that a figure looks at, or ever might."""
    found: list[Member] = []
    for population, concerns in _looked_at(figure):
        rows = await (_ever(population, year) if ever else members(population, year))
        found += [row for row in rows if row.events and concerns(row)]
    return found


async def _ever(population: Population, year: YearFacts) -> Sequence[Member]:
    query = population.ask
    assert isinstance(query, Query)
    return await year.once(("ever", population), lambda: year.members(query, ever=True))


async def seeds_of(figure: Figure, year: YearFacts, cell: Cell | None, by: str = "") -> Seeds:
    """Return what a figure's cell of a year rests on, an event for each version that it met.

    Of a group that nobody is in there is no cell, and nothing counts.
    """
    seeds = Seeds()
    seeds.add_rows(cell.rows if cell else (), Why.COUNTS)
    now = await _rows(figure, year, ever=False)
    seeds.add_rows(now, Why.LOOKED_AT)
    ever = await _rows(figure, year, ever=True)
    seeds.add_rows(ever, Why.UNDONE)
    if by and by not in figure.population.divides:
        whos = {one.who for one in await members(figure.population, year)}
        await _add_holders(seeds, year, by, figure.population.whose, whos)
    await _add_merges(seeds, figure, year, [*now, *ever])
    await _add_terms(seeds, figure, year)
    return seeds


async def _add_holders(
    seeds: Seeds, year: YearFacts, by: str, whose: str, held: Iterable[Any]
) -> None:
    """Name who or what held these, now or ever, through each chain of a dimension."""
    for name in DIMENSIONS[by].both or (by,):
        if whose not in DIMENSIONS[name].chains:
            continue  # a member's own
        for ever, why in ((False, Why.HELD), (True, Why.UNDONE)):
            those = set(held)
            for holders in DIMENSIONS[name].chains[whose]:
                spans = await holders.spans(year, ever=ever)
                found = [span for one in those for span in spans.get(one, ())]
                for table in holders.query.tables:
                    seeds.add(fact_of(table), [span.event for span in found], why)
                those = {span.holder for span in found}


async def _add_merges(
    seeds: Seeds, figure: Figure, year: YearFacts, rows: Iterable[Member]
) -> None:
    """Name what made these children one with others, or took that back."""
    if not any("child_id" in table.c for table in tables_of(figure)):
        return
    children = {one.who for one in rows} | {getattr(one.has, "child_id", None) for one in rows}
    events = [
        event
        for merged, stays, event in await _merges(year)
        if merged in children or stays in children
    ]
    seeds.add(fact_of(facts.merged), events, Why.LOOKED_AT)


async def _merges(year: YearFacts) -> Sequence[Any]:
    async def ask() -> Sequence[Any]:
        known = facts.versions(facts.merged, year.at)
        columns = known.c.merged_child_id, known.c.child_id, known.c.event_id
        return (await year.connection.execute(select(*map(as_kept, columns)))).all()

    return await year.once("versions of merges", ask)


_BY_TERMS = frozenset({facts.result, facts.delivery})
"""Facts that are looked at by the year's terms, which the county may set."""


async def _add_terms(seeds: Seeds, figure: Figure, year: YearFacts) -> None:
    if tables_of(figure) & _BY_TERMS:
        known = facts.versions(facts.windows, year.at)
        query = select(as_kept(known.c.event_id)).where(known.c.academic_year == year.year.label)
        found = (await year.connection.execute(query)).scalars()
        seeds.add(fact_of(facts.windows), found, Why.LOOKED_AT)


async def named(figure: Figure, year: YearFacts, cell: Cell | None, by: str = "") -> list[Named]:
    """Return the events that the lineage of a figure's cell names, the nearest reason first.

    Of every key of a fact that a row rests on they are those of all its versions.
    """
    seeds = await seeds_of(figure, year, cell, by)
    found: dict[Any, Named] = {}
    for fact, of_fact in seeds.of_fact.items():
        for event, why, recorded in await _whole(fact, of_fact, year):
            before = found.get(event)
            nearest = min(why, before.why) if before else why
            told = (*before.facts, fact) if before else (fact,)
            found[event] = Named(event, nearest, tuple(dict.fromkeys(told)), recorded)
    return sorted(found.values(), key=lambda one: (one.why, one.recorded, str(one.event)))


async def _whole(
    fact: str, seeds: Mapping[Any, Why], year: YearFacts
) -> list[tuple[Any, Why, int]]:
    """Return the events of all versions of the keys that these events fill."""
    by_key: dict[tuple[Any, ...], list[tuple[Any, int]]] = defaultdict(list)
    why_of: dict[tuple[Any, ...], Why] = {}
    for *key, event, recorded in await _versions(fact, year):
        it = tuple(key)
        by_key[it].append((event, recorded))
        if event in seeds:
            why_of[it] = min(seeds[event], why_of.get(it, seeds[event]))
    return [
        (event, why, recorded) for key, why in why_of.items() for event, recorded in by_key[key]
    ]


async def _versions(fact: str, year: YearFacts) -> Sequence[Any]:
    """Return the key, the event and the instant of each version of a fact."""

    async def ask() -> Sequence[Any]:
        table = facts.metadata.tables[f"fact_{fact}"]
        known = facts.versions(table, year.at)
        keys = [known.c[column.name] for column in table.primary_key]
        query = select(*keys, as_kept(known.c.event_id), known.c.known_from)
        return (await year.connection.execute(query)).all()

    return await year.once(("versions", fact), ask)


def fact_of(table: Table) -> str:
    """Return the name of a fact."""
    return table.name.removeprefix("fact_")


async def filled_by(event: UUID, year: YearFacts) -> Mapping[str, frozenset[Any]]:
    """Return by fact the events of all versions of the keys that an event fills."""
    found: dict[str, frozenset[Any]] = {}
    for table in facts.metadata.sorted_tables:
        if table.name.startswith("fact_"):
            events = await _beside(table, event, year)
            if events:
                found[fact_of(table)] = frozenset(events)
    return found


async def _beside(table: Table, event: UUID, year: YearFacts) -> Sequence[Any]:
    """Return the events of all versions of the keys of a fact that an event fills."""
    known, mine = facts.versions(table).alias("known"), facts.versions(table).alias("mine")
    names = [column.name for column in table.primary_key]
    same = and_(*(known.c[name] == mine.c[name] for name in names))
    query = (
        select(as_kept(known.c.event_id))
        .select_from(known.join(mine, same))
        .where(mine.c.event_id == event)
    )
    found: Sequence[Any] = (await year.connection.execute(query)).scalars().all()
    return found
