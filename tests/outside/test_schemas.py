"""JSON Schemas, examples and references, read by the validator of the Python package jsonschema."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from libs.common.contracts import REGISTRY, Event
from libs.common.contracts.catalogue import schemas
from libs.common.messaging.asyncapi import asyncapi

DOCS = Path(__file__).parents[2] / "docs" / "api"
SAMPLES = Path(__file__).parents[1] / "contracts" / "samples"
FROM_BEFORE = {"ce_sequence": "12", "ce_dataschema": "urn:sssen:schema:any"}
"""How messages have it that are on the topics from before, for these are kept for ever."""
CATALOGUE = asyncapi()
SCHEMAS = schemas()
EVENTS = [pytest.param(event, id=event.type()) for event in REGISTRY.values()]


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


@pytest.mark.parametrize("event", EVENTS)
def test_a_schema_takes_its_sample_and_nothing_less(event: type[Event]) -> None:
    schema = SCHEMAS[event.type()]
    sample = json.loads((SAMPLES / f"{event.__name__}.v{event.major}.json").read_text())
    reading = validator(schema)
    reading.validate(sample | {"added_later": 1})
    for name in schema["required"]:
        with pytest.raises(ValidationError):
            reading.validate({key: value for key, value in sample.items() if key != name})


@pytest.mark.parametrize("event", EVENTS)
def test_an_example_is_valid_and_can_be_read(event: type[Event]) -> None:
    message = CATALOGUE["components"]["messages"][event.type()]
    (example,) = message["examples"]
    validator(SCHEMAS[event.type()]).validate(example["payload"])
    headers = validator(message["headers"])
    headers.validate(example["headers"])
    headers.validate(example["headers"] | FROM_BEFORE)
    data = json.dumps(example["payload"]).encode()
    read = event.read(data)
    assert json.loads(read.model_dump_json()) == example["payload"]
    assert str(read.aggregate_id) == example["headers"]["ce_subject"]


def references(document: Any) -> Iterator[str]:
    """Yield every reference in a document, wherever it stands."""
    if isinstance(document, dict):
        if isinstance(document.get("$ref"), str):
            yield document["$ref"]
        document = list(document.values())
    if isinstance(document, list):
        for one in document:
            yield from references(one)


def leads_somewhere(document: Any, reference: str) -> bool:
    root, *steps = reference.split("/")
    for step in steps:
        document = document.get(step.replace("~1", "/").replace("~0", "~"), {})
    return root == "#" and document != {}


def test_every_reference_in_every_document_leads_somewhere() -> None:
    documents = {path.name: json.loads(path.read_text()) for path in DOCS.rglob("*.json")}
    found = {(name, one) for name, document in documents.items() for one in references(document)}
    assert len(found) > 100
    assert [(n, one) for n, one in found if not leads_somewhere(documents[n], one)] == []
    assert not leads_somewhere(documents["asyncapi.json"], "#/$defs/CodedAnswer")


def test_every_schema_has_the_address_it_is_served_at() -> None:
    for type_, schema in schemas("https://sen.other.example").items():
        publisher = REGISTRY[type_].publisher
        assert schema["$id"] == f"https://sen.other.example/{publisher}/schemas/{type_}.json"
