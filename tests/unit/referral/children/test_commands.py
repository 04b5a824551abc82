"""A push of a child: the days that it may tell of."""

from datetime import date, timedelta
from typing import Any

import pytest

from libs.common.core.clock import SystemClock, local_day
from libs.common.core.errors import Rejected
from libs.common.persistence.uow import Units
from services.referral.children.commands import RecordChild, record_child
from tests.journeys.casework import CHILD
from tests.unit.referral.made import keep
from tests.unit.refused import refused
from tests.worlds import request_context

TODAY = local_day(SystemClock().now())
LATER = TODAY + timedelta(days=2)


async def _push(units: Units, **said: Any) -> str:
    command = RecordChild.model_validate({**CHILD, "year_group": "N1", "plans": [], **said})
    async with units.work(request_context()) as uow:
        return (await record_child(uow, "county", "C2", command))[1].outcome


@pytest.mark.parametrize(
    ("born_on", "effective_on", "pointers"),
    [
        (LATER, TODAY, ["/born_on"]),
        (date(2018, 9, 2), date(2018, 9, 1), ["/born_on"]),
        (date(TODAY.year - 4, 9, 1), LATER, ["/effective_on"]),
        (LATER, LATER, ["/born_on", "/effective_on"]),
    ],
    ids=["to come", "after the record", "a record to come", "both"],
)
async def test_a_child_is_born_by_today_and_by_the_day_that_is_told_of(
    units: Units, born_on: date, effective_on: date, pointers: list[str]
) -> None:
    await keep(units)
    with refused(Rejected, *pointers):
        await _push(units, born_on=born_on, effective_on=effective_on)
    assert await _push(units, born_on=TODAY, effective_on=TODAY) == "created"
