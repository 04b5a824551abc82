"""The real world's servers together: started, described, and stopped."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, NoReturn

from deploy.local import kafka, postgres
from deploy.local.processes import Nursery, scratch

_STOPS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class World:
    """A database and, unless it was not asked for, a broker; both answer."""

    database: postgres.Database
    broker: kafka.Broker | None

    @property
    def addresses(self) -> dict[str, str]:
        """Where they are, as the services' settings and the tests read it."""
        found = {"POSTGRES_URL": self.database.url}
        return found if self.broker is None else {**found, "BUS_URL": self.broker.url}

    @property
    def variables(self) -> dict[str, str]:
        """Where they are and which ones they are."""
        found = {**self.addresses, "WORLD_DATABASE": self.database.name}
        if self.broker is not None:
            found |= {"WORLD_BROKER": self.broker.name, "WORLD_BROKER_KIND": self.broker.kind}
        return found

    def describe(self, notes: str = "") -> None:
        """Print which ones they are, and what the command has noted of other things it used."""
        print(f"database: {self.database.name}")
        print(f"broker: {self.broker.name if self.broker else 'none was asked for'}")
        print(notes, end="", flush=True)


def started(nursery: Nursery, *, only_postgres: bool = False, safe: bool = True) -> World:
    """Start both; ``safe`` if what PostgreSQL commits must outlive a power failure."""
    database = postgres.start(nursery, safe=safe)
    return World(database, None if only_postgres else kafka.start(nursery))


@contextmanager
def throwaway(*, only_postgres: bool, safe: bool = False) -> Iterator[World]:
    """Start both in a scratch folder; stop both and remove it at the end, however that comes."""
    with scratch("servers-") as nursery:
        yield started(nursery, only_postgres=only_postgres, safe=safe)


@contextmanager
def orderly_end() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end the block as Ctrl-C does, by an exception."""
    before = {number: signal.getsignal(number) for number in _STOPS}
    for number in _STOPS:
        if before[number] != signal.SIG_IGN:
            signal.signal(number, _leave)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave(number: int, _frame: object) -> NoReturn:
    """Leave once: while the servers are stopped, a second signal must not interrupt that."""
    for each in _STOPS:
        signal.signal(each, signal.SIG_IGN)
    raise SystemExit(128 + number)
