"""Cursors nobody can make up, and pages nobody can make too large."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from libs.common.errors import BadRequest
from libs.common.paging import PAGE_CAP, PAGE_DEFAULT, Cursors, Page, PageSize

KEY = bytes(range(32))
CURSORS = Cursors(KEY)
POSITIONS = st.lists(st.text(st.characters(codec="utf-8"), max_size=40) | st.integers(), max_size=4)


@given(POSITIONS)
def test_a_cursor_leads_back_to_its_position(position: list[str | int]) -> None:
    cursor = CURSORS.encode(position)
    assert CURSORS.decode(cursor) == tuple(position)
    assert cursor.replace("-", "").replace("_", "").isalnum()


def test_a_cursor_changed_anywhere_is_refused() -> None:
    raw = base64.urlsafe_b64decode(CURSORS.encode(["2019-01-31", 7]) + "==")
    for place in range(len(raw)):
        forged = bytearray(raw)
        forged[place] ^= 1
        with pytest.raises(BadRequest) as caught:
            CURSORS.decode(base64.urlsafe_b64encode(forged).rstrip(b"=").decode())
        assert caught.value.code == "cursor-not-valid"


@pytest.mark.parametrize(
    "text",
    ["", "zzcanaryzz", "é", "a", "====", "x" * 10_000, "\x00", "../..", "WyJhIl0", "a b", "AAAA\n"],
)
def test_any_other_text_is_no_cursor(text: str) -> None:
    with pytest.raises(BadRequest) as caught:
        CURSORS.decode(text)
    assert caught.value.code == "cursor-not-valid"
    assert "zzcanaryzz" not in repr(caught.value.faults) + caught.value.detail


@given(st.text(max_size=100))
def test_no_text_at_all_breaks_the_reader(text: str) -> None:
    with pytest.raises(BadRequest):
        CURSORS.decode(text)


def test_a_cursor_of_another_key_is_refused() -> None:
    with pytest.raises(BadRequest):
        CURSORS.decode(Cursors(bytes(32)).encode(["a"]))


def test_a_short_key_signs_nothing() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Cursors(b"short")


@pytest.mark.parametrize("value", ["1", "50", "200", 1, 200])
def test_a_page_holds_one_to_two_hundred(value: str | int) -> None:
    assert TypeAdapter(PageSize).validate_python(value) == int(value)
    assert PAGE_DEFAULT <= PAGE_CAP == 200


@pytest.mark.parametrize(
    "value",
    [
        "0",
        "-1",
        "201",
        "1000000000",
        "9" * 5000,
        "1.0",
        "1_0",
        " 5",
        "+5",
        "",
        "\u0665",
        "true",
        "all",
        0,
        -1,
        201,
        10**9,
        True,
        1.0,
        None,
    ],
)
def test_no_other_page_size_is_taken(value: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(PageSize).validate_python(value)


def test_a_page_says_whether_there_is_another() -> None:
    last = Page[int](items=(1, 2))
    assert last.model_dump(mode="json") == {"items": [1, 2], "next": None}
    more = Page[int].model_validate({"items": [1], "next": "abc"})
    assert more.next == "abc"
    with pytest.raises(ValidationError):
        Page[int].model_validate({"items": ["Ann"]})


def test_the_schema_tells_callers_the_limits() -> None:
    schema = TypeAdapter(PageSize).json_schema()
    assert schema == {"type": "integer", "minimum": 1, "maximum": 200}
