"""Pauses told with the day on which they were over, in any order that a spreadsheet has."""

from itertools import permutations
from typing import Any

import pytest

from libs.common.core.errors import DomainError, Rejected
from libs.common.persistence.recorded import AlreadyRecorded
from libs.common.persistence.uow import Units
from services.referral.cases.commands import pause_in_file
from services.referral.cases.commands.pausing import PauseRow
from services.referral.cases.domain import Case, CasePaused, Pause
from tests.unit.referral.made import CASE, a_case, agreed, keep
from tests.unit.refused import refused
from tests.worlds import request_context

ROWS = [
    {"paused_on": "2018-11-05", "resumed_on": "2018-11-19"},
    {"paused_on": "2019-01-07", "resumed_on": "2019-02-04"},
    {"paused_on": "2019-03-04"},
]


async def told(units: Units, *rows: dict[str, Any]) -> list[str]:
    """Tell of pauses, each as a row of a file; return what became of each."""
    done: list[str] = []
    for row in rows:
        said = {"case_id": CASE, "reason": "child-unwell", **row}
        async with units.work(request_context()) as uow:
            done.append((await pause_in_file(uow, PauseRow.model_validate(said))).outcome)
    return done


async def pauses(units: Units) -> list[dict[str, str]]:
    async with units.read(request_context()) as read:
        found = await read.all(Pause, case_id=CASE)
        assert str((await read.get(Case, CASE)).paused_on) == "2019-03-04"
    days = ({"paused_on": one.paused_on, "resumed_on": one.resumed_on} for one in found)
    return [{name: str(day) for name, day in one.items() if day} for one in days]


@pytest.mark.parametrize("order", [*permutations(range(3))], ids=str)
async def test_pauses_are_told_in_any_order(units: Units, order: tuple[int, ...]) -> None:
    await keep(units, agreed(), a_case())
    rows = [ROWS[number] for number in order]
    assert await told(units, *rows) == ["created"] * 3
    assert await told(units, *rows) == ["unchanged"] * 3
    assert await pauses(units) == ROWS


async def test_the_day_on_which_a_pause_was_over_is_told_later(units: Units) -> None:
    await keep(units, agreed(), a_case())
    first, second, third = ROWS
    await told(units, first, {"paused_on": second["paused_on"]})
    assert await told(units, second, third) == ["updated", "created"]
    assert await pauses(units) == ROWS


@pytest.mark.parametrize(
    ("row", "error", "pointers"),
    [
        ({**ROWS[0], "resumed_on": "2018-11-20"}, AlreadyRecorded, ["/resumed_on"]),
        ({**ROWS[0], "reason": "teacher-absent"}, AlreadyRecorded, ["/reason"]),
        ({"paused_on": "2018-11-12", "resumed_on": "2018-11-26"}, CasePaused, []),
        ({"paused_on": "2018-10-29", "resumed_on": "2018-11-26"}, Rejected, ["/resumed_on"]),
        ({"paused_on": "2018-12-03", "resumed_on": "2018-12-02"}, Rejected, ["/resumed_on"]),
    ],
)
async def test_what_cannot_be_is_refused(
    units: Units, row: dict[str, Any], error: type[DomainError], pointers: list[str]
) -> None:
    await keep(units, agreed(), a_case())
    await told(units, ROWS[0])
    with refused(error, *pointers):
        await told(units, row)
