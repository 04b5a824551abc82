"""P3: a year's annual report from the read model, beside hand-written SQL, and over a history.

Each is told in processor time, of this process and of the database's. What a report reads is
counted in the database's pages, with one, three and ten times the county's years behind it.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from time import process_time
from typing import Any

import asyncpg
from sqlalchemy import Column, Date, Table, Uuid, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.core.clock import AcademicYear
from libs.common.persistence.db import Database
from services.reporting.evaluate import evaluate, total
from services.reporting.facts import metadata
from services.reporting.figures import FIGURES
from services.reporting.queries import report
from services.reporting.service import SERVICE
from services.reporting.views import breakdowns
from services.reporting.year import YearFacts
from tests.bench.bare_report import Connection, bare_report
from tests.bench.measured import Measured, Target, in_turn
from tests.bench.surroundings import Surroundings
from tests.worlds import REAL, databases

YEAR = AcademicYear(2018)
AT_ONCE, REPORTS = 5_000, 10
SPAN = 4
"""So many years the county's records cover; a copy of them is so much older than the last."""
OPEN_ENDED = {"fact_case": "ended_on", "fact_staff": "left_on", "fact_team": "disbanded_on"}


async def measure(around: Surroundings) -> list[Measured]:
    """Copy the county's facts to PostgreSQL, and count them."""
    await around.county()
    await around.county_stopped()
    async with databases(REAL, around.folder, [SERVICE]) as urls:
        database = Database(urls[SERVICE.name])
        try:
            await _copy(Database(f"sqlite:///{around.county_folder}/reporting.db"), database)
            return [*await _costs(database), *await _pages(database)]
        finally:
            await database.close()


async def _costs(database: Database) -> list[Measured]:
    async with database.reading() as connection, _plain(database) as plain:

        async def ours() -> float:
            return await _cost(connection, lambda: report(connection, YEAR))

        async def floor() -> float:
            return await _cost(plain, lambda: bare_report(plain, YEAR))

        async def totals() -> float:
            return await _cost(connection, lambda: _evaluated(connection))

        async def cells() -> float:
            return await _cost(connection, lambda: _evaluated(connection, broken_down=True))

        reports, bare = await in_turn(ours, floor)
        divided, whole = await in_turn(cells, totals)
    return [
        Measured("P3", "the annual report", "processor ms", reports, bare, Target(1.3, "at most")),
        Measured(
            "P3",
            "all figures and their breakdowns, beside the figures alone",
            "processor ms",
            divided,
            whole,
            Target(1.5, "at most"),
        ),
    ]


async def _pages(database: Database) -> list[Measured]:
    """Count the pages that a report reads, with ever more history behind it."""
    await _kept(database)
    once = [float(await _read(database))]
    await _older(database, 1, 2)
    thrice = [float(await _read(database))]
    await _older(database, 3, 9)
    ten = [float(await _read(database))]
    return [
        Measured("P3", "the report with 3 times the history", "pages", thrice, once, FLAT),
        Measured("P3", "the report with 10 times the history", "pages", ten, once, FLAT),
    ]


FLAT = Target(1.2, "at most")


async def _evaluated(connection: AsyncConnection, *, broken_down: bool = False) -> None:
    year = YearFacts(connection, YEAR)
    for figure in FIGURES:
        await total(figure, year)
        for by in breakdowns(figure) if broken_down else ():
            await evaluate(figure, year, by)


async def _cost(connection: Any, ask: Callable[[], Awaitable[object]]) -> float:
    """Return the milliseconds of processor time that this takes here and in the database."""
    await ask()  # statements are prepared once in the life of a connection
    backend = await _backend(connection)
    begun = process_time() + _at_work(backend)
    for _ in range(REPORTS):
        await ask()
    return 1000 * (process_time() + _at_work(backend) - begun) / REPORTS


async def _backend(connection: Any) -> int:
    query = "SELECT pg_backend_pid()"
    if isinstance(connection, asyncpg.Connection):
        return int(await connection.fetchval(query))
    return int((await connection.execute(text(query))).scalar_one())


def _at_work(pid: int) -> float:
    """Return the seconds for which a process was at work, to the nanosecond."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


@asynccontextmanager
async def _plain(database: Database) -> AsyncIterator[Connection]:
    url = database.url.set(drivername="postgresql")
    connection = await asyncpg.connect(url.render_as_string(hide_password=False))
    try:
        yield connection
    finally:
        await connection.close()


async def _copy(county: Database, database: Database) -> None:
    async with county.reading() as here, database.writing() as there:
        for table in metadata.sorted_tables:
            rows = [dict(row) for row in (await here.execute(select(table))).mappings()]
            for first in range(0, len(rows), AT_ONCE):
                await there.execute(insert(table), rows[first : first + AT_ONCE])
    await county.close()
    await _tidied(database)


async def _tidied(database: Database) -> None:
    async with _plain(database) as connection:
        await connection.execute("VACUUM ANALYZE")


async def _kept(database: Database) -> None:
    """Keep the county's facts aside, of which older ones are made."""
    async with database.writing() as connection:
        await connection.execute(text("CREATE SCHEMA kept"))
        for table in metadata.sorted_tables:
            await connection.execute(text(f"CREATE TABLE kept.{table.name} AS TABLE {table.name}"))


async def _older(database: Database, first: int, last: int) -> None:
    """Add these copies of the county's facts, each some years older than the one before."""
    async with database.writing() as connection:
        for table in metadata.sorted_tables:
            names = ", ".join(f'"{column.name}"' for column in table.columns)
            columns = ", ".join(_older_by(table, column) for column in table.columns)
            copies = f"generate_series({first}, {last}) AS copy(n)"
            rows = f"SELECT {columns} FROM kept.{table.name} CROSS JOIN {copies}"  # noqa: S608
            await connection.execute(text(f"INSERT INTO {table.name} ({names}) {rows}"))
    await _tidied(database)


def _older_by(table: Table, column: Column[Any]) -> str:
    """Return a column's value in the n-th copy, as SQL. Nothing of a copy is open in the year."""
    name, years = f'"{column.name}"', f"{SPAN} * n"
    if isinstance(column.type, Uuid):
        return f"md5({name}::text || n)::uuid"
    if isinstance(column.type, Date):
        end = f"date '{YEAR.last_day}'" if OPEN_ENDED.get(table.name) == column.name else "NULL"
        return f"(coalesce({name}, {end}) - make_interval(years => {years}))::date"
    if column.name == "academic_year":
        start = f"(left({name}, 4)::int - {years})"
        return f"{start} || '-' || lpad((({start} + 1) % 100)::text, 2, '0')"
    if column.name == "month":
        return f"(left({name}, 4)::int - {years}) || right({name}, 3)"
    return name


async def _read(database: Database) -> int:
    """Return how many pages of tables and indexes a report reads."""
    async with _plain(database) as watcher, database.reading() as connection:
        before = await _pages_read(watcher)
        await report(connection, YEAR)
        await connection.execute(text("SELECT pg_stat_force_next_flush()"))
        await connection.rollback()
        return await _pages_read(watcher) - before


async def _pages_read(watcher: Connection) -> int:
    return int(
        await watcher.fetchval(
            "SELECT sum(heap_blks_hit + heap_blks_read + coalesce(idx_blks_hit, 0)"
            " + coalesce(idx_blks_read, 0)) FROM pg_statio_user_tables"
        )
    )
