"""Forgets what was answered to commands once nobody tries them again: records of idempotency."""

import asyncio
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select, tuple_

from libs.common.core.clock import Clock
from libs.common.core.supervisor import Works
from libs.common.persistence.db import Database
from libs.common.persistence.tables import idempotency

KEPT: Final = timedelta(hours=72)
"""How long an answer is kept at the least; the same key after that is a new command."""
LOOK_AGAIN_SECONDS: Final = 3_600.0
MOST_AT_ONCE: Final = 1_000


class Pruner:
    """Deletes one service's answers that are older than they are kept, an hour later at the most.

    Several may do so at once: what one has deleted the others no longer find.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def run(self, works: Works = lambda: None) -> None:
        """Prune until cancelled, or until something fails: then it is to be started again."""
        while True:
            while await self.prune_once() == MOST_AT_ONCE:
                works()
            works()
            await asyncio.sleep(LOOK_AGAIN_SECONDS)

    async def prune_once(self) -> int:
        """Delete some of those that are too old, in a short transaction; return how many."""
        key = tuple_(idempotency.c.caller, idempotency.c.key)
        old = idempotency.c.at < self._clock.now() - KEPT
        some = select(idempotency.c.caller, idempotency.c.key).where(old).limit(MOST_AT_ONCE)
        async with self._database.writing() as connection:
            return (await connection.execute(delete(idempotency).where(key.in_(some)))).rowcount
