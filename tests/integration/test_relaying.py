"""The relay: every aggregate in its own order, and nothing passed by that the bus did not take."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert

from libs.common.contracts import Envelope, referral
from libs.common.messaging.bus.base import Bus, Partition
from libs.common.messaging.bus.local import LocalBus
from libs.common.messaging.relay import MOST_AT_ONCE, Relay
from libs.common.persistence import tables
from libs.common.persistence.db import Database
from services.referral.service import SERVICE
from tests.worlds import EMBEDDED, bus_in, databases

TEAM = UUID(int=1)


class AwayOnce(LocalBus):
    """A log that is away when it is first written to."""

    away = True

    async def publish(self, topic: str, envelopes: Sequence[Envelope]) -> None:
        """Fail once, then write."""
        if self.away:
            self.away = False
            raise ConnectionError
        await super().publish(topic, envelopes)


@pytest.fixture
async def database(kind: str, tmp_path: Path) -> AsyncIterator[Database]:
    async with databases(kind, tmp_path, [SERVICE]) as urls:
        found = Database(urls["referral"])
        yield found
        await found.close()


def row(subject: UUID, sequence: int, xid: int) -> dict[str, Any]:
    return {
        "xid": xid,
        "id": uuid4(),
        "type": referral.TeamFormed.type(),
        "subject": subject,
        "sequence": sequence,
        "time": datetime(2018, 9, 3, tzinfo=UTC),
        "traceparent": "",
        "data": "{}",
    }


async def keep(database: Database, rows: Sequence[dict[str, Any]]) -> None:
    async with database.writing() as connection:
        await connection.execute(insert(tables.event), rows)


async def sequences(bus: Bus) -> list[int]:
    """Return the versions of the one team, as they stand on the bus."""
    reader = await bus.reader({Partition("referral", 0): 0})
    found = await reader.fetch(10_000, 0)
    return [int(one.headers["ce_sequence"]) for one in found if one.key == str(TEAM).encode()]


async def test_a_lower_transaction_may_carry_a_higher_version(
    database: Database, tmp_path: Path
) -> None:
    await keep(database, [row(TEAM, 2, xid=1), row(uuid4(), 1, xid=2), row(TEAM, 1, xid=3)])
    async with bus_in(EMBEDDED, tmp_path) as bus:
        await bus.start()
        assert await Relay("referral", database, bus).publish_once() == 3
        assert await sequences(bus) == [1, 2]
        await bus.stop()


@pytest.mark.parametrize("kind", [pytest.param("real", marks=pytest.mark.real)])
async def test_no_aggregate_is_split_over_two_batches(database: Database, tmp_path: Path) -> None:
    others = [row(uuid4(), 1, xid=2) for _ in range(MOST_AT_ONCE - 1)]
    await keep(database, [row(TEAM, 2, xid=1), *others, row(TEAM, 1, xid=3)])
    async with bus_in(EMBEDDED, tmp_path) as bus:
        await bus.start()
        await Relay("referral", database, bus).publish_once()
        assert await sequences(bus) == [1, 2]
        await bus.stop()


async def test_what_the_bus_did_not_take_is_sent_again(database: Database, tmp_path: Path) -> None:
    await keep(database, [row(TEAM, 1, xid=1), row(TEAM, 2, xid=2)])
    bus = AwayOnce(str(tmp_path / "bus.db"))
    await bus.start()
    relay = Relay("referral", database, bus)
    with pytest.raises(ConnectionError):
        await relay.publish_once()
    assert await relay.publish_once() == 2
    assert await sequences(bus) == [1, 2]
    assert await relay.publish_once() == 0
    await bus.stop()


async def test_more_than_a_batch_goes_out_whatever_order_it_was_numbered_in(
    database: Database, tmp_path: Path
) -> None:
    """What has a lower transaction under a higher number is not passed by, nor left behind."""
    later = [row(uuid4(), 1, xid=2) for _ in range(MOST_AT_ONCE)]
    earlier = [row(uuid4(), 1, xid=1) for _ in range(MOST_AT_ONCE // 2)]
    await keep(database, [*later, *earlier])
    async with bus_in(EMBEDDED, tmp_path) as bus:
        await bus.start()
        relay = Relay("referral", database, bus)
        sent = [await relay.publish_once() for _ in range(3)]
        assert sent == [MOST_AT_ONCE, MOST_AT_ONCE // 2, 0]
        await bus.stop()
