"""An application whose requests say themselves when their task is to be cancelled."""

import asyncio
import types
from collections.abc import Coroutine, Generator
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

HEADER = "x-cancel-at"
"""``NTH+SECONDS``, and others after commas: so long after the task comes to wait the nth time."""


class Cancelling:
    """Around everything else, so that whatever a request waits for may be broken off."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        at = dict(scope.get("headers", ())).get(HEADER.encode())
        if at is None:
            await self._app(scope, receive, send)
            return
        served: Any = self._app(scope, receive, send)
        await _cancelled(served, _parse(at.decode()))


def _parse(text: str) -> dict[int, float]:
    pairs = (one.partition("+") for one in text.split(","))
    return {int(nth): float(seconds) for nth, _, seconds in pairs}


@types.coroutine
def _cancelled(
    work: Coroutine[Any, Any, None], cancels: dict[int, float]
) -> Generator[Any, None, None]:
    """Carry out the work as ``await`` would, and cancel the task at its waits as said."""
    waits = 0
    error: BaseException | None = None
    while True:
        try:
            awaited = work.throw(error) if error else work.send(None)
        except StopIteration:
            return
        waits += 1
        if waits in cancels:
            _cancel_after(cancels[waits])
        error = None
        try:
            yield awaited
        except BaseException as thrown:  # noqa: BLE001 - it is the work's own affair
            error = thrown


def _cancel_after(seconds: float) -> None:
    task = asyncio.current_task()
    assert task is not None
    if seconds:
        asyncio.get_running_loop().call_later(seconds, task.cancel)
    else:
        task.cancel()
