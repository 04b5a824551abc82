"""The catalogue of events for readers: AsyncAPI 3, JSON Schemas, and a page in words."""

from collections.abc import Iterable, Mapping
from typing import Any

from libs.common.events import REGISTRY, Event

HEADERS = {
    "ce_specversion": "Always 1.0: CloudEvents in binary mode.",
    "ce_id": "The event's own id (UUID). A resent event has the same.",
    "ce_source": "The service that published it, which is also the topic's name.",
    "ce_type": "The type with its major version.",
    "ce_subject": "The id of the aggregate the event is of, which is also the record's key.",
    "ce_sequence": "Counts the aggregate's events from 1 without a gap.",
    "ce_time": "When the fact was recorded (RFC 3339). It orders nothing.",
    "ce_dataschema": "A name for the data's JSON Schema.",
    "ce_traceparent": "W3C trace context, where there is one.",
}


def _by_publisher() -> dict[str, list[type[Event]]]:
    events: dict[str, list[type[Event]]] = {}
    for event in sorted(REGISTRY.values(), key=lambda event: event.type()):
        events.setdefault(event.publisher, []).append(event)
    return events


def _words(event: type[Event]) -> str:
    return " ".join((event.__doc__ or "").split())


def schemas() -> dict[str, dict[str, Any]]:
    """Return each event's JSON Schema by type. Readers ignore properties they do not know."""
    return {type_: _schema(event) for type_, event in sorted(REGISTRY.items())}


def _schema(event: type[Event]) -> dict[str, Any]:
    schema = _open(event.model_json_schema())
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "description": _words(event),
    }


def _open(schema: Any) -> Any:
    """Leave schemas open: another property may be added and readers pass it by."""
    if isinstance(schema, dict):
        return {k: _open(v) for k, v in schema.items() if k != "additionalProperties"}
    return [_open(item) for item in schema] if isinstance(schema, list) else schema


def asyncapi() -> dict[str, Any]:
    """Return the AsyncAPI 3 document of all topics."""
    publishers = _by_publisher()
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "SSSEN events",
            "version": "1",
            "description": "A topic a publisher, keyed by aggregate, kept for ever.",
        },
        "defaultContentType": "application/json",
        "channels": {name: _channel(name, events) for name, events in publishers.items()},
        "operations": {
            f"publish{name.title()}": {
                "action": "send",
                "channel": {"$ref": f"#/channels/{name}"},
            }
            for name in publishers
        },
        "components": {"messages": _messages(REGISTRY.values())},
    }


def _channel(name: str, events: Iterable[type[Event]]) -> dict[str, Any]:
    return {
        "address": name,
        "messages": {
            event.__name__: {"$ref": f"#/components/messages/{event.type()}"} for event in events
        },
    }


def _messages(events: Iterable[type[Event]]) -> dict[str, Any]:
    headers = {
        "type": "object",
        "properties": {
            name: {"type": "string", "description": words} for name, words in HEADERS.items()
        },
    }
    return {
        event.type(): {
            "name": event.type(),
            "summary": _words(event),
            "headers": headers,
            "payload": _schema(event),
        }
        for event in sorted(events, key=lambda event: event.type())
    }


def events_page(heard: Mapping[str, list[str]]) -> str:
    """Return the page of all events in words; ``heard`` names the listeners of each type."""
    lines = [
        "# Events",
        "",
        "Generated from `libs/common/events`. CloudEvents 1.0 in binary mode: these headers, and",
        "the data below as JSON. Read leniently: pass by what you do not know.",
        "",
        "| header | meaning |",
        "| --- | --- |",
        *[f"| `{name}` | {words} |" for name, words in HEADERS.items()],
    ]
    for publisher, events in _by_publisher().items():
        lines += ["", f"## {publisher}"]
        for event in events:
            lines += _section(event, heard.get(event.type(), []))
    return "\n".join(lines) + "\n"


def _section(event: type[Event], listeners: list[str]) -> list[str]:
    return [
        "",
        f"### {event.__name__}",
        "",
        _words(event),
        "",
        f"`{event.type()}`, keyed by `{event.key}`.",
        f"Heard by {', '.join(listeners) or 'nobody yet'}.",
        "",
        "| field | type |",
        "| --- | --- |",
        *[
            f"| `{name}` | {_type_words(field)} |"
            for name, field in event.model_json_schema()["properties"].items()
        ],
    ]


def _type_words(field: Mapping[str, Any]) -> str:
    if "anyOf" in field:
        return " or ".join(_type_words(one) for one in field["anyOf"])
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    if "$ref" in field:
        return str(field["$ref"]).rpartition("/")[2]
    if field.get("type") == "array":
        return f"list of {_type_words(field.get('items', {}))}"
    return str(field.get("format") or field.get("type") or "any")
