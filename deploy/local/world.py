"""The real world's servers together: started side by side, described, and stopped."""

from __future__ import annotations

import shutil
import signal
import tempfile
from collections.abc import Iterator
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

from deploy.local import kafka, postgres
from deploy.local.processes import Nursery

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


@contextmanager
def started(nursery: Nursery, *, only_postgres: bool = False, safe: bool = True) -> Iterator[World]:
    """Start both, and stop both when the block ends or fails.

    ``safe`` if what PostgreSQL commits must outlive a power failure. A detached nursery's live on
    unless the block fails. Linux ends a server with the thread that started it, so the threads stay
    until the block ends.
    """
    with ThreadPoolExecutor(max_workers=2) as threads, _closing(nursery):
        database = threads.submit(postgres.start, nursery, safe=safe)
        broker = None if only_postgres else threads.submit(kafka.start, nursery)
        starting: list[Future[Any]] = [future for future in (database, broker) if future]
        for future in wait(starting, return_when=FIRST_EXCEPTION).done:
            future.result()  # the first failure, rather than waiting for the other to end
        yield World(database.result(), broker.result() if broker else None)


@contextmanager
def _closing(nursery: Nursery) -> Iterator[None]:
    """Stop everything when the block fails, and at its end too unless it is to live on."""
    try:
        yield
    except BaseException:
        nursery.close()
        raise
    if not nursery.detached:
        nursery.close()


@contextmanager
def throwaway(*, only_postgres: bool, safe: bool = False) -> Iterator[World]:
    """Start both in a scratch folder; stop both and remove it at the end, however that comes."""
    folder = Path(tempfile.mkdtemp(prefix="servers-"))
    folder.chmod(0o711)  # PostgreSQL's account has to get to its own folder in it
    nursery = Nursery(folder)
    try:
        with started(nursery, only_postgres=only_postgres, safe=safe) as world:
            yield world
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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
