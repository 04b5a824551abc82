"""P1's floor: what the exactly-once application of visits from Kafka costs at the very least."""

import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from time import perf_counter
from typing import Any
from uuid import uuid4

import asyncpg
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from libs.common.contracts.referral import VisitsRecorded
from libs.common.messaging.bus.kafka import CONSUMER, KafkaBus

MOST_AT_ONCE = 5_000
TABLES = """
CREATE TABLE {0}_fact (case_id uuid, week_beginning date, planned int, attended int,
    PRIMARY KEY (case_id, week_beginning));
CREATE TABLE {0}_version (subject uuid PRIMARY KEY, sequence int NOT NULL);
CREATE TABLE {0}_position (partition int PRIMARY KEY, position bigint NOT NULL);
CREATE UNLOGGED TABLE {0}_staging (sequence int, case_id uuid, week_beginning date,
    planned int, attended int);
"""
COLUMNS = ("sequence", "case_id", "week_beginning", "planned", "attended")
# Known versions are left out; a gap shows as an aggregate whose new versions do not join up.
FACTS = """
WITH new AS (
    SELECT s.*, coalesce(v.sequence, 0) AS known
    FROM {0}_staging s LEFT JOIN {0}_version v ON v.subject = s.case_id
    WHERE s.sequence > coalesce(v.sequence, 0)
), moved AS (
    INSERT INTO {0}_version
    SELECT case_id, max(sequence) FROM new GROUP BY case_id, known
    HAVING min(sequence) = known + 1 AND max(sequence) = known + count(*)
    ON CONFLICT (subject) DO UPDATE SET sequence = excluded.sequence
    RETURNING subject
)
INSERT INTO {0}_fact
SELECT case_id, week_beginning, planned, attended FROM new JOIN moved ON subject = case_id
ON CONFLICT (case_id, week_beginning) DO UPDATE
SET planned = excluded.planned, attended = excluded.attended
"""
ONE_FACT = """
INSERT INTO {0}_fact VALUES ($1, $2, $3, $4) ON CONFLICT (case_id, week_beginning) DO UPDATE
SET planned = excluded.planned, attended = excluded.attended
"""
ONE_VERSION = """
INSERT INTO {0}_version VALUES ($1, $2) ON CONFLICT (subject) DO UPDATE
SET sequence = excluded.sequence WHERE {0}_version.sequence = excluded.sequence - 1
"""
POSITION = """
INSERT INTO {0}_position VALUES ($1, $2)
ON CONFLICT (partition) DO UPDATE SET position = excluded.position
"""


async def in_batches(bus: KafkaBus, url: str, count: int) -> float:
    """Read and apply all, a batch a transaction; return events a second."""
    async with _opened(bus, url) as (consumer, connection, tables):
        begun, done = perf_counter(), 0
        while done < count:
            found = await consumer.getmany(timeout_ms=1_000, max_records=MOST_AT_ONCE)
            records = list(itertools.chain.from_iterable(found.values()))
            rows = [_row(record) for record in records]
            async with connection.transaction():
                await connection.execute(f"TRUNCATE {tables}_staging")
                await connection.copy_records_to_table(
                    f"{tables}_staging", records=rows, columns=COLUMNS
                )
                status = await connection.execute(FACTS.format(tables))
                await _move(connection, tables, found)
            if status != f"INSERT 0 {len(rows)}":
                raise RuntimeError(f"{len(rows)} were read and {status}")
            done += len(rows)
        return count / (perf_counter() - begun)


async def one_a_transaction(bus: KafkaBus, url: str, count: int) -> float:
    """Read and apply the first ``count``, each in its own transaction; return events a second."""
    async with _opened(bus, url) as (consumer, connection, tables):
        begun = perf_counter()
        for _ in range(count):
            record = await consumer.getone()
            sequence, case, *fact = _row(record)
            async with connection.transaction():
                await connection.execute(ONE_FACT.format(tables), case, *fact)
                await connection.execute(ONE_VERSION.format(tables), case, sequence)
                await connection.execute(
                    POSITION.format(tables), record.partition, record.offset + 1
                )
        return count / (perf_counter() - begun)


@asynccontextmanager
async def _opened(
    bus: KafkaBus, url: str
) -> AsyncIterator[tuple[AIOKafkaConsumer, asyncpg.Connection, str]]:
    tables = f"bare_{uuid4().hex[:8]}"
    connection = await asyncpg.connect(url)
    consumer = AIOKafkaConsumer(bootstrap_servers=bus._servers, **CONSUMER)
    try:
        await connection.execute(TABLES.format(tables))
        await consumer.start()
        topic = bus._prefix + "referral"
        partitions = [TopicPartition(topic, p.number) for p in await bus.partitions("referral")]
        consumer.assign(partitions)
        for partition in partitions:
            consumer.seek(partition, 0)
        yield consumer, connection, tables
    finally:
        await consumer.stop()
        await connection.close()


def _row(record: ConsumerRecord) -> tuple[Any, ...]:
    event = VisitsRecorded.model_validate_json(record.value, extra="ignore")
    sequence = int(dict(record.headers)["ce_sequence"])
    return sequence, event.case_id, event.week_beginning, event.planned, event.attended


async def _move(
    connection: asyncpg.Connection,
    tables: str,
    found: dict[TopicPartition, Sequence[ConsumerRecord]],
) -> None:
    ends = [(partition.partition, records[-1].offset + 1) for partition, records in found.items()]
    await connection.executemany(POSITION.format(tables), ends)
