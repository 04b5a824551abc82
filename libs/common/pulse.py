"""Whether PostgreSQL answers: asked all the time, so that no request has to find out by waiting."""

import asyncio
from collections.abc import Awaitable, Callable
from enum import Enum

import asyncpg

from libs.common.db import Database
from libs.common.supervisor import Works

EVERY_SECONDS = 0.3
WAIT_SECONDS = 0.6
MISSED = 2
"""So many beats in a row are missed before the database counts as away: one may be our own haste.

With the wait and the pause between two beats, that is known within two seconds.
"""
LATE_SECONDS = 0.2
"""Woken so much later than asked for, we were busy ourselves: the answer may lie there unread."""


class Beat(Enum):
    """What came of asking once."""

    ANSWERED = "answered"
    MISSED = "missed"
    NOT_LISTENED = "not listened"


async def beat(ask: Callable[[], Awaitable[None]], wait: float = WAIT_SECONDS) -> Beat:
    """Ask, wait so many seconds, and say what came of it: whatever fails is no answer."""
    loop = asyncio.get_running_loop()
    until = loop.time() + wait
    try:
        async with asyncio.timeout_at(until):
            await ask()
    except TimeoutError:
        return Beat.NOT_LISTENED if loop.time() - until > LATE_SECONDS else Beat.MISSED
    except Exception:  # noqa: BLE001 - a driver may raise anything where a server went away
        return Beat.MISSED
    return Beat.ANSWERED


class Pulse:
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
                found = await beat(self._ask)
                if found is not Beat.ANSWERED:
                    self._leave()
                self._missed = _missed(self._missed, found)
                self._database.beats(beating=self._missed < MISSED)
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


def _missed(before: int, found: Beat) -> int:
    """Return how many beats in a row were missed; one we did not listen for says nothing."""
    if found is Beat.NOT_LISTENED:
        return before
    return before + 1 if found is Beat.MISSED else 0
