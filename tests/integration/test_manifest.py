"""Services use no topic that their manifest does not name, on whichever bus: the embedded too."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Select, insert

from deploy.acls import manifest
from deploy.services import SERVICES
from libs.common.contracts.base import Envelope
from libs.common.core.clock import SystemClock
from libs.common.messaging.bus.base import Partition, Reader
from libs.common.messaging.bus.local import LocalBus
from libs.common.persistence import tables
from libs.common.persistence.db import Database
from libs.common.runtime.manifest import Service, Surroundings
from libs.common.runtime.service import System
from libs.common.security import DemoIssuer, TokenChecker
from tests.worlds import EMBEDDED, databases


class Watched(LocalBus):
    """The embedded log, noting which topics are written and read."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.written: set[str] = set()
        self.read: set[str] = set()

    async def publish(self, topic: str, envelopes: Sequence[Envelope]) -> None:
        self.written.add(topic)
        await super().publish(topic, envelopes)

    async def copy(self, topic: str, outbox: Database, chosen: Select[Any]) -> None:
        self.written.add(topic)
        await super().copy(topic, outbox, chosen)

    async def reader(self, positions: Mapping[Partition, int]) -> Reader:
        self.read |= {one.topic for one in positions}
        return await super().reader(positions)


def granted(service: Service, operation: str) -> set[str]:
    """Return the topics with which the manifest lets a service do something for its own work."""
    (one,) = (one for one in manifest()["services"] if one["principal"] == service.name)
    return {
        grant["name"]
        for grant in one["grants"]
        if operation in grant["operations"] and not grant["purpose"].startswith("compares")
    }


@pytest.mark.parametrize("service", SERVICES, ids=lambda one: one.name)
async def test_a_service_writes_and_reads_what_its_manifest_says(
    service: Service, tmp_path: Path
) -> None:
    async with databases(EMBEDDED, tmp_path, [service]) as urls:
        bus = Watched(str(tmp_path / "bus.db"))
        around = Surroundings(
            database_urls=urls,
            bus=bus,
            tokens=TokenChecker(DemoIssuer(tmp_path).settings),
            clock=SystemClock(),
            upgrade=False,
        )
        system = System([service], around)
        async with system.lifespan():
            async with system.running[service.name].database.writing() as connection:
                await connection.execute(insert(tables.event), committed())
            async with asyncio.timeout(20):
                while bus.written != granted(service, "WRITE") or (
                    bus.read != granted(service, "READ")
                ):
                    await asyncio.sleep(0.02)
            await asyncio.sleep(0.2)  # and nothing more comes to it
    assert bus.written == granted(service, "WRITE")
    assert bus.read == granted(service, "READ")


def committed() -> dict[str, object]:
    return {
        "xid": 0,
        "id": uuid4(),
        "type": "uk.sssen.x.Nothing.v1",
        "subject": uuid4(),
        "sequence": 1,
        "time": SystemClock().now(),
        "traceparent": "",
        "data": "{}",
    }
