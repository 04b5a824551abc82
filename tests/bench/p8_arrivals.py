"""P8's callers, in a process of their own: requests at the moments intended, whatever is answered.

``python -m tests.bench.p8_arrivals`` reads an `Order` as JSON and writes a `Seen` as JSON. A
latency is counted from the moment the request was to be sent, so that a caller that is late makes
the figures worse, and how late it was is told.
"""

import asyncio
import json
import random
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from time import perf_counter
from typing import cast

from libs.common.runtime.process import run_until_done

PATIENCE = 10.0
"""Seconds after which a caller has gone: an answer after that is no use to anybody."""
LOOK_EVERY = 0.2
HEALTH_PATIENCE = 2.0


@dataclass(frozen=True)
class Order:
    """Where to send what: so many a second on average, for so long; and whose health to look at."""

    port: int
    a_second: float
    seconds: float
    seed: int
    requests: Sequence[str]
    health: Sequence[str]


@dataclass
class Seen:
    """Milliseconds until success and until a refusal, what else was answered, and who was late."""

    accepted: list[float] = field(default_factory=list)
    accepted_meanwhile: int = 0
    """How many were carried out while others still arrived: what is done later is a backlog's."""
    refused: list[float] = field(default_factory=list)
    without_retry_after: int = 0
    failed: int = 0
    unanswered: int = 0
    late: list[float] = field(default_factory=list)
    healthy: list[float] = field(default_factory=list)
    unhealthy: int = 0

    def answered(self, status: int, head: bytes, milliseconds: float) -> None:
        """Take note of an answer."""
        if 200 <= status < 300:
            self.accepted.append(milliseconds)
        elif status in {429, 503}:
            self.refused.append(milliseconds)
            self.without_retry_after += b"\r\nretry-after:" not in head.lower()
        else:
            self.failed += 1


class Caller(asyncio.Protocol):
    """One connection: sends a request, and gives status and head once the answer is whole."""

    def __init__(self) -> None:
        self._received = b""
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is none by descent

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        if not end or len(body) < _length(head) or self._answer is None:
            return
        self._received = b""
        if not self._answer.done():
            self._answer.set_result((int(head[9:12]), head))

    def connection_lost(self, _: Exception | None) -> None:
        self.transport = None
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionError())

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """Send a request and wait for the answer."""
        if self.transport is None:
            raise ConnectionError
        self._answer = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return await self._answer


def _length(head: bytes) -> int:
    lower = head.lower()
    start = lower.index(b"content-length:") + len(b"content-length:")
    return int(lower[start:].split(b"\r\n", 1)[0])


class Callers:
    """As many connections as are needed; one that is free is used again."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._free: list[Caller] = []

    async def ask(self, request: bytes, seconds: float) -> tuple[int, bytes]:
        """Send a request; raises TimeoutError or ConnectionError where no answer comes."""
        async with asyncio.timeout(seconds):
            caller = self._free.pop() if self._free else await self._connect()
            try:
                answer = await caller.ask(request)
            except BaseException:
                if caller.transport is not None:
                    caller.transport.abort()
                raise
        if caller.transport is not None and b"connection: close" not in answer[1].lower():
            self._free.append(caller)
        return answer

    async def _connect(self) -> Caller:
        loop = asyncio.get_running_loop()
        _, caller = await loop.create_connection(Caller, "127.0.0.1", self._port)
        return caller


async def arrive(order: Order) -> Seen:
    """Send every request at its moment, and look at the service's health meanwhile."""
    seen, chances, callers = Seen(), random.Random(order.seed), Callers(order.port)
    waiting = iter(order.requests)
    looking = asyncio.create_task(_look(order, seen))
    begun, at = perf_counter(), 0.0
    async with asyncio.TaskGroup() as group:
        while (at := at + chances.expovariate(order.a_second)) < order.seconds:
            if (pause := begun + at - perf_counter()) > 0:
                await asyncio.sleep(pause)
            seen.late.append(1000 * (perf_counter() - begun - at))
            group.create_task(_one(callers, next(waiting).encode(), begun + at, seen))
        seen.accepted_meanwhile = len(seen.accepted)
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)
    return seen


async def _one(callers: Callers, request: bytes, intended: float, seen: Seen) -> None:
    try:
        status, head = await callers.ask(request, intended + PATIENCE - perf_counter())
    except (TimeoutError, OSError):
        seen.unanswered += 1
        return
    seen.answered(status, head, 1000 * (perf_counter() - intended))


async def _look(order: Order, seen: Seen) -> None:
    """Ask for health again and again, each time over a connection of its own, as a probe does."""
    while True:
        for path in order.health:
            asked = perf_counter()
            request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
            try:
                status, _ = await Callers(order.port).ask(request, HEALTH_PATIENCE)
            except (TimeoutError, OSError):
                status = 0
            seen.healthy.append(1000 * (perf_counter() - asked))
            seen.unhealthy += status != 200
        await asyncio.sleep(LOOK_EVERY)


if __name__ == "__main__":
    found = run_until_done(arrive(Order(**json.load(sys.stdin))))
    json.dump(asdict(found), sys.stdout)
