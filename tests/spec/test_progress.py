"""Progress: which results are matched, and what the service's outcome is."""

from datetime import date

import pytest

from services.assessment.schemes.domain import scheme_on
from tests.spec.conftest import ReadModel
from tests.spec.events import cases, corrected, criteria, results, value_of, voided

P = "progress.p_levels.average"
READING = "progress.nc.reading.judgement"
HEAD = "child | year | term | subject | position | assessed | moderated | version"
ON_ROLL = "child | started | ended\nann | 2016-09-01 |"
LAST = "ann | 2017-18 | summer | reading | P4 | 2018-06-20 | yes | 1"
THIS = "ann | 2018-19 | summer | reading | P6 | 2019-06-20 | yes | 1"


async def gained(model: ReadModel, *rows: str, roll: str = ON_ROLL) -> str | None:
    await model.handle(cases(roll), results("\n".join((HEAD, *rows))), [criteria()])
    return (await model.figure(P)).value


async def test_a_year_runs_from_summer_to_summer(model: ReadModel) -> None:
    assert await gained(model, LAST, THIS) == "2"
    figure = await model.figure(P)
    assert (figure.printed, figure.counts) == ("2.00", {"matched": 1, "assessed": 1})


async def test_the_latest_moderated_result_of_a_window_stands(model: ReadModel) -> None:
    assert (
        await gained(
            model,
            LAST,
            "ann | 2018-19 | summer | reading | P8 | 2019-06-10 | yes | 1",
            THIS,
            "ann | 2018-19 | summer | reading | P8 | 2019-07-01 | no  | 1",
            "ann | 2018-19 | spring | reading | P8 | 2019-03-20 | yes | 1",
        )
        == "2"
    )


async def test_of_one_day_the_result_recorded_last_stands(model: ReadModel) -> None:
    rows = (LAST, "ann | 2018-19 | summer | reading | P8 | 2019-06-20 | yes | 1", THIS)
    assert await gained(model, *rows) == "2"


async def test_a_corrected_result_supersedes_and_a_void_one_counts_nowhere(
    model: ReadModel,
) -> None:
    spare = "ann | 2018-19 | summer | reading | P8 | 2019-06-30 | yes | 1"
    await model.handle(
        cases(ON_ROLL),
        results("\n".join((HEAD, LAST, THIS, spare))),
        [corrected(1, f"{HEAD}\n{THIS.replace('P6', 'P5c')}"), voided(2, "ann"), criteria()],
    )
    assert (await model.figure(P)).value == "3/5"


@pytest.mark.parametrize(("position", "gain"), [("P3ii", "-1/2"), ("P4", "0"), ("P4d", "-3/10")])
async def test_a_fall_is_not_raised_to_nought(model: ReadModel, position: str, gain: str) -> None:
    assert await gained(model, LAST, THIS.replace("P6", position)) == gain


@pytest.mark.parametrize(
    ("assessed", "gain"),
    [("2018-09-10", "1"), ("2018-10-22", "1"), ("2018-10-23", None), ("2018-09-09", None)],
)
async def test_without_last_summer_the_first_point_within_six_weeks_serves(
    model: ReadModel, assessed: str, gain: str | None
) -> None:
    first = f"ann | 2018-19 | autumn | reading | P5 | {assessed} | yes | 1"
    second = "ann | 2018-19 | autumn | reading | P8 | 2018-12-10 | yes | 1"
    roll = "child | started | ended\nann | 2018-09-10 |"
    assert await gained(model, first, second, THIS, roll=roll) == gain
    counts = (await model.figure(P)).counts
    assert counts == {"matched": 1 if gain else 0, "assessed": 1}


async def test_support_that_began_last_year_may_have_its_first_point_there(
    model: ReadModel,
) -> None:
    first = "ann | 2017-18 | spring | reading | P5 | 2018-03-20 | yes | 1"
    roll = "child | started | ended\nann | 2018-03-01 |"
    assert await gained(model, first, THIS, roll=roll) == "1"


async def test_any_start_of_support_may_have_the_first_point(model: ReadModel) -> None:
    first = "ann | 2018-19 | autumn | reading | P5 | 2018-11-20 | yes | 1"
    roll = """
        case | child | started    | ended
        one  | ann   | 2018-09-03 | 2018-10-05
        two  | ann   | 2018-11-05 |
    """
    assert await gained(model, first, THIS, roll=roll) == "1"


