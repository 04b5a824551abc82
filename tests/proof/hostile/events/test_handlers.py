"""A handler that fails, hangs or ends the process: what is a dead letter, what is tried again."""

import asyncio
import io
import json
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.contracts import referral
from libs.common.contracts.base import Recorded
from libs.common.messaging.consumer import TRIES, Consumer
from libs.common.messaging.subscriptions import Subscriptions
from libs.common.persistence import tables
from services.reporting.facts import subscriptions as real
from tests.proof.hostile.events.feeding import Reading, local_bus, put
from tests.proof.hostile.events.logs_of_events import ReadModel, log_of, of, staff_life
from tests.worlds import REAL, kept_at_work

CANARY = "zzcanaryzz"
ANN, BEN = UUID(int=1), UUID(int=2)
Trouble = Callable[[AsyncConnection, int], Awaitable[None]]


def listening(trouble: Trouble, deadline: float = 10.0) -> Subscriptions:
    """Return reporting's functions for staff; Ann's changes of contract meet with trouble."""
    found = Subscriptions(real.listener, deadline, write=real.write, stamp=real.stamp)
    for event in (referral.StaffAppointed, referral.StaffContractChanged):
        found.fillings[event] = real.fillings[event]
    met = 0

    @found.on(referral.StaffContractChanged)
    async def change(
        connection: AsyncConnection, events: Sequence[Recorded[referral.StaffContractChanged]]
    ) -> None:
        nonlocal met
        if any(heard.event.staff_id == ANN for heard in events):
            met += 1
            await trouble(connection, met)

    return found


LOG = log_of(staff_life(ANN), staff_life(BEN))
WITHOUT = [record for record in LOG if record not in of(LOG, ANN)[1:]]


async def test_a_lasting_failure_keeps_its_aggregate_back(
    model: ReadModel, tmp_path: Path, lines: io.StringIO
) -> None:
    async def fail(_: AsyncConnection, __: int) -> None:
        raise ValueError(CANARY)

    clean = await model.clean(WITHOUT)
    async with local_bus(tmp_path / "bus.db") as bus:
        await put(bus, LOG)
        await Reading(Consumer(model.database, bus, listening(fail))).step()
    assert await model.dead_letters() == [("behind-another", 3), ("failed", 2)]
    assert await model.digest() == clean
    assert CANARY not in lines.getvalue()


@pytest.mark.parametrize(
    ("passes_after", "error"),
    [(1, ConnectionError), (2, asyncpg.InternalClientError), (5, TimeoutError)],
)
async def test_a_transient_failure_is_tried_again_in_place(
    model: ReadModel,
    tmp_path: Path,
    lines: io.StringIO,
    passes_after: int,
    error: type[Exception],
) -> None:
    async def be_away(_: AsyncConnection, met: int) -> None:
        if met <= passes_after:
            raise error(CANARY)

    clean = await model.clean(LOG)
    async with local_bus(tmp_path / "bus.db") as bus:
        await put(bus, LOG)
        consumer = Consumer(model.database, bus, listening(be_away))
        async with kept_at_work("listener", consumer.run), asyncio.timeout(30):
            while consumer.applied < len(LOG):
                await asyncio.sleep(0.01)
    failures = [json.loads(line)["event"] for line in lines.getvalue().splitlines()]
    assert failures == ["part-failed"] * passes_after
    assert await model.dead_letters() == []
    assert await model.digest() == clean
    assert CANARY not in lines.getvalue()


async def test_what_hangs_is_tried_three_times_and_is_then_a_dead_letter(
    model: ReadModel, tmp_path: Path
) -> None:
    tries = []

    async def hang(_: AsyncConnection, met: int) -> None:
        tries.append(met)
        await asyncio.Event().wait()

    clean = await model.clean(WITHOUT)
    async with local_bus(tmp_path / "bus.db") as bus:
        await put(bus, LOG)
        await Reading(Consumer(model.database, bus, listening(hang, 0.5))).step()
    assert len(tries) == 1 + TRIES  # once with all of the batch, then by itself
    assert await model.dead_letters() == [("behind-another", 3), ("hangs", 2)]
    assert await model.digest() == clean


async def test_what_hangs_but_once_is_applied(model: ReadModel, tmp_path: Path) -> None:
    async def hang(_: AsyncConnection, met: int) -> None:
        if met <= TRIES:
            await asyncio.Event().wait()

    clean = await model.clean(LOG)
    async with local_bus(tmp_path / "bus.db") as bus:
        await put(bus, LOG)
        await Reading(Consumer(model.database, bus, listening(hang, 0.5))).step()
    assert await model.dead_letters() == []
    assert await model.digest() == clean


@pytest.mark.real
@pytest.mark.parametrize("kind", [REAL], indirect=True)
async def test_a_statement_that_hangs_in_the_database_is_a_dead_letter(
    model: ReadModel, tmp_path: Path
) -> None:
    async def hang(connection: AsyncConnection, _: int) -> None:
        await connection.execute(text("SELECT pg_sleep(60)"))

    clean = await model.clean(WITHOUT)
    async with local_bus(tmp_path / "bus.db") as bus:
        await put(bus, LOG)
        await Reading(Consumer(model.database, bus, listening(hang, 0.5))).step()
    assert await model.dead_letters() == [("behind-another", 3), ("hangs", 2)]
    assert await model.digest() == clean


@pytest.mark.parametrize("ending", [MemoryError, SystemExit])
async def test_what_ends_the_process_undoes_the_batch_and_is_tried_after_the_restart(
    model: ReadModel, tmp_path: Path, ending: type[BaseException]
) -> None:
    ended = []

    async def end(_: AsyncConnection, met: int) -> None:
        if met == 1:
            raise ending

    async def until_ended(consumer: Consumer) -> None:
        try:
            await consumer.run()
        except ending as error:  # a task that ends so would end the tests
            ended.append(type(error))

    clean = await model.clean(LOG)
    async with local_bus(tmp_path / "bus.db") as bus:
        await put(bus, LOG)
        listener = listening(end)
        async with asyncio.timeout(10):
            await until_ended(Consumer(model.database, bus, listener))
        assert ended == [ending]
        assert await model.rows(tables.aggregate_version) == []
        assert {row.position for row in await model.rows(tables.consumer_position)} == {0}
        await Reading(Consumer(model.database, bus, listener)).step()
    assert await model.dead_letters() == []
    assert await model.digest() == clean
