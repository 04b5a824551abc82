"""Complaints: a nought that somebody vouches for."""

from tests.spec.conftest import ReadModel
from tests.spec.events import MONTHS, checks, complaints

FORMAL = "feedback.formal_complaints"


async def test_none_is_said_only_of_a_register_checked_for_all_twelve_months(
    model: ReadModel,
) -> None:
    await model.hear(checks(*MONTHS[:-1], "2019-09"), checks(*MONTHS, kind="compliments"))
    unchecked = await model.figure(FORMAL)
    assert (unchecked.value, unchecked.printed) == (None, "not known")
    await model.hear(checks(MONTHS[-1]))
    checked = await model.figure(FORMAL)
    assert (checked.value, checked.printed) == ("0", "none")
    assert await model.printed(FORMAL, "2017-18") == "not known"


async def test_a_concern_is_no_formal_complaint_and_the_year_has_edges(model: ReadModel) -> None:
    await model.hear(
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
