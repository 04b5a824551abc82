"""A plain event is what `Event.read` reads, attribute by attribute, and never what it refuses."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any, cast
from uuid import UUID

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, field_validator

from libs.common.contracts import REGISTRY, Event, UnreadableEvent
from libs.common.contracts.base import Coded
from libs.common.contracts.plain import plain
from tests.contracts.test_codes import EVENTS, of_tomorrow, sample_of

CODES = st.text("ab-9_.", min_size=1, max_size=12)
TEXT = CODES | st.text(max_size=8) | st.just("1" * 10) | st.just("\x7f")
NUMBERS = st.integers() | st.sampled_from([2**31, 2**31 - 1, -(2**31), -(2**31) - 1, 2**70])


def drawn(part: type[BaseModel], draw: st.DrawFn) -> dict[str, Any]:
    """Draw what a part of an event may hold, by its declaration."""
    return {name: draw(_type(field.annotation)) for name, field in part.model_fields.items()}


def _type(type_: Any) -> st.SearchStrategy[Any]:
    if isinstance(type_, type) and issubclass(type_, BaseModel):
        return st.composite(lambda draw: drawn(type_, draw))()
    if getattr(type_, "__origin__", None) is tuple:
        return st.lists(_type(type_.__args__[0]), max_size=3)
    if type_ in {int, str}:
        return {int: NUMBERS, str: TEXT}[type_]
    if (choices := getattr(type_, "__args__", ())) and type(None) in choices:
        return st.one_of(*map(_type, choices))
    return st.from_type(type_)


@st.composite
def written(draw: st.DrawFn) -> tuple[type[Event], bytes]:
    """Draw an event as it might be written, by us, by an earlier version, or by somebody else."""
    event = draw(st.sampled_from(EVENTS))
    made = event.model_construct(**drawn(event, draw))
    added = {name for name, field in event.model_fields.items() if not field.is_required()}
    unset = draw(st.sets(st.sampled_from(sorted(added)))) if added else set()
    return event, made.model_dump_json(exclude=unset, warnings=False).encode()


def spaced(data: bytes) -> bytes:
    return json.dumps(json.loads(data)).encode()


def turned(data: bytes) -> bytes:
    return json.dumps(dict(reversed(json.loads(data).items())), separators=(",", ":")).encode()


def doubled(data: bytes) -> bytes:
    return data[:-1] + b"," + data[1:]


def more(data: bytes) -> bytes:
    return data[:-1] + b',"added_later":null}'


REWRITTEN: list[Callable[[bytes], bytes]] = [spaced, turned, doubled, more]
BYTES = st.sampled_from([bytes([n]) for n in b'0123456789-+.eE"\\{}[],:ntfa \x00\x7f\xc3'] + [b""])


def attributes(value: Any) -> Any:
    """Return an event of either kind as plain data, with the types of what it holds."""
    if isinstance(value, msgspec.Struct):
        return {name: attributes(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, BaseModel):
        return {name: attributes(getattr(value, name)) for name in type(value).model_fields}
    if isinstance(value, tuple):
        return tuple(map(attributes, value))
    return type(value), value


def agrees(event: type[Event], data: bytes) -> bool:
    """Check that a plain event is what the event is; say whether it was plain."""
    found = plain(event).read(data)
    if found is None:
        return False
    read = event.read(data)
    assert attributes(found) == attributes(read)
    assert found.aggregate_id == read.aggregate_id
    assert (found.publisher, found.declaration) == (event.publisher, event)
    assert found.type() == event.type()
    return True


@given(written())
def test_a_plain_event_is_read_as_it_always_was(one: tuple[type[Event], bytes]) -> None:
    agrees(*one)


@given(written(), st.sampled_from(REWRITTEN))
def test_what_is_not_to_the_letter_is_not_plain(
    one: tuple[type[Event], bytes], rewritten: Callable[[bytes], bytes]
) -> None:
    event, data = one
    assume(data != rewritten(data))
    assert not agrees(event, rewritten(data))


@given(written(), st.lists(st.tuples(st.integers(0, 2_000), BYTES, st.booleans()), min_size=1))
def test_bytes_changed_anywhere_never_make_plain_what_is_refused(
    one: tuple[type[Event], bytes], changes: list[tuple[int, bytes, bool]]
) -> None:
    event, data = one
    for place, byte, is_instead in changes:
        at = place % (len(data) + 1)
        data = data[:at] + byte + data[at + is_instead :]
    agrees(event, data)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_every_event_is_plain_as_we_write_it_and_as_it_was_written_before(
    event: type[Event],
) -> None:
    made = event.model_validate(sample_of(event))
    assert agrees(event, made.model_dump_json().encode())
    assert agrees(event, made.model_dump_json(exclude_unset=True).encode())


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_what_was_added_to_an_event_is_not_known_of_one_from_before(event: type[Event]) -> None:
    fields = event.model_fields.items()
    added = {name for name, field in fields if not field.is_required()}
    data = event.model_validate(sample_of(event)).model_dump_json(exclude=added).encode()
    found = plain(event).read(data)
    assert found is not None
    assert all(getattr(found, name) == event.model_fields[name].default for name in added)


def test_a_code_of_tomorrow_is_not_plain() -> None:
    tried = [event for event in EVENTS if of_tomorrow(event) != sample_of(event)]
    assert len(tried) > 10
    for event in tried:
        data = json.dumps(of_tomorrow(event), separators=(",", ":")).encode()
        assert plain(event).read(data) is None


@pytest.mark.parametrize("value", [2**31, -(2**31) - 1])
def test_a_number_that_a_database_has_no_room_for_is_not_plain(value: int) -> None:
    event = REGISTRY["uk.sssen.survey.TrainingDelivered.v1"]
    made = event.model_construct(**sample_of(event) | {"delegates": value})
    data = made.model_dump_json(warnings=False).encode()
    assert plain(event).read(data) is None
    with pytest.raises(UnreadableEvent):
        event.read(data)


class Within(Coded):
    """A part whose field was added later: what its earlier version wrote is not asked yet."""

    code: str
    added: str | None = None


def with_validator(_: type[Any], value: str) -> str:
    return value


@pytest.mark.parametrize(
    "fields",
    [
        {"field": (str, Field(max_length=3))},
        {"field": (str, Field(alias="other"))},
        {"field": (float, ...)},
        {"field": (tuple[str, str], ...)},
        {"part": (Within, ...)},
        {"day": (date, ...), "__validators__": {"day": field_validator("day")(with_validator)}},
    ],
    ids=["limit", "alias", "float", "pair", "part", "validator"],
)
def test_a_declaration_that_says_more_than_a_struct_can_is_refused(fields: dict[str, Any]) -> None:
    validators = fields.pop("__validators__", {})
    annotations = {name: type_ for name, (type_, _) in fields.items()}
    defaults = {name: info for name, (_, info) in fields.items() if info is not ...}
    body = {"__annotations__": {"id": UUID, **annotations}, "__module__": __name__}
    registered = dict(REGISTRY)
    try:
        made = cast(Any, type(Event))(
            "Made", (Event,), {**body, **defaults, **validators}, publisher="survey", key="id"
        )
    finally:
        REGISTRY.clear()
        REGISTRY.update(registered)
    with pytest.raises(TypeError):
        plain(made)
