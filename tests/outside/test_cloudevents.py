"""What our relays put on the bus, read by the CloudEvents SDK for JavaScript."""

import asyncio
import json
from collections.abc import Sequence
from urllib.parse import urlsplit

import pytest
from jsonschema import Draft202012Validator

from libs.common.core.public_url import HERE
from libs.common.messaging.bus.base import Bus, Delivered
from tests.journeys import casework
from tests.outside.readers import said
from tests.worlds import World


async def on_the_bus(bus: Bus, topic: str) -> Sequence[Delivered]:
    """Return all that a topic holds, as it is read from the bus."""
    spans = await bus.spans(topic)
    reader = await bus.reader({part: first for part, (first, _) in spans.items()})
    found: list[Delivered] = []
    try:
        async with asyncio.timeout(20):
            while dict(reader.positions) != await reader.ends():
                found += await reader.fetch(500, 1.0)
    finally:
        await reader.close()
    return found


async def recorded(world: World) -> Sequence[Delivered]:
    await casework.opened(world)
    await world.settle()
    records = await on_the_bus(world.bus, "referral")
    assert len({record.headers["ce_type"] for record in records}) > 5
    return records


@pytest.mark.node
async def test_the_sdk_reads_every_message(world: World) -> None:
    records = await recorded(world)
    given = [
        {
            "key": (record.key or b"").decode(),
            "headers": dict(record.headers),
            "value": (record.value or b"").decode(),
        }
        for record in records
    ]
    read = await asyncio.to_thread(said, "node", "cloudevents.cjs", given=json.dumps(given))
    assert len(read) == len(records)
    for event, record in zip(read, records, strict=True):
        assert event["data"] == json.loads(record.value or b"")
        assert event["partitionkey"] == event["subject"] == (record.key or b"").decode()
        assert event["datacontenttype"] == "application/json"
        attributes = ("id", "source", "type", "sequence", "dataschema", "traceparent")
        assert {name: event[name] for name in attributes} == {
            name: record.headers[f"ce_{name}"] for name in attributes
        }


async def test_the_publisher_serves_the_schema_that_a_message_names(world: World) -> None:
    for record in await recorded(world):
        address = record.headers["ce_dataschema"]
        assert address.startswith(f"{HERE}/referral/schemas/")
        answer = await world.client.get(urlsplit(address).path)
        assert answer.headers["content-type"] == "application/schema+json"
        schema = answer.json()
        assert schema["$id"] == address
        Draft202012Validator(schema).validate(json.loads(record.value or b""))
