"""Complaints: a nought that somebody vouches for."""

import pytest

from tests.spec.conftest import ReadModel
from tests.spec.events import MONTHS, checks, complaints

FORMAL = "feedback.formal_complaints"


async def test_none_is_said_only_of_a_register_checked_for_all_twelve_months(
    model: ReadModel,
) -> None:
    await model.handle(checks(*MONTHS[:-1], "2019-09"), checks(*MONTHS, kind="compliments"))
    unchecked = await model.figure(FORMAL)
    assert (unchecked.value, unchecked.printed) == (None, "not known")
    await model.handle(checks(MONTHS[-1]))
    checked = await model.figure(FORMAL)
    assert (checked.value, checked.printed) == ("0", "none")
    assert await model.printed(FORMAL, "2017-18") == "not known"


async def test_a_concern_is_no_formal_complaint_and_the_year_has_edges(model: ReadModel) -> None:
    await model.handle(
        checks(*MONTHS),
        complaints("""
            received   | formal
            2018-08-31 | yes
            2018-09-01 | yes
            2019-08-31 | yes
            2019-09-01 | yes
            2019-01-10 | no
        """),
    )
    assert await model.printed(FORMAL) == "2"


SOME = """
    received   | formal
    2018-10-01 | yes
    2019-08-31 | yes
    2019-01-10 | no
    2019-09-01 | yes
"""


@pytest.mark.parametrize(
    ("missing", "months"),
    [
        ((2,), "November 2018"),
        ((4, 5, 6), "January to March 2019"),
        ((2, 3, 4), "November 2018 to January 2019"),
        ((0, 2, 3, 11), "September 2018, November to December 2018 and August 2019"),
        (tuple(range(12)), "September 2018 to August 2019"),
    ],
)
async def test_complaints_of_an_unchecked_register_are_at_least_so_many(
    model: ReadModel, missing: tuple[int, ...], months: str
) -> None:
    checked = [month for number, month in enumerate(MONTHS) if number not in missing]
    await model.handle(complaints(SOME), checks(*checked), checks(*MONTHS, kind="compliments"))
    found = await model.agreed(FORMAL)
    assert (found.value, found.printed) == (None, f"at least 2; not checked for {months}")
    assert await model.printed(FORMAL, "2019-20") == (
        "at least 1; not checked for September 2019 to August 2020"
    )
