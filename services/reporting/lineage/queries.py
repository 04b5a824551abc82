"""A figure's lineage, and which figures an event touched."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.core.clock import AcademicYear
from libs.common.core.errors import NotFound
from services.reporting.evaluate import Figure, evaluate
from services.reporting.figures import ALL_FIGURES
from services.reporting.lineage.named import (
    Why,
    fact_of,
    filled_by,
    named,
    seeds_of,
    tables_of,
)
from services.reporting.lineage.shown import Asked, LineageView, Touched, lineage_view
from services.reporting.queries import years_on_record
from services.reporting.year import YearFacts, end_of


async def lineage(
    connection: AsyncConnection, figure: Figure, asked: Asked, today: date, *, rows: bool
) -> LineageView:
    """Return what a figure of a year rests on; raises NotFound for a group that nobody is in."""
    at = end_of(asked.known_at) if asked.known_at else None
    year = await YearFacts.read(
        connection, AcademicYear.parse(asked.year), at, min(today, asked.known_at or today)
    )
    cell = (await evaluate(figure, year, asked.by or "")).get(asked.label or "")
    if cell is None:
        detail = "The figure has no such group in this year."
        raise NotFound(code="not-found", detail=detail)
    events = await named(figure, year, cell, asked.by or "")
    return lineage_view(figure, cell, events, asked, rows=rows)


async def touched(connection: AsyncConnection, event: UUID, today: date) -> list[Touched]:
    """Return the figures of years on record whose lineage names an event, without breakdowns.

    Raises NotFound where no fact was ever filled by it.
    """
    years = await years_on_record(connection)
    now = YearFacts(connection, AcademicYear.of(today))
    filled = await filled_by(event, now)
    if not filled:
        raise NotFound(code="not-found", detail="No such event fills any fact.")
    found = []
    for label in reversed(years):
        year = await YearFacts.read(connection, AcademicYear.parse(label), today=today)
        for figure in ALL_FIGURES:
            why = await _why(figure, year, filled)
            if why is not None:
                found.append(Touched(figure_id=figure.id, academic_year=label, why=why.word))
    return found


_BESIDE = frozenset({"merged", "windows"})
"""Facts that no population asks for and that lineages name all the same."""


async def _why(figure: Figure, year: YearFacts, filled: Mapping[str, frozenset[Any]]) -> Why | None:
    """Return why a figure's lineage names one of these events, if it does."""
    looked_at = {fact_of(table) for table in tables_of(figure)} | _BESIDE
    if looked_at.isdisjoint(filled):
        return None
    cell = (await evaluate(figure, year))[""]
    seeds = await seeds_of(figure, year, cell)
    reasons = [
        seeds.of_fact[fact][event]
        for fact, events in filled.items()
        if fact in seeds.of_fact
        for event in events
        if event in seeds.of_fact[fact]
    ]
    return min(reasons, default=None)
