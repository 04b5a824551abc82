"""The annual report of a year and its single figures, put together from the definitions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.core.clock import AcademicYear
from libs.common.core.errors import NotAllowed, NotFound, Rejected, ValidationError
from libs.common.persistence import tables
from services.reporting import facts
from services.reporting.disclosure import Gate, Table, is_gated, kin, outer, profile_of
from services.reporting.editions.cuts import cuts
from services.reporting.evaluate import Figure, claimed, evaluate, total, total_before
from services.reporting.exceptions.queries import exempted
from services.reporting.figures import ALL_FIGURES, FIGURES, STATEMENTS
from services.reporting.figures.statements import beside
from services.reporting.holding import hold
from services.reporting.published.queries import published_last, with_last_year
from services.reporting.readers import Reader, reading_days
from services.reporting.views import (
    Definition,
    FigureOfYear,
    GatedTable,
    PositionView,
    Report,
    StatementView,
    breakdowns,
    definition,
)
from services.reporting.year import YearFacts, end_of

HEAD: Final = Reader(today=date.max, exact=True)
"""Who reads exact values: the Head of Service, and whoever compares or computes them again."""


async def report(
    connection: AsyncConnection,
    year: AcademicYear,
    known_at: date | None = None,
    reader: Reader = HEAD,
    records: AsyncConnection | None = None,
) -> Report:
    """Compute a year's figures and statements from the facts, now or as known after a day.

    Who does not read exact values has what passed the gate, as known at a reading day. The
    service's own ``records``, which no rebuild makes again, may stand elsewhere than the facts.
    """
    known_at = known_at or reader.latest
    [found] = await reports(connection, year, known_at, [reader], records)
    return found


async def reports(
    connection: AsyncConnection,
    year: AcademicYear,
    known_at: date | None,
    readers: Sequence[Reader],
    records: AsyncConnection | None = None,
) -> list[Report]:
    """Compute a year once, and let it pass the gate for each of several readers."""
    await hold(connection)
    this, last = await _years(connection, year, known_at, max(one.today for one in readers))
    raw = [await _table(figure, this, last) for figure in FIGURES]
    claims = [(one, await claimed(one, this)) for one in STATEMENTS]
    as_of = await (this.recorded_last() if known_at else _data_as_of(connection))
    positions = await _positions(connection)
    dead_letters = await dead_letters_in(connection)
    before = await published_last(records or connection, year)
    found = []
    compared = {one.last_of for one in raw}
    for reader in readers:
        gate = await _gate(records or connection, year, reader, compared)
        report = Report(
            academic_year=year.label,
            known_at=known_at,
            data_as_of=as_of,
            positions=positions if reader.exact else [],
            dead_letters=dead_letters,
            parked=dead_letters,
            figures=[
                with_last_year(gate.table(one).figure, before.get(one.figure.id), year)
                for one in raw
            ],
            statements=[gate.statement(*claim) for claim in claims],
        )
        found.append(report)
    return found


async def dead_letters_in(connection: AsyncConnection) -> int:
    """Return how many events are set aside, and missing from the figures."""
    query = select(func.count()).select_from(tables.dead_letter)
    count: int = (await connection.execute(query)).scalar_one()
    return count


async def figure_of_year(
    connection: AsyncConnection,
    figure: Figure,
    year: AcademicYear,
    by: str | None = None,
    known_at: date | None = None,
    reader: Reader = HEAD,
) -> FigureOfYear:
    """Compute one figure of a year and, ``by`` a dimension that it can be broken down by, cells."""
    return await figure_in(Years(connection, reader), figure, year, by, known_at)


async def figure_in(
    years: "Years",
    figure: Figure,
    year: AcademicYear,
    by: str | None = None,
    known_at: date | None = None,
) -> FigureOfYear:
    """Compute one of several figures of several years, which are read for all of them once."""
    connection, reader = years.connection, years.reader
    known_at = known_at or reader.latest
    await hold(connection)
    this = await years.known(year, known_at)
    last = await years.known(year.previous(), known_at)
    earlier = await _earlier(years, figure, year, by, known_at) if by else ()
    table = await _table(figure, this, last, [by] if by else ())
    gate = await _gate(connection, year, reader, {table.last_of})
    passed = gate.table(table, earlier)
    before = await published_last(connection, year)
    return FigureOfYear(
        academic_year=year.label,
        known_at=known_at,
        figure=with_last_year(passed.figure, before.get(figure.id), year),
        by=by,
        cells=passed.cells[by] if by else [],
    )


async def divided(
    connection: AsyncConnection, year: AcademicYear, known_at: date, reader: Reader
) -> list[GatedTable]:
    """Compute, of the figures of a year's report, all groups that pass the gate to a reader.

    Whatever was shown of them before is taken for known: at every reading day that is over, and
    in every edition and draft of the year, whenever it was cut.
    """
    await hold(connection)
    this, last = await _years(connection, year, known_at, reader.today)
    days = {*reading_days(reader.today, year.first_day), *await cuts(connection, year.label)}
    before = [await YearFacts.read(connection, year, end_of(day), day) for day in sorted(days)]
    raw = {}
    for figure in FIGURES:
        if by := [one for one in breakdowns(figure) if is_gated(figure, one)]:
            earlier = [await _whole(figure, one, by=by) for one in before]
            raw[figure.id] = await _table(figure, this, last, by), earlier
    gate = await _gate(connection, year, reader, {one.last_of for one, _ in raw.values()})
    return [gate.table(*one) for one in raw.values()]


async def statements_beside(
    connection: AsyncConnection, found: FigureOfYear, reader: Reader
) -> list[StatementView]:
    """Return the statements of a figure's field, of its year and as known when it is."""
    await hold(connection)
    year = AcademicYear.parse(found.academic_year)
    this, _ = await _years(connection, year, found.known_at, reader.today)
    gate = await _gate(connection, year, reader, set())
    return [gate.statement(one, await claimed(one, this)) for one in beside(found.figure.id)]


