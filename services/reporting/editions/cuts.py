"""The days as known at whose end a year was published: what the disclosure gate takes for shown."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.reporting.editions.domain import Edition


async def cuts(connection: AsyncConnection, year: str) -> list[date]:
    """Return at the end of which days the figures of a year's editions are known."""
    query = select(Edition.known_at).where(
        Edition.academic_year == year, Edition.state == "published"
    )
    return [*(await connection.execute(query.distinct())).scalars()]
