"""Which events a service subscribes to, and what a batch of them changes in its tables."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple, Protocol, TypeVar

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.contracts.base import Event, Recorded
from libs.common.core.failpoints import failpoint
from libs.common.persistence.upserts import upsert

E = TypeVar("E", bound=Event)
Row = dict[str, Any]
Rows = Callable[[Recorded[E]], Iterable[Row]]
Handler = Callable[[AsyncConnection, Sequence[Recorded[E]]], Awaitable[None]]

HANDLER_SECONDS = 10.0


class HandlerHung(RuntimeError):
    """A handler did not return in time; ``place`` says with which event, where that is known.

    Only what awaits can be ended so: one that keeps the process busy is for its supervisor.
    """

    place: tuple[str, int, int] | None = None


class Write(Protocol):
    """Writes rows of one table: all name the same columns, and no two have one key."""

    def __call__(
        self, connection: AsyncConnection, table: Table, rows: Sequence[Row], newest: str = "", /
    ) -> Coroutine[Any, Any, None]:
        """Write them; with ``newest`` one that is older by this column changes nothing."""


class Filling(NamedTuple):
    """How an event fills a table: the rows it gives, pure of clock, chance and database."""

    table: Table
    rows: Rows[Any]
    newest: str = ""


class Subscriptions:
    """The events one listener subscribes to, and what each changes in its tables.

    An event fills tables (`fills`, `learn`): the rows of a whole batch are written together, those
    of one key in the events' order. What rows cannot say is a handler's (`on`): it is given many
    events of its type at once, never two of the same aggregate, and the events of an aggregate
    always in their order, after the rows were written. Both must depend on nothing else: not on
    the order of aggregates, the clock, chance or the network. ``stamp`` gives columns that every
    row has from its event's envelope.
    """

    def __init__(
        self,
        listener: str,
        deadline: float = HANDLER_SECONDS,
        *,
        write: Write = upsert,
        stamp: Callable[[Recorded[Any]], Row] = lambda _: {},
    ) -> None:
        self.listener = listener
        self.write = write
        self.stamp = stamp
        self._deadline = deadline
        self._handlers: dict[type[Event], Handler[Any]] = {}
        self.fillings: dict[type[Event], list[Filling]] = {}

    def on(self, event: type[E]) -> Callable[[Handler[E]], Handler[E]]:
        """Register the decorated function for one event class."""

        def register(handler: Handler[E]) -> Handler[E]:
            if event in self._handlers:
                raise TypeError(f"{self.listener} handles {event.__name__} twice")
            self._handlers[event] = handler
            return handler

        return register

    def fills(self, event: type[E], table: Table) -> Callable[[Rows[E]], Rows[E]]:
        """Register the decorated function: it returns an event's rows of a table.

        They have each column that the event has a field of, and over these what the function says.
        """
        names = _same_named(event, table)

        def register(rows: Rows[E]) -> Rows[E]:
            def filled(recorded: Recorded[E]) -> Iterable[Row]:
                said = {name: getattr(recorded.event, name) for name in names}
                return ({**said, **row} for row in rows(recorded))

            self._fill(event, Filling(table, filled))
            return rows

        return register

    def _fill(self, event: type[Event], filling: Filling) -> None:
        mine = self.fillings.setdefault(event, [])
        if any((one.table, one.newest) == (filling.table, filling.newest) for one in mine):
            raise TypeError(f"{self.listener} fills {filling.table.name} by {event.__name__} twice")
        mine.append(filling)

    def learn(
        self, event: type[Event], table: Table, *columns: str, newest: str = "", **fields: str
    ) -> None:
        """Register that an event's row of a table takes what the event says.

        ``columns`` are called as the event's fields are; ``fields`` name the field of a column that
        is called otherwise. Without ``columns`` it takes each that the event has a field of. Among
        them is the table's primary key. A later event replaces these columns and leaves the others;
        with ``newest`` only one that is not older by this column. Raises TypeError where the table
        has no such column or the event no such field.
        """
        said = columns or _same_named(event, table)
        taken = {column: column for column in said} | fields
        if not (taken.keys() <= {*table.c.keys()} and {*taken.values()} <= {*event.model_fields}):
            raise TypeError(f"{table.name} cannot take {taken} of {event.__name__}")

        def rows(recorded: Recorded[Event]) -> Iterable[Row]:
            return ({c: getattr(recorded.event, field) for c, field in taken.items()},)

        self._fill(event, Filling(table, rows, newest))

    @property
    def handled(self) -> frozenset[type[Event]]:
        """The event classes this listener does something with."""
        return frozenset(self._handlers) | frozenset(self.fillings)

    @property
    def topics(self) -> tuple[str, ...]:
        """The publishers listened to: a topic bears its publisher's name."""
        return tuple(sorted({event.publisher for event in self.handled}))

    def types_of(self, topic: str) -> set[str]:
        """Return the types of one publisher's events that are handled."""
        return {event.type() for event in self.handled if event.publisher == topic}

    async def apply(self, connection: AsyncConnection, events: Iterable[Recorded[Any]]) -> None:
        """Write the rows of handled events, then hand them to their handlers.

        Of a key the n-th row is written in the n-th round, and of every aggregate the n-th event is
        in the n-th round; so a round can be written table by table, and handed over type by type.
        """
        events = list(events)
        for batch in self._rows(events):
            for (name, newest, *_), (table, rows) in batch.items():
                writing = self.write(connection, table, rows, newest)
                await self._within_deadline(name, writing)
        for round_ in _rounds([one for one in events if one.event.declaration in self._handlers]):
            for type_, together in round_.items():
                handler = self._handlers[type_]
                await self._within_deadline(handler.__name__, handler(connection, together))

    def _rows(self, events: Iterable[Recorded[Any]]) -> "list[_Round]":
        turns: dict[str, dict[Any, int]] = defaultdict(dict)
        rounds: list[_Round] = []
        for recorded in events:
            stamp = self.stamp(recorded)
            for table, rows, newest in self.fillings.get(recorded.event.declaration, ()):
                key_of, its = _key_of(table), turns[table.name]
                for row in rows(recorded):
                    key = key_of(row)
                    turn = its[key] = its.get(key, -1) + 1
                    if turn == len(rounds):
                        rounds.append({})
                    together = (table.name, newest, *row)
                    rounds[turn].setdefault(together, (table, []))[1].append({**stamp, **row})
        return rounds

    async def _within_deadline(self, name: str, work: Awaitable[None]) -> None:
        limit = asyncio.timeout(self._deadline)
        try:
            async with limit:
                await work
                await failpoint("consumer.half-applied")
        except Exception as error:
            # A driver may make an error of its own of the cancellation.
            if limit.expired():
                raise HandlerHung(name) from error
            raise


_Round = dict[tuple[str, ...], tuple[Table, list[Row]]]
"""The rows that are written together: of one table, with the same columns."""


@cache
def _key_of(table: Table) -> Callable[[Row], Any]:
    """Return what takes the primary key out of a row."""
    return itemgetter(*(column.name for column in table.primary_key))


def _rounds(
    events: Iterable[Recorded[Any]],
) -> list[dict[type[Event], list[Recorded[Any]]]]:
    seen: dict[tuple[str, int], int] = defaultdict(int)  # a UUID's own hash is slow
    rounds: list[dict[type[Event], list[Recorded[Any]]]] = []
    for recorded in events:
        aggregate = (recorded.event.publisher, recorded.event.aggregate_id.int)
        turn = seen[aggregate]
        seen[aggregate] += 1
        if turn == len(rounds):
            rounds.append(defaultdict(list))
        rounds[turn][recorded.event.declaration].append(recorded)
    return rounds


def _same_named(event: type[Event], table: Table) -> list[str]:
    """Return the columns of a table that are called as a field of the event is."""
    return [column.name for column in table.c if column.name in event.model_fields]
