"""Rows of a file that may depend on each other stay together, in the order of the file."""

from collections.abc import Collection, Hashable, Iterator
from typing import Any, cast

import pytest

from libs.common.core.chunks import MOST_AT_ONCE, chunked
from libs.common.core.errors import TooLarge
from libs.common.imports import (
    MOST_ROWS,
    CommandOutcome,
    ImportKind,
    form_of,
    gathered,
    named_by,
    numbered,
    read_rows,
)
from libs.common.imports.gathering import ROWS_AT_A_TIME
from libs.common.imports.groups import chunks, groups
from libs.common.persistence.uow import UnitOfWork
from services.referral.staff.commands import TeamRow
from tests.unit.common.loops import turns_during

GROUPS: list[tuple[list[Collection[Hashable]], list[list[int]]]] = [
    ([], []),
    ([(), (), ()], [[0], [1], [2]]),
    ([{"a"}, {"b"}, {"a"}], [[0, 2], [1]]),
    ([{"a"}, {"b"}, {"c"}, {"b", "a"}], [[0, 1, 3], [2]]),
    ([{"c"}, {"a"}, {"b"}, {"a", "b"}, {"b", "c"}], [[0, 1, 2, 3, 4]]),
    ([{("urn", 1)}, {("la", 1)}], [[0], [1]]),
]


@pytest.mark.parametrize(("names", "expected"), GROUPS)
def test_rows_that_share_a_name_or_are_linked_stay_together(
    names: list[Collection[Hashable]], expected: list[list[int]]
) -> None:
    assert groups(names) == expected


def test_a_chunk_takes_whole_groups_and_a_large_group_is_a_chunk() -> None:
    grouped = [[0, 1], [2], [3, 4], [5, 6, 7, 8, 9], [10]]
    assert list(chunks(grouped, 3)) == [[[0, 1], [2]], [[3, 4]], [[5, 6, 7, 8, 9]], [[10]]]
    assert list(chunks([], 3)) == []


def test_a_list_is_asked_about_in_parts_and_each_value_once() -> None:
    values = [*range(MOST_AT_ONCE + 1), 0, 1]
    assert [len(chunk) for chunk in chunked(values)] == [MOST_AT_ONCE, 1]


async def test_a_file_of_too_many_rows_is_refused_and_of_just_so_many_is_read() -> None:
    assert len(list(numbered(range(MOST_ROWS)))) == MOST_ROWS
    with pytest.raises(TooLarge, match="too-many-rows"):
        list(numbered(range(MOST_ROWS + 1)))


async def test_others_have_their_turn_while_rows_are_read() -> None:
    def rows() -> Iterator[int]:
        yield from range(50 * ROWS_AT_A_TIME)

    found, turns = await turns_during(gathered(rows()))
    assert len(found) == 50 * ROWS_AT_A_TIME
    assert turns >= 50


@pytest.mark.parametrize("media", ["application/x-ndjson", "text/csv"])
async def test_others_have_their_turn_while_a_file_of_many_rows_is_read(media: str) -> None:
    body = b"code,name,area,formed_on\n" * (media == "text/csv") + b"0,0,0,0,0\n" * 5_000
    kind = ImportKind("teams", TeamRow, "team.write", _team, named_by("code"))
    found, turns = await turns_during(gathered(read_rows(form_of(media, body, kind), body, kind)))
    assert len(found) == 5_000
    assert all(row.refusal is not None for row in found)
    assert turns >= 50


async def _team(_: UnitOfWork, __: TeamRow) -> CommandOutcome:
    raise AssertionError("nothing is carried out here")


async def test_a_field_without_a_value_names_nothing() -> None:
    about = named_by("code", ("name", "disbanded_on"))
    team = {"name": "N", "area": "N", "formed_on": "2014-09-01"}
    rows = [TeamRow.model_validate({"code": code, **team}) for code in ("A", "B")]
    (one, other) = await about(cast(Any, None), rows)
    assert len(one) == len(other) == 1
    assert not set(one) & set(other)
