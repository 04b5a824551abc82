"""The report and its figures as accessible pages, which work without scripts, small and printed."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from fastapi import Request, Response
from markupsafe import Markup

from libs.common.core.clock import AcademicYear, local_day
from libs.common.documents.charts import BarChart, svg
from libs.common.pages.rendering import Templates, as_read
from services.reporting.outlets.document import document, of_cells
from services.reporting.outlets.files import FORMS
from services.reporting.outlets.labels import label
from services.reporting.outlets.sentences import behind, counted, holds, sentence
from services.reporting.outlets.words import ROUNDING, WITHHELD_MEANS, complete
from services.reporting.presentation import day_printed
from services.reporting.views import Definition, FigureOfYear, FigureView, Report


def report_page(report: Report, request: Request, known_at: date | None = None) -> Response:
    """Return the report as a page; one that is of an earlier day says so."""
    latest = datetime.fromisoformat(report.data_as_of) if report.data_as_of else None
    asked = _asked(report.academic_year, known_at)
    return _TEMPLATES.page(
        "report.html",
        request.scope,
        report=report,
        document=document(report),
        opens=lambda figure: _address(figure, asked),
        files=_files(f"/reporting/reports/{report.academic_year}", _known(known_at)),
        known_at=known_at and day_printed(known_at),
        recorded=latest and as_read(latest),
        so_far=latest is not None and _goes_on(report.academic_year, latest),
    )


def figure_page(found: FigureOfYear, definition: Definition, request: Request) -> Response:
    """Return the page of one figure: what it is of, what it says, and its groups."""
    asked = _asked(found.academic_year, found.known_at)
    by = {"by": found.by} if found.by else {}
    return _TEMPLATES.page(
        "figure.html",
        request.scope,
        found=found,
        definition=definition,
        chart=of_cells(found),
        opens=lambda figure, by: _address(figure, {**asked, "by": by}),
        back=_with(f"/reporting/reports/{found.academic_year}", _known(found.known_at)),
        files=_files(f"/reporting/figures/{found.figure.id}", {**asked, **by}),
        known_at=found.known_at and day_printed(found.known_at),
    )


def reports_page(years: list[str], request: Request) -> Response:
    """Return the page that lists the years on record, the latest first."""
    return _TEMPLATES.page("reports.html", request.scope, years=years)


def _goes_on(year: str, at: datetime) -> bool:
    """Say whether a year had not ended at an instant."""
    return local_day(at) <= AcademicYear.parse(year).last_day


def _known(known_at: date | None) -> dict[str, str]:
    return {"known_at": known_at.isoformat()} if known_at else {}


def _asked(year: str, known_at: date | None) -> dict[str, str]:
    """Return what a figure's page is asked so that it is of the same year and day."""
    return {"year": year, **_known(known_at)}


def _address(figure: FigureView, asked: Mapping[str, str]) -> str:
    return _with(f"/reporting/figures/{figure.id}", asked)


def _files(path: str, asked: Mapping[str, str]) -> dict[str, str]:
    """Return where each kind of file of a page is, by its name for people."""
    return {form.words: _with(f"{path}/files/{end}", asked) for end, form in FORMS.items()}


def _with(path: str, asked: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(asked)}" if asked else path


def _drawn(chart: BarChart) -> Markup:
    """Return a chart to stand in a page: its words were escaped where it was drawn."""
    return Markup(svg(chart))  # noqa: S704 - an XML library wrote it


_TEMPLATES: Final = Templates(
    Path(__file__).parent,
    behind=behind,
    complete=complete,
    counted=counted,
    day_printed=day_printed,
    drawn=_drawn,
    holds=holds,
    label=label,
    rounding=ROUNDING,
    withheld_means=WITHHELD_MEANS,
    sentence=sentence,
)
