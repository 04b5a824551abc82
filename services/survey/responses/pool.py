"""The pool of an anonymous wave: answers that wait to be mixed, with nothing that says whose.

A row has no time, link, recipient or number. Until it is mixed, whoever has the database's own
system columns could still tell by which transaction it came; afterwards it is gone.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import (
    JSON,
    Column,
    Row,
    String,
    Table,
    Uuid,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.core.chunks import chunked
from libs.common.persistence.db import refers_to
from libs.common.persistence.uow import ReadTransaction
from services.survey.tables import metadata
from services.survey.waves.domain import Wave

TOGETHER: Final = 5
"""As many answers at the least leave a pool at once, and stay in it until the wave is over."""

pool = Table(
    "pool",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("wave_id", Uuid, refers_to("wave.id"), nullable=False, index=True),
    Column("filled_in", JSON, nullable=False),
    Column("ticket", String(64), nullable=False),
)


async def put_in(
    connection: AsyncConnection, wave_id: UUID, filled_in: dict[str, Any], ticket: str
) -> None:
    """Keep answers until they are mixed."""
    row = {"id": uuid4(), "wave_id": wave_id, "filled_in": filled_in, "ticket": ticket}
    await connection.execute(insert(pool).values(row))


async def in_pool(read: ReadTransaction, wave_id: UUID) -> int:
    """Return how many answers of a wave wait to be mixed."""
    query = select(func.count()).where(pool.c.wave_id == wave_id)
    return (await read.connection.execute(query)).scalar_one()


async def due(connection: AsyncConnection, today: date) -> Sequence[UUID]:
    """Return the waves of which answers are to be mixed today: once a day at the most."""
    over = and_(Wave.state == "closed", Wave.closed_on < today)
    query = (
        select(Wave.id)
        .join(pool, pool.c.wave_id == Wave.id)
        .where(or_(Wave.mixed_on.is_(None), Wave.mixed_on < today))
        .group_by(Wave.id)
        .having(or_(over, func.count() >= 2 * TOGETHER))
    )
    return (await connection.execute(query)).scalars().all()


async def pooled(connection: AsyncConnection, wave_id: UUID) -> list[Row[Any]]:
    """Return what waits in a wave's pool."""
    return [*(await connection.execute(select(pool).where(pool.c.wave_id == wave_id))).all()]


async def take_out(connection: AsyncConnection, rows: Sequence[Row[Any]]) -> None:
    """Delete what is mixed."""
    for ids in chunked([row.id for row in rows]):
        await connection.execute(delete(pool).where(pool.c.id.in_(ids)))
