"""Forgets what is kept for a time only: answers to commands, and what a service says beside."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, timedelta
from typing import Final

from sqlalchemy import delete, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.core.clock import Clock, local_day
from libs.common.core.supervisor import Works
from libs.common.persistence.db import Database
from libs.common.persistence.tables import idempotency

KEPT: Final = timedelta(hours=72)
"""How long an answer is kept at the least; the same key after that is a new command."""
LOOK_AGAIN_SECONDS: Final = 3_600.0
MOST_AT_ONCE: Final = 1_000

Forget = Callable[[AsyncConnection, date], Awaitable[None]]
"""Deletes what a service keeps no longer, given the day in London."""


class Pruner:
    """Deletes one service's answers that are older than they are kept, an hour later at the most.

    With them goes what ``forgets`` delete. Several may do so at once: what one has deleted the
    others no longer find.
    """

    def __init__(self, database: Database, clock: Clock, forgets: Sequence[Forget] = ()) -> None:
        self._database = database
        self._clock = clock
        self._forgets = forgets

    async def run(self, works: Works = lambda: None) -> None:
        """Prune until cancelled, or until something fails: then it is to be started again."""
        while True:
            while await self.prune_once() == MOST_AT_ONCE:
                works()
            await self.forget_once()
            works()
            await asyncio.sleep(LOOK_AGAIN_SECONDS)

    async def prune_once(self) -> int:
        """Delete some of those that are too old, in a short transaction; return how many."""
        key = tuple_(idempotency.c.caller, idempotency.c.key)
        old = idempotency.c.at < self._clock.now() - KEPT
        some = select(idempotency.c.caller, idempotency.c.key).where(old).limit(MOST_AT_ONCE)
        async with self._database.writing() as connection:
            return (await connection.execute(delete(idempotency).where(key.in_(some)))).rowcount

    async def forget_once(self) -> None:
        """Delete what the service keeps no longer, each in a transaction of its own."""
        today = local_day(self._clock.now())
        for forget in self._forgets:
            async with self._database.writing() as connection:
                await forget(connection, today)
