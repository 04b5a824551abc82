"""P1's floor: what the same rows in the same tables cost a program that knows only of visits.

It validates, holds each aggregate to its order, and writes facts, versions and positions in one
transaction; what it does not know of, faults of every kind, ends it.
"""

import hashlib
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from libs.common.contracts.referral import VisitsRecorded
from libs.common.core.clock import micros
from libs.common.messaging.bus.kafka import CONSUMER, KafkaBus
from tests.bench.measured import Cost, Stopwatch

MOST_AT_ONCE = 5_000
FACTS = """
INSERT INTO fact_visit (case_id, week_beginning, child_id, staff_id, planned, attended, missed,
    event_id, sequence, known_from, stands)
SELECT unnest($1::uuid[]), unnest($2::date[]), unnest($3::uuid[]), unnest($4::uuid[]),
    unnest($5::int[]), unnest($6::int[]), unnest($7::text[]), unnest($8::uuid[]),
    unnest($9::int[]), unnest($10::bigint[]), true
ON CONFLICT (case_id, week_beginning) DO UPDATE SET child_id = excluded.child_id,
    staff_id = excluded.staff_id, planned = excluded.planned, attended = excluded.attended,
    missed = excluded.missed, event_id = excluded.event_id, sequence = excluded.sequence,
    known_from = excluded.known_from, stands = excluded.stands
"""
REACHED = "SELECT subject, sequence, known FROM aggregate_version WHERE subject = ANY($1::uuid[])"
VERSIONS = """
INSERT INTO aggregate_version (source, subject, sequence, digest, known)
SELECT 'referral', * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::bigint[])
ON CONFLICT (source, subject) DO UPDATE
SET sequence = excluded.sequence, digest = excluded.digest, known = excluded.known
"""
POSITION = """
INSERT INTO consumer_position (topic, partition, position) VALUES ('referral', $1, $2)
ON CONFLICT (topic, partition) DO UPDATE SET position = excluded.position
"""


async def in_batches(bus: KafkaBus, url: str, count: int) -> Cost:
    """Read and apply all, a batch a transaction."""
    return await _applied(bus, url, count, MOST_AT_ONCE)


async def one_a_transaction(bus: KafkaBus, url: str, count: int) -> Cost:
    """Read and apply the first ``count``, each in a transaction of its own."""
    return await _applied(bus, url, count, 1)


async def _applied(bus: KafkaBus, url: str, count: int, most_at_once: int) -> Cost:
    async with _opened(bus, url) as (consumer, connection):
        watch, done = Stopwatch(), 0
        while done < count:
            found = await consumer.getmany(timeout_ms=1_000, max_records=most_at_once)
            records = list(itertools.chain.from_iterable(found.values()))
            async with connection.transaction():
                await _apply(connection, records)
                for partition, its in found.items():
                    at = partition.partition, its[-1].offset + 1
                    await connection.execute(POSITION, *at)
            done += len(records)
        return watch.cost(count)


async def _apply(connection: asyncpg.Connection, records: Sequence[ConsumerRecord]) -> None:
    if not records:
        return
    events = [VisitsRecorded.model_validate_json(one.value, extra="ignore") for one in records]
    subjects = list({event.case_id for event in events})
    reached = {row[0]: (row[1], row[2]) for row in await connection.fetch(REACHED, subjects)}
    last: dict[UUID, bytes] = {}
    rows: list[tuple[Any, ...]] = []
    for record, event in zip(records, events, strict=True):
        headers = dict(record.headers)
        before, known = reached.get(event.case_id, (0, 0))
        sequence = int(headers["ce_sequence"])
        if sequence != before + 1:
            raise RuntimeError(f"{sequence} came after {before}")
        known = max(known, micros(datetime.fromisoformat(headers["ce_time"].decode())))
        reached[event.case_id], last[event.case_id] = (sequence, known), record.value
        id_ = UUID(headers["ce_id"].decode())
        rows.append((*fact(event), id_, sequence, known))
    await connection.execute(FACTS, *map(list, zip(*rows, strict=True)))
    versions = [
        (case, reached[case][0], hashlib.sha256(data).hexdigest(), reached[case][1])
        for case, data in last.items()
    ]
    await connection.execute(VERSIONS, *map(list, zip(*versions, strict=True)))


def fact(e: VisitsRecorded) -> tuple[Any, ...]:
    missed = " ".join(e.missed)
    return e.case_id, e.week_beginning, e.child_id, e.staff_id, e.planned, e.attended, missed


@asynccontextmanager
async def _opened(
    bus: KafkaBus, url: str
) -> AsyncIterator[tuple[AIOKafkaConsumer, asyncpg.Connection]]:
    connection = await asyncpg.connect(url)
    consumer = AIOKafkaConsumer(bootstrap_servers=bus._servers, **CONSUMER)
    try:
        await consumer.start()
        topic = bus._prefix + "referral"
        partitions = [TopicPartition(topic, p.number) for p in await bus.partitions("referral")]
        consumer.assign(partitions)
        for partition in partitions:
            consumer.seek(partition, 0)
        yield consumer, connection
    finally:
        await consumer.stop()
        await connection.close()
