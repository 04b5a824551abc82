"""The consumer: reads a batch, orders its events, applies them, and records the result.

Each event is applied once in effect, in its aggregate's order, or becomes a dead letter.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence, Set
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.core.circuit_breaker import CircuitBreaker, TooMuchPoison
from libs.common.core.failpoints import failpoint
from libs.common.core.supervisor import Works
from libs.common.core.transient import is_transient
from libs.common.messaging.applying import apply, look_into, order, record
from libs.common.messaging.backfill import Backfill, incomplete, note_subscribed, redrive_known
from libs.common.messaging.batches import Batch, Batches
from libs.common.messaging.bus.base import Bus, Partition, Reader
from libs.common.messaging.ownership import Ownership
from libs.common.messaging.plain import apply_plain
from libs.common.messaging.positions import (
    OwnershipLost,
    Positions,
    begin,
    check_same_log,
    move,
    positions_in,
)
from libs.common.messaging.stream_state import Place
from libs.common.messaging.subscriptions import HandlerHung, Subscriptions
from libs.common.persistence.db import Database
from libs.common.persistence.tables import (
    aggregate_version,
    consumer_position,
    dead_letter,
    subscribed_type,
)

log = logging.getLogger(__name__)

WAIT_SECONDS = 1.0
ASK_SECONDS = 1.0
PROBE_SECONDS = 2.0
TRIES = 3

LISTENING = (consumer_position, subscribed_type, aggregate_version, dead_letter)
"""The tables in which a listener keeps what it read; they go with the facts it led to."""


@dataclass(frozen=True)
class ReadingLimits:
    """How much a consumer takes at once, and when it looks again or gives up; in seconds."""

    most_at_once: int = 2_000
    stuck_after: float = 60.0
    to_open: float = 60.0
    look_again: float = 30.0
    circuit: CircuitBreaker = field(default_factory=CircuitBreaker)


class ConsumerStuck(RuntimeError):
    """There is something to read and for a minute the position has not moved."""


class Consumer:
    """One listener's reading of its topics. Positions live beside the facts they led to.

    A partition is read by one consumer at a time, under a lock; even so the position moves by
    compare-and-set in the transaction of the facts, so that a stale owner can change nothing.
    """

    def __init__(
        self,
        database: Database,
        bus: Bus,
        subscriptions: Subscriptions,
        limits: ReadingLimits | None = None,
    ) -> None:
        self._database = database
        self._bus = bus
        self._subscriptions = subscriptions
        self._limits = limits or ReadingLimits()
        self._ownership = Ownership(database, bus, subscriptions, self._limits.look_again)
        self._circuit = self._limits.circuit
        self._tripped = False
        self._complete = False
        self._moved_at = 0.0
        self.applied = 0
        self.lag: Mapping[Partition, int] = {}
        self.positions: Mapping[Partition, int] = {}
        self._reader: Reader | None = None

    async def run(self, works: Works = lambda: None) -> None:
        """Read and apply until cancelled, or until something fails: then it is to be started again.

        Raises PositionLost where the bus no longer holds what must come next, and TooMuchPoison
        where most of it cannot be applied: both wait for a person.
        """
        self._moved_at = _now()  # failing aloud is not standing still
        if self._tripped:  # a person looked into it: a new window begins
            self._circuit, self._tripped = self._limits.circuit, False
        try:
            while True:
                await self._read_while_owner(works)
        except TooMuchPoison:
            self._tripped = True
            raise

    async def _read_while_owner(self, works: Works) -> None:
        """Read for a while, then look again which partitions there are and whose they are."""
        async with AsyncExitStack() as stack:
            async with asyncio.timeout(self._limits.to_open):
                partitions = await stack.enter_async_context(self._ownership.taken())
            await self._backfill(partitions, works)
            async with asyncio.timeout(self._limits.to_open):
                batches = await stack.enter_async_context(self.batches(partitions))
            until = _now() + self._limits.look_again
            while partitions and _now() < until:
                wait = min(WAIT_SECONDS, self._limits.look_again)
                batch = await batches.next(wait)
                batches.read_ahead(wait)
                await self.take(batch)
                works()
        if not partitions:
            await asyncio.sleep(min(1, self._limits.look_again))
            works()

    async def _backfill(self, partitions: Sequence[Partition], works: Works = lambda: None) -> None:
        """Read the earlier events of newly subscribed types, before anything else."""
        async with self._database.writing() as connection:
            behind = await note_subscribed(connection, self._subscriptions, partitions)
        if behind:
            backfill = Backfill(self._database, self._subscriptions, behind)
            await backfill.run(self._bus, self._limits.most_at_once, works)
        await redrive_known(self._database, self._subscriptions, partitions)

    async def read_until(self, targets: Mapping[Partition, int]) -> None:
        """Read and apply all that is before the given positions, and nothing after.

        No lock is taken: this is for a database that nobody else fills. Raises ConsumerStuck if
        for a minute the bus gives nothing.
        """
        self._moved_at = _now()
        await self._backfill(list(targets))
        async with self.batches(list(targets)) as batches:
            while any(
                position < targets[partition]
                for partition, (position, _, _) in (await self._positions(list(targets))).items()
            ):
                batch = (await batches.next(WAIT_SECONDS)).before(targets)
                batches.read_ahead(WAIT_SECONDS)
                await self.take(batch)
                if not batch.records and (_now() - self._moved_at > self._limits.stuck_after):
                    raise ConsumerStuck(self._subscriptions.listener)

    async def take(self, batch: Batch) -> None:
        """Process one batch; where a handler fails, go through it again, event by event."""
        if batch.records:
            self._moved_at = _now()
            await failpoint("consumer.fetched")
            try:
                await self._process(batch)
            except Exception as error:
                if is_transient(error) or isinstance(error, OwnershipLost | TooMuchPoison):
                    raise
                await self._process_singly(batch)
            await failpoint("consumer.committed")
            self._moved_at = _now()

    async def _process_singly(self, batch: Batch) -> None:
        """Find what fails; try three times what hangs, unless it is the database that does."""
        hung: Counter[Place | None] = Counter()
        while True:
            hanging = {place for place, times in hung.items() if place and times >= TRIES}
            try:
                await self._process(batch, singly=True, hanging=hanging)
            except HandlerHung as error:
                await self._probe()
                hung.update({error.place})
                self._moved_at = _now()
            else:
                return

    async def _process(
        self, batch: Batch, *, singly: bool = False, hanging: Set[Place] = frozenset()
    ) -> None:
        """Apply and record a batch in one transaction with its position.

        A batch that is not wholly plain is ordered, and what becomes of each event is decided. The
        position moves first: whoever else works on the topic, a redrive too, waits there.
        """
        records, subscriptions = batch.records, self._subscriptions
        async with self._database.writing() as connection:
            await move(connection, records, batch.began)
            await failpoint("consumer.moved")
            if not singly and await apply_plain(connection, subscriptions, records, batch.events):
                applied, poison = len(records), 0
            else:
                found = await look_into(records, subscriptions.handled)
                states = await order(connection, found, subscriptions.handled, hanging)
                await apply(connection, subscriptions, states, singly=singly)
                applied, poison = await record(connection, found, states)
            circuit = self._circuit.after(len(records), poison)
            await failpoint("consumer.before-commit")
        self._circuit = circuit
        self.applied += applied

    async def _probe(self) -> None:
        """Raise what shows that the database is away: no event is to blame for that."""
        async with asyncio.timeout(PROBE_SECONDS), self._database.reading() as connection:
            await connection.execute(select(1))

    @asynccontextmanager
    async def batches(self, partitions: Sequence[Partition]) -> AsyncIterator[Batches]:
        """Read partitions onward from where they were left, until the block ends."""
        positions = await self._positions(partitions)
        await check_same_log(self._bus, positions)
        reader = await self._bus.reader({p: row[0] for p, row in positions.items()})
        batches = Batches(reader, self._subscriptions.handled, self._limits.most_at_once)
        self._reader = reader
        try:
            yield batches
        finally:
            self._reader = None
            try:
                await batches.close()
            finally:
                await reader.close()

    async def _positions(self, partitions: Sequence[Partition]) -> Positions:
        async with self._database.writing() as connection:
            known = await positions_in(connection)
            await begin(connection, {p: 0 for p in partitions if p not in known})
        return {partition: known.get(partition, (0, None, None)) for partition in partitions}

    @property
    def poison_share(self) -> float:
        """The share of the records read last that could not be applied, from 0 to 1."""
        return self._circuit.share

    async def watch(self, works: Works = lambda: None) -> None:
        """Raise ConsumerStuck when for a minute nothing moved although there is something to read.

        A library's reading task can end or hang without a word; a supervisor's restart mends it.
        """
        behind_since: float | None = None
        while True:
            await asyncio.sleep(self._limits.stuck_after / 6)
            if not await self._is_behind():
                behind_since = None
            elif behind_since is None or self._moved_at > behind_since:
                behind_since = _now()
            elif _now() - behind_since >= self._limits.stuck_after:
                raise ConsumerStuck(self._subscriptions.listener)
            works()

    async def _is_behind(self) -> bool:
        """Say whether there is something to read; not known, while bus or database is away."""
        try:
            async with self._database.reading() as connection:
                return bool(await self.current_lag(connection))
        except Exception as error:
            # Their absence is no standing still, and a restart would not mend it.
            log.warning("lag-unknown", extra={"error": type(error).__name__}, exc_info=error)
            return False

    async def current_lag(self, connection: AsyncConnection) -> int | None:
        """Return how many positions behind the bus this listener is.

        Null while that is not known: before it began, and while the bus does not answer.
        """
        self.positions = {p: row[0] for p, row in (await positions_in(connection)).items()}
        self.lag = {}
        if self._reader is None:
            return None
        try:
            async with asyncio.timeout(ASK_SECONDS):
                ends = await self._reader.ends()
        except Exception as error:  # noqa: BLE001 - for whatever reason, it is not known
            log.info("ends-unknown", extra={"error": type(error).__name__})
            return None
        self.lag = {p: max(0, end - self.positions.get(p, 0)) for p, end in ends.items()}
        return sum(self.lag.values())

    async def catching_up(self, connection: AsyncConnection) -> bool:
        """Say whether a newly subscribed type is still to be read from the beginning."""
        if not self._complete:
            self._complete = not await incomplete(connection, self._subscriptions)
        return not self._complete

    async def count_dead_letters(self, connection: AsyncConnection) -> int:
        """Return how many dead letters there are."""
        query = select(func.count()).select_from(dead_letter)
        return (await connection.execute(query)).scalar_one()


def _now() -> float:
    """Return the loop's own time, which a simulation can let pass as it likes."""
    return asyncio.get_running_loop().time()
