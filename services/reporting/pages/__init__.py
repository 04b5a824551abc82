"""The report and its figures as accessible pages, which work without scripts, small and printed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import Request, Response
from markupsafe import Markup

from libs.common.core.errors import NotFound
from libs.common.documents import charts, lines
from libs.common.documents.charts import BarChart
from libs.common.documents.lines import LineChart
from libs.common.pages.markdown import inline
from libs.common.pages.rendering import Templates, as_read
from services.reporting.case_extract.api import NOTES
from services.reporting.comparing.reconciled import ReconciliationView
from services.reporting.comparing.trend import Trend
from services.reporting.editions.contents import EditionView
from services.reporting.editions.domain import Edition, Note
from services.reporting.editions.queries import EditionEntry
from services.reporting.figures.statements import beside
from services.reporting.lineage.shown import EventOf, LineageView
from services.reporting.outlets.changes import lines_of_figure
from services.reporting.outlets.document import Document, of_cells, of_edition
from services.reporting.outlets.files import FORMS
from services.reporting.outlets.labels import dimension, label, name_of, names_in
from services.reporting.outlets.sentences import (
    before,
    behind,
    cannot_show,
    compared,
    counted,
    exemption,
    holds,
    remark,
    rules,
    sentence,
)
from services.reporting.outlets.trends import of_trend
from services.reporting.outlets.words import ROUNDING, WITHHELD_MEANS
from services.reporting.presentation import day_printed
from services.reporting.views import Definition, FigureOfYear, FigureView, StatementView


def report_page(shown: Document, request: Request) -> Response:
    """Return the report as a page; one that is of an earlier day says so."""
    known = _known(shown.known_at)
    asked = {"year": shown.academic_year, **known}
    place = f"/reporting/reports/{shown.academic_year}"
    return _document(
        shown, request, _files(place, known), lambda one: _figure(one.id, asked), edition=None
    )


def edition_page(edition: EditionView, request: Request) -> Response:
    """Return a published edition as a page."""
    place = edition_place(edition.academic_year, edition.number)
    return _document(
        of_edition(edition),
        request,
        _files(place, {}),
        lambda one: f"{place}/figures/{one.id}",
        edition=edition,
    )


def edition_place(year: str, number: str) -> str:
    """Return the address of a published edition's page."""
    return f"/reporting/editions/{year}/{number}"


def _document(
    shown: Document,
    request: Request,
    files: Mapping[str, Any],
    opens: Callable[[FigureView], str],
    *,
    edition: EditionView | None,
) -> Response:
    return _TEMPLATES.page(
        "report.html",
        request.scope,
        document=shown,
        files=files,
        opens=opens,
        edition=edition,
    )


@dataclass(frozen=True, kw_only=True)
class FigureShown:
    """One figure of a year with what stands beside it: what it is, its years, statements."""

    found: FigureOfYear
    definition: Definition
    trend: Trend
    statements: Sequence[StatementView]


def figure_page(shown: FigureShown, request: Request) -> Response:
    """Return the page of one figure: what it is of, what it says, its years and its groups."""
    found = shown.found
    known, by = _known(found.known_at), {"by": found.by} if found.by else {}
    asked = {"year": found.academic_year, **known}
    place = f"/reporting/figures/{found.figure.id}"
    return _TEMPLATES.page(
        "figure.html",
        request.scope,
        found=found,
        definition=shown.definition,
        chart=of_cells(found),
        years=of_trend(shown.trend),
        statements=shown.statements,
        opens=lambda dimension: _figure(found.figure.id, {**asked, "by": dimension}),
        back=_with(f"/reporting/reports/{found.academic_year}", known),
        lineage=_with(f"{place}/lineage", asked),
        of_group=lambda group: _with(f"{place}/lineage", {**asked, **by, "label": group}),
        files=_files(place, {**asked, **by}, without="pdf"),
        known_at=found.known_at and day_printed(found.known_at),
    )


def published_figure_page(edition: EditionView, figure_id: str, request: Request) -> Response:
    """Return the page of a figure of an edition; raises NotFound where that has no such one."""
    figure = next((one for one in edition.figures if one.id == figure_id), None)
    if figure is None:
        raise NotFound(detail="This edition has no such figure.")
    beside_it = {one.id for one in beside(figure_id)}
    name = names_in(edition).get(figure_id) or name_of(figure_id, figure.words)
    return _TEMPLATES.page(
        "published_figure.html",
        request.scope,
        edition=edition,
        called=name.label,
        figure=figure,
        statements=[one for one in edition.statements if one.id in beside_it],
        breakdowns=[one for one in edition.breakdowns if one.figure == figure_id],
        method=next((one for one in edition.methods if one.figure == figure_id), None),
        changes=[
            line
            for one in edition.changes
            if one.figure == figure_id
            for line in lines_of_figure(one, edition)
        ],
        back=edition_place(edition.academic_year, edition.number),
    )


