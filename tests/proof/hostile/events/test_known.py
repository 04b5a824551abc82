"""What was known at a moment is what the log cut there gives, whatever order it came in.

KNOWN_LOGS logs are drawn, from number SOAK_FIRST on: 200 in a soak, in both worlds. Of the few of
each day PostgreSQL has five: it is the statement of `known` that it may take otherwise.
"""

import os
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from libs.common.core.clock import micros
from libs.common.messaging.bus.base import Delivered
from services.reporting.facts import known, metadata
from tests.proof.hostile.events.logs_of_events import (
    RECORDED,
    ReadModel,
    batches,
    changed,
    life,
    log_of,
)
from tests.proof.hostile.events.test_disorder import legal_disorder
from tests.worlds import EMBEDDED, REAL

LOGS = int(os.environ.get("KNOWN_LOGS", "20"))
FIRST = int(os.environ.get("SOAK_FIRST", "1"))
NUMBERS = range(FIRST, FIRST + LOGS)
ON_POSTGRESQL = NUMBERS if "KNOWN_LOGS" in os.environ else NUMBERS[:5]
CASES = [
    *((EMBEDDED, number) for number in NUMBERS),
    *(pytest.param(REAL, number, marks=pytest.mark.real) for number in ON_POSTGRESQL),
]
MOMENTS = 2
AGGREGATES = 15  # about 60 events a log
FACTS = [table for name, table in metadata.tables.items() if name.startswith("fact_")]


def drawn_log(draw: random.Random) -> list[Delivered]:
    """Draw a log with few times, so that clocks go back and instants are shared."""
    log = log_of(*(life(draw, UUID(int=n + 1)) for n in range(AGGREGATES)))
    return [
        changed(record, ce_time=(RECORDED + timedelta(days=draw.randrange(8))).isoformat())
        for record in log
    ]


def cut(log: Sequence[Delivered], at: int) -> list[Delivered]:
    """Return the log's events up to a moment: of each aggregate up to its first later one."""
    left: list[Delivered] = []
    ended: set[bytes | None] = set()
    for record in log:
        if micros(datetime.fromisoformat(record.headers["ce_time"])) > at:
            ended.add(record.key)
        if record.key not in ended:
            left.append(record)
    return left


async def held(model: ReadModel, at: int | None = None) -> Mapping[str, list[str]]:
    """Return what is held of every fact, now or as it was known."""
    found: dict[str, list[str]] = defaultdict(list)
    for table in FACTS:
        found[table.name] = sorted(map(str, await model.rows(known(table, at))))
    return found


@pytest.mark.parametrize(("kind", "number"), CASES)
async def test_what_was_known_is_the_log_cut_there(model: ReadModel, number: int) -> None:
    draw = random.Random(number)
    log = drawn_log(draw)
    moments = [
        micros(RECORDED + timedelta(days=draw.randrange(-1, 9))) + draw.choice((-1, 0, 1))
        for _ in range(MOMENTS)
    ]
    expected = []
    for moment in moments:
        await model.apply(cut(log, moment))
        expected.append(await held(model))
        await model.wipe()
    for batch in batches(draw, legal_disorder(draw, log)):
        await model.apply(batch)
    assert await model.dead_letters() == []
    for moment, of_the_cut in zip(moments, expected, strict=True):
        assert await held(model, moment) == of_the_cut
    assert sum(map(len, (await held(model)).values())) > 5


def test_a_cut_ends_each_aggregate_at_its_first_later_event() -> None:
    one, other = (UUID(int=number) for number in (1, 2))
    draw = random.Random(1)
    log = drawn_log(draw)
    mine = [r for r in log if r.key in {str(one).encode(), str(other).encode()}]
    assert cut(mine, micros(RECORDED) - 1) == []
    assert cut(mine, micros(RECORDED + timedelta(days=9))) == mine
