"""Where a drill is played: databases and a bus that outlive the services started on them."""

import json
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
from sqlalchemy import select
from sqlalchemy.engine import make_url

from deploy.beside import beside
from deploy.reconcile import reconcile
from deploy.services import BY_NAME, SERVICES
from deploy.topics import PUBLISHERS
from libs.common.audit.chain import AuditFiles, make_key, read_key
from libs.common.core.clock import SystemClock
from libs.common.messaging.bus.base import Bus, Delivered, Partition, Reader
from libs.common.messaging.bus.kafka import KafkaBus
from libs.common.messaging.bus_address import BusAddress
from libs.common.messaging.comparison import between
from libs.common.persistence import tables
from libs.common.persistence.db import Database
from libs.common.runtime.manifest import Surroundings
from libs.common.runtime.process import bus_of
from libs.common.runtime.service import System
from libs.common.runtime.settings import CommonSettings
from libs.common.security import DemoIssuer, Role, TokenChecker
from tests.worlds import EMBEDDED, World, bus_in, databases


class AwayBus(Bus):
    """A bus that does not answer."""

    async def start(self) -> None:
        """Nothing to connect to."""

    async def stop(self) -> None:
        """Nothing to disconnect from."""

    async def publish(self, *_: Any) -> None:
        """Fail."""
        raise ConnectionError

    async def partitions(self, _: str) -> Sequence[Partition]:
        """Fail."""
        raise ConnectionError

    async def spans(self, _: str) -> Mapping[Partition, tuple[int, int]]:
        """Fail."""
        raise ConnectionError

    async def reader(self, _: Mapping[Partition, int]) -> Reader:
        """Fail."""
        raise ConnectionError


