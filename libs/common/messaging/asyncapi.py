"""The AsyncAPI 3 document of all topics."""

import json
from typing import Any, Final

from libs.common.contracts import REGISTRY, Event
from libs.common.contracts.catalogue import GROWTH, HEADERS, by_publisher, opened, words
from libs.common.contracts.examples import example
from libs.common.core.about import ABOUT
from libs.common.core.public_url import EXAMPLE
from libs.common.messaging.bus.base import SEQUENCE_DIGITS, to_headers

_FORMS: Final[dict[str, dict[str, Any]]] = {
    "ce_specversion": {"const": "1.0"},
    "ce_id": {"format": "uuid"},
    "ce_subject": {"format": "uuid"},
    "ce_sequence": {"pattern": f"^[0-9]{{1,{SEQUENCE_DIGITS}}}$"},
    "ce_partitionkey": {"format": "uuid"},
    "ce_time": {"format": "date-time"},
    "ce_dataschema": {"format": "uri"},
    "content-type": {"const": "application/json"},
}
_OPTIONAL: Final = "ce_traceparent"
_KAFKA: Final = "0.5.0"
"""The version of the bindings for Kafka."""
_SERVER: Final[dict[str, Any]] = {
    "host": "{broker}",
    "protocol": "kafka-secure",
    "description": "The county's Apache Kafka cluster. Who may read which topic is its ACLs'.",
    "variables": {
        "broker": {
            "default": "kafka.county.example:9093",
            "description": "One of the brokers, as the county's operators name it.",
        }
    },
    "security": [{"$ref": f"#/components/securitySchemes/{name}"} for name in ("scram", "tls")],
}
_SECURITY: Final = {
    "scram": {"type": "scramSha512", "description": "SASL over TLS."},
    "tls": {"type": "X509", "description": "A client's certificate."},
}


def asyncapi(public_url: str = EXAMPLE) -> dict[str, Any]:
    """Return the document; schemas are named as served under ``public_url``."""
    publishers = by_publisher()
    events = sorted(REGISTRY.values(), key=lambda event: event.type())
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "SSSEN events",
            "version": "1",
            "description": f"A topic a publisher, keyed by aggregate, kept for ever. {GROWTH}",
            "tags": [{"name": name, "description": f"From {name}."} for name in publishers],
            **ABOUT,
        },
        "defaultContentType": "application/json",
        "servers": {"kafka": _SERVER},
        "channels": {name: _channel(name, events) for name, events in publishers.items()},
        "operations": {f"publish{name.title()}": _operation(name) for name in publishers},
        "components": {
            "messages": {event.type(): _message(event, public_url) for event in events},
            "schemas": {name: one for event in events for name, one in _schemas(event).items()},
            "securitySchemes": _SECURITY,
        },
    }


def _channel(name: str, events: list[type[Event]]) -> dict[str, Any]:
    kept = {"cleanup.policy": ["delete"], "retention.ms": -1, "retention.bytes": -1}
    return {
        "address": name,
        "description": f"All that {name} publishes, in order for each aggregate.",
        "messages": {
            event.__name__: {"$ref": f"#/components/messages/{event.type()}"} for event in events
        },
        "bindings": {
            "kafka": {"topic": name, "topicConfiguration": kept, "bindingVersion": _KAFKA}
        },
    }


def _operation(name: str) -> dict[str, Any]:
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{name}"},
        "description": f"The {name} service tells what was decided there, once it is committed.",
    }


def _message(event: type[Event], public_url: str) -> dict[str, Any]:
    shown = example(event)
    key = {"type": "string", "format": "uuid", "description": f"The event's {event.key}."}
    return {
        "name": event.type(),
        "title": event.__name__,
        "summary": words(event),
        "contentType": "application/json",
        "headers": _headers(event),
        "payload": {"$ref": f"#/components/schemas/{event.type()}"},
        "bindings": {"kafka": {"key": key, "bindingVersion": _KAFKA}},
        "tags": [{"name": event.publisher}],
        "examples": [
            {
                "name": event.__name__,
                "headers": to_headers(shown, public_url),
                "payload": json.loads(shown.data),
            }
        ],
    }


def _headers(event: type[Event]) -> dict[str, Any]:
    forms = _FORMS | {"ce_source": {"const": event.publisher}, "ce_type": {"const": event.type()}}
    return {
        "type": "object",
        "properties": {
            name: {"type": "string", "description": meaning, **forms.get(name, {})}
            for name, meaning in HEADERS.items()
        },
        "required": sorted(HEADERS.keys() - {_OPTIONAL}),
    }


def _schemas(event: type[Event]) -> dict[str, Any]:
    """Return an event's schema by its type, and those of its parts by publisher and name."""
    template = f"#/components/schemas/{event.publisher}.{{model}}"
    schema = opened(event.model_json_schema(ref_template=template))
    parts = {f"{event.publisher}.{name}": one for name, one in schema.pop("$defs", {}).items()}
    return {event.type(): {**schema, "description": words(event)}, **parts}
