"""The report's order and parts: headlines, sections, groups of figures with their charts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from itertools import groupby
from typing import Final

from libs.common.core.clock import AcademicYear, local_day
from libs.common.documents.charts import Bar, BarChart
from libs.common.pages.rendering import as_read
from services.reporting.editions.contents import (
    Breakdown,
    EditionContent,
    EditionView,
    FigureName,
)
from services.reporting.outlets.changes import lines_of
from services.reporting.outlets.chapters import Chapter, chapters
from services.reporting.outlets.labels import HEADLINES, label, name_of, names_in
from services.reporting.outlets.numbers import number
from services.reporting.outlets.words import DAYS, complete
from services.reporting.presentation import Unit, day_printed
from services.reporting.views import FigureOfYear, FigureView, Report, StatementView

MOST: Final = {Unit.PER_CENT: (100, "in per cent"), Unit.MARK: (10, "marks from 1 to 10")}
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
    """The report of a year as every outlet gives it: one that is computed now, or an edition.

    ``notes`` say in sentences what it is of; ``warning`` says that something is missing.
    """

    name: str
    """Of its files, without what each ends in."""
    title: str
    academic_year: str
    known_at: date | None
    data_as_of: str | None
    notes: Sequence[str]
    warning: str
    figures: Sequence[FigureView]
    statements: Sequence[StatementView]
    edition: str | None = None
    """The number of the edition that it is, if it is one."""
    decimals: Mapping[str, int] = field(default_factory=dict)
    """To how many decimals an edition's figures are printed, as was frozen with it."""
    names: Mapping[str, FigureName] = field(default_factory=dict)
    """As what an edition's figures are read, as was frozen with it."""
    chapters: Sequence[Chapter] = ()
    breakdowns: Sequence[Breakdown] = ()
    """The groups of its figures, of an edition."""
    changes: Sequence[tuple[str, str, str]] = ()
    """What an edition changes of the one before: of what, what it was, and what it is."""

    @property
    def headlines(self) -> Sequence[FigureView]:
        """What a reader meets first."""
        by_id = {one.id: one for one in self.figures}
        return [by_id[id_] for id_ in HEADLINES if id_ in by_id]

    @cached_property
    def sections(self) -> Sequence[Section]:
        """The figures, in the order in which they are read."""
        return list(_sections(self))

    def name_of(self, figure: FigureView) -> FigureName:
        """Return as what a figure of it is read: of an edition on its day, else today."""
        return self.names.get(figure.id) or name_of(figure.id, figure.words)

    @property
    def withholds(self) -> bool:
        """Whether any value in it, or in its files and the pages of its figures, is withheld."""
        cells = (cell for one in self.breakdowns for cell in one.cells)
        return any(one.withheld for one in (*self.figures, *self.statements, *cells))


def of_report(report: Report) -> Document:
    """Return the report of a year as it is computed."""
    year, known_at = report.academic_year, report.known_at
    known = f"As it was known at the end of {day_printed(known_at)}." if known_at else ""
    later = "What was recorded or put right later is not in these figures." if known_at else ""
    whole = complete(report)
    notes = [DAYS, f"{known} {later}".strip(), _latest(report.data_as_of), _so_far(report)]
    return Document(
        name=f"annual-report-{year}" + (f"-known-at-{known_at}" if known_at else ""),
        title=f"Annual report {year}",
        academic_year=year,
        known_at=known_at,
        data_as_of=report.data_as_of,
        notes=[one for one in [*notes, "" if report.dead_letters else whole] if one],
        warning=whole if report.dead_letters else "",
        figures=report.figures,
        statements=report.statements,
    )


def of_edition(edition: EditionView) -> Document:
    """Return a published edition, from what was frozen alone."""
    year, number = edition.academic_year, edition.number
    signed, known = day_printed(edition.signed_on), day_printed(edition.known_at)
    before = f"It takes the place of edition {edition.supersedes}." if edition.supersedes else ""
    notes = [
        DAYS,
        f"Edition {number}, signed by the Head of Service on {signed}. It never changes.",
        f"As it was known at the end of {known}.",
        before,
    ]
    return Document(
        name=f"annual-report-{year}-edition-{number}",
        title=f"Annual report {year}",
        academic_year=year,
        known_at=edition.known_at,
        data_as_of=edition.data_as_of,
        notes=[one for one in notes if one],
        warning="",
        figures=edition.figures,
        statements=edition.statements,
        edition=number,
        decimals={one.figure: one.decimals for one in edition.methods},
        chapters=list(chapters(edition.narrative)) if edition.narrative else (),
        breakdowns=edition.breakdowns,
        names=names_in(edition),
        changes=lines_of(edition),
    )