@pytest.mark.parametrize(
    "position", ["P1i", "P3ii", "P4", "P4e", "P8b", "P5c", "Y1.1", "Y3.4", "PK3"]
)
def test_the_positions_drawn_here_are_worth_what_the_scheme_says(position: str) -> None:
    scheme = scheme_on(date(2018, 9, 1))
    assert scheme
    found = scheme.find(position)
    assert found
    assert value_of(position)[1] == found[1].value_tenths
    if found[1].value_tenths is not None:
        assert value_of(position)[0] == found[0].scale


async def test_last_summer_goes_before_a_first_point(model: ReadModel) -> None:
    early = "ann | 2018-19 | autumn | reading | P5 | 2018-09-20 | yes | 1"
    roll = "child | started | ended\nann | 2018-09-10 |"
    assert await gained(model, LAST, early, THIS, roll=roll) == "2"


@pytest.mark.parametrize(
    "end",
    [
        "ann | 2018-19 | summer | reading | Y1.2 | 2019-06-20 | yes | 1",  # moved to year bands
        "ann | 2018-19 | summer | reading | PK4  | 2019-06-20 | yes | 1",  # a number all the same
        "ann | 2018-19 | summer | reading | EM   | 2019-06-20 | yes | 1",  # engagement model
        "ann | 2018-19 | summer | reading | P6   | 2019-06-20 | no  | 1",  # not moderated
        "ann | 2018-19 | summer | reading | P6   | 2019-06-20 | yes | 2",  # another scheme version
        "ann | 2018-19 | summer | writing | P6   | 2019-06-20 | yes | 1",  # another subject
        "ann | 2018-19 | spring | reading | P6   | 2019-03-20 | yes | 1",  # another window
    ],
)
async def test_what_cannot_be_matched_is_in_no_average(model: ReadModel, end: str) -> None:
    assert await gained(model, LAST, end) is None
    assert (await model.figure(READING)).value is None


async def test_a_standard_without_value_takes_the_place_of_no_level(model: ReadModel) -> None:
    standard = "ann | 2018-19 | summer | reading | PK3 | 2019-07-10 | yes | 1"
    assert await gained(model, LAST, THIS, standard) == "2"


@pytest.mark.parametrize(
    ("start", "end", "gain"),
    [
        ("2018-12-20", "2019-06-20", "2"),  # six months to the day
        ("2018-12-21", "2019-06-20", None),
    ],
)
async def test_the_points_are_six_months_apart(
    model: ReadModel, start: str, end: str, gain: str | None
) -> None:
    rows = LAST.replace("2018-06-20", start), THIS.replace("2019-06-20", end)
    assert await gained(model, *rows) == gain


@pytest.mark.parametrize(
    ("started", "ended", "gain"),
    [
        ("2016-09-01", "2018-12-31", None),  # the autumn term alone
        ("2016-09-01", "2019-01-01", "2"),  # one day of the spring term too
        ("2019-03-31", "", "2"),
        ("2019-04-01", "", None),  # the summer term alone
    ],
)
async def test_the_child_is_on_the_caseload_in_two_terms(
    model: ReadModel, started: str, ended: str, gain: str | None
) -> None:
    roll = f"child | started | ended\nann | {started} | {ended}"
    assert await gained(model, LAST, THIS, roll=roll) == gain


async def test_each_child_weighs_one_whatever_the_subjects(model: ReadModel) -> None:
    """Example B of the domain brief, 5.7."""
    await gained(
        model,
        "ann | 2017-18 | summer | reading     | P4 | 2018-06-20 | yes | 1",
        "ann | 2017-18 | summer | writing     | P4 | 2018-06-20 | yes | 1",
        "ann | 2017-18 | summer | mathematics | P4 | 2018-06-20 | yes | 1",
        "bob | 2017-18 | summer | reading     | P5 | 2018-06-20 | yes | 1",
        "ann | 2018-19 | summer | reading     | P5 | 2019-06-20 | yes | 1",
        "ann | 2018-19 | summer | writing     | P5 | 2019-06-20 | yes | 1",
        "ann | 2018-19 | summer | mathematics | P6 | 2019-06-20 | yes | 1",
        "bob | 2018-19 | summer | reading     | P7 | 2019-06-20 | yes | 1",
        roll=f"{ON_ROLL}\nbob | 2016-09-01 |",
    )
    figure = await model.figure(P)
    assert (figure.value, figure.printed) == ("5/3", "1.67")
    assert figure.last_year
    assert figure.last_year.printed == "no comparison available"


