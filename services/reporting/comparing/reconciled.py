"""Populations beside one another: their difference, and by category what it is made of."""

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.core.clock import AcademicYear
from services.reporting.figures.steering.reconciliation import RECONCILIATIONS, Reconciliation
from services.reporting.queries import Years, figure_in
from services.reporting.readers import Reader
from services.reporting.views import FigureView


class Category(BaseModel):
    """What a part of the difference is: it adds (1) to the first population or takes away (-1)."""

    sign: int
    figure: FigureView


class Reconciled(BaseModel):
    """Two populations, the first less the second, and the categories that add up to it.

    Where there are none the words say why it cannot be told.
    """

    words: str
    one: FigureView
    other: FigureView
    difference: int | None
    categories: list[Category]


class ReconciliationView(BaseModel):
    """The populations of a year beside one another."""

    academic_year: str
    comparisons: list[Reconciled]


async def reconciliation(
    connection: AsyncConnection, year: AcademicYear, reader: Reader
) -> ReconciliationView:
    """Return the populations of a year beside one another."""
    years = Years(connection, reader)
    found = [await _reconciled(years, one, year) for one in RECONCILIATIONS]
    return ReconciliationView(academic_year=year.label, comparisons=found)


async def _reconciled(years: Years, it: Reconciliation, year: AcademicYear) -> Reconciled:
    one, other, *parts = [
        (await figure_in(years, figure, year)).figure
        for figure in (it.one, it.other, *(figure for _, figure in it.categories))
    ]
    categories = [
        Category(sign=sign, figure=part)
        for (sign, _), part in zip(it.categories, parts, strict=True)
    ]
    return Reconciled(
        words=it.words,
        one=one,
        other=other,
        difference=_less(one, other),
        categories=categories,
    )


def _less(one: FigureView, other: FigureView) -> int | None:
    if one.value is None or other.value is None:
        return None
    return int(one.value) - int(other.value)
