"""The read model rebuilt: the log read into fresh tables, compared, and swapped in.

On PostgreSQL services go on: the fresh tables are in a schema of their own, and the swap renames
them in one transaction. An SQLite file belongs to one process, which copies the rows instead.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from sqlalchemy import Date, Table, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.core.clock import AcademicYear
from libs.common.core.digest import digest
from libs.common.core.failpoints import failpoint
from libs.common.messaging.applying import redrive
from libs.common.messaging.bus.base import Bus, Partition, PositionLost, Spans
from libs.common.messaging.consumer import LISTENING, Consumer
from libs.common.messaging.positions import Positions, begin_at_first, check_same_log, positions_in
from libs.common.messaging.relay import take_lock
from libs.common.persistence.db import Database
from libs.common.persistence.tables import aggregate_version, dead_letter
from services.reporting.facts import metadata, subscriptions
from services.reporting.queries import report
from services.reporting.views import Report

FRESH: Final = "fresh"
OLD: Final = "old"
TABLES: Final[tuple[Table, ...]] = (*LISTENING, *metadata.sorted_tables)
"""What a rebuild makes again. The positions come first: whoever reads holds them (see `report`)."""


class AlreadyRebuilding(RuntimeError):
    """Another process is rebuilding this read model."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure or statement that the fresh read model gives another value."""

    year: str
    id: str
    was: str
    becomes: str


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild found: both read models stand at the same position of the log."""

    dead_letters: int
    same_facts: bool
    differences: list[Difference]


async def rebuild(url: str, bus: Bus, *, swap: bool = True) -> Rebuilt:
    """Rebuild the read model and, with ``swap``, put it in place of the one that is there.

    Killed at any moment it leaves the read model as it was or wholly swapped, and may be begun
    again. Raises AlreadyRebuilding while another process is at it, and PositionLost where a topic
    is cut or created again meanwhile.
    """
    live = Database(url)
    try:
        async with _alone(live), _fresh(live) as fresh:
            async with fresh.writing() as connection:
                for topic in subscriptions.topics:
                    await begin_at_first(connection, await bus.spans(topic))
            consumer = Consumer(fresh, bus, subscriptions)
            await consumer.read_until(await _positions(live, bus))  # the long part, nobody waits
            await failpoint("rebuild.half-read")
            return await _compare_and_swap(live, fresh, consumer, bus, swap=swap)
    finally:
        await live.close()


async def _compare_and_swap(
    live: Database, fresh: Database, consumer: Consumer, bus: Bus, *, swap: bool
) -> Rebuilt:
    async with live.writing() as connection:
        await _stop_the_consumer(connection)
        await consumer.read_until(await _positions_on(connection, bus))
        await _redrive_as_before(connection, fresh)
        async with fresh.reading() as other:
            found = await _compared(connection, other)
        await failpoint("rebuild.before-swap")
        if swap and not live.is_sqlite:
            await _swap_schemas(connection)
    if swap and live.is_sqlite:
        await fresh.close()
        await asyncio.to_thread(_swap_rows, _path(live), _path(fresh))
    await failpoint("rebuild.swapped")
    return found


@asynccontextmanager
async def _alone(live: Database) -> AsyncIterator[None]:
    if live.is_sqlite:  # the process holds the file
        yield
        return
    async with live.engine.connect() as connection:
        if not await take_lock(connection, "rebuild:reporting"):
            raise AlreadyRebuilding
        try:
            yield
        finally:
            await connection.invalidate()  # back in its pool it would keep the locks


@asynccontextmanager
async def _fresh(live: Database) -> AsyncIterator[Database]:
    """Yield a database with empty tables; what an earlier rebuild left of it goes first."""
    if live.is_sqlite:
        path = _path(live).with_suffix(f".{FRESH}.db")
        _remove(path)
        fresh = Database(f"sqlite:///{path}")
    else:
        async with live.writing() as connection:
            await connection.execute(text(f"DROP SCHEMA IF EXISTS {FRESH} CASCADE"))
            await connection.execute(text(f"CREATE SCHEMA {FRESH}"))
        fresh = Database(live.url.render_as_string(hide_password=False), schema=FRESH)
    try:
        async with fresh.writing() as connection:
            for table in TABLES:
                await connection.run_sync(table.create)
        yield fresh
    finally:
        await fresh.close()
        if live.is_sqlite:
            _remove(path)


async def _stop_the_consumer(connection: AsyncConnection) -> None:
    """Let nobody move or hold a position until we are done; readers go on."""
    if connection.dialect.name != "sqlite":
        await connection.execute(text("SET LOCAL lock_timeout = '30s'"))
        await connection.execute(text("LOCK TABLE consumer_position IN EXCLUSIVE MODE"))


async def _redrive_as_before(live: AsyncConnection, fresh: Database) -> None:
    """Redrive in the fresh tables the dead letters that were redriven in the live ones.

    A redrive is not on the bus, so that a replay alone would undo it.
    """
    version, name = aggregate_version, (dead_letter.c.source, dead_letter.c.subject)
    async with fresh.writing() as connection:
        query = select(*name).where(dead_letter.c.subject.is_not(None)).distinct().order_by(*name)
        for source, subject in (await connection.execute(query)).all():
            mine = (version.c.source == source) & (version.c.subject == subject)
            applied = select(func.coalesce(func.max(version.c.sequence), 0)).where(mine)
            before = (await live.execute(applied)).scalar_one()
            if before > (await connection.execute(applied)).scalar_one():
                await redrive(connection, subscriptions, source, subject)


async def _positions(live: Database, bus: Bus) -> dict[Partition, int]:
    async with live.reading() as connection:
        return await _positions_on(connection, bus)


async def _positions_on(connection: AsyncConnection, bus: Bus) -> dict[Partition, int]:
    """Return how far to read: as far as the live read model has read.

    A topic that was cut or created again has other positions: it is read to its end.
    """
    known = await positions_in(connection)
    targets: dict[Partition, int] = {}
    for topic in subscriptions.topics:
        spans = await bus.spans(topic)
        positions = {partition: known.get(partition, (0, None, None)) for partition in spans}
        if await _is_lost(bus, positions, spans):
            targets |= {partition: end for partition, (_, end) in spans.items()}
        else:
            targets |= {partition: row[0] for partition, row in positions.items()}
    return targets


async def _is_lost(bus: Bus, positions: Positions, spans: Spans) -> bool:
    if any(positions[partition][0] < first for partition, (first, _) in spans.items()):
        return True
    try:
        await check_same_log(bus, positions)
    except PositionLost:
        return True
    return False


async def _compared(live: AsyncConnection, fresh: AsyncConnection) -> Rebuilt:
    same = await digest(live, metadata) == await digest(fresh, metadata)
    differences: list[Difference] = []
    if not same:
        for year in sorted({*await _years(live), *await _years(fresh)}):
            before, after = await report(live, year), await report(fresh, year, records=live)
            differences += _differences(before, after)
    query = select(func.count()).select_from(dead_letter)
    return Rebuilt((await fresh.execute(query)).scalar_one(), same, differences)


async def _years(connection: AsyncConnection) -> set[AcademicYear]:
    """Return every academic year between the first and the last day of any fact."""
    days: set[date] = set()
    for table in metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, Date):
                ends = await connection.execute(select(func.min(column), func.max(column)))
                days |= {day for day in ends.one() if day is not None}
    if not days:
        return set()
    first, last = AcademicYear.of(min(days)), AcademicYear.of(max(days))
    return {AcademicYear(start) for start in range(first.start, last.start + 1)}


def _differences(before: Report, after: Report) -> list[Difference]:
    was, becomes = _printed(before), _printed(after)
    return [
        Difference(after.academic_year, id_, str(was[id_][-1]), str(becomes[id_][-1]))
        for id_ in was
        if was[id_] != becomes[id_]
    ]


def _printed(of: Report) -> Mapping[str, tuple[object, ...]]:
    """Return, for each figure and statement, all that may differ, with what is printed last."""
    figures = {f.id: (f.value, f.basis, f.last_year, f.change, f.printed) for f in of.figures}
    return {**figures, **{s.id: (s.holds, s.printed) for s in of.statements}}


async def _swap_schemas(connection: AsyncConnection) -> None:
    """Rename: the fresh tables take the names of the old, which stay until the next rebuild."""
    await connection.execute(text(f"DROP SCHEMA IF EXISTS {OLD} CASCADE"))
    await connection.execute(text(f"CREATE SCHEMA {OLD}"))
    for table in TABLES:
        await connection.execute(text(f'ALTER TABLE "{table.name}" SET SCHEMA {OLD}'))
        await connection.execute(text(f'ALTER TABLE {FRESH}."{table.name}" SET SCHEMA public'))
    await connection.execute(text(f"DROP SCHEMA {FRESH}"))


def _swap_rows(live: Path, fresh: Path) -> None:
    """Replace the rows in one transaction; the whole file as it was is kept beside it."""
    old = live.with_suffix(f".{OLD}.db")
    _remove(old)
    with closing(sqlite3.connect(live, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("VACUUM INTO ?", (str(old),))
        connection.execute("ATTACH ? AS fresh", (str(fresh),))
        connection.execute("BEGIN IMMEDIATE")
        for table in TABLES:
            names = ", ".join(f'"{column.name}"' for column in table.columns)
            connection.execute(f'DELETE FROM main."{table.name}"')  # noqa: S608 - names of ours
            connection.execute(
                f'INSERT INTO main."{table.name}" ({names})'  # noqa: S608 - names of ours
                f' SELECT {names} FROM fresh."{table.name}"'
            )
        connection.execute("COMMIT")


def _path(database: Database) -> Path:
    return Path(database.url.database or "")


def _remove(path: Path) -> None:
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
