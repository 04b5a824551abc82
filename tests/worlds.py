"""Both worlds for tests: SQLite and the local log, or PostgreSQL and Kafka."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
from sqlalchemy.engine import make_url

from deploy.demo.load import ROLES
from deploy.topics import PUBLISHERS
from libs.common.audit.chain import AuditFiles
from libs.common.core.clock import Clock, SystemClock
from libs.common.core.supervisor import Supervisor, Work, ended
from libs.common.http.limits import Limits
from libs.common.messages import Transport
from libs.common.messaging.bus.base import Bus
from libs.common.messaging.bus.kafka import KafkaBus
from libs.common.messaging.bus.local import LocalBus
from libs.common.messaging.bus_address import BusAddress
from libs.common.messaging.consumer import ReadingLimits
from libs.common.pages.people import DemoPeople
from libs.common.pages.signing_in import SignInSettings
from libs.common.persistence.db import Database
from libs.common.persistence.migrations import upgrade
from libs.common.persistence.uow import Access, RequestContext, Units
from libs.common.runtime.manifest import Service, Surroundings
from libs.common.runtime.service import System
from libs.common.security import Actor, AuthSettings, DemoIssuer, Reach, Role, TokenChecker
from tests.answers import check_answer

EMBEDDED, REAL = "embedded", "real"
embedded = pytest.mark.parametrize("kind", [EMBEDDED], scope="session")
"""The mark of what is the same in both worlds: it is tested once, where that takes least."""
PARTITIONS = 2
GENEROUS = Limits(
    limit_at_work=1_000,
    limit_caller_rate=100_000,
    limit_caller_burst=100_000,
    limit_seconds=60,
)
"""For tests of other things, which ask faster than any one caller does, on a busy machine."""


@dataclass
class World:
    """The services at work, a client, and what a test needs to wait and to look."""

    kind: str
    system: System
    client: httpx.AsyncClient
    issuer: DemoIssuer
    bus: Bus
    _tokens: dict[str, str] = field(default_factory=dict)

    def as_(self, role: Role | str = Role.HEAD_OF_SERVICE, **claims: Any) -> dict[str, str]:
        """Return the headers of somebody of a role, with an Idempotency-Key of their own.

        Whoever asks again has the same token: to sign and to check another costs as much as many
        a request.
        """
        who = f"{role} {claims}"
        if who not in self._tokens:
            self._tokens[who] = self.issuer.token(Role(role), **claims)
        return {"Authorization": f"Bearer {self._tokens[who]}", "Idempotency-Key": str(uuid4())}

    def tokens(self) -> dict[str, str]:
        """Return a token for each of those who load a county."""
        return {role: self.issuer.token(Role(role), subject=f"demo-{role}") for role in ROLES}

    def database(self, service: str) -> Database:
        """Return a service's database."""
        return self.system.running[service].database

    async def settle(self, within: float = 20.0) -> None:
        """Wait until every relay has published and every listener has applied."""
        deadline = asyncio.get_running_loop().time() + within
        while not await self._settled():
            assert asyncio.get_running_loop().time() < deadline, "the services did not settle"
            await asyncio.sleep(0.02)

    async def _settled(self) -> bool:
        for name in self.system.running:
            state = (await self.client.get(f"/{name}/health/ready")).json()
            if (
                state.get("relay", {}).get("pending")
                or state.get("consumer", {}).get("lag", 0) != 0
            ):
                return False
        return True


@asynccontextmanager
async def kept_at_work(name: str, work: Work) -> AsyncIterator[Supervisor]:
    """Keep a part at work as its service does, until the block ends."""

    def end(error: BaseException) -> None:
        raise AssertionError("the process would end") from error

    supervisor = Supervisor("test", SystemClock().now, end)
    kept = asyncio.create_task(supervisor.keep(name, work))
    await asyncio.sleep(0)
    try:
        yield supervisor
    finally:
        await ended([kept])


def request_context(action: str = "test", *, subject: str = "test") -> RequestContext:
    """Return a request for everything, for tests below HTTP."""
    nobody: frozenset[UUID] = frozenset()
    actor = Actor(
        subject=subject,
        roles=frozenset({Role.HEAD_OF_SERVICE}),
        teams=nobody,
        schools=nobody,
        children=nobody,
        staff_id=None,
    )
    return RequestContext(
        Access(actor, action, frozenset({Reach.COUNTY}), date(2019, 7, 1)), "test"
    )


@asynccontextmanager
async def units_of(
    folder: Path, service: Service, clock: Clock | None = None
) -> AsyncIterator[Units]:
    """Open units of work on a database of a service's own: a command without a server or a bus."""
    async with databases(EMBEDDED, folder, [service]) as urls:
        database = Database(urls[service.name])
        yield Units(database, clock or SystemClock(), service.visible, lambda: None)
        await database.close()


