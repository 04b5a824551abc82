"""The servers the environment names answer."""

import os

import asyncpg
import pytest
from confluent_kafka.admin import AdminClient

from libs.common.bus_address import BusAddress

pytestmark = pytest.mark.real


def named(variable: str) -> str:
    """Return an address; it may be missing only where nobody claims to have started a world."""
    value = os.environ.get(variable)
    if value is None and "WORLD_DATABASE" not in os.environ:
        pytest.skip(f"{variable} is not set: the real world is started by `make test`")
    assert value, f"a world was started, but {variable} is not set"
    return value


async def test_postgresql_answers() -> None:
    connection = await asyncpg.connect(named("POSTGRES_URL"), timeout=10)
    try:
        assert await connection.fetchval("SELECT 1") == 1
    finally:
        await connection.close()


async def test_postgresql_sorts_text_as_sqlite_does() -> None:
    if "POSTGRES_URL names" in os.environ.get("WORLD_DATABASE", ""):
        pytest.skip("a server of somebody's own sorts as they please")
    connection = await asyncpg.connect(named("POSTGRES_URL"), timeout=10)
    try:
        rows = await connection.fetch("SELECT t FROM unnest(ARRAY['b', 'a', 'B']) t ORDER BY t")
        assert [row["t"] for row in rows] == ["B", "a", "b"]
    finally:
        await connection.close()


def test_the_broker_answers() -> None:
    if os.environ.get("WORLD_BROKER_KIND") is None and "BUS_URL" not in os.environ:
        pytest.skip("no broker was asked for")
    address = BusAddress.parse(named("BUS_URL"))
    client = AdminClient({"bootstrap.servers": ",".join(address.servers)})
    assert client.list_topics(timeout=10).brokers
