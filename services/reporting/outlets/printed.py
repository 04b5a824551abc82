"""The report as a document to print: what the template is given, and the PDF."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from libs.common.documents.charts import BarChart, svg
from libs.common.documents.printing import pdf
from libs.common.pages.rendering import as_read
from services.reporting.outlets.document import Document, Group, document
from services.reporting.outlets.labels import label
from services.reporting.outlets.sentences import behind, counted, holds, sentence
from services.reporting.outlets.words import ROUNDING, WITHHELD_MEANS, complete
from services.reporting.presentation import day_printed
from services.reporting.views import FigureView, Report

_TEMPLATE: Final = Path(__file__).parent / "templates" / "report.typ"
_CHART_WIDTH: Final = 480
"""In units that are as large as points on paper."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def report_pdf(report: Report, known_at: date | None = None) -> bytes:
    """Return a report as a tagged PDF; raises ExtraNotInstalled.

    It says that it was made when the latest record that it rests on was, so that the same report is
    the same bytes.
    """
    at = datetime.fromisoformat(report.data_as_of) if report.data_as_of else _EPOCH
    return pdf(_TEMPLATE.read_text(), _data(report, document(report), known_at), at)


def _data(report: Report, shown: Document, known_at: date | None) -> dict[str, Any]:
    return {
        "title": f"Annual report {report.academic_year}",
        "notes": list(_notes(report, known_at)),
        "headlines": [
            {
                "name": label(one.id, one.words),
                "value": one.printed,
                "before": _before(one),
            }
            for one in shown.headlines
        ],
        "sections": [
            {"heading": one.heading, "groups": [_group(group) for group in one.groups]}
            for one in shown.sections
        ],
        "statements": [
            [sentence(one), holds(one), one.method, counted(one)] for one in shown.statements
        ],
        "reading": [ROUNDING, WITHHELD_MEANS],
    }


def _notes(report: Report, known_at: date | None) -> Iterator[str]:
    yield "Figures of the academic year from 1 September to 31 August."
    if known_at:
        yield f"As it was known at the end of {day_printed(known_at)}."
    if report.data_as_of:
        made = as_read(datetime.fromisoformat(report.data_as_of))
        yield f"The latest record they rest on was made on {made}."
    yield complete(report)


def _before(figure: FigureView) -> str:
    if figure.change:
        return figure.change.printed
    return figure.last_year.printed if figure.last_year else "-"


def _group(group: Group) -> dict[str, Any]:
    compared = any(one.last_year for one in group.figures)
    changed = any(one.change for one in group.figures)
    return {
        "heading": group.heading,
        "charts": [_chart(group.chart)] if group.chart else [],
        "columns": ["Value", "Counted", *["Last year"] * compared, *["Change"] * changed],
        "rows": [
            {
                "name": label(one.id, one.words),
                "words": one.words,
                "cells": _cells(one, compared=compared, changed=changed),
            }
            for one in group.figures
        ],
    }


def _cells(figure: FigureView, *, compared: bool, changed: bool) -> Sequence[str]:
    last = figure.last_year.printed if figure.last_year else "-"
    change = figure.change.printed if figure.change else "-"
    return [figure.printed, behind(figure), *[last] * compared, *[change] * changed]


def _chart(chart: BarChart) -> dict[str, str]:
    return {
        "svg": svg(chart, _CHART_WIDTH),
        "title": chart.title,
        "words": f"{chart.title}. {chart.description}",
    }
