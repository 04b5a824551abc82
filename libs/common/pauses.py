"""Growing pauses between tries, so that what is down is not hammered while it gets up."""

import asyncio
import random

FIRST_SECONDS = 0.1
LONGEST_SECONDS = 3.0
"""Short enough that after any outage all is at work again within ten seconds."""


class Pauses:
    """Each pause is about twice the last, up to three seconds, with some chance mixed in."""

    def __init__(self) -> None:
        self._next = FIRST_SECONDS

    async def rest(self) -> None:
        """Wait for the present pause, then lengthen it."""
        await asyncio.sleep(self._next * random.uniform(0.5, 1.0))  # noqa: S311 - no secret
        self._next = min(self._next * 2, LONGEST_SECONDS)

    def reset(self) -> None:
        """Begin again with the shortest pause: something worked."""
        self._next = FIRST_SECONDS
