"""Schools served: each that a child on the caseload attended, with the one that carries on."""

import pytest

from tests.spec import events as draw
from tests.spec import put_right
from tests.spec.conftest import ReadModel
from tests.spec.holders import children, schools

FIGURE = "service.schools"
ROLL = """
    child | started    | ended
    ann   | 2017-09-03 |
    bob   | 2018-10-01 | 2019-01-31
"""
AT = """
    child | school | year group | registered | moved
    ann   | S      | 3          | 2017-09-01 |
    bob   | S      | 3          | 2017-09-01 |
"""


async def test_a_school_is_counted_once_whoever_attends_it(model: ReadModel) -> None:
    await model.handle(draw.cases(ROLL), children(AT))
    assert (await model.figure(FIGURE)).printed == "1"


@pytest.mark.parametrize(
    ("registered", "moved", "printed"),
    [
        ("2017-09-01", "2019-01-31 T", "2"),
        ("2017-09-01", "2019-02-01 T", "1"),  # support had ended
        ("2017-09-01", "2018-10-01 T", "2"),  # ann's and the one moved to
        ("2019-02-01", "", "1"),
    ],
)
async def test_one_that_a_child_attended_only_without_support_is_not_counted(
    model: ReadModel, registered: str, moved: str, printed: str
) -> None:
    at = f"{AT[: AT.index('bob')]}bob | S | 3 | {registered} | {moved}"
    await model.handle(draw.cases(ROLL), children(at))
    assert (await model.figure(FIGURE)).printed == printed


@pytest.mark.parametrize(
    ("told", "printed"),
    [
        ("S | A | 2019-01-01", "1"),  # converted: traps 13 and 14
        ("S | A | 2019-01-01\nA | B | 2019-06-01", "1"),
        ("S | A | 2019-09-01", "2"),  # not in this year
        ("S | A | 2019-01-01\nS | |", "2"),  # there is no one school after all
        ("S | A | 2019-01-01\nA | S | 2019-06-01", "2"),  # each follows the other: an error
    ],
)
async def test_one_that_carries_on_is_not_counted_twice(
    model: ReadModel, told: str, printed: str
) -> None:
    at = f"{AT[: AT.index('bob')]}bob | S | 3 | 2017-09-01 | 2019-01-01 A"
    await model.handle(
        draw.cases(ROLL),
        children(at),
        put_right.successions(f"school | successor | from\n{told}"),
    )
    assert (await model.figure(FIGURE)).printed == printed


async def test_a_year_without_cases_has_no_schools(model: ReadModel) -> None:
    await model.handle(schools("school | kind\nS | primary"), children(AT))
    assert (await model.figure(FIGURE)).printed == "no data for this year"
