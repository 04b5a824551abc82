"""Which events a service subscribes to, and how a batch of them is handed to its handlers."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.contracts.base import Event, Recorded
from libs.common.core.failpoints import failpoint
from libs.common.persistence.db import upsert

E = TypeVar("E", bound=Event)
Handler = Callable[[AsyncConnection, Sequence[Recorded[E]]], Awaitable[None]]

HANDLER_SECONDS = 10.0


class HandlerHung(RuntimeError):
    """A handler did not return in time; ``place`` says with which event, where that is known.

    Only what awaits can be ended so: one that keeps the process busy is for its supervisor.
    """

    place: tuple[str, int, int] | None = None


class Subscriptions:
    """The events one listener subscribes to, each with the handler that changes its tables.

    A handler is given many events of its type at once, never two of the same aggregate, and the
    events of an aggregate always in their order. It must depend on nothing else: not on the order
    of aggregates, the clock, chance or the network.
    """

    def __init__(self, listener: str, deadline: float = HANDLER_SECONDS) -> None:
        self.listener = listener
        self._deadline = deadline
        self._handlers: dict[type[Event], Handler[Any]] = {}

    def on(self, event: type[E]) -> Callable[[Handler[E]], Handler[E]]:
        """Register the decorated function for one event class."""

        def register(handler: Handler[E]) -> Handler[E]:
            if event in self._handlers:
                raise TypeError(f"{self.listener} handles {event.__name__} twice")
            self._handlers[event] = handler
            return handler

        return register

    def learn(self, event: type[Event], table: Table, *columns: str, **fields: str) -> None:
        """Register that an event's row of a table takes what the event says.

        ``columns`` are called as the event's fields are; ``fields`` name the field of a column that
        is called otherwise. Among them is the table's primary key, the id of the event's aggregate.
        A later event replaces these columns and leaves the others. Raises TypeError where the table
        has no such column or the event no such field.
        """
        taken = {column: column for column in columns} | fields
        if not (taken.keys() <= {*table.c.keys()} and {*taken.values()} <= {*event.model_fields}):
            raise TypeError(f"{table.name} cannot take {taken} of {event.__name__}")

        async def learned(connection: AsyncConnection, recorded: Sequence[Recorded[Event]]) -> None:
            rows = [
                {c: getattr(one.event, field) for c, field in taken.items()} for one in recorded
            ]
            await upsert(connection, table, rows)

        learned.__name__ = f"learn_{event.__name__}"
        self.on(event)(learned)

    @property
    def handled(self) -> frozenset[type[Event]]:
        """The event classes this listener has a handler for."""
        return frozenset(self._handlers)

    @property
    def topics(self) -> tuple[str, ...]:
        """The publishers listened to: a topic bears its publisher's name."""
        return tuple(sorted({event.publisher for event in self._handlers}))

    def types_of(self, topic: str) -> set[str]:
        """Return the types of one publisher's events that are handled."""
        return {event.type() for event in self._handlers if event.publisher == topic}

    async def apply(self, connection: AsyncConnection, events: Iterable[Recorded[Any]]) -> None:
        """Hand on events that are handled, keeping each aggregate's order.

        The n-th event of every aggregate is in the n-th round; within a round all aggregates
        differ, so a round can be handed over type by type.
        """
        for batch in _rounds(events):
            for type_, together in batch.items():
                await self._within_deadline(self._handlers[type_], connection, together)

    async def _within_deadline(
        self, handler: Handler[Any], connection: AsyncConnection, events: Sequence[Recorded[Any]]
    ) -> None:
        limit = asyncio.timeout(self._deadline)
        try:
            async with limit:
                await handler(connection, events)
                await failpoint("consumer.half-applied")
        except Exception as error:
            # A driver may make an error of its own of the cancellation.
            if limit.expired():
                raise HandlerHung(handler.__name__) from error
            raise


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
        rounds[turn][type(recorded.event)].append(recorded)
    return rounds
