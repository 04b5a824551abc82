"""An event's way: whatever is repeated, late or broken, the facts are right."""

import asyncio
import random
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Table, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from deploy.services import SERVICES
from libs.common.contracts import Envelope, Event, referral
from libs.common.contracts.base import Recorded
from libs.common.core.digest import digest
from libs.common.messaging.applying import redrive
from libs.common.messaging.bus.base import Delivered, PositionLost, to_headers
from libs.common.messaging.bus.local import LocalBus
from libs.common.messaging.consumer import Consumer
from libs.common.messaging.relay import Relay
from libs.common.messaging.subscriptions import Subscriptions
from libs.common.persistence import tables
from libs.common.persistence.db import Database
from libs.common.runtime.manifest import Service
from libs.common.security import Role
from services.referral.service import SERVICE as REFERRAL
from services.reporting import facts
from services.reporting.facts import subscriptions
from services.reporting.service import SERVICE as REPORTING
from tests.applied import apply_batch
from tests.worlds import EMBEDDED, REAL, World, bus_in, databases, embedded

DAY = date(2018, 9, 3)


def staff_story(staff: UUID, fte: Sequence[int]) -> list[Event]:
    story: list[Event] = [
        referral.StaffAppointed(
            staff_id=staff,
            post="specialist-teacher",
            team_id=None,
            fte_hundredths=100,
            appointed_on=DAY,
        )
    ]
    for index, part in enumerate(fte, 4):
        story.append(
            referral.StaffContractChanged(
                staff_id=staff,
                team_id=None,
                fte_hundredths=part,
                changed_on=date(2018, 9, index),
            )
        )
    return story


def record(event: Event, sequence: int, offset: int, **changed: Any) -> Delivered:
    envelope = Envelope(
        id=UUID(int=offset + 1),
        source=event.publisher,
        type=event.type(),
        subject=event.aggregate_id,
        sequence=sequence,
        time=datetime(2018, 9, 3, tzinfo=UTC),
        data=event.model_dump_json().encode(),
    )
    parts: dict[str, Any] = {
        "topic": event.publisher,
        "partition": 0,
        "offset": offset,
        "key": str(event.aggregate_id).encode(),
        "sent": to_headers(envelope),
        "value": envelope.data,
    }
    return Delivered(**(parts | changed))


def log_of(people: int) -> list[Delivered]:
    stories = [staff_story(UUID(int=n + 1), [80, 60, 40]) for n in range(people)]
    offset = 0
    found = []
    for turn in range(4):
        for story in stories:
            found.append(record(story[turn], turn + 1, offset))
            offset += 1
    return found


@pytest.fixture
async def reporting(kind: str, tmp_path: Path):  # type: ignore[no-untyped-def]  # an async generator
    async with databases(kind, tmp_path, [REPORTING]) as urls:
        database = Database(urls["reporting"])
        yield database
        await database.close()


async def apply(
    database: Database,
    records: Sequence[Delivered],
    listening: Subscriptions = subscriptions,
    *,
    singly: bool = False,
) -> int:
    async with database.writing() as connection:
        return await apply_batch(connection, listening, records, singly=singly)


async def rows(database: Database, table: Table) -> list[Any]:
    async with database.reading() as connection:
        return list((await connection.execute(select(table))).all())


async def facts_digest(database: Database) -> str:
    async with database.reading() as connection:
        return await digest(connection, facts.metadata)


PLAIN: dict[str, str] = {}


async def test_disorder_and_repetition_change_nothing(reporting: Database) -> None:
    records = log_of(12)
    draw = random.Random(7)
    by_staff: dict[bytes, list[Delivered]] = {}
    for one in records:
        by_staff.setdefault(one.key or b"", []).append(one)
    queues = [list(queue) for queue in by_staff.values()]
    disordered = []
    while any(queues):  # every aggregate's own order is kept, with repetitions of what was there
        queue = draw.choice([queue for queue in queues if queue])
        disordered += [queue[0]] * draw.randint(1, 3)
        if draw.random() < 0.3:
            disordered.append(draw.choice(disordered))
        queue.pop(0)
    for start in range(0, len(disordered), 7):
        await apply(reporting, disordered[start : start + 7])
    mixed = await facts_digest(reporting)
    assert await rows(reporting, tables.dead_letter) == []
    assert len(await rows(reporting, facts.contract)) == 48
    # Both worlds give the same digest, whichever ran first.
    assert PLAIN.setdefault("disorder", mixed) == mixed


