"""A listener that newly subscribes to a type reads it from the beginning, before it is ready."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Uuid, select
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.contracts import Event, Recorded, referral
from libs.common.core.failpoints import Failed, arm
from libs.common.messaging.bus.base import Bus
from libs.common.messaging.consumer import Consumer, ReadingLimits
from libs.common.messaging.positions import begin_again
from libs.common.messaging.subscriptions import Subscriptions
from libs.common.persistence import tables
from libs.common.persistence.db import Database
from libs.common.persistence.upserts import upsert
from services.reporting.service import SERVICE
from tests.proof.hostile.events.logs_of_events import envelope
from tests.worlds import EMBEDDED, REAL, bus_in, databases, kept_at_work

FIRST, SECOND, THIRD = (UUID(int=number) for number in (1, 2, 3))
DAY = date(2018, 9, 3)
ONE_AT_ONCE = ReadingLimits(most_at_once=1)

heard_of = Table(
    "heard_of",
    MetaData(),
    Column("subject", Uuid, primary_key=True),
    Column("sequence", Integer, primary_key=True),
    Column("times", Integer, nullable=False),
    Column("turn", Integer, nullable=False),
)
"""What was handed on: how often, and as which event of all."""


STOPS = [
    *((EMBEDDED, stops) for stops in range(1, 7)),
    pytest.param(REAL, 3, marks=pytest.mark.real),
]


@pytest.fixture
async def database(kind: str, tmp_path: Path) -> AsyncIterator[Database]:
    async with databases(kind, tmp_path, [SERVICE]) as urls:
        found = Database(urls["reporting"])
        async with found.writing() as connection:
            await connection.run_sync(heard_of.create)
        yield found
        await found.close()


@pytest.fixture
async def bus(kind: str, tmp_path: Path) -> AsyncIterator[Bus]:
    """Return a bus with three members of staff on it, each event of the second sent twice."""
    async with bus_in(kind, tmp_path) as found:
        await found.start()
        await found.publish("referral", [envelope(e, n) for e, n in career(FIRST)])
        for sent in [envelope(e, n) for e, n in career(SECOND)]:
            await found.publish("referral", [sent, sent])
        await found.publish("referral", [envelope(e, n) for e, n in career(SECOND)])
        await found.publish("referral", [envelope(e, n) for e, n in career(THIRD)])
        yield found
        await found.stop()


def career(staff: UUID) -> list[tuple[Event, int]]:
    """Return what happens to a member of staff: appointed, changed twice, left."""
    common: dict[str, Any] = {"staff_id": staff, "team_id": None}
    appointed = referral.StaffAppointed(
        **common, post="specialist-teacher", fte_hundredths=100, appointed_on=DAY
    )
    changes = [
        referral.StaffContractChanged(**common, fte_hundredths=part, changed_on=DAY)
        for part in (80, 60)
    ]
    left = referral.StaffLeft(staff_id=staff, left_on=DAY)
    return [(event, number) for number, event in enumerate([appointed, *changes, left], 1)]


def listener_of(*types: type[Event]) -> Subscriptions:
    """Return a listener that counts how often it is handed each event."""
    subscriptions = Subscriptions("reporting")

    async def count(connection: AsyncConnection, recorded: Sequence[Recorded[Any]]) -> None:
        for one in recorded:
            mine = (heard_of.c.subject == one.event.aggregate_id) & (
                heard_of.c.sequence == one.sequence
            )
            before = (await connection.execute(select(heard_of.c.times).where(mine))).scalar()
            turn = len((await connection.execute(select(heard_of))).all())
            row = {"subject": one.event.aggregate_id, "sequence": one.sequence, "turn": turn}
            await upsert(connection, heard_of, [row | {"times": (before or 0) + 1}])

    for type_ in types:
        subscriptions.on(type_)(count)
    return subscriptions


BEFORE = listener_of(referral.StaffContractChanged)
AFTER = listener_of(referral.StaffContractChanged, referral.StaffAppointed, referral.StaffLeft)


@pytest.fixture(autouse=True)
def _no_point_stays_armed() -> Iterator[None]:
    yield
    arm(None)


async def read_all(
    database: Database, bus: Bus, listener: Subscriptions, limits: ReadingLimits | None = None
) -> Consumer:
    """Have a listener read all that there is."""
    consumer = Consumer(database, bus, listener, limits)
    targets = {p: end for p, (_, end) in (await bus.spans("referral")).items()}
    await consumer.read_until(targets)
    return consumer


async def handled(database: Database) -> dict[tuple[UUID, int], tuple[int, int]]:
    async with database.reading() as connection:
        rows = (await connection.execute(select(heard_of))).all()
    return {(row.subject, row.sequence): (row.times, row.turn) for row in rows}


async def versions(database: Database) -> dict[UUID, int]:
    async with database.reading() as connection:
        rows = await connection.execute(select(tables.aggregate_version))
        return {row.subject: row.sequence for row in rows}


async def is_catching_up(database: Database, consumer: Consumer) -> bool:
    async with database.reading() as connection:
        return await consumer.catching_up(connection)


ALL = {(staff, number) for staff in (FIRST, SECOND, THIRD) for number in (1, 2, 3, 4)}


async def test_a_newly_subscribed_type_is_handed_on_once_in_order(
    database: Database, bus: Bus
) -> None:
    await read_all(database, bus, BEFORE)
    passed = await versions(database)
    assert set(passed.values()) == {4}
    assert set(await handled(database)) == {one for one in ALL if one[1] in {2, 3}}
    late = Consumer(database, bus, AFTER)
    assert await is_catching_up(database, late)
    await read_all(database, bus, AFTER)
    assert not await is_catching_up(database, late)
    found = await handled(database)
    assert {one: times for one, (times, _) in found.items()} == dict.fromkeys(ALL, 1)
    assert all(found[staff, 1][1] < found[staff, 4][1] for staff in (FIRST, SECOND, THIRD))
    assert await versions(database) == passed
    again = await read_all(database, bus, AFTER)
    assert not await is_catching_up(database, again)
    assert await handled(database) == found


@pytest.mark.parametrize(("kind", "stops"), STOPS, scope="session")
async def test_it_goes_on_from_where_it_was_killed(
    database: Database, bus: Bus, stops: int
) -> None:
    await read_all(database, bus, BEFORE)
    for turn in range(stops):
        arm(f"backfill.before-commit:raise:{turn + 1}")
        with pytest.raises(Failed):
            await read_all(database, bus, AFTER, ONE_AT_ONCE)
    await read_all(database, bus, AFTER, ONE_AT_ONCE)
    assert {times for times, _ in (await handled(database)).values()} == {1}
    assert set(await handled(database)) == ALL


async def test_what_was_not_passed_comes_in_its_turn_alone(database: Database, bus: Bus) -> None:
    """An aggregate with dead letters is handed on when it is redriven, not before."""
    fourth = UUID(int=4)
    sent = [envelope(e, n) for e, n in career(fourth)]
    await bus.publish("referral", [sent[0], *sent[2:]])
    await read_all(database, bus, BEFORE)
    await read_all(database, bus, AFTER)
    assert {one for one in await handled(database) if one[0] == fourth} == {(fourth, 1)}
    await bus.publish("referral", [sent[1]])
    await read_all(database, bus, AFTER)
    found = await handled(database)
    assert {one: found[one][0] for one in found if one[0] == fourth} == {
        (fourth, number): 1 for number in (1, 2, 3, 4)
    }


async def test_a_type_that_was_dropped_and_comes_back_is_read_from_there(
    database: Database, bus: Bus
) -> None:
    """A version without a type reads for a while: nothing is handled twice or missed."""
    await read_all(database, bus, AFTER)
    await read_all(database, bus, BEFORE)
    fourth = UUID(int=4)
    await bus.publish("referral", [envelope(e, n) for e, n in career(fourth)])
    await read_all(database, bus, BEFORE)
    await read_all(database, bus, AFTER)
    assert {times for times, _ in (await handled(database)).values()} == {1}
    assert set(await handled(database)) == ALL | {(fourth, number) for number in (1, 2, 3, 4)}


async def test_a_topic_read_again_meanwhile_is_handled_as_well(
    database: Database, bus: Bus
) -> None:
    await read_all(database, bus, BEFORE)
    arm("backfill.before-commit:raise:1")
    with pytest.raises(Failed):
        await read_all(database, bus, AFTER)
    async with database.writing() as connection:
        await begin_again(connection, "referral", await bus.spans("referral"))
    await read_all(database, bus, AFTER)
    assert {times for times, _ in (await handled(database)).values()} == {1}
    assert set(await handled(database)) == ALL


only_postgresql = pytest.mark.parametrize("kind", [pytest.param(REAL, marks=pytest.mark.real)])


@only_postgresql
async def test_a_version_that_is_behind_gets_its_turn_while_an_older_one_reads_on(
    database: Database, bus: Bus
) -> None:
    """The older one is stopped only once the newer one is ready; both read by turns until then."""
    limits = ReadingLimits(look_again=0.5)
    older, newer = (Consumer(database, bus, listener, limits) for listener in (BEFORE, AFTER))
    async with kept_at_work("older", older.run):
        await until_heard(database, {one for one in ALL if one[1] in {2, 3}})
        async with kept_at_work("newer", newer.run):
            await until_heard(database, ALL)
            fourth = UUID(int=4)
            await bus.publish("referral", [envelope(e, n) for e, n in career(fourth)])
            await until_heard(database, ALL | {(fourth, number) for number in (1, 2, 3, 4)})
    assert {times for times, _ in (await handled(database)).values()} == {1}


async def until_heard(database: Database, wanted: set[tuple[UUID, int]]) -> None:
    async with asyncio.timeout(60):
        while set(await handled(database)) != wanted:
            await asyncio.sleep(0.02)


async def test_what_cannot_be_handed_on_is_a_dead_letter_alone(
    database: Database, bus: Bus
) -> None:
    await read_all(database, bus, BEFORE)
    failing = listener_of(referral.StaffContractChanged, referral.StaffLeft)

    @failing.on(referral.StaffAppointed)
    async def fail(_: AsyncConnection, __: Sequence[Recorded[Any]]) -> None:
        raise ValueError

    await read_all(database, bus, failing)
    async with database.reading() as connection:
        rows = (await connection.execute(select(tables.dead_letter))).all()
    assert {(row.subject, row.sequence, row.reason) for row in rows} == {
        (staff, 1, "failed") for staff in (FIRST, SECOND, THIRD)
    }
    assert {one for one in await handled(database) if one[1] == 4} == {
        (staff, 4) for staff in (FIRST, SECOND, THIRD)
    }
