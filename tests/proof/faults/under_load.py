"""Kills under load: two owners of everything, and any of them, or a server, killed at random."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from tests.proof.faults.caller import Caller
from tests.proof.faults.checks import check
from tests.proof.faults.process import Process
from tests.proof.faults.servers import Killable, Servers
from tests.proof.faults.trial import poison, recover

OWNERS = ("survey-a", "survey-b", "reporting-a", "reporting-b")
"""Two of each service: two relays want the one lock, two consumers the same partitions."""
VICTIMS = ("survey", "reporting", "broker", "database")


class Fleet:
    """The processes on trial, each started again when it was killed."""

    def __init__(self, servers: Servers) -> None:
        self._place = servers.place
        self._running: dict[str, tuple[Process, AsyncExitStack]] = {}

    async def start(self, name: str) -> None:
        """Start a process."""
        stack = AsyncExitStack()
        process = await stack.enter_async_context(Process(self._place, name=name))
        self._running[name] = (process, stack)

    async def kill(self, name: str) -> None:
        """Kill a process, and wait until nothing is left of it."""
        process, stack = self._running.pop(name)
        process.kill()
        await stack.aclose()

    async def end(self) -> None:
        """Kill whatever runs."""
        for name in list(self._running):
            await self.kill(name)


@asynccontextmanager
async def fleet_at(servers: Servers) -> AsyncIterator[Fleet]:
    """Start two owners of everything."""
    fleet = Fleet(servers)
    try:
        for name in OWNERS:
            await fleet.start(name)
        yield fleet
    finally:
        await fleet.end()


async def kills_under_load(
    servers: Servers, folder: Path, seed: int, counts: dict[str, int]
) -> tuple[Counter[str], Caller]:
    """Kill each victim as often as asked, in a drawn order, while commands come in; then check."""
    draw = random.Random(seed)
    await poison(servers.place)
    caller = Caller(servers.place, random.Random(seed + 1))
    order = [victim for victim, count in counts.items() for _ in range(count)]
    draw.shuffle(order)
    stop = asyncio.Event()
    async with fleet_at(servers) as fleet:
        load = asyncio.create_task(caller.load(OWNERS[:2], stop))
        for victim in order:
            await asyncio.sleep(draw.random() * 0.3)
            await _kill(servers, fleet, victim, draw)
            assert not load.done(), "the caller goes on whatever happens"
        stop.set()
        await load
    await recover(servers.place, caller)
    replay = folder / "replay"
    replay.mkdir()
    await check(servers.place, caller, replay)
    return Counter(order), caller


async def _kill(servers: Servers, fleet: Fleet, victim: str, draw: random.Random) -> None:
    server: Killable | None = {"broker": servers.broker, "database": servers.database}.get(victim)
    if server is not None:
        server.kill()
        await asyncio.sleep(draw.random())
        await server.restart()
        return
    name = draw.choice([owner for owner in OWNERS if owner.startswith(victim)])
    await fleet.kill(name)
    await fleet.start(name)
