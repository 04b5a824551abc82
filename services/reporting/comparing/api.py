"""Comparisons over HTTP: a figure over years, and the populations of a year reconciled."""

from typing import Annotated

from fastapi import Depends, Path, Query

from libs.common.core.clock import AcademicYear
from libs.common.core.fields import YearLabel
from libs.common.http.requests import Read, permission, router
from services.reporting.api import By, KnownAt, Label
from services.reporting.comparing.reconciled import ReconciliationView, reconciliation
from services.reporting.comparing.trend import Asked, Trend, trend, years_until
from services.reporting.queries import check_asked, check_group, figure_named
from services.reporting.readers import reader_of

routes = router()


def _asked(
    until: Annotated[YearLabel, Query(description="The last year.", examples=["2018-19"])],
    years: Annotated[int, Query(ge=2, le=10, description="How many years.")] = 3,
    by: By = None,
    label: Label = None,
    known_at: KnownAt = None,
) -> Asked:
    check_group(by, label)
    return Asked(years_until(until, years), by, label, known_at)


@routes.get(
    "/v1/figures/{figure_id}/trend",
    openapi_extra=permission("report.read", long=True),
    tags=["reports"],
)
async def get_trend(
    figure_id: Annotated[str, Path(max_length=100, examples=["workforce.pupils_per_fte"])],
    asked: Annotated[Asked, Depends(_asked)],
    read: Read,
) -> Trend:
    """Show a figure, or one group of it, over years; the line stops where it is not comparable."""
    figure, reader = figure_named(figure_id), await reader_of(read)
    check_asked(reader, asked.known_at, figure, asked.by)
    return await trend(read.connection, figure, asked, reader)


@routes.get(
    "/v1/reconciliations/{year}",
    openapi_extra=permission("report.read-exact", long=True),
    tags=["reports"],
)
async def get_reconciliation(
    year: Annotated[YearLabel, Path(examples=["2018-19"])], read: Read
) -> ReconciliationView:
    """Show caseload, pupils assessed, plans open and forms issued, and why they differ."""
    reader = await reader_of(read)
    return await reconciliation(read.connection, AcademicYear.parse(year), reader)
