"""A publisher's topic beside its table: what only one of them holds, however far back it begins."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, select, update

from deploy.reconciling import number_on
from libs.common.contracts import Envelope, survey
from libs.common.messaging.bus.local import LocalBus
from libs.common.messaging.bus.local import log as local_log
from libs.common.messaging.comparison import LEAST, Compared, compare
from libs.common.messaging.cursor import CursorMoved, standpoint
from libs.common.messaging.own_topic import OwnTopic
from libs.common.messaging.relay import Relay
from libs.common.persistence import tables
from libs.common.persistence.db import Database
from services.survey.service import SERVICE
from tests.integration import test_relaying
from tests.integration.test_relaying import keep
from tests.worlds import EMBEDDED, databases

TYPE = survey.BespokeWorkDelivered.type()
AT = datetime(2018, 9, 3, tzinfo=UTC)


class Pair:
    """A table and its topic."""

    def __init__(self, database: Database, bus: LocalBus) -> None:
        self.database = database
        self.bus = bus
        self.relay = Relay("survey", database, bus)

    async def publish(self, rows: Sequence[dict[str, Any]]) -> None:
        """Keep events and publish them."""
        await keep(self.database, rows)
        while await self.relay.publish_once():
            pass

    async def compared(self) -> Compared:
        async with self.database.reading() as connection:
            cursor = (await standpoint(connection)).cursor
        return await compare(self.database, self.bus, "survey", cursor)

    async def put_back_to(self, position: int) -> None:
        """Restore the table to where it was when this position was its last, and published."""
        async with self.database.writing() as connection:
            await connection.execute(delete(tables.event).where(tables.event.c.position > position))
            await connection.execute(update(tables.relay_position).values(position=position))


@pytest.fixture
async def pair(tmp_path: Path) -> AsyncIterator[Pair]:
    async with databases(EMBEDDED, tmp_path, [SERVICE]) as urls:
        database, bus = Database(urls["survey"]), LocalBus(str(tmp_path / "bus.db"))
        await bus.start()
        yield Pair(database, bus)
        await bus.stop()
        await database.close()


def row(subject: UUID, sequence: int) -> dict[str, Any]:
    return test_relaying.row(subject, sequence, 0) | {"type": TYPE, "data": data_of(subject)}


def data_of(subject: UUID) -> str:
    told = survey.BespokeWorkDelivered(
        delivery_id=subject, kind="training", delivered_on=date(2018, 9, 3)
    )
    return told.model_dump_json()


def rows_of(count: int) -> list[dict[str, Any]]:
    return [row(uuid4(), 1) for _ in range(count)]


async def test_a_table_and_its_topic_that_tell_the_same(pair: Pair) -> None:
    await pair.publish(rows_of(5))
    await keep(pair.database, rows_of(3))  # not published yet: the topic lacks nothing
    assert await pair.compared() == Compared()


async def test_what_was_lost_is_found_however_much_it_is(pair: Pair) -> None:
    lost = rows_of(3 * LEAST)
    await pair.publish(rows_of(3))
    await pair.publish(lost)
    await pair.put_back_to(3)
    found = await pair.compared()
    assert [one.id for one in found.ahead] == [one["id"] for one in lost]
    assert (found.behind, found.forked, found.differing) == (set(), [], [])


async def test_a_long_transaction_does_not_hide_what_was_lost(pair: Pair) -> None:
    """What the restored table holds and had not published then stands behind what it lost."""
    await pair.publish(rows_of(3))
    lost = row(uuid4(), 1)
    await pair.publish([lost])
    await pair.publish(rows_of(2 * LEAST))
    async with pair.database.writing() as connection:
        await connection.execute(delete(tables.event).where(tables.event.c.id == lost["id"]))
        await connection.execute(update(tables.relay_position).values(position=3))
    assert [one.id for one in (await pair.compared()).ahead] == [lost["id"]]


async def test_a_number_that_was_published_otherwise_is_a_fork(pair: Pair) -> None:
    subject = uuid4()
    await pair.publish([row(subject, 1)])
    other = envelope(subject, 1)
    await pair.bus.publish("survey", [other])
    found = await pair.compared()
    assert ([one.id for one in found.forked], found.ahead) == ([other.id], [])


async def test_what_says_something_else_is_named(pair: Pair) -> None:
    await pair.publish(rows_of(1))
    async with pair.database.writing() as connection:
        await connection.execute(update(tables.event).values(data='{"changed": 1}'))
        (id_,) = (await connection.execute(select(tables.event.c.id))).scalars()
    found = await pair.compared()
    assert ([one.id for one in found.differing], found.ahead) == ([id_], [])


async def test_what_others_wrote_there_is_not_the_services_own(pair: Pair) -> None:
    await pair.bus.publish("survey", [replace(envelope(uuid4(), 1), source="elsewhere")])
    assert await pair.compared() == Compared()


@pytest.mark.parametrize(
    "change",
    [
        {"type": "uk.sssen.survey.Made-Up.v1"},
        {"type": "uk.sssen.survey.TrainingDelivered.v9"},
        {"data": b"Ann Other, 1 High Street"},
        {"data": b'{"name": "Ann Other"}'},
        {"subject": UUID(int=7)},
    ],
    ids=["no type", "a newer type", "no JSON", "another's data", "another's subject"],
)
async def test_what_is_no_event_of_the_service_is_not_ahead(
    pair: Pair, change: dict[str, Any]
) -> None:
    await pair.bus.publish("survey", [replace(envelope(uuid4(), 1), **change)])
    found = await pair.compared()
    assert ([one.offset for one in found.strangers], found.ahead, found.forked) == ([1], [], [])
    await pair.relay.topic.look(pair.database.writing)
    assert not pair.relay.topic.holds_up


async def test_a_newer_versions_event_in_the_table_is_its_own(pair: Pair) -> None:
    await pair.publish([row(uuid4(), 1) | {"type": "uk.sssen.survey.TrainingDelivered.v9"}])
    assert await pair.compared() == Compared()


async def test_numbering_on_closes_the_gap_and_keeps_what_came_since(pair: Pair) -> None:
    subject, gone = uuid4(), uuid4()
    await pair.publish([row(subject, 1)])
    await pair.publish([row(subject, 2), row(gone, 1), row(subject, 3)])
    await pair.put_back_to(1)
    since = [row(subject, 2), row(subject, 3)]
    await keep(pair.database, since)
    lost = (await pair.compared()).ahead
    async with pair.database.writing() as connection:
        done = await number_on(connection, SERVICE.metadata, lost, AT)
        kept = (await connection.execute(select(tables.event))).all()
    assert (done.adopted, done.renumbered) == (3, 2)
    of_one = {r.sequence: r.id for r in kept if r.subject == subject}
    assert sorted(of_one) == [1, 2, 3, 4, 5]
    assert [of_one[4], of_one[5]] == [one["id"] for one in since]
    relay = Relay("survey", pair.database, pair.bus)
    while await relay.publish_once():
        pass
    assert await pair.compared() == Compared()


async def test_a_cursor_that_was_put_back_under_a_running_relay_is_noticed(pair: Pair) -> None:
    await pair.publish(rows_of(2))
    await pair.put_back_to(1)
    with pytest.raises(CursorMoved):
        await pair.relay.publish_once()


async def test_every_process_knows_what_one_found_and_when_it_is_mended(pair: Pair) -> None:
    await pair.publish(rows_of(1))
    await pair.publish(rows_of(2))
    await pair.put_back_to(1)
    await pair.relay.topic.look(pair.database.writing)
    other = OwnTopic("survey", pair.database, pair.bus)
    await other.begin()
    assert (other.ahead, other.holds_up) == (2, True)
    lost = (await pair.compared()).ahead
    async with pair.database.writing() as connection:
        await number_on(connection, SERVICE.metadata, lost, AT)
    await other.recall()
    assert not other.holds_up


async def test_a_topic_that_lost_its_end_holds_up_what_would_follow(pair: Pair) -> None:
    await pair.publish(rows_of(3))
    log = Database(pair.bus._database.url.render_as_string())
    async with log.writing() as connection:
        await connection.execute(delete(local_log).where(local_log.c.offset > 2))
    await log.close()
    assert len((await pair.compared()).behind) == 1
    await pair.relay.topic.look(pair.database.writing)
    assert (pair.relay.topic.behind, pair.relay.topic.holds_up) == (1, True)


def envelope(subject: UUID, sequence: int) -> Envelope:
    return Envelope(uuid4(), "survey", TYPE, subject, sequence, AT, data_of(subject).encode())
