"""Batches of records, each looked into while the one before it is being applied."""

import asyncio
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from libs.common.contracts.base import Event
from libs.common.messaging.bus.base import Delivered, Partition, Reader
from libs.common.messaging.stream_state import NoEvent, Read, read

WITHOUT_A_PAUSE = 50
"""How many records are looked into before others get their turn: a millisecond or two."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some records of the bus as they were read, and what was found when they were looked into.

    ``began`` says for each partition where the reading of this batch began.
    """

    began: Mapping[Partition, int]
    records: Sequence[Delivered]
    found: Sequence[Read | NoEvent]

    def before(self, targets: Mapping[Partition, int]) -> "Batch":
        """Return the part of it that lies before these positions."""
        found = [
            one
            for one in self.found
            if one.record.offset < targets[Partition(one.record.topic, one.record.partition)]
        ]
        return Batch(self.began, [one.record for one in found], found)


class Batches:
    """The batches a reader gives, one after another.

    With `read_ahead`, what the database does with one batch and what this process does to read
    the next take place at the same time. Whoever reads closes this before the reader.
    """

    def __init__(self, reader: Reader, handled: Set[type[Event]], most_at_once: int) -> None:
        self._reader = reader
        self._handled = handled
        self._most_at_once = most_at_once
        self._ahead: asyncio.Task[Batch] | None = None

    async def next(self, wait: float) -> Batch:
        """Return the next batch, empty if for ``wait`` seconds there is nothing to read."""
        ahead, self._ahead = self._ahead, None
        return await (ahead or self._read(wait))

    def read_ahead(self, wait: float) -> None:
        """Begin to read the next batch already."""
        self._ahead = asyncio.create_task(self._read(wait))

    async def close(self) -> None:
        """Read no further; what was read ahead is read again by whoever comes next."""
        if self._ahead is not None:
            self._ahead.cancel()
            await asyncio.gather(self._ahead, return_exceptions=True)

    async def _read(self, wait: float) -> Batch:
        began = dict(self._reader.positions)
        records = await self._reader.fetch(self._most_at_once, wait)
        found: list[Read | NoEvent] = []
        for start in range(0, len(records), WITHOUT_A_PAUSE):
            some = records[start : start + WITHOUT_A_PAUSE]
            found += [read(record, self._handled) for record in some]
            await asyncio.sleep(0)
        return Batch(began, records, found)
