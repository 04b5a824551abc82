"""The report as a table: one row a value, with columns whose names and meaning stay.

A new column is added at the end. Another meaning is another column.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal

from pydantic import BaseModel, Field

from services.reporting.editions.contents import FigureName
from services.reporting.figures import ALL_FIGURES
from services.reporting.outlets.document import Document
from services.reporting.outlets.labels import name_of
from services.reporting.outlets.numbers import number
from services.reporting.outlets.sentences import before, exemption, holds, sentence
from services.reporting.presentation import Unit, number_printed
from services.reporting.views import (
    CellView,
    FigureOfYear,
    FigureView,
    Gated,
    StatementView,
)

_DECIMALS: Final[Mapping[str, int]] = {one.id: one.decimals for one in ALL_FIGURES}
"""Of figures as they are computed; those of an edition are what was frozen with it."""


RowKind = Literal["figure", "statement"]


class Row(BaseModel):
    """One value of the report."""

    academic_year: str = Field(description="the year that the value is of, 1 September on")
    known_at: date | None = Field(description="the day at whose end it was known so; empty: now")
    kind: RowKind = Field(description="a figure, or a statement")
    id: str = Field(description="the figure's or statement's id, which stays")
    section: str = Field(description="under which heading of the report it stands")
    name: str = Field(description="a few words for it")
    words: str = Field(description="what it counts, and of whom; a statement in full")
    by: str | None = Field(description="by what it is broken down; empty: the whole service")
    group: str | None = Field(description="which group; empty: the whole service")
    unit: str | None = Field(description="what a figure is in")
    printed: str = Field(description="the value as it is published, or why there is none")
    withheld: str | None = Field(description="by which rule it is withheld; empty: it is not")
    number: Decimal | None = Field(
        description="the same as a number, rounded half up; empty where it is a word, or rough"
    )
    exact: str | None = Field(description="the exact value: a whole number, or n/d; or a word")
    count: int | None = Field(description="of a share: how many count")
    of: int | None = Field(description="of a share: of how many")
    counts: str | None = Field(description="what a mean or a grade is of, such as 219 answers")
    last_year: str | None = Field(
        description="the value it is compared with, as published: of the year before, or of the"
        " year that it names"
    )
    change: str | None = Field(
        description="the change on the year before, or since the year that it names, with its unit"
    )
    uncertainty: str | None = Field(
        description="of a change of shares of few: whether chance alone could make it"
    )
    cannot_show: str | None = Field(
        description="of a statement: what its method does not show, whatever it finds"
    )
    exempted: str | None = Field(
        description="by which exception it is shown though a rule would withhold it; empty: by none"
    )
    edition: str | None = Field(description="the number of the edition; empty: computed as asked")


def rows_of(shown: Document) -> list[Row]:
    """Return a report's rows: its figures in its order, its statements, then its groups."""
    year, known_at = shown.academic_year, shown.known_at
    decimals = {**_DECIMALS, **shown.decimals}
    figures = [_figure(one, year, known_at, decimals, shown.name_of(one)) for one in shown.figures]
    wholes = {one.id: one for one in figures}
    groups = ((wholes[one.figure], one) for one in shown.breakdowns)
    rows = [
        *figures,
        *(_statement(one, year, known_at) for one in shown.statements),
        *(_cell(whole, of.by, one, decimals) for whole, of in groups for one in of.cells),
    ]
    return [one.model_copy(update={"edition": shown.edition}) for one in rows]


def rows_of_figure(found: FigureOfYear) -> list[Row]:
    """Return a figure's rows: of the whole service and, where it is broken down, of each group."""
    figure, year = found.figure, found.academic_year
    name = name_of(figure.id, figure.words)
    whole = _figure(figure, year, found.known_at, _DECIMALS, name)
    return [whole, *(_cell(whole, found.by, one, _DECIMALS) for one in found.cells)]


def _figure(
    figure: FigureView,
    year: str,
    known_at: date | None,
    decimals: Mapping[str, int],
    name: FigureName,
) -> Row:
    return Row(
        academic_year=year,
        known_at=known_at,
        kind="figure",
        id=figure.id,
        section=name.section,
        name=name.label,
        words=figure.words,
        by=None,
        group=None,
        unit=figure.unit,
        printed=figure.printed,
        withheld=_rule(figure),
        number=_number(figure.value, figure.unit, decimals.get(figure.id, 0)),
        exact=figure.value,
        count=figure.basis.count if figure.basis else None,
        of=figure.basis.of if figure.basis else None,
        counts=_counts(figure),
        last_year=before(figure) if figure.last_year else None,
        change=figure.change.printed if figure.change else None,
        uncertainty=figure.change.uncertainty if figure.change else None,
        cannot_show=None,
        exempted=exemption(figure) or None,
        edition=None,
    )


def _cell(whole: Row, by: str | None, cell: CellView, decimals: Mapping[str, int]) -> Row:
    own = {
        "by": by,
        "group": cell.label,
        "printed": cell.printed,
        "withheld": _rule(cell),
        "number": _number(cell.value, whole.unit or "", decimals.get(whole.id, 0)),
        "exact": cell.value,
        "count": cell.basis.count if cell.basis else None,
        "of": cell.basis.of if cell.basis else None,
        "counts": _counts(cell),
        "last_year": None,
        "change": None,
        "uncertainty": None,
        "exempted": exemption(cell) or None,
    }
    return whole.model_copy(update=own)


def _statement(one: StatementView, year: str, known_at: date | None) -> Row:
    empty = dict.fromkeys(Row.model_fields)
    said = {"kind": "statement", "id": one.id, "section": "Statements", "name": "Statement"}
    words = {"words": sentence(one), "printed": holds(one), "academic_year": year}
    counts = "; ".join(f"{count} {name}" for name, count in one.counts.items()) or None
    of = {"known_at": known_at, "counts": counts, "withheld": _rule(one)}
    more = {"cannot_show": one.cannot_show or None, "exempted": exemption(one) or None}
    return Row.model_validate({**empty, **said, **words, **of, **more})


def _rule(one: Gated) -> str | None:
    return one.withheld.rule if one.withheld else None


def _number(value: str | None, unit: str, decimals: int) -> Decimal | None:
    found: Fraction | None = number(value)
    return number_printed(found, Unit(unit), decimals)


def _counts(one: FigureView | CellView) -> str | None:
    return "; ".join(f"{count} {name}" for name, count in one.counts.items()) or None


def lines_of(
    model: type[BaseModel], rows: Sequence[BaseModel]
) -> Iterator[list[str | int | Decimal | date | None]]:
    """Yield the lines of a table: the columns' names, then each row's cells."""
    columns = list(model.model_fields)
    yield [*columns]
    for row in rows:
        yield [getattr(row, column) for column in columns]
