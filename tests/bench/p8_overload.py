"""P8: load above capacity: 0.5, 1.5 and 3 times what the service does, with open arrivals.

The capacity is measured in the same round, with as many connections as P2 has. The commands are
P2's, of many callers; those who send are a process of their own.
"""

import asyncio
import itertools
import json
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from operator import add
from pathlib import Path

from libs.common.messaging.bus.kafka import KafkaBus
from libs.common.security import DemoIssuer, Role
from services.referral.service import SERVICE
from tests.bench.measured import Measured, Target, percentile
from tests.bench.p2_commands import child_to_refer, commands
from tests.bench.p8_arrivals import PATIENCE, Order, Seen
from tests.bench.surroundings import Process, Surroundings
from tests.bench.wire import Refused, throughput
from tests.worlds import EMBEDDED, REAL, bus_in, databases

ROUNDS, SECONDS, CONNECTIONS, COMMANDS, WARMING = 3, 8.0, 16, 800, 200
SHARES = (0.5, 1.5, 3.0)
CALLERS = 100
HEALTH = ("/referral/health/live", "/referral/health/ready")
RECOVERED_WITHIN = 60.0
LATE_MILLISECONDS = 50
"""How late a request may be sent, p99, before it is no open load any more."""


@dataclass
class Found:
    """What was seen at one share of capacity, round by round."""

    capacity: list[float] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)

    def goodput(self) -> list[float]:
        """Return the commands a second that were carried out while others arrived."""
        return [one.accepted_meanwhile / SECONDS for one in self.seen]

    def p99(self, kind: str) -> list[float]:
        """Return the 99th percentile of each round's milliseconds.

        Where none was accepted that is all of a caller's patience, and where none was refused, 0.
        """
        samples = [getattr(one, kind) for one in self.seen]
        none = 1000 * PATIENCE if kind == "accepted" else 0.0
        return [percentile(one, 0.99) if one else none for one in samples]

    def total(self, kind: str) -> list[float]:
        """Return each round's count."""
        return [float(getattr(one, kind)) for one in self.seen]


async def measure(around: Surroundings) -> list[Measured]:
    """Measure the service on PostgreSQL and Kafka, and the four in one process."""
    async with _real(around) as service:
        lines = _lines(REAL, await _rounds(service, around.folder / "overload"))
    async with _embedded(around) as service:
        return lines + _lines(EMBEDDED, await _rounds(service, around.folder / "overload-embedded"))


@asynccontextmanager
async def _real(around: Surroundings) -> AsyncIterator[Process]:
    async with (
        databases(REAL, around.folder, [SERVICE]) as urls,
        bus_in(REAL, around.folder) as bus,
    ):
        assert isinstance(bus, KafkaBus)
        variables = {
            "REFERRAL_DATABASE_URL": urls[SERVICE.name],
            "BUS_URL": f"kafka://{bus._servers}?prefix={bus._prefix}",
            "VAR_DIR": str(around.folder / "overload"),
        }
        service = await around.serving(["-m", "services.referral"], variables, HEALTH[1])
        try:
            yield service
        finally:
            await service.stop()
            await bus.stop()


@asynccontextmanager
async def _embedded(around: Surroundings) -> AsyncIterator[Process]:
    variables = {"VAR_DIR": str(around.folder / "overload-embedded")}
    service = await around.serving(["-m", "tests.bench.four_services"], variables, HEALTH[1])
    try:
        yield service
    finally:
        await service.stop()


async def _rounds(service: Process, folder: Path) -> dict[float, Found]:
    requests = await _requests(service, folder)
    found = {share: Found() for share in SHARES}
    await throughput(service.port, _some(requests, WARMING), CONNECTIONS)
    for turn in range(ROUNDS):
        capacity = await throughput(service.port, _some(requests, COMMANDS), CONNECTIONS)
        for share in SHARES:
            found[share].capacity.append(capacity)
            found[share].seen.append(await _arrivals(service, requests, share * capacity, turn))
            await _recovered(service, requests)
    return found


async def _recovered(service: Process, requests: Iterator[bytes]) -> None:
    """Wait until a backlog is done: none of as many commands as the capacity's is refused."""
    async with asyncio.timeout(RECOVERED_WITHIN):
        while True:
            try:
                await throughput(service.port, _some(requests, CONNECTIONS), CONNECTIONS)
            except* (Refused, OSError, EOFError):
                await asyncio.sleep(0.5)
            else:
                return


async def _requests(service: Process, folder: Path) -> Iterator[bytes]:
    """Return commands without end, of one caller after another."""
    issuer = DemoIssuer(folder)
    each = [
        {"Authorization": f"Bearer {issuer.token(Role.HEAD_OF_SERVICE, subject=f'head-{number}')}"}
        for number in range(CALLERS)
    ]
    child = await child_to_refer(service.port, each[0])
    return commands(itertools.cycle(each), child)


def _some(requests: Iterator[bytes], count: int) -> list[bytes]:
    return list(itertools.islice(requests, count))


async def _arrivals(
    service: Process, requests: Iterator[bytes], a_second: float, seed: int
) -> Seen:
    """Have a process of its own send at so many a second, and wait until all was answered."""
    enough = _some(requests, int(a_second * SECONDS * 1.3) + 100)
    texts = [one.decode() for one in enough]
    order = Order(service.port, a_second, SECONDS, seed, texts, HEALTH)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.bench.p8_arrivals",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    written, _ = await process.communicate(json.dumps(asdict(order)).encode())
    if process.returncode:
        raise RuntimeError("those who send have failed")
    return Seen(**json.loads(written))


def _lines(world: str, found: dict[float, Found]) -> list[Measured]:
    lines: list[Measured] = []

    def line(
        what: str, unit: str, ours: list[float], most: float | None = None, share: str = ""
    ) -> None:
        target = None if most is None else Target(most, "at most", "ours")
        lines.append(Measured("P8", f"{what} {share}, {world}", unit, ours, target=target))

    for share, one in found.items():
        at = f"at {share:g} x"
        goal = Target(0.8, "at least") if share == SHARES[-1] else None
        what = f"goodput {at}, beside capacity, {world}"
        lines.append(Measured("P8", what, "commands/s", one.goodput(), one.capacity, goal))
        line("accepted, p99", "ms", one.p99("accepted"), share=at)
        line("refused, p99", "ms", one.p99("refused"), 100, at)
        line("refused without Retry-After", "commands", one.total("without_retry_after"), 0, at)
        lost = list(map(add, one.total("failed"), one.total("unanswered")))
        line("failed or not answered", "commands", lost, 0, at)
        line("health not answered", "times", one.total("unhealthy"), 0, at)
        line("health, p99", "ms", one.p99("healthy"), share=at)
        line("sent later than intended, p99", "ms", one.p99("late"), LATE_MILLISECONDS, at)
    half, most = (found[share].p99("accepted") for share in (SHARES[0], SHARES[-1]))
    what = f"accepted at 3 x, p99, beside 0.5 x, {world}"
    return [*lines, Measured("P8", what, "ms", most, half, Target(2, "at most"))]
