"""P1: events applied to reporting's read model in PostgreSQL, once in effect, from Kafka.

Beside the floor stand an upsert of the same rows by the same consumer, which remembers no version
that is replaced, and how two libraries have it done.
"""

import copy
from collections.abc import Awaitable, Callable, Sequence

from libs.common.core.digest import digest
from libs.common.messaging.bus.kafka import KafkaBus
from libs.common.messaging.consumer import Consumer
from libs.common.messaging.subscriptions import Subscriptions
from libs.common.persistence.db import Database
from libs.common.persistence.upserts import upsert
from services.reporting.facts import metadata, subscriptions
from services.reporting.service import SERVICE
from tests.bench import bare_consumer
from tests.bench.drawn import chunks, visits
from tests.bench.measured import Cost, Measured, Stopwatch, Target, in_turn
from tests.bench.peers import eventsourcing_projection, faststream_batch
from tests.bench.surroundings import Surroundings
from tests.worlds import REAL, bus_in, databases

CASES, WEEKS = 500, 40
ONE_BY_ONE = 500
FEW = (50, 20)
"""So many cases and weeks where each event takes as long as dozens of ours."""
AT_LEAST = Target(0.8, "at least")
TIMES_25 = Target(25, "at least")

Fill = Callable[[str], Awaitable[Cost]]
"""Fills the database at a URL; returns what that cost."""


async def measure(around: Surroundings) -> list[Measured]:
    """Apply the same visits by the real consumer, by the floor, and one a transaction."""
    async with bus_in(REAL, around.folder) as bus:
        assert isinstance(bus, KafkaBus)
        for part in chunks(visits(CASES, WEEKS)):
            await bus.publish("referral", part)
        count, facts = CASES * WEEKS, set[str]()
        ours, floor, single, forgetful, batches, events = await in_turn(
            lambda: filled(around, lambda url: applied(url, bus, count), facts),
            lambda: filled(around, lambda url: bare_consumer.in_batches(bus, url, count), facts),
            lambda: filled(
                around, lambda url: bare_consumer.one_a_transaction(bus, url, ONE_BY_ONE)
            ),
            lambda: filled(around, lambda url: applied(url, bus, count, _upserting()), facts),
            lambda: filled(around, lambda url: faststream_batch.in_batches(bus, url, count)),
            lambda: filled(around, lambda url: eventsourcing_projection.one_by_one(url, *FEW)),
        )
        await bus.stop()
    if len(facts) != 1:
        raise RuntimeError("the floor came to other facts")
    what = "visits applied from Kafka to reporting's PostgreSQL"
    rates, alone = ([cost.per_second for cost in costs] for costs in (ours, single))
    beside = Measured(
        "P1", "the same, beside one a transaction", "events/s", rates, alone, TIMES_25
    )
    return [
        *beside_floor("P1", what, ours, floor),
        beside,
        _worked("the same, beside an upsert", ours, forgetful, Target(1.25, "at most")),
        _worked("the same, beside FastStream's batches, upserted", ours, batches),
        _worked("the same, beside a projection of eventsourcing", ours, events),
    ]


def _worked(
    what: str, ours: Sequence[Cost], beside: Sequence[Cost], target: Target | None = None
) -> Measured:
    """Return a line of what an event costs the consumer alone, in processor time."""
    costs, others = ([1e6 / one.per_processor_second for one in all_] for all_ in (ours, beside))
    return Measured("P1", what, "processor µs an event", costs, others, target)


def _upserting() -> Subscriptions:
    """Return what reporting listens to, with rows put in the place of those that are there."""
    forgetful = copy.copy(subscriptions)
    forgetful.write = upsert
    return forgetful


def beside_floor(
    id_: str, what: str, ours: Sequence[Cost], floor: Sequence[Cost]
) -> list[Measured]:
    """Return the lines of a consumer and its floor: by the clock, and by their own work alone."""
    rates, its_rates = ([cost.per_second for cost in costs] for costs in (ours, floor))
    alone, its_alone = ([cost.per_processor_second for cost in costs] for costs in (ours, floor))
    without = "the same, by the processor time of the consumer alone"
    return [
        Measured(id_, what, "events/s", rates, its_rates, AT_LEAST),
        Measured(id_, without, "events/processor s", alone, its_alone, AT_LEAST),
    ]


async def filled(around: Surroundings, fill: Fill, facts: set[str] | None = None) -> Cost:
    """Fill a fresh database; note the digest of the facts in it."""
    async with databases(REAL, around.folder, [SERVICE]) as urls:
        cost = await fill(urls[SERVICE.name])
        if facts is not None:
            database = Database(urls[SERVICE.name])
            async with database.reading() as connection:
                facts.add(await digest(connection, metadata))
            await database.close()
        return cost


async def applied(
    url: str, bus: KafkaBus, count: int, listening: Subscriptions = subscriptions
) -> Cost:
    """Let the real consumer read the whole log."""
    database = Database(url)
    consumer = Consumer(database, bus, listening)
    try:
        async with (
            consumer._ownership.taken() as partitions,
            consumer.batches(partitions) as batches,
        ):
            watch = Stopwatch()
            while consumer.applied < count:
                batch = await batches.next(1.0)
                batches.read_ahead(1.0)
                await consumer.take(batch)
            return watch.cost(count)
    finally:
        await database.close()
