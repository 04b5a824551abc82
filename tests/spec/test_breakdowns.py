"""Breakdowns: each member is in one group, of whom held them on the member's day."""

import pytest

from libs.common.core.clock import AcademicYear
from services.reporting.dimensions import BREAKDOWNS, DIMENSIONS
from services.reporting.figures import ALL_FIGURES, FIGURES
from services.reporting.views import breakdowns
from services.reporting.year import YearFacts
from tests.spec.conftest import ReadModel
from tests.spec.drawing import named
from tests.spec.events import (
    cases,
    criteria,
    exclusions,
    judgements,
    results,
    risks,
    staff,
)
from tests.spec.holders import allocations, characteristics, children, schools
from tests.spec.parting import parted

SHARE = "inclusion.at_risk_of_exclusion.share"
COUNT = "inclusion.at_risk_of_exclusion.count"
EXCLUDED = "inclusion.permanent_exclusions"
RED, BLUE = str(named("Red")), str(named("Blue"))

STAFF = """
    staff | post               | fte | appointed  | left | team
    Ash   | specialist-teacher | 100 | 2010-09-01 |      | Red
    Beech | specialist-teacher | 100 | 2010-09-01 |      | Blue
    Cedar | specialist-teacher | 100 | 2010-09-01 |      |
    Ash   |                    | 100 | 2019-05-01 |      | Blue
"""
ROLL = """
    child | started    | ended
    ann   | 2017-09-01 |
    bob   | 2017-09-01 | 2019-04-30
    cat   | 2017-09-01 |
    dan   | 2017-09-01 |
    eve   | 2017-09-01 |
"""
TEACHERS = """
    child | teacher | from
    ann   | Ash     | 2017-09-01
    bob   | Ash     | 2017-09-01
    cat   | Beech   | 2017-09-01
    cat   | Ash     | 2019-09-01
    dan   | Cedar   | 2017-09-01
"""
LEVELS = """
    child | assessed   | level
    ann   | 2018-10-01 | high
    bob   | 2018-10-01 | at-risk
    cat   | 2018-10-01 | none
    dan   | 2018-10-01 | at-risk
"""


async def drawn(model: ReadModel) -> None:
    await model.handle(staff(STAFF), cases(ROLL), allocations(TEACHERS), risks(LEVELS))


async def test_a_child_is_of_the_team_that_their_teacher_was_in_on_their_last_day(
    model: ReadModel,
) -> None:
    """Ash changed to Blue on 1 May: Bob had left by then, and Ann had not."""
    await drawn(model)
    assert await model.cells(SHARE, "team") == {
        RED: "100%",  # bob
        BLUE: "50%",  # ann and cat, of whom one is at risk
        "no team": "100%",  # dan, whose teacher is in none
        "no span": "0%",  # eve, who has no teacher on record
    }
    assert await model.printed(SHARE) == "60%"


async def test_a_case_that_began_last_says_whose_a_child_with_two_is(model: ReadModel) -> None:
    await model.handle(
        staff(STAFF),
        cases("case|child|started|ended\nb|ann|2017-09-01|\na|ann|2018-01-08|"),
        allocations("case|child|teacher|from\nb|ann|Cedar|2017-09-01\na|ann|Beech|2018-01-08"),
        risks("case|child|assessed|level\na|ann|2018-10-01|high"),
    )
    assert await model.cells(COUNT, "team") == {BLUE: "1"}


@pytest.mark.parametrize(
    ("excluded", "team"), [("2019-04-30", RED), ("2019-05-01", BLUE), ("2018-09-02", RED)]
)
async def test_an_exclusion_is_of_the_team_of_its_day(
    model: ReadModel, excluded: str, team: str
) -> None:
    await drawn(model)
    head = "child | category | starts | upheld | rescinded"
    await model.handle(exclusions(f"{head}\nann | PERM | {excluded} | {excluded} |"))
    assert await model.cells(EXCLUDED, "team") == {team: "1"}


async def test_staff_are_of_the_team_they_were_in_that_day(model: ReadModel) -> None:
    await model.handle(
        staff(STAFF), judgements("staff|judgement\nAsh|good\nBeech|outstanding\nCedar|good")
    )
    assert await model.cells("service.teachers.headcount", "team") == {
        RED: "fewer than 5",
        BLUE: "fewer than 5",
        "no team": "fewer than 5",
    }
    shares = await model.cells("teaching.outstanding.share", "team")
    assert shares == {BLUE: "50%", "no team": "0%"}


async def test_a_child_is_of_the_kind_of_school_attended_that_day(model: ReadModel) -> None:
    await drawn(model)
    await model.handle(
        schools("school | kind\nOak | infant\nElm | junior"),
        children("""
            child | school | year group | registered | moved
            ann   | Oak    | 2          | 2017-09-01 | 2019-08-31 Elm
            bob   | Oak    | 2          | 2017-09-01 | 2019-05-01 Elm
            cat   | Oak    | 2          | 2017-09-01 | 2019-09-01 Elm
            dan   | Fir    | 2          | 2017-09-01 |
        """),
    )
    assert await model.cells(COUNT, "school-kind") == {"infant": "1", "junior": "1", "no span": "1"}


async def test_the_year_group_is_the_one_recorded_last_by_the_day(model: ReadModel) -> None:
    await drawn(model)
    await model.handle(
        children("""
            child | school | year group | registered
            ann   | Oak    | 2          | 2017-09-01
            bob   | Oak    | 3          | 2017-09-01
        """),
        characteristics("child|year group|from\nann|3|2018-09-01\nann|4|2019-09-01"),
    )
    assert await model.cells(COUNT, "year-group") == {"3": "2", "no span": "1"}


async def test_what_a_figure_needs_is_needed_of_the_service_and_not_of_a_team(
    model: ReadModel,
) -> None:
    """No level was judged in the team Blue: nought there, for the register was kept."""
    await model.handle(
        staff(STAFF),
        cases(ROLL),
        allocations(TEACHERS),
        risks("child|assessed|level\nbob|2018-10-01|high"),
    )
    found = await model.cells(COUNT, "team")
    assert (found[RED], found[BLUE]) == ("1", "0")


async def test_every_breakdown_parts_the_rows_of_its_total(model: ReadModel) -> None:
    await drawn(model)
    result = "child | year | term | subject | position | assessed"
    points = "\n".join(
        f"{child} | {year} | summer | reading | {position} | {on}"
        for child in ("ann", "bob", "cat", "dan", "eve")
        for year, position, on in (("2017-18", "P4", "2018-06-20"), ("2018-19", "P6", "2019-06-20"))
    )
    await model.handle(results(f"{result}\n{points}"), [criteria()])
    await model.handle(judgements("staff|judgement\nAsh|good\nBeech|outstanding"))
    async with model.database.reading() as connection:
        divided = await parted(YearFacts(connection, AcademicYear(2018)))
    assert divided > 10


def test_each_dimension_divides_some_figure_and_a_grade_is_told_of_the_service_alone() -> None:
    divided = {by for figure in ALL_FIGURES for by in breakdowns(figure)}
    assert divided == {*BREAKDOWNS} < set(DIMENSIONS)
    whole = [one.id for one in FIGURES if one.whole]
    assert whole == [f"progress.nc.{s}.judgement" for s in ("reading", "writing", "mathematics")]
    assert not [one for one in FIGURES if one.whole and breakdowns(one)]
