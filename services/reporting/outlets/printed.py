"""The report as a document to print: what the template is given, and the PDF."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from libs.common.documents.charts import BarChart, svg
from libs.common.documents.printing import pdf
from libs.common.pages.markdown import plain
from services.reporting.outlets.chapters import Chapter, Passage
from services.reporting.outlets.document import Document, Group
from services.reporting.outlets.sentences import (
    before,
    behind,
    cannot_show,
    compared,
    counted,
    exemption,
    holds,
    sentence,
)
from services.reporting.outlets.words import ROUNDING, WITHHELD_MEANS, marks_in
from services.reporting.views import FigureView, StatementView

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
    headlines = [
        {"name": shown.name_of(one).label, "value": one.printed, "before": compared(one)}
        for one in shown.headlines
    ]
    statements = [
        [sentence(one), _with(holds(one), exemption(one)), _method(one), counted(one)]
        for one in shown.statements
    ]
    return {
        "title": shown.title,
        "notes": [*shown.notes, *([shown.warning] if shown.warning else [])],
        "headlines": headlines,
        "headline_marks": marks_in(
            cell for one in headlines for cell in (one["value"], one["before"])
        ),
        "chapters": [_chapter(one) for one in shown.chapters],
        "sections": [
            {"heading": one.heading, "groups": [_group(shown, group) for group in one.groups]}
            for one in shown.sections
        ],
        "statements": statements,
        "statement_marks": marks_in(cell for row in statements for cell in row),
        "changes": [list(one) for one in shown.changes],
        "reading": [ROUNDING, WITHHELD_MEANS],
    }


def _chapter(chapter: Chapter) -> dict[str, Any]:
    return {
        "heading": chapter.heading,
        "passages": [_passage(one) for one in chapter.passages],
    }


def _passage(one: Passage) -> dict[str, Any]:
    """Return a passage as text: the sentences of a paragraph are one."""
    say = plain if one.is_markdown else str
    texts = [say(text) for text in one.texts]
    return {
        "kind": one.kind,
        "texts": [" ".join(texts)] if one.kind == "paragraph" else texts,
        "named": [[say(name), say(text)] for name, text in one.named],
    }


def _method(one: StatementView) -> str:
    return _with(one.method, cannot_show(one))


def _with(words: str, more: str) -> str:
    """Return a cell's words and, in a line of their own, what is to be known of them."""
    return f"{words}\n{more}" if more else words


def _group(shown: Document, group: Group) -> dict[str, Any]:
    has_before = any(one.last_year for one in group.figures)
    changed = any(one.change for one in group.figures)
    rows = [
        {
            "name": shown.name_of(one).label,
            "words": one.words,
            "cells": _cells(one, has_before=has_before, changed=changed),
        }
        for one in group.figures
    ]
    return {
        "heading": group.heading,
        "charts": [_chart(group.chart)] if group.chart else [],
        "columns": ["Value", "Counted", *["Before"] * has_before, *["Change"] * changed],
        "rows": rows,
        "marks": marks_in(cell for row in rows for cell in row["cells"]),
    }


def _cells(figure: FigureView, *, has_before: bool, changed: bool) -> Sequence[str]:
    change = "-"
    if figure.change:
        change = _with(figure.change.printed, figure.change.uncertainty or "")
    value = _with(figure.printed, exemption(figure))
    return [value, behind(figure), *[before(figure)] * has_before, *[change] * changed]


def _chart(chart: BarChart) -> dict[str, str]:
    return {
        "svg": svg(chart, _CHART_WIDTH),
        "title": chart.title,
        "words": f"{chart.title}. {chart.description}",
    }