def figure_named(id_: str) -> Figure:
    """Return the figure of an id; raises NotFound."""
    for figure in ALL_FIGURES:
        if figure.id == id_:
            return figure
    raise NotFound(code="not-found", detail="There is no such figure.")


def definitions() -> list[Definition]:
    """Return what every figure is: those of the report in its order, then those beside them."""
    return [definition(figure) for figure in ALL_FIGURES]


def check_asked(
    reader: Reader, known_at: date | None, figure: Figure | None = None, by: str | None = None
) -> None:
    """Refuse a day that the reader may not ask for, and a breakdown that a figure does not have.

    Raises Rejected, naming both and what would be right, and NotAllowed for what no gate passes.
    """
    errors = []
    if known_at and not reader.may_read_at(known_at):
        errors.append(_wrong_day(reader, known_at))
    if figure and by and by not in breakdowns(figure):
        allowed = " or ".join(breakdowns(figure)) or "nothing: it is told of the service alone"
        errors.append(
            ValidationError(
                "not-divided", f"this figure can be broken down by {allowed}", parameter="by"
            )
        )
    if errors:
        raise Rejected(errors=errors)
    if figure and not reader.exact and not is_gated(figure, by):
        raise NotAllowed.lacking("report.read-exact")


def check_group(by: str | None, label: str | None) -> None:
    """Refuse half a group: it is named by the dimension and its label together."""
    if (by is None) != (label is None):
        detail = "give both `by` and `label`, or neither"
        raise Rejected(errors=[ValidationError("group-not-named", detail, parameter="label")])


def _wrong_day(reader: Reader, day: date) -> ValidationError:
    if day >= reader.today:
        detail = "must be a day that is over in London: what is known at its end is settled then"
        return ValidationError("day-not-over", detail, parameter="known_at")
    detail = (
        f"must be a 31 December, 31 March or 31 August, such as {reader.latest}: gated values are"
        " of these days alone"
    )
    return ValidationError("not-a-reading-day", detail, parameter="known_at")


async def years_on_record(connection: AsyncConnection) -> list[str]:
    """Return the academic years that anything was recorded of by its year, the latest first."""
    await hold(connection)
    tables_of_years = (facts.wave, facts.judgement, facts.dialogue, facts.criteria)
    found: set[str] = set()
    for table in tables_of_years:
        query = select(table.c.academic_year).distinct()
        found.update((await connection.execute(query)).scalars())
    return sorted(found, reverse=True)


