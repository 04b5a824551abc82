"""Bodies that are no JSON document of ours, to every operation that takes one."""

import json
from typing import Any

import pytest

from libs.common.http.bodies import MOST_BODY_BYTES
from tests.proof.hostile.operations import (
    WRITES,
    drawn,
    in_one_world,
    nothing_stored,
    refused,
    sent,
)
from tests.worlds import World

CANARY = "zz canary"
MILLION = 1_000_000


def test_there_are_operations_to_try() -> None:
    assert len(WRITES) > 30


BODIES: dict[str, tuple[bytes, int]] = {
    "truncated": (b'{"zz canary":"zz canary', 400),
    "a trailing comma": (b'{"zz canary":1,}', 400),
    "a comment": (b'{"zz canary":1}//zz canary', 400),
    "two documents": (b'{"zz canary":1}{"zz canary":1}', 400),
    "empty": (b"", 400),
    "blanks": (b" \r\n\t", 400),
    "a key twice": (b'{"zz canary":1,"zz canary":2}', 400),
    "a key twice, deep": (b'{"a":[{"b":{"zz canary":1,"zz canary":2}}]}', 400),
    "NaN": (b'{"zz canary":NaN}', 400),
    "Infinity": (b'{"zz canary":[Infinity]}', 400),
    "a number beyond floats": (b'{"zz canary":1e999}', 400),
    "a number of 5,000 digits": (b'{"zz canary":' + b"9" * 5_000 + b"}", 422),
    "2 to the 63": (b'{"zz canary":9223372036854775808}', 422),
    "minus zero": (b'{"zz canary":-0}', 422),
    "NUL in a value": (b'{"a":"zz canary\\u0000"}', 422),
    "NUL in a key": (b'{"zz canary\\u0000":1}', 422),
    "a raw NUL": (b'{"zz canary":"\x00"}', 400),
    "a lone surrogate": (b'{"zz canary":"\\ud800"}', 400),
    "a lone surrogate as a key": (b'{"\\udfffzz canary":1}', 400),
    "not UTF-8": (b'{"zz canary":"\xff"}', 400),
    "overlong UTF-8": (b'{"zz canary":"\xc0\xaf"}', 400),
    "UTF-16": ('{"zz canary":1}'.encode("utf-16"), 400),
    "a byte-order mark": (b'\xef\xbb\xbf{"zz canary":1}', 400),
    "33 levels": (b"[" * 33 + b"]" * 33, 400),
    "100,000 levels": (b'{"a":' * 100_000, 400),
    "objects within a field": (b'{"reference":' + b'{"a":' * 33 + b"1" + b"}" * 34, 400),
    "a million elements": (b"[" + b"0," * 400_000 + b"0]", 413),
    "too many keys": (b"{" + b",".join(b'"%d":0' % n for n in range(101_000)) + b"}", 413),
    "more than a megabyte": (b'"' + b"x" * MOST_BODY_BYTES + b'"', 413),
    "null": (b"null", 422),
    "a number": (b"7", 422),
    "text": (b'"zz canary"', 422),
    "a list of lists": (b'[["zz canary"]]', 422),
    "an object with nothing of ours": (b'{"zz canary":"zz canary"}', 422),
}


@pytest.mark.parametrize("name", BODIES)
@in_one_world
async def test_a_body_that_cannot_be_read_is_refused_everywhere(
    one_world: World, name: str
) -> None:
    body, status = BODIES[name]
    for operation in drawn(WRITES):
        answer = await sent(one_world, operation, body)
        refused(answer, status)
        assert CANARY not in answer.text, operation
    await nothing_stored(one_world)


KINDS: dict[str, dict[str, str]] = {
    "none": {"Content-Type": ""},
    "text": {"Content-Type": "text/plain"},
    "a form": {"Content-Type": "application/x-www-form-urlencoded"},
    "parts": {"Content-Type": "multipart/form-data; boundary=x"},
    "UTF-7": {"Content-Type": "application/json; charset=utf-7"},
    "UTF-16": {"Content-Type": "application/json; charset=utf-16"},
    "another parameter": {"Content-Type": "application/json; charset=utf-8; charset=utf-7"},
    "almost JSON": {"Content-Type": "application/jsonp"},
    "JSON in a list": {"Content-Type": "text/plain, application/json"},
    "a patch": {"Content-Type": "application/merge-patch+json"},
    "gzip": {"Content-Encoding": "gzip"},
    "gzip twice": {"Content-Encoding": "gzip, gzip"},
    "an unknown coding": {"Content-Encoding": "zz canary"},
    "identity and gzip": {"Content-Encoding": "identity, gzip"},
}


