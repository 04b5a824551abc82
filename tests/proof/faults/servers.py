"""A PostgreSQL and a broker that a trial may kill, pause and cut off: nobody else uses them."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from sqlalchemy.engine import make_url

from deploy.local import kafka, postgres
from deploy.local.processes import Nursery, Server, free_port, scratch, unprivileged_user
from deploy.topics import PUBLISHERS
from libs.common.messaging.bus.kafka import KafkaBus
from libs.common.messaging.consumer import ReadingLimits
from libs.common.persistence.db import Database
from libs.common.persistence.migrations import upgrade
from tests.proof.faults.place import SERVICES, Place
from tests.proof.faults.proxy import Proxy


@dataclass
class Killable:
    """A server that can be killed and started again where it was."""

    nursery: Nursery
    name: str
    server: Server
    user: int | None
    answers: Callable[[], bool]

    def kill(self) -> None:
        """Kill it at once."""
        self.server.process.kill()
        self.server.process.wait()

    def pause(self) -> None:
        """Stop it and what it started where they are: connections stay, and nothing answers."""
        for pid in self._family():
            _signal(pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on where it was."""
        for pid in self._family():
            _signal(pid, signal.SIGCONT)

    def _family(self) -> list[int]:
        pid = self.server.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return [pid, *map(int, children.split())]

    async def restart(self) -> None:
        """Start it again until it answers: what a killed one left running may be in its way."""
        command = [str(part) for part in self.server.process.args]  # type: ignore[union-attr]
        async with asyncio.timeout(60):
            while not await asyncio.to_thread(self.answers):
                if self.server.ended:
                    self.server = self.nursery.start(
                        command, self.name, user=self.user, stop_signal=self.server.stop_signal
                    )
                await asyncio.sleep(0.1)


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


@dataclass
class Machines:
    """Both servers, and where each is."""

    database: Killable
    admin_url: str
    broker: Killable
    broker_port: int
    advertised_port: int


@dataclass
class Servers:
    """Both servers, the proxies through which they are reached, and a place in them."""

    database: Killable
    broker: Killable
    to_database: Proxy
    to_broker: Proxy
    place: Place


@contextmanager
def own_machines() -> Iterator[Machines]:
    """Start servers of our own; the broker tells its clients to come to a proxy."""
    with scratch("faults-") as nursery:
        admin = postgres.start_own(nursery, safe=True).url
        port, advertised = free_port(), free_port()
        kafka.start_own(nursery, port, advertised)
        first, second = nursery.servers["postgres"], nursery.servers["kafka"]
        user = unprivileged_user()
        yield Machines(
            Killable(nursery, "postgres", first, user, lambda: postgres.answers(admin)),
            admin,
            Killable(nursery, "kafka", second, None, lambda: kafka.answers(f"127.0.0.1:{port}")),
            port,
            advertised,
        )


@contextmanager
def own_postgres() -> Iterator[str]:
    """Start a PostgreSQL of our own, and return its address."""
    with scratch("faults-") as nursery:
        yield postgres.start_own(nursery, safe=False).url


@asynccontextmanager
async def behind_proxies(
    machines: Machines, folder: Path, limits: ReadingLimits | None = None
) -> AsyncIterator[Servers]:
    """Put a proxy before each server, and make a place in them."""
    port = make_url(machines.admin_url).port
    assert port is not None
    async with (
        Proxy(port) as to_database,
        Proxy(machines.broker_port, machines.advertised_port) as to_broker,
    ):
        urls = await _databases(machines.admin_url, to_database.port)
        bus = f"127.0.0.1:{to_broker.port}"
        await KafkaBus(bus).create_topics(PUBLISHERS, 2, 1)
        place = Place(folder, urls, f"kafka://{bus}", limits or ReadingLimits())
        yield Servers(machines.database, machines.broker, to_database, to_broker, place)


async def _databases(admin: str, proxied: int) -> dict[str, str]:
    connection = await asyncpg.connect(admin)
    for service in SERVICES:
        await connection.execute(f"CREATE DATABASE {service.name}")
    await connection.close()
    urls = {
        service.name: make_url(admin)
        .set(port=proxied, database=service.name)
        .render_as_string(hide_password=False)
        for service in SERVICES
    }
    for service in SERVICES:
        database = Database(urls[service.name])
        await upgrade(database, service.migrations)
        await database.close()
    return urls
