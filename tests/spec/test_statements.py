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
    await model.handle(judgements(JUDGED.format(kinds)), staff(STAFF))
    found = await model.statement("teaching.judged.all")
    assert found.holds is holds
    assert found.counts == {"teachers": 2, "not_judged": 0 if holds else 1}


async def test_nobody_in_post_is_not_everybody_judged(model: ReadModel) -> None:
    assert (await model.statement("teaching.judged.all")).holds is False


@pytest.mark.parametrize(("number", "holds"), [(9, False), (10, True)])
async def test_many_compliments_are_ten(model: ReadModel, number: int, holds: bool) -> None:
    await model.handle(
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
    await model.handle(deliveries(f"delivery | kind | course | on | delegates\n{row}"))
    assert (await model.statement("training.pre_key_stage_package")).holds is holds


def many(children: int) -> tuple[str, str]:
    names = [f"c{n}" for n in range(children)]
    return (
        "\n".join(["child | started | ended", *(f"{n} | 2017-09-01 |" for n in names)]),
        "\n".join(["child | assessed | level", *(f"{n} | 2018-10-01 | at-risk" for n in names)]),
    )


async def test_placements_are_those_at_risk_less_those_excluded(model: ReadModel) -> None:
    roll, levels = many(150)
    await model.handle(
        cases(f"{roll}\neve | 2017-09-01 |"),
        risks(levels),
        exclusions("""
            child | category | starts     | upheld     | rescinded
            c1    | PERM     | 2019-01-10 | 2019-02-01 |
            c2    | PERM     | 2019-01-10 |            |
            eve   | PERM     | 2019-01-10 | 2019-02-01 |
        """),
    )
    found = await model.agreed_statement(MAINTAINED)
    assert (found.holds, found.printed) == (True, "about 150")
    assert found.counts == {"at_risk": 150, "not_excluded": 149}


@pytest.mark.parametrize(
    ("at_risk", "holds", "printed"),
    [
        (1, False, "none"),  # the one at risk was excluded
        (2, True, "fewer than 5"),
        (5, True, "fewer than 5"),
        (6, True, "about 5"),
        (8, True, "about 5"),
        (9, True, "about 10"),
        (98, True, "about 95"),
        (99, True, "about 100"),
        (105, True, "about 100"),
        (106, True, "about 110"),
        (145, True, "about 140"),
        (156, True, "about 160"),
    ],
)
async def test_about_so_many_placements_are_maintained_in_any_year(
    model: ReadModel, at_risk: int, holds: bool, printed: str
) -> None:
    roll, levels = many(at_risk)
    await model.handle(
        cases(roll),
        risks(levels),
        exclusions(f"{EXCLUSIONS}\nc0 | PERM | 2019-01-10 | 2019-02-01 |"),
    )
    found = await model.agreed_statement(MAINTAINED)
    assert (found.holds, found.printed) == (holds, printed)
    assert found.counts == {"at_risk": at_risk, "not_excluded": at_risk - 1}


@pytest.mark.parametrize("missing", ["risk", "exclusions"])
async def test_without_a_record_of_either_nobody_knows_how_many_were_maintained(
    model: ReadModel, missing: str
) -> None:
    roll, levels = many(9)
    await model.handle(cases(roll))
    if missing == "exclusions":
        await model.handle(risks(levels))
    else:
        await model.handle(exclusions(f"{EXCLUSIONS}\nc0 | SUSP | 2019-01-10 | |"))
    found = await model.agreed_statement(MAINTAINED)
    assert (found.holds, found.printed, found.counts) == (False, "not known", {})


MAINTAINED = "inclusion.placements_maintained"
LOW = "inclusion.exclusions_low"
EXCLUSIONS = "child | category | starts | upheld | rescinded"


async def test_exclusions_are_low_in_every_year_on_record(model: ReadModel) -> None:
    await model.handle(
        cases("child | started | ended\nann | 2012-09-01 |"),
        risks("child | assessed | level\nann | 2015-10-01 | none"),
        exclusions("""
            child | category | starts     | upheld     | rescinded
            ann   | SUSP     | 2016-10-01 |            |
            ann   | PERM     | 2018-08-31 | 2018-09-20 |
            ann   | PERM     | 2018-09-01 | 2018-09-20 |
            ann   | PERM     | 2019-09-01 | 2019-09-20 |
            ann   | PERM     | 2019-09-02 | 2019-09-20 |
        """),
    )
    found = await model.agreed_statement(LOW)
    assert (found.holds, found.printed) == (True, "remained consistently very low")
    assert found.counts == {"2016-17": 0, "2017-18": 1, "2018-19": 1}
    not_low = await model.agreed_statement(LOW, "2019-20")
    assert (not_low.holds, not_low.printed) == (False, "not consistently very low")
    before = await model.agreed_statement(LOW, "2015-16")
    assert (before.holds, before.printed, before.counts) == (False, "not known", {})
    after = await model.agreed_statement(LOW, "2020-21")
    assert (after.holds, after.printed) == (False, "not known")
    assert after.counts == {"2016-17": 0, "2017-18": 1, "2018-19": 1, "2019-20": 2}


async def test_a_year_missing_since_the_first_leaves_it_not_known(model: ReadModel) -> None:
    await model.handle(
        cases("child | started | ended\nann | 2012-09-01 |"),
        risks("child | assessed | level\nann | 2017-10-01 | none"),
        exclusions(f"{EXCLUSIONS}\nann|SUSP|2016-10-01||\nann|LNCH|2018-10-01||"),
    )
    found = await model.agreed_statement(LOW)
    assert (found.holds, found.printed) == (False, "not known")
    assert found.counts == {"2016-17": 0, "2018-19": 0}
    assert (await model.agreed_statement(LOW, "2016-17")).holds is True


async def test_an_exclusion_on_the_earliest_day_there_is_takes_no_report_down(
    model: ReadModel,
) -> None:
    await model.handle(
        exclusions("""
            child | category | starts     | upheld | rescinded
            ann   | SUSP     | 1900-01-01 |        |
        """),
    )
    found = await model.agreed_statement(LOW)
    assert (found.printed, found.counts) == ("not known", {"1899-00": 0})
    assert (await model.agreed_statement(LOW, "1899-00")).holds is True


async def test_an_exclusion_that_was_rescinded_is_no_first_but_a_record(model: ReadModel) -> None:
    await model.handle(
        cases("child | started | ended\nann | 2012-09-01 |"),
        exclusions("""
            child | category | starts     | upheld     | rescinded
            ann   | PERM     | 1950-01-05 |            | 2019-02-01
            ann   | PERM     | 2018-01-05 | 2018-02-01 |
            ann   | PERM     | 2019-01-05 | 2019-02-01 | 2019-03-01
        """),
    )
    found = await model.agreed_statement(LOW)
    assert (found.holds, found.counts) == (True, {"2017-18": 1, "2018-19": 0})


async def test_an_empty_record_supports_no_statement(model: ReadModel) -> None:
    assert [one.holds for one in (await model.report()).statements] == [False] * 5
