"""P5: a county's whole log read from 0 into fresh tables, set-up included, beside P1's floor."""

import asyncio
from collections.abc import Mapping
from time import perf_counter

from libs.common.contracts.base import Envelope
from libs.common.messaging.bus.base import Partition, to_envelope
from libs.common.messaging.bus.kafka import KafkaBus
from libs.common.messaging.bus.local import LocalBus
from libs.common.messaging.consumer import Consumer
from libs.common.persistence.db import Database
from services.reporting.facts import subscriptions
from services.reporting.service import SERVICE
from tests.bench.drawn import chunks, visits
from tests.bench.measured import Measured, Target, in_turn
from tests.bench.p1_apply import CASES, WEEKS, bare
from tests.bench.surroundings import Surroundings
from tests.worlds import REAL, bus_in, databases


async def measure(around: Surroundings) -> list[Measured]:
    """Take the embedded county's log to Kafka and read it from the beginning."""
    await around.county()
    await around.county_stopped()
    async with bus_in(REAL, around.folder) as bus, bus_in(REAL, around.folder) as plain:
        assert isinstance(bus, KafkaBus)
        assert isinstance(plain, KafkaBus)
        count = await _publish(bus, await _log(around))
        await _publish(plain, {"referral": visits(CASES, WEEKS)})
        ours, floor = await in_turn(
            lambda: _rebuilt(around, bus, count),
            lambda: bare(around, plain, CASES * WEEKS),
        )
        await bus.stop()
        await plain.stop()
    what = f"rebuild of the read model from a county's log of {count:,} events"
    return [Measured("P5", what, "events/s", ours, floor, Target(0.8, "at least"))]


async def _publish(bus: KafkaBus, log: Mapping[str, list[Envelope]]) -> int:
    """Put a log on the bus; return how many events it holds."""
    for topic, envelopes in log.items():
        for part in chunks(envelopes):
            await bus.publish(topic, part)
    return sum(map(len, log.values()))


async def _log(around: Surroundings) -> dict[str, list[Envelope]]:
    """Return what the county's services published, by topic."""
    bus = LocalBus(str(around.county_folder / "bus.db"))
    await bus.start()
    try:
        reader = await bus.reader({Partition(topic, 0): 0 for topic in subscriptions.topics})
        found: dict[str, list[Envelope]] = {topic: [] for topic in subscriptions.topics}
        while records := await reader.fetch(10_000, 0):
            for record in records:
                found[record.topic].append(to_envelope(record))
        return found
    finally:
        await bus.stop()


async def _rebuilt(around: Surroundings, bus: KafkaBus, count: int) -> float:
    """Start a consumer on a fresh database; return events a second until it has applied all."""
    async with databases(REAL, around.folder, [SERVICE]) as urls:
        database = Database(urls[SERVICE.name])
        consumer = Consumer(database, bus, subscriptions)
        begun = perf_counter()
        reading = asyncio.create_task(consumer.run())
        try:
            while consumer.applied < count and not reading.done():
                await asyncio.sleep(0.01)
            seconds = perf_counter() - begun
        finally:
            reading.cancel()
            await asyncio.wait({reading})
            await database.close()
        return count / seconds
