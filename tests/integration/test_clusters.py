"""Whose transaction numbers a database holds, and what is published where they mean nothing."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from alembic import command
from sqlalchemy import Connection, insert, select, text, update

from libs.common.messaging.cursor import Cursor, recognise, settle, standpoint
from libs.common.messaging.relay import Relay
from libs.common.persistence import tables
from libs.common.persistence.db import Database
from libs.common.persistence.migrations import configuration, upgrade
from services.survey.service import SERVICE
from tests.integration.test_relaying import keep, row
from tests.proof.faults.migrating import empty
from tests.worlds import EMBEDDED, REAL, _admin, bus_in, databases

real_alone = pytest.mark.parametrize("kind", [pytest.param(REAL, marks=pytest.mark.real)])
TOO_HIGH = 2**40
"""A transaction number that no cluster of a test gives out."""


@pytest.fixture
async def database(kind: str, tmp_path: Path) -> AsyncIterator[Database]:
    async with databases(kind, tmp_path, [SERVICE]) as urls:
        found = Database(urls["survey"])
        yield found
        await found.close()


async def change(database: Database, **values: Any) -> None:
    async with database.writing() as connection:
        await connection.execute(update(tables.relay_position).values(values))


async def drained(database: Database, folder: Path) -> list[tuple[UUID, int]]:
    """Publish all there is; return it in the bus's order."""
    async with bus_in(EMBEDDED, folder) as bus:
        await bus.start()
        relay = Relay("survey", database, bus)
        await relay.topic.begin()
        while await relay.publish_once():
            pass
        async with database.reading() as connection:
            assert (await relay.backlog(connection)).pending == 0
        spans = await bus.spans("survey")
        reader = await bus.reader(dict.fromkeys(spans, 0))
        found = await reader.fetch(10_000, 0)
        await bus.stop()
    return [(UUID(one.headers["ce_subject"]), int(one.headers["ce_sequence"])) for one in found]


@real_alone
async def test_any_role_may_ask_which_cluster_it_is(database: Database) -> None:
    name = f"plain_{uuid4().hex[:8]}"
    await _admin(f'CREATE ROLE "{name}" LOGIN')
    await _admin(f'GRANT pg_read_all_data, pg_write_all_data TO "{name}"')
    url = database.url.set(username=name).render_as_string(hide_password=False)
    plain = Database(url)
    try:
        async with plain.writing() as connection:
            at = await recognise(connection)
        assert at.system_identifier
        assert at.system_identifier.isdigit()
        assert at.timeline == 1
    finally:
        await plain.close()
        await _admin(f'REVOKE pg_read_all_data, pg_write_all_data FROM "{name}"')
        await _admin(f'DROP ROLE "{name}"')


@real_alone
async def test_old_numbers_are_settled_and_new_ones_follow(
    database: Database, tmp_path: Path
) -> None:
    one, other = uuid4(), uuid4()
    published = [row(one, 1, xid=TOO_HIGH), row(other, 1, xid=TOO_HIGH + 1)]
    waiting = [row(one, 3, xid=TOO_HIGH + 2), row(one, 2, xid=TOO_HIGH + 3)]
    await keep(database, published)
    async with database.writing() as connection:
        await recognise(connection)
    await change(
        database,
        xid=TOO_HIGH + 1,
        position=2,
        settled_position=0,
        system_identifier="1",
        timeline=1,
    )
    await keep(database, [*waiting, row(other, 2, xid=3)])  # the last in the new cluster already
    assert await drained(database, tmp_path) == [(one, 2), (one, 3), (other, 2)]
    await keep(database, [row(one, 4, xid=5)])
    async with database.reading() as connection:
        at = await standpoint(connection)
        assert at.cursor == Cursor(0, 5, 5)
        assert (await Relay("survey", database, None).backlog(connection)).pending == 1  # type: ignore[arg-type]  # it asks no bus


@real_alone
async def test_numbers_not_given_out_here_are_another_clusters(
    database: Database, tmp_path: Path
) -> None:
    """What an older version restored into another cluster, and left unpublished, comes out."""
    one = uuid4()
    await keep(database, [row(one, 1, xid=TOO_HIGH), row(one, 2, xid=7)])
    async with database.writing() as connection:
        await connection.execute(
            insert(tables.relay_position), {"id": 1, "xid": TOO_HIGH, "position": 1}
        )
    assert await drained(database, tmp_path) == [(one, 2)]


@real_alone
async def test_another_timeline_keeps_its_numbers(database: Database) -> None:
    await keep(database, [row(uuid4(), 1, xid=5)])
    async with database.writing() as connection:
        await recognise(connection)
    await change(database, timeline=7, xid=5, position=1)
    async with database.writing() as connection:
        at = await recognise(connection)
    assert (at.cursor, at.timeline) == (Cursor(5, 1, 0), 1)


async def test_all_is_published_again_in_order_from_any_place(
    database: Database, kind: str, tmp_path: Path
) -> None:
    """SQLite has one writer, so that there a later version never has an earlier position."""
    one = uuid4()
    mine = [row(one, 2, xid=9), row(one, 1, xid=8)]
    rows = mine if kind == REAL else mine[::-1]
    await keep(database, [*rows, row(uuid4(), 1, xid=4)])
    first = await drained(database, tmp_path)
    async with database.writing() as connection:
        await settle(connection, 0)
    (tmp_path / "again").mkdir()
    again = await drained(database, tmp_path / "again")
    assert sorted(first, key=str) == sorted(again, key=str)
    assert [version for subject, version in again if subject == one] == [1, 2]


async def test_an_existing_database_goes_on_where_it_was(kind: str, tmp_path: Path) -> None:
    async with empty(kind, tmp_path) as url:
        database = Database(url)
        await _at_revision(database, "0001")
        one = uuid4()
        await keep(database, [row(one, 1, xid=3), row(one, 2, xid=4)])
        async with database.writing() as connection:
            old = "INSERT INTO relay_position (id, xid, position) VALUES (1, 3, 1)"
            await connection.execute(text(old))
        await upgrade(database, SERVICE.migrations)
        assert await drained(database, tmp_path) == [(one, 2)]
        async with database.reading() as connection:
            found = (await connection.execute(select(tables.relay_position))).one()
        known = kind == REAL
        assert ((found.system_identifier is not None), found.settled_position) == (known, 0)
        await database.close()


async def _at_revision(database: Database, revision: str) -> None:
    def run(connection: Connection) -> None:
        config = configuration(SERVICE.migrations)
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    async with database.writing() as connection:
        await connection.run_sync(run)
