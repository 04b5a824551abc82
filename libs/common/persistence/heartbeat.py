"""Whether PostgreSQL answers: asked all the time, so that no request has to find out by waiting."""

import asyncio
from collections.abc import Awaitable, Callable
from enum import Enum

import asyncpg

from libs.common.core.supervisor import Works
from libs.common.persistence.db import Database

EVERY_SECONDS = 0.3
WAIT_SECONDS = 0.6
MISSED = 2
"""So many heartbeats in a row are missed before the database counts as away.

One may be our own haste. With the wait and the time between two, that is known within two seconds.
"""
LATE_SECONDS = 0.2
"""Woken so much later than asked for, we were busy ourselves: the answer may lie there unread."""


class Heartbeat(Enum):
    """The result of asking once."""

    ANSWERED = "answered"
    MISSED = "missed"
    NOT_LISTENED = "not listened"


async def heartbeat(ask: Callable[[], Awaitable[None]], wait: float = WAIT_SECONDS) -> Heartbeat:
    """Ask, wait so many seconds, and return the result: whatever fails is no answer."""
    loop = asyncio.get_running_loop()
    until = loop.time() + wait
    try:
        async with asyncio.timeout_at(until):
            await ask()
    except TimeoutError:
        late = loop.time() - until > LATE_SECONDS
        return Heartbeat.NOT_LISTENED if late else Heartbeat.MISSED
    except Exception:  # noqa: BLE001 - a driver may raise anything where a server went away
        return Heartbeat.MISSED
    return Heartbeat.ANSWERED


class HeartbeatMonitor:
    """Asks on a connection of its own; when no answer comes, ends what others wait for.

    A connection that is cut without a word would otherwise be waited on for as long as the
    operating system likes, and so would every request that is given it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: asyncpg.Connection | None = None
        self._missed = 0

    async def run(self, works: Works = lambda: None) -> None:
        """Ask until cancelled."""
        try:
            while True:
                found = await heartbeat(self._ask)
                if found is not Heartbeat.ANSWERED:
                    self._leave()
                self._missed = _missed(self._missed, found)
                self._database.heartbeat(answers=self._missed < MISSED)
                works()
                await asyncio.sleep(EVERY_SECONDS)
        finally:
            self._leave()

    async def _ask(self) -> None:
        if self._connection is None:
            self._connection = await self._database.connect()
        await self._connection.fetchval("SELECT 1")

    def _leave(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()


def _missed(before: int, found: Heartbeat) -> int:
    """Return how many in a row were missed; one we did not listen for says nothing."""
    if found is Heartbeat.NOT_LISTENED:
        return before
    return before + 1 if found is Heartbeat.MISSED else 0