async def test_what_follows_a_gap_waits_until_it_fills(reporting: Database) -> None:
    first, second, third, fourth = log_of(1)
    assert await apply(reporting, [first, third, fourth]) == 1
    assert [row.reason for row in await rows(reporting, tables.dead_letter)] == ["gap", "gap"]
    assert await apply(reporting, [third]) == 0
    assert await apply(reporting, [second]) == 3
    assert await rows(reporting, tables.dead_letter) == []
    assert len(await rows(reporting, facts.contract)) == 4


@embedded
async def test_what_is_not_handled_keeps_its_place_and_is_not_read(reporting: Database) -> None:
    """Whatever it says: a listener that has no function for it needs nothing of it."""
    told: list[Event] = []
    listening = Subscriptions("for the test")

    @listening.on(referral.StaffAppointed)
    async def _appointed(
        _: AsyncConnection, events: Sequence[Recorded[referral.StaffAppointed]]
    ) -> None:
        told.extend(recorded.event for recorded in events)

    first, second, third, fourth = log_of(1)
    unreadable = record(_event(second), 2, second.offset, value=b"{}")
    assert await apply(reporting, [first, third, unreadable], listening) == 3
    assert await apply(reporting, [fourth], listening, singly=True) == 1
    assert [type(event) for event in told] == [referral.StaffAppointed]
    assert await rows(reporting, tables.dead_letter) == []


async def test_poison_dead_letters_its_own_aggregate_only(reporting: Database) -> None:
    records = log_of(2)
    bad = records[2]  # the first member's second event
    headers = {**bad.headers, "ce_type": "uk.sssen.referral.NeverHeardOf.v1"}
    poisoned = [*records]
    poisoned[2] = record(_event(bad), 2, bad.offset, sent=headers)
    assert await apply(reporting, poisoned) == 5
    reasons = sorted(row.reason for row in await rows(reporting, tables.dead_letter))
    assert reasons == ["behind-another", "behind-another", "unknown-type"]
    async with reporting.writing() as connection:  # the fix: the type is known now
        await connection.execute(
            update(tables.dead_letter)
            .where(tables.dead_letter.c.reason == "unknown-type")
            .values(headers=dict(bad.headers))
        )
        assert await redrive(connection, subscriptions, "referral", UUID(int=1)) == 3
    assert await rows(reporting, tables.dead_letter) == []
    assert len(await rows(reporting, facts.contract)) == 8


def _event(delivered: Delivered) -> Event:
    return referral.StaffContractChanged.read(delivered.value or b"")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"value": None}, "not-an-event"),
        ({"value": b"not json"}, "unreadable"),
        ({"value": b"{}"}, "unreadable"),
        ({"key": b"another"}, "not-an-event"),
        ({"topic": "survey"}, "foreign-source"),
    ],
)
@embedded
async def test_broken_records_are_dead_letters_and_the_rest_goes_on(
    reporting: Database, changed: dict[str, Any], reason: str
) -> None:
    records = log_of(2)
    broken = record(_appointed(records[0]), 1, 0, **changed)
    assert await apply(reporting, [broken, records[1]]) == 1
    assert [row.reason for row in await rows(reporting, tables.dead_letter)] == [reason]


def _appointed(delivered: Delivered) -> Event:
    return referral.StaffAppointed.read(delivered.value or b"")


@embedded
async def test_a_fork_is_a_dead_letter(reporting: Database) -> None:
    first = log_of(1)[0]
    await apply(reporting, [first])
    other = staff_story(UUID(int=1), [])[0].model_copy(update={"fte_hundredths": 10})
    await apply(reporting, [record(other, 1, 99)])
    assert [row.reason for row in await rows(reporting, tables.dead_letter)] == ["fork"]


async def test_what_comes_again_is_handed_on_once(reporting: Database) -> None:
    handed: list[int] = []
    counting = Subscriptions("counting")

    @counting.on(referral.StaffContractChanged)
    async def count(
        _: AsyncConnection, events: Sequence[Recorded[referral.StaffContractChanged]]
    ) -> None:
        handed.extend(one.sequence for one in events)

    log = log_of(1)
    await apply(reporting, [*log, *log], counting)
    await apply(reporting, log, counting)
    assert handed == [2, 3, 4]


async def test_one_by_one_finds_the_event_that_fails(reporting: Database) -> None:
    refusing = Subscriptions("refusing", write=subscriptions.write, stamp=subscriptions.stamp)
    refusing.fillings[referral.StaffContractChanged] = subscriptions.fillings[
        referral.StaffContractChanged
    ]

    @refusing.on(referral.StaffContractChanged)
    async def refuse(
        connection: AsyncConnection, events: Sequence[Recorded[referral.StaffContractChanged]]
    ) -> None:
        if any(e.event.staff_id == UUID(int=1) for e in events):
            raise ValueError("a fault of the function's own")

    with pytest.raises(ValueError, match="of the function's own"):
        await apply(reporting, log_of(2), refusing)
    assert await apply(reporting, log_of(2), refusing, singly=True) == 5
    reasons = sorted(row.reason for row in await rows(reporting, tables.dead_letter))
    assert reasons == ["behind-another", "behind-another", "failed"]
    assert len(await rows(reporting, facts.contract)) == 3


