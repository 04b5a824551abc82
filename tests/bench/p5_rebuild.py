"""P5: a county's whole log read from 0 into fresh tables, set-up included, beside P1's floor."""

import asyncio
from collections.abc import Mapping
from uuid import UUID

from libs.common.contracts.base import Envelope
from libs.common.messaging.bus.base import Partition, to_envelope
from libs.common.messaging.bus.kafka import KafkaBus
from libs.common.messaging.bus.local import LocalBus
from libs.common.messaging.consumer import Consumer
from libs.common.persistence.db import Database
from services.reporting.facts import subscriptions
from tests.bench import bare_consumer
from tests.bench.drawn import chunks, visits
from tests.bench.measured import Cost, Measured, Stopwatch, in_turn
from tests.bench.p1_apply import CASES, WEEKS, beside_floor, filled
from tests.bench.surroundings import Surroundings
from tests.worlds import REAL, bus_in


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
            lambda: filled(around, lambda url: _rebuilt(url, bus, count)),
            lambda: filled(around, lambda url: bare_consumer.in_batches(plain, url, CASES * WEEKS)),
        )
        await bus.stop()
        await plain.stop()
    what = f"rebuild of the read model from a county's log of {count:,} events"
    return beside_floor("P5", what, ours, floor)


async def _publish(bus: KafkaBus, log: Mapping[str, list[Envelope]]) -> int:
    """Put a log on the bus; return how many events it holds."""
    for topic, envelopes in log.items():
        for part in chunks(envelopes):
            await bus.publish(topic, part)
    return sum(map(len, log.values()))


async def _log(around: Surroundings) -> dict[str, list[Envelope]]:
    """Return what the county's services published, by topic: of what came twice, the first."""
    bus = LocalBus(str(around.county_folder / "bus.db"))
    await bus.start()
    try:
        reader = await bus.reader({Partition(topic, 0): 0 for topic in subscriptions.topics})
        found: dict[str, dict[UUID, Envelope]] = {topic: {} for topic in subscriptions.topics}
        while records := await reader.fetch(10_000, 0):
            for record in records:
                envelope = to_envelope(record)
                found[record.topic].setdefault(envelope.id, envelope)
        return {topic: list(envelopes.values()) for topic, envelopes in found.items()}
    finally:
        await bus.stop()


async def _rebuilt(url: str, bus: KafkaBus, count: int) -> Cost:
    """Start a consumer on a fresh database, until it has applied all."""
    database = Database(url)
    consumer = Consumer(database, bus, subscriptions)
    watch = Stopwatch()
    reading = asyncio.create_task(consumer.run())
    try:
        while consumer.applied < count and not reading.done():
            await asyncio.sleep(0.01)
        cost = watch.cost(count)
    finally:
        reading.cancel()
        await asyncio.wait({reading})
        await database.close()
    return cost
