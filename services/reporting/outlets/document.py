"""The report's order and parts: headlines, sections, groups of figures with their charts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from libs.common.core.clock import AcademicYear
from libs.common.documents.charts import Bar, BarChart
from services.reporting.figures import HEADINGS
from services.reporting.outlets.labels import GROUPS, HEADLINES, label
from services.reporting.outlets.numbers import number
from services.reporting.presentation import Unit
from services.reporting.views import FigureOfYear, FigureView, Report, StatementView

_MOST: Final = {Unit.PER_CENT: (100, "in per cent"), Unit.MARK: (10, "marks from 1 to 10")}
"""The units that are drawn: on which scale, and how that is said."""


@dataclass(frozen=True, kw_only=True)
class Group:
    """Figures that are read together, in one table, with the chart of those that can be drawn."""

    id: str
    heading: str
    figures: Sequence[FigureView]
    chart: BarChart | None


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of the report: figures of one family."""

    id: str
    heading: str
    groups: Sequence[Group]


@dataclass(frozen=True, kw_only=True)
class Document:
    """The report of a year as every outlet gives it."""

    academic_year: str
    headlines: Sequence[FigureView]
    sections: Sequence[Section]
    statements: Sequence[StatementView]


def document(report: Report) -> Document:
    """Return a report in the order in which it is read."""
    by_id = {one.id: one for one in report.figures}
    return Document(
        academic_year=report.academic_year,
        headlines=[by_id[id_] for id_ in HEADLINES if id_ in by_id],
        sections=list(_sections(report)),
        statements=report.statements,
    )


def _sections(report: Report) -> Iterator[Section]:
    families = groupby(report.figures, lambda one: HEADINGS[one.id])
    for nth, (heading, figures) in enumerate(families, 1):
        id_ = f"section-{nth}"
        groups = groupby(figures, lambda one: _group_heading(one.id))
        found = [
            _group(f"{id_}-{place}", name or heading, name, list(some), report.academic_year)
            for place, (name, some) in enumerate(groups, 1)
        ]
        yield Section(id=id_, heading=heading, groups=found)


def _group_heading(id_: str) -> str:
    return next((words for begins, words in GROUPS if id_.startswith(begins)), "")


def _group(id_: str, title: str, heading: str, figures: Sequence[FigureView], year: str) -> Group:
    drawn = [
        _chart(id_, title, [_bar(one) for one in figures if one.unit == unit], unit, year)
        for unit in _MOST
    ]
    return Group(
        id=id_,
        heading=heading,
        figures=figures,
        chart=next((one for one in drawn if one is not None), None),
    )


def of_cells(found: FigureOfYear) -> BarChart | None:
    """Return the chart of a figure's groups, where it is in a unit that is drawn."""
    bars = [
        Bar(label=one.label, value=number(one.value), printed=one.printed) for one in found.cells
    ]
    name = label(found.figure.id, found.figure.words)
    return _chart("cells", name, bars, found.figure.unit, found.academic_year)


def _chart(id_: str, title: str, bars: Sequence[Bar], unit: str, year: str) -> BarChart | None:
    """Return the chart of values in one unit: of two or more, of which some are numbers."""
    if unit not in _MOST or len(bars) < 2 or all(bar.value is None for bar in bars):
        return None
    most, scale = _MOST[Unit(unit)]
    return BarChart(
        id=f"chart-{id_}",
        title=f"{title}, {scale}",
        bars=bars,
        most=most,
        now=year,
        before=AcademicYear.parse(year).previous().label,
    )


def _bar(figure: FigureView) -> Bar:
    last = figure.last_year
    return Bar(
        label=label(figure.id, figure.words),
        value=number(figure.value),
        printed=figure.printed,
        before=number(last.value) if last else None,
        before_printed=last.printed if last else "",
    )