@pytest.mark.parametrize("name", KINDS)
@in_one_world
async def test_a_body_of_another_kind_is_refused_everywhere(one_world: World, name: str) -> None:
    for operation in drawn(WRITES):
        answer = await sent(one_world, operation, operation.example(), **KINDS[name])
        assert refused(answer, 415)["code"] == "unsupported-media-type"
        assert CANARY not in answer.text
    await nothing_stored(one_world)


@pytest.mark.parametrize("media", ["application/json", 'APPLICATION/JSON; charset="UTF-8"'])
@in_one_world
async def test_json_by_any_of_its_names_is_read(one_world: World, media: str) -> None:
    for operation in drawn(WRITES):
        answer = await sent(one_world, operation, b"7", **{"Content-Type": media})
        refused(answer, 422)


NOT_OURS = (
    *("id", "la_code", "team", "status", "state", "version", "row_version", "event_version"),
    *("created_by", "recorded_by", "decided_by", "role", "roles", "is_admin", "permission"),
    *(
        "__proto__",
        "constructor",
        "prototype",
        "__class__",
        "model_config",
        "allowed",
        "outcome_id",
    ),
)


def read_only(operation: Any) -> set[str]:
    """Return the fields that an operation answers with."""
    names: set[str] = set()
    for status in ("200", "201"):
        schema = operation.details["responses"].get(status, {}).get("content", {})
        found = operation.resolved(schema.get("application/json", {}).get("schema", {}))
        names |= set(operation.resolved(found.get("items", found)).get("properties", {}))
    return names


@pytest.mark.parametrize("operation", WRITES, ids=str)
@in_one_world
async def test_a_field_that_is_not_the_callers_to_set_is_refused(
    one_world: World, operation: Any
) -> None:
    """Every field of the answer and every field one might try, in every object of the body."""
    tried = 0
    for where in operation.objects():
        own = _inside(operation.example(), where)
        wrong = sorted((read_only(operation) | set(NOT_OURS)) - own.keys())
        body = operation.example()
        _inside(body, where).update(dict.fromkeys(wrong, CANARY))
        answer = await sent(one_world, operation, body)
        problem = refused(answer, 422)
        unknown = [one for one in problem["errors"] if one["code"] == "unknown-field"]
        assert len(unknown) == len(wrong), (where, answer.text)
        assert CANARY not in answer.text
        tried += len(wrong)
    assert tried >= len(NOT_OURS) - 3
    await nothing_stored(one_world)


def _inside(body: Any, where: Any) -> Any:
    for part in where:
        body = body[part]
    return body


@pytest.mark.parametrize("operation", WRITES, ids=str)
@in_one_world
async def test_all_that_is_missing_is_named_at_once(one_world: World, operation: Any) -> None:
    schema = operation.resolved(operation.body)
    item = operation.resolved(schema.get("items", schema))
    answer = await sent(one_world, operation, [{}] if "items" in schema else {})
    prefix = "/0" if "items" in schema else ""
    if "required" not in item and answer.status_code != 422:
        assert answer.status_code in {200, 201, 404}, answer.text
        return  # nothing is missing
    named = {one.get("pointer", "") for one in refused(answer, 422)["errors"]}
    if named == {""} and "required" not in item:
        return  # one of several will do
    # A push that makes nothing new may leave out all that is there; one that does is told the rest.
    needed = item.get("required") or item["properties"]
    assert named
    assert named <= {f"{prefix}/{name}" for name in needed}
    assert "required" not in item or len(named) == len(needed)
    await nothing_stored(one_world)


@in_one_world
async def test_a_million_faults_are_answered_in_few_words(one_world: World) -> None:
    for operation in drawn(WRITES):
        body = {f"{CANARY}{n}": 1 for n in range(31_000)}
        answer = await sent(one_world, operation, json.dumps(body).encode())
        assert len(refused(answer, 422).get("errors", [])) <= 100
        assert len(answer.content) < 20_000
        assert CANARY not in answer.text
