"""Lineage over HTTP: what a figure rests on, and which figures an event touched."""

from typing import Annotated, Final

from fastapi import Depends, Path, Query

from libs.common.core.errors import Rejected, ValidationError
from libs.common.core.fields import Identifier, YearLabel
from libs.common.http.paging import PAGE_DEFAULT, PageSize
from libs.common.http.requests import Read, permission, router
from services.reporting.api import KnownAt
from services.reporting.dimensions import BREAKDOWNS
from services.reporting.lineage.queries import lineage, touched
from services.reporting.lineage.shown import Asked, LineageView, Touched
from services.reporting.queries import check_asked, figure_named
from services.reporting.readers import reader_of

routes = router()

READ_ROWS: Final = "report.read-rows"
"""Who may see whom a figure counts."""


def _asked(
    year: Annotated[YearLabel, Query(examples=["2018-19"])],
    by: Annotated[
        str | None,
        Query(
            description="By what it is broken down.",
            json_schema_extra={"enum": list(BREAKDOWNS)},
        ),
    ] = None,
    label: Annotated[
        str | None, Query(max_length=100, description="Which group, where it is broken down.")
    ] = None,
    known_at: KnownAt = None,
    offset: Annotated[
        int, Query(ge=0, le=10_000_000, description="Where the page begins: the `next` before.")
    ] = 0,
    limit: Annotated[PageSize, Query()] = PAGE_DEFAULT,
) -> Asked:
    return Asked(year=year, by=by, label=label, known_at=known_at, offset=offset, limit=limit)


@routes.get(
    "/v1/figures/{figure_id}/lineage",
    openapi_extra=permission("report.read-exact", long=True),
    tags=["reports"],
)
async def get_lineage(
    figure_id: Annotated[str, Path(max_length=100, examples=["progress.p_levels.average"])],
    asked: Annotated[Asked, Depends(_asked)],
    read: Read,
) -> LineageView:
    """Show what a figure of a year rests on: its sum, rules, rows that count, and events.

    An event that is not named changes nothing of it, whatever it would say.
    """
    figure = figure_named(figure_id)
    check_asked(await reader_of(read), asked.known_at, figure, asked.by)
    if (asked.by is None) != (asked.label is None):
        raise Rejected(errors=[_HALF])
    rows = read.access.taking(READ_ROWS).everything
    return await lineage(read.connection, figure, asked, read.today(), rows=rows)


_HALF: Final = ValidationError(
    "group-not-named", "give both `by` and `label`, or neither", parameter="label"
)


@routes.get(
    "/v1/events/{event_id}/figures",
    openapi_extra=permission("report.read-exact", long=True),
    tags=["reports"],
)
async def get_figures_of_event(event_id: Identifier, read: Read) -> list[Touched]:
    """Show which figures of years on record an event touched, and why."""
    return await touched(read.connection, event_id, read.today())
