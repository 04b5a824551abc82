"""Teaching and the quality dialogues."""

import pytest

from tests.spec.conftest import ReadModel
from tests.spec.events import dialogues, judgements, staff, teams

OUTSTANDING = "teaching.outstanding.share"
AREAS = "qdd.teams_achieving_key_areas.share"


async def test_the_head_of_service_and_the_not_yet_judged_are_not_in_the_base(
    model: ReadModel,
) -> None:
    await model.handle(
        judgements("""
            staff | judgement
            Head  | outstanding
            Ash   | outstanding
            Beech | good
            Elm   | requires-improvement
        """),
        staff("""
            staff | post               | fte | appointed  | left
            Head  | head-of-service    | 100 | 2010-09-01 |
            Ash   | specialist-teacher | 100 | 2010-09-01 |
            Beech | specialist-teacher | 100 | 2010-09-01 |
            Elm   | area-manager       | 100 | 2010-09-01 |
            Cedar | specialist-teacher | 100 | 2019-05-01 |
        """),
    )
    share = await model.figure(OUTSTANDING)
    assert (share.value, share.printed) == ("100/3", "33%")
    assert await model.printed("teaching.good_or_outstanding.share") == "67%"


@pytest.mark.parametrize(
    ("appointed", "left", "judged"),
    [
        ("2010-09-01", "2018-08-31", 1),
        ("2010-09-01", "2018-09-01", 2),
        ("2019-08-31", "", 2),
        ("2019-09-01", "", 1),
    ],
)
async def test_the_base_is_of_those_in_post_on_a_day_of_the_year(
    model: ReadModel, appointed: str, left: str, judged: int
) -> None:
    await model.handle(
        judgements("staff | judgement\nAsh | outstanding\nBeech | good\nNobody | good"),
        staff(f"""
            staff | post               | fte | appointed   | left
            Ash   | specialist-teacher | 100 | 2010-09-01  |
            Beech | specialist-teacher | 100 | {appointed} | {left}
        """),
    )
    share = await model.agreed(OUTSTANDING)
    assert share.basis
    assert (share.basis.count, share.basis.of) == (1, judged)
    assert (await model.agreed("teaching.good_or_outstanding.share")).printed == "100%"


def graded(outstanding: int, good: int) -> str:
    return "\n".join(
        [
            "staff | judgement",
            *(f"o{n} | outstanding" for n in range(outstanding)),
            *(f"g{n} | good" for n in range(good)),
        ]
    )


def in_post(outstanding: int, good: int) -> str:
    names = [*(f"o{n}" for n in range(outstanding)), *(f"g{n}" for n in range(good)), "last"]
    rows = [f"{name} | specialist-teacher | 100 | 2010-09-01 |" for name in names]
    return "\n".join(["staff | post | fte | appointed | left", *rows])


async def test_the_change_is_in_points_of_the_unrounded_shares(model: ReadModel) -> None:
    await model.handle(
        staff(in_post(57, 23)),
        judgements(graded(54, 23), "2017-18"),
        judgements(graded(57, 22), "2018-19"),
    )
    share = await model.figure(OUTSTANDING)
    assert (share.printed, share.basis and share.basis.of) == ("72%", 79)
    assert share.last_year
    assert share.last_year.printed == "70%"
    assert share.change
    assert (share.change.value, share.change.kind) == ("12300/6083", "percentage_points")
    assert share.change.printed == "increase of 2 percentage points"
    first = await model.figure(OUTSTANDING, "2017-18")
    assert first.change is None
    assert first.last_year
    assert first.last_year.printed == "no comparison available"


async def test_a_share_of_all_but_one_is_never_printed_as_all(model: ReadModel) -> None:
    rows = f"{graded(300, 0)}\nlast | requires-improvement"
    await model.handle(staff(in_post(300, 0)), judgements(rows))
    assert await model.printed("teaching.good_or_outstanding.share") == "99%"


TEAMS = """
    team | formed     | disbanded
    A    | 2010-09-01 |
    B    | 2010-09-01 |
    C    | 2010-09-01 | 2018-12-31
"""


async def test_a_dialogue_counts_in_the_year_it_is_about(model: ReadModel) -> None:
    await model.handle(
        teams(TEAMS),
        dialogues("""
            team | year    | held       | areas
            A    | 2018-19 | 2019-11-12 | achieved, achieved
            B    | 2018-19 | 2019-11-13 | achieved
            B    | 2017-18 | 2018-11-13 | open
        """),
    )
    share = await model.figure(AREAS)
    assert (share.value, share.printed) == ("100", "all teams")
    assert await model.printed(AREAS, "2017-18") == "0%"
    assert await model.printed(AREAS, "2019-20") == "no data for this year"


async def test_all_teams_are_all_that_there_are(model: ReadModel) -> None:
    await model.handle(
        teams(TEAMS),
        dialogues("""
            team | year    | held       | areas
            A    | 2018-19 | 2019-11-12 | achieved
            C    | 2018-19 | 2019-11-12 | achieved
        """),
    )
    share = await model.figure(AREAS)
    assert (share.value, share.printed) == ("50", "50%")


async def test_one_area_partly_achieved_is_not_achieved(model: ReadModel) -> None:
    await model.handle(
        teams("team | formed | disbanded\nA | 2010-09-01 |\nB | 2010-09-01 |"),
        dialogues("""
            team | year    | held       | areas
            A    | 2018-19 | 2019-11-12 | achieved, partly-achieved
            B    | 2018-19 | 2019-11-12 |
        """),
    )
    assert (await model.figure(AREAS)).value == "0"
