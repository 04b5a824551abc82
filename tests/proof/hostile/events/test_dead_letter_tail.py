"""A long tail of dead letters: cheap to add to, whole when redriven, whatever goes wrong."""

import asyncio
import os
import tracemalloc
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from time import process_time
from uuid import UUID

import pytest
from msgspec.structs import replace
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.messaging.applying import redrive
from libs.common.messaging.bus.base import Delivered, Partition
from libs.common.messaging.positions import move
from libs.common.messaging.stream_state import FORK
from libs.common.persistence import tables
from libs.common.persistence.db import Database
from services.reporting.facts import subscriptions
from tests.applied import apply_batch
from tests.proof.hostile.events.logs_of_events import ReadModel, log_of, staff_life
from tests.worlds import REAL

ANN = UUID(int=1)
LONG = int(os.environ.get("SOAK_TAIL", "1500"))  # 11,000 in a soak
MB = 1024 * 1024
BROKEN = [(FORK, 2)]  # it stays beside the good one that was published in its stead


def tail(length: int) -> tuple[list[Delivered], Delivered]:
    """Return a log of one aggregate, and its second event."""
    log = log_of(staff_life(ANN, length))
    return log, log[1]


async def count(model: ReadModel) -> int:
    async with model.database.reading() as connection:
        query = select(func.count()).select_from(tables.dead_letter)
        return int((await connection.execute(query)).scalar_one())


async def redriven(model: ReadModel) -> int:
    async with model.database.writing() as connection:
        return await redrive(connection, subscriptions, "referral", ANN) or 0


async def test_ten_thousand_that_wait_are_cheap_to_add_to_and_all_applied(
    model: ReadModel,
) -> None:
    log, second = tail(LONG + 20)
    clean = await model.clean(log)
    late = [log[0], *log[2:LONG]]
    for start in range(0, len(late), 2_000):
        await model.apply(late[start : start + 2_000])
    assert await count(model) == LONG - 2

    # One more that waits costs what it costs alone, not what ten thousand cost.
    more = log[LONG:]
    tracemalloc.start()
    began = process_time()
    for record in more:
        await model.apply([record])
    spent, (_, peak) = process_time() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert spent / len(more) < 0.2
    assert peak < 2 * MB

    assert await model.apply([second]) == LONG + 19
    assert await count(model) == 0
    assert await model.digest() == clean


async def test_ten_thousand_behind_poison_are_redriven_whole(model: ReadModel) -> None:
    log, second = tail(LONG)
    clean = await model.clean(log)
    poisoned = [log[0], replace(second, value=b"{}"), *log[2:]]
    for start in range(0, LONG, 2_000):
        await model.apply(poisoned[start : start + 2_000])
    assert await count(model) == LONG - 1
    assert await redriven(model) == 0
    assert await count(model) == LONG - 1
    await model.apply([replace(second, offset=LONG + 1)])
    assert await redriven(model) == LONG - 1
    assert await model.digest() == clean
    # The broken record stands beside the good one that was published in its stead.
    assert await redriven(model) == 0
    assert await count(model) == 0


async def poisoned_model(model: ReadModel) -> tuple[list[Delivered], str]:
    """Leave an aggregate behind poison whose good copy has come; return its log and digest."""
    log, second = tail(30)
    clean = await model.clean(log)
    await model.apply([log[0], replace(second, value=b"{}"), *log[2:20]])
    await model.apply([replace(second, offset=500)])
    async with model.database.writing() as connection:
        start = {"topic": "referral", "partition": 0, "position": 20}
        await connection.execute(insert(tables.consumer_position), start)
    return log, clean


async def test_a_redrive_twice_is_one(model: ReadModel) -> None:
    log, clean = await poisoned_model(model)
    applied = await asyncio.gather(redriven(model), redriven(model))
    assert sorted(applied) == [0, 19]
    await model.apply(log[20:])
    assert await model.digest() == clean


@asynccontextmanager
async def arriving(model: ReadModel, record: Delivered) -> AsyncIterator[None]:
    """Take one record as the consumer does, in a transaction that ends with the block."""
    async with model.database.writing() as connection:
        await move(connection, [record], {Partition("referral", 0): record.offset})
        await apply_batch(connection, subscriptions, [record])
        yield


async def waits_or_ends(model: ReadModel, task: "asyncio.Task[int]") -> None:
    """Return when a task has ended or waits for somebody's lock."""
    if model.database.is_sqlite:  # whose one writer is taken
        return
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    async with asyncio.timeout(10), model.database.engine.connect() as looking:
        while not task.done() and not (await looking.execute(waiting)).scalar_one():
            await looking.rollback()
            await asyncio.sleep(0.01)


async def test_a_redrive_waits_for_the_batch_under_way(model: ReadModel) -> None:
    """What the batch finds behind the poison is redriven with the rest, not left behind."""
    log, clean = await poisoned_model(model)
    async with arriving(model, log[20]):
        redriving = asyncio.create_task(redriven(model))
        await waits_or_ends(model, redriving)
    assert await redriving == 20
    for record in log[21:]:
        async with arriving(model, record):
            pass
    assert (await model.dead_letters(), await model.digest()) == (BROKEN, clean)


async def test_a_redrive_while_events_of_the_aggregate_arrive_loses_none(
    model: ReadModel,
) -> None:
    log, clean = await poisoned_model(model)

    async def arrive(records: Sequence[Delivered]) -> None:
        for record in records:
            async with arriving(model, record):
                pass

    await asyncio.gather(arrive(log[20:]), redriven(model))
    assert (await model.dead_letters(), await model.digest()) == (BROKEN, clean)


class KilledHere(BaseException):
    """The process ends."""


@pytest.mark.parametrize("point", ["before", "after"])
async def test_a_redrive_that_is_killed_changes_nothing(model: ReadModel, point: str) -> None:
    log, clean = await poisoned_model(model)
    before, facts_before = await model.dead_letters(), await model.digest()

    async def killed() -> None:
        async with model.database.writing() as connection:
            if point == "after":
                await redrive(connection, subscriptions, "referral", ANN)
            raise KilledHere

    with pytest.raises(KilledHere):
        await killed()
    assert (await model.dead_letters(), await model.digest()) == (before, facts_before)
    assert await redriven(model) == 19
    await model.apply(log[20:])
    assert await model.digest() == clean


@pytest.mark.real
@pytest.mark.parametrize("kind", [REAL], indirect=True)
async def test_a_redrive_whose_connection_is_cut_changes_nothing(model: ReadModel) -> None:
    _, _ = await poisoned_model(model)
    before = await model.dead_letters()

    async def cut(connection: AsyncConnection, other: Database) -> None:
        pid = (await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one()
        async with other.writing() as second:
            await second.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})

    async def cut_short() -> None:
        async with model.database.writing() as connection:
            await redrive(connection, subscriptions, "referral", ANN)
            await cut(connection, model.database)
            await connection.execute(select(1))

    with pytest.raises(DBAPIError):
        await cut_short()
    assert await model.dead_letters() == before
    assert await redriven(model) == 19
