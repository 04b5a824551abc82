"""What referral puts right is right in the facts, and what was so before stays in the past."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Table, select

from services.reporting import facts
from tests.spec import events as draw
from tests.spec import put_right
from tests.spec.conftest import ReadModel
from tests.spec.drawing import named

FTE, HEADCOUNT = "service.teachers.fte", "service.teachers.headcount"
ASH = """
    staff | post               | fte | appointed  | left
    Ash   | specialist-teacher |   6 | 2010-09-01 |
    Elm   | specialist-teacher | 100 | 2010-09-01 |
    Ash   |                    |  50 | 2018-09-01 |
"""


@pytest.mark.parametrize(
    ("rows", "printed"),
    [
        ("Ash | 2018-09-01 | 2018-09-01 | 80", "1.8"),
        ("Ash | 2018-09-01 | 2019-02-01 | 80", "1.1"),
        ("Ash | 2018-09-01 |            |", "1.1"),
        ("Ash | 2010-09-01 | 2010-09-01 | 60\nAsh | 2018-09-01 | |", "1.6"),
        ("Ash | 2018-09-01 | |\nAsh | 2010-09-01 | |", "1.0"),
        ("Ash | 2018-09-01 | 2018-10-01 | 70\nAsh | 2018-10-01 | |", "1.1"),
    ],
)
async def test_hours_are_those_of_the_contracts_as_put_right(
    model: ReadModel, rows: str, printed: str
) -> None:
    await model.handle(draw.staff(ASH), put_right.contracts(f"staff|formerly|from|fte\n{rows}"))
    assert (await model.figure(FTE)).printed == printed


IN_POST: list[tuple[str, str, int]] = [
    ("leavings", "staff | left\nAsh | 2019-01-16", 1),
    ("leavings", "staff | left\nAsh | 2019-01-17", 2),
    ("leavings", "staff | left\nAsh |", 2),
    ("appointments", "staff|post|formerly|appointed\nElm|area-manager|2010-09-01|2019-03-01", 0),
]


@pytest.mark.parametrize(("drawing", "text", "in_post"), IN_POST)
async def test_who_is_in_post_follows_what_is_put_right(
    model: ReadModel, drawing: str, text: str, in_post: int
) -> None:
    gone = "staff | post | fte | appointed | left\nAsh | | 50 | 2018-09-02 | 2018-12-31"
    told = {"leavings": put_right.leavings, "appointments": put_right.appointments}[drawing]
    await model.handle(draw.staff(ASH), draw.staff(gone), told(text))
    await _headcount(model, in_post)


async def _headcount(model: ReadModel, in_post: int) -> None:
    reference = date(2019, 1, 17)
    found = [
        who
        for who, appointed_on, left_on in await _known(
            model, facts.staff, "staff_id", "appointed_on", "left_on"
        )
        if appointed_on <= reference and (left_on is None or left_on >= reference)
    ]
    assert len(found) == in_post


async def _known(model: ReadModel, table: Table, *columns: str) -> list[tuple[Any, ...]]:
    """Return columns of the facts that stand, in the order of their values."""
    known = facts.known(table)
    async with model.database.reading() as connection:
        found = await connection.execute(select(*(known.c[name] for name in columns)))
        return sorted(map(tuple, found), key=repr)


async def test_a_teams_days_area_and_manager_are_as_put_right(model: ReadModel) -> None:
    await model.handle(
        draw.teams("team | formed | disbanded\nA | 2010-09-01 | 2017-08-31\nB | 2010-09-01 |"),
        put_right.teams("team | formed | disbanded\nA | 2011-09-01 |\nB | 2010-09-01 | 2018-08-31"),
        put_right.areas("""
            team | formerly   | from       | area
            A    | 2010-09-01 | 2011-09-01 | A
            A    |            | 2014-09-01 | north
            A    | 2014-09-01 | 2015-09-01 | east
            A    |            | 2016-09-01 | west
            A    | 2016-09-01 |            |
        """),
        put_right.managers("""
            team | formerly   | from       | staff
            A    |            | 2014-09-01 | Ash
            A    |            | 2016-09-01 |
            A    | 2014-09-01 | 2015-09-01 | Elm
            A    | 2016-09-01 |            |
        """),
    )
    assert (await model.figure("service.teams")).printed == "1"
    areas = await _known(model, facts.team_area, "team_id", "from_on", "area")
    own = [(on, area) for team, on, area in areas if team == named("A")]
    assert own == [(date(2011, 9, 1), "A"), (date(2015, 9, 1), "east")]
    managers = await _known(model, facts.team_manager, "from_on", "staff_id")
    assert managers == [(date(2015, 9, 1), named("Elm"))]


async def test_which_school_carries_on_is_as_told_last(model: ReadModel) -> None:
    await model.handle(
        put_right.successions("school | successor | from\nA | C | 2019-09-01\nB | C | 2019-09-01"),
        put_right.successions("school | successor | from\nB | |"),
    )
    found = await _known(model, facts.school_succession, "successor_id", "succeeded_on")
    assert found == [(None, None), (named("C"), date(2019, 9, 1))]


DAYS = ("submitted_on", "agreed_on", "refused_on", "withdrawn_on", "reason")
REFERRED = "referral | what | day | reason\nR | submitted | 2018-09-03 |"


@pytest.mark.parametrize(
    ("told", "known"),
    [
        ("R | corrected | 2018-09-04 |", ["2018-09-04"]),
        ("R | withdrawn | 2018-09-11 |", ["2018-09-03", None, None, "2018-09-11"]),
        ("R | agreed | 2018-09-20 |", ["2018-09-03", "2018-09-20"]),
        (
            "R | agreed | 2018-09-20 |\nR | refused instead | 2018-09-21 | criteria-not-met",
            ["2018-09-03", None, "2018-09-21", None, "criteria-not-met"],
        ),
        (
            "R | refused | 2018-09-20 | other\nR | agreed instead | 2018-09-21 | criteria-met",
            ["2018-09-03", "2018-09-21"],
        ),
        ("R | refused | 2018-09-20 | other\nR | decision void | |", ["2018-09-03"]),
        ("R | agreed | 2018-09-20 |\nR | void | |", None),
        (
            "R | agreed | 2018-09-20 |\nR | void | |\nR | submitted | 2018-10-01 |",
            ["2018-10-01"],
        ),
    ],
)
async def test_a_referral_and_its_decision_are_as_put_right(
    model: ReadModel, told: str, known: list[str | None] | None
) -> None:
    await model.handle(put_right.referrals(f"{REFERRED}\n{told}"))
    found = await _known(model, facts.referral, *DAYS)
    shown = [[str(day) if day is not None else None for day in row] for row in found]
    wanted = None if known is None else [*known, *[None] * (len(DAYS) - len(known))]
    assert shown == ([] if wanted is None else [wanted])


EXCLUSIONS = "child | category | starts | upheld | rescinded"
RIGHT = "child | category | starts | half days | upheld | rescinded"


@pytest.mark.parametrize(
    ("row", "printed"),
    [
        ("ann | PERM | 2019-01-10 |  | 2019-02-01 |", "1"),
        ("ann | PERM | 2018-08-31 |  | 2019-02-01 |", "0"),
        ("ann | SUSP | 2019-01-10 | 4 | |", "0"),
        ("ann | PERM | 2019-01-10 |  | |", "0"),
        ("ann | PERM | 2019-01-10 |  | 2019-02-01 | 2019-03-01", "0"),
        ("ann |      |            |  | |", "0"),
    ],
)
async def test_exclusions_count_as_put_right_by_both_opinions(
    model: ReadModel, row: str, printed: str
) -> None:
    await model.handle(
        draw.cases("child | started | ended\nann | 2016-09-01 |\nbob | 2016-09-01 |"),
        draw.risks("child | assessed | level\nann | 2018-10-01 | none"),
        draw.exclusions(
            f"{EXCLUSIONS}\nann | PERM | 2019-01-10 | 2019-02-01 |\nbob | SUSP | 2019-01-10 | |"
        ),
        put_right.exclusion(0, f"{RIGHT}\n{row}"),
    )
    assert (await model.figure("inclusion.permanent_exclusions")).printed == printed


async def test_an_exclusion_recorded_again_begins_anew(model: ReadModel) -> None:
    first = f"{EXCLUSIONS}\nann | PERM | 2019-01-10 | 2019-02-01 | 2019-03-01"
    void = put_right.exclusion(0, f"{RIGHT}\nann | | | | |")
    again = draw.exclusions(f"{EXCLUSIONS}\nann | PERM | 2019-01-11 | |")
    await model.handle(draw.exclusions(first), void, again)
    columns = ("starts_on", "upheld_on", "rescinded_on", "ground")
    found = await _known(model, facts.exclusion, *columns)
    assert found == [(date(2019, 1, 11), None, None, None)]
