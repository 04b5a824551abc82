"""P1: events applied to reporting's read model in PostgreSQL, once in effect, from Kafka."""

from time import perf_counter

from libs.common.messaging.bus.kafka import KafkaBus
from libs.common.messaging.consumer import Consumer
from libs.common.persistence.db import Database
from services.reporting.facts import subscriptions
from services.reporting.service import SERVICE
from tests.bench import bare_consumer
from tests.bench.drawn import chunks, visits
from tests.bench.measured import Measured, Target, in_turn
from tests.bench.surroundings import Surroundings
from tests.worlds import REAL, bus_in, databases

CASES, WEEKS = 500, 40
ONE_BY_ONE = 500


async def measure(around: Surroundings) -> list[Measured]:
    """Apply the same visits by the real consumer, by the floor, and one a transaction."""
    async with bus_in(REAL, around.folder) as bus:
        assert isinstance(bus, KafkaBus)
        for part in chunks(visits(CASES, WEEKS)):
            await bus.publish("referral", part)
        count = CASES * WEEKS
        ours, floor, single = await in_turn(
            lambda: applied(around, bus, count),
            lambda: bare(around, bus, count),
            lambda: one_a_transaction(around, bus),
        )
        await bus.stop()
    what = "visits applied from Kafka to reporting's PostgreSQL"
    return [
        Measured("P1", what, "events/s", ours, floor, Target(0.8, "at least")),
        Measured("P1", "the same, beside one a transaction", "events/s", ours, single, TIMES_25),
    ]


TIMES_25 = Target(25, "at least")


async def applied(around: Surroundings, bus: KafkaBus, count: int) -> float:
    """Let the real consumer read the whole log into a fresh database; return events a second."""
    async with databases(REAL, around.folder, [SERVICE]) as urls:
        database = Database(urls[SERVICE.name])
        consumer = Consumer(database, bus, subscriptions)
        try:
            async with (
                consumer._ownership.taken() as partitions,
                consumer.batches(partitions) as batches,
            ):
                begun = perf_counter()
                while consumer.applied < count:
                    batch = await batches.next(1.0)
                    batches.read_ahead(1.0)
                    await consumer.take(batch)
                return count / (perf_counter() - begun)
        finally:
            await database.close()


async def bare(around: Surroundings, bus: KafkaBus, count: int) -> float:
    """Let the floor read the whole log; return events a second."""
    async with databases(REAL, around.folder, [SERVICE]) as urls:
        return await bare_consumer.in_batches(bus, urls[SERVICE.name], count)


async def one_a_transaction(around: Surroundings, bus: KafkaBus) -> float:
    """Apply the log's first events each in its own transaction; return events a second."""
    async with databases(REAL, around.folder, [SERVICE]) as urls:
        return await bare_consumer.one_a_transaction(bus, urls[SERVICE.name], ONE_BY_ONE)
