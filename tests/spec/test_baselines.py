"""Baselines, ties and points months apart, by both opinions (domain brief 13.1 to 13.3)."""

import pytest

from tests.spec.conftest import ReadModel
from tests.spec.events import cases, corrected, results

P = "progress.p_levels.average"
HEAD = "child | year | term | subject | position | assessed | moderated"
ROLL = "case | child | started | ended"
ON_ROLL = f"{ROLL}\none | ann | 2016-09-01 |"
LAST = "ann | 2017-18 | summer | reading | P4 | 2018-06-20 | yes"
THIS = "ann | 2018-19 | summer | reading | P8 | 2019-06-20 | yes"


async def gained(model: ReadModel, roll: str, *rows: str) -> str | None:
    await model.handle(cases(roll), results("\n".join((HEAD, *rows))))
    return (await model.agreed(P)).value


def autumn(position: str, assessed: str) -> str:
    return f"ann | 2018-19 | autumn | reading | {position} | {assessed} | yes"


@pytest.mark.parametrize(
    ("began", "ended", "again", "gain"),
    [
        # The second spell continues the first where it begins within 14 days after its end.
        ("2018-09-03", "2018-10-01", "2018-10-15", "3"),
        ("2018-09-03", "2018-10-01", "2018-10-16", "2"),
        # A spell that ended before the year does not touch it, unless it goes on in it.
        ("2017-09-04", "2018-08-20", "2018-10-22", "2"),
        ("2017-09-04", "2018-08-31", "2018-09-14", None),
        ("2017-09-04", "2018-08-31", "2018-09-15", None),  # the point is too late for either
    ],
)
async def test_a_spell_that_begins_soon_after_another_continues_it(
    model: ReadModel, began: str, ended: str, again: str, gain: str | None
) -> None:
    roll = f"{ROLL}\none | ann | {began} | {ended}\ntwo | ann | {again} |"
    first, second = autumn("P5", "2018-10-10"), autumn("P6", "2018-11-01")
    points = (first, second) if gain == "3" else (second,)
    assert await gained(model, roll, *points, THIS) == gain


@pytest.mark.parametrize(
    ("again", "gain"),
    [
        ("2018-09-14", None),  # the spell goes on in the year: its first point is chosen, too old
        ("2018-09-15", "2"),  # it ended before the year, which another began
    ],
)
async def test_points_of_a_spell_that_ended_before_the_year_are_not_used(
    model: ReadModel, again: str, gain: str | None
) -> None:
    roll = f"{ROLL}\none | ann | 2017-09-04 | 2018-08-31\ntwo | ann | {again} |"
    old = "ann | 2017-18 | autumn | reading | P4 | 2017-09-20 | yes"
    assert await gained(model, roll, old, autumn("P6", "2018-10-01"), THIS) == gain


async def test_where_it_continues_a_spell_its_start_makes_no_point_a_first(
    model: ReadModel,
) -> None:
    roll = f"{ROLL}\none | ann | 2018-09-03 | 2018-10-01\ntwo | ann | 2018-10-15 |"
    assert await gained(model, roll, autumn("P6", "2018-11-01"), THIS) is None


async def test_joined_spells_overlap_and_follow_in_any_order(model: ReadModel) -> None:
    roll = f"""{ROLL}
        three | ann | 2018-12-01 |
        one   | ann | 2018-09-03 | 2018-11-30
        two   | ann | 2018-09-20 | 2018-10-01
    """
    assert await gained(model, roll, autumn("P5", "2018-10-15"), THIS) == "3"


@pytest.mark.parametrize(
    ("assessed", "gain"),
    [("2018-09-10", "3"), ("2018-10-22", "3"), ("2018-10-23", None), ("2018-09-09", None)],
)
async def test_a_first_point_is_of_the_first_42_days_of_support(
    model: ReadModel, assessed: str, gain: str | None
) -> None:
    roll = f"{ROLL}\none | ann | 2018-09-10 |"
    assert await gained(model, roll, autumn("P5", assessed), THIS) == gain


async def test_of_one_days_first_points_the_one_first_recorded_last_stands(
    model: ReadModel,
) -> None:
    roll = f"{ROLL}\none | ann | 2018-09-10 |"
    first, second = autumn("P6", "2018-09-20"), autumn("P5", "2018-09-20")
    assert await gained(model, roll, first, second, autumn("P7", "2018-10-01"), THIS) == "3"
    await model.handle([corrected(0, f"{HEAD}\n{first}")])
    assert (await model.agreed(P)).value == "3"


async def test_the_summer_before_serves_though_support_began_after_it(model: ReadModel) -> None:
    roll = f"{ROLL}\none | ann | 2018-09-10 |"
    assert await gained(model, roll, LAST, autumn("P6", "2018-09-20"), THIS) == "4"


async def test_the_earliest_of_two_spells_points_is_chosen_and_only_then_tested(
    model: ReadModel,
) -> None:
    """Both spells touch the year; of the first the point is too old, and no later one is taken."""
    roll = f"{ROLL}\none | ann | 2016-09-05 | 2018-09-20\ntwo | ann | 2018-11-05 |"
    old = "ann | 2016-17 | autumn | reading | P4 | 2016-09-20 | yes"
    late = autumn("P6", "2018-11-20")
    assert await gained(model, roll, old, late, THIS) is None
    assert (await model.figure(P)).counts == {"matched": 0, "assessed": 1}


@pytest.mark.parametrize(
    ("start", "end", "gain"),
    [
        ("2018-10-01", "2019-04-01", "4"),  # six months to the day
        ("2018-10-02", "2019-04-01", None),
        ("2018-03-31", "2019-06-30", "4"),  # fifteen months, the last day of June for the 31st
        ("2018-03-30", "2019-06-30", "4"),
        ("2018-03-29", "2019-06-30", None),
    ],
)
async def test_the_points_are_six_to_fifteen_months_apart(
    model: ReadModel, start: str, end: str, gain: str | None
) -> None:
    rows = LAST.replace("2018-06-20", start), THIS.replace("2019-06-20", end)
    assert await gained(model, ON_ROLL, *rows) == gain


@pytest.mark.parametrize(
    ("end", "gain"),
    [
        ("2019-03-31", None),
        ("2019-04-01", "4"),
        ("2019-08-31", "4"),
        ("2019-09-01", None),
    ],
)
async def test_the_end_points_day_is_in_the_summer_term(
    model: ReadModel, end: str, gain: str | None
) -> None:
    assert await gained(model, ON_ROLL, LAST, THIS.replace("2019-06-20", end)) == gain


async def test_of_one_day_the_result_first_recorded_last_stands_whatever_is_corrected_later(
    model: ReadModel,
) -> None:
    earlier = THIS.replace("P8", "P5")
    assert await gained(model, ON_ROLL, LAST, earlier, THIS) == "4"
    await model.handle([corrected(1, f"{HEAD}\n{THIS.replace('P8', 'P6')}")])
    assert (await model.agreed(P)).value == "4"
    await model.handle([corrected(2, f"{HEAD}\n{THIS.replace('P8', 'P7')}")])
    assert (await model.agreed(P)).value == "3"


async def test_of_one_day_a_moderated_result_goes_before_one_that_is_not(model: ReadModel) -> None:
    later = THIS.replace("P8", "P5").replace("yes", "no")
    assert await gained(model, ON_ROLL, LAST, THIS, later) == "4"
