"""The page of all events in words, for readers outside: docs/events.md."""

from collections.abc import Mapping
from typing import Any, Final

from libs.common.contracts.base import Event
from libs.common.contracts.catalogue import GROWTH, HEADERS, by_publisher, words

READING: Final = (
    "**Once, and in order.** The same event may arrive more than once, also after later ones of",
    "its aggregate. Apply each `ce_sequence` of a `ce_subject` once, after the one before it.",
    "There is no order between aggregates.",
    "",
    f"**What you do not know.** Ignore types and headers that you do not know. {GROWTH}",
    "New types, fields and codes are in `CHANGELOG.md`, here and in `/reporting/asyncapi.json` of",
    "the release that publishes them; nothing is announced on the bus. Give us a file of what you",
    "read (`tests/contracts/README.md`), and our checks name you when a change would break you.",
    "",
    "**Without Kafka.** `make run` keeps the bus in `VAR_DIR/bus.db`, which you can read:",
    "",
    "    sqlite3 -readonly var/bus.db 'SELECT \"offset\", topic, key, headers, value FROM log'",
)
"""How somebody outside reads the events."""


def events_page(handled: Mapping[str, list[str]]) -> str:
    """Return the page of all events in words; ``handled`` names the listeners of each type."""
    lines = [
        "# Events",
        "",
        "Generated from `libs/common/contracts`. CloudEvents 1.0 in binary mode: these headers,",
        "and the data below as JSON.",
        "",
        *READING,
        "",
        "| header | meaning |",
        "| --- | --- |",
        *[f"| `{name}` | {words} |" for name, words in HEADERS.items()],
    ]
    for publisher, events in by_publisher().items():
        lines += ["", f"## {publisher}"]
        for event in events:
            lines += _section(event, handled.get(event.type(), []))
    return "\n".join(lines) + "\n"


def _section(event: type[Event], listeners: list[str]) -> list[str]:
    return [
        "",
        f"### {event.__name__}",
        "",
        words(event),
        "",
        f"`{event.type()}`, keyed by `{event.key}`.",
        f"Handled by {', '.join(listeners) or 'nobody yet'}.",
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
