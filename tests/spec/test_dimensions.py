"""By what is so of a child, and of whom asked: each dimension on the member's day."""

import pytest

from services.reporting.dimensions import DIMENSIONS
from services.reporting.queries import figure_named
from tests.spec.conftest import ReadModel
from tests.spec.drawing import named
from tests.spec.events import cases, risks, staff, teams, waves
from tests.spec.holders import allocations, characteristics, children, plans

SHARE = "inclusion.at_risk_of_exclusion.share"
ALPHA, BETA = str(named("Alpha")), str(named("Beta"))

TEAMS = """
    team  | formed     | disbanded | area
    Alpha | 2010-09-01 |           | north
    Beta  | 2010-09-01 |           | south
"""
STAFF = """
    staff | post               | fte | appointed  | left | team
    Ash   | specialist-teacher | 100 | 2010-09-01 |      | Alpha
    Beech | specialist-teacher | 100 | 2010-09-01 |      | Beta
    Cedar | specialist-teacher | 100 | 2010-09-01 |      |
"""
ROLL = """
    child | started    | ended
    ann   | 2017-09-01 |
    bob   | 2017-09-01 | 2019-04-30
    cat   | 2017-09-01 |
    dan   | 2017-09-01 |
"""
TEACHERS = """
    child | teacher | from
    ann   | Ash     | 2017-09-01
    bob   | Beech   | 2017-09-01
    cat   | Cedar   | 2017-09-01
"""
CHILDREN = """
    child | school | year group | registered | sex
    ann   | Oak    | R          | 2017-09-01 | F
    bob   | Oak    | 2          | 2017-09-01 | M
    cat   | Oak    | 6          | 2017-09-01 | F
"""
TOLD = """
    child | year group | from       | needs     | flags
    ann   | R          | 2017-09-01 | SPLD MLD  | pupil-premium eal
    ann   | 1          | 2019-09-01 | MLD       |
    bob   | 2          | 2017-09-01 | MLD       | looked-after
    bob   | 2          | 2019-05-01 | SPLD      |
    cat   | 6          | 2017-09-01 |           |
"""
PLANS = """
    plan | child | type      | starts     | ceased
    p1   | ann   | GRIP      | 2017-09-01 |
    p2   | ann   | EHC       | 2019-01-10 |
    p3   | bob   | GRIP      | 2017-09-01 | 2019-04-30
    p4   | cat   | EYSEN IF  | 2017-09-01 | 2019-08-30
"""
LEVELS = """
    child | assessed   | level
    ann   | 2018-10-01 | high
    ann   | 2019-03-01 | none
    bob   | 2018-10-01 | at-risk
    cat   | 2018-10-01 | none
"""


async def drawn(model: ReadModel) -> None:
    """Draw four children, of whom of dan nothing is told but the case."""
    await model.handle(
        teams(TEAMS),
        staff(STAFF),
        cases(ROLL),
        allocations(TEACHERS),
        children(CHILDREN),
        characteristics(TOLD),
        plans(PLANS),
        risks(LEVELS),
    )


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("team", {ALPHA: "1 of 1", BETA: "1 of 1", "no team": "0 of 1", "no span": "0 of 1"}),
        ("area", {"north": "1 of 1", "south": "1 of 1", "no area": "0 of 1", "no span": "0 of 1"}),
        ("year-group", {"R": "1 of 1", "2": "1 of 1", "6": "0 of 1", "no span": "0 of 1"}),
        (
            "key-stage",
            {
                "early years": "1 of 1",
                "key stage 1": "1 of 1",
                "key stage 2": "0 of 1",
                "no span": "0 of 1",
            },
        ),
        ("sex", {"F": "1 of 2", "M": "1 of 1", "no span": "0 of 1"}),
        ("need", {"MLD": "1 of 1", "SPLD": "1 of 1", "no need": "0 of 1", "no span": "0 of 1"}),
        (
            "need-and-year-group",
            {
                "MLD, 2": "1 of 1",
                "SPLD, R": "1 of 1",
                "no need, 6": "0 of 1",
                "no span, no span": "0 of 1",
            },
        ),
        ("plan-type", {"EHC": "1 of 1", "GRIP": "1 of 1", "no span": "0 of 2"}),
        ("pupil-premium", {"no": "1 of 2", "yes": "1 of 1", "no span": "0 of 1"}),
        ("looked-after", {"no": "1 of 2", "yes": "1 of 1", "no span": "0 of 1"}),
        ("eal", {"no": "1 of 2", "yes": "1 of 1", "no span": "0 of 1"}),
        ("at-risk", {"no": "1 of 2", "yes": "1 of 1", "no span": "0 of 1"}),
    ],
)
async def test_a_child_is_of_one_group_on_their_last_day_on_the_caseload(
    model: ReadModel, by: str, expected: dict[str, str]
) -> None:
    """Bob left in April; of two plans the one begun last holds (traps 3, 26 and 62)."""
    await drawn(model)
    found = await model.bases(SHARE, by)
    assert found == expected
    assert by == "team" or list(found) == list(expected)


async def test_each_need_of_a_child_is_counted_under_its_year_group(model: ReadModel) -> None:
    """Individual needs by year group (B22): Ann has two, Bob one, Cat none."""
    await drawn(model)
    assert await model.values("caseload.needs", "need-and-year-group") == {
        "MLD, R": "1",
        "MLD, 2": "1",
        "SPLD, R": "1",
    }
    assert await model.values("caseload.needs", "need") == {"MLD": "2", "SPLD": "1"}
    assert await model.value("caseload.needs") == "3"


async def test_reception_stands_before_the_numbers_and_after_the_nursery(model: ReadModel) -> None:
    """Trap 3: neither a text sorted after 6, nor a nought."""
    order = ["N1", "N2", "R", "1", "2", "6", "no year group"]
    shuffled = ["6", "R", "no year group", "2", "N2", "1", "N1"]
    assert sorted(shuffled, key=DIMENSIONS["year-group"].place) == order


async def test_teams_are_of_the_area_they_were_in_on_the_reference_date(model: ReadModel) -> None:
    await drawn(model)
    assert await model.cells("service.teams", "area") == {"north": "1", "south": "1"}
    assert await model.cells("service.teachers.fte", "area") == {
        "no area": "1.0",
        "north": "1.0",
        "south": "1.0",
    }


async def test_a_questionnaire_is_of_whom_it_asked(model: ReadModel) -> None:
    await model.handle(waves("audience | year | issued\nparents | 2018-19 | 4"))
    assert await model.cells("questionnaires.issued", "audience") == {"parents": "4"}
    assert "audience" not in figure_named("survey.parents.issued").dimensions
