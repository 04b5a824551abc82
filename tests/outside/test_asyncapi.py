"""The catalogue of events, read by the AsyncAPI initiative's own parser."""

import json
from typing import Any

import pytest

from libs.common.contracts import REGISTRY
from libs.common.messaging.asyncapi import asyncapi
from tests.outside.readers import said

pytestmark = pytest.mark.node


def parsed(document: dict[str, Any]) -> Any:
    return said("node", "asyncapi.cjs", given=json.dumps(document))


def test_the_parser_reads_every_message_with_its_key_headers_and_example() -> None:
    found = parsed(asyncapi())
    assert found["said"] == [["asyncapi-latest-version", "asyncapi"]]  # 3.1: see the rule file
    assert found["servers"] == ["kafka-secure"]
    assert set(found["messages"]) == set(REGISTRY)
    for type_, message in found["messages"].items():
        assert message["channel"] == REGISTRY[type_].publisher
        assert (message["content"], message["key"]) == ("application/json", "uuid")
        assert message["examples"] == 1
        assert {"ce_id", "ce_sequence", "ce_partitionkey", "content-type"} <= set(
            message["required"]
        )


def test_the_parser_refuses_a_reference_that_leads_nowhere() -> None:
    document = asyncapi()
    document["components"]["schemas"].pop("survey.CodedAnswer")
    assert "invalid-ref" in {code for code, *_ in parsed(document)["said"]}
