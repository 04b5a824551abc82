"""The consumer: what fails is tried again or a dead letter; only the owner moves a position."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.contracts import Envelope, Recorded, referral
from libs.common.messaging.batches import Batches
from libs.common.messaging.bus.base import Bus, Delivered, Partition, PositionLost, Reader
from libs.common.messaging.bus.kafka import KafkaReader
from libs.common.messaging.bus.local import LocalBus
from libs.common.messaging.consumer import Consumer, ConsumerStuck, ReadingLimits
from libs.common.messaging.positions import OwnershipLost
from libs.common.messaging.subscriptions import Subscriptions
from libs.common.persistence import tables
from libs.common.persistence.db import Database
from services.reporting import facts
from services.reporting.facts import subscriptions as reported
from services.reporting.service import SERVICE
from tests.applied import apply_batch
from tests.integration.test_events import record, staff_story
from tests.worlds import EMBEDDED, REAL, bus_in, databases, kept_at_work

POISON, SOUND = UUID(int=1), UUID(int=2)
REFERRAL = Partition("referral", 0)


@pytest.fixture
async def database(kind: str, tmp_path: Path) -> AsyncIterator[Database]:
    async with databases(kind, tmp_path, [SERVICE]) as urls:
        found = Database(urls["reporting"])
        yield found
        await found.close()


@pytest.fixture
async def bus(tmp_path: Path) -> AsyncIterator[Bus]:
    """Return a bus with two teams on it, the first of which is poison to some listeners."""
    async with bus_in(EMBEDDED, tmp_path) as found:
        await found.start()
        await found.publish("referral", [formed(POISON), formed(SOUND)])
        yield found
        await found.stop()


def formed(team: UUID) -> Envelope:
    event = referral.TeamFormed(team_id=team, code="T", area="N", formed_on=date(2014, 9, 1))
    return Envelope(
        id=team,
        source="referral",
        type=event.type(),
        subject=team,
        sequence=1,
        time=datetime(2018, 9, 3, tzinfo=UTC),
        data=event.model_dump_json().encode(),
    )


def keeping_teams(before: Callable[[UUID], None]) -> Subscriptions:
    """Return a listener that keeps teams, unless what comes before fails."""
    subscriptions = Subscriptions("reporting", write=facts.remember, stamp=facts.stamp)

    @subscriptions.fills(referral.TeamFormed, facts.team)
    def team_formed(recorded: Recorded[referral.TeamFormed]) -> Iterator[dict[str, Any]]:
        before(recorded.event.team_id)
        yield {"team_id": recorded.event.team_id, "formed_on": recorded.event.formed_on}

    return subscriptions


@asynccontextmanager
async def at_work(database: Database, bus: Bus, listener: Subscriptions) -> AsyncIterator[None]:
    async with running(Consumer(database, bus, listener)):
        yield


@asynccontextmanager
async def running(consumer: Consumer) -> AsyncIterator[None]:
    async with kept_at_work("listener", consumer.run):
        yield


async def teams(database: Database) -> set[UUID]:
    async with database.reading() as connection:
        return set((await connection.execute(select(facts.team.c.team_id))).scalars())


async def reasons(database: Database) -> list[str]:
    async with database.reading() as connection:
        return list((await connection.execute(select(tables.dead_letter.c.reason))).scalars())


async def until(holds: Callable[[], Awaitable[Any]]) -> None:
    async with asyncio.timeout(15):
        while not await holds():
            await asyncio.sleep(0.02)


async def test_a_transient_failure_is_tried_again_and_makes_no_dead_letter(
    database: Database, bus: Bus
) -> None:
    tried: Counter[UUID] = Counter()

    def away_at_first(team: UUID) -> None:
        tried[team] += 1
        if sum(tried.values()) <= 3:
            raise ConnectionError

    async with at_work(database, bus, keeping_teams(away_at_first)):
        await until(lambda: teams(database))
    assert await teams(database) == {POISON, SOUND}
    assert await reasons(database) == []


async def test_an_event_that_always_fails_holds_nothing_else_up(
    database: Database, bus: Bus
) -> None:
    def poisonous(team: UUID) -> None:
        if team == POISON:
            raise ValueError

    async with at_work(database, bus, keeping_teams(poisonous)):
        await until(lambda: teams(database))
    assert await teams(database) == {SOUND}
    assert await reasons(database) == ["failed"]


async def test_who_lost_a_partition_changes_nothing(database: Database, bus: Bus) -> None:
    """A consumer that was paused goes on with a batch that another has applied meanwhile."""
    told: Counter[UUID] = Counter()
    listener = keeping_teams(lambda team: told.update([team]))
    async with at_work(database, bus, listener):
        await until(lambda: teams(database))
    paused = Consumer(database, bus, listener)
    late = Batches(await bus.reader({REFERRAL: 0}), listener.handled, 10)
    with pytest.raises(OwnershipLost):
        await paused.take(await late.next(0))
    assert told == Counter([POISON, SOUND])


async def test_a_database_restored_to_an_earlier_state_is_read_up_to_date(
    database: Database, bus: Bus
) -> None:
    """The consumer goes on from where it was: nothing between there and here may be left out."""
    third = UUID(int=3)
    async with at_work(database, bus, keeping_teams(lambda _: None)):
        await until(lambda: teams(database))
        async with database.writing() as connection:
            await connection.execute(delete(facts.team).where(facts.team.c.team_id == SOUND))
            applied = tables.aggregate_version
            await connection.execute(delete(applied).where(applied.c.subject == SOUND))
            await connection.execute(update(tables.consumer_position).values(position=1))
        await bus.publish("referral", [formed(third)])

        await until(lambda: has(database, third))
    assert await teams(database) == {POISON, SOUND, third}


class Silent(Reader):
    """A reader that gives nothing more, as a library's reading task does that ended unnoticed."""

    def __init__(self, positions: Mapping[Partition, int]) -> None:
        self.positions = positions

    async def fetch(self, most: int, wait: float) -> Sequence[Delivered]:  # noqa: ARG002
        await asyncio.sleep(wait)
        return []

    async def ends(self) -> Mapping[Partition, int]:
        return dict.fromkeys(self.positions, 2)

    async def close(self) -> None:
        pass


