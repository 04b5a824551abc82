"""The four services as they run in earnest: over TLS, each with credentials of its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from copy import copy
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from sqlalchemy import func, select
from starlette.types import Receive, Scope, Send

from deploy.services import SERVICES
from libs.common.core.clock import SystemClock
from libs.common.messaging.bus_security import BusSecurity
from libs.common.persistence import tables
from libs.common.persistence.db import Database
from libs.common.persistence.migrations import upgrade
from libs.common.runtime.manifest import Surroundings
from libs.common.runtime.service import System
from libs.common.security import DemoIssuer, TokenChecker
from services.reporting import facts
from services.reporting.rebuild import rebuild
from tests.journeys.casework import opened
from tests.secured.kafka import APART, Cluster
from tests.secured.postgres import Server, text
from tests.worlds import World

pytestmark = [pytest.mark.real, pytest.mark.true_broker, pytest.mark.tls]


@asynccontextmanager
async def apart(
    urls: dict[str, str], securities: dict[str, BusSecurity], kafka: Cluster, folder: Path
) -> AsyncIterator[World]:
    """Start the services, each by itself, behind one client."""
    issuer = DemoIssuer(folder)
    systems = {}
    for service in SERVICES:
        around = Surroundings(
            database_urls=urls,
            bus=kafka.bus(securities[service.name], prefix=APART),
            tokens=TokenChecker(issuer.settings),
            clock=SystemClock(),
            upgrade=False,
        )
        systems[service.name] = System([service], around)

    async def front(scope: Scope, receive: Receive, send: Send) -> None:
        await systems[scope["path"].split("/")[1]].app(scope, receive, send)

    together = copy(systems["referral"])
    together.running = {name: one.running[name] for name, one in systems.items()}
    async with AsyncExitStack() as stack:
        for one in systems.values():
            await stack.enter_async_context(one.lifespan())
        transport = httpx.ASGITransport(front, raise_app_exceptions=False)
        client = await stack.enter_async_context(
            httpx.AsyncClient(transport=transport, base_url="http://test", timeout=60)
        )
        yield World("real", together, client, issuer, around.bus)


async def health(world: World, service: str) -> dict[str, object]:
    answer = await world.client.get(f"/{service}/health/ready")
    assert answer.status_code == 200
    return dict(answer.json())


async def says(world: World, service: str, bus: dict[str, str] | None) -> None:
    """Wait until a service says this of the bus."""
    async with asyncio.timeout(20):
        while (await health(world, service)).get("bus") != bus:
            await asyncio.sleep(0.05)


async def test_commands_become_facts_once_a_wrong_password_is_put_right(
    kafka: Cluster, database: Server, tmp_path: Path
) -> None:
    done = kafka.topics(BUS_URL=f"kafkas://{kafka.listeners['SASL']}?prefix={APART}")
    assert done.returncode == 0, done.stderr
    urls, securities = {}, {}
    for service in SERVICES:
        name = service.name
        urls[name] = text(database.url(name, f"word-of-{name}", name))
        securities[name] = kafka.by_password(APART + name)
        one = Database(urls[name])
        await upgrade(one, service.migrations)
        await one.close()
    file = securities["referral"].bus_password_file
    assert file is not None
    right = file.read_text()
    file.write_text("a guess")
    async with apart(urls, securities, kafka, tmp_path) as world:
        case = UUID((await opened(world))["case"])
        await says(world, "referral", {"status": "away", "reason": "credentials-refused"})
        await says(world, "reporting", None)
        file.write_text(right)
        await world.settle(within=60)
        await says(world, "referral", None)
        async with world.database("reporting").reading() as connection:
            query = select(facts.case.c.case_id)
            assert set((await connection.execute(query)).scalars()) == {case}
            found = select(func.count()).select_from(tables.dead_letter)
            assert (await connection.execute(found)).scalar_one() == 0
    bus = kafka.bus(securities["reporting"], prefix=APART)
    try:
        assert (await rebuild(urls["reporting"], bus, swap=False)).same_facts
    finally:
        await bus.stop()
