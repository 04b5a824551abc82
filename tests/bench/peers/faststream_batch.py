"""Applying visits as FastStream has it done: batches of validated events, and one upsert for each.

It writes the facts and has the group's offsets committed after each batch. It holds no aggregate to
its order, keeps no version, and looks for nothing that two readers could understand differently.
"""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage

from libs.common.contracts.referral import VisitsRecorded
from libs.common.core.clock import micros
from libs.common.messaging.bus.kafka import KafkaBus
from tests.bench.bare_consumer import FACTS, MOST_AT_ONCE, fact
from tests.bench.measured import Cost, Stopwatch


async def in_batches(bus: KafkaBus, url: str, count: int) -> Cost:
    """Read and apply all."""
    connection = await asyncpg.connect(url)
    broker = KafkaBroker(bus._servers, logger=None)
    done, applied = 0, asyncio.Event()

    @broker.subscriber(
        f"{bus._prefix}referral",
        batch=True,
        max_records=MOST_AT_ONCE,
        group_id=uuid4().hex,
        auto_offset_reset="earliest",
        ack_policy=AckPolicy.ACK,
    )
    async def visits(events: list[VisitsRecorded], message: KafkaMessage) -> None:
        nonlocal done
        rows = [
            (*fact(event), *_stamp(dict(record.headers)))
            for event, record in zip(events, message.raw_message, strict=True)
        ]
        await connection.execute(FACTS, *map(list, zip(*rows, strict=True)))
        done += len(rows)
        if done == count:
            applied.set()

    watch = Stopwatch()
    try:
        await broker.start()
        await applied.wait()
        return watch.cost(count)
    finally:
        await broker.stop()
        await connection.close()


def _stamp(headers: dict[str, bytes]) -> tuple[Any, ...]:
    known = micros(datetime.fromisoformat(headers["ce_time"].decode()))
    return UUID(headers["ce_id"].decode()), int(headers["ce_sequence"]), known