@dataclass
class Stage:
    """The addresses, and what was acknowledged: every event of every command answered well."""

    kind: str
    folder: Path
    urls: dict[str, str]
    bus_url: str
    issuer: DemoIssuer
    drawn: int = 0
    deliveries: list[str] = field(default_factory=list)

    @property
    def environ(self) -> dict[str, str]:
        """Return what a command is told."""
        named = {f"{name.upper()}_DATABASE_URL": url for name, url in self.urls.items()}
        return {**named, "BUS_URL": self.bus_url, "VAR_DIR": str(self.folder)}

    def settings(self, *names: str) -> dict[str, CommonSettings]:
        """Return the settings of services, of all unless some are named."""
        return {name: CommonSettings.load(name, self.environ) for name in names or BY_NAME}

    def bus(self) -> Bus:
        """Return a bus at the stage's address."""
        return bus_of(BusAddress.parse(self.bus_url))

    @asynccontextmanager
    async def serving(self, bus: Bus | None = None) -> AsyncIterator[World]:
        """Start all four services where they were left, and stop them."""
        around = Surroundings(
            database_urls=self.urls,
            bus=bus or self.bus(),
            tokens=TokenChecker(self.issuer.settings),
            clock=SystemClock(),
            audit_files={one: self._audit(told) for one, told in self.settings().items()},
            upgrade=False,
        )
        system = System(SERVICES, around)
        transport = httpx.ASGITransport(system.app, raise_app_exceptions=False)
        async with (
            system.lifespan(),
            httpx.AsyncClient(transport=transport, base_url="http://test", timeout=60) as client,
        ):
            yield World(self.kind, system, client, self.issuer, around.bus)

    def _audit(self, told: CommonSettings) -> AuditFiles:
        if not told.audit_key_file.exists():
            make_key(told.audit_key_file)
        return AuditFiles(key=read_key(told.audit_key_file), heads=told.audit_heads_file)

    async def work(self, world: World, count: int) -> list[httpx.Response]:
        """Send commands: teams, deliveries, and ratings of deliveries old and new."""
        return [await self._send(world) for _ in range(count)]

    async def work_well(self, world: World, count: int) -> None:
        """Send commands, each of which is acknowledged."""
        for answer in await self.work(world, count):
            assert answer.status_code in {200, 201}, answer.text

    async def _send(self, world: World) -> httpx.Response:
        self.drawn += 1
        number, post = self.drawn, world.client.post
        if number % 3 == 0:
            team = {"name": f"Team {number}", "area": "North", "formed_on": "2018-09-01"}
            url = f"/referral/v1/teams/by-code/X{number}"
            return await world.client.put(url, json=team, headers=world.as_())
        if number % 3 == 2 and self.deliveries:
            delivery = self.deliveries[number % min(4, len(self.deliveries))]
            marks = {"form": number, "content": 9, "methods": 8}
            url = f"/survey/v1/deliveries/{delivery}/ratings"
            return await post(url, json=marks, headers=world.as_())
        body = {
            "reference": f"X-{number}",
            "kind": "bespoke-training",
            "delivered_on": "2018-11-05",
        }
        answer = await post("/survey/v1/deliveries", json=body, headers=world.as_())
        if answer.is_success:
            self.deliveries.append(answer.json()["delivery_id"])
        return answer

    @asynccontextmanager
    async def database(self, service: str) -> AsyncIterator[Database]:
        """Open a service's database, beside the service."""
        database = Database(self.urls[service])
        try:
            yield database
        finally:
            await database.close()

    async def events(self) -> dict[UUID, tuple[str, UUID, int]]:
        """Return what every event table holds: by id, whose it is, of what, and its number."""
        found: dict[UUID, tuple[str, UUID, int]] = {}
        for name in PUBLISHERS:
            async with self.database(name) as database, database.reading() as connection:
                query = select(tables.event).where(tables.PUBLISHED)
                rows = (await connection.execute(query)).all()
            found |= {row.id: (name, row.subject, row.sequence) for row in rows}
        return found

    async def log(self, topic: str) -> list[Delivered]:
        """Return all that is on a topic, each partition in its order."""
        bus = self.bus()
        await bus.start()
        try:
            return [record async for record in between(bus, await bus.spans(topic))]
        finally:
            await bus.stop()

    async def reconciled(self, service: str, *, numbering: bool = False) -> tuple[int, str]:
        """Carry out `make reconcile` for a service; return its exit code and what it printed."""
        printed = StringIO()
        async with beside(self.settings(service)[service]) as at:
            with redirect_stdout(printed):
                code = await reconcile(at, numbering=numbering)
        return code, printed.getvalue()

    def kept_lists(self) -> Iterable[dict[str, Any]]:
        """Return every line of the lists that were kept."""
        for path in self.folder.glob("reconcile-*.json"):
            assert path.stat().st_mode & 0o077 == 0
            yield from json.loads(path.read_text())


@asynccontextmanager
async def stage_in(kind: str, folder: Path) -> AsyncIterator[Stage]:
    """Make a stage in either world, and leave nothing of it."""
    async with databases(kind, folder, SERVICES) as urls, bus_in(kind, folder) as bus:
        await bus.stop()
        yield Stage(kind, folder, dict(urls), _url_of(bus, folder), DemoIssuer(folder))


def _url_of(bus: Bus, folder: Path) -> str:
    if isinstance(bus, KafkaBus):
        return f"kafka://{bus._servers}?prefix={bus._prefix}&partitions=2"
    return f"local:{folder / 'bus.db'}"


@asynccontextmanager
async def other_cluster(stage: Stage, admin: str) -> AsyncIterator[dict[str, str]]:
    """Make empty databases for the services in another cluster; return their addresses."""
    suffix = uuid4().hex[:8]
    connection = await asyncpg.connect(admin)
    try:
        for name in stage.urls:
            await connection.execute(f'CREATE DATABASE "{name}_{suffix}"')
    finally:
        await connection.close()
    yield {
        name: make_url(admin).set(database=f"{name}_{suffix}").render_as_string(hide_password=False)
        for name in stage.urls
    }


def is_embedded(stage: Stage) -> bool:
    """Say whether one process has the files, so that commands wait until it has stopped."""
    return stage.kind == EMBEDDED


def administrator(world: World) -> dict[str, str]:
    """Return the headers of somebody who may look at dead letters."""
    return world.as_(Role.ADMINISTRATOR)
