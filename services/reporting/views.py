"""What is shown of a figure: the shapes that can be sent. Only the disclosure gate fills them."""

from datetime import date
from typing import Final, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from libs.common.observability.deprecated import old_field
from services.reporting.dimensions import BREAKDOWNS, DIMENSIONS
from services.reporting.evaluate import Figure
from services.reporting.presentation import Unit

WithheldRule = Literal["small-number", "not-yours"]
ChangeKind = Literal["percentage_points", "absolute"]
AsPublished = Literal["as published, not recomputed"]
AS_PUBLISHED: Final[AsPublished] = "as published, not recomputed"
"""What is said of each value that was published before there was this product."""


class Withheld(BaseModel):
    """That a value is withheld from this reader, by which rule, and what that means.

    `small-number` is the one rule of small numbers: told apart, a number that is small and one
    that is withheld beside it would narrow each other down. `not-yours` is another team's.
    """

    rule: WithheldRule
    words: str


class Exempted(BaseModel):
    """The exception by which a cell is shown that a rule would withhold: why and until when.

    ``signed_as`` are the two roles of who asked for it and who allowed it.
    """

    id: UUID
    grounds: str
    until: date
    signed_as: list[str]


class Gated(BaseModel):
    """What the disclosure gate says of a value.

    ``withheld`` is null where the reader sees it. ``protected_by`` is told only to a reader of
    exact values: the rule by which others do not see it. ``exempted`` is the exception by which
    they do.
    """

    withheld: Withheld | None = None
    protected_by: str | None = None
    exempted: Exempted | None = None


class Basis(BaseModel):
    """The counts behind a share."""

    count: int
    of: int


class LastYear(BaseModel):
    """The same figure a year before or, of what is asked periodically, the last year it was.

    One that is not the year before is named, here and in what is printed. One that was published
    before there was this product is ``marked``, and no change is computed from it.
    """

    value: str | None
    printed: str
    academic_year: str | None = None
    marked: AsPublished | None = None


class Change(BaseModel):
    """This year's value less last year's, both unrounded, and of which kind that is.

    A share's is in percentage points, another's absolute: in the figure's unit. ``uncertainty``
    is told of shares of fewer than 100: whether chance alone could make such a difference.
    """

    value: str
    printed: str
    kind: ChangeKind = "percentage_points"
    uncertainty: str | None = None


class FigureView(Gated):
    """A figure: exact (a whole number or ``n/d``, in its unit) and as it is printed.

    A share has a basis; ``counts`` says what a mean or a grade is of, ``series`` by which
    questionnaire or scheme: only values of one series are compared. One that is withheld is
    printed as "c", confidential, and has neither value, basis, counts nor change.
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
    series: str = ""


class StatementView(Gated):
    """A statement, whether it holds (null if withheld), and the counts its method looked at.

    ``cannot_show`` is what the method does not show, whatever it finds.
    """

    id: str
    holds: bool | None
    printed: str
    method: str
    counts: dict[str, int]
    cannot_show: str = ""


class PositionView(BaseModel):
    """How far the read model has read a part of a topic."""

    topic: str
    partition: int
    position: int


class Report(BaseModel):
    """The annual report of one academic year.

    ``known_at`` is the day at whose end it was known so, null for now.
    """

    academic_year: str
    known_at: date | None = None
    data_as_of: str | None
    positions: list[PositionView]
    dead_letters: int
    parked: int = Field(json_schema_extra=old_field("dead_letters"))
    figures: list[FigureView]
    statements: list[StatementView]


class CellView(Gated):
    """One group's value of a figure; ``label`` says which group."""

    label: str
    value: str | None
    printed: str
    basis: Basis | None
    counts: dict[str, int]


class GatedTable(BaseModel):
    """A figure of a year that has passed the gate: its total, and its cells by dimension."""

    figure: FigureView
    cells: dict[str, list[CellView]]


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

    def shown(self, label: str | None) -> FigureView | CellView | None:
        """Return the value of a group, or of the whole; None where nobody is in the group."""
        if label is None:
            return self.figure
        return next((one for one in self.cells if one.label == label), None)


class Definition(BaseModel):
    """What a figure counts, of whom, and by what it can be broken down.

    ``needs`` say what has to be on record for it to have a value.
    """

    id: str
    words: str
    unit: str
    decimals: int
    base: str
    population: str
    needs: list[str]
    rounding: str
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
        needs=[f"at least {one.at_least} of: {one.population.words}" for one in figure.needs],
        rounding=_rounding(figure),
        by=breakdowns(figure),
    )


def _rounding(figure: Figure) -> str:
    match figure.unit:
        case Unit.GRADE:
            return "a grade: nothing is rounded"
        case Unit.APPROXIMATE:
            return "half up, once: to the nearest ten from 100, to the nearest five below"
        case _:
            places = "1 decimal" if figure.decimals == 1 else f"{figure.decimals} decimals"
            return f"half up, once, to {places}"
