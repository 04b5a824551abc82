"""Whatever the legal disorder, the facts are those of the log in order; the illegal waits.

SOAK_LOGS logs are drawn, from number SOAK_FIRST on. A failure names its number: to see it again,
run this file with SOAK_FIRST at that number and SOAK_LOGS=1.
"""

import os
import random
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from libs.common.messaging.bus.base import Delivered
from libs.common.messaging.consumer import Consumer, ReadingLimits
from services.reporting.facts import subscriptions
from tests.proof.hostile.events.feeding import Reading, local_bus, put, rewind
from tests.proof.hostile.events.logs_of_events import (
    ReadModel,
    batches,
    life,
    log_of,
    staff_life,
)

LOGS = int(os.environ.get("SOAK_LOGS", "2"))
FIRST = int(os.environ.get("SOAK_FIRST", "1"))
NUMBERS = range(FIRST, FIRST + LOGS)
AGGREGATES = 45  # about 200 events a log


def drawn_log(draw: random.Random) -> list[Delivered]:
    return log_of(*(life(draw, UUID(int=n + 1)) for n in range(AGGREGATES)))


def by_aggregate(log: Sequence[Delivered]) -> list[list[Delivered]]:
    queues: dict[bytes | None, list[Delivered]] = {}
    for record in log:
        queues.setdefault(record.key, []).append(record)
    return list(queues.values())


def legal_disorder(draw: random.Random, log: Sequence[Delivered]) -> list[Delivered]:
    """Shuffle across aggregates, repeat up to five times at once or late, redeliver what was."""
    left = [list(reversed(queue)) for queue in by_aggregate(log)]
    found: list[Delivered] = []
    while left:
        queue = draw.choice(left)
        record = queue.pop()
        found += [record] * draw.choice((1, 1, 1, 2, 6))
        if draw.random() < 0.1:
            found.append(draw.choice(found))
        if draw.random() < 0.02:
            found += found[-draw.randint(1, 40) :]
        left = [queue for queue in left if queue]
    return found


def illegal_disorder(draw: random.Random, log: Sequence[Delivered]) -> list[Delivered]:
    """Swap and delay within aggregates too: every version comes, in no order at all."""
    return draw.sample(log, len(log)) + draw.sample(log, len(log) // 4)


def seeded(number: int) -> random.Random:
    print(f"log number {number}: SOAK_FIRST={number} SOAK_LOGS=1")  # noqa: T201 - shown on failure
    return random.Random(number)


async def test_legal_disorder_changes_nothing(model: ReadModel) -> None:
    for number in NUMBERS:
        draw = seeded(number)
        log = drawn_log(draw)
        clean = await model.clean(log)
        for batch in batches(draw, legal_disorder(draw, log)):
            await model.apply(batch)
            if draw.random() < 0.1:
                await model.apply(batch)
        assert await model.digest() == clean
        assert await model.dead_letters() == []


async def test_illegal_disorder_waits_and_heals_when_all_has_come(model: ReadModel) -> None:
    for number in NUMBERS:
        draw = seeded(number)
        log = drawn_log(draw)
        clean = await model.clean(log)
        missing = draw.choice([queue[0] for queue in by_aggregate(log) if len(queue) > 2])
        for batch in batches(draw, illegal_disorder(draw, log)):
            await model.apply([record for record in batch if record is not missing])
        waiting = {reason for reason, _ in await model.dead_letters()}
        assert waiting == {"gap"}
        assert await model.digest() != clean
        await model.apply([missing])
        assert await model.dead_letters() == []
        assert await model.digest() == clean


async def test_late_owners_and_rewinds_change_nothing(model: ReadModel, tmp_path: Path) -> None:
    """Three consumers read side by side, none knowing of the others, and positions go back."""
    for number in NUMBERS:
        draw = seeded(number)
        log = drawn_log(draw)
        clean = await model.clean(log)
        async with local_bus(tmp_path / f"{number}.db") as bus:
            await put(bus, legal_disorder(draw, log))
            limits = [ReadingLimits(most_at_once=draw.randint(5, 80)) for _ in range(3)]
            readings = [
                Reading(Consumer(model.database, bus, subscriptions, one)) for one in limits
            ]
            for turn in range(200):
                if not sum([await reading.step() for reading in draw.sample(readings, 3)]):
                    break
                if turn in {2, 5}:
                    await rewind(model.database, draw.randint(0, 100))
        assert sum(reading.lost for reading in readings) > 0
        assert await model.digest() == clean
        assert await model.dead_letters() == []


async def test_a_gap_and_a_swap_within_an_aggregate_are_never_applied(model: ReadModel) -> None:
    log = log_of(staff_life(UUID(int=1), 5))
    clean = await model.clean(log)
    for place, record in enumerate([log[0], log[2], log[1], log[4]]):
        await model.apply([record])
        assert await model.dead_letters() == [[], [("gap", 3)], [], [("gap", 5)]][place]
    assert await model.digest() != clean
    await model.apply([log[3]])
    assert await model.digest() == clean
