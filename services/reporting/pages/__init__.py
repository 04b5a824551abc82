"""The report as an accessible page: plain HTML that works without scripts, small and printed."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Final

from fastapi import Request, Response

from libs.common.core.clock import AcademicYear, local_day
from libs.common.pages.rendering import Templates, as_read
from services.reporting.figures import HEADINGS
from services.reporting.pages.sentences import holds, sentence
from services.reporting.presentation import day_printed
from services.reporting.views import FigureView, Report


def report_page(report: Report, request: Request, known_at: date | None = None) -> Response:
    """Return the report as a page; one that is of an earlier day says so."""
    latest = datetime.fromisoformat(report.data_as_of) if report.data_as_of else None
    return _TEMPLATES.page(
        "report.html",
        request.scope,
        report=report,
        known_at=known_at and day_printed(known_at),
        recorded=latest and as_read(latest),
        so_far=latest is not None and _goes_on(report.academic_year, latest),
    )


def _goes_on(year: str, at: datetime) -> bool:
    """Say whether a year had not ended at an instant."""
    return local_day(at) <= AcademicYear.parse(year).last_day


def reports_page(years: list[str], request: Request) -> Response:
    """Return the page that lists the years on record, the latest first."""
    return _TEMPLATES.page("reports.html", request.scope, years=years)


def sections(report: Report) -> Iterator[tuple[str, list[FigureView]]]:
    """Yield the page's sections in the report's order: heading and figures."""
    for heading, figures in groupby(report.figures, lambda one: HEADINGS[one.id]):
        yield heading, list(figures)


def behind(figure: FigureView) -> str:
    """Return the counts behind a figure in words; a count has none but itself."""
    if figure.basis:
        return f"{figure.basis.count} of {figure.basis.of}"
    return ", ".join(_counted(name, number) for name, number in figure.counts.items()) or "-"


def _counted(name: str, number: int) -> str:
    """Return a count with its name; a meeting that is left out is told by its day."""
    meeting, _, day = name.rpartition(" ")
    if meeting == "spring meeting":
        return f"not counted: {number} at the {meeting} of {day_printed(date.fromisoformat(day))}"
    return f"{number} {name}"


_TEMPLATES: Final = Templates(
    Path(__file__).parent, sections=sections, behind=behind, sentence=sentence, holds=holds
)
