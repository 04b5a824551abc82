"""The report as a document to print: what the template is given, and the PDF."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from libs.common.documents.charts import BarChart, svg
from libs.common.documents.printing import pdf
from libs.common.pages.markdown import plain
from services.reporting.narrative import Narrative
from services.reporting.outlets.document import Document, Group
from services.reporting.outlets.labels import label
from services.reporting.outlets.sentences import behind, counted, holds, sentence
from services.reporting.outlets.words import ROUNDING, WITHHELD_MEANS
from services.reporting.views import FigureView

_TEMPLATE: Final = Path(__file__).parent / "templates" / "report.typ"
_CHART_WIDTH: Final = 480
"""In units that are as large as points on paper."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def printed(shown: Document) -> bytes:
    """Return a report as a tagged PDF; raises ExtraNotInstalled.

    It says that it was made when the latest record that it rests on was, so that the same report is
    the same bytes.
    """
    at = datetime.fromisoformat(shown.data_as_of) if shown.data_as_of else _EPOCH
    return pdf(_TEMPLATE.read_text(), _data(shown), at)


def _data(shown: Document) -> dict[str, Any]:
    return {
        "title": shown.title,
        "notes": [*shown.notes, *([shown.warning] if shown.warning else [])],
        "headlines": [
            {"name": label(one.id, one.words), "value": one.printed, "before": _before(one)}
            for one in shown.headlines
        ],
        "narrative": list(_narrative(shown.narrative)) if shown.narrative else [],
        "sections": [
            {"heading": one.heading, "groups": [_group(group) for group in one.groups]}
            for one in shown.sections
        ],
        "statements": [
            [sentence(one), holds(one), one.method, counted(one)] for one in shown.statements
        ],
        "reading": [ROUNDING, WITHHELD_MEANS],
    }


def _narrative(words: Narrative) -> Iterator[dict[str, Any]]:
    """Yield the report's sections in words: a heading, and paragraphs."""
    for section in words.sections:
        texts = [" ".join(plain(one.text) for one in block.sentences) for block in section.blocks]
        yield {"heading": section.heading, "paragraphs": [text for text in texts if text]}


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
