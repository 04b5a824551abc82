"""P4: from a command's answer to its effect in reporting, beside a consumer that does nothing.

Reporting's effect is seen through its metrics: the position that is committed with the facts.
What is measured therefore includes the pause between two looks.
"""

import asyncio
import itertools
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

import httpx

from libs.common.messaging.bus.base import Bus, Partition, Reader
from libs.common.messaging.bus.kafka import KafkaBus
from libs.common.messaging.bus.local import LocalBus
from libs.common.security import DemoIssuer, Role
from services.referral.service import SERVICE as REFERRAL
from services.reporting.service import SERVICE as REPORTING
from tests.bench.measured import PAIRS, Measured, Target, percentile
from tests.bench.p2_commands import TEAM
from tests.bench.surroundings import Process, Surroundings
from tests.worlds import EMBEDDED, REAL, bus_in, databases

COMMANDS_A_SECOND, SECONDS = 50, 6
LOOK_SECONDS, EMPTY_WAIT = 0.01, 0.005
POSITION = re.compile(r'^consumer_position\{.*topic="referral"\} ([0-9.e+]+)$', re.MULTILINE)
SETTLED_WITHIN = 20.0


@dataclass
class Seen:
    """When each event was answered, met by the empty consumer, and seen in reporting."""

    answered: list[float] = field(default_factory=list)
    empty: list[float] = field(default_factory=list)
    reporting: list[float] = field(default_factory=list)
    refused: int = 0

    def delays(self, seen: Sequence[float]) -> list[float]:
        """Return the milliseconds from the n-th answer to the n-th time something was seen."""
        pairs = zip(sorted(self.answered), sorted(seen)[: len(self.answered)], strict=True)
        return [max(0.0, 1000 * (later - earlier)) for earlier, later in pairs]


@dataclass
class System:
    """Services that run, and the bus they are on."""

    referral: str
    reporting: str
    bus: Bus
    headers: Mapping[str, str]
    numbers: Iterator[int] = field(default_factory=itertools.count)


async def measure(around: Surroundings) -> list[Measured]:
    """Command at a steady rate in both worlds; both consumers see the same events."""
    async with _embedded(around) as system:
        embedded = await _measured(system, EMBEDDED, 150)
    async with _real(around) as system:
        return embedded + await _measured(system, REAL, 300)


async def _measured(system: System, world: str, most: float) -> list[Measured]:
    await _round(system, 1)
    rounds = [await _round(system, SECONDS) for _ in range(PAIRS)]
    lines = []
    for share, target in ((0.5, None), (0.99, Target(most, "at most", "ours"))):
        ours = [percentile(seen.delays(seen.reporting), share) for seen in rounds]
        floor = [percentile(seen.delays(seen.empty), share) for seen in rounds]
        what = f"freshness, {world}, p{100 * share:.0f}, {COMMANDS_A_SECOND} commands/s"
        lines.append(Measured("P4", what, "ms", ours, floor, target))
    refused = [float(seen.refused) for seen in rounds]
    return [*lines, Measured("P4", f"commands answered with 503, {world}", "a round", refused)]


@asynccontextmanager
async def _embedded(around: Surroundings) -> AsyncIterator[System]:
    """All services in one process; the empty consumer reads the log's file beside it."""
    folder = around.folder / "freshness"
    process = await around.serving(
        ["-m", "tests.bench.four_services"], {"VAR_DIR": str(folder)}, "/reporting/health/ready"
    )
    bus = LocalBus(str(folder / "bus.db"))
    url = f"http://127.0.0.1:{process.port}"
    try:
        yield System(url, url, bus, _headers(folder))
    finally:
        await process.stop()
        await bus.stop()


