"""What the parts of a command cost: the same commands with and without each of them.

The commands come through the application itself, without a socket or a server, sixteen at once.
"""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager, nullcontext
from dataclasses import replace
from time import perf_counter
from typing import Any
from unittest.mock import patch
from uuid import uuid4

from deploy.demo.county import small_county
from deploy.demo.importing import posted
from libs.common.http import requests as http
from libs.common.messaging.relay import Relay
from libs.common.persistence.uow import UnitOfWork
from libs.common.runtime.manifest import Service
from services.referral.service import SERVICE
from tests.bench.measured import PAIRS, Measured, percentile
from tests.bench.p2_commands import CHILD, _referral
from tests.bench.surroundings import Surroundings
from tests.worlds import REAL, World, world_of

AT_ONCE, COMMANDS, SINGLE = 16, 320, 40
Without = Callable[[], AbstractContextManager[Any]]


async def _nothing(*_: object, **__: object) -> None:
    return None


def _no_audit() -> AbstractContextManager[Any]:
    return patch.object(UnitOfWork, "_audit", lambda *_, **__: [])


def _no_idempotency() -> AbstractContextManager[Any]:
    stack = ExitStack()
    stack.enter_context(patch.object(http, "stored_response", _nothing))
    stack.enter_context(patch.object(UnitOfWork, "store", lambda *_: None))
    return stack


def _no_wake_up() -> AbstractContextManager[Any]:
    return patch.object(Relay, "wake", lambda _: None)


PARTS: dict[str, tuple[Without, Service]] = {
    "everything": (nullcontext, SERVICE),
    "no audit": (_no_audit, SERVICE),
    "no idempotency record": (_no_idempotency, SERVICE),
    "no wake-up of the relay": (_no_wake_up, SERVICE),
    "no relay": (nullcontext, replace(SERVICE, publishes=False)),
}


async def measure(around: Surroundings) -> list[Measured]:
    """Send the same referrals with everything and without each part, in turn."""
    rates: dict[str, list[float]] = {part: [] for part in PARTS}
    waits: dict[str, list[float]] = {part: [] for part in PARTS}
    for turn, part in itertools.product(range(PAIRS), PARTS):
        without, service = PARTS[part]
        folder = around.folder / f"costs-{turn}-{part.replace(' ', '-')}"
        folder.mkdir()
        with without():
            async with world_of(REAL, folder, [service]) as world, _referring(world) as refer:
                await asyncio.gather(*(refer() for _ in range(AT_ONCE)))
                rates[part].append(await _rate(refer))
                if service.publishes:
                    waits[part].append(await _published_after(world, refer))
    whole = rates.pop("everything")
    lines = [
        Measured("COST", f"referrals, beside: {part}", "commands/s", whole, rate)
        for part, rate in rates.items()
    ]
    woken, unwoken = waits["everything"], waits["no wake-up of the relay"]
    what = "from a referral's answer to its event on Kafka, beside: no wake-up"
    return [*lines, Measured("COST", what, "ms, p50", woken, unwoken)]


Refer = Callable[[], Any]


@asynccontextmanager
async def _referring(world: World) -> AsyncIterator[Refer]:
    """Record what a referral needs; yield a function that submits another."""
    schools = small_county(1).schools.encode()
    extract = "/referral/v1/school-extracts?snapshot_on=2018-09-01&mode=commit"
    headers = world.as_() | {"Content-Type": "text/csv"}
    await posted(world.client, extract, schools, headers)
    put = "/referral/v1/children/by-reference/county/first"
    child = (await world.client.put(put, json=CHILD, headers=world.as_())).raise_for_status()
    token = world.as_()["Authorization"].encode()
    numbers: Iterator[int] = itertools.count()

    async def refer() -> None:
        body = json.dumps(_referral(child.json()["child_id"], next(numbers))).encode()
        await _post(world, body, token)

    yield refer


async def _post(world: World, body: bytes, token: bytes) -> None:
    headers = {
        b"host": b"test",
        b"content-type": b"application/json",
        b"content-length": str(len(body)).encode(),
        b"authorization": token,
        b"idempotency-key": uuid4().hex.encode(),
    }
    path = "/referral/v1/referrals"
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "headers": list(headers.items()),
        "state": {},
    }
    messages = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> Any:
        return next(messages)

    async def send(message: Any) -> None:
        if message.get("status", 201) != 201:
            raise RuntimeError(f"refused with {message['status']}")

    await world.system.app(scope, receive, send)


async def _rate(refer: Refer) -> float:
    """Return how many referrals are taken in a second."""
    left = iter(range(COMMANDS))

    async def some() -> None:
        for _ in left:
            await refer()

    begun = perf_counter()
    await asyncio.gather(*(some() for _ in range(AT_ONCE)))
    return COMMANDS / (perf_counter() - begun)


async def _published_after(world: World, refer: Refer) -> float:
    """Submit referrals one by one; return the milliseconds until half of them were published."""
    relay = world.system.running[SERVICE.name].relay
    assert relay is not None
    await world.settle()
    waits = []
    for _ in range(SINGLE):
        await refer()
        begun, target = perf_counter(), relay.published + 1
        while relay.published < target:
            await asyncio.sleep(0.001)
        waits.append(1000 * (perf_counter() - begun))
    return percentile(waits, 0.5)
