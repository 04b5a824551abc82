"""Values published before, for who draws a trend or sets last year beside this one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import ColumnElement, RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.reporting.presentation import NO_COMPARISON, exact
from services.reporting.published.domain import PublishedValue
from services.reporting.views import AS_PUBLISHED, FigureView, LastYear


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


async def published_in(connection: AsyncConnection, year: str) -> Mapping[str, PublishedBefore]:
    """Return the values of a year that were published before, by figure."""
    rows = await _standing(connection, PublishedValue.academic_year == year)
    return {row["figure"]: _before(row) for row in rows}


def with_last_year(figure: FigureView, before: PublishedBefore | None) -> FigureView:
    """Return a figure with last year's value as it was published, where none can be computed.

    No change is computed from it: it was not counted as this year's was.
    """
    last = figure.last_year
    if before is None or last is None or last.printed != NO_COMPARISON:
        return figure
    published = LastYear(
        value=exact(before.value),
        printed=f"{before.printed} ({AS_PUBLISHED})",
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
