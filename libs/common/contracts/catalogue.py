"""The catalogue of events for readers: their JSON Schemas, and what may change in them."""

from typing import Any

from libs.common.contracts import REGISTRY, Event
from libs.common.core.public_url import EXAMPLE, schema_url

HEADERS = {
    "ce_specversion": "Always 1.0: CloudEvents in binary mode.",
    "ce_id": "The event's own id (UUID). A resent event has the same.",
    "ce_source": "The service that published it, which is also the topic's name.",
    "ce_type": "The type with its major version.",
    "ce_subject": "The id of the aggregate the event is of, which is also the record's key.",
    "ce_sequence": "Counts the aggregate's events from 1 without a gap; nine digits, so that it"
    " orders as text. Older messages have it without the zeros in front.",
    "ce_partitionkey": "The record's key: the aggregate's id again.",
    "ce_time": "When the fact was recorded (RFC 3339). It orders nothing.",
    "ce_dataschema": "Where the publisher serves the JSON Schema of the data.",
    "ce_traceparent": "W3C trace context, where there is one.",
    "content-type": "Always application/json.",
}

GROWTH = (
    "Within a major version a type may gain optional fields (null if not known) and codes on its"
    " lists, and changes in no other way. Ignore fields that you do not know. Keep a code that is"
    " not on the list as text, and count it as other: the lists here and in the schemas are those"
    " of today. Any other change is a new type, `.v2`, beside the old one."
)
"""What a reader may rely on, and what it must bear."""


def by_publisher() -> dict[str, list[type[Event]]]:
    """Return the events of each publisher, in the order of their types."""
    events: dict[str, list[type[Event]]] = {}
    for event in sorted(REGISTRY.values(), key=lambda event: event.type()):
        events.setdefault(event.publisher, []).append(event)
    return events


def words(event: type[Event]) -> str:
    """Return in words when an event happens."""
    return " ".join((event.__doc__ or "").split())


def schemas(public_url: str = EXAMPLE) -> dict[str, dict[str, Any]]:
    """Return each event's JSON Schema by type. Readers ignore properties they do not know."""
    return {type_: schema(event, public_url) for type_, event in sorted(REGISTRY.items())}


def schema(event: type[Event], public_url: str) -> dict[str, Any]:
    """Return an event's JSON Schema, which its publisher serves at its `$id`."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": schema_url(public_url, event.type()),
        **opened(event.model_json_schema()),
        "description": words(event),
    }


def opened(schema: Any) -> Any:
    """Return a schema left open: another property may be added and readers pass it by."""
    if isinstance(schema, dict):
        return {k: opened(v) for k, v in schema.items() if k != "additionalProperties"}
    return [opened(item) for item in schema] if isinstance(schema, list) else schema
