"""An event loop that counts time instead of waiting, and lets chance say what runs next."""

import asyncio
import random
from contextvars import ContextVar
from heapq import heappop
from typing import Any, Protocol


class Held(Protocol):
    """A process that may be stopped for a while: what it would run is held until it goes on."""

    paused: bool
    held: list[asyncio.Handle]


PROCESS: ContextVar[Held | None] = ContextVar("PROCESS", default=None)
"""The simulated process on whose behalf the present task runs."""


class Standstill(RuntimeError):
    """Nothing is ready and nothing is scheduled: the simulated world has died."""


class SimulationLoop(asyncio.BaseEventLoop):
    """Runs one ready callback at a time, drawn from all that are ready.

    Time moves only when nothing is ready, and then straight to the next timer. No thread and no
    socket exists here, so a seed decides everything.
    """

    def __init__(self, draw: random.Random) -> None:
        super().__init__()
        self._draw = draw
        self._now = 0.0
        self.steps = 0

    def time(self) -> float:
        """Return the simulated seconds since the start."""
        return self._now

    def _run_once(self) -> None:
        loop: Any = self  # the base class does not declare what it leaves to its heirs
        self._make_due(loop)
        handle = self._pick(loop._ready)
        process = handle._context.get(PROCESS)
        if handle.cancelled():
            return
        if process is not None and process.paused:
            process.held.append(handle)
            return
        self.steps += 1
        handle._run()

    def _make_due(self, loop: Any) -> None:
        timers = loop._scheduled
        while timers and timers[0].cancelled():
            heappop(timers)._scheduled = False
        if not loop._ready:
            if not timers:
                raise Standstill
            self._now = max(self._now, timers[0].when())
        while timers and timers[0].when() <= self._now:
            timer = heappop(timers)
            timer._scheduled = False
            loop._ready.append(timer)

    def _pick(self, ready: Any) -> Any:
        index = self._draw.randrange(len(ready))
        handle = ready[index]
        del ready[index]
        return handle

    def hand_back(self, handles: list[asyncio.Handle]) -> None:
        """Make ready again what was held."""
        loop: Any = self
        loop._ready.extend(handles)

    def _write_to_self(self) -> None:
        """Nobody waits in a selector, so nobody needs waking."""

    def _process_events(self, _: object) -> None:
        """There are no sockets whose events could be processed."""
