"""A publisher's own topic: whether it and the event table tell the same, and what holds it up."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.core.errors import Unavailable
from libs.common.core.transient import is_transient
from libs.common.messaging.bus.base import Bus
from libs.common.messaging.comparison import Compared, compare
from libs.common.messaging.cursor import note_comparison, recognise, standpoint
from libs.common.persistence.db import Database

log = logging.getLogger(__name__)

LOOK_ANEW_SECONDS = 30.0
"""How long after a comparison that held it up a relay makes another, if no command ended that."""


class TopicAhead(Unavailable):
    """503: the topic holds events whose commands a restore took away; a person decides first."""

    detail = (
        "The topic holds events whose commands this database does not: it was restored to an"
        " earlier moment. Reads are served; commands wait until an administrator has reconciled."
    )


class TopicIsAhead(RuntimeError):
    """The topic holds events that the table does not: nothing is published until a person acts."""


class OwnTopic:
    """What the comparison of a topic with its publisher's table found last.

    The finding is kept in the database, so that every process of the service knows of it, and a
    command that mends it ends it for all of them.
    """

    def __init__(self, service: str, database: Database, bus: Bus) -> None:
        self._service = service
        self._database = database
        self._bus = bus
        self._looked = asyncio.Event()
        self._look_at = 0.0
        self.ahead = 0
        self.behind = 0

    @property
    def holds_up(self) -> bool:
        """Whether nothing is published: topic and table differ, and a command is to mend it.

        What came behind events that the topic lost would be out of its aggregate's order.
        """
        return bool(self.ahead or self.behind)

    async def begin(self) -> None:
        """Find out, before anything is written, whose numbers the database holds.

        An earlier finding, that the topic is ahead, holds until it is compared again. A database
        that only reads for now keeps nobody from starting: nothing can be written either.
        """
        try:
            async with self._database.writing() as connection:
                await recognise(connection)
        except DBAPIError as error:
            if not is_transient(error):
                raise
            log.warning("cluster-unknown", extra={"error": type(error).__name__})
            return
        await self.recall()

    async def recall(self) -> None:
        """Read what was found last, by whichever process."""
        async with self._database.reading() as connection:
            at = await standpoint(connection)
        self.ahead, self.behind = at.topic_ahead, at.topic_behind

    async def rests(self) -> bool:
        """Say whether it is still to be mended, and not yet time to look again."""
        if not self.holds_up or _now() >= self._look_at:
            return False
        await self.recall()
        return self.holds_up

    async def looked(self, within: float) -> None:
        """Wait until it was compared or cannot be now, for so many seconds at most."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._looked.wait()

    def tell(self) -> None:
        """Let nobody wait any longer for a first comparison."""
        self._looked.set()

    async def compared(self) -> Compared:
        """Compare, and keep nothing."""
        async with self._database.reading() as connection:
            cursor = (await standpoint(connection)).cursor
        return await compare(self._database, self._bus, self._service, cursor)

    async def look(
        self, transaction: Callable[[], AbstractAsyncContextManager[AsyncConnection]]
    ) -> None:
        """Compare before anything is published, and keep what was found.

        The bus may be away: then this fails, and whatever is written meanwhile waits.
        """
        async with transaction() as open_:
            await recognise(open_)
        found = await self.compared()
        async with transaction() as open_:
            await note_comparison(open_, len(found.ahead), len(found.behind))
        self._look_at = _now() + LOOK_ANEW_SECONDS
        self.ahead, self.behind = len(found.ahead), len(found.behind)
        self._say(found)

    def _say(self, found: Compared) -> None:
        counts = {
            "topic-ahead": len(found.ahead),
            "topic-forked": len(found.forked),
            "topic-differs": len(found.differing),
            "topic-behind": len(found.behind),
            "topic-strangers": len(found.strangers),
        }
        for name, count in counts.items():
            if count:
                log.error(name, extra={"topic": self._service, "count": count})


def _now() -> float:
    """Return the loop's own time, which a simulation can let pass as it likes."""
    return asyncio.get_running_loop().time()
