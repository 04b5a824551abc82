"""An example of each event, made from its schema: the documents show it, and it can be read."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from libs.common.contracts import Envelope, Event

AT: Final = datetime(2019, 1, 15, 9, 30, tzinfo=UTC)
_TEXTS: Final = {
    "academic_year": "2018-19",
    "area": "A1",
    "code": "A1",
    "establishment_type": "01",
    "month": "2019-01",
    "needs": "MLD",
    "plan_type": "EHC",
    "position": "P6",
    "questionnaire": "schools",
    "scale": "P",
    "scheme": "SSSEN-DEFAULT",
    "year_group": "5",
}
"""What stands in the fields that hold a text of no stated form; in others, the field's name."""


def example(event: type[Event]) -> Envelope:
    """Return an event of a type as it travels; everything in it is made up, and always the same."""
    schema = event.model_json_schema()
    data = event.read(json.dumps(_value(schema, "", schema.get("$defs", {}))).encode())
    return Envelope(
        id=_id(event.type()),
        source=event.publisher,
        type=event.type(),
        subject=data.aggregate_id,
        sequence=1,
        time=AT,
        data=data.model_dump_json().encode(),
    )


def _id(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, name)


def _value(schema: Mapping[str, Any], name: str, defs: Mapping[str, Any]) -> Any:
    """Return a value that a schema takes, for the field of a name."""
    match schema:
        case {"examples": [first, *_]} | {"const": first} | {"enum": [first, *_]}:
            return first
        case {"$ref": ref}:
            return _value(defs[ref.rpartition("/")[2]], name, defs)
        case {"anyOf": [first, *_]}:
            return _value(first, name, defs)
        case {"type": "object", "properties": properties}:
            return {field: _value(one, field, defs) for field, one in properties.items()}
        case {"type": "array", "items": items}:
            return [_value(items, name, defs)]
        case _:
            return _single(schema, name)


def _single(schema: Mapping[str, Any], name: str) -> Any:
    match schema:
        case {"type": "integer"}:
            return max(1, schema.get("minimum", 1))
        case {"type": "boolean"}:
            return False
        case {"format": "uuid"}:
            return str(_id(name))
        case {"format": "date"}:
            return AT.date().isoformat()
        case _:
            return _TEXTS.get(name, name.replace("_", "-"))