def of_draft(content: EditionContent, *, in_review: bool, void: bool) -> Document:
    """Return a draft as it would be published, and what is to be seen to before."""
    year, words = content.academic_year, content.narrative
    notes = [
        DAYS,
        _standing(in_review=in_review, void=void),
        f"As it was known at the end of {day_printed(content.known_at)}.",
    ]
    changed = len(words.changed) if words else 0
    stale = f"In {changed} sentences a figure is another than when somebody last looked."
    return Document(
        name=f"annual-report-{year}-draft",
        title=f"{'Withdrawn draft' if void else 'Draft'} of the annual report {year}",
        academic_year=year,
        known_at=content.known_at,
        data_as_of=content.data_as_of,
        notes=notes,
        warning=stale if changed else "" if words else "No source tells it in words yet.",
        figures=content.figures,
        statements=content.statements,
        chapters=list(chapters(words)) if words else (),
        breakdowns=content.breakdowns,
        names=names_in(content),
    )


def _standing(*, in_review: bool, void: bool) -> str:
    if void:
        return "It was withdrawn: it is neither changed nor signed."
    return "It is being reviewed." if in_review else "It is not sent to be reviewed as it is now."


def _latest(data_as_of: str | None) -> str:
    if data_as_of is None:
        return ""
    recorded = as_read(datetime.fromisoformat(data_as_of))
    return f"The latest record they rest on was made on {recorded}."


def _so_far(report: Report) -> str:
    """Say that a year had not ended when the latest record was made, if it had not."""
    if report.data_as_of is None:
        return ""
    latest = local_day(datetime.fromisoformat(report.data_as_of))
    goes_on = latest <= AcademicYear.parse(report.academic_year).last_day
    return "The year had not ended then: these figures are of the year so far." if goes_on else ""


def _sections(shown: Document) -> Iterator[Section]:
    families = groupby(shown.figures, lambda one: shown.name_of(one).section)
    for nth, (heading, of_family) in enumerate(families, 1):
        id_ = f"section-{nth}"
        groups = groupby(of_family, lambda one: shown.name_of(one).group)
        found = [
            Group(
                id=f"{id_}-{place}",
                heading=name,
                figures=(some := list(of_group)),
                chart=_chart_of(shown, f"{id_}-{place}", name or heading, some),
            )
            for place, (name, of_group) in enumerate(groups, 1)
        ]
        yield Section(id=id_, heading=heading, groups=found)


def _chart_of(
    shown: Document, id_: str, title: str, figures: Sequence[FigureView]
) -> BarChart | None:
    """Return the chart of figures in the first unit that can be drawn, with what each was before.

    None where no unit has two or more of them, of which some are numbers.
    """
    for unit in MOST:
        some = [one for one in figures if one.unit == unit]
        bars = [_bar(one, shown.name_of(one).label) for one in some]
        years = shown.academic_year, _year_before(some, shown.academic_year)
        if chart := _chart(id_, title, bars, unit, years):
            return chart
    return None


def of_cells(found: FigureOfYear) -> BarChart | None:
    """Return the chart of a figure's groups, where it is in a unit that is drawn."""
    bars = [
        Bar(label=one.label, value=number(one.value), printed=one.printed) for one in found.cells
    ]
    name = label(found.figure.id, found.figure.words)
    years = found.academic_year, ""
    return _chart("cells", name, bars, found.figure.unit, years)


def _chart(
    id_: str, title: str, bars: Sequence[Bar], unit: str, years: tuple[str, str]
) -> BarChart | None:
    """Return the chart of values in one unit: of two or more, of which some are numbers."""
    if unit not in MOST or len(bars) < 2 or all(bar.value is None for bar in bars):
        return None
    most, scale = MOST[Unit(unit)]
    return BarChart(
        id=f"chart-{id_}",
        title=f"{title}, {scale}",
        bars=bars,
        most=most,
        now=years[0],
        before=years[1],
    )


def _year_before(figures: Sequence[FigureView], year: str) -> str:
    """Return the year that figures are compared with; where they are of several, no year."""
    before = AcademicYear.parse(year).previous().label
    found = {one.last_year.academic_year or before for one in figures if one.last_year}
    return found.pop() if len(found) == 1 else "an earlier year" if found else before


def _bar(figure: FigureView, name: str) -> Bar:
    last = figure.last_year
    return Bar(
        label=name,
        value=number(figure.value),
        printed=figure.printed,
        before=number(last.value) if last else None,
        before_printed=last.printed if last else "",
    )
