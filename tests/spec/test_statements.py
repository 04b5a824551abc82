"""The statements: each holds by its method or does not."""

import pytest

from tests.spec.conftest import ReadModel
from tests.spec.events import (
    cases,
    compliments,
    deliveries,
    exclusions,
    judgements,
    risks,
    staff,
)

STAFF = """
    staff | post               | fte | appointed  | left
    Head  | head-of-service    | 100 | 2010-09-01 |
    Ash   | specialist-teacher | 100 | 2018-09-01 |
    Beech | specialist-teacher | 100 | 2010-09-01 | 2019-08-31
    Cedar | specialist-teacher | 100 | 2018-09-02 |
    Elm   | specialist-teacher | 100 | 2010-09-01 | 2019-08-30
"""
JUDGED = "staff | judgement | kinds\nAsh | good | 4\nBeech | good | {}"


@pytest.mark.parametrize(("kinds", "holds"), [(4, True), (3, False)])
async def test_all_teachers_of_the_whole_year_are_judged_on_all_four_kinds(
    model: ReadModel, kinds: int, holds: bool
) -> None:
    await model.hear(judgements(JUDGED.format(kinds)), staff(STAFF))
    found = await model.statement("teaching.judged.all")
    assert found.holds is holds
    assert found.counts == {"teachers": 2, "not_judged": 0 if holds else 1}


async def test_nobody_in_post_is_not_everybody_judged(model: ReadModel) -> None:
    assert (await model.statement("teaching.judged.all")).holds is False


@pytest.mark.parametrize(("number", "holds"), [(9, False), (10, True)])
async def test_many_compliments_are_ten(model: ReadModel, number: int, holds: bool) -> None:
    await model.hear(
        compliments(number, "2019-08-31"),
        compliments(5, "2018-08-31"),
        compliments(5, "2019-09-01"),
    )
    assert (await model.statement("feedback.compliments")).holds is holds


@pytest.mark.parametrize(
    ("delivered", "course", "on", "holds"),
    [
        ("course", "p-scales-to-pre-key-stage", "2018-09-01", True),
        ("course", "p-scales-to-pre-key-stage", "2018-08-31", False),
        ("course", "another", "2019-01-10", False),
        ("network", "p-scales-to-pre-key-stage", "2019-01-10", False),
    ],
)
async def test_the_package_was_delivered_in_the_year(
    model: ReadModel, delivered: str, course: str, on: str, holds: bool
) -> None:
    row = f"d | {delivered} | {course} | {on} | 9"
    await model.hear(deliveries(f"delivery | kind | course | on | delegates\n{row}"))
    assert (await model.statement("training.pre_key_stage_package")).holds is holds


def many(children: int) -> tuple[str, str]:
    names = [f"c{n}" for n in range(children)]
    return (
        "\n".join(["child | started | ended", *(f"{n} | 2017-09-01 |" for n in names)]),
        "\n".join(["child | assessed | level", *(f"{n} | 2018-10-01 | at-risk" for n in names)]),
    )


async def test_placements_are_those_at_risk_less_those_excluded(model: ReadModel) -> None:
    roll, levels = many(150)
    await model.hear(
        cases(f"{roll}\neve | 2017-09-01 |"),
        risks(levels),
        exclusions("""
            child | category | starts     | upheld     | rescinded
            c1    | PERM     | 2019-01-10 | 2019-02-01 |
            c2    | PERM     | 2019-01-10 |            |
            eve   | PERM     | 2019-01-10 | 2019-02-01 |
        """),
    )
    found = await model.statement("inclusion.placements_maintained")
    assert (found.holds, found.printed) == (True, "approximately 150")
    assert found.counts == {"at_risk": 150, "not_excluded": 149}


LOW = "inclusion.exclusions_low"


async def test_exclusions_are_low_in_every_year_on_record(model: ReadModel) -> None:
    await model.hear(
        cases("child | started | ended\nann | 2012-09-01 |"),
        risks("child | assessed | level\nann | 2016-10-01 | none"),
        exclusions("""
            child | category | starts     | upheld     | rescinded
            ann   | PERM     | 2018-08-31 | 2018-09-20 |
            ann   | PERM     | 2018-09-01 | 2018-09-20 |
            ann   | PERM     | 2019-09-01 | 2019-09-20 |
            ann   | PERM     | 2019-09-02 | 2019-09-20 |
        """),
    )
    found = await model.statement(LOW)
    assert (found.holds, found.printed) == (True, "remained consistently very low")
    assert found.counts == {"2016-17": 0, "2017-18": 1, "2018-19": 1}
    assert (await model.statement(LOW, "2019-20")).holds is False
    assert (await model.statement(LOW, "2015-16")).counts == {}


async def test_an_exclusion_on_the_earliest_day_there_is_takes_no_report_down(
    model: ReadModel,
) -> None:
    await model.hear(
        exclusions("""
            child | category | starts     | upheld | rescinded
            ann   | SUSP     | 1900-01-01 |        |
        """),
    )
    counts = (await model.statement(LOW)).counts
    assert (next(iter(counts)), len(counts)) == ("1899-00", 120)
    assert (await model.statement(LOW, "1899-00")).counts == {"1899-00": 0}


async def test_an_exclusion_that_was_rescinded_puts_no_year_on_record(model: ReadModel) -> None:
    await model.hear(
        cases("child | started | ended\nann | 2012-09-01 |"),
        exclusions("""
            child | category | starts     | upheld     | rescinded
            ann   | PERM     | 1950-01-05 |            | 2019-02-01
            ann   | PERM     | 2018-01-05 | 2018-02-01 |
        """),
    )
    assert (await model.statement(LOW)).counts == {"2017-18": 1, "2018-19": 0}


async def test_an_empty_record_supports_no_statement(model: ReadModel) -> None:
    assert [one.holds for one in (await model.report()).statements] == [False] * 5