async def test_last_year_is_shown_beside_this(model: ReadModel) -> None:
    before = "ann | 2016-17 | summer | reading | P3ii | 2017-06-20 | yes | 1"
    assert await gained(model, before, LAST, THIS) == "2"
    last = (await model.figure(P)).last_year
    assert last
    assert (last.value, last.printed) == ("1/2", "0.50")


async def test_a_year_of_another_scheme_is_not_set_beside(model: ReadModel) -> None:
    await gained(
        model,
        "ann | 2016-17 | summer | writing | P4 | 2017-06-20 | yes | 1",
        "ann | 2017-18 | summer | writing | P5 | 2018-06-20 | yes | 1",
        "ann | 2017-18 | summer | reading | P4 | 2018-06-20 | yes | 2",
        "ann | 2018-19 | summer | reading | P6 | 2019-06-20 | yes | 2",
    )
    last = (await model.figure(P)).last_year
    assert last
    assert last.value is None
    assert last.printed.startswith("not comparable")


def cohort(**steps: int) -> str:
    """Return so many children a gain: reading from Y1.1 up by so many steps."""
    rows, number = [HEAD], 0
    for name, times in steps.items():
        gain = {"none": 0, "three": 3, "four": 4, "five": 5}[name]
        for _ in range(times):
            number += 1
            to = f"Y{1 + gain // 6}.{gain % 6 + 1}"
            rows += [
                f"c{number} | 2017-18 | summer | reading | Y1.1 | 2018-06-20 | yes | 1",
                f"c{number} | 2018-19 | summer | reading | {to} | 2019-06-20 | yes | 1",
            ]
    return "\n".join(rows)


def roll(children: int) -> str:
    return "\n".join(
        ["child | started | ended", *(f"c{n + 1} | 2016-09-01 |" for n in range(children))]
    )


@pytest.mark.parametrize(
    ("steps", "outcome"),
    [
        ({"none": 2, "three": 3, "four": 7, "five": 8}, "Outstanding"),  # exactly 90% and 75%
        ({"none": 2, "three": 4, "four": 6, "five": 8}, "Good"),  # 70% good
        ({"none": 3, "three": 2, "four": 7, "five": 8}, "Good"),  # 85% expected
        ({"none": 4, "three": 7, "four": 9}, "Requires improvement"),  # 45% good
        ({"none": 8, "four": 12}, "Inadequate"),  # 60% expected
    ],
)
async def test_the_outcome_is_the_best_whose_shares_are_reached(
    model: ReadModel, steps: dict[str, int], outcome: str
) -> None:
    await model.handle(cases(roll(20)), results(cohort(**steps)), [criteria()])
    assert await model.printed(READING) == outcome


async def test_too_few_judged_are_not_reported(model: ReadModel) -> None:
    await model.handle(cases(roll(9)), results(cohort(five=9)), [criteria(minimum_judged=10)])
    assert await model.printed(READING) == "not reported: too few judged"
    assert await model.printed("progress.nc.writing.judgement") == "no data for this year"


async def test_the_criteria_are_the_years_own_and_the_latest_version(model: ReadModel) -> None:
    await model.handle(
        cases(roll(10)),
        results(cohort(three=10)),
        [criteria("2019-20", 3, expected=30), criteria("2018-19", 1, expected=30)],
    )
    assert await model.printed(READING) == "Requires improvement"
    await model.handle([criteria("2018-19", 2, expected=35)])
    assert await model.printed(READING) == "Inadequate"


async def test_without_criteria_nothing_is_judged_but_levels_are_averaged(
    model: ReadModel,
) -> None:
    both = "\n".join((cohort(five=10), LAST, THIS))
    await model.handle(cases(f"{roll(10)}\nann | 2016-09-01 |"), results(both))
    assert await model.printed(READING) == "not judged: no criteria adopted"
    assert await model.printed(P) == "2.00"


async def test_without_thresholds_for_the_year_bands_nothing_is_judged_on_them(
    model: ReadModel,
) -> None:
    await model.handle(cases(roll(10)), results(cohort(five=10)), [criteria(scale="P")])
    assert await model.printed(READING) == "not judged: no thresholds adopted for the year bands"
