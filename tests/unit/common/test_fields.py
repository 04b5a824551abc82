"""The types fields are made of: one written form each, near misses refused."""

import unicodedata
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from libs.common.core.fields import (
    Code,
    Day,
    Identifier,
    Instant,
    LongText,
    Reference,
    Strict,
    StrictBool,
    StrictInt64,
    Text,
)


def accepts(kind: Any, value: object) -> bool:
    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError:
        return False
    return True


def read(kind: Any, value: object) -> Any:
    return TypeAdapter(kind).validate_python(value)


@pytest.mark.parametrize("value", [0, -1, 2**63 - 1, -(2**63)])
def test_a_whole_number_fits_64_bits(value: int) -> None:
    assert read(StrictInt64, value) == value


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, "12", 1.0, True, None, [], "yes"])
def test_a_near_miss_is_no_whole_number(value: object) -> None:
    assert not accepts(StrictInt64, value)


@pytest.mark.parametrize("value", ["yes", "true", 1, 0, 1.0, None])
def test_a_near_miss_is_no_flag(value: object) -> None:
    assert read(StrictBool, True) is True
    assert not accepts(StrictBool, value)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-02-29", date(2024, 2, 29)),
        ("1900-01-01", date(1900, 1, 1)),
        ("2199-12-31", date(2199, 12, 31)),
    ],
)
def test_a_day_is_written_year_month_day(text: str, day: date) -> None:
    assert read(Day, text) == day


def test_a_day_that_is_one_already_stays() -> None:
    assert read(Day, date(2020, 1, 2)) == date(2020, 1, 2)


@pytest.mark.parametrize(
    "value",
    [
        "2024-02-30",
        "2023-02-29",
        "0000-01-01",
        "9999-12-31",
        "10000-01-01",
        "1899-12-31",
        "2200-01-01",
        "2024-1-2",
        "20240102",
        "2024-W01-1",
        "2024-01-02T00:00:00",
        "2024-001",
        "2024-01-02T00:00:00Z",
        " 2024-01-02",
        "2024-01-02\n",
        "\u0662\u0660\u0662\u0664-01-02",
        "",
        "today",
        "1",
        0,
        1577836800,
        1577836800000,
        1.5,
        True,
        None,
        [2024, 1, 2],
        datetime(2024, 1, 2, tzinfo=UTC),
        date(1899, 12, 31),
    ],
)
def test_a_near_miss_is_no_day(value: object) -> None:
    assert not accepts(Day, value)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2019-01-31T09:30:00Z", datetime(2019, 1, 31, 9, 30, tzinfo=UTC)),
        ("2019-01-31T09:30:00.250+01:00", datetime(2019, 1, 31, 8, 30, 0, 250000, UTC)),
        ("2019-03-31T01:30:00+00:00", datetime(2019, 3, 31, 1, 30, tzinfo=UTC)),
    ],
)
def test_an_instant_becomes_utc(text: str, instant: datetime) -> None:
    assert read(Instant, text) == instant
    assert read(Instant, text).tzinfo is UTC


@pytest.mark.parametrize(
    "value",
    [
        "2019-01-31T09:30:00",
        "2019-01-31",
        "2019-01-31 09:30:00Z",
        "2019-01-31T24:00:00Z",
        "2019-01-31T23:59:60Z",
        "2019-02-30T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "1899-12-31T23:59:59Z",
        "2019-01-31T09:30Z",
        "2019-01-31T09:30:00+24:00",
        "2019-01-31T09:30:00Z\n",
        "2019-01-31T09:30:00+0100",
        1577836800,
        0,
        1.0,
        True,
        None,
        datetime(2019, 1, 31),  # noqa: DTZ001 - what is refused
    ],
)
def test_a_near_miss_is_no_instant(value: object) -> None:
    assert not accepts(Instant, value)


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "é",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "O'Brien; DROP TABLE child",
        "{{7*7}}",
        "${jndi:ldap://x}",
        "%00",
        "x" * 200,
        " padded ",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "\u0430dmin",
        "Z\u0338\u0327a\u0337l\u0335g\u0336o",
        "<script>",
        "a\u200eb",
    ],
)
def test_text_is_kept_as_it_was_given(text: str) -> None:
    assert read(Text, text) == unicodedata.normalize("NFC", text)
    assert len(read(Text, text)) == len(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        " \xa0\u3000",
        "\u200b",
        "\u200b\u200d\ufeff",
        "\u2060",
        "\u3164",
        "\u2800",
        "\u0301",
        "\xad",
        "\x00",
        "a\x00",
        "\x1b[31mred",
        "a\rb",
        "a\nb",
        "a\tb",
        "a\x7f",
        "a\x85b",
        "a\x9b",
        "a\u202eb",
        "\u202aab\u202c",
        "a\u2066b",
        "a\u2028b",
        "a\ud800",
        "x" * 201,
        "e" + "\u0301" * 32,
    ],
)
def test_text_that_cannot_be_read_is_refused(text: str) -> None:
    assert not accepts(Text, text)


