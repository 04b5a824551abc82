"""How many concerns wait for somebody to read them."""

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.survey.concerns.domain import Concern


async def concerns_waiting(connection: AsyncConnection) -> Mapping[str, int]:
    """Return how many concerns nobody has acknowledged, for the metrics."""
    query = select(func.count()).select_from(Concern).where(Concern.state == "raised")
    return {"concerns": (await connection.execute(query)).scalar_one()}
