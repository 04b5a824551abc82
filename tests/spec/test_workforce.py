"""The workforce, counted on the SEN2 reference date: 17 January 2019 and 18 January 2018."""

import pytest

from tests.spec.conftest import ReadModel
from tests.spec.events import staff, teams


async def test_a_team_is_counted_from_its_first_day_to_its_last(model: ReadModel) -> None:
    await model.handle(
        teams("""
            team | formed     | disbanded
            A    | 2010-09-01 |
            B    | 2019-01-17 |
            C    | 2019-01-18 |
            D    | 2010-09-01 | 2019-01-17
            E    | 2010-09-01 | 2019-01-16
        """)
    )
    assert await model.printed("service.teams") == "3"
    assert await model.printed("service.teams", "2017-18") == "3"
    assert await model.printed("service.teams", "2008-09") == "no data for this year"


STAFF = """
    staff | post               | fte | appointed  | left
    Hoope | head-of-service    | 100 | 2010-09-01 |
    Ash   | specialist-teacher |  60 | 2010-09-01 | 2019-01-17
    Beech | specialist-teacher |  83 | 2019-01-17 |
    Cedar | specialist-teacher |  50 | 2019-01-18 |
    Elm   | specialist-teacher |  50 | 2010-09-01 | 2019-01-16
"""


async def test_the_head_of_service_is_one_of_the_teachers(model: ReadModel) -> None:
    await model.handle(staff(STAFF))
    head = await model.figure("service.teachers.headcount")
    assert (head.value, head.printed) == ("3", "fewer than 5")
    fte = await model.figure("service.teachers.fte")
    assert (fte.value, fte.printed) == ("243/100", "2.4")


@pytest.mark.parametrize(
    ("changed", "expected"),
    [("2019-01-16", "1/2"), ("2019-01-17", "1/2"), ("2019-01-18", "1")],
)
async def test_a_contract_counts_from_the_day_it_changes(
    model: ReadModel, changed: str, expected: str
) -> None:
    await model.handle(
        staff(f"""
            staff | post               | fte | appointed  | left
            Ash   | specialist-teacher | 100 | 2010-09-01 |
            Ash   |                    |  50 | {changed} |
            Ash   |                    |  70 | 2019-06-01 |
        """)
    )
    assert (await model.figure("service.teachers.fte")).value == expected


async def test_a_change_recorded_late_does_not_displace_a_later_one(model: ReadModel) -> None:
    await model.handle(
        staff("""
            staff | post               | fte | appointed  | left
            Ash   | specialist-teacher | 100 | 2010-09-01 |
            Ash   |                    |  50 | 2018-12-01 |
            Ash   |                    |  70 | 2018-10-01 |
        """)
    )
    assert (await model.figure("service.teachers.fte")).value == "1/2"


@pytest.mark.parametrize(
    ("people", "printed"),
    [
        (4, "fewer than 5"),
        (5, "approximately 5"),
        (12, "approximately 10"),
        (13, "approximately 15"),
        (104, "approximately 100"),
        (105, "approximately 110"),
    ],
)
async def test_headcount_is_printed_to_the_nearest_five_or_ten(
    model: ReadModel, people: int, printed: str
) -> None:
    rows = "\n".join(f"T{n} | specialist-teacher | 100 | 2010-09-01 |" for n in range(people))
    await model.handle(staff(f"staff | post | fte | appointed | left\n{rows}"))
    head = await model.agreed("service.teachers.headcount")
    assert (head.value, head.printed) == (str(people), printed)
