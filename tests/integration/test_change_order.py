"""The change feed beside slow commands, and after a history was replaced."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, text, update

from libs.common.contracts import referral
from libs.common.messaging.cursor import Cursor, settle
from libs.common.messaging.feed import CursorExpired, Mark, changes, digest, latest, resume
from libs.common.persistence import tables
from libs.common.persistence.db import Database
from services.referral.service import SERVICE as REFERRAL
from tests.worlds import REAL, databases


def _row(**more: Any) -> dict[str, Any]:
    return {
        "id": uuid4(),
        "type": referral.TeamFormed.type(),
        "subject": uuid4(),
        "sequence": 1,
        "time": datetime(2018, 9, 3, tzinfo=UTC),
        "traceparent": "",
        "data": "{}",
        **more,
    }


@pytest.fixture
async def database(kind: str, tmp_path: Path) -> AsyncIterator[Database]:
    """Return referral's database, with nothing in it."""
    async with databases(kind, tmp_path, [REFERRAL]) as urls:
        found = Database(urls["referral"])
        yield found
        await found.close()


async def _read(database: Database, after: str | None = None) -> tuple[list[UUID], str]:
    """Return the events behind a cursor, and the cursor behind them."""
    async with database.reading() as connection:
        cursor = await resume(connection, Mark.parse(after) if after else None)
        found = await changes(connection, cursor, 1_000)
        return [one.row.id for one in found], str(await latest(connection))


@pytest.mark.parametrize("kind", [pytest.param(REAL, marks=pytest.mark.real)])
async def test_a_slow_command_beside_a_quick_one_is_passed_by_no_cursor(database: Database) -> None:
    """The slow one has its number first and is committed last."""
    number = text("pg_current_xact_id()::text::bigint")
    slow, quick, later = _row(), _row(), _row()
    async with database.engine.connect() as connection:
        await connection.execute(insert(tables.event).values(xid=number), slow)
        async with database.writing() as other:
            await other.execute(insert(tables.event).values(xid=number), quick)
        early, cursor = await _read(database)
        assert early == []  # neither, though the quick one is committed
        await connection.commit()
    seen: list[UUID] = []
    for _ in range(2_000):  # the horizon is the cluster's: other tests hold it too
        more, cursor = await _read(database, cursor)
        seen += more
        if len(seen) == 2:
            break
    assert seen == [slow["id"], quick["id"]]
    async with database.writing() as other:
        await other.execute(insert(tables.event).values(xid=number), later)
    async with database.reading() as connection:
        counted = await digest(connection, await resume(connection, None), Cursor(2**60, 2**60))
    assert counted.count in {2, 3}


async def test_a_cursor_of_another_history_has_expired(database: Database) -> None:
    """Events published once more, and a database put back: both are seen, never passed over."""
    rows = [_row(xid=number) for number in (1, 2, 3)]
    async with database.writing() as connection:
        await connection.execute(insert(tables.event), rows)
        await connection.execute(insert(tables.relay_position), {"id": 1})
    ids = [row["id"] for row in rows]
    seen, cursor = await _read(database)
    assert seen == ids
    assert await _read(database, cursor) == ([], cursor)
    async with database.writing() as connection:  # another event where the last one was
        await connection.execute(
            update(tables.event).where(tables.event.c.id == ids[-1]).values(id=uuid4())
        )
    with pytest.raises(CursorExpired):
        await _read(database, cursor)
    async with database.writing() as connection:
        await connection.execute(
            update(tables.event).where(tables.event.c.position == 3).values(id=ids[-1])
        )
        await settle(connection, 0)
        await connection.execute(insert(tables.event), _row(xid=1))
    with pytest.raises(CursorExpired):
        await _read(database, cursor)
    again, cursor = await _read(database)
    assert again[:3] == ids
    assert len(again) == 4
    assert await _read(database, cursor) == ([], cursor)
    async with database.reading() as connection:
        whole = await digest(connection, await resume(connection, None), Mark.parse(cursor).cursor)
        begin = Mark.parse(str(Mark(Cursor(0, 2, 3), ids[1].hex[:8]))).cursor
        assert (
            whole.count,
            (await digest(connection, begin, Mark.parse(cursor).cursor)).count,
        ) == (4, 2)