@dataclass(frozen=True)
class Years:
    """The years that one request of a reader looks at: each is read once, as it was known."""

    connection: AsyncConnection
    reader: Reader
    _read: dict[tuple[AcademicYear, date | None], YearFacts] = field(default_factory=dict)

    async def known(self, year: AcademicYear, at: date | None) -> YearFacts:
        """Return a year's facts, now or as they were known at the end of a day."""
        if (year, at) not in self._read:
            today = self.reader.today
            self._read[year, at] = await year_as_known(self.connection, year, at, today)
        return self._read[year, at]


async def _years(
    connection: AsyncConnection, year: AcademicYear, known_at: date | None, today: date
) -> tuple[YearFacts, YearFacts]:
    at = end_of(known_at) if known_at else None
    before = await YearFacts.read(connection, year.previous(), at)
    return await year_as_known(connection, year, known_at, today), before


async def year_as_known(
    connection: AsyncConnection, year: AcademicYear, known_at: date | None, today: date
) -> YearFacts:
    """Return a year's facts, now or as they were known, and asked, at the end of a day."""
    at = end_of(known_at) if known_at else None
    return await YearFacts.read(connection, year, at, min(today, known_at or today))


async def _data_as_of(connection: AsyncConnection) -> str | None:
    """Return when the latest event that the figures rest on was recorded."""
    latest = select(func.max(tables.consumer_position.c.last_time))
    found: str | None = (await connection.execute(latest)).scalar_one()
    return found


async def _positions(connection: AsyncConnection) -> list[PositionView]:
    table = tables.consumer_position
    query = select(table).order_by(table.c.topic, table.c.partition)
    return [
        PositionView(topic=row.topic, partition=row.partition, position=row.position)
        for row in await connection.execute(query)
    ]


async def _table(figure: Figure, this: YearFacts, last: YearFacts, by: Sequence[str] = ()) -> Table:
    """Return a figure's raw table of a year, broken down ``by`` the dimensions asked for."""
    compared = figure.shows_last_year or figure.change_decimals is not None
    before = (await total_before(figure, last))[1] if compared else None
    table = await _whole(figure, this, before, by)
    return table._replace(last_of=before.year.label if before and before is not last else "")


async def _whole(
    figure: Figure, this: YearFacts, before: YearFacts | None = None, by: Sequence[str] = ()
) -> Table:
    """Return a figure's raw table of these years, with those that tell of it."""
    alone, wider = await _alone(figure, this, before, by), outer(figure)
    return alone._replace(
        kin=[await _alone(one, this, before, by) for one in kin(figure)],
        outer=await _alone(wider, this, before, by) if wider else None,
    )


async def _alone(
    figure: Figure, this: YearFacts, before: YearFacts | None, by: Sequence[str]
) -> Table:
    return Table(
        figure,
        await total(figure, this),
        await total(figure, before) if before else None,
        {one: await evaluate(figure, this, one) for one in by},
    )


async def _earlier(
    years: Years, figure: Figure, year: AcademicYear, by: str, at: date | None
) -> list[Table]:
    """Return a figure's groups as they were shown before: at reading days, in editions, drafts."""
    if at is None:
        return []
    cut = [day for day in await cuts(years.connection, year.label) if day < at]
    days = {*reading_days(at, year.first_day), *cut}
    then = [await years.known(year, day) for day in sorted(days)]
    return [await _whole(figure, one, by=[by]) for one in then]


async def _gate(
    connection: AsyncConnection, year: AcademicYear, reader: Reader, compared: set[str]
) -> Gate:
    """Return the gate of a year and a reader, behind it those of years that it is compared with."""

    async def gate(of: AcademicYear, before: Mapping[str, Gate]) -> Gate:
        return Gate(
            profile=profile_of(of),
            exact=reader.exact,
            mine=reader.mine,
            exempted=await exempted(connection, of.label, reader.today),
            before=before,
        )

    others = {label: AcademicYear.parse(label) for label in compared if label}
    years = {"": year.previous(), **others}
    return await gate(year, {label: await gate(of, {}) for label, of in years.items()})
