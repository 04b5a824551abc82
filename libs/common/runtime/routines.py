"""What a service does by itself as time goes on: each routine finds what is due, and does it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Final

from libs.common.core.clock import local_day
from libs.common.core.supervisor import Works
from libs.common.persistence.uow import Units

LOOK_AGAIN_SECONDS: Final = 3_600.0

Routine = Callable[[Units, date], Awaitable[None]]
"""Does what is due on a day in London, and nothing where it is done: it is called every hour."""


class Routines:
    """Calls one service's routines, one after another. Several processes may do so at once."""

    def __init__(self, units: Units, routines: Sequence[Routine]) -> None:
        self._units = units
        self._routines = routines

    async def run(self, works: Works = lambda: None) -> None:
        """Look after them until cancelled, or until one fails: then it is to be started again."""
        while True:
            await self.run_once()
            works()
            await asyncio.sleep(LOOK_AGAIN_SECONDS)

    async def run_once(self) -> None:
        """Call each for today."""
        today = local_day(self._units.clock.now())
        for routine in self._routines:
            await routine(self._units, today)
