"""The servers the environment names answer."""

import os
import sys
from pathlib import Path

import asyncpg
import pytest
from confluent_kafka.admin import AdminClient

from deploy.local import __main__ as command_line
from libs.common.messaging.bus_address import BusAddress

pytestmark = pytest.mark.real


async def test_postgresql_answers() -> None:
    connection = await asyncpg.connect(os.environ["POSTGRES_URL"], timeout=10)
    try:
        assert await connection.fetchval("SELECT 1") == 1
    finally:
        await connection.close()


async def test_postgresql_sorts_text_as_sqlite_does() -> None:
    if "POSTGRES_URL names" in os.environ.get("WORLD_DATABASE", ""):
        pytest.skip("a server of somebody's own sorts as they please")
    connection = await asyncpg.connect(os.environ["POSTGRES_URL"], timeout=10)
    try:
        rows = await connection.fetch("SELECT t FROM unnest(ARRAY['b', 'a', 'B']) t ORDER BY t")
        assert [row["t"] for row in rows] == ["B", "a", "b"]
    finally:
        await connection.close()


def test_the_broker_answers() -> None:
    address = BusAddress.parse(os.environ["BUS_URL"])
    client = AdminClient({"bootstrap.servers": ",".join(address.servers)})
    assert client.list_topics(timeout=10).brokers


def test_what_a_command_leaves_in_its_temporary_folder_goes(
    capfd: pytest.CaptureFixture[str],
) -> None:
    command = [sys.executable, "-c", "import tempfile; print(tempfile.mkdtemp())"]
    assert command_line.run(command, only_postgres=True) == 0
    left = Path(capfd.readouterr().out.splitlines()[0])
    assert left.is_absolute()
    assert not left.parent.exists()
    assert left.is_relative_to("/dev/shm") is (command_line._memory() is not None)  # noqa: S108
