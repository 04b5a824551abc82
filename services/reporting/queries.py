"""The annual report of a year, put together from the figures' definitions."""

from dataclasses import replace
from fractions import Fraction
from typing import Literal

from pydantic import BaseModel, Field
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.core.clock import AcademicYear
from libs.common.core.errors import Unavailable
from libs.common.messaging.backfill import incomplete
from libs.common.observability.deprecated import old_field
from libs.common.persistence import tables
from services.reporting import facts
from services.reporting.facts import subscriptions
from services.reporting.figures import FIGURES, STATEMENTS
from services.reporting.figures.definition import Figure, Measure
from services.reporting.figures.year import YearFacts
from services.reporting.presentation import (
    NO_COMPARISON,
    NOT_COMPARABLE,
    change_printed,
    exact,
    printed,
)


class Basis(BaseModel):
    """The counts behind a share."""

    count: int
    of: int


class LastYear(BaseModel):
    """The same figure a year before."""

    value: str | None
    printed: str


class Change(BaseModel):
    """This year's share less last year's, both unrounded."""

    value: str
    printed: str
    kind: Literal["percentage_points"] = "percentage_points"


class FigureView(BaseModel):
    """A figure: exact (a whole number or ``n/d``, in its unit) and as it is printed.

    A share has a basis; ``counts`` says what a mean or a grade is of.
    """

    id: str
    words: str
    unit: str
    value: str | None
    printed: str
    basis: Basis | None
    counts: dict[str, int]
    last_year: LastYear | None
    change: Change | None


class StatementView(BaseModel):
    """A statement, whether it holds, and the counts its method looked at."""

    id: str
    holds: bool
    printed: str
    method: str
    counts: dict[str, int]


class PositionView(BaseModel):
    """How far the read model has read a part of a topic."""

    topic: str
    partition: int
    position: int


class Report(BaseModel):
    """The annual report of one academic year."""

    academic_year: str
    data_as_of: str | None
    positions: list[PositionView]
    dead_letters: int
    parked: int = Field(json_schema_extra=old_field("dead_letters"))
    figures: list[FigureView]
    statements: list[StatementView]


async def report(connection: AsyncConnection, year: AcademicYear) -> Report:
    """Compute a year's figures and statements from the facts as they are now."""
    await _hold(connection)
    this, last = YearFacts(connection, year), YearFacts(connection, year.previous())
    figures = [await _figure(figure, this, last) for figure in FIGURES]
    statements = []
    for statement in STATEMENTS:
        claim = await statement.query(this)
        statements.append(
            StatementView(
                id=statement.id,
                holds=claim.holds,
                printed=claim.printed,
                method=statement.method,
                counts=claim.counts,
            )
        )
    positions = await _positions(connection)
    query = select(func.count()).select_from(tables.dead_letter)
    dead_letters = (await connection.execute(query)).scalar_one()
    return Report(
        academic_year=year.label,
        data_as_of=await _data_as_of(connection),
        positions=positions,
        dead_letters=dead_letters,
        parked=dead_letters,
        figures=figures,
        statements=statements,
    )


async def years_on_record(connection: AsyncConnection) -> list[str]:
    """Return the academic years that anything was recorded of by its year, the latest first."""
    await _hold(connection)
    tables_of_years = (facts.wave, facts.judgement, facts.dialogue, facts.criteria)
    found: set[str] = set()
    for table in tables_of_years:
        query = select(table.c.academic_year).distinct()
        found.update((await connection.execute(query)).scalars())
    return sorted(found, reverse=True)


class BeingRebuilt(Unavailable):
    """503 ``being-rebuilt``: after an upgrade the facts are still being read from the bus again."""

    detail = "The figures are being put together again after an upgrade. Try again shortly."


async def _hold(connection: AsyncConnection) -> None:
    """Keep a rebuild from putting other tables under these names while they are read.

    Raises BeingRebuilt while not all is there that was there before an upgrade.

    A snapshot from before the swap would find the new tables empty. Taking a lock, unlike a
    query, takes no snapshot yet, so this comes first in the transaction.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(text("LOCK TABLE consumer_position IN ACCESS SHARE MODE"))
    if await incomplete(connection, subscriptions):
        raise BeingRebuilt(retry_after=5)


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


async def _figure(figure: Figure, this: YearFacts, last: YearFacts) -> FigureView:
    measure = await figure.query(this)
    compared = figure.shows_last_year or figure.change_decimals is not None
    before = await _comparable(figure, measure, last) if compared else Measure(None)
    return FigureView(
        id=figure.id,
        words=f"{figure.words} {measure.judged_by}".rstrip(),
        unit=figure.unit,
        value=exact(measure.value),
        printed=printed(measure.value, figure.unit, figure.decimals, measure.absent),
        basis=Basis(count=measure.basis[0], of=measure.basis[1]) if measure.basis else None,
        counts=dict(measure.counts),
        last_year=_last_year(figure, before) if compared else None,
        change=_change(figure, measure, before),
    )


async def _comparable(figure: Figure, measure: Measure, last: YearFacts) -> Measure:
    """Return last year's value, or why this year's may not be set beside it (trap 51)."""
    before = await figure.query(last)
    if before.value is None:
        return replace(before, absent=NO_COMPARISON)
    if measure.value is not None and measure.series != before.series:
        return Measure(None, absent=NOT_COMPARABLE)
    return before


def _last_year(figure: Figure, before: Measure) -> LastYear:
    words = printed(before.value, figure.unit, figure.decimals, before.absent)
    return LastYear(value=exact(before.value), printed=words)


def _change(figure: Figure, measure: Measure, before: Measure) -> Change | None:
    if figure.change_decimals is None:
        return None
    if not (isinstance(measure.value, Fraction) and isinstance(before.value, Fraction)):
        return None
    change = measure.value - before.value
    return Change(value=str(change), printed=change_printed(change, figure.change_decimals))
