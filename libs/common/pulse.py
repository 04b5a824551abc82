"""Whether PostgreSQL answers: asked all the time, so that no request has to find out by waiting."""

import asyncio
import logging

import asyncpg

from libs.common.db import Database

log = logging.getLogger(__name__)

EVERY_SECONDS = 0.3
WAIT_SECONDS = 0.6
MISSED = 2
"""So many beats in a row are missed before the database counts as away: one may be our own haste.

With the wait and the pause between two beats, that is known within two seconds.
"""


class Pulse:
    """Asks on a connection of its own; when no answer comes, ends what others wait for.

    A connection that is cut without a word would otherwise be waited on for as long as the
    operating system likes, and so would every request that is given it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: asyncpg.Connection | None = None

    async def run(self) -> None:
        """Ask until cancelled."""
        missed = 0
        try:
            while True:
                missed = 0 if await self._beats() else missed + 1
                self._database.beats(beating=missed < MISSED)
                await asyncio.sleep(EVERY_SECONDS)
        finally:
            self._leave()

    async def _beats(self) -> bool:
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                if self._connection is None:
                    self._connection = await asyncpg.connect(self._database.plain_url)
                await self._connection.fetchval("SELECT 1")
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            self._leave()
            return False
        return True

    def _leave(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None
