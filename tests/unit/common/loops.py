"""How often others have their turn on the event loop while something is done."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def turns_during(work: Coroutine[Any, Any, T]) -> tuple[T, int]:
    """Return what the work returns, and how many turns another task had meanwhile."""
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count())
    found = await work
    counting.cancel()
    return found, turns
