"""Who reaches a child's records when they move, end, or are not on a caseload yet."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from libs.common.core.clock import SystemClock, local_day
from libs.common.security import Role
from services.referral.cases.domain import Case
from services.referral.schools.domain import School
from tests.journeys.casework import CHILD, call, opened, ready
from tests.worlds import World

TODAY = local_day(SystemClock().now())
REFERRAL: dict[str, Any] = {"reference": "R9", "submitted_on": "2018-09-03", "evidence": {}}


async def _schools(world: World) -> dict[int, UUID]:
    async with world.database("referral").reading() as connection:
        return dict((await connection.execute(select(School.urn, School.id))).all())


async def test_a_senco_reaches_the_case_of_a_child_at_their_school_now(referral: World) -> None:
    """It is not the school where the case began that counts (domain brief 10)."""
    known = await opened(referral)
    schools = await _schools(referral)
    before = schools.pop(900001)  # which CHILD goes to
    urn, after = next(iter(schools.items()))
    url = f"/referral/v1/cases/{known['case']}"

    async def statuses() -> list[int]:
        sencos = [referral.as_(Role.SCHOOL_SENCO, schools=[one]) for one in (before, after)]
        return [(await call(referral, "GET", url, headers=who)).status_code for who in sencos]

    assert await statuses() == [200, 404]
    moved = {**CHILD, "school_urn": urn, "effective_on": "2018-11-01"}
    await call(referral, "PUT", "/referral/v1/children/by-reference/county/C1", moved)
    assert await statuses() == [404, 200]


@pytest.mark.parametrize(("days", "status"), [(11, 200), (16, 404)])
async def test_a_case_that_ended_is_reached_until_it_was_handed_over(
    referral: World, days: int, status: int
) -> None:
    """The case itself too, to read and to write: ten working days after its last day."""
    known = await opened(referral)
    async with referral.database("referral").writing() as connection:
        ended_on = TODAY - timedelta(days=days)
        await connection.execute(update(Case).values(ended_on=ended_on, end_reason="moved-out"))
    url = f"/referral/v1/cases/{known['case']}"
    teacher = referral.as_(Role.SUPPORT_TEACHER, staff_id=UUID(known["staff"]))
    assert (await call(referral, "GET", url, headers=teacher)).status_code == status
    week = {"planned": 1, "attended": 1}
    written = await call(referral, "PUT", f"{url}/visits/2018-10-08", week, headers=teacher)
    assert written.is_success == (status == 200)


async def test_an_area_manager_refers_a_child_of_a_school_in_their_area(referral: World) -> None:
    """A child who is referred is on nobody's caseload yet: the token names the area's schools."""
    known = await ready(referral)
    ours = (await _schools(referral))[900001]
    url, body = "/referral/v1/referrals", REFERRAL | {"child_id": known["child"]}
    for schools, status in (([uuid4()], 404), ([ours], 201)):
        area = referral.as_(Role.AREA_MANAGER, teams=[uuid4()], schools=schools)
        answer = await call(referral, "POST", url, body, headers=area)
        assert answer.status_code == status, answer.text
    child = f"/referral/v1/children/{known['child']}"
    assert (await call(referral, "GET", child, headers=area)).status_code == 404
    check = f"{url}/{answer.json()['referral_id']}/eligibility-checks"
    area = referral.as_(Role.AREA_MANAGER, schools=[ours])
    checked = await call(referral, "POST", check, {"checked_on": "2018-09-10"}, headers=area)
    assert checked.status_code == 201, checked.text


async def test_a_check_goes_by_the_rules_of_its_day(referral: World) -> None:
    """Whichever rules there are now: on a day before the first of them nothing can be checked."""
    known = await ready(referral)
    body = REFERRAL | {"child_id": known["child"]}
    made = await call(referral, "POST", "/referral/v1/referrals", body)
    url = f"/referral/v1/referrals/{made.json()['referral_id']}/eligibility-checks"
    early = await call(referral, "POST", url, {"checked_on": "2014-08-31"})
    assert early.status_code == 422, early.text
    assert [one["code"] for one in early.json()["errors"]] == ["no-rules"]
    assert (await call(referral, "POST", url, {"checked_on": "2018-09-10"})).status_code == 201
