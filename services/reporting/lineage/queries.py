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
from services.reporting.lineage.shown import Asked, LineageView, Rests, Touched, lineage_view
from services.reporting.queries import figure_of_year, year_as_known, years_on_record
from services.reporting.readers import Reader
from services.reporting.year import YearFacts


async def lineage(
    connection: AsyncConnection, figure: Figure, asked: Asked, reader: Reader, *, rows: bool
) -> LineageView:
    """Return what a figure of a year rests on, as far as a reader may see it.

    Raises NotFound for a group that nobody is in.
    """
    year = AcademicYear.parse(asked.year)
    asked = asked.model_copy(update={"known_at": asked.known_at or reader.latest})
    found = await figure_of_year(connection, figure, year, asked.by, asked.known_at, reader)
    seen = found.shown(asked.label)
    if seen is None:
        raise NotFound(code="not-found", detail="The figure has no such group in this year.")
    if not reader.exact:
        return lineage_view(figure, asked, seen, None)
    facts = await year_as_known(connection, year, asked.known_at, reader.today)
    cell = (await evaluate(figure, facts, asked.by or ""))[asked.label or ""]
    events = await named(figure, facts, cell, asked.by or "")
    return lineage_view(figure, asked, seen, Rests(cell, events, rows))


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
