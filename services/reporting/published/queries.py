"""Values published before, for who draws a trend or sets last year beside this one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from sqlalchemy import ColumnElement, RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.core.clock import AcademicYear
from services.reporting.evaluate import PERIOD
from services.reporting.figures import FIGURES
from services.reporting.presentation import NO_COMPARISON, exact
from services.reporting.published.domain import PublishedValue
from services.reporting.views import AS_PUBLISHED, FigureView, LastYear

_PERIODIC: Final = frozenset(one.id for one in FIGURES if one.periodic)


@dataclass(frozen=True, slots=True)
class PublishedBefore:
    """A figure's value of a year as it was published; it was not recomputed.

    ``value`` is exact as far as it is known: the counts' fraction in per cent where there are any,
    else what was entered as the value, else None.
    """

    academic_year: str
    printed: str
    value: Fraction | None
    count: int | None
    out_of: int | None
    source: str


async def published_before(
    connection: AsyncConnection, figure: str
) -> Mapping[str, PublishedBefore]:
    """Return a figure's values that were published before, by academic year."""
    rows = await _standing(connection, PublishedValue.figure == figure)
    return {row["academic_year"]: _before(row) for row in rows}


async def published_last(
    connection: AsyncConnection, year: AcademicYear
) -> Mapping[str, PublishedBefore]:
    """Return the values of the year before that were published before, by figure.

    Of what is asked periodically they are those of the last of five years that has one.
    """
    before = [year.previous()]
    while len(before) < PERIOD:
        before.append(before[-1].previous())
    labels = [one.label for one in before]
    rows = await _standing(connection, PublishedValue.academic_year.in_(labels))
    return {
        row["figure"]: _before(row)
        for row in rows
        if row["academic_year"] == labels[0] or row["figure"] in _PERIODIC
    }


def with_last_year(
    figure: FigureView, before: PublishedBefore | None, year: AcademicYear
) -> FigureView:
    """Return a figure with last year's value as it was published, where none can be computed.

    No change is computed from it: it was not counted as this year's was. One that is not of the
    year before names its year.
    """
    last = figure.last_year
    if before is None or last is None or last.printed != NO_COMPARISON:
        return figure
    is_last = before.academic_year == year.previous().label
    of = None if is_last else before.academic_year
    published = LastYear(
        value=exact(before.value),
        printed=f"{before.printed} ({AS_PUBLISHED})" + (f" in {of}" if of else ""),
        academic_year=of,
        marked=AS_PUBLISHED,
    )
    return figure.model_copy(update={"last_year": published})


async def _standing(
    connection: AsyncConnection, wanted: ColumnElement[bool]
) -> Sequence[RowMapping]:
    table = PublishedValue.__table__.c
    query = select(*table).where(wanted, table.void.is_(False)).order_by(table.academic_year)
    return (await connection.execute(query)).mappings().all()


def _before(row: RowMapping) -> PublishedBefore:
    count, of = row["count"], row["out_of"]
    value = _exact(row["value"], count, of)
    return PublishedBefore(row["academic_year"], row["printed"], value, count, of, row["source"])


def _exact(value: str | None, count: int | None, of: int | None) -> Fraction | None:
    if count is not None and of:
        return Fraction(100 * count, of)
    return Fraction(value) if value is not None else None
