"""A service's database and its bus, for a command beside the services."""

import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.services import BY_NAME, SERVICES
from libs.common.messaging.bus.base import Bus
from libs.common.persistence.db import Database
from libs.common.runtime.manifest import Service
from libs.common.runtime.process import bus_of, read_settings
from libs.common.runtime.settings import CommonSettings

UNREADABLE = 2
"""The exit code of a command that could not read what it needs, or was asked in another way."""


@dataclass(frozen=True)
class Beside:
    """One service, what it is told, its database and the bus."""

    service: Service
    settings: CommonSettings
    database: Database
    bus: Bus


def chosen(
    names: Sequence[str], environ: Mapping[str, str], *, among: Sequence[Service] = SERVICES
) -> dict[str, CommonSettings]:
    """Return the settings of the services named, of all if none is; says which there are."""
    known = {service.name: service for service in among}
    if not set(names) <= set(known):
        print(f"SERVICE is one of: {', '.join(known)}", file=sys.stderr)
        raise SystemExit(UNREADABLE)
    return read_settings([known[name] for name in names or known], environ)


@asynccontextmanager
async def beside(settings: CommonSettings) -> AsyncIterator[Beside]:
    """Open a service's database, which is there already, and the bus."""
    database, bus = existing(settings.database_url), bus_of(settings.bus, settings.address)
    try:
        await bus.start()
        yield Beside(BY_NAME[settings.service], settings, database, bus)
    finally:
        await bus.stop()
        await database.close()


def existing(url: str) -> Database:
    """Return a database that is there: SQLite would make an empty one."""
    database = Database(url)
    if database.is_sqlite and not Path(database.url.database or "").exists():
        raise SystemExit("There is no database file where the settings say.")
    return database
