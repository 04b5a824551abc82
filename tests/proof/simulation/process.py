"""A simulated process: tasks that die together, and the faults that chance has in store."""

import asyncio
import random
from collections.abc import Callable, Coroutine
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import Any, Protocol

from tests.proof.simulation.loop import PROCESS, SimulationLoop


class Closable(Protocol):
    """What the system takes from a process that dies."""

    def drop(self) -> None:
        """Undo what is unfinished and be gone."""


@dataclass
class Faults:
    """How likely each fault is at each chance it has; all are drawn from the seed."""

    draw: random.Random
    active: bool = True
    crash: float = 0.0
    error: float = 0.0
    lost: float = 0.0
    bus: float = 0.0
    slow: float = 0.0
    poison: float = 0.0

    @classmethod
    def drawn(cls, draw: random.Random) -> "Faults":
        """Return the faults of one run: most kinds in most runs, seldom all."""

        def rate(most: float) -> float:
            return draw.choice((0.0, most / 4, most))

        return cls(
            draw,
            crash=rate(0.006),
            error=rate(0.01),
            lost=rate(0.008),
            bus=rate(0.2),
            slow=rate(0.1),
            poison=rate(0.1),
        )

    def happens(self, chance: float) -> bool:
        """Draw whether a fault strikes now."""
        return self.active and chance > 0 and self.draw.random() < chance


@dataclass
class Around:
    """What all processes of a run share: the loop, chance, and the trace of what happened."""

    loop: SimulationLoop
    draw: random.Random
    faults: Faults
    trace: list[str] = field(default_factory=list)

    def note(self, who: str, what: str) -> None:
        """Write down what happened, for a second run of the seed to be compared with."""
        self.trace.append(f"{self.loop.time():.6f} {who}: {what}")


class Process:
    """Tasks that live and die together; dying, they leave behind only what was committed."""

    def __init__(self, name: str, around: Around) -> None:
        self.name = name
        self.around = around
        self.paused = False
        self.held: list[asyncio.Handle] = []
        self.gone = False
        self.connections: list[Closable] = []
        self._tasks: list[asyncio.Task[Any]] = []
        self.on_death: list[Callable[[], None]] = []

    def start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run something in this process."""
        context = copy_context()
        context.run(PROCESS.set, self)
        task = self.around.loop.create_task(work, context=context)
        self._tasks = [other for other in self._tasks if not other.done()]
        self._tasks.append(task)
        return task

    async def point(self, what: str) -> None:
        """Let others go first, and perhaps die here."""
        self.around.note(self.name, what)
        if self.around.faults.happens(self.around.faults.crash):
            self.kill()
        await asyncio.sleep(0)

    def pause(self) -> None:
        """Stop where it is, as a machine that is suspended does."""
        self.around.note(self.name, "paused")
        self.paused = True

    def resume(self) -> None:
        """Go on as if nothing had been."""
        self.paused = False
        self.around.loop.hand_back(self.held)
        self.held = []

    def kill(self) -> None:
        """Die at once: from here on nothing it does reaches a disk, the bus or a client.

        Its tasks are cancelled so that they end; whatever they try meanwhile is refused.
        """
        if self.gone:
            return
        self.around.note(self.name, "killed")
        self.gone = True
        for connection in list(self.connections):
            connection.drop()
        for task in self._tasks:
            task.cancel()
        self.resume()
        for tell in self.on_death:
            tell()

    async def ended(self) -> None:
        """Return when the last of its tasks has ended."""
        while left := [task for task in self._tasks if not task.done()]:
            for task in left:
                task.cancel()
            await asyncio.wait(left, timeout=1)
