"""The same pupils and all: joiners, leavers, and the series of criteria adopted later."""

from tests.spec.conftest import ReadModel
from tests.spec.events import cases, criteria, results

POINTS = """
    child | year    | term   | subject | position | assessed
    ann   | 2017-18 | summer | reading | Y1.1     | 2018-06-20
    ann   | 2018-19 | summer | reading | Y1.5     | 2019-06-20
    bob   | 2017-18 | summer | reading | Y1.3     | 2018-06-20
    bob   | 2018-19 | summer | reading | Y2.2     | 2019-06-20
    cat   | 2018-19 | summer | reading | Y3.1     | 2019-06-20
    dan   | 2017-18 | summer | reading | Y2.1     | 2018-06-20
    eve   | 2017-18 | summer | reading | P8       | 2018-06-20
    eve   | 2018-19 | summer | reading | Y1.1     | 2019-06-20
"""


async def test_the_same_and_the_joined_are_all_of_this_summer_and_with_the_left_of_last(
    model: ReadModel,
) -> None:
    """Joiners, leavers and the same pupils add up to both totals (N13)."""
    await model.handle(results(POINTS))
    told = {
        name: await model.value(f"progress.nc.reading.{name}")
        for name in (
            "pupils.same",
            "pupils.joined",
            "pupils.left",
            "position.all.this_summer.average",
            "position.all.last_summer.average",
            "position.same.this_summer.average",
            "position.same.last_summer.average",
        )
    }
    assert told == {
        "pupils.same": "2",
        "pupils.joined": "2",  # cat, and eve who came from P levels
        "pupils.left": "1",
        "position.all.this_summer.average": "6.75",  # 5, 8, 13 and 1
        "position.all.last_summer.average": "3.67",  # 1, 3 and 7
        "position.same.this_summer.average": "6.50",
        "position.same.last_summer.average": "2.00",
    }
    assert await model.value("progress.changed_scale.count") == "1"
    assert await model.value("progress.p_levels.pupils.left") == "1"


async def test_the_same_pupils_are_compared_in_the_subjects_that_they_have_both_summers(
    model: ReadModel,
) -> None:
    """Who has another subject more this summer made no progress by that (N13)."""
    await model.handle(
        results("""
            child | year    | term   | subject | position | assessed
            ann   | 2017-18 | summer | reading | P4       | 2018-06-20
            ann   | 2018-19 | summer | reading | P5       | 2019-06-20
            ann   | 2018-19 | summer | writing | P8       | 2019-06-20
            bob   | 2017-18 | summer | reading | P6       | 2018-06-20
            bob   | 2018-19 | summer | writing | P8       | 2019-06-20
        """)
    )
    told = {
        name: await model.value(f"progress.p_levels.{name}")
        for name in (
            "pupils.same",
            "position.all.this_summer.average",
            "position.same.this_summer.average",
            "position.same.last_summer.average",
        )
    }
    assert told == {
        "pupils.same": "2",
        "position.all.this_summer.average": "7.25",
        "position.same.this_summer.average": "5.00",
        "position.same.last_summer.average": "4.00",
    }


ROLL = "child | started | ended\n" + "\n".join(f"{c} | 2017-09-01 |" for c in ("ann", "bob", "cat"))


async def test_later_criteria_judge_in_a_series_of_their_own(model: ReadModel) -> None:
    """13.6: version 2, of November after the year, asks for three who are judged."""
    await model.handle(
        results(POINTS),
        cases(ROLL),
        [
            criteria(adopted="2018-10-01"),
            criteria(version=2, minimum_judged=3, adopted="2019-11-02"),
            criteria(version=3, adopted="2019-12-02"),
        ],
    )
    later = "progress.nc.reading.judgement_by_later_criteria"
    before = await model.value("progress.nc.reading.judgement")
    assert await model.values(later, "criteria") == {
        "version 2": "not reported: too few judged",
        "version 3": before,
    }
    assert await model.value(later) == "told for each version: read it by criteria"
    assert before == "Outstanding"
    assert await model.value("progress.nc.reading.expected_or_better.share") == "100%"
    assert await model.value("progress.nc.reading.good_or_better.share") == "100%"