async def test_the_digest_sees_a_changed_fact(reporting: Database) -> None:
    await apply(reporting, log_of(3))
    before = await facts_digest(reporting)
    async with reporting.writing() as connection:
        await connection.execute(
            update(facts.contract)
            .where(facts.contract.c.staff_id == UUID(int=1))
            .values(fte_hundredths=1)
        )
    assert await facts_digest(reporting) != before


async def test_a_log_made_again_stops_the_consumer_by_name(tmp_path: Path) -> None:
    async with databases(EMBEDDED, tmp_path, [REPORTING]) as urls:
        database = Database(urls["reporting"])
        for attempt in ("first", "second"):
            bus = LocalBus(str(tmp_path / f"{attempt}.db"))
            await bus.start()
            envelope = Envelope(
                id=uuid4(),
                source="referral",
                type=referral.TeamFormed.type(),
                subject=uuid4(),
                sequence=1,
                time=datetime(2018, 9, 3, tzinfo=UTC),
                data=b"{}",
            )
            await bus.publish("referral", [envelope])
            consumer = Consumer(database, bus, subscriptions)
            if attempt == "first":
                task = asyncio.create_task(consumer.run())
                while not await rows(database, tables.dead_letter):
                    await asyncio.sleep(0.01)
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
            else:
                with pytest.raises(PositionLost):
                    await asyncio.wait_for(consumer.run(), 10)
            await bus.stop()
        await database.close()


@pytest.mark.real
async def test_a_slow_transaction_loses_no_event(tmp_path: Path) -> None:
    """The slow one takes its number first and commits last: a reader of numbers passes it by."""
    async with (
        databases(REAL, tmp_path, [REFERRAL]) as urls,
        bus_in(EMBEDDED, tmp_path) as bus,
    ):
        database = Database(urls["referral"])
        await bus.start()
        relay = Relay("referral", database, bus)
        number = text("pg_current_xact_id()::text::bigint")

        def row() -> dict[str, Any]:
            return {
                "id": uuid4(),
                "type": referral.TeamFormed.type(),
                "subject": uuid4(),
                "sequence": 1,
                "time": datetime(2018, 9, 3, tzinfo=UTC),
                "traceparent": "",
                "data": "{}",
            }

        slow = database.engine.connect()
        async with slow as connection:
            await connection.execute(insert(tables.event).values(xid=number), row())
            async with database.writing() as quick:
                await quick.execute(insert(tables.event).values(xid=number), row())
            assert await relay.publish_once() == 0  # the horizon stands at the slow one
            await connection.commit()
        published = 0
        async with asyncio.timeout(20):  # the horizon is the cluster's: other tests hold it too
            while published < 2:
                published += await relay.publish_once()
                await asyncio.sleep(0.01)
        assert (published, await relay.publish_once()) == (2, 0)
        await bus.stop()
        await database.close()


LISTENERS = [service for service in SERVICES if service.subscriptions]


@pytest.mark.parametrize("listener", LISTENERS, ids=lambda service: service.name)
@embedded
async def test_dead_letters_are_seen_and_redriven_over_http(
    world: World, listener: Service
) -> None:
    subject, name = UUID(int=1), listener.name
    third = log_of(1)[2]
    assert listener.subscriptions is not None
    async with world.database(name).writing() as connection:
        await apply_batch(connection, listener.subscriptions, [third])
    seen = (await world.client.get(f"/{name}/v1/dead-letters", headers=world.as_())).json()
    assert [(one["reason"], one["subject"]) for one in seen] == [("gap", str(subject))]
    redriving, other = (
        f"/{name}/v1/dead-letters/referral/{one}/redrive" for one in (subject, uuid4())
    )
    done = await world.client.post(redriving, headers=world.as_(Role.ADMINISTRATOR))
    assert done.json() == {"applied": 0, "remaining": 1, "still_parked": 1}
    for url, role, status in (
        (redriving, Role.SUPPORT_TEACHER, 403),
        (redriving, Role.HEAD_OF_SERVICE, 403),
        (other, Role.ADMINISTRATOR, 404),
    ):
        refused = await world.client.post(url, headers=world.as_(role))
        assert refused.status_code == status


def test_there_are_listeners() -> None:
    assert {service.name for service in LISTENERS} == {"assessment", "survey", "reporting"}