@pytest.mark.parametrize("value", [1, None, b"bytes", ["a"]])
def test_text_is_text(value: object) -> None:
    assert not accepts(Text, value)


def test_two_writings_of_one_text_become_one() -> None:
    assert read(Text, "Zoe\u0308") == read(Text, "Zo\u00eb") == "Zo\u00eb"


def test_text_that_grows_by_normalising_is_measured_afterwards() -> None:
    assert not accepts(Text, "\u0958" * 200)


def test_long_text_may_have_lines() -> None:
    assert read(LongText, "one\r\ntwo\n\tthree") == "one\r\ntwo\n\tthree"
    assert accepts(LongText, "x" * 4000)


@pytest.mark.parametrize("text", ["a\rb", "\n\n", "x" * 4001, "a\x00", "a\u202eb", "a\x0bb", ""])
def test_long_text_is_readable_all_the_same(text: str) -> None:
    assert not accepts(LongText, text)


@given(st.text(max_size=60))
def test_accepted_text_is_stable(text: str) -> None:
    if accepts(LongText, text):
        once = read(LongText, text)
        assert read(LongText, once) == once


@pytest.mark.parametrize("text", ["A", "p-4.1_x", "9", "x" * 40])
def test_a_code_is_short_and_plain(text: str) -> None:
    assert read(Code, text) == text


@pytest.mark.parametrize("text", ["", "-a", ".a", "x" * 41, "a b", "a\n", "é", "a/b", 1, None])
def test_other_text_is_no_code(text: object) -> None:
    assert not accepts(Code, text)


@pytest.mark.parametrize("text", ["A", "SEN/2019:00-1.x_y", "x" * 64])
def test_a_reference_may_have_slashes_and_colons(text: str) -> None:
    assert read(Reference, text) == text


@pytest.mark.parametrize("text", ["", "/a", "x" * 65, "a b", "a\n", "a?b", "a%2f", 1])
def test_other_text_is_no_reference(text: object) -> None:
    assert not accepts(Reference, text)


A_UUID = "0b5d1c1e-6f0a-4f62-9d5e-1f2a3b4c5d6e"


def test_an_identifier_has_one_form() -> None:
    assert read(Identifier, A_UUID) == UUID(A_UUID)
    assert read(Identifier, UUID(A_UUID)) == UUID(A_UUID)


@pytest.mark.parametrize(
    "text",
    [
        A_UUID.upper(),
        f"{{{A_UUID}}}",
        f"urn:uuid:{A_UUID}",
        A_UUID.replace("-", ""),
        f"{A_UUID}0",
        f"{A_UUID}\n",
        "",
        1,
        None,
    ],
)
def test_another_form_is_no_identifier(text: object) -> None:
    assert not accepts(Identifier, text)


class Review(Strict):
    """A body."""

    day: Day
    hours: StrictInt64


GOOD = {"day": "2019-01-31", "hours": 2}


@pytest.mark.parametrize("name", ["id", "__proto__", "constructor", "__class__", "model_config"])
def test_a_field_nobody_declared_is_refused(name: str) -> None:
    assert Review.model_validate(GOOD).hours == 2
    with pytest.raises(ValidationError):
        Review.model_validate({**GOOD, name: 1})


def test_a_body_does_not_change_once_made() -> None:
    review = Review.model_validate(GOOD)
    with pytest.raises(ValidationError):
        review.hours = 3  # type: ignore[misc]


def test_a_failed_body_does_not_print_its_input() -> None:
    with pytest.raises(ValidationError) as caught:
        Review.model_validate({**GOOD, "hours": "zzcanaryzz"})
    assert "zzcanaryzz" not in str(caught.value)


def test_the_schema_tells_callers_the_forms() -> None:
    schema = Review.model_json_schema()["properties"]
    assert schema["day"]["format"] == "date"
    assert TypeAdapter(Text).json_schema()["maxLength"] == 200
