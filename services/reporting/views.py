"""What is shown of a figure: the one place where a cell becomes something that can be sent."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Literal

from pydantic import BaseModel, Field

from libs.common.observability.deprecated import old_field
from services.reporting.dimensions import BREAKDOWNS, DIMENSIONS
from services.reporting.evaluate import Cell, Claim, Figure, Statement
from services.reporting.presentation import (
    NO_COMPARISON,
    NOT_COMPARABLE,
    change_printed,
    exact,
    printed,
)


class Basis(BaseModel):
    """The counts behind a share."""

    count: int
    of: int


class LastYear(BaseModel):
    """The same figure a year before."""

    value: str | None
    printed: str


class Change(BaseModel):
    """This year's share less last year's, both unrounded."""

    value: str
    printed: str
    kind: Literal["percentage_points"] = "percentage_points"


class FigureView(BaseModel):
    """A figure: exact (a whole number or ``n/d``, in its unit) and as it is printed.

    A share has a basis; ``counts`` says what a mean or a grade is of.
    """

    id: str
    words: str
    unit: str
    value: str | None
    printed: str
    basis: Basis | None
    counts: dict[str, int]
    last_year: LastYear | None
    change: Change | None


class StatementView(BaseModel):
    """A statement, whether it holds, and the counts its method looked at."""

    id: str
    holds: bool
    printed: str
    method: str
    counts: dict[str, int]


class PositionView(BaseModel):
    """How far the read model has read a part of a topic."""

    topic: str
    partition: int
    position: int


class Report(BaseModel):
    """The annual report of one academic year."""

    academic_year: str
    data_as_of: str | None
    positions: list[PositionView]
    dead_letters: int
    parked: int = Field(json_schema_extra=old_field("dead_letters"))
    figures: list[FigureView]
    statements: list[StatementView]


class CellView(BaseModel):
    """One group's value of a figure; ``label`` says which group."""

    label: str
    value: str | None
    printed: str
    basis: Basis | None
    counts: dict[str, int]


class FigureOfYear(BaseModel):
    """A figure of one academic year, and its cells where it is broken down.

    ``known_at`` is the day at whose end it was known so, null for now. The cells' members together
    are those of the whole; their means and shares do not add up to its own.
    """

    academic_year: str
    known_at: date | None
    figure: FigureView
    by: str | None
    cells: list[CellView]


class Definition(BaseModel):
    """What a figure counts, of whom, and by what it can be broken down."""

    id: str
    words: str
    unit: str
    decimals: int
    base: str
    population: str
    by: dict[str, str]


def breakdowns(figure: Figure) -> dict[str, str]:
    """Return by what a figure can be broken down, with words."""
    return {name: DIMENSIONS[name].words for name in BREAKDOWNS if name in figure.dimensions}


def definition(figure: Figure) -> Definition:
    """Return what a figure is."""
    return Definition(
        id=figure.id,
        words=figure.words,
        unit=figure.unit,
        decimals=figure.decimals,
        base=figure.base,
        population=figure.population.words,
        by=breakdowns(figure),
    )


def figure_view(figure: Figure, cell: Cell, before: Cell | None) -> FigureView:
    """Return a figure beside last year's, where it is compared with that."""
    absent = _incomparable(cell, before) if before else ""
    return FigureView(
        id=figure.id,
        words=f"{figure.words} {cell.folded.judged_by}".rstrip(),
        unit=figure.unit,
        value=exact(cell.value),
        printed=_printed(figure, cell),
        basis=_basis(cell),
        counts=dict(cell.folded.counts),
        last_year=_last_year(figure, before, absent) if before else None,
        change=_change(figure, cell, before) if before and not absent else None,
    )


def cell_views(figure: Figure, cells: Mapping[str, Cell]) -> list[CellView]:
    """Return a figure's groups, by label."""
    return [
        CellView(
            label=label,
            value=exact(cell.value),
            printed=_printed(figure, cell),
            basis=_basis(cell),
            counts=dict(cell.folded.counts),
        )
        for label, cell in cells.items()
    ]


def statement_view(statement: Statement, claim: Claim) -> StatementView:
    """Return what a statement claims, with its method."""
    return StatementView(
        id=statement.id,
        holds=claim.holds,
        printed=claim.printed,
        method=statement.method,
        counts=dict(claim.counts),
    )


def _printed(figure: Figure, cell: Cell) -> str:
    return printed(cell.value, figure.unit, figure.decimals, cell.absent)


def _basis(cell: Cell) -> Basis | None:
    basis = cell.folded.basis
    return Basis(count=basis[0], of=basis[1]) if basis else None


def _incomparable(cell: Cell, before: Cell) -> str:
    """Return why last year's value may not be set beside this year's (trap 51)."""
    if before.value is None:
        return NO_COMPARISON
    differs = cell.folded.series != before.folded.series
    return NOT_COMPARABLE if cell.value is not None and differs else ""


def _last_year(figure: Figure, before: Cell, absent: str) -> LastYear:
    if absent:
        return LastYear(value=None, printed=absent)
    return LastYear(value=exact(before.value), printed=_printed(figure, before))


def _change(figure: Figure, cell: Cell, before: Cell) -> Change | None:
    if figure.change_decimals is None:
        return None
    if not (isinstance(cell.value, Fraction) and isinstance(before.value, Fraction)):
        return None
    change = cell.value - before.value
    return Change(value=str(change), printed=change_printed(change, figure.change_decimals))
