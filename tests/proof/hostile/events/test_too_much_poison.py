"""A flood of poison stops the consumer by name, before all is a dead letter."""

import asyncio
from pathlib import Path
from uuid import UUID

import pytest
from msgspec.structs import replace

from libs.common.core.circuit_breaker import CircuitBreaker, TooMuchPoison
from libs.common.messaging.bus.base import Delivered
from libs.common.messaging.consumer import Consumer, ReadingLimits
from libs.common.persistence import tables
from services.reporting.facts import subscriptions
from tests.proof.hostile.events.feeding import Reading, local_bus, put
from tests.proof.hostile.events.logs_of_events import ReadModel, changed, log_of, staff_life

PEOPLE = 60
LOG = log_of(*(staff_life(UUID(int=n + 1), 1) for n in range(PEOPLE)))


def poisoned(record: Delivered) -> Delivered:
    return replace(record, value=b"{}")


def circuit() -> CircuitBreaker:
    return CircuitBreaker(window=20, most=0.5)


async def test_a_flood_of_poison_stops_the_consumer_before_the_batch_that_is_too_much(
    model: ReadModel, tmp_path: Path
) -> None:
    clean = await model.clean(LOG)
    async with local_bus(tmp_path / "bus.db") as bus:
        await put(bus, [*LOG[:20], *map(poisoned, LOG[20:])])
        consumer = Consumer(model.database, bus, subscriptions, ReadingLimits(5, circuit=circuit()))
        with pytest.raises(TooMuchPoison, match=r"75% of the last 20 records"):
            await asyncio.wait_for(consumer.run(), 20)
        assert consumer.poison_share == 0.5
        assert await model.dead_letters() == [("unreadable", 1)] * 10
        (row,) = [r for r in await model.rows(tables.consumer_position) if r.topic == "referral"]
        assert row.position == 31
        # Started again by a person it stops again, with no more dead letters than a window.
        with pytest.raises(TooMuchPoison):
            await asyncio.wait_for(consumer.run(), 20)
        assert len(await model.dead_letters()) < 10 + 20
    # The version that can read them goes on; the dead letters come again.
    async with local_bus(tmp_path / "mended.db") as bus:
        await model.wipe()
        await put(bus, LOG)
        await Reading(
            Consumer(model.database, bus, subscriptions, ReadingLimits(circuit=circuit()))
        ).step()
    assert await model.digest() == clean


async def test_a_little_poison_among_much_does_not_stop_it(
    model: ReadModel, tmp_path: Path
) -> None:
    log = [poisoned(one) if n % 3 == 0 else one for n, one in enumerate(LOG)]
    async with local_bus(tmp_path / "bus.db") as bus:
        await put(bus, log)
        consumer = Consumer(model.database, bus, subscriptions, ReadingLimits(7, circuit=circuit()))
        reading = Reading(consumer)
        while await reading.step():
            pass
    assert consumer.applied == PEOPLE - PEOPLE // 3
    assert 0.2 < consumer.poison_share < 0.5


async def test_what_waits_or_is_kept_behind_is_no_poison(model: ReadModel, tmp_path: Path) -> None:
    long = log_of(staff_life(UUID(int=1), 100))
    unknown = changed(long[1], ce_type="uk.sssen.referral.NeverHeardOf.v1")
    async with local_bus(tmp_path / "bus.db") as bus:
        await put(bus, [long[0], unknown, *long[2:], *LOG[2:10]])
        consumer = Consumer(model.database, bus, subscriptions, ReadingLimits(9, circuit=circuit()))
        reading = Reading(consumer)
        while await reading.step():
            pass
    assert consumer.applied == 1 + 8
    assert len(await model.dead_letters()) == 99


def test_a_few_records_are_no_window() -> None:
    few = circuit().after(19, 19)
    assert few.share == 1
    with pytest.raises(TooMuchPoison):
        few.after(1, 1)


def test_old_batches_leave_the_window() -> None:
    counted = circuit()
    for _ in range(5):
        counted = counted.after(10, 0)
    counted = counted.after(10, 10)
    assert (counted.share, len(counted.batches)) == (0.5, 2)
    with pytest.raises(TooMuchPoison):
        counted.after(10, 1)


async def test_an_empty_window_has_no_share() -> None:
    assert CircuitBreaker().share == 0
