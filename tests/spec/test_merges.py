"""Two records of one child are counted once; unmerged, everything is as it was."""

from collections.abc import Iterable

import pytest

from libs.common.contracts import Event
from libs.common.contracts.referral import ExclusionRecorded, ExclusionUpheld
from tests.spec.conftest import ReadModel
from tests.spec.events import cases, criteria, exclusions, merges, results, risks
from tests.spec.holders import children, schools

EXCLUDING = (ExclusionRecorded, ExclusionUpheld)
SHARE = "inclusion.at_risk_of_exclusion.share"
COUNT = "inclusion.at_risk_of_exclusion.count"
EXCLUDED = "inclusion.permanent_exclusions"
GAIN = "progress.p_levels.average"
RESULTS = "child | year | term | subject | position | assessed"


def county() -> list[Event]:
    """Return a child under two records, ann and anna, each with a part of what is known of them."""
    return [
        *schools("school | kind\nElms | infant\nOaks | primary"),
        *children("""
            child | school | year group | registered
            ann   | Elms   | 2          | 2017-09-01
            anna  | Oaks   | 2          | 2018-11-01
            bob   | Oaks   | 3          | 2017-09-01
        """),
        *cases("""
            child | started    | ended
            ann   | 2017-09-01 | 2018-10-31
            anna  | 2018-11-01 |
            bob   | 2017-09-01 |
        """),
        *risks("""
            child | assessed   | level
            ann   | 2018-10-01 | high
            anna  | 2018-11-01 | high
            bob   | 2018-10-01 | none
        """),
        *exclusions("""
            child | category | starts     | upheld     | rescinded
            ann   | PERM     | 2018-12-10 | 2018-12-12 |
        """),
        *results(f"""{RESULTS}
            ann  | 2017-18 | summer | reading | P4 | 2018-06-01
            anna | 2018-19 | summer | reading | P6 | 2019-06-01
        """),
        criteria(),
    ]


ONE = "merged | stays | unmerged\nanna | ann |"
NOT_ONE = "merged | stays | unmerged\nanna | ann | yes"


async def counted(model: ReadModel, *more: Iterable[Event]) -> list[str]:
    await model.handle(*more, county())
    share = await model.figure(SHARE)
    assert share.basis
    figures = [await model.printed(id_) for id_ in (COUNT, EXCLUDED, GAIN)]
    return [f"{share.basis.count} of {share.basis.of}", *figures]


@pytest.mark.parametrize(
    ("merged", "expected"),
    [
        ("", ["2 of 3", "2", "0", "no data for this year"]),
        (ONE, ["1 of 2", "1", "1", "2.00"]),
        (NOT_ONE, ["2 of 3", "2", "0", "no data for this year"]),
    ],
)
async def test_two_records_of_one_child_are_one_in_every_count(
    model: ReadModel, merged: str, expected: list[str]
) -> None:
    assert await counted(model, merges(merged) if merged else ()) == expected


async def test_a_child_of_two_records_is_held_by_what_either_says_of_the_day(
    model: ReadModel,
) -> None:
    await model.handle(county(), merges(ONE))
    assert await model.cells(COUNT, "school-kind") == {"primary": "1"}
    assert await model.cells(EXCLUDED, "school-kind") == {"primary": "1"}


@pytest.mark.parametrize("last", ["stays", "is another's"])
async def test_unmerged_and_merged_with_another_it_is_that_ones(
    model: ReadModel, last: str
) -> None:
    again = "bob" if last == "is another's" else "ann"
    await model.handle(
        county(), merges(f"merged | stays | unmerged\nanna | ann | yes\nanna | {again} |")
    )
    assert (await model.figure(COUNT)).value == ("2" if again == "bob" else "1")


TOLD = "child | category | starts | upheld | rescinded | half days"
ANN = "ann  | PERM | 2018-12-10 | 2018-12-12 | | 4"


@pytest.mark.parametrize(
    ("told", "apart", "as_one"),
    [
        (f"{ANN}\nanna | PERM | 2018-12-10 | 2018-12-12 | | 4", "1", "1"),
        (f"{ANN}\nanna | PERM | 2018-12-10 | | | 4", "0", "1"),
        (f"{ANN}\nanna | PERM | 2018-12-10 | 2018-12-12 | 2019-01-08 | 4", "0", "0"),
        (f"{ANN}\nanna | PERM | 2018-12-10 | 2018-12-12 | | 6", "1", "2"),
        (f"{ANN}\nanna | PERM | 2019-03-04 | 2019-03-06 | | 4", "1", "2"),
        (f"{ANN}\n{ANN}", "0", "2"),
    ],
)
@pytest.mark.parametrize("merged", [False, True])
async def test_an_exclusion_that_both_records_tell_of_is_one(
    model: ReadModel, told: str, apart: str, as_one: str, *, merged: bool
) -> None:
    begun = [event for event in county() if not isinstance(event, EXCLUDING)]
    await model.handle(begun, exclusions(f"{TOLD}\n{told}"), merges(ONE) if merged else ())
    assert await model.printed(EXCLUDED) == (as_one if merged else apart)


async def test_a_county_without_merges_prints_what_it_printed(model: ReadModel) -> None:
    """What is merged and unmerged again leaves no trace in any figure."""
    await model.handle(county())
    before = await model.report()
    await model.handle(merges(NOT_ONE))
    assert await model.report() == before