def lineage_page(found: LineageView, request: Request) -> Response:
    """Return the page of what a figure rests on."""
    asked = {"year": found.academic_year, **_known(found.known_at)}
    group = {"by": found.by, "label": found.label} if found.by and found.label else {}
    place = f"/reporting/figures/{found.figure_id}"
    goes_on = {**asked, **group, "offset": str(found.next)}
    return _TEMPLATES.page(
        "lineage.html",
        request.scope,
        found=found,
        back=_with(place, {**asked, **({"by": found.by} if found.by else {})}),
        more=_with(f"{place}/lineage", goes_on) if found.next else None,
        known_at=found.known_at and day_printed(found.known_at),
    )


def reconciliation_page(found: ReconciliationView, request: Request) -> Response:
    """Return the page that sets a year's populations side by side."""
    back = f"/reporting/reports/{found.academic_year}"
    return _TEMPLATES.page("reconciliation.html", request.scope, found=found, back=back)


def reports_page(years: list[str], request: Request, *, reconciles: bool) -> Response:
    """Return the page that lists the years on record, the latest first.

    It leads to the populations of each where its reader may open that.
    """
    return _TEMPLATES.page("reports.html", request.scope, years=years, reconciles=reconciles)


def extracts_page(years: list[str], request: Request) -> Response:
    """Return the page that leads to the rows of each year's cases, as files."""
    files = {year: _files(f"/reporting/case-extracts/{year}", {}, without="pdf") for year in years}
    return _TEMPLATES.page("extracts.html", request.scope, years=files, notes=NOTES)


def editions_page(entries: Sequence[EditionEntry], request: Request) -> Response:
    """Return the page that lists what is published, the latest year and edition first."""
    years = groupby(entries, lambda one: one.academic_year)
    by_year = {year: list(of_year) for year, of_year in years}
    return _TEMPLATES.page("editions.html", request.scope, years=by_year)


def drafts_page(drafts: Sequence[Edition], request: Request) -> Response:
    """Return the page that lists drafts."""
    return _TEMPLATES.page("drafts.html", request.scope, drafts=drafts)


def draft_page(shown: Document, notes: Sequence[Note] | None, request: Request) -> Response:
    """Return a draft as a page, with the notes that are open; None for who does not read them."""
    return _TEMPLATES.page(
        "draft.html",
        request.scope,
        document=shown,
        opens=lambda one: f"#{one.id.replace('.', '-')}",
        files={},
        edition=None,
        notes=notes,
    )


def _known(known_at: date | None) -> dict[str, str]:
    return {"known_at": known_at.isoformat()} if known_at else {}


def _figure(figure_id: str, asked: Mapping[str, str]) -> str:
    return _with(f"/reporting/figures/{figure_id}", asked)


def _files(path: str, asked: Mapping[str, str], without: str = "") -> dict[str, str | None]:
    """Return where each kind of file is, by its name for people; None where it is not made here."""
    return {
        form.words: _with(f"{path}/files/{end}", asked) if form.is_made_here else None
        for end, form in FORMS.items()
        if end != without
    }


def _with(path: str, asked: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(asked)}" if asked else path


def _drawn(chart: BarChart | LineChart) -> Markup:
    """Return a chart to stand in a page: its words were escaped where it was drawn."""
    svg = charts.svg(chart) if isinstance(chart, BarChart) else lines.svg(chart)
    return Markup(svg)  # noqa: S704 - an XML library wrote it


_MEANS: Final = {
    "counts": "a row that counts rests on it",
    "held": "it says who or what held whom",
    "looked-at": "it is looked at and does not count",
    "undone": "it would be looked at, had nothing else kept it out",
}
"""Why a lineage names an event, in words."""
_NUMBERS: Final = {
    "rows": "Rows that count",
    "looked_at": "Rows looked at",
    **{why: f"Events of which holds: {words}" for why, words in _MEANS.items()},
}
"""What the numbers of a lineage are of."""


def _recorded(one: EventOf) -> str:
    return as_read(datetime.fromisoformat(one.recorded_at))


_TEMPLATES: Final = Templates(
    Path(__file__).parent,
    before=before,
    behind=behind,
    cannot_show=cannot_show,
    compared=compared,
    counted=counted,
    day_printed=day_printed,
    dimension=dimension,
    drawn=_drawn,
    exemption=exemption,
    holds=holds,
    inline=inline,
    label=label,
    means=_MEANS,
    numbers_of=_NUMBERS,
    plainly=str,
    recorded=_recorded,
    remark=remark,
    rounding=ROUNDING,
    rules=rules,
    sentence=sentence,
    withheld_means=WITHHELD_MEANS,
)
