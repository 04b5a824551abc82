"""Revisions that change what rows say, on rows that are there."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, text

from libs.common.persistence.migrations import configuration
from services.assessment.service import SERVICE


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    """Return a connection to an empty database."""
    engine = create_engine(f"sqlite:///{tmp_path}/assessment.db")
    with engine.begin() as opened:
        yield opened
    engine.dispose()


@pytest.fixture
def config(connection: Connection) -> Config:
    """Return what Alembic needs to change that database."""
    found = configuration(SERVICE.migrations)
    found.attributes["connection"] = connection
    return found


def test_cases_that_were_closed_stay_so(connection: Connection, config: Config) -> None:
    command.upgrade(config, "0002")
    for is_open in (True, False):
        connection.execute(
            text("INSERT INTO known_case (case_id, child_id, open) VALUES (:case, :child, :open)"),
            {"case": uuid4().hex, "child": uuid4().hex, "open": is_open},
        )
    query = text("SELECT open FROM known_case ORDER BY open")
    before = connection.execute(query).all()
    command.upgrade(config, "0003")
    ended = connection.execute(text("SELECT ended_on FROM known_case ORDER BY ended_on")).scalars()
    assert ended.all() == [None, "1900-01-01"]
    command.downgrade(config, "0002")
    assert connection.execute(query).all() == before