class SilentBus(LocalBus):
    """A bus whose readers are silent."""

    async def reader(self, positions: Mapping[Partition, int]) -> Reader:
        return Silent(positions)


async def test_a_consumer_that_stands_still_ends_aloud(database: Database, tmp_path: Path) -> None:
    bus = SilentBus(str(tmp_path / "bus.db"))
    consumer = Consumer(
        database, bus, keeping_teams(lambda _: None), ReadingLimits(stuck_after=0.3)
    )
    async with running(consumer), asyncio.timeout(15):
        with pytest.raises(ConsumerStuck):
            await consumer.watch()


class HangingOnce(LocalBus):
    """A bus that does not answer the first question of what there is."""

    asked = 0

    async def partitions(self, topic: str) -> Sequence[Partition]:
        self.asked += 1
        if self.asked == 1:
            await asyncio.Event().wait()
        return await super().partitions(topic)


async def test_a_bus_that_does_not_answer_is_asked_again(
    database: Database, tmp_path: Path
) -> None:
    bus = HangingOnce(str(tmp_path / "bus.db"))
    await bus.start()
    await bus.publish("referral", [formed(SOUND)])
    async with running(Consumer(database, bus, reported, ReadingLimits(to_open=0.3))):
        await until(lambda: has(database, SOUND))
    await bus.stop()


