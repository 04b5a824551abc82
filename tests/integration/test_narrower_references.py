"""References become their owner's own in databases that have rows, and rows that refer to those."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Column, Connection, MetaData, Table, insert, select
from sqlalchemy.exc import IntegrityError

from libs.common.persistence.db import Database, Timestamp
from libs.common.persistence.migrations import configuration
from libs.common.runtime.manifest import Service
from services.assessment.service import SERVICE as ASSESSMENT
from services.assessment.tables import metadata as assessment
from services.referral.service import SERVICE as REFERRAL
from services.referral.tables import metadata as referral
from services.survey.service import SERVICE as SURVEY
from services.survey.tables import metadata as survey
from tests.older import as_then
from tests.worlds import empty_database

ANY: dict[type, Any] = {int: 1, bool: False, date: date(2018, 9, 3)}
CASES = [
    (REFERRAL, referral, "0009", ["school", "child", "referral", "eligibility_check"]),
    (ASSESSMENT, assessment, "0007", ["result", "result_version"]),
    (SURVEY, survey, "0004", ["wave", "recipient", "response", "answer_text"]),
]
NOBODY = UUID(int=99)


def _value(column: Column[Any], number: int) -> Any:
    if isinstance(column.type, Timestamp):
        return datetime(2018, 9, 3, 9, tzinfo=UTC)
    kind = column.type.python_type
    if column.name in {"void_reason", "cancelled_on", "cancelled_by"}:
        return None
    if column.name == "standing":
        return "counted"
    if kind is UUID:
        return UUID(int=number)
    if column.name in {"urn", "reference"}:
        return kind(number)
    return ANY.get(kind, "x")


def _row(table: Table, number: int) -> dict[str, Any]:
    return {column.name: _value(column, number) for column in table.columns}


@asynccontextmanager
async def _database(kind: str, folder: Path, service: Service) -> AsyncIterator[Database]:
    async with empty_database(kind, folder, service.name) as url:
        database = Database(url)
        try:
            yield database
        finally:
            await database.close()


def _up(config: Config) -> None:
    command.upgrade(config, "head")


async def _move(database: Database, service: Service, to: Callable[[Config], None]) -> None:
    def run(connection: Connection) -> None:
        config = configuration(service.migrations)
        config.attributes["connection"] = connection
        to(config)

    async with database.writing() as connection:
        await connection.run_sync(run)


async def _rows(database: Database, tables: Sequence[Table]) -> list[list[Any]]:
    async with database.reading() as connection:
        return [sorted(map(repr, await connection.execute(select(one)))) for one in tables]


async def _takes(database: Database, table: Table, row: dict[str, Any]) -> bool:
    try:
        async with database.writing() as connection:
            await connection.execute(insert(table).values(row))
    except IntegrityError:
        return False
    return True


@pytest.mark.parametrize(("service", "metadata", "before", "names"), CASES)
async def test_rows_and_what_refers_to_them_stay(
    kind: str, tmp_path: Path, service: Service, metadata: MetaData, before: str, names: list[str]
) -> None:
    now = [metadata.tables[name] for name in names]
    async with _database(kind, tmp_path, service) as database:
        await _move(database, service, lambda config: command.upgrade(config, before))
        tables = [await as_then(database, table) for table in now]
        async with database.writing() as connection:
            for table in tables:
                await connection.execute(insert(table), [_row(table, 1), _row(table, 2)])
        held = await _rows(database, tables)
        for move in (_up, lambda config: command.downgrade(config, before), _up):
            await _move(database, service, move)
            assert await _rows(database, tables) == held
        await _check(database, *now[-2:])


async def _check(database: Database, narrowed: Table, dependent: Table) -> None:
    """A reference is its owner's alone, one response of each counts, and nothing refers to none."""
    again = {**_row(narrowed, 2), "id": UUID(int=3)}
    late = {"standing": "late"} if "standing" in narrowed.c else {}
    assert not await _takes(database, narrowed, again | late)
    assert await _takes(database, narrowed, again | late | {"reference": "1"})
    if late:
        assert not await _takes(database, narrowed, again | {"reference": "3"})
    [link] = dependent.foreign_keys
    assert not await _takes(database, dependent, _row(dependent, 3) | {link.parent.name: NOBODY})
