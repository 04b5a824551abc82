"""The Kafka clients' effective settings: each default of the library is wrong for us."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from libs.common.messaging.bus.clients import UnsafeClient, check_settings
from libs.common.messaging.bus.kafka import CONSUMER, PRODUCER, topic_settings


@asynccontextmanager
async def made(kind: Any, settings: dict[str, Any]) -> AsyncIterator[Any]:
    client = kind(bootstrap_servers="127.0.0.1:1", **settings)
    yield client
    await client.stop()


@pytest.mark.parametrize(
    ("kind", "settings"), [(AIOKafkaProducer, PRODUCER), (AIOKafkaConsumer, CONSUMER)]
)
async def test_our_own_clients_are_safe(kind: Any, settings: dict[str, Any]) -> None:
    async with made(kind, settings) as client:
        check_settings(client)


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        (AIOKafkaProducer, {}),
        (AIOKafkaConsumer, {**CONSUMER, "enable_auto_commit": True}),
        (AIOKafkaConsumer, {**CONSUMER, "auto_offset_reset": "latest"}),
    ],
)
async def test_unsafe_clients_are_refused(kind: Any, settings: dict[str, Any]) -> None:
    async with made(kind, settings) as client:
        with pytest.raises(UnsafeClient):
            check_settings(client)


@pytest.mark.parametrize(("copies", "acknowledging"), [(1, "1"), (2, "2"), (3, "2")])
def test_an_event_is_acknowledged_by_two_brokers_where_there_are_copies(
    copies: int, acknowledging: str
) -> None:
    assert topic_settings(copies)["min.insync.replicas"] == acknowledging
