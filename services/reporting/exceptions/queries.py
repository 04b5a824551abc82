"""The exceptions that hold on a day, as the disclosure gate takes them."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.reporting.disclosure import Place
from services.reporting.exceptions.domain import DisclosureException
from services.reporting.views import Exempted

_TABLE = DisclosureException.__table__


async def exempted(connection: AsyncConnection, year: str, today: date) -> Mapping[Place, Exempted]:
    """Return a year's places that are shown by an exception that two people signed."""
    columns = _TABLE.c
    query = select(_TABLE).where(
        columns.academic_year == year,
        columns.allowed_by.is_not(None),
        columns.void.is_(False),
        columns.until >= today,
    )
    return {
        Place(row.place, row.by, row.label): Exempted(
            id=row.id,
            grounds=row.grounds,
            until=row.until,
            signed_as=[row.asked_as, row.allowed_as],
        )
        for row in await connection.execute(query)
    }
