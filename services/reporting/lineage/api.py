"""Lineage over HTTP: what a figure rests on, and which figures an event touched."""

from typing import Annotated, Final

from fastapi import Depends, Path, Query

from libs.common.core.fields import Identifier, YearLabel
from libs.common.http.paging import PAGE_DEFAULT, PageSize
from libs.common.http.requests import Read, permission, router
from services.reporting.api import By, KnownAt, Label
from services.reporting.lineage.queries import lineage, touched
from services.reporting.lineage.shown import Asked, LineageView, Touched
from services.reporting.queries import check_asked, check_group, figure_named
from services.reporting.readers import reader_of

routes = router()

READ_ROWS: Final = "report.read-rows"
"""Who may see whom a figure counts."""


def _asked(
    year: Annotated[YearLabel, Query(examples=["2018-19"])],
    by: By = None,
    label: Label = None,
    known_at: KnownAt = None,
    offset: Annotated[
        int, Query(ge=0, le=10_000_000, description="Where the page begins: the `next` before.")
    ] = 0,
    limit: Annotated[PageSize, Query()] = PAGE_DEFAULT,
) -> Asked:
    return Asked(year=year, by=by, label=label, known_at=known_at, offset=offset, limit=limit)


@routes.get(
    "/v1/figures/{figure_id}/lineage",
    openapi_extra=permission("report.read", long=True),
    tags=["reports"],
)
async def get_lineage(
    figure_id: Annotated[str, Path(max_length=100, examples=["progress.p_levels.average"])],
    asked: Annotated[Asked, Depends(_asked)],
    read: Read,
) -> LineageView:
    """Show what a figure of a year rests on: its sum, rules, rows that count, and events.

    An event that is not named changes nothing of it, whatever it would say. The Head of Service
    sees all; others words, rules and rounding, with the numbers that passed the disclosure gate.
    """
    figure, reader = figure_named(figure_id), await reader_of(read)
    check_asked(reader, asked.known_at, figure, asked.by)
    check_group(asked.by, asked.label)
    rows = read.access.taking(READ_ROWS).everything
    return await lineage(read.connection, figure, asked, reader, rows=rows)


@routes.get(
    "/v1/events/{event_id}/figures",
    openapi_extra=permission("report.read-exact", long=True),
    tags=["reports"],
)
async def get_figures_of_event(event_id: Identifier, read: Read) -> list[Touched]:
    """Show which figures of years on record an event touched, and why."""
    return await touched(read.connection, event_id, read.today())
