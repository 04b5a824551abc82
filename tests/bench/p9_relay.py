"""P9: events carried from the event table to Kafka, acknowledged, in order per aggregate."""

from time import perf_counter

import asyncpg
from aiokafka import AIOKafkaProducer

from libs.common.contracts.base import Envelope
from libs.common.messaging.bus.base import to_headers
from libs.common.messaging.bus.kafka import PRODUCER, KafkaBus
from libs.common.messaging.relay import Relay
from libs.common.persistence.db import Database
from services.referral.service import SERVICE
from tests.bench.drawn import visits
from tests.bench.measured import Measured, Target, in_turn
from tests.bench.surroundings import Surroundings
from tests.worlds import REAL, bus_in, databases

CASES, WEEKS = 500, 20
EVENT_COLUMNS = ("xid", "id", "type", "subject", "sequence", "time", "traceparent", "data")


async def measure(around: Surroundings) -> list[Measured]:
    """Publish the same events by the real relay from the table, and from memory."""
    log = visits(CASES, WEEKS)
    async with bus_in(REAL, around.folder) as bus:
        assert isinstance(bus, KafkaBus)
        await bus._running_producer()
        ours, floor = await in_turn(lambda: _relayed(around, bus, log), lambda: _produced(bus, log))
        await bus.stop()
    what = "events relayed from the event table to Kafka"
    return [Measured("P9", what, "events/s", ours, floor, Target(0.4, "at least"))]


async def _relayed(around: Surroundings, bus: KafkaBus, log: list[Envelope]) -> float:
    async with databases(REAL, around.folder, [SERVICE]) as urls:
        await _fill(urls[SERVICE.name], log)
        database = Database(urls[SERVICE.name])
        relay = Relay(SERVICE.name, database, bus)
        try:
            async with relay._ownership() as owner:
                assert owner is not None
                begun = perf_counter()
                while relay.published < len(log):
                    await relay.publish_once(owner.connection)
                return len(log) / (perf_counter() - begun)
        finally:
            await database.close()


async def _fill(url: str, log: list[Envelope]) -> None:
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            xid = await connection.fetchval("SELECT pg_current_xact_id()::text::bigint")
            rows = [
                (xid, e.id, e.type, e.subject, e.sequence, e.time, "", e.data.decode()) for e in log
            ]
            await connection.copy_records_to_table("event", records=rows, columns=EVENT_COLUMNS)
        await connection.execute("ANALYZE event")
    finally:
        await connection.close()


async def _produced(bus: KafkaBus, log: list[Envelope]) -> float:
    """Send the same keys, headers and values, all at once, and await every acknowledgement."""
    records = [
        (
            str(e.subject).encode(),
            e.data,
            [(name, value.encode()) for name, value in to_headers(e).items()],
        )
        for e in log
    ]
    producer = AIOKafkaProducer(bootstrap_servers=bus._servers, **PRODUCER)
    await producer.start()
    try:
        topic = bus._prefix + "referral"
        begun = perf_counter()
        sent = [
            await producer.send(topic, value=value, key=key, headers=headers)
            for key, value, headers in records
        ]
        for acknowledged in sent:
            await acknowledged
        return len(log) / (perf_counter() - begun)
    finally:
        await producer.stop()
