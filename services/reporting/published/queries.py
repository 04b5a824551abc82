"""Values published before, for who draws a trend or sets last year beside this one."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.reporting.published.domain import PublishedValue


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


AsPublished = Literal["as published, not recomputed"]
AS_PUBLISHED: Final[AsPublished] = "as published, not recomputed"
"""What is said of each such value wherever it is shown."""


async def published_before(
    connection: AsyncConnection, figure: str
) -> Mapping[str, PublishedBefore]:
    """Return a figure's values that were published before, by academic year."""
    table = PublishedValue.__table__.c
    query = select(*table).where(table.figure == figure, table.void.is_(False))
    rows = (await connection.execute(query.order_by(table.academic_year))).mappings()
    return {row["academic_year"]: _before(row) for row in rows}


def _before(row: RowMapping) -> PublishedBefore:
    count, of = row["count"], row["out_of"]
    value = _exact(row["value"], count, of)
    return PublishedBefore(row["academic_year"], row["printed"], value, count, of, row["source"])


def _exact(value: str | None, count: int | None, of: int | None) -> Fraction | None:
    if count is not None and of:
        return Fraction(100 * count, of)
    return Fraction(value) if value is not None else None
