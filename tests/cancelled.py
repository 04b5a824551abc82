"""A coroutine that is cancelled at one of its waits, for tests that go through them all."""

import asyncio
from collections.abc import Coroutine, Generator
from typing import Any, TypeVar

T = TypeVar("T")


class CancelledAt:
    """Awaits a coroutine and cancels it where it waits for the n-th time."""

    def __init__(self, coroutine: Coroutine[Any, Any, T], turn: int) -> None:
        self._coroutine = coroutine
        self._turn = turn
        self.cancelled = False

    def __await__(self) -> Generator[Any, Any, Any]:
        inner = self._coroutine.__await__()
        waits = 0
        failure: BaseException | None = None
        while True:
            try:
                waited = inner.throw(failure) if failure else next(inner)
            except StopIteration as end:
                return end.value
            waits += 1
            if waits == self._turn:
                self.cancelled = True
                failure = asyncio.CancelledError()
                continue
            failure = None
            try:
                yield waited
            except BaseException as error:  # noqa: BLE001 - passed on into the coroutine
                failure = error
