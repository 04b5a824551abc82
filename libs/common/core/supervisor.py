"""Keeps the parts of a service at work: one that fails is started again, one that must not waits.

No list of a library's errors decides: whatever ends a part, the process goes on answering.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Final

from libs.common.core.backoff import Backoff

log = logging.getLogger(__name__)

Works = Callable[[], None]
"""A part calls it when it has done something: what it failed at before is got over."""
Work = Callable[[Works], Awaitable[None]]

OUT_OF_MEMORY: Final = "out-of-memory"


class State(StrEnum):
    """What a part is doing."""

    RUNNING = "running"
    RESTARTING = "restarting"
    STOPPED = "stopped"


class NeedsAPerson(RuntimeError):
    """A part that fails so stays stopped until a person has looked and starts it again."""

    reason: ClassVar[str]
    """The code by which health, metrics and the log name it."""


class EndedByItself(RuntimeError):
    """A part came to an end that nobody asked for."""


class Part:
    """One part of a service, such as its relay: what it is doing, since when, and why."""

    def __init__(self, name: str, since: datetime) -> None:
        self.name = name
        self.state = State.RUNNING
        self.since = since
        self.tries = 0
        self.restarts = 0
        self.error: str | None = None
        self.reason: str | None = None
        self.backoff = Backoff()
        self.start_asked = asyncio.Event()
        self.verdict: asyncio.Future[BaseException] | None = None

    def view(self) -> dict[str, Any]:
        """Return it for health: ``tries`` counts those since it last worked."""
        view: dict[str, Any] = {
            "state": self.state.value,
            "since": self.since.isoformat(),
            "restarts": self.restarts,
        }
        if self.state is State.RESTARTING:
            view |= {"tries": self.tries, "error": self.error}
        if self.state is State.STOPPED:
            view["reason"] = self.reason
        return view


class Supervisor:
    """Runs each part in a task of its own, and starts it again after an exponential backoff.

    ``changed`` is told whenever a part's state or its number of restarts changes; ``end`` is called
    for what nothing in this process can mend: lack of memory.
    """

    def __init__(
        self,
        service: str,
        now: Callable[[], datetime],
        end: Callable[[BaseException], None],
        changed: Callable[[Part], None] = lambda _: None,
    ) -> None:
        self._service = service
        self._now = now
        self._end = end
        self._changed = changed
        self.parts: dict[str, Part] = {}

    async def keep(self, name: str, work: Work) -> None:
        """Keep a part at work until cancelled; return only when the process has to end."""
        part = self.parts[name] = Part(name, self._now())
        self._changed(part)
        while True:
            error = await self._attempt(part, work)
            if isinstance(error, MemoryError):
                self._become(part, State.STOPPED, reason=OUT_OF_MEMORY)
                log.critical("part-ended", extra=self._named(part, error), exc_info=error)
                self._end(error)
                return
            if isinstance(error, NeedsAPerson):
                await self._stopped(part, error)
            else:
                await self._failed(part, error)

    def fail(self, name: str, error: BaseException) -> None:
        """Have a part that stands still end with this error, and be started again."""
        verdict = self.parts[name].verdict
        if verdict is not None and not verdict.done():
            verdict.set_result(error)

    def start(self, name: str) -> Part:
        """Start a part that was stopped; of one that is at work, change nothing."""
        part = self.parts[name]
        if part.state is State.STOPPED:
            part.start_asked.set()
            self._become(part, State.RUNNING)
            log.warning("part-started", extra={"part": f"{self._service}.{name}"})
        return part

    async def _attempt(self, part: Part, work: Work) -> BaseException:
        """Run a part once, and return what it ended with."""
        task = asyncio.ensure_future(work(lambda: self._works(part)))
        verdict = part.verdict = asyncio.get_running_loop().create_future()
        try:
            await asyncio.wait({task, verdict}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            part.verdict = None
            await ended([task])
        return verdict.result() if verdict.done() else _end_of(task)

    def _works(self, part: Part) -> None:
        part.backoff.reset()
        part.tries = 0
        if part.state is State.RESTARTING:
            self._become(part, State.RUNNING)

    async def _failed(self, part: Part, error: BaseException) -> None:
        part.tries += 1
        part.restarts += 1
        part.error = type(error).__name__
        if part.state is State.RUNNING:
            self._become(part, State.RESTARTING)
        else:
            self._changed(part)
        log.warning("part-failed", extra=self._named(part, error), exc_info=error)
        await part.backoff.wait()

    async def _stopped(self, part: Part, error: NeedsAPerson) -> None:
        part.start_asked.clear()
        self._become(part, State.STOPPED, reason=error.reason)
        log.error("part-stopped", extra=self._named(part, error) | {"reason": error.reason})
        await part.start_asked.wait()

    def _become(self, part: Part, state: State, *, reason: str | None = None) -> None:
        part.state, part.since, part.reason = state, self._now(), reason
        if state is not State.RESTARTING:
            part.tries, part.error = 0, None
            part.backoff.reset()
        self._changed(part)

    def _named(self, part: Part, error: BaseException) -> dict[str, Any]:
        name = f"{self._service}.{part.name}"
        return {"part": name, "error": type(error).__name__, "tries": part.tries}


def _end_of(task: "asyncio.Future[None]") -> BaseException:
    """Return what a task ended with; a cancellation nobody asked for is a failure like others."""
    if task.cancelled():
        return asyncio.CancelledError()
    return task.exception() or EndedByItself()


async def ended(tasks: Iterable["asyncio.Future[None]"]) -> None:
    """Cancel tasks until they are done: a library may swallow a cancellation on its way.

    Whoever waits here and is cancelled itself sees to that all the same, and then goes.
    """
    left: Collection[asyncio.Future[None]] = [task for task in tasks if not task.done()]
    asked = False
    while left:
        for task in left:
            task.cancel()
        try:
            _, left = await asyncio.wait(left, timeout=1)
        except asyncio.CancelledError:
            asked = True
            left = [task for task in left if not task.done()]
    if asked:
        raise asyncio.CancelledError