async def test_a_consumer_that_is_slow_after_an_idle_time_does_not_stand_still(
    database: Database, bus: Bus
) -> None:
    """What has only just come is no backlog, and a batch that takes long is no standstill."""
    listener = keeping_teams(lambda _: None)

    @listener.on(referral.TeamFormed)
    async def slow(_: AsyncConnection, __: Sequence[Recorded[Any]]) -> None:
        await asyncio.sleep(0.4)

    consumer = Consumer(database, bus, listener, ReadingLimits(stuck_after=3))
    watching = asyncio.create_task(consumer.watch())
    async with running(consumer):
        for number in range(3, 5):
            await asyncio.sleep(3.2)  # idle for longer than a standstill may last
            await bus.publish("referral", [formed(UUID(int=number))])
        await until(lambda: has(database, UUID(int=4)))
    assert not watching.done()
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)


async def has(database: Database, team: UUID) -> bool:
    return team in await teams(database)


async def test_how_far_behind_is_not_told_where_it_is_not_known(
    database: Database, bus: Bus
) -> None:
    consumer = Consumer(database, bus, reported)
    async with running(consumer):
        await until(lambda: has(database, SOUND))
        async with database.reading() as connection:
            assert await consumer.current_lag(connection) == 0
        assert consumer.lag[REFERRAL] == 0
    async with database.reading() as connection:
        assert await consumer.current_lag(connection) is None
    assert consumer.lag == {}


async def test_an_old_event_delivered_again_does_not_undo_a_newer(database: Database) -> None:
    """Both changes are of one day, so they write the same fact."""
    appointed, half, _ = staff_story(UUID(int=7), [50, 60])
    assert isinstance(half, referral.StaffContractChanged)
    more = half.model_copy(update={"fte_hundredths": 70})
    first, second, third = (record(e, n, n) for n, e in enumerate((appointed, half, more), 1))
    for batch in ([first, second, third], [second], [first, second]):
        async with database.writing() as connection:
            await apply_batch(connection, reported, batch)
    async with database.reading() as connection:
        query = select(facts.contract.c.fte_hundredths).where(
            facts.contract.c.from_on == half.changed_on
        )
        assert list((await connection.execute(query)).scalars()) == [70]


async def test_a_position_the_bus_does_not_hold_is_lost_aloud(kind: str, tmp_path: Path) -> None:
    async with bus_in(kind, tmp_path) as bus:
        await bus.start()
        try:
            await bus.publish("referral", [formed(SOUND)])
            partition = (await bus.partitions("referral"))[0]
            with pytest.raises(PositionLost):
                await (await bus.reader({partition: 99})).close()
        finally:
            await bus.stop()


@pytest.mark.real
async def test_a_reader_whose_closing_is_broken_off_leaves_no_connection_open(
    tmp_path: Path,
) -> None:
    """A service that stops tells its consumer again and again to make an end."""
    async with bus_in(REAL, tmp_path) as bus:
        try:
            await bus.publish("referral", [formed(SOUND)])
            partition = (await bus.partitions("referral"))[0]
            reader = await bus.reader({partition: 0})
            assert isinstance(reader, KafkaReader)
            assert open_connections(reader)
            closing = asyncio.create_task(reader.close())
            for _ in range(3):
                await asyncio.sleep(0)
                closing.cancel()
            with pytest.raises(asyncio.CancelledError):
                await closing
            assert not open_connections(reader)
        finally:
            await bus.stop()


@pytest.mark.real
async def test_a_reader_that_is_stuck_does_not_hide_how_far_behind_it_is(tmp_path: Path) -> None:
    async with bus_in(REAL, tmp_path) as bus:
        try:
            await bus.publish("referral", [formed(SOUND)])
            reader = await bus.reader(dict.fromkeys(await bus.partitions("referral"), 0))
            assert isinstance(reader, KafkaReader)
            await reader._consumer.stop()
            assert sum((await reader.ends()).values()) == 1
        finally:
            await bus.stop()


def open_connections(reader: KafkaReader) -> list[Any]:
    """Return the library's connections to the broker that are still open."""
    return [one for one in reader._consumer._client._conns.values() if one.connected()]
