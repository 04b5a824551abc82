"""The relay: every aggregate in its own order, and nothing passed by that the bus did not take."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Select, delete, insert, select

from libs.common.contracts import Envelope, referral
from libs.common.messaging.bus.base import Bus, Delivered, Partition, to_envelope
from libs.common.messaging.bus.local import LocalBus
from libs.common.messaging.relay import MOST_AT_ONCE, Relay
from libs.common.persistence import tables
from libs.common.persistence.db import Database
from services.referral.service import SERVICE
from tests.worlds import EMBEDDED, bus_in, databases, embedded

TEAM = UUID(int=1)


class AwayOnce(LocalBus):
    """A log that is away when it is first written to."""

    away = True

    async def publish(self, topic: str, envelopes: Sequence[Envelope]) -> None:
        """Fail once, then write."""
        self._come_back()
        await super().publish(topic, envelopes)

    async def copy(self, topic: str, outbox: Database, chosen: Select[Any]) -> None:
        """Fail once, then write."""
        self._come_back()
        await super().copy(topic, outbox, chosen)

    def _come_back(self) -> None:
        if self.away:
            self.away = False
            raise ConnectionError


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


@pytest.mark.parametrize("kind", [pytest.param("real", marks=pytest.mark.real)])
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


@embedded
async def test_what_is_copied_is_what_would_be_published(
    database: Database, tmp_path: Path
) -> None:
    """The attributes are written in two places: to the letter the same."""
    whole, part = (datetime(2018, 9, 3, 14, 5, 9, us, tzinfo=UTC) for us in (0, 7100))
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    rows = [row(TEAM, 1, 0), row(uuid4(), 12345, 0), row(uuid4(), 1, 0)]
    rows[1] |= {"time": part, "traceparent": trace, "data": '{"what":"Caf\u00e9 \u201c"}'}
    rows[2] |= {"time": whole, "data": '{"what":"caf\u00e9 \u00dcn \U0001f600"}'}
    await keep(database, rows)
    copied, published = (
        kind(str(tmp_path / f"{kind.__name__}.db"), "https://sen.county.example")
        for kind in (LocalBus, Publishing)
    )
    for bus in (copied, published):
        await bus.start()
        assert await Relay("referral", database, bus).publish_once() == 3
        async with database.writing() as connection:
            await connection.execute(delete(tables.relay_position))
    found = [await _all(bus) for bus in (copied, published)]
    assert found[0] == found[1]
    assert [to_envelope(one).data for one in found[0]] == [one["data"].encode() for one in rows]
    for bus in (copied, published):
        await bus.stop()


async def test_a_command_is_not_held_up_by_a_copy(tmp_path: Path) -> None:
    """The publisher's file is read and never locked, and what is copied is one state of it."""
    async with databases(EMBEDDED, tmp_path, [SERVICE]) as urls:
        database, bus = Database(urls["referral"]), LocalBus(str(tmp_path / "bus.db"))
        await bus.start()
        await keep(database, [row(TEAM, 1, 0)])
        async with database.writing() as connection:
            await connection.execute(insert(tables.event), [row(TEAM, 2, 0)])
            await bus.copy("referral", database, select(tables.event))
        assert await sequences(bus) == [1]
        await bus.stop()
        await database.close()


class Publishing(LocalBus):
    """A log that is given events one by one, as a bus elsewhere is."""

    copies = False


async def _all(bus: Bus) -> Sequence[Delivered]:
    return await (await bus.reader({Partition("referral", 0): 0})).fetch(10, 0)


async def test_changes_without_an_event_are_passed_once(database: Database, tmp_path: Path) -> None:
    """They go to nobody, and no later turn reads them again."""
    quiet = [row(TEAM, -version, xid=2) for version in range(1, 4)]
    await keep(database, [row(TEAM, 1, xid=1), *quiet])
    async with bus_in(EMBEDDED, tmp_path) as bus:
        await bus.start()
        relay = Relay("referral", database, bus)
        assert [await relay.publish_once() for _ in range(2)] == [4, 0]
        assert (relay.published, await sequences(bus)) == (1, [1])
        await keep(database, [row(TEAM, 2, xid=3)])
        assert await relay.publish_once() == 1
        assert await sequences(bus) == [1, 2]
        await bus.stop()
