"""Outages: a server is taken away in one of the ways there are, and comes back."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from libs.common.messaging.consumer import ReadingLimits
from tests.proof.faults.caller import Caller
from tests.proof.faults.checks import check
from tests.proof.faults.place import Place
from tests.proof.faults.process import Process, client
from tests.proof.faults.proxy import Mode, Proxy
from tests.proof.faults.servers import Killable, Servers

BROKER, DATABASE = "broker", "database"
ALONE = ("survey", "reporting")
"""A process a service, as for real; both listen."""
OFTEN = ReadingLimits(look_again=2.0, to_open=3.0)
"""A reader is closed and made anew every two seconds, otherwise it is every 30: so that in an
outage of five seconds all is done that in one of a minute is done."""
PATIENCE_SECONDS = 120.0
"""How long the closing of a reader, which may wait for the library's own limits, may take."""


class Way(StrEnum):
    """How a server goes away."""

    KILLED = "killed"
    STOPPED = "stopped"
    REFUSED = "refused"
    BLACK_HOLED = "black-holed"
    RESET = "reset"
    HALF_OPEN = "half-open"


CUTS = {
    Way.REFUSED: Mode.REFUSE,
    Way.BLACK_HOLED: Mode.DROP,
    Way.RESET: Mode.RESET,
    Way.HALF_OPEN: Mode.HALF_OPEN,
}


def _of(servers: Servers, which: str) -> tuple[Killable, Proxy]:
    if which == BROKER:
        return servers.broker, servers.to_broker
    return servers.database, servers.to_database


def take_away(servers: Servers, which: str, way: Way) -> None:
    """Take a server away."""
    server, proxy = _of(servers, which)
    if way is Way.KILLED:
        server.kill()
    elif way is Way.STOPPED:
        server.pause()
    else:
        proxy.become(CUTS[way])


async def bring_back(servers: Servers, which: str, way: Way) -> None:
    """Bring it back, and return when it answers."""
    server, proxy = _of(servers, which)
    if way is Way.KILLED:
        await server.restart()
    elif way is Way.STOPPED:
        server.resume()
    else:
        proxy.become(Mode.PASS)


@dataclass
class Alone:
    """A process of each service at a place, and somebody who calls them."""

    servers: Servers
    caller: Caller
    processes: dict[str, Process] = field(default_factory=dict)
    stacks: dict[str, AsyncExitStack] = field(default_factory=dict)

    @property
    def place(self) -> Place:
        """Where they are."""
        return self.servers.place

    async def start(self) -> None:
        """Start every process that does not run."""
        for name in ALONE:
            if name not in self.processes:
                self.stacks[name] = AsyncExitStack()
                process = Process(self.place, name=name)
                self.processes[name] = await self.stacks[name].enter_async_context(process)

    async def kill(self) -> None:
        """Kill every process, all at once, and wait until nothing is left of them."""
        for process in self.processes.values():
            process.kill()
        for stack in self.stacks.values():
            await stack.aclose()
        self.processes.clear()
        self.stacks.clear()

    async def ready(self, name: str) -> httpx.Response:
        """Ask one whether it is ready."""
        async with client(self.place, name) as http:
            return await http.get(f"/{name}/health/ready")

    async def restarts(self) -> dict[str, int]:
        """Return how often each listener was started again: each time its reader was closed."""
        counts = {}
        for name in ALONE:
            parts = (await self.ready(name)).json()["parts"]
            counts[name] = int(parts["listener"]["restarts"])
        return counts

    async def until_readers_closed(self, before: dict[str, int]) -> None:
        """Wait until each listener has closed its reader and failed to make another."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not all(now > before[name] for name, now in (await self.restarts()).items()):
                await asyncio.sleep(0.1)

    async def until_at_work(self) -> float:
        """Wait until all is published and applied; return how many seconds that took (K10)."""
        began = time.monotonic()
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await self._is_at_work():
                await asyncio.sleep(0.05)
        return time.monotonic() - began

    async def _is_at_work(self) -> bool:
        for name in ALONE:
            with suppress(httpx.TransportError):
                found = await self.ready(name)
                if found.is_success and _is_done(found.json()):
                    continue
            return False
        return True

    def alive(self) -> dict[str, int]:
        """Return the number of each process that runs."""
        return {name: one.pid for name, one in self.processes.items() if one.is_alive}

    async def check(self, folder: Path) -> None:
        """Check that nothing was lost or doubled, whatever was answered meanwhile."""
        await self.caller.send_again()
        await self.until_at_work()
        replay = folder / f"replay-{uuid4().hex[:8]}"
        replay.mkdir()
        await check(self.place, self.caller, replay)


def _is_done(state: dict[str, Any]) -> bool:
    pending = state.get("relay", {"pending": 0})["pending"]
    return (pending, state["consumer"]["lag"]) == (0, 0)


@asynccontextmanager
async def alone_at(servers: Servers, caller: Caller) -> AsyncIterator[Alone]:
    """Start a process of each service."""
    alone = Alone(servers, caller)
    try:
        await alone.start()
        yield alone
    finally:
        await alone.kill()


def caller_at(servers: Servers, seed: int) -> Caller:
    """Return somebody who calls the service that publishes."""
    return Caller(servers.place, random.Random(seed), ALONE[0])


@asynccontextmanager
async def load(caller: Caller, names: Sequence[str] = (ALONE[0],)) -> AsyncIterator[None]:
    """Have commands come in, one after another."""
    stop = asyncio.Event()
    loading = asyncio.create_task(caller.load(names, stop))
    try:
        yield
        assert not loading.done(), "the caller goes on whatever happens"
    finally:
        stop.set()
        await loading


async def outage(
    alone: Alone,
    which: str,
    way: Way,
    seconds: float,
    *,
    under_load: bool = False,
    meanwhile: Callable[[], Awaitable[None]] | None = None,
) -> float:
    """Take a server away for so long; return in how many seconds after that all was at work again.

    The broker comes back only after every listener has closed the reader it had. Whatever
    happens, the same processes run.
    """
    before = alone.alive()
    await alone.caller.send(3)
    await alone.until_at_work()
    restarts = await alone.restarts()
    async with AsyncExitStack() as stack:
        if under_load:
            await stack.enter_async_context(load(alone.caller))
        take_away(alone.servers, which, way)
        until = time.monotonic() + seconds
        try:
            if meanwhile is not None:
                await meanwhile()
            if which == BROKER:
                await alone.until_readers_closed(restarts)
            await asyncio.sleep(until - time.monotonic())
        finally:
            await bring_back(alone.servers, which, way)
        back = time.monotonic()
    await alone.until_at_work()
    assert alone.alive() == before, (which, way)
    return time.monotonic() - back


async def all_at_once(alone: Alone) -> float:
    """Kill both servers and every process under load; return how long all takes to be back."""
    servers = alone.servers
    async with load(alone.caller):
        await asyncio.sleep(1)
        servers.broker.kill()
        servers.database.kill()
        await alone.kill()
        await asyncio.gather(servers.broker.restart(), servers.database.restart())
        await alone.start()
        back = time.monotonic()
    await alone.until_at_work()
    return time.monotonic() - back
