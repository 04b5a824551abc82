"""Without a broker writes go on; without a database they are refused at once; both are got over."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path

import pytest

from libs.common.security import DemoIssuer, Role
from tests.proof.faults.outages import (
    ALONE,
    BROKER,
    DATABASE,
    OFTEN,
    Alone,
    Way,
    alone_at,
    caller_at,
    outage,
)
from tests.proof.faults.process import client
from tests.proof.faults.proxy import Mode
from tests.proof.faults.servers import Machines, behind_proxies, own_machines
from tests.proof.faults.trial import poison
from tests.proof.faults.under_load import kills_under_load

pytestmark = [pytest.mark.real, pytest.mark.true_broker, pytest.mark.timeout(300)]

SECONDS = 5.0
AT_WORK_SECONDS = 60.0
"""K10 on a busy machine; `make soak` prints how long it takes on a quiet one."""
PATIENCE_SECONDS = 2.0
"""How long a caller waits at most to hear that the database is away."""
GRACE_SECONDS = 12.0
"""What a busy machine may add to that."""


@pytest.fixture
def machines() -> Iterator[Machines]:
    """Return servers nobody else uses."""
    with own_machines() as started:
        yield started


@pytest.fixture
async def alone(machines: Machines, tmp_path: Path) -> AsyncIterator[Alone]:
    """Return a process of each service, with its servers behind proxies."""
    async with behind_proxies(machines, tmp_path, OFTEN) as servers:
        await poison(servers.place)
        async with alone_at(servers, caller_at(servers, 1)) as started:
            yield started


async def test_without_a_broker_writes_go_on(alone: Alone, tmp_path: Path) -> None:
    alone.servers.to_broker.become(Mode.DELAY)
    await written(alone, "delay")
    alone.servers.to_broker.become(Mode.PASS)
    for number, way in enumerate(Way):
        took = await outage(
            alone,
            BROKER,
            way,
            SECONDS,
            under_load=bool(number % 2),
            meanwhile=partial(written, alone, way),
        )
        assert took < AT_WORK_SECONDS, (way, took)
    await ends_well(alone, tmp_path)


async def written(alone: Alone, how: str) -> None:
    """Commands are taken all the same, by those who have to know nothing of it.

    A load beside it may change the same delivery (409), a busy machine refuse for a moment (503).
    """
    async with client(alone.place, ALONE[0]) as http, asyncio.timeout(40):
        for _ in range(5):
            sent = alone.caller.draw_next()
            while not sent.acknowledged:
                await alone.caller.try_once(http, sent)
                assert sent.status in {0, 200, 201, 409, 503}, (how, sent.status, sent.answer)
    for name in ALONE:
        assert (await alone.ready(name)).status_code == 200, how


async def test_without_a_database_a_caller_hears_so_at_once(alone: Alone, tmp_path: Path) -> None:
    for number, way in enumerate(Way):
        took = await outage(
            alone,
            DATABASE,
            way,
            SECONDS,
            under_load=bool(number % 2),
            meanwhile=partial(refused_at_once, alone, way),
        )
        assert took < AT_WORK_SECONDS, (way, took)
    await ends_well(alone, tmp_path)


async def ends_well(alone: Alone, folder: Path) -> None:
    """Nothing is lost or doubled, and every process still stops when it is asked to."""
    await alone.check(folder)
    for process in alone.processes.values():
        assert await process.stop() == -signal.SIGTERM


async def refused_at_once(alone: Alone, how: str) -> None:
    async with client(alone.place, ALONE[0]) as http:
        for _ in range(3):
            began = time.monotonic()
            sent = await alone.caller.send_one(http, {})
            took = time.monotonic() - began
            assert sent.status == 503, how
            assert took < PATIENCE_SECONDS + GRACE_SECONDS, (how, took)
        assert (await http.get("/survey/health/live")).status_code == 200
        token = DemoIssuer(alone.place.folder).token(Role.PARENT)
        forbidden = {"Authorization": f"Bearer {token}"}
        assert (await http.get("/survey/v1/dead-letters", headers=forbidden)).status_code == 503, (
            how
        )
    away = await alone.ready(ALONE[0])
    assert (away.status_code, away.json()["status"]) == (503, "database-away")
    assert set(away.json()["parts"]) == {
        *("heartbeat", "relay", "imports", "pruner", "routines", "listener", "watchdog")
    }


async def test_two_owners_and_their_servers_are_killed_under_load(
    machines: Machines, tmp_path: Path
) -> None:
    async with behind_proxies(machines, tmp_path) as servers:
        counts = {"survey": 3, "reporting": 3, "broker": 1, "database": 1}
        killed, caller = await kills_under_load(servers, tmp_path, 3, counts)
    assert killed == counts
    assert len(caller.journal) > 10
