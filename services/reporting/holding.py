"""Keeps the facts where they are while they are read."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.core.errors import Unavailable
from libs.common.messaging.backfill import incomplete
from services.reporting.facts import subscriptions


class BeingRebuilt(Unavailable):
    """503 ``being-rebuilt``: after an upgrade the facts are still being read from the bus again."""

    detail = "The figures are being put together again after an upgrade. Try again shortly."


async def hold(connection: AsyncConnection) -> None:
    """Keep a rebuild from putting other tables under these names while they are read.

    Raises BeingRebuilt while not all is there that was there before an upgrade.

    A snapshot from before the swap would find the new tables empty. Taking a lock, unlike a
    query, takes no snapshot yet, so this comes first in the transaction.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(text("LOCK TABLE consumer_position IN ACCESS SHARE MODE"))
    if await incomplete(connection, subscriptions):
        raise BeingRebuilt(retry_after=5)
