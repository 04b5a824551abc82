"""A bus double: an ordered log in memory, with the doubts and delays of a real one."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextvars import Context
from dataclasses import dataclass
from uuid import UUID

from msgspec.structs import replace

from libs.common.contracts.base import Envelope
from libs.common.messaging.bus.base import (
    Bus,
    Delivered,
    Partition,
    PositionLost,
    Reader,
    to_headers,
)
from tests.proof.simulation.process import Around, Process

PARTITIONS = 2
Point = Callable[[str], Awaitable[None]]
SPOILS = ("empty", "unknown", "overflowing")


class BusAway(OSError):
    """The broker did not answer, whatever it did."""


@dataclass(frozen=True)
class Kept:
    """A record as readers get it, and the envelope it was made from."""

    delivered: Delivered
    envelope: Envelope


class Log:
    """What is on the bus; it outlives every process. Some events arrive spoilt, in every copy."""

    def __init__(self, around: Around) -> None:
        self.around = around
        self.records: dict[Partition, list[Kept]] = {}
        self.spoilt: dict[tuple[UUID, int], str] = {}
        self._seen: set[tuple[UUID, int]] = set()
        self._readers: dict[asyncio.Event, None] = {}  # in order, unlike a set

    def partitions(self, topic: str) -> tuple[Partition, ...]:
        """Return a topic's partitions, which exist from the first."""
        return tuple(Partition(topic, number) for number in range(PARTITIONS))

    def append(self, topic: str, envelopes: Sequence[Envelope]) -> None:
        """Keep some events, in their order."""
        for envelope in envelopes:
            partition = Partition(topic, envelope.subject.int % PARTITIONS)
            records = self.records.setdefault(partition, [])
            self._perhaps_spoil(envelope)
            records.append(Kept(self._record(partition, len(records), envelope), envelope))
        for reader in self._readers:
            reader.set()

    def _perhaps_spoil(self, envelope: Envelope) -> None:
        name = (envelope.subject, envelope.sequence)
        faults = self.around.faults
        if name not in self._seen and faults.happens(faults.poison):
            how = self.around.draw.choice(SPOILS)
            if how != "overflowing" or b'"fte_hundredths"' in envelope.data:
                self.spoilt[name] = how
        self._seen.add(name)

    def _record(self, partition: Partition, offset: int, envelope: Envelope) -> Delivered:
        how = self.spoilt.get((envelope.subject, envelope.sequence))
        clean = Delivered(
            partition.topic,
            partition.number,
            offset,
            str(envelope.subject).encode(),
            to_headers(envelope),
            envelope.data,
        )
        if how == "empty":
            return replace(clean, value=b"{}")
        if how == "unknown":
            return replace(clean, sent={**clean.headers, "ce_type": "uk.sssen.referral.No.v1"})
        if how == "overflowing":
            huge = envelope.data.replace(b'"fte_hundredths":', b'"fte_hundredths":%d' % 10**30)
            return replace(clean, value=huge)
        return clean

    def later(self, topic: str, envelopes: Sequence[Envelope]) -> None:
        """Keep some events in a while, whatever becomes of their sender."""
        delay = self.around.draw.uniform(0.01, 3.0)
        self.around.loop.call_later(delay, self.append, topic, envelopes, context=Context())

    async def growth(self, wait: float) -> None:
        """Return when something was appended, or after ``wait`` seconds."""
        grown = asyncio.Event()
        self._readers[grown] = None
        try:
            async with asyncio.timeout(wait):
                await grown.wait()
        except TimeoutError:
            return
        finally:
            self._readers.pop(grown, None)


class SimulatedBus(Bus):
    """One process's way to the log."""

    def __init__(self, log: Log, process: Process) -> None:
        self._log = log
        self._process = process

    async def start(self) -> None:
        """Nothing to connect."""

    async def stop(self) -> None:
        """Nothing to disconnect."""

    async def publish(self, topic: str, envelopes: Sequence[Envelope]) -> None:
        """Keep the events piece by piece; a failure may come before, between, or after."""
        faults, draw = self._log.around.faults, self._log.around.draw
        await self._point(f"publish {len(envelopes)}")
        if faults.happens(faults.slow):
            self._log.later(topic, envelopes)
            await asyncio.sleep(draw.uniform(0.1, 2.0))
            raise TimeoutError
        rest = list(envelopes)
        while rest:
            size = draw.randint(1, len(rest))
            self._log.append(topic, rest[:size])
            del rest[:size]
            await self._point("appended")
        if faults.happens(faults.bus / 4):
            self._log.later(topic, envelopes[: draw.randint(1, len(envelopes))])

    async def partitions(self, topic: str) -> Sequence[Partition]:
        """Return the topic's partitions."""
        await self._point("partitions")
        return self._log.partitions(topic)

    async def spans(self, topic: str) -> Mapping[Partition, tuple[int, int]]:
        """Return how long each partition is."""
        await self._point("spans")
        records = self._log.records
        return {p: (0, len(records.get(p, ()))) for p in self._log.partitions(topic)}

    async def reader(self, positions: Mapping[Partition, int]) -> Reader:
        """Read onward; a position beyond the end means the log was made anew."""
        await self._point("reader")
        reader = SimulatedReader(self._log, positions, self._point)
        for partition, end in (await reader.ends()).items():
            if positions[partition] > end:
                raise PositionLost(partition.topic)
        return reader

    async def _point(self, what: str) -> None:
        faults = self._log.around.faults
        await self._process.point(what)
        if self._process.gone or faults.happens(faults.bus / 4):
            raise BusAway


class SimulatedReader(Reader):
    """Reads partitions in batches of any size; now and then slow, failing, or going back."""

    def __init__(self, log: Log, positions: Mapping[Partition, int], point: Point) -> None:
        self._log = log
        self._asked = dict(positions)
        self.positions = dict(positions)
        self._point = point

    async def fetch(self, most: int, wait: float) -> Sequence[Delivered]:
        """Return some of the next records, or none although there are some, when slow."""
        faults = self._log.around.faults
        await self._point("fetch")
        if faults.happens(faults.slow):
            await asyncio.sleep(wait)
            return []
        if faults.happens(faults.bus / 4):
            self._go_back()
        found = self._take(most)
        if not found and wait > 0:
            await self._log.growth(wait)
            found = self._take(most)
        await self._point(f"fetched {len(found)}")
        return found

    async def ends(self) -> Mapping[Partition, int]:
        """Return the position after each partition's last record."""
        return {p: len(self._log.records.get(p, ())) for p in self.positions}

    async def close(self) -> None:
        """Nothing is held between reads."""

    def _go_back(self) -> None:
        for partition, position in self.positions.items():
            back = self._log.around.draw.randint(0, 5)
            self.positions[partition] = max(self._asked[partition], position - back)

    def _take(self, most: int) -> list[Delivered]:
        draw = self._log.around.draw
        most = min(most, draw.choice((1, 3, 10, most)))
        found: list[Delivered] = []
        while len(found) < most and (waiting := self._waiting()):
            partition = draw.choice(waiting)
            position = self.positions[partition]
            found.append(self._log.records[partition][position].delivered)
            self.positions[partition] = position + 1
        return found

    def _waiting(self) -> list[Partition]:
        return [
            partition
            for partition, position in self.positions.items()
            if position < len(self._log.records.get(partition, ()))
        ]
