"""Exponential backoff between tries, so that what is down is not hammered while it gets up."""

import asyncio
import random

FIRST_SECONDS = 0.1
LONGEST_SECONDS = 3.0
"""Short enough that after any outage all is at work again within ten seconds."""


class Backoff:
    """Each wait is about twice the last, up to three seconds, with jitter."""

    def __init__(self) -> None:
        self._next = FIRST_SECONDS

    async def wait(self) -> None:
        """Wait, then double the next wait."""
        await asyncio.sleep(self._next * random.uniform(0.5, 1.0))  # noqa: S311 - no secret
        self._next = min(self._next * 2, LONGEST_SECONDS)

    def reset(self) -> None:
        """Begin again with the shortest wait: something worked."""
        self._next = FIRST_SECONDS
