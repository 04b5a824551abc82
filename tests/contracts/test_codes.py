"""A list of codes may grow: who reads keeps a code they do not know, who writes may not send it."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from deploy.services import SERVICES
from libs.common.contracts import REGISTRY, Event, UnreadableEvent
from libs.common.core.clock import AcademicYear
from libs.common.messaging.bus.base import Delivered, to_headers
from libs.common.persistence import tables
from libs.common.persistence.db import Database
from libs.common.runtime.manifest import Service
from services.reporting.queries import report
from tests.applied import apply_batch
from tests.proof.hostile.events.logs_of_events import envelope
from tests.worlds import databases

SAMPLES = Path(__file__).parent / "samples"
TOMORROW = "Z9-a-code-of-tomorrow_as.long-as-may-be1"
LISTENERS = [service for service in SERVICES if service.subscriptions]
EVENTS = sorted(REGISTRY.values(), key=lambda event: event.type())


def sample_of(event: type[Event]) -> Any:
    return json.loads((SAMPLES / f"{event.__name__}.v{event.major}.json").read_text())


def listed(event: type[Event], data: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each place of a sample that holds a code of a list: what it is in, and its key."""
    schema = event.model_json_schema()
    yield from _listed(schema, schema, data, None, "")


def _listed(
    whole: Any, schema: Any, value: Any, inside: Any, key: Any
) -> Iterator[tuple[Any, Any]]:
    if "$ref" in schema:
        schema = whole["$defs"][schema["$ref"].rpartition("/")[2]]
    if "enum" in schema:
        yield inside, key
    for name, part in schema.get("properties", {}).items():
        if name in value:
            yield from _listed(whole, part, value[name], value, name)
    if isinstance(value, list):
        for number, one in enumerate(value):
            yield from _listed(whole, schema["items"], one, value, number)


GROWING = [event for event in EVENTS if list(listed(event, sample_of(event)))]


def of_tomorrow(event: type[Event]) -> Any:
    """Return a sample with a code that is on no list wherever there is a list."""
    data = sample_of(event)
    for inside, key in list(listed(event, data)):
        inside[key] = TOMORROW
    return data


@pytest.mark.parametrize("event", GROWING, ids=lambda event: event.__name__)
def test_who_reads_keeps_a_code_that_is_on_no_list(event: type[Event]) -> None:
    assert len(GROWING) > 20
    data = of_tomorrow(event)
    read = event.read(json.dumps(data).encode())
    assert json.loads(read.model_dump_json(exclude_unset=True)) == data


@pytest.mark.parametrize("event", GROWING, ids=lambda event: event.__name__)
def test_who_writes_may_not_send_it(event: type[Event]) -> None:
    data = of_tomorrow(event)
    with pytest.raises(ValidationError) as refused:
        event(**data)
    faults = [fault["type"] for fault in refused.value.errors()]
    assert faults.count("literal_error") == len(list(listed(event, data)))


@pytest.mark.parametrize(
    "not_a_code", ["two words", "", "x" * 41, "caf\N{LATIN SMALL LETTER E WITH ACUTE}", 7]
)
def test_words_are_no_code(not_a_code: object) -> None:
    event = REGISTRY["uk.sssen.survey.WaveIssued.v1"]
    with pytest.raises(UnreadableEvent, match="audience"):
        event.read(json.dumps(sample_of(event) | {"audience": not_a_code}).encode())


@pytest.mark.parametrize("service", LISTENERS, ids=lambda service: service.name)
async def test_no_listener_refuses_a_code_of_tomorrow(
    service: Service, kind: str, tmp_path: Path
) -> None:
    assert service.subscriptions
    handled = sorted(service.subscriptions.handled, key=lambda event: event.type())
    assert any(event in GROWING for event in handled)
    records = [record(event, number) for number, event in enumerate(handled)]
    async with database_of(service, kind, tmp_path) as database:
        async with database.writing() as connection:
            await apply_batch(connection, service.subscriptions, records, singly=True)
        async with database.reading() as connection:
            reasons = (await connection.execute(select(tables.dead_letter.c.reason))).all()
            assert reasons == []
            if service.name == "reporting":
                figures = (await report(connection, AcademicYear.parse("2018-19"))).figures
                assert len(figures) > 30


@asynccontextmanager
async def database_of(service: Service, kind: str, folder: Path) -> AsyncIterator[Database]:
    async with databases(kind, folder, [service]) as urls:
        database = Database(urls[service.name])
        try:
            yield database
        finally:
            await database.close()


def record(event: type[Event], number: int) -> Delivered:
    """Return a sample as it comes from the bus, of an aggregate of its own."""
    one = event.read(json.dumps(of_tomorrow(event)).encode())
    sent = envelope(one, 1)
    key = str(sent.subject).encode()
    return Delivered(sent.source, 0, number, key, to_headers(sent), sent.data)
