"""Pages: how many items, and where the next begins."""

from uuid import UUID

import pytest
from pydantic import TypeAdapter, ValidationError

from libs.common.http.paging import PAGE_CAP, PAGE_DEFAULT, PageSize, page

IDS = [UUID(int=number) for number in range(1, 6)]


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


def test_a_page_says_where_the_next_begins() -> None:
    first = page(IDS[:3], 2, lambda one: one)  # the third says only that the list goes on
    assert (first.items, first.next) == (IDS[:2], IDS[1])


@pytest.mark.parametrize("rows", [[], IDS[:1], IDS[:2]])
def test_the_last_page_has_no_next(rows: list[UUID]) -> None:
    last = page(rows, 2, lambda one: one)
    assert (last.items, last.next) == (rows, None)


def test_the_schema_tells_callers_the_limits() -> None:
    schema = TypeAdapter(PageSize).json_schema()
    assert schema == {"type": "integer", "minimum": 1, "maximum": 200}
