"""Risk of exclusion and exclusions: the edges of the year, of a level and of a case."""

import pytest

from tests.spec.conftest import ReadModel
from tests.spec.events import cases, exclusions, risks

COUNT = "inclusion.at_risk_of_exclusion.count"
SHARE = "inclusion.at_risk_of_exclusion.share"
EXCLUDED = "inclusion.permanent_exclusions"
OPEN = "bob | 2018-10-01 | none"
"""What puts the year on record, and counts nobody."""


@pytest.mark.parametrize(
    ("last", "following", "counted"),
    [
        ("2018-08-31", "2018-09-01", "0"),  # the level ended on 31 August
        ("2018-08-31", "2018-09-02", "1"),  # it held on 1 September
        ("2017-10-01", "", "1"),  # it held over the year's end, and still does
        ("2019-08-31", "", "1"),  # judged on the year's last day
        ("2019-09-01", "", "0"),  # judged on the next year's first
    ],
)
async def test_a_level_holds_until_the_next(
    model: ReadModel, last: str, following: str, counted: str
) -> None:
    after = f"ann | {following} | none" if following else ""
    await model.handle(
        cases("child | started | ended\nann | 2017-09-01 |\nbob | 2017-09-01 |"),
        risks(f"child | assessed | level\n{OPEN}\nann | {last} | at-risk\n{after}"),
    )
    assert (await model.figure(COUNT)).value == counted


@pytest.mark.parametrize(
    ("started", "ended", "caseload", "counted"),
    [
        ("2016-09-01", "2018-08-31", "1", "0"),  # left on the last day before the year
        ("2016-09-01", "2018-09-01", "2", "1"),  # on the caseload for one day of it
        ("2019-08-31", "", "2", "1"),
        ("2019-09-01", "", "1", "0"),
    ],
)
async def test_only_days_on_the_caseload_count(
    model: ReadModel, started: str, ended: str, caseload: str, counted: str
) -> None:
    await model.handle(
        cases(f"child | started | ended\nbob | 2017-09-01 |\nann | {started} | {ended}"),
        risks(f"child | assessed | level\n{OPEN}\nann | 2016-09-01 | high"),
    )
    share = await model.figure(SHARE)
    assert share.basis
    assert str(share.basis.of) == caseload
    assert (await model.figure(COUNT)).value == counted


async def test_of_a_caseload_of_nobody_there_is_no_share(model: ReadModel) -> None:
    await model.handle(risks(f"child | assessed | level\n{OPEN}"))
    share = await model.figure(SHARE)
    assert (share.value, share.basis, share.printed) == (None, None, "not known")
    assert (await model.figure(COUNT)).value == "0"


async def test_a_level_lifted_before_support_began_never_held(model: ReadModel) -> None:
    await model.handle(
        cases("child | started | ended\nann | 2019-02-01 |"),
        risks("""
            child | assessed   | level
            ann   | 2019-01-10 | high
            ann   | 2019-02-01 | none
        """),
    )
    assert (await model.figure(COUNT)).value == "0"


async def test_a_flag_lifted_in_june_still_counts(model: ReadModel) -> None:
    await model.handle(
        cases("child | started | ended\nann | 2017-09-01 |\nbob | 2017-09-01 |"),
        risks("""
            child | assessed   | level
            ann   | 2018-10-01 | high
            ann   | 2019-06-01 | none
            bob   | 2018-10-01 | monitor
        """),
    )
    share = await model.figure(SHARE)
    assert share.printed == "50%"
    assert share.basis
    assert (share.basis.count, share.basis.of) == (1, 2)


async def test_a_child_who_left_and_came_back_is_one_child(model: ReadModel) -> None:
    await model.handle(
        cases("""
            case   | child | started    | ended
            first  | ann   | 2018-09-03 | 2018-12-20
            second | ann   | 2019-04-01 |
        """),
        risks("""
            case   | child | assessed   | level
            first  | ann   | 2018-09-10 | at-risk
            second | ann   | 2019-05-01 | high
        """),
    )
    share = await model.figure(SHARE)
    assert (share.value, share.printed) == ("100", "100%")


async def test_exclusions_that_count_and_those_that_do_not(model: ReadModel) -> None:
    await model.handle(
        cases("""
            child | started    | ended
            ann   | 2017-09-01 |
            bob   | 2017-09-01 | 2019-02-01
        """),
        exclusions("""
            child | category | starts     | upheld     | rescinded
            ann   | PERM     | 2018-09-01 | 2018-09-20 |
            ann   | PERM     | 2019-08-31 | 2019-09-20 |
            ann   | PERM     | 2018-08-31 | 2018-09-20 |
            ann   | PERM     | 2019-09-01 | 2019-09-20 |
            ann   | PERM     | 2019-01-10 |            |
            ann   | PERM     | 2019-01-11 | 2019-01-30 | 2019-03-01
            ann   | SUSP     | 2019-01-12 |            |
            ann   | LNCH     | 2019-01-13 |            |
            bob   | PERM     | 2019-02-01 | 2019-02-20 |
            bob   | PERM     | 2019-02-02 | 2019-02-20 |
            eve   | PERM     | 2019-02-03 | 2019-02-20 |
        """),
    )
    assert await model.printed(EXCLUDED) == "3"
    assert await model.printed(EXCLUDED, "2017-18") == "1"
    assert await model.printed(EXCLUDED, "2012-13") == "not known"


async def test_no_exclusion_of_a_child_on_the_caseload_is_a_nought(model: ReadModel) -> None:
    await model.handle(
        cases("child | started | ended\nann | 2017-09-01 |"),
        exclusions("child | category | starts | upheld | rescinded\nann|SUSP|2018-09-20||"),
    )
    assert await model.printed(EXCLUDED) == "0"
