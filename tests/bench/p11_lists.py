"""P11: every list's first page in every order, and an overview, with ten times the history.

Ours is the 95th percentile with nine older copies of the county's records behind them, the floor
the same with the county's alone: each in a world of its own, asked in turn. Each request is told in
processor time, of this process and of the database's, whatever else the machine does.
"""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from time import process_time_ns
from typing import Any, Self
from uuid import UUID, uuid5

from sqlalchemy import Table, insert, select, text

from libs.common.persistence.db import Database
from services.referral.service import SERVICE
from services.referral.tables import metadata
from tests.bench.measured import Measured, Target, in_turn, percentile
from tests.bench.surroundings import DatabaseServer, Surroundings
from tests.worlds import EMBEDDED, REAL, World, world_of

AT_ONCE, REQUESTS, COPIES = 5_000, 20, 9
SPAN = timedelta(weeks=209)
"""The county's records are so long, in whole weeks: each copy is so much older than the last."""
ONCE = {"school", "school_extract", "school_link", "staff_member", "staff_contract", "team"}
"""What there is once, however many years: all copies of the children's records name the same."""
LAST_DAY = date(2019, 8, 31)
OPEN_ENDED = {("case_", "ended_on"), ("plan", "ends_on")}
"""What is open has ended in a copy."""
FLAT = Target(1.5, "at most")


@dataclass(frozen=True)
class Rows:
    """The rows of the county's referral service, of which older ones are made."""

    of: Mapping[Table, list[dict[str, Any]]]
    once: frozenset[UUID]

    @classmethod
    async def read(cls, database: Database) -> Self:
        """Read them all but for who imports."""
        async with database.reading() as connection:
            found = {
                table: [dict(one) for one in (await connection.execute(select(table))).mappings()]
                for table in metadata.sorted_tables
                if not table.name.startswith("import_")
            }
        kept = [row for table, rows in found.items() if table.name in ONCE for row in rows]
        return cls(found, frozenset(row["id"] for row in kept if "id" in row))

    def copy(self, table: Table, number: int) -> list[dict[str, Any]]:
        """Return the rows of a table in the n-th copy, each so much older; of 0 those there are."""
        if number == 0:
            return self.of[table]
        rows = [] if table.name in ONCE else self.of[table]
        return [{k: self._older(table, k, v, number) for k, v in row.items()} for row in rows]

    def _older(self, table: Table, name: str, value: Any, number: int) -> Any:
        if value is None and (table.name, name) in OPEN_ENDED:
            value = LAST_DAY
        if isinstance(value, UUID) and value not in self.once:
            return uuid5(value, str(number))
        if isinstance(value, date):
            return value - number * SPAN
        if name == "reference":
            return f"{number}-{value}"
        return None if name == "upn" else value


async def measure(around: Surroundings) -> list[Measured]:
    """Measure in both worlds: each database plans the queries in its own way."""
    await around.county()
    await around.county_stopped()
    county = Database(f"sqlite:///{around.county_folder}/referral.db")
    rows = await Rows.read(county)
    await county.close()
    measured: list[Measured] = []
    for kind in (EMBEDDED, REAL):
        async with AsyncExitStack() as stack:
            worlds = [
                await stack.enter_async_context(filled(kind, around.folder / f"{kind}{n}", rows, n))
                for n in (COPIES, 0)
            ]
            measured += await _compared(kind, *worlds)
    return measured


@asynccontextmanager
async def filled(kind: str, folder: Path, rows: Rows, copies: int) -> AsyncIterator[World]:
    """Start the service with these rows, and so many older copies of them."""
    async with world_of(kind, _made(folder), [SERVICE]) as world:
        database = world.database(SERVICE.name)
        for number in range(copies + 1):
            async with database.writing() as connection:
                for table in rows.of:
                    made = rows.copy(table, number)
                    for first in range(0, len(made), AT_ONCE):
                        await connection.execute(insert(table), made[first : first + AT_ONCE])
        if kind == REAL:  # as its autovacuum does; nobody does so of an SQLite file
            async with database.writing() as connection:
                await connection.execute(text("ANALYZE"))
        yield world


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


async def _compared(kind: str, much: World, little: World) -> list[Measured]:
    measured = []
    for url in await addresses(little):
        ours, floor = await in_turn(*(_asking(world, url) for world in (much, little)))
        measured.append(Measured("P11", f"{kind}: {url}", "processor ms, p95", ours, floor, FLAT))
    return measured


def _asking(world: World, url: str) -> Callable[[], Awaitable[float]]:
    return partial(_asked, world, url)


async def _asked(world: World, url: str) -> float:
    """Return the milliseconds at work within which 95 of 100 requests were answered."""
    server = await DatabaseServer.at(os.environ["POSTGRES_URL"]) if world.kind == REAL else None
    taken = []
    for _ in range(REQUESTS):
        headers, before = world.as_(), server.nanoseconds if server else 0
        begun = process_time_ns()
        answer = await world.client.get(f"/referral{url}", headers=headers)
        worked = process_time_ns() - begun
        taken.append((worked + (server.nanoseconds if server else 0) - before) / 1e6)
        answer.raise_for_status()
    return percentile(taken, 0.95)


async def addresses(world: World) -> list[str]:
    """Return the address of each list in each of its orders, and of a case's overview."""
    document = (await world.client.get("/referral/openapi.json")).json()
    found = []
    for path, methods in document["paths"].items():
        asked = {one["name"]: one for one in methods.get("get", {}).get("parameters", ())}
        if "count" in asked and "{" not in path:
            orders = asked["sort"]["schema"]["anyOf"][0]["enum"] if "sort" in asked else []
            found += [path, *(f"{path}?sort={order}" for order in orders)]
    cases = await world.client.get("/referral/v1/cases?limit=1", headers=world.as_())
    [case] = cases.json()["items"]
    return [*found, f"/v1/cases/{case['case_id']}/overview"]
