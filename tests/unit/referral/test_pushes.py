"""Pushes of a child: which of two is the newer decides, not which came later."""

from typing import Any

import pytest

from libs.common.persistence.uow import Units
from services.referral.children.commands import RecordChild, record_child
from services.referral.children.domain import Child, Plan
from tests.journeys.casework import CHILD as PUSHED
from tests.unit.referral.made import CHILD, OTHER_SCHOOL, SCHOOL, a_school, keep
from tests.worlds import request_context

PLAN: dict[str, Any] = PUSHED["plans"][0]  # type: ignore[index]  # a list of one
OTHER_URN = 900002


@pytest.fixture
async def known(units: Units) -> Units:
    """Return units of work on a child as pushed for 1 September 2018, and on another school."""
    await keep(units, a_school(id=OTHER_SCHOOL, urn=OTHER_URN))
    return units


async def _push(units: Units, **other: Any) -> tuple[Child, int]:
    """Push the child; return it, and how many events that published."""
    command = RecordChild.model_validate({**PUSHED, **other})
    async with units.work(request_context()) as uow:
        child, _ = await record_child(uow, "county", "C1", command)
        return child, uow.emitted


async def test_a_late_push_does_not_bring_a_child_back_to_a_school_they_left(
    known: Units,
) -> None:
    moved, events = await _push(known, school_urn=OTHER_URN, effective_on="2019-06-01")
    assert (moved.school_id, events) == (OTHER_SCHOOL, 1)
    late, events = await _push(known, effective_on="2019-01-01", surname="Formerly")
    assert (late.school_id, late.surname, events) == (OTHER_SCHOOL, PUSHED["surname"], 0)


async def test_a_push_that_changes_nothing_is_newer_than_one_before_its_day(
    known: Units,
) -> None:
    assert (await _push(known, effective_on="2019-06-01"))[1] == 0
    late, events = await _push(known, school_urn=OTHER_URN, effective_on="2019-01-01", eal=True)
    assert (late.school_id, late.eal, events) == (SCHOOL, False, 4)  # there, and back in June
    again, events = await _push(known, school_urn=OTHER_URN, effective_on="2019-06-01")
    assert (again.school_id, events) == (OTHER_SCHOOL, 1)


async def test_a_late_push_tells_of_its_day_and_of_what_no_newer_one_told(
    known: Units,
) -> None:
    amended = {**PLAN, "review_due_on": "2020-01-10"}
    await _push(known, effective_on="2019-06-01", plans=[amended])
    ended = {"ends_on": "2018-12-31", "cease_reason": "replaced"}
    before = {"starts_on": "2017-01-10", "ends_on": "2018-01-09", "cease_reason": "replaced"}
    await _push(
        known,
        effective_on="2019-01-01",
        plans=[{**PLAN, **ended}, {**PLAN, "reference": "PL-0", **before}],
    )
    async with known.read(request_context()) as read:
        plans = await read.all(Plan, child_id=CHILD)
    assert {one.reference: (str(one.review_due_on), str(one.ends_on)) for one in plans} == {
        "PL-1": ("2020-01-10", "2018-12-31"),  # of its end the newer one said nothing
        "PL-0": ("None", "2018-01-09"),
    }
