"""Batches of records, each read while the one before it is being applied."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any

from libs.common.contracts.base import Event, Recorded
from libs.common.messaging.bus.base import Delivered, Partition, Reader
from libs.common.messaging.plain import read_plain

WITHOUT_A_PAUSE = 200
"""How many records are looked into before others get their turn: a millisecond or two."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some records of the bus and, if all are plain events, what is recorded in each.

    ``began`` says for each partition where the reading of this batch began.
    """

    began: Mapping[Partition, int]
    records: Sequence[Delivered]
    events: Sequence[Recorded[Any]] | None

    def before(self, targets: Mapping[Partition, int]) -> "Batch":
        """Return the part of it that lies before these positions."""
        before = [
            record.offset < targets[Partition(record.topic, record.partition)]
            for record in self.records
        ]
        events = None if self.events is None else list(compress(self.events, before))
        return Batch(self.began, list(compress(self.records, before)), events)


class Batches:
    """The batches a reader gives, one after another.

    With `read_ahead`, what the database does with one batch and what this process does to read
    the next take place at the same time. Whoever reads closes this before the reader.
    """

    def __init__(self, reader: Reader, handled: frozenset[type[Event]], most_at_once: int) -> None:
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
        events: list[Recorded[Any]] = []
        for start in range(0, len(records), WITHOUT_A_PAUSE):
            some = read_plain(records[start : start + WITHOUT_A_PAUSE], self._handled)
            if some is None:
                return Batch(began, records, None)
            events += some
            await asyncio.sleep(0)
        return Batch(began, records, events)
