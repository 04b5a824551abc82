"""A transaction that is cancelled holds nothing back, wherever it was."""

import asyncio
import gc
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from libs.common.persistence.db import Database
from tests.cancelled import CancelledAt


@pytest.fixture
def _no_collector() -> Iterator[None]:
    """Keep the collector from tidying up what a cancelled transaction left."""
    gc.disable()
    yield
    gc.enable()
    gc.collect()


@pytest.mark.usefixtures("_no_collector")
async def test_a_transaction_cancelled_anywhere_lets_others_write(tmp_path: Path) -> None:
    path = tmp_path / "some.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE thing (number INTEGER)")
    for turn in range(1, 200):
        one = CancelledAt(_write_and_read(path), turn)
        try:
            await one
        except asyncio.CancelledError:
            assert one.cancelled
        await asyncio.to_thread(_write, path)
        if not one.cancelled:
            break
    assert 5 < turn < 199, "it was cancelled at some waits, and in the end at none"


async def _write_and_read(path: Path) -> None:
    database = Database(f"sqlite:///{path}")
    try:
        async with database.writing() as connection:
            await connection.execute(text("INSERT INTO thing VALUES (1)"))
            (await connection.execute(text("SELECT * FROM thing"))).all()
    finally:
        await database.close()


def _write(path: Path) -> None:
    with closing(sqlite3.connect(path, timeout=1, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO thing VALUES (2)")
        connection.execute("COMMIT")