@asynccontextmanager
async def _real(around: Surroundings) -> AsyncIterator[System]:
    """Referral and reporting in a process each, with PostgreSQL and Kafka."""
    folder = around.folder / "freshness-real"
    async with (
        databases(REAL, around.folder, [REFERRAL, REPORTING]) as urls,
        bus_in(REAL, around.folder) as bus,
    ):
        assert isinstance(bus, KafkaBus)
        shared = {
            "BUS_URL": f"kafka://{bus._servers}?prefix={bus._prefix}",
            "VAR_DIR": str(folder),
        }
        started: list[Process] = []
        try:
            for name, url in urls.items():
                variables = {**shared, f"{name.upper()}_DATABASE_URL": url}
                ready = f"/{name}/health/ready"
                started.append(await around.serving(["-m", f"services.{name}"], variables, ready))
            referral, reporting = (f"http://127.0.0.1:{one.port}" for one in started)
            yield System(referral, reporting, bus, _headers(folder))
        finally:
            for one in started:
                await one.stop()
            await bus.stop()


def _headers(folder: Path) -> dict[str, str]:
    return {"Authorization": f"Bearer {DemoIssuer(folder).token(Role.HEAD_OF_SERVICE)}"}


async def _round(system: System, seconds: int) -> Seen:
    """Send commands at fixed moments, and watch both consumers until all was seen."""
    count = COMMANDS_A_SECOND * seconds
    async with httpx.AsyncClient(timeout=60) as client:
        await _settled(client, system)
        base = await _position(client, system)
        seen = Seen()
        reader = await system.bus.reader(await _ends(system.bus))
        try:
            async with asyncio.timeout(seconds + SETTLED_WITHIN), asyncio.TaskGroup() as group:
                group.create_task(_meet(reader, count, seen))
                group.create_task(_look(client, system, base, count, seen))
                group.create_task(_command(client, system, count, seen))
        finally:
            await reader.close()
    return seen


async def _command(client: httpx.AsyncClient, system: System, count: int, seen: Seen) -> None:
    begun = perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(count):
            await asyncio.sleep(max(0.0, begun + number / COMMANDS_A_SECOND - perf_counter()))
            group.create_task(_one(client, system, seen))


async def _one(client: httpx.AsyncClient, system: System, seen: Seen) -> None:
    url = f"{system.referral}/referral/v1/teams/by-code/t{next(system.numbers)}"
    while (await _put(client, url, system)).status_code == httpx.codes.SERVICE_UNAVAILABLE:
        seen.refused += 1
    seen.answered.append(perf_counter())


async def _put(client: httpx.AsyncClient, url: str, system: System) -> httpx.Response:
    answer = await client.put(url, json=TEAM, headers=dict(system.headers))
    if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
        answer.raise_for_status()
    return answer


async def _meet(reader: Reader, count: int, seen: Seen) -> None:
    while len(seen.empty) < count:
        records = await reader.fetch(count, EMPTY_WAIT)
        seen.empty += [perf_counter()] * len(records)


async def _look(
    client: httpx.AsyncClient, system: System, base: int, count: int, seen: Seen
) -> None:
    while len(seen.reporting) < count:
        await asyncio.sleep(LOOK_SECONDS)
        new = await _position(client, system) - base - len(seen.reporting)
        seen.reporting += [perf_counter()] * new


async def _position(client: httpx.AsyncClient, system: System) -> int:
    """Return how far reporting has come in referral's topic, over all partitions."""
    metrics = (await client.get(f"{system.reporting}/reporting/metrics")).raise_for_status().text
    return sum(int(float(found)) for found in POSITION.findall(metrics))


async def _settled(client: httpx.AsyncClient, system: System) -> None:
    """Wait until all that was published has been applied."""
    async with asyncio.timeout(SETTLED_WITHIN):
        while True:
            relay = (await client.get(f"{system.referral}/referral/health/ready")).json()
            consumer = (await client.get(f"{system.reporting}/reporting/health/ready")).json()
            if not relay["relay"]["pending"] and consumer["consumer"]["lag"] == 0:
                return
            await asyncio.sleep(0.05)


async def _ends(bus: Bus) -> Mapping[Partition, int]:
    reader = await bus.reader(dict.fromkeys(await bus.partitions(REFERRAL.name), 0))
    try:
        return await reader.ends()
    finally:
        await reader.close()