@asynccontextmanager
async def world_of(
    kind: str,
    folder: Path,
    services: Sequence[Service],
    clock: Clock | None = None,
    audit_files: Mapping[str, AuditFiles] | None = None,
    *,
    reading: ReadingLimits | None = None,
    limits: Limits = GENEROUS,
    sign_in: SignInSettings | None = None,
    tokens: Callable[[AuthSettings], TokenChecker] = TokenChecker,
    backdating: bool = True,
    origins: Sequence[str] = (),
    messages_by: Transport | None = None,
) -> AsyncIterator[World]:
    """Start services in a world of their own, and leave nothing of it behind.

    Those with audit files seal their audits.
    """
    issuer = DemoIssuer(folder)
    async with databases(kind, folder, services) as urls, bus_in(kind, folder) as bus:
        around = Surroundings(
            database_urls=urls,
            bus=bus,
            tokens=tokens(issuer.settings),
            clock=clock or SystemClock(),
            audit_files=audit_files or {},
            limits=limits,
            upgrade=False,
            reading=reading or ReadingLimits(),
            sign_in=sign_in or SignInSettings(people=DemoPeople(folder)),
            backdating=backdating,
            origins=origins,
            transport=messages_by,
        )
        system = System(services, around)
        transport = httpx.ASGITransport(system.app, raise_app_exceptions=False)
        hooks = {"response": [check_answer]}
        async with (
            system.lifespan(),
            httpx.AsyncClient(
                transport=transport, base_url="http://test", timeout=60, event_hooks=hooks
            ) as client,
        ):
            yield World(kind, system, client, issuer, bus)


@asynccontextmanager
async def databases(
    kind: str, folder: Path, services: Sequence[Service]
) -> AsyncIterator[dict[str, str]]:
    """Make each service's database from a template that was migrated once."""
    if kind == EMBEDDED:
        yield {service.name: await _sqlite(folder, service) for service in services}
        return
    templates = [await _postgresql_template(service) for service in services]
    made = await asyncio.gather(*map(_copied, templates, services))
    try:
        yield {service.name: url for service, url in zip(services, made, strict=True)}
    finally:
        dropped = [f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)' for url in made]
        await asyncio.gather(*map(_admin, dropped))


@asynccontextmanager
async def empty_database(kind: str, folder: Path, name: str) -> AsyncIterator[str]:
    """Make a database without tables."""
    if kind == EMBEDDED:
        yield f"sqlite:///{folder}/{name}.db"
        return
    made = f"test_{name}_{uuid4().hex[:12]}"
    await _admin(f'CREATE DATABASE "{made}"')
    try:
        yield _database_url(made)
    finally:
        await _admin(f'DROP DATABASE "{made}" WITH (FORCE)')


FILES: dict[str, bytes] = {}
"""A migrated SQLite file of each service."""
TEMPLATES: dict[str, str] = {}
"""The name of a migrated PostgreSQL database of each service."""


async def _sqlite(folder: Path, service: Service) -> str:
    path = folder / f"{service.name}.db"
    url = f"sqlite:///{path}"
    if service.name in FILES:
        path.write_bytes(FILES[service.name])
    else:
        await _migrate(url, service)
        FILES[service.name] = path.read_bytes()
    return url


async def _postgresql_template(service: Service) -> str:
    """Return the name of a service's template, migrated here if it is not yet: one at a time."""
    template = TEMPLATES.get(service.name)
    if template is None:
        template = f"template_{service.name}_{uuid4().hex[:8]}"
        await _admin(f'CREATE DATABASE "{template}"')
        await _migrate(str(_database_url(template)), service)
        TEMPLATES[service.name] = template
    return template


async def _copied(template: str, service: Service) -> str:
    name = f"test_{service.name}_{uuid4().hex[:12]}"
    await _admin(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return _database_url(name)


def _database_url(name: str) -> str:
    url = make_url(os.environ["POSTGRES_URL"]).set(database=name)
    return url.render_as_string(hide_password=False)


async def _migrate(url: str, service: Service) -> None:
    database = Database(url)
    try:
        await upgrade(database, service.migrations)
    finally:
        await database.close()


async def _admin(statement: str) -> None:
    connection = await asyncpg.connect(os.environ["POSTGRES_URL"])
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@asynccontextmanager
async def bus_in(kind: str, folder: Path) -> AsyncIterator[Bus]:
    """Return a bus nobody else is on."""
    if kind == EMBEDDED:
        yield LocalBus(str(folder / "bus.db"))
        return
    address = BusAddress.parse(os.environ["BUS_URL"])
    bus = KafkaBus(",".join(address.servers), f"t{uuid4().hex[:8]}.")
    if os.environ.get("WORLD_BROKER_KIND") != "mock":
        await bus.create_topics(PUBLISHERS, PARTITIONS, 1)
    yield bus
    if os.environ.get("WORLD_BROKER_KIND") != "mock":
        with suppress(Exception):  # the broker goes away with the test run anyway
            await bus.delete_topics(PUBLISHERS)
