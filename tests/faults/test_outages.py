"""Without a broker writes go on; without a database they are refused at once; both are got over."""

import os
import random
import signal
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from libs.common.auth import DemoIssuer, Role
from tests.faults.caller import Caller
from tests.faults.checks import check
from tests.faults.process import Process, client
from tests.faults.proxy import Mode
from tests.faults.servers import Machines, Servers, behind_proxies, own_machines
from tests.faults.trial import poison, settle
from tests.faults.under_load import kills_under_load

pytestmark = [pytest.mark.real, pytest.mark.true_broker, pytest.mark.timeout(300)]

CUTS = (Mode.REFUSE, Mode.RESET, Mode.DROP, Mode.HALF_OPEN)
FEW = (Mode.RESET, Mode.HALF_OPEN)
"""Each takes up to ten seconds to be got over: `make soak` takes them all."""
PATIENCE_SECONDS = 2.0
"""How long a caller waits at most to hear that the database is away."""
GRACE_SECONDS = 1.0 if os.environ.get("SOAK") else 6.0
"""What a busy machine may add to that: little in a soak, which has the machine to itself."""


@pytest.fixture
def machines() -> Iterator[Machines]:
    """Return servers nobody else uses."""
    with own_machines() as started:
        yield started


@pytest.fixture
async def servers(machines: Machines, tmp_path: Path) -> AsyncIterator[Servers]:
    """Return them behind proxies."""
    async with behind_proxies(machines, tmp_path) as started:
        await poison(started.place)
        yield started


async def test_without_a_broker_writes_go_on(servers: Servers, tmp_path: Path) -> None:
    place = servers.place
    caller = Caller(place, random.Random(1))
    async with Process(place) as process:
        for mode in (*cuts(), Mode.DELAY):
            await caller.send(3)
            servers.to_broker.become(mode)
            await caller.send(5)
            assert all(sent.acknowledged for sent in caller.journal), mode
            assert (await ready(servers)).status_code == 200, mode
            servers.to_broker.become(Mode.PASS)
            await settle(place, 60)
        servers.broker.kill()
        await caller.send(5)
        await servers.broker.restart()
        await settle(place, 60)
        assert await process.stop() == -signal.SIGTERM
    replay = tmp_path / "replay"
    replay.mkdir()
    await check(place, caller, replay)


async def test_without_a_database_a_caller_hears_so_at_once(
    servers: Servers, tmp_path: Path
) -> None:
    place = servers.place
    caller = Caller(place, random.Random(2))
    async with Process(place) as process:
        for mode in cuts():
            await caller.send(3)
            servers.to_database.become(mode)
            await refused_at_once(servers, caller, mode)
            servers.to_database.become(Mode.PASS)
            await settle(place, 60)
            await caller.send_again()
        servers.database.kill()
        await refused_at_once(servers, caller, "killed")
        await servers.database.restart()
        await settle(place, 60)
        await caller.send_again()
        await settle(place)
        assert await process.stop() == -signal.SIGTERM
    replay = tmp_path / "replay"
    replay.mkdir()
    await check(place, caller, replay)


def cuts() -> tuple[Mode, ...]:
    return CUTS if os.environ.get("SOAK") else FEW


async def refused_at_once(servers: Servers, caller: Caller, how: str) -> None:
    for _ in range(3):
        began = time.monotonic()
        await caller.send(1)
        took = time.monotonic() - began
        assert caller.journal[-1].status == 503, how
        assert took < PATIENCE_SECONDS + GRACE_SECONDS, (how, took)
    async with client(servers.place) as http:
        assert (await http.get("/survey/health/live")).status_code == 200
        token = DemoIssuer(servers.place.folder).token(Role.PARENT)
        forbidden = {"Authorization": f"Bearer {token}"}
        assert (await http.get("/survey/v1/parked", headers=forbidden)).status_code == 503, how
    assert (await ready(servers)).status_code == 503


async def ready(servers: Servers) -> httpx.Response:
    async with client(servers.place) as http:
        return await http.get("/survey/health/ready")


async def test_two_owners_and_their_servers_are_killed_under_load(
    machines: Machines, tmp_path: Path
) -> None:
    async with behind_proxies(machines, tmp_path) as servers:
        counts = {"survey": 3, "reporting": 3, "broker": 1, "database": 1}
        killed, caller = await kills_under_load(servers, tmp_path, 3, counts)
    assert killed == counts
    assert len(caller.journal) > 10
