"""A statement on SQLite: one trip to the connection's thread, and all that it came to."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import literal, select, text
from sqlalchemy.engine.interfaces import CacheStats
from sqlalchemy.exc import IntegrityError

from libs.common.persistence.db import Database
from libs.common.persistence.sqlite_thread import Connection


class Counted(Connection):
    trips = 0

    async def _execute(self, *arguments: Any, **options: Any) -> Any:
        self.trips += 1
        return await super()._execute(*arguments, **options)


@pytest_asyncio.fixture
async def connection(tmp_path: Path) -> AsyncIterator[Counted]:
    opened = Counted(str(tmp_path / "some.db"))
    await opened
    yield opened
    await opened.close()


async def test_a_statement_wakes_the_thread_once(connection: Counted) -> None:
    for sql, rows in (("CREATE TABLE t (a)", []), ("SELECT 1 UNION SELECT 2", [(1,), (2,)])):
        connection.trips = 0
        async with connection.cursor() as cursor:
            await cursor.execute(sql)
            assert await cursor.fetchall() == rows
            assert (cursor.description is not None) == bool(rows)
        assert connection.trips == 1


async def test_a_transaction_begins_with_its_first_statement(connection: Counted) -> None:
    for end in (connection.commit, connection.rollback):
        connection.trips = 0
        await connection.cursor().execute("BEGIN IMMEDIATE")
        await end()
        assert connection.trips == 0
        await connection.cursor().execute("BEGIN IMMEDIATE")
        await connection.cursor().execute("SELECT 1")
        assert connection.in_transaction
        await end()
        assert not connection.in_transaction
        assert connection.trips == 2


async def test_what_begins_after_it_was_cancelled_is_undone(connection: Counted) -> None:
    busy, cursor = threading.Event(), connection.cursor()
    before = asyncio.create_task(connection._execute(busy.wait))
    await cursor.execute("BEGIN IMMEDIATE")
    begins = asyncio.create_task(cursor.execute("SELECT 1"))
    await asyncio.sleep(0)
    begins.cancel()
    undone = asyncio.create_task(connection.rollback())
    await asyncio.sleep(0)
    busy.set()
    await asyncio.gather(before, undone)
    await connection._execute(int)
    assert not connection.in_transaction


async def test_a_statement_that_fails_leaves_nothing_open(connection: Counted) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        await connection.cursor().execute("SELECT a FROM nowhere")
    cursor = connection.cursor()
    await cursor.execute("SELECT 1")
    assert await cursor.fetchall() == [(1,)]


async def test_the_database_is_told_how_many_rows_changed_and_what_refused_one(
    tmp_path: Path,
) -> None:
    database = Database(f"sqlite:///{tmp_path}/some.db")
    async with database.writing() as connection:
        await connection.execute(text("CREATE TABLE t (a PRIMARY KEY)"))
        added = await connection.execute(text("INSERT INTO t VALUES (:a)"), [{"a": 1}, {"a": 2}])
        assert added.rowcount == 2
        returned = await connection.execute(text("UPDATE t SET a = a + 5 RETURNING a"))
        assert sorted(returned.scalars()) == [6, 7]
        with pytest.raises(IntegrityError):
            await connection.execute(text("INSERT INTO t VALUES (6)"))
    await database.close()


async def test_a_statement_is_compiled_once_for_all_files(tmp_path: Path) -> None:
    query = select(literal("compiled once").label("said"))
    hits = []
    for name in ("first", "second"):
        database = Database(f"sqlite:///{tmp_path}/{name}.db")
        for opened in (database.reading(), database.writing()):
            async with opened as connection:
                result = await connection.execute(query)
                assert result.one() == ("compiled once",)
                hits.append(result.context.cache_hit)
        await database.close()
    assert hits == [CacheStats.CACHE_MISS, *[CacheStats.CACHE_HIT] * 3]
